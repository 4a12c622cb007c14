//! What can go wrong with the audit trail, for the person who must act.

use std::path::PathBuf;

use runward_db::DbError;
use runward_tlog::LogError;
use thiserror::Error;

/// An error of the audit trail.
#[derive(Debug, Error)]
pub enum AuditError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("`{path}`: {what}")]
    File { path: PathBuf, what: String },
    #[error("the key in `{path}` cannot be used: {what}; put the right file back from a backup")]
    Key { path: PathBuf, what: String },
    #[error("this trail was opened for reading only: it has no key to sign with")]
    ReadOnly,
    #[error(
        "the audit log was cut: it has {found} entries, and the database knows of {known}; put the log directory back from a backup, and run `runward audit verify`"
    )]
    Truncated { known: u64, found: u64 },
    #[error(
        "the audit log was rewritten: the tree of its first {size} entries is not the one that the database knows; put the log directory back from a backup, and run `runward audit verify`"
    )]
    Rewritten { size: u64 },
    #[error(
        "the database is older than its audit log: the log has event {logged} of the database `{store}`, which the database {has}; put the newest backup back with `runward store restore`, which gives the database a new name in the log"
    )]
    DatabaseRewound {
        store: String,
        logged: i64,
        has: String,
    },
    #[error(
        "events were removed from the database before they reached the audit log: the next is {expected}, and the first that waits is {found}; put the database back from a backup with `runward store restore`"
    )]
    OutboxGap { expected: i64, found: i64 },
    #[error(
        "this database was recorded in the audit log `{known}` and not in `{found}`; configure the old log again, or take the new one with `runward audit adopt`"
    )]
    OtherLog { known: String, found: String },
    #[error("entry {index} of the audit log is damaged: {what}; run `runward audit verify`")]
    Entry { index: u64, what: String },
    #[error(
        "the index of the audit log does not fit the log: {what}; make it again with `runward audit reindex`"
    )]
    Index { what: String },
    #[error("{what}; {help}")]
    Query { what: String, help: String },
    #[error("there is no event `{wanted}`; see `runward audit log` for those that there are")]
    NotFound { wanted: String },
    #[error("the proof does not hold: {what}")]
    Proof { what: String },
    #[error("entry {index} was pruned: the log begins at {minimum}; look in the archive")]
    Pruned { index: u64, minimum: u64 },
    #[error("cannot write: {what}")]
    Output { what: String },
}

impl AuditError {
    /// Whether it says that the record was tampered with, damaged or set back: somebody must look.
    pub fn is_detection(&self) -> bool {
        match self {
            Self::Truncated { .. }
            | Self::Rewritten { .. }
            | Self::DatabaseRewound { .. }
            | Self::OutboxGap { .. }
            | Self::OtherLog { .. }
            | Self::Entry { .. }
            | Self::Index { .. }
            | Self::Proof { .. } => true,
            Self::Log(error) => matches!(
                error,
                LogError::Damaged { .. } | LogError::Foreign { .. } | LogError::Note(_)
            ),
            _ => false,
        }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "errors come as `map_err` gives them"
    )]
    pub(crate) fn file(path: impl Into<PathBuf>, error: impl ToString) -> Self {
        Self::File {
            path: path.into(),
            what: error.to_string(),
        }
    }
}

impl From<std::io::Error> for AuditError {
    /// Of the writer that an export goes to; files have [`AuditError::File`].
    fn from(error: std::io::Error) -> Self {
        Self::Output {
            what: error.to_string(),
        }
    }
}
