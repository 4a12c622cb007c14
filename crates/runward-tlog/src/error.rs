//! What can go wrong, written for the person who must act.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::note::NoteError;

/// A failure of the log. Cloneable, because one failed write answers a whole group of callers.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// An input/output failure that left the log as it was.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: Arc<io::Error>,
    },
    /// The disk did not confirm a write: the entries may or may not be in the log after a restart.
    #[error(
        "the disk did not confirm a write ({source}); the fate of the entries after record {size_before} is unknown; \
         reopen the log and read its tail before repeating them"
    )]
    Unknown {
        size_before: u64,
        source: Arc<io::Error>,
    },
    /// An earlier write failed in a way that this handle cannot repair.
    #[error("this log handle stopped after a failed write; reopen the log, then read its tail")]
    Poisoned,
    /// The log on disk is not what was written. `index` is the first record concerned, if known.
    #[error("the log is damaged{}: {what}; restore it from a copy and compare with a stored checkpoint",
        index.map_or_else(String::new, |i| format!(" at record {i}")))]
    Damaged { index: Option<u64>, what: String },
    /// The directory holds a log of another origin or key.
    #[error(
        "the log was not written with this key: {what}; use the key that belongs to this directory"
    )]
    Foreign { what: String },
    /// The directory holds no log.
    #[error("there is no log in `{}`; check the path, or create the log by writing to it", path.display())]
    Missing { path: PathBuf },
    /// An entry that does not fit.
    #[error(
        "an entry of {size} bytes exceeds the limit of {limit} bytes; split it or store a digest of it"
    )]
    TooLarge { size: usize, limit: usize },
    /// A batch that does not fit.
    #[error(
        "a batch of {entries} entries with {bytes} bytes exceeds the limit; append it in smaller batches"
    )]
    BatchTooLarge { entries: usize, bytes: usize },
    /// A record or tree size beyond the end.
    #[error("record {index} is not in the log, which has {size} records")]
    OutOfRange { index: u64, size: u64 },
    /// A record that was archived and removed.
    #[error(
        "record {index} was pruned; records start at {minimum}; look in the archive of the prune"
    )]
    Pruned { index: u64, minimum: u64 },
    /// A write through a handle opened for reading.
    #[error("the log was opened for reading only; open it with its key to write")]
    ReadOnly,
    /// A bad key, note, checkpoint or cosignature.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl LogError {
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_path_buf(),
            source: Arc::new(source),
        }
    }

    pub(crate) fn damaged(index: impl Into<Option<u64>>, what: impl Into<String>) -> Self {
        Self::Damaged {
            index: index.into(),
            what: what.into(),
        }
    }

    /// Whether this is a file that is not there.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}
