//! Bounded, root-confined read access to the files of a scanned project.
//!
//! Engines never touch the file system: they are handed a [`Tree`]. Paths are relative to the
//! tree's root, with `/` between segments and without `.` or `..`; nothing outside the root can
//! be read, not through `..` and not through a symbolic link.

mod disk;
mod memory;
pub mod path;
mod text;

pub use disk::DiskTree;
pub use memory::MemoryTree;
pub use text::{Decoded, decode};

use runward_model::NotCovered;
use thiserror::Error;

/// Limits on what one tree hands out.
#[derive(Debug, Clone, Copy)]
pub struct TreeLimits {
    /// Largest file that is read, in bytes.
    pub max_file_bytes: u64,
    /// Most files that one walk returns.
    pub max_files: usize,
    /// Deepest directory below the root that a walk enters.
    pub max_depth: usize,
}

impl Default for TreeLimits {
    fn default() -> Self {
        Self {
            max_file_bytes: 64 * 1024 * 1024,
            max_files: 1_000_000,
            max_depth: 128,
        }
    }
}

/// Why a path could not be read.
#[derive(Debug, Error)]
pub enum TreeError {
    #[error("`{path}` does not exist")]
    NotFound { path: String },
    #[error("`{path}` leads outside the scanned directory")]
    Escapes { path: String },
    #[error("`{path}` is not a regular file")]
    NotAFile { path: String },
    #[error("`{path}` is {size} bytes, over the limit of {limit}")]
    TooLarge { path: String, size: u64, limit: u64 },
    #[error("`{path}` cannot be read: {reason}")]
    Unreadable { path: String, reason: String },
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Directory,
}

/// The files of one project.
pub trait Tree: Send + Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError>;

    /// What stands at a path; `None` where nothing does or where it leads outside.
    fn kind(&self, path: &str) -> Option<EntryKind>;

    /// The names in a directory with their kinds, sorted; links that lead outside are left out.
    fn list(&self, directory: &str) -> Result<Vec<(String, EntryKind)>, TreeError>;

    /// Every file below `directory` (the root: `""`), sorted, without entering the directories
    /// for which `skip` says yes (it is given the path relative to the root).
    fn walk(&self, directory: &str, skip: &(dyn Fn(&str) -> bool + Sync)) -> Walk;
}

/// The outcome of a walk.
#[derive(Debug, Default)]
pub struct Walk {
    pub files: Vec<String>,
    /// Symbolic links that lead outside the root, or nowhere.
    pub lost_links: Vec<String>,
    /// Directories that could not be entered, limits that were reached, names that are no UTF-8.
    pub not_covered: Vec<NotCovered>,
}
