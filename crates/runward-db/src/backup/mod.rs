//! Backup and restore, in one format for both databases.
//!
//! A backup is a gzip-compressed text file of lines of JSON: first
//! `{"backup":{…}}`, then for each table `{"table":{…}}` and its rows as arrays, last
//! `{"end":{…}}` with the number of rows of each table and the SHA-256 of all lines before. It is
//! written from one snapshot while others go on writing, and read twice on restore: the first time
//! only to see that it is whole. What is restored gets a new name for the audit log: were it to go
//! on under the old one, the log could not tell it from a database that was set back.

mod format;
mod read;
mod restore;
mod write;

use std::{collections::BTreeMap, path::PathBuf};

use thiserror::Error;

pub use read::{Limits, inspect};
pub use restore::{Derive, Restore, RestoreInfo, restore};
pub(crate) use write::each_row;
pub use write::{BackupInfo, backup};

use crate::DbError;

/// What a backup says it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The schema's version.
    pub schema: i64,
    /// The name of the database that it was made from; absent before it had one.
    pub store: Option<String>,
    pub created: jiff::Timestamp,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    pub(crate) series: BTreeMap<String, i64>,
}

/// What can go wrong with a backup.
#[derive(Debug, Error)]
pub enum BackupError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("`{file}` exists already: name another, or move it away", file = .file.display())]
    Exists { file: PathBuf },
    #[error("cannot write `{file}`: {source}", file = .file.display())]
    Write {
        file: PathBuf,
        source: std::io::Error,
    },
    #[error("cannot read `{file}`: {source}", file = .file.display())]
    Read {
        file: PathBuf,
        source: std::io::Error,
    },
    #[error("line {line} of the backup: {reason}; take another backup")]
    Bad { line: u64, reason: String },
    #[error(
        "the backup was made by a newer Runward (schema {found}, this one knows {known}): upgrade Runward"
    )]
    Newer { found: i64, known: i64 },
}
