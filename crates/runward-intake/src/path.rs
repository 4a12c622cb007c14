//! Paths of other tools, relative to the project's root.

use percent_encoding::percent_decode_str;
use thiserror::Error;

/// Where a result stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Relative, `/` between segments, no `.` or `..`.
    File(String),
    /// An address of a web application, without credentials, query and fragment.
    Web(String),
    /// The project as a whole.
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PathFault {
    #[error("is outside the project")]
    Outside,
    #[error(
        "is absolute; name the directory that the tool ran in with `--source-root`, or run it with \
         relative paths"
    )]
    Absolute,
    #[error("is on another machine")]
    Elsewhere,
    #[error("holds a control character")]
    Control,
    #[error("has a broken percent escape")]
    Escape,
    #[error("is too long")]
    TooLong,
    #[error("has a scheme that names no file of the project")]
    Scheme,
}

/// A path as tools write it on a command line: relative or absolute, of any system.
pub(crate) fn plain(raw: &str, root: Option<&str>, longest: usize) -> Result<Placed, PathFault> {
    if raw.len() > longest {
        return Err(PathFault::TooLong);
    }
    if let Some(web) = web(raw) {
        return web;
    }
    if raw
        .get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case("file:"))
    {
        return uri(raw, root, longest);
    }
    settle(raw, root)
}

/// A URI reference, as in SARIF: percent escapes, and perhaps a scheme.
pub(crate) fn uri(raw: &str, root: Option<&str>, longest: usize) -> Result<Placed, PathFault> {
    if raw.len() > longest {
        return Err(PathFault::TooLong);
    }
    if let Some(web) = web(raw) {
        return web;
    }
    let raw = raw.split(['#', '?']).next().unwrap_or(raw);
    let path = if raw
        .get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case("file:"))
    {
        let rest = raw.get(5..).unwrap_or_default();
        match rest.strip_prefix("//") {
            Some(rest) => {
                let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                // `file://C:/x` is wrong and common.
                if is_drive(rest) {
                    rest
                } else if host.is_empty() || host.eq_ignore_ascii_case("localhost") {
                    path
                } else {
                    return Err(PathFault::Elsewhere);
                }
            }
            None => rest,
        }
    } else if has_scheme(raw) {
        return Err(PathFault::Scheme);
    } else {
        raw
    };
    let path = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| PathFault::Escape)?;
    // `/C:/x` is how a URI writes a drive.
    let path = match path.strip_prefix('/') {
        Some(rest) if is_drive(rest) => rest,
        _ => &path,
    };
    settle(path, root)
}

fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

/// A scheme has two letters at least, else it is a drive.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else {
        return false;
    };
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn web(raw: &str) -> Option<Result<Placed, PathFault>> {
    let (scheme, rest) = raw.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    if rest.chars().any(char::is_control) {
        return Some(Err(PathFault::Control));
    }
    let rest = rest.split(['#', '?']).next().unwrap_or(rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let scheme = scheme.to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    Some(Ok(Placed::Web(format!("{scheme}://{host}{path}"))))
}

/// Resolves `.` and `..` by text alone, and takes the root off.
fn settle(path: &str, root: Option<&str>) -> Result<Placed, PathFault> {
    if path.chars().any(char::is_control) {
        return Err(PathFault::Control);
    }
    // A backslash is a separator where nothing else can be one.
    let windows = is_drive(path)
        || path.starts_with(r".\")
        || path.starts_with(r"..\")
        || path.starts_with(r"\\")
        || !path.contains('/');
    let path = if windows {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    };
    let path = path.strip_prefix("//?/").unwrap_or(&path);
    let relative = if path.starts_with('/') || is_drive(path) {
        let Some(root) = root else {
            return Err(PathFault::Absolute);
        };
        below(path, root)?
    } else {
        path.to_owned()
    };
    let mut segments: Vec<&str> = Vec::new();
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                if segments.pop().is_none() {
                    return Err(PathFault::Outside);
                }
            }
            other => segments.push(other),
        }
    }
    if segments.is_empty() {
        Ok(Placed::Whole)
    } else {
        Ok(Placed::File(segments.join("/")))
    }
}

