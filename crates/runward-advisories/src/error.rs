//! Why a database cannot be read or made.

use std::{io, path::Path};

use runward_http::HttpError;
use thiserror::Error;

/// An advisory database that cannot be used.
#[derive(Debug, Error)]
pub enum DatabaseError {
    #[error(
        "the advisory database at `{path}` is damaged ({reason}); run `runward db update` to \
         replace it"
    )]
    Damaged { path: String, reason: String },
    #[error(
        "the advisory database at `{path}` has format {found}, and this program reads format \
         {supported}; run `runward db update` to replace it, or use the program that wrote it"
    )]
    OtherFormat {
        path: String,
        found: u32,
        supported: u32,
    },
    #[error(
        "the advisory database at `{path}` cannot be read: {source}; check its permissions, or \
         run `runward db update`"
    )]
    Unreadable { path: String, source: io::Error },
    #[error("the built-in starter set cannot be read: {reason}; please report this")]
    Starter { reason: String },
}

impl DatabaseError {
    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.display().to_string(),
            reason: reason.into(),
        }
    }

    pub(crate) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable {
            path: path.display().to_string(),
            source,
        }
    }
}

/// An update that did not happen. The old database, where there is one, is as it was.
#[derive(Debug, Error)]
pub enum UpdateError {
    #[error(
        "another update of `{path}` is running ({holder}); wait for it to end, then run the \
         command again"
    )]
    Busy { path: String, holder: String },
    #[error(
        "`{source_path}` holds no advisories: {reason}; give a directory in OSV's layout (`<ecosystem>/all.zip`)"
    )]
    NoAdvisories { source_path: String, reason: String },
    #[error("`{path}` does not exist; check how it is spelled, and from which directory it counts")]
    NotFound { path: String },
    #[error("there is no advisory database at `{path}`; run `runward db update` to have one")]
    NoDatabase { path: String },
    #[error("the advisory database has no `{name}`; it has {has}")]
    NotInDatabase { name: String, has: String },
    #[error("`{name}` is not the name of an ecosystem; use one such as PyPI, npm or crates.io")]
    NotAnEcosystem { name: String },
    #[error("`{what}` cannot be used: {reason}; {next}")]
    Unusable {
        what: String,
        reason: String,
        next: &'static str,
    },
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("`{path}` cannot be read or written: {source}; check free space and permissions")]
    Io { path: String, source: io::Error },
}

impl UpdateError {
    /// A failure to read what the user named.
    pub(crate) fn given(path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::NotFound {
            return Self::NotFound {
                path: path.display().to_string(),
            };
        }
        Self::io(path, source)
    }

    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.display().to_string(),
            source,
        }
    }

    pub(crate) fn unusable(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unusable {
            what: what.into(),
            reason: reason.into(),
            next: "check the source, then update again",
        }
    }
}
