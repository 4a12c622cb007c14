//! Paths as git knows them.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// A path in a repository: bytes, `/` between its parts, relative to the root of the working tree.
///
/// It is what a tree or an index says, so it may not be UTF-8 and may hold `..`; see [`RepoPath::is_plain`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RepoPath(Vec<u8>);

impl RepoPath {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// `None` where the path is not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path below a directory; `None` where it is elsewhere.
    pub fn below(&self, directory: &RepoPath) -> Option<RepoPath> {
        if directory.is_empty() {
            return Some(self.clone());
        }
        let rest = self.0.strip_prefix(directory.as_bytes())?;
        rest.strip_prefix(b"/").map(RepoPath::new)
    }

    /// Whether every part is an ordinary name, so that the path stays below any directory it is joined to.
    pub fn is_plain(&self) -> bool {
        !self.0.is_empty()
            && !self.0.contains(&0)
            && self.0.split(|byte| *byte == b'/').all(|part| {
                let foreign = cfg!(windows) && part.iter().any(|byte| b"\\:".contains(byte));
                !matches!(part, b"" | b"." | b"..")
                    && !part.eq_ignore_ascii_case(b".git")
                    && !foreign
            })
    }

    /// The path as one of this system; `None` where it is not plain or cannot be written.
    pub(crate) fn to_relative(&self) -> Option<PathBuf> {
        if !self.is_plain() {
            return None;
        }
        bytes_to_path(&self.0)
    }

    pub(crate) fn from_relative(path: &Path) -> Option<Self> {
        let mut bytes = Vec::new();
        for part in path.components() {
            let std::path::Component::Normal(name) = part else {
                return None;
            };
            if !bytes.is_empty() {
                bytes.push(b'/');
            }
            bytes.extend_from_slice(os_bytes(name)?);
        }
        Some(Self(bytes))
    }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere not every name is bytes"
)]
pub(crate) fn os_bytes(name: &std::ffi::OsStr) -> Option<&[u8]> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(name.as_bytes())
}

#[cfg(not(unix))]
pub(crate) fn os_bytes(name: &std::ffi::OsStr) -> Option<&[u8]> {
    name.to_str().map(str::as_bytes)
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere not every name is bytes"
)]
pub(crate) fn bytes_to_path(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
pub(crate) fn bytes_to_path(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// What is not UTF-8, and control characters, as `\x…`.
impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for letter in chunk.valid().chars() {
                if letter.is_control() {
                    write!(f, "\\x{:02x}", u32::from(letter))?;
                } else {
                    write!(f, "{letter}")?;
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_names_are_plain() {
        for plain in ["a", "a/b", "..a", ".gitignore", "a b"] {
            assert!(RepoPath::new(plain).is_plain(), "{plain}");
        }
        for hostile in [
            "",
            "/a",
            "a//b",
            "..",
            "a/../b",
            ".git/hooks/x",
            ".GIT",
            "a/",
            "a\0b",
            ".",
        ] {
            assert!(!RepoPath::new(hostile).is_plain(), "{hostile}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(
            RepoPath::new(*b"a\xff\n\xc3\xa4").to_string(),
            "a\\xff\\x0aä"
        );
    }

    #[test]
    fn below_a_directory_and_not_beside_it() {
        let path = RepoPath::new("ab/c");
        assert_eq!(path.below(&RepoPath::new("ab")), Some(RepoPath::new("c")));
        assert_eq!(path.below(&RepoPath::new("a")), None);
        assert_eq!(path.below(&RepoPath::default()), Some(path));
    }
}