/// What of an absolute path is below the root. A `..` may not lead out of the root and back in.
fn below(path: &str, root: &str) -> Result<String, PathFault> {
    let root = root.replace('\\', "/");
    let mut rest = path.split('/').filter(|part| !matches!(*part, "" | "."));
    for expected in root.split('/').filter(|part| !matches!(*part, "" | ".")) {
        let part = rest.next().ok_or(PathFault::Outside)?;
        // Drives, and only drives, are compared without regard to case.
        let same = part == expected || (is_drive(path) && part.eq_ignore_ascii_case(expected));
        if !same {
            return Err(PathFault::Outside);
        }
    }
    Ok(rest.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is expected, in the shape of what is returned.
    #[allow(clippy::unnecessary_wraps)]
    fn file(path: &str) -> Result<Placed, PathFault> {
        Ok(Placed::File(path.to_owned()))
    }

    #[test]
    fn plain_paths_become_relative() {
        for (raw, root, expected) in [
            ("src/a.py", None, file("src/a.py")),
            ("./src//a.py", None, file("src/a.py")),
            ("src/../a.py", None, file("a.py")),
            (r".\src\a.py", None, file("src/a.py")),
            (r"C:\p\src\a.py", Some(r"c:\p"), file("src/a.py")),
            ("/p/src/a.py", Some("/p/"), file("src/a.py")),
            ("/p", Some("/p"), Ok(Placed::Whole)),
            (".", None, Ok(Placed::Whole)),
            ("/p/../q/a", Some("/p"), Err(PathFault::Outside)),
            ("/pq/a", Some("/p"), Err(PathFault::Outside)),
            ("../a", None, Err(PathFault::Outside)),
            ("a/../../b", None, Err(PathFault::Outside)),
            ("/etc/passwd", None, Err(PathFault::Absolute)),
            (r"C:\x", None, Err(PathFault::Absolute)),
            ("a\nb", None, Err(PathFault::Control)),
            // A percent sign in a plain path is itself.
            ("a%20b", None, file("a%20b")),
        ] {
            assert_eq!(plain(raw, root, 4096), expected, "{raw}");
        }
    }

    #[test]
    fn uris_become_relative() {
        for (raw, root, expected) in [
            ("src/a%20b.py", None, file("src/a b.py")),
            ("file:///p/a.py", Some("/p"), file("a.py")),
            ("file:/p/a.py", Some("/p"), file("a.py")),
            ("file:///C:/p/a.py", Some("C:/p"), file("a.py")),
            ("file://C:/p/a.py", Some("C:/p"), file("a.py")),
            ("file://localhost/p/a.py", Some("/p"), file("a.py")),
            (
                "file://server/p/a.py",
                Some("/p"),
                Err(PathFault::Elsewhere),
            ),
            ("file:///etc/passwd", Some("/p"), Err(PathFault::Outside)),
            ("%2e%2e/x", None, Err(PathFault::Outside)),
            ("a%00b", None, Err(PathFault::Control)),
            ("a%ff", None, Err(PathFault::Escape)),
            ("git:x", None, Err(PathFault::Scheme)),
            (
                "https://u:p@Example.com/a?token=1#x",
                None,
                Ok(Placed::Web("https://example.com/a".to_owned())),
            ),
        ] {
            assert_eq!(uri(raw, root, 4096), expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn no_path_leaves_the_root(raw in "[a-c./\\\\%2e:]{0,24}", root in proptest::option::of("(/[a-c]){0,2}")) {
            for placed in [plain(&raw, root.as_deref(), 4096), uri(&raw, root.as_deref(), 4096)] {
                if let Ok(Placed::File(path)) = placed {
                    prop_assert!(!path.starts_with('/'));
                    prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "{path}");
                }
            }
        }

        #[test]
        fn any_text_is_placed_or_refused(raw in any::<String>()) {
            let _ = plain(&raw, Some("/p"), 4096);
            let _ = uri(&raw, None, 4096);
        }
    }
}
