//! Persistence: what earlier scans found, since when, and what people decided about it.
//!
//! [`Store`] is a blocking handle on one `SQLite` database that holds one project's findings,
//! scans and state changes. A finding's life goes through two doors only:
//! [`Store::record_scan`] (what a scan saw and did not see) and the decisions of people
//! ([`Store::accept`], [`Store::reopen`], [`Store::set_status`]). Each writes the new state and
//! its transition in one transaction, under the write lock taken at its start, so that two scans
//! at once take turns and lose nothing.
//!
//! The SQL is kept to what `PostgreSQL` understands too, and no type of the database library
//! shows outside.

mod coverage;
mod decide;
mod error;
mod open;
mod plan;
mod query;
mod record;
mod row;
mod scans;
mod schema;
#[cfg(test)]
mod tests;
mod write;

pub use coverage::Coverage;
pub use decide::legal_from;
pub use error::StoreError;
pub use open::Store;
pub use query::{Filter, StoredFinding, Transition};
pub use record::{Judged, Recorded, ScanRecord};
pub use scans::StoredScan;

/// Bounds on what is stored and asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest reason that a person gives, in characters.
    pub reason_chars: usize,
    /// Longest name of a person, in characters.
    pub who_chars: usize,
    /// Longest search text, key or path filter, in characters.
    pub query_chars: usize,
    /// Longest text of a finding's own columns, in characters; longer ones are cut in the column
    /// and whole in the payload.
    pub column_chars: usize,
    /// Longest advisory text kept in a payload, in bytes.
    pub details_bytes: usize,
    /// Findings of one scan.
    pub findings: usize,
    /// Rows of one answer.
    pub page: u32,
    /// Candidates named for an ambiguous key.
    pub candidates: usize,
    /// How long a writer waits for another, in seconds.
    pub busy_seconds: u64,
}

/// The limits in force.
pub const LIMITS: Limits = Limits {
    reason_chars: 2_000,
    who_chars: 200,
    query_chars: 500,
    column_chars: 4_096,
    details_bytes: 65_536,
    findings: 1_000_000,
    page: 10_000,
    candidates: 10,
    busy_seconds: 60,
};
