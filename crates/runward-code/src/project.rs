//! Values that flow from file to file.
//!
//! All files are looked at quickly first: what each imports, and whether a source or a sink can be
//! in it. Only files between the two are read as programs, those that are imported before those that
//! import them: what their functions do (`runward_taint::Exports`) is all that is kept. Files that
//! import each other are looked at again until nothing changes.

mod gather;
mod graph;
mod solve;

use std::collections::BTreeMap;

use runward_model::NotCovered;

use crate::{cache::Digest, file::Hit};

pub(crate) use gather::Project;

/// What following values through a project may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectLimits {
    /// Files that are read as programs.
    pub files: usize,
    /// How often files that import each other are looked at.
    pub rounds: usize,
}

impl Default for ProjectLimits {
    fn default() -> Self {
        Self {
            files: 20_000,
            rounds: 10,
        }
    }
}

/// What was found about one file.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    /// The rules that need not be run on it again.
    pub(crate) rules: Vec<usize>,
    pub(crate) hits: Vec<Hit>,
    pub(crate) not_covered: Vec<NotCovered>,
}

/// Flows by path, and by what a file's result is known that depends on other files too.
#[derive(Debug, Default)]
pub(crate) struct ProjectFlows {
    pub(crate) flows: BTreeMap<String, Flows>,
    pub(crate) keys: BTreeMap<String, Digest>,
}
