//! The object database: packs and loose objects, read as they lie on disk when it was opened.
//!
//! Packs and their indices are taken apart by `gix-pack`. Chains of deltas are resolved here, because each
//! base on the way is kept: a history asks for nearly all of them.

mod cache;
mod delta;
mod loose;
mod pack;
mod reader;

pub use delta::apply_delta;
pub(crate) use pack::Objects;
pub use reader::Reader;

use std::sync::Arc;

use thiserror::Error;

use crate::{GitError, ObjectId};

/// One object, unpacked.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) kind: gix_object::Kind,
    pub(crate) data: Arc<Vec<u8>>,
}

/// Why one object could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ObjectError {
    #[error("missing")]
    Missing,
    #[error("{0}")]
    Corrupt(String),
    #[error("{size} bytes, over the limit of {limit}")]
    TooLarge { size: u64, limit: u64 },
}

impl ObjectError {
    pub(crate) fn of(self, id: ObjectId) -> GitError {
        match self {
            Self::Missing => GitError::Missing { id },
            Self::Corrupt(reason) => GitError::Corrupt { id, reason },
            Self::TooLarge { size, limit } => GitError::TooLarge { id, size, limit },
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
    fn corrupt(reason: impl ToString) -> Self {
        Self::Corrupt(reason.to_string())
    }
}

pub(crate) fn kind_name(kind: gix_object::Kind) -> &'static str {
    match kind {
        gix_object::Kind::Tree => "tree",
        gix_object::Kind::Blob => "blob",
        gix_object::Kind::Commit => "commit",
        gix_object::Kind::Tag => "tag",
    }
}
