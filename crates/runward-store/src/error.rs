//! What can go wrong, for the person who must act.

use runward_db::DbError;
use runward_model::Status;
use thiserror::Error;

/// An error of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("no finding matches `{key}`: `runward findings list` shows them all")]
    NotFound { key: String },
    #[error(
        "`{key}` matches several findings; use more of the fingerprint:\n  {}",
        candidates.join("\n  ")
    )]
    Ambiguous {
        key: String,
        /// `fingerprint rule title`, the first few.
        candidates: Vec<String>,
    },
    #[error(
        "`{key}` is too short for a fingerprint: give at least 4 characters, or an advisory id"
    )]
    ShortKey { key: String },
    #[error("there is no project `{name}`: scan it first, or name another")]
    NoProject { name: String },
    #[error("a project `{name}` exists already: choose another name")]
    NameTaken { name: String },
    #[error(
        "a finding that is {from} cannot become {to}; it can become {}",
        words(legal)
    )]
    Illegal {
        from: Status,
        to: Status,
        legal: Vec<Status>,
    },
    /// Somebody else was faster.
    #[error("the finding is {actual} now, not {expected}: look at it again and decide anew")]
    Changed { expected: Status, actual: Status },
    #[error("{what} {reason}")]
    Invalid { what: String, reason: String },
    /// What an import is made from could not be read to its end.
    #[error("the import stopped after {read} findings: {reason}")]
    Import { read: u64, reason: String },
}

fn words(statuses: &[Status]) -> String {
    let words: Vec<_> = statuses.iter().map(|status| status.as_str()).collect();
    words.join(", ")
}

impl StoreError {
    pub(crate) fn invalid(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid {
            what: what.into(),
            reason: reason.into(),
        }
    }

    /// Stored data that does not make sense.
    pub(crate) fn damaged(reason: impl Into<String>) -> Self {
        Self::Db(DbError::Damaged {
            reason: reason.into(),
        })
    }
}
