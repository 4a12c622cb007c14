//! What can go wrong, for the person who must act.

use std::path::{Path, PathBuf};

use runward_model::Status;
use thiserror::Error;

/// An error of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("cannot open `{}`: {reason}", path.display())]
    Open { path: PathBuf, reason: String },
    #[error("`{}` cannot be written: check the permissions of the file and its directory", path.display())]
    ReadOnly { path: PathBuf },
    #[error(
        "`{}` is not a Runward database: move it away or name another file",
        path.display()
    )]
    NotRunward { path: PathBuf },
    #[error(
        "`{}` was written by a newer Runward (schema {found}, this one knows {known}): upgrade Runward",
        path.display()
    )]
    NewerSchema {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    #[error("`{}` is in use by another process: wait for it to end and try again", path.display())]
    Busy { path: PathBuf },
    #[error("no space left to write `{}`: free some and try again", path.display())]
    Full { path: PathBuf },
    #[error(
        "`{}` is damaged ({reason}): move it away; the next scan starts a new one",
        path.display()
    )]
    Damaged { path: PathBuf, reason: String },
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
    #[error(
        "a finding that is {from} cannot become {to}; it can become {}",
        words(legal)
    )]
    Illegal {
        from: Status,
        to: Status,
        legal: Vec<Status>,
    },
    #[error("{what} {reason}")]
    Invalid { what: String, reason: String },
    #[error("the store's blocking interface was called from asynchronous code")]
    InsideRuntime,
    #[error("the database `{}` failed: {reason}", path.display())]
    Database { path: PathBuf, reason: String },
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
}

/// An error inside a transaction: the path is added at the edge.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(sqlx::Error),
    /// Stored data that does not make sense.
    Damaged(String),
    Store(StoreError),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    pub(crate) fn at(self, path: &Path) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Store(error) => error,
            Self::Damaged(reason) => StoreError::Damaged { path, reason },
            Self::Sql(error) => match primary_code(&error) {
                Some(5 | 6) => StoreError::Busy { path },
                Some(3 | 8) => StoreError::ReadOnly { path },
                Some(11) => StoreError::Damaged {
                    path,
                    reason: "its pages do not fit together".to_owned(),
                },
                Some(13) => StoreError::Full { path },
                Some(14) => StoreError::Open {
                    path,
                    reason: "the file or its directory cannot be read or made; check that both \
                             exist and their permissions"
                        .to_owned(),
                },
                Some(26) => StoreError::NotRunward { path },
                _ => match error {
                    sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                        StoreError::Damaged {
                            path,
                            reason: "a value has the wrong type".to_owned(),
                        }
                    }
                    other => StoreError::Database {
                        path,
                        reason: other.to_string(),
                    },
                },
            },
        }
    }
}

/// `SQLite`'s primary result code (<https://www.sqlite.org/rescode.html>), from the extended one.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
