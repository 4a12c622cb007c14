//! What the caller says about a file of results and about the project.

use runward_model::{Dependency, Package};

use crate::Limits;

/// How a file of results is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The file as the user gave it, for messages.
    pub name: String,
    /// The absolute directory that the tool saw as the project's root, so that absolute paths in
    /// its results can be told.
    pub source_root: Option<String>,
    /// The file that the results are about, relative to the project's root, for tools that do not
    /// say (pip-audit, Safety, npm audit).
    pub manifest: Option<String>,
    /// Leave out what the tool reports as suppressed in the source. Otherwise such results are
    /// findings too: a project cannot switch off its own findings.
    pub trust_suppressions: bool,
    pub limits: Limits,
}

/// What the caller knows of the project, so that another tool's finding is recognised as the one
/// that Runward has already. Every answer may be empty.
pub trait Known {
    /// The project's dependencies on this package: any version where the package has none.
    fn dependencies(&self, _package: &Package) -> Vec<Dependency> {
        Vec::new()
    }

    /// Other identifiers of an advisory.
    fn aliases(&self, _id: &str) -> Vec<String> {
        Vec::new()
    }

    /// Lines of a file of the project, 1-based, both included.
    fn text(&self, _path: &str, _first: u32, _last: u32) -> Option<String> {
        None
    }
}

/// Knows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

impl Known for Nothing {}
