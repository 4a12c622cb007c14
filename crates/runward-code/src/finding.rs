//! What a rule found in a file.

use runward_model::{CodeMatch, Confidence, Fingerprint, Location, NotCovered, Severity};
use serde::{Deserialize, Serialize};

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeFinding {
    pub fingerprint: Fingerprint,
    pub rule: String,
    pub severity: Severity,
    pub confidence: Confidence,
    pub location: Location,
    pub matched: CodeMatch,
    /// The comment that silences it.
    pub silenced: Option<Silenced>,
}

/// A decision written beside the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silenced {
    /// `nosec`, `nosemgrep` or `runward: ignore`.
    pub by: String,
    pub line: u32,
    /// Empty where none is given.
    pub reason: String,
}

/// A marker that silences nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    pub path: String,
    pub line: u32,
    /// `nosec B602`.
    pub marker: String,
}

/// Everything about one file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FileResult {
    pub findings: Vec<CodeFinding>,
    pub not_covered: Vec<NotCovered>,
    pub unused: Vec<Unused>,
}

/// Everything about all files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scanned {
    /// By path and place.
    pub findings: Vec<CodeFinding>,
    pub not_covered: Vec<NotCovered>,
    pub unused: Vec<Unused>,
    /// Files that at least one rule could be about.
    pub files: Vec<String>,
    /// Of these, how many came from the cache.
    pub cached: usize,
    /// Their bytes.
    pub bytes: u64,
}
