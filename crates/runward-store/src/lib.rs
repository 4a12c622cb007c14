//! Persistence: what earlier scans found, since when, and what people decided about it.
//!
//! [`Store`] holds projects, findings, scans and state changes in a database of `runward-db`. A
//! finding's life goes through three doors only: [`Store::record_scan`] (what a scan saw and did
//! not see), [`Store::import`] (the same for what another program reported) and the decisions of
//! people ([`Store::decide_with`] and its short forms). Each writes the new state, its transition
//! and its event in one transaction, in which nobody else changes the project.

mod by_rule;
mod coverage;
mod decide;
mod drive;
mod error;
mod events;
mod find;
mod former;
mod import;
mod lookup;
mod metrics;
mod plan;
mod project;
mod query;
mod record;
mod row;
mod scans;
mod scope;
mod store;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod write;

pub use by_rule::RuleFindings;
pub use coverage::{Coverage, RuleCoverage};
pub use decide::{Decided, Decision, Selection, Wish, legal_from};
pub use error::StoreError;
pub use import::{ImportRecord, Imported};
pub use metrics::{Age, Metrics, MetricsFilter, SeverityMetrics};
pub use project::{Project, ProjectId, ProjectRow};
pub use query::{Cursor, Filter, Page, StoredFinding};
pub use record::{Judged, Recorded, ScanRecord};
pub use scans::StoredScan;
pub use scope::Scope;
pub use store::{Store, reindex};
pub use timeline::{Sighting, Timeline, TimelineEntry, TimelineStep, Transition};

/// Runward's own name among the reporters.
pub const OWN_REPORTER: &str = "runward";

/// Bounds on what is stored and asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest reason that a person gives, in characters.
    pub reason_chars: usize,
    /// Longest name of a person, in characters.
    pub who_chars: usize,
    /// Longest name of a project or reporter, in characters.
    pub name_chars: usize,
    /// Longest search text, key or path filter, in characters.
    pub query_chars: usize,
    /// Longest text of a finding's own columns, in characters; longer ones are cut in the column
    /// and whole in the payload.
    pub column_chars: usize,
    /// Longest advisory text kept in a payload, in bytes.
    pub details_bytes: usize,
    /// Findings of one scan.
    pub findings: usize,
    /// Findings of an import that wait until all the others have been seen.
    pub deferred: usize,
    /// Rows of one answer.
    pub page: u32,
    /// Candidates named for an ambiguous key.
    pub candidates: usize,
}

/// The limits in force.
pub const LIMITS: Limits = Limits {
    reason_chars: 2_000,
    who_chars: 200,
    name_chars: 200,
    query_chars: 500,
    column_chars: 4_096,
    details_bytes: 65_536,
    findings: 1_000_000,
    deferred: 5_000,
    page: 10_000,
    candidates: 10,
};
