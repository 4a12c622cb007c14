//! A finding: what a detector saw, once.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    AdvisoryMatch, Assessment, CodeMatch, Dependency, Location, PackageCheck, Severity, hex,
};

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A dependency with a known vulnerability.
    VulnerableDependency,
    /// A dependency that is itself malicious.
    MaliciousDependency,
    /// A dependency that is unmaintained, unsound or the like.
    DependencyNotice,
    /// A dependency that may not be what it claims to be.
    SuspiciousDependency,
    /// An import that no declared dependency provides.
    UndeclaredImport,
    /// A weakness in the project's own code.
    CodeIssue,
    /// A credential where none belongs.
    Secret,
    /// A weakness of a running web application.
    WebIssue,
    /// Another tool's finding that is none of these.
    Other,
}

impl FindingKind {
    pub const ALL: [Self; 9] = [
        Self::VulnerableDependency,
        Self::MaliciousDependency,
        Self::DependencyNotice,
        Self::SuspiciousDependency,
        Self::UndeclaredImport,
        Self::CodeIssue,
        Self::Secret,
        Self::WebIssue,
        Self::Other,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::VulnerableDependency => "vulnerable_dependency",
            Self::MaliciousDependency => "malicious_dependency",
            Self::DependencyNotice => "dependency_notice",
            Self::SuspiciousDependency => "suspicious_dependency",
            Self::UndeclaredImport => "undeclared_import",
            Self::CodeIssue => "code_issue",
            Self::Secret => "secret",
            Self::WebIssue => "web_issue",
            Self::Other => "other",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How sure the detector is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Where a finding stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    Triaged,
    InProgress,
    Resolved,
    /// Accepted until a date.
    Accepted,
    FalsePositive,
    Reopened,
}

impl Status {
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Triaged,
        Self::InProgress,
        Self::Resolved,
        Self::Accepted,
        Self::FalsePositive,
        Self::Reopened,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Triaged => "triaged",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
            Self::Accepted => "accepted",
            Self::FalsePositive => "false_positive",
            Self::Reopened => "reopened",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether the finding still asks for work.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Self::Open | Self::Triaged | Self::InProgress | Self::Reopened
        )
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The identity of a finding across scans: 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Hashes the parts that identify a finding; parts are length-prefixed, so that no two
    /// different lists give one digest by concatenation.
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        Self(hex(digest.get(..16).unwrap_or(&digest)))
    }

    /// Takes a fingerprint from storage as it is.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a detector saw. Judgement and the store annotate it; nothing rewrites it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub fingerprint: Fingerprint,
    pub kind: FindingKind,
    /// The rule or advisory id.
    pub rule: String,
    /// One line: `Django 3.2.1: SQL injection in QuerySet.order_by()`.
    pub title: String,
    /// After policy; the same as `assessment.effective_severity` once judged, except that an
    /// unrated finding stays [`Severity::Unknown`].
    pub severity: Severity,
    pub confidence: Confidence,
    pub location: Location,
    /// The dependency concerned, for findings about one.
    pub dependency: Option<Dependency>,
    /// Names and versions from the project down to the package, the package last:
    /// `["app-framework 2.0", "jinja2 2.11.2"]`. One entry for a direct dependency.
    pub path_from_root: Vec<String>,
    pub advisory: Option<AdvisoryMatch>,
    /// What a code rule or a detector of secrets saw in a text.
    #[serde(default)]
    pub code: Option<CodeMatch>,
    /// The verdict on a package that may not be what it claims to be.
    #[serde(default)]
    pub package: Option<PackageCheck>,
    pub assessment: Option<Assessment>,
    /// From the store.
    pub history: Option<History>,
    pub suppressed: Option<Suppressed>,
}

impl Finding {
    /// The status to show: what the store says, open for a finding it has never seen.
    pub fn status(&self) -> Status {
        self.history
            .as_ref()
            .map_or(Status::Open, |history| history.status)
    }
}

/// What the store knows of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    pub status: Status,
    pub first_seen: jiff::Timestamp,
    pub last_seen: jiff::Timestamp,
    /// Not seen by any scan before this one, or seen again after it was resolved.
    pub new: bool,
    /// For [`Status::Accepted`]: the last day on which it holds.
    pub accepted_until: Option<jiff::civil::Date>,
    /// Why it has its status, where somebody said so.
    pub reason: Option<String>,
}

/// Which decision hides a finding from the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// `suppression` (configuration), `accepted` or `false positive` (store).
    pub by: String,
    pub reason: String,
    pub author: String,
    pub expires: jiff::civil::Date,
}
