//! What judgement adds to a finding.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Severity;

/// How much a package matters to what the project ships.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum PackageClass {
    Development,
    Core,
}

impl PackageClass {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Development => "development",
        }
    }
}

impl fmt::Display for PackageClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The order of work, `P0` first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Priority {
    /// Exploited now, or malicious.
    P0,
    P1,
    P2,
    P3,
    P4,
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
        })
    }
}

/// How hard the fix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixComplexity {
    /// The lowest fixed version differs in the patch part only.
    Patch,
    Minor,
    Major,
    /// A fixed version exists but cannot be compared by parts.
    Unclear,
    /// Nothing to upgrade to.
    NoFix,
}

impl FixComplexity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Unclear => "unclear",
            Self::NoFix => "no_fix",
        }
    }
}

/// One term of the risk score: `points` is what it adds to the 0–10 sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskTerm {
    pub name: String,
    pub points: f64,
    /// The reason in words, for `--explain`.
    pub because: String,
}

/// The verdict on one finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// As rated: [`Severity::Unknown`] stays visible here.
    pub severity: Severity,
    /// What the severity counts as after policy (unknown → high by default).
    pub effective_severity: Severity,
    /// The CVSS base score (0–10) of the worst vector, where there is one.
    pub cvss_score: Option<f64>,
    /// The vector behind `cvss_score`.
    pub cvss_vector: Option<String>,
    /// `cvss`, `database label`, `malicious package`, `rule` or `none`.
    pub severity_source: String,
    pub class: PackageClass,
    pub fix_complexity: FixComplexity,
    /// The version to go to: the lowest that fixes it and that the dependants' requirements allow,
    /// else the lowest that fixes it.
    pub fix_version: Option<String>,
    /// How many dependants constrain the package below `fix_version`.
    pub constrained_by: usize,
    /// 0.0 to 10.0, one decimal.
    pub risk: f64,
    pub terms: Vec<RiskTerm>,
    pub priority: Priority,
    pub within_hours: u32,
    /// First detection plus `within_hours`.
    pub due: Timestamp,
    pub approver: String,
    /// Why the deadline is shorter than the matrix says; empty otherwise.
    pub tightened_by: Vec<String>,
    pub overdue: bool,
}
