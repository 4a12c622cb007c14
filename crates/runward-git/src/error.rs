//! What can go wrong.

use std::path::PathBuf;

use thiserror::Error;

use crate::ObjectId;

/// Why a repository, or something in it, could not be read.
#[derive(Debug, Error)]
pub enum GitError {
    #[error("`{path}` is not in a git repository; name a directory that is, or run `git init`")]
    NotARepository { path: PathBuf },
    #[error(
        "`{path}` points to the git directory `{target}`, which does not name it back; trust links to follow it"
    )]
    Unacknowledged { path: PathBuf, target: PathBuf },
    #[error(
        "the repository takes objects from `{target}`, which is outside of it; trust links to follow it"
    )]
    Outside { target: PathBuf },
    #[error("{what} cannot be read; {instead}")]
    Unsupported { what: String, instead: &'static str },
    #[error("`{path}` cannot be read: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    #[error("`{revision}` is no revision of this repository; name a commit, a branch or a tag")]
    UnknownRevision { revision: String },
    #[error("`{revision}` stands for more than one object; write more of its digits")]
    Ambiguous { revision: String },
    #[error("object `{id}` is not in this repository; fetch it, or see `git fsck`")]
    Missing { id: ObjectId },
    #[error("object `{id}` is corrupt: {reason}; see `git fsck`")]
    Corrupt { id: ObjectId, reason: String },
    #[error("object `{id}` is a {found}, not a {wanted}")]
    WrongKind {
        id: ObjectId,
        found: &'static str,
        wanted: &'static str,
    },
    #[error("object `{id}` is {size} bytes, over the limit of {limit}")]
    TooLarge { id: ObjectId, size: u64, limit: u64 },
    #[error("the index cannot be read: {reason}")]
    Index { reason: String },
    #[error("the repository has no working tree; run this where files are checked out")]
    NoWorkTree,
    #[error("more than {limit} {what}; look at a smaller part of the repository")]
    OverLimit { what: &'static str, limit: u64 },
}
