//! Blobs of a repository, its history and its index, read in-process.
//!
//! [`Repository::discover`] finds the repository of a directory. From there:
//!
//! - [`Repository::history`] visits every blob that can be reached from the chosen refs, once;
//! - [`Repository::staged`] compares the index with the last commit, [`Repository::changed_since`]
//!   the working tree with a revision, [`Repository::added_lines`] says which lines are new;
//! - [`Repository::resolve`], [`Repository::commit`] and [`Repository::blob`] look up one thing.
//!
//! A repository is untrusted. No program that it names is ever started (hooks, filters, textconv,
//! fsmonitor, credential helpers), no file outside of it is read unless [`Trust`] says so, and what
//! could not be read is in the result. Git's own check of a repository's owner (`safe.directory`)
//! guards against such programs and is not repeated here.
//!
//! Paths come from the repository and are labels: they may hold `..` or anything else but NUL, and must
//! not be opened without a check.

mod changed;
mod changes;
mod commit;
mod config;
mod error;
mod file;
mod graph;
mod history;
mod id;
mod index;
mod introduced;
mod lfs;
mod limits;
mod lines;
mod list;
mod merge_base;
mod objects;
mod path;
mod place;
mod refs;
mod repository;
mod revision;
mod staged;
mod untracked;
mod visit;
mod worktree;

pub use changed::{Changed, ChangedFile, ChangedKind};
pub use changes::FileMode;
pub use commit::{Commit, Person};
pub use error::GitError;
pub use graph::Tips;
pub use history::{HistoryOptions, HistoryReport, Phase, Progress, Stopped};
pub use id::ObjectId;
pub use lfs::LfsPointer;
pub use limits::Limits;
pub use lines::{LineRange, added_lines};
pub use list::{ListedFile, Listing};
pub use objects::Reader;
pub use path::RepoPath;
pub use place::{OpenOptions, Trust};
pub use refs::{Head, Reference};
pub use repository::Repository;
pub use staged::{Staged, StagedFile, StagedKind};
pub use visit::HistoryBlob;

/// The formats that are read here, for tests that feed them anything.
#[doc(hidden)]
pub mod formats {
    pub use crate::{
        config::Config,
        index::check as check_index,
        objects::apply_delta,
        refs::{packed_refs, target_of},
    };
}
