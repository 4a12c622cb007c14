//! The repository's own files, read so that nothing in the way of a hostile one can stop us.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use crate::{GitError, OpenOptions, Trust};

/// Reads the repository's own files: regular ones, up to a size, below its directories.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    trust: Trust,
    limit: u64,
    /// Canonical directories that a link may lead to.
    roots: Vec<PathBuf>,
}

impl Files {
    pub(crate) fn new(options: &OpenOptions, roots: Vec<PathBuf>) -> Self {
        Self {
            trust: options.trust,
            limit: options.limits.max_file_bytes,
            roots,
        }
    }

    /// A file's content; `None` where there is none. A pipe, a device or a link to elsewhere is an error.
    pub(crate) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, GitError> {
        if !self.is_regular(path)? {
            return Ok(None);
        }
        let unreadable = |reason: String| GitError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| {
                file.take(self.limit.saturating_add(1))
                    .read_to_end(&mut bytes)
            })
            .map_err(|error| unreadable(error.to_string()))?;
        if bytes.len() as u64 > self.limit {
            return Err(unreadable(format!("larger than {} bytes", self.limit)));
        }
        Ok(Some(bytes))
    }

    /// False where nothing is there.
    pub(crate) fn is_regular(&self, path: &Path) -> Result<bool, GitError> {
        let unreadable = |reason: String| GitError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let Ok(metadata) = fs::symlink_metadata(path) else {
            return Ok(false);
        };
        let metadata = if metadata.is_symlink() {
            self.confined(path)?;
            match fs::metadata(path) {
                Ok(metadata) => metadata,
                Err(_) => return Ok(false),
            }
        } else {
            metadata
        };
        if metadata.is_dir() {
            return Ok(false);
        }
        if !metadata.is_file() {
            return Err(unreadable("not a regular file".to_owned()));
        }
        Ok(true)
    }

    /// Whether a path, all links followed, is below the repository's directories.
    pub(crate) fn confined(&self, path: &Path) -> Result<(), GitError> {
        if self.trust == Trust::Links {
            return Ok(());
        }
        let Ok(real) = fs::canonicalize(path) else {
            return Ok(());
        };
        if self.roots.iter().any(|root| real.starts_with(root)) {
            return Ok(());
        }
        Err(GitError::Outside { target: real })
    }
}
