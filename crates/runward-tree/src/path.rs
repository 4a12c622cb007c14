//! Relative paths with `/` between segments.

use crate::TreeError;

/// Resolves `relative`, as written in a file of directory `base`, to a path below the root.
///
/// `\` counts as a separator too, since manifests are written on Windows; a leading `/` or a
/// drive letter leads outside.
pub fn join(base: &str, relative: &str) -> Result<String, TreeError> {
    let escapes = || TreeError::Escapes {
        path: relative.to_owned(),
    };
    let unified = relative.replace('\\', "/");
    let drive = unified.as_bytes().get(1) == Some(&b':')
        && unified
            .as_bytes()
            .first()
            .is_some_and(u8::is_ascii_alphabetic);
    if unified.starts_with('/') || drive || unified.contains('\0') {
        return Err(escapes());
    }
    let mut segments: Vec<&str> = base.split('/').filter(|s| !s.is_empty()).collect();
    for segment in unified.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop().ok_or_else(escapes)?;
            }
            name => segments.push(name),
        }
    }
    Ok(segments.join("/"))
}

/// The directory of a path: `""` for a file at the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last segment of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_stay_inside() {
        assert_eq!(join("a/b", "../c.txt").unwrap(), "a/c.txt");
        assert_eq!(join("", "./x//y").unwrap(), "x/y");
        assert_eq!(join("a", "..\\b.txt").unwrap(), "b.txt");
        for outside in ["../x", "/etc/passwd", "C:\\x", "a/../../x", "a\0b"] {
            assert!(join("", outside).is_err(), "{outside}");
        }
    }
}
