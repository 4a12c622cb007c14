//! What a file of results says of itself.

use jiff::Timestamp;
use runward_model::NotCovered;

use crate::Format;

/// A program that made results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Lower case: `semgrep`, `bandit`, `codeql`.
    pub name: String,
    pub version: Option<String>,
}

/// What is known of the file beside its findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub format: Format,
    pub tools: Vec<Tool>,
    pub generated: Option<Timestamp>,
    /// Files that the tool says it looked at, relative to the root.
    pub scanned: Vec<String>,
    /// `scanned` is complete: the tool says what it looked at, and no limit cut the list.
    pub whole: bool,
    /// The tool's own errors, and what could not be used of its results.
    pub not_covered: Vec<NotCovered>,
    /// For people.
    pub notes: Vec<String>,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Results in the file that were looked at.
    pub entries: u64,
    /// Findings made of them; one result can make several.
    pub findings: u64,
    /// Results that say again what another said at the same place.
    pub duplicates: u64,
    /// Results that the tool reports as suppressed, whether they became findings or not.
    pub suppressed_at_source: u64,
    /// Results that say that all is well.
    pub passed: u64,
    /// Results that could not be used; each is in `not_covered`.
    pub unusable: u64,
}
