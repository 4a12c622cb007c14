//! Plain data that callers fill in for the smaller reports: lists from the store, one advisory.

use jiff::{Timestamp, civil::Date};
use runward_model::{EpssScore, KevEntry, Priority, Severity, Status};

/// A recorded finding as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingRow {
    pub fingerprint: String,
    pub kind: String,
    pub severity: Severity,
    pub status: Status,
    /// The advisory or rule id that the finding is recorded under.
    pub rule: String,
    /// The id that lists show, see [`crate::finding_id`].
    pub id: String,
    pub title: String,
    /// `django 3.2.1`, for a finding about a package.
    pub package: Option<String>,
    pub path: String,
    pub line: Option<u32>,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub priority: Option<Priority>,
    pub risk: Option<f64>,
    pub due: Option<Timestamp>,
    pub overdue: bool,
    pub accepted_until: Option<Date>,
    pub reason: Option<String>,
}

/// One change of a finding's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    pub at: Timestamp,
    pub who: String,
    /// `None` for the first sight.
    pub from: Option<Status>,
    pub to: Status,
    pub why: String,
}

/// One advisory (all records that are aliases of one another) for `explain`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdvisoryView {
    pub id: String,
    pub aliases: Vec<String>,
    pub records: Vec<String>,
    pub summary: String,
    pub details: String,
    /// As rated by the assessment; `None` where nobody has rated it.
    pub severity: Option<Severity>,
    pub cvss_score: Option<f64>,
    pub vectors: Vec<String>,
    pub cwes: Vec<String>,
    pub malicious: bool,
    pub informational: Option<String>,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    pub withdrawn: Option<Timestamp>,
    pub kev: Option<KevEntry>,
    pub epss: Option<EpssScore>,
    pub affected: Vec<AffectedView>,
    pub references: Vec<String>,
}

/// A package that an advisory names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AffectedView {
    pub ecosystem: String,
    pub package: String,
    /// In words: `>= 3.2, < 3.2.13`.
    pub ranges: Vec<String>,
    /// How many versions are enumerated besides the ranges.
    pub versions: usize,
    pub fixed: Vec<String>,
}
