//! The formats, one file each.

mod bandit;
mod detect;
mod lines;
mod npm;
mod osv;
mod pip_audit;
mod safety;
mod sarif;
mod scan;
mod semgrep;
mod trivy;

use runward_model::FindingKind;
use serde_json::Value;

pub use self::detect::{DETECT_BYTES, detect_format};
use crate::{
    desk::Desk,
    walk::{Steps, Top},
};

/// What a file of results is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// SARIF 2.1.0, of any tool.
    Sarif,
    /// `semgrep --json`.
    Semgrep,
    /// `bandit -f json`.
    Bandit,
    /// `pip-audit -f json`.
    PipAudit,
    /// `safety check --json` (1.x and 2.x), `safety scan --output json` (3.x).
    Safety,
    /// `osv-scanner --format json`.
    OsvScanner,
    /// `npm audit --json` (npm 6 and later), `pnpm audit --json`.
    NpmAudit,
    /// `trivy --format json`.
    Trivy,
    /// `runward scan --format json`.
    RunwardScan,
    /// One JSON object a line, for scripts; see the documentation of imports.
    JsonLines,
}

const DEPENDENCIES: &[FindingKind] = &[
    FindingKind::VulnerableDependency,
    FindingKind::MaliciousDependency,
];

impl Format {
    pub const ALL: &'static [Self] = &[
        Self::Sarif,
        Self::Semgrep,
        Self::Bandit,
        Self::PipAudit,
        Self::Safety,
        Self::OsvScanner,
        Self::NpmAudit,
        Self::Trivy,
        Self::RunwardScan,
        Self::JsonLines,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sarif => "sarif",
            Self::Semgrep => "semgrep",
            Self::Bandit => "bandit",
            Self::PipAudit => "pip-audit",
            Self::Safety => "safety",
            Self::OsvScanner => "osv-scanner",
            Self::NpmAudit => "npm-audit",
            Self::Trivy => "trivy",
            Self::RunwardScan => "runward",
            Self::JsonLines => "jsonl",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name)
    }

    /// The name in a sentence.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Sarif => "SARIF 2.1.0",
            Self::Semgrep => "Semgrep JSON",
            Self::Bandit => "Bandit JSON",
            Self::PipAudit => "pip-audit JSON",
            Self::Safety => "Safety JSON",
            Self::OsvScanner => "osv-scanner JSON",
            Self::NpmAudit => "npm audit JSON",
            Self::Trivy => "Trivy JSON",
            Self::RunwardScan => "Runward scan JSON",
            Self::JsonLines => "JSON lines",
        }
    }

    /// The kinds of findings that it can speak of. One file may hold fewer: not seeing a kind in it
    /// says nothing about findings of another tool.
    pub fn kinds(self) -> &'static [FindingKind] {
        match self {
            Self::Semgrep => &[
                FindingKind::CodeIssue,
                FindingKind::Secret,
                FindingKind::VulnerableDependency,
            ],
            Self::Bandit => &[FindingKind::CodeIssue],
            Self::PipAudit | Self::Safety | Self::OsvScanner | Self::NpmAudit => DEPENDENCIES,
            Self::Trivy => &[
                FindingKind::VulnerableDependency,
                FindingKind::MaliciousDependency,
                FindingKind::Secret,
                FindingKind::Other,
            ],
            Self::Sarif | Self::RunwardScan | Self::JsonLines => &FindingKind::ALL,
        }
    }

    /// Whether documents follow one another.
    pub(crate) fn many(self) -> bool {
        self == Self::JsonLines
    }

    /// Members of the root, of which one must be there; whether the root may be a list.
    fn roots(self) -> (&'static [&'static str], bool) {
        match self {
            Self::Sarif => (&["runs"], false),
            Self::Semgrep | Self::Bandit | Self::OsvScanner => (&["results"], false),
            Self::PipAudit => (&["dependencies"], true),
            Self::Safety => (&["vulnerabilities", "scan_results"], true),
            Self::NpmAudit => (&["vulnerabilities", "advisories", "error"], false),
            Self::Trivy => (
                &[
                    "SchemaVersion",
                    "ArtifactName",
                    "Results",
                    "ClusterName",
                    "Resources",
                ],
                true,
            ),
            Self::RunwardScan => (&["findings"], false),
            Self::JsonLines => (&[], true),
        }
    }

    pub(crate) fn fits(self, top: &Top) -> bool {
        let (names, list) = self.roots();
        self.many()
            || (list && top.array)
            || names
                .iter()
                .any(|name| top.names.iter().any(|top| top == name))
    }

    /// What is missing where it does not fit.
    pub(crate) fn wants(self) -> String {
        let (names, _) = self.roots();
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("it has no {}", names.join(" or "))
    }

    pub(crate) fn reader(self) -> Box<dyn Reader> {
        match self {
            Self::Sarif => Box::<sarif::Sarif>::default(),
            Self::Semgrep => Box::<semgrep::Semgrep>::default(),
            Self::Bandit => Box::<bandit::Bandit>::default(),
            Self::PipAudit => Box::<pip_audit::PipAudit>::default(),
            Self::Safety => Box::<safety::Safety>::default(),
            Self::OsvScanner => Box::<osv::Osv>::default(),
            Self::NpmAudit => Box::<npm::Npm>::default(),
            Self::Trivy => Box::<trivy::Trivy>::default(),
            Self::RunwardScan => Box::<scan::Scan>::default(),
            Self::JsonLines => Box::<lines::Lines>::default(),
        }
    }
}

/// How one format is understood. Patterns are those of [`crate::walk`].
pub(crate) trait Reader {
    /// What the first pass collects: small, and bounded in number by the reader.
    fn contexts(&self) -> &'static [&'static str];

    /// What the second pass turns into findings, one at a time.
    fn entries(&self) -> &'static [&'static str];

    fn context(&mut self, pattern: usize, steps: &Steps, value: &Value, desk: &mut Desk<'_>);

    /// After the first pass: an error says why the file is refused.
    fn ready(&mut self, _desk: &mut Desk<'_>) -> Result<(), String> {
        Ok(())
    }

    /// An error says why the entry cannot be used.
    fn entry(
        &mut self,
        pattern: usize,
        steps: &Steps,
        value: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String>;
}
