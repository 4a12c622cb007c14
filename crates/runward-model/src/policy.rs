//! Policy: what a team has decided, as data. The defaults are `policies/default.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{PackageClass, Priority, Severity};

/// What an incomplete look means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnIncomplete {
    /// Say it, and go on.
    Warn,
    /// Exit with the "incomplete" code.
    Fail,
}

/// Every decision that judgement follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The lowest severity that fails a scan (after `unknown_severity_as`).
    pub fail_on: Severity,
    /// What a finding that nobody has rated counts as until a person decides.
    pub unknown_severity_as: Severity,
    /// What a dependency without a determinable version, or a file that could not be read, does
    /// to the exit code.
    pub on_not_covered: OnIncomplete,
    /// What an advisory database older than `database.max_age_hours` does to the exit code.
    pub on_stale_database: OnIncomplete,
    /// What judging from the built-in starter set does to the exit code.
    pub on_starter_database: OnIncomplete,
    /// Whether entries that are no vulnerability by themselves (`unmaintained`, `notice`) are
    /// reported.
    pub report_informational: bool,
    /// Whether a comment in the code that silences a finding (`# nosec`, `# nosemgrep`,
    /// `# runward: ignore[…]`) counts only where it gives a reason; of these, only the last can.
    pub require_ignore_reason: bool,
    /// Longest life of a suppression, in days from today.
    pub max_suppression_days: u32,
    /// The priority matrix, first matching row wins. A later layer replaces the whole list.
    pub matrix: Vec<MatrixRow>,
    /// Deadlines cut short by what is known of exploitation.
    pub tighten: Tighten,
    /// Which packages are core or development whatever their scope, by name; a trailing `*`
    /// matches any rest.
    pub package_classes: PackageClasses,
    /// The class of each dependency scope.
    pub scope_classes: ScopeClasses,
    /// Points of the risk score.
    pub risk: RiskWeights,
}

/// Severity × package class → timeline and approver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    pub severity: Severity,
    /// Absent: any class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<PackageClass>,
    pub within_hours: u32,
    /// A role: `developer`, `team-lead`, `security-lead`.
    pub approver: String,
    pub priority: Priority,
}

/// The shortest deadlines, whatever the matrix says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tighten {
    /// For an entry in CISA's catalogue of known exploited vulnerabilities.
    pub kev: Tightening,
    /// For a malicious package.
    pub malicious: Tightening,
    /// For a CVE whose EPSS probability reaches `epss_probability`.
    pub epss: Tightening,
    /// 0 to 1.
    pub epss_probability: f64,
}

/// One upper bound on the time, with who must approve and the priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tightening {
    pub within_hours: u32,
    pub approver: String,
    pub priority: Priority,
}

/// Packages pinned to a class.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageClasses {
    #[serde(default)]
    pub core: Vec<String>,
    #[serde(default)]
    pub development: Vec<String>,
}

/// The class of each scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeClasses {
    pub runtime: PackageClass,
    pub optional: PackageClass,
    pub build: PackageClass,
    pub development: PackageClass,
}

/// Points of the 0–10 risk score:
/// `min(10, base × base_factor + exploitation + class + exposure + fix)`, never below 0.
/// `base` is the CVSS score, or the middle of the severity's band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskWeights {
    /// Share of the base score (0 to 10) that counts.
    pub base_factor: f64,
    /// Added for a known exploited vulnerability.
    pub kev: f64,
    /// Multiplied by the EPSS probability (0 to 1); not added on top of `kev`.
    pub epss: f64,
    /// Added for a core package.
    pub core: f64,
    /// Added for a direct dependency.
    pub direct: f64,
    /// Added where the sources import the package.
    pub imported: f64,
    /// Added (negative: taken off) where the sources are known not to import the package.
    pub not_imported: f64,
    /// Added where nothing fixes it, since it must be worked around.
    pub no_fix: f64,
    /// The least risk of a malicious package.
    pub malicious_floor: f64,
}
