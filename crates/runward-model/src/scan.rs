//! The result of a scan.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Excluded, Finding, Fingerprint, NotCovered, Target};

/// Which advisory database was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// Downloaded or imported.
    Full,
    /// The small built-in set: a first look only.
    Starter,
}

/// The advisory database that a scan was judged from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatabaseInfo {
    pub kind: DatabaseKind,
    /// Where it stands on disk; none for the starter set.
    pub path: Option<String>,
    /// When its sources were read; for the starter set, the date of its data.
    pub updated: Option<Timestamp>,
    /// Hours between `updated` and the scan.
    pub age_hours: Option<f64>,
    pub stale: bool,
    pub max_age_hours: u32,
    pub advisories: u64,
    pub packages: u64,
    pub ecosystems: Vec<EcosystemInfo>,
    pub kev_entries: u64,
    pub epss_entries: u64,
    /// Records that could not be used in full, and why.
    pub problems: u64,
}

/// One ecosystem's share of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EcosystemInfo {
    pub ecosystem: String,
    pub advisories: u64,
    pub source: String,
    /// When the source was last read.
    pub updated: Option<Timestamp>,
    /// The newest change of a record of the source, where its records say when they changed: an
    /// old one shows a copy that nobody keeps up, however recently it was read.
    #[serde(default)]
    pub newest_record: Option<Timestamp>,
}

/// A finding of an earlier scan that this one looked for and did not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedFinding {
    pub fingerprint: Fingerprint,
    pub rule: String,
    pub title: String,
    pub path: String,
    pub first_seen: Timestamp,
}

/// A suppression that expired or matches nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppressionNotice {
    /// The suppression in words: `CVE-2024-1 in requests (runward.toml)`.
    pub suppression: String,
    /// `expired on 2026-01-01` or `matches nothing`.
    pub problem: String,
}

/// How the scan ended, for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Clean,
    Findings,
    NothingToScan,
    Incomplete,
}

impl Verdict {
    /// The process exit code that stands for it. Codes 2 (wrong usage) and 5 (internal error) are
    /// no verdicts.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::NothingToScan => 3,
            Self::Incomplete => 4,
        }
    }
}

/// Everything a scan has to say. Renderers turn it into their formats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanReport {
    /// The scanned project's name (its directory's, unless configured).
    pub project: String,
    /// As the user gave it.
    pub root: String,
    pub environment: Option<String>,
    pub started: Timestamp,
    pub database: DatabaseInfo,
    pub target: Target,
    /// Active findings, worst first.
    pub findings: Vec<Finding>,
    /// Findings hidden by a suppression or an acceptance, worst first.
    pub suppressed: Vec<Finding>,
    /// Active findings left out of `findings` because `--new-only` asks for new ones.
    pub known: usize,
    pub fixed: Vec<FixedFinding>,
    pub not_covered: Vec<NotCovered>,
    pub excluded: Vec<Excluded>,
    pub suppression_notices: Vec<SuppressionNotice>,
    /// Warnings for people: stale database, starter set, …
    pub warnings: Vec<String>,
    /// Every dependency that was read, for SBOM and VEX output.
    pub dependencies: Vec<crate::Dependency>,
    /// Path and format of every manifest that was read.
    pub read: Vec<(String, String)>,
    pub packages_judged: usize,
    /// Files that code rules looked at; `None` where no code was to be looked at.
    pub code_files: Option<usize>,
    /// The rules that were run on them.
    pub rules_run: usize,
    /// Files that were searched for secrets; `None` where none were to be looked for.
    pub secret_files: Option<usize>,
    pub fail_on: crate::Severity,
    /// Active findings at or above `fail_on`.
    pub at_or_above_gate: usize,
    pub verdict: Verdict,
}
