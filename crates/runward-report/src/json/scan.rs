//! `runward.scan/1`: the result of a scan.

use std::{collections::BTreeMap, io::Write};

use runward_model::{
    AdvisoryMatch, Assessment, Finding, Location, PackageCheck, ScanReport, Severity,
    finding::Suppressed,
    scan::{FixedFinding, SuppressionNotice, Verdict},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    code::CodeJson,
    database::DatabaseJson,
    pretty,
    shared::{EpssJson, ExcludedJson, KevJson, NotCoveredJson, each},
};
use crate::{ReportError, view::overdue};

/// The result of a scan.
#[derive(Serialize, JsonSchema)]
struct Scan<'a> {
    /// `runward.scan/1`.
    schema: &'static str,
    project: &'a str,
    /// As the user gave it.
    root: &'a str,
    /// RFC 3339.
    started: String,
    /// `clean`, `findings`, `nothing_to_scan` or `incomplete`.
    verdict: &'static str,
    database: DatabaseJson<'a>,
    /// Active findings, worst first.
    findings: Vec<FindingJson<'a>>,
    /// How many findings a suppression or an acceptance hides.
    suppressed: usize,
    suppressed_findings: Vec<FindingJson<'a>>,
    /// Findings of an earlier scan that this one looked for and did not see.
    fixed: Vec<FixedJson<'a>>,
    not_covered: Vec<NotCoveredJson<'a>>,
    excluded: Vec<ExcludedJson<'a>>,
    suppression_notices: Vec<NoticeJson<'a>>,
    /// Warnings for people.
    warnings: &'a [String],
    summary: Summary,
}

/// What was found, once.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(super) struct FindingJson<'a> {
    /// The identity across scans: 32 hexadecimal digits.
    fingerprint: &'a str,
    /// `vulnerable_dependency`, `malicious_dependency`, `dependency_notice`,
    /// `suspicious_dependency`, `undeclared_import`, `code_issue` or `secret`; from other tools also
    /// `web_issue` and `other`.
    kind: &'static str,
    /// The rule or advisory id.
    rule: &'a str,
    title: &'a str,
    /// `critical`, `high`, `medium`, `low`, `none` or `unknown`.
    severity: &'static str,
    /// `high`, `medium` or `low`.
    confidence: &'static str,
    location: LocationJson<'a>,
    package: Option<PackageJson<'a>>,
    advisory: Option<AdvisoryJson<'a>>,
    assessment: Option<AssessmentJson<'a>>,
    /// `open`, `triaged`, `in_progress`, `resolved`, `accepted`, `false_positive` or `reopened`.
    status: &'static str,
    /// RFC 3339; `null` where results are not recorded.
    first_seen: Option<String>,
    /// Not seen by any scan before this one, or seen again after it was resolved.
    new: bool,
    suppressed: Option<SuppressedJson<'a>>,
    #[serde(flatten)]
    code: Option<CodeJson<'a>>,
    /// The verdict on a package that may not be what it claims to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<CheckJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PackageCheck")]
struct CheckJson<'a> {
    /// `allow`, `review` or `block`.
    recommendation: &'static str,
    /// 0 to 10.
    score: f64,
    /// The heaviest first.
    signals: Vec<SignalJson<'a>>,
    unevaluated: Vec<UnevaluatedJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Signal")]
struct SignalJson<'a> {
    id: &'a str,
    /// 0 to 10: what it gives when it stands alone.
    weight: f64,
    evidence: &'a str,
}

/// A signal that could not be looked for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Unevaluated")]
struct UnevaluatedJson<'a> {
    signal: &'a str,
    reason: &'a str,
}

impl<'a> From<&'a PackageCheck> for CheckJson<'a> {
    fn from(check: &'a PackageCheck) -> Self {
        Self {
            recommendation: check.recommendation.as_str(),
            score: check.score,
            signals: check
                .signals
                .iter()
                .map(|signal| SignalJson {
                    id: &signal.id,
                    weight: signal.weight,
                    evidence: &signal.evidence,
                })
                .collect(),
            unevaluated: check
                .unevaluated
                .iter()
                .map(|one| UnevaluatedJson {
                    signal: &one.signal,
                    reason: &one.reason,
                })
                .collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Location")]
pub(super) struct LocationJson<'a> {
    path: &'a str,
    start: Position,
    /// Exclusive.
    end: Position,
}

impl<'a> From<&'a Location> for LocationJson<'a> {
    fn from(location: &'a Location) -> Self {
        Self {
            path: &location.path,
            start: location.start.into(),
            end: location.end.into(),
        }
    }
}

/// 1-based line and column, the column counted in characters.
#[derive(Serialize, JsonSchema)]
struct Position {
    line: u32,
    column: u32,
}

impl From<runward_model::Position> for Position {
    fn from(position: runward_model::Position) -> Self {
        Self {
            line: position.line,
            column: position.column,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FindingPackage")]
struct PackageJson<'a> {
    purl: String,
    name: &'a str,
    version: Option<&'a str>,
    ecosystem: &'a str,
    scope: &'static str,
    direct: bool,
    /// From the project down to the package, the package last.
    path: &'a [String],
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Advisory")]
struct AdvisoryJson<'a> {
    id: &'a str,
    aliases: &'a [String],
    /// Versions that fix it, ascending, one for each branch that has a fix.
    fixed: &'a [String],
    records: &'a [String],
    summary: &'a str,
    cwes: &'a [String],
    references: &'a [String],
    published: Option<String>,
    kev: Option<KevJson<'a>>,
    epss: Option<EpssJson<'a>>,
    malicious: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Assessment")]
struct AssessmentJson<'a> {
    /// 0 to 10.
    risk: f64,
    /// `P0` (first) to `P4`.
    priority: String,
    /// RFC 3339.
    due: String,
    approver: &'a str,
    within_hours: u32,
    /// `core` or `development`.
    class: &'static str,
    /// As rated.
    severity: &'static str,
    /// After policy: what an unrated finding counts as.
    effective_severity: &'static str,
    cvss_score: Option<f64>,
    cvss_vector: Option<&'a str>,
    severity_source: &'a str,
    fix_version: Option<&'a str>,
    /// `patch`, `minor`, `major`, `unclear` or `no_fix`.
    fix_complexity: &'static str,
    /// How many dependants do not allow `fix_version`.
    constrained_by: usize,
    tightened_by: &'a [String],
    overdue: bool,
    /// The terms of the risk score.
    terms: Vec<TermJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RiskTerm")]
struct TermJson<'a> {
    name: &'a str,
    points: f64,
    because: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suppressed")]
struct SuppressedJson<'a> {
    /// `suppression`, `accepted`, `false positive`, or the comment in the code that says so.
    by: &'a str,
    reason: &'a str,
    author: &'a str,
    /// The last day on which it holds: `2026-12-31`; `null` where it has no end, as a false positive
    /// and a comment in the code.
    expires: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fixed")]
struct FixedJson<'a> {
    fingerprint: &'a str,
    rule: &'a str,
    title: &'a str,
    path: &'a str,
    first_seen: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SuppressionNotice")]
struct NoticeJson<'a> {
    suppression: &'a str,
    problem: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Summary {
    /// Dependencies that were read.
    packages: usize,
    /// Of these, how many were judged.
    judged: usize,
    /// Files that code rules looked at; `null` where no code was to be looked at.
    code_files: Option<usize>,
    /// The rules that were run on them.
    rules_run: usize,
    /// Files that were searched for secrets; `null` where none were to be looked for.
    secret_files: Option<usize>,
    findings: usize,
    by_severity: BTreeMap<&'static str, usize>,
    new: usize,
    /// Active findings left out because only new ones were asked for.
    known: usize,
    fixed: usize,
    suppressed: usize,
    not_covered: usize,
    overdue: usize,
    at_or_above_gate: usize,
    /// The gate: the lowest severity that fails the scan.
    fail_on: &'static str,
}

/// The JSON Schema of the `json` format of a scan.
pub fn scan_schema() -> serde_json::Value {
    super::schema::<Scan<'_>>("runward.scan/1", "runward scan --format json")
}

pub(crate) fn write(report: &ScanReport, out: &mut dyn Write) -> Result<(), ReportError> {
    pretty(
        &Scan {
            schema: "runward.scan/1",
            project: &report.project,
            root: &report.root,
            started: report.started.to_string(),
            verdict: match report.verdict {
                Verdict::Clean => "clean",
                Verdict::Findings => "findings",
                Verdict::NothingToScan => "nothing_to_scan",
                Verdict::Incomplete => "incomplete",
            },
            database: (&report.database).into(),
            findings: each(&report.findings),
            suppressed: report.suppressed.len(),
            suppressed_findings: each(&report.suppressed),
            fixed: each(&report.fixed),
            not_covered: each(&report.not_covered),
            excluded: each(&report.excluded),
            suppression_notices: each(&report.suppression_notices),
            warnings: &report.warnings,
            summary: summary(report),
        },
        out,
    )
}

fn summary(report: &ScanReport) -> Summary {
    let mut by_severity: BTreeMap<&'static str, usize> = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::None,
        Severity::Unknown,
    ]
    .into_iter()
    .map(|severity| (severity.as_str(), 0))
    .collect();
    for finding in &report.findings {
        *by_severity.entry(finding.severity.as_str()).or_default() += 1;
    }
    Summary {
        packages: report.dependencies.len(),
        judged: report.packages_judged,
        code_files: report.code_files,
        rules_run: report.rules_run,
        secret_files: report.secret_files,
        findings: report.findings.len(),
        by_severity,
        new: report
            .findings
            .iter()
            .filter(|finding| is_new(finding))
            .count(),
        known: report.known,
        fixed: report.fixed.len(),
        suppressed: report.suppressed.len(),
        not_covered: report.not_covered.len(),
        overdue: overdue(&report.findings),
        at_or_above_gate: report.at_or_above_gate,
        fail_on: report.fail_on.as_str(),
    }
}

/// A finding that the store does not know is new.
fn is_new(finding: &Finding) -> bool {
    finding.history.as_ref().is_none_or(|history| history.new)
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            fingerprint: finding.fingerprint.as_str(),
            kind: finding.kind.as_str(),
            rule: &finding.rule,
            title: &finding.title,
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            location: (&finding.location).into(),
            package: finding.dependency.as_ref().map(|dependency| PackageJson {
                purl: dependency.package.purl(),
                name: &dependency.package.name,
                version: dependency.package.version.as_deref(),
                ecosystem: dependency.package.ecosystem.osv_name(),
                scope: dependency.scope.as_str(),
                direct: dependency.direct,
                path: &finding.path_from_root,
            }),
            advisory: finding.advisory.as_ref().map(AdvisoryJson::from),
            assessment: finding.assessment.as_ref().map(AssessmentJson::from),
            status: finding.status().as_str(),
            first_seen: finding
                .history
                .as_ref()
                .map(|history| history.first_seen.to_string()),
            new: is_new(finding),
            suppressed: finding.suppressed.as_ref().map(SuppressedJson::from),
            code: finding.code.as_ref().map(CodeJson::from),
            check: finding.package.as_ref().map(CheckJson::from),
        }
    }
}

impl<'a> From<&'a AdvisoryMatch> for AdvisoryJson<'a> {
    fn from(advisory: &'a AdvisoryMatch) -> Self {
        Self {
            id: &advisory.id,
            aliases: &advisory.aliases,
            fixed: &advisory.fixed,
            records: &advisory.records,
            summary: &advisory.summary,
            cwes: &advisory.cwes,
            references: &advisory.references,
            published: advisory.published.map(|at| at.to_string()),
            kev: advisory.kev.as_ref().map(KevJson::from),
            epss: advisory.epss.as_ref().map(EpssJson::from),
            malicious: advisory.malicious,
        }
    }
}

impl<'a> From<&'a Assessment> for AssessmentJson<'a> {
    fn from(assessment: &'a Assessment) -> Self {
        Self {
            risk: assessment.risk,
            priority: assessment.priority.to_string(),
            due: assessment.due.to_string(),
            approver: &assessment.approver,
            within_hours: assessment.within_hours,
            class: assessment.class.as_str(),
            severity: assessment.severity.as_str(),
            effective_severity: assessment.effective_severity.as_str(),
            cvss_score: assessment.cvss_score,
            cvss_vector: assessment.cvss_vector.as_deref(),
            severity_source: &assessment.severity_source,
            fix_version: assessment.fix_version.as_deref(),
            fix_complexity: assessment.fix_complexity.as_str(),
            constrained_by: assessment.constrained_by,
            tightened_by: &assessment.tightened_by,
            overdue: assessment.overdue,
            terms: assessment
                .terms
                .iter()
                .map(|term| TermJson {
                    name: &term.name,
                    points: term.points,
                    because: &term.because,
                })
                .collect(),
        }
    }
}

impl<'a> From<&'a Suppressed> for SuppressedJson<'a> {
    fn from(suppressed: &'a Suppressed) -> Self {
        Self {
            by: &suppressed.by,
            reason: &suppressed.reason,
            author: &suppressed.author,
            expires: crate::decision::ends(suppressed).map(|date| date.to_string()),
        }
    }
}

impl<'a> From<&'a FixedFinding> for FixedJson<'a> {
    fn from(fixed: &'a FixedFinding) -> Self {
        Self {
            fingerprint: fixed.fingerprint.as_str(),
            rule: &fixed.rule,
            title: &fixed.title,
            path: &fixed.path,
            first_seen: fixed.first_seen.to_string(),
        }
    }
}

impl<'a> From<&'a SuppressionNotice> for NoticeJson<'a> {
    fn from(notice: &'a SuppressionNotice) -> Self {
        Self {
            suppression: &notice.suppression,
            problem: &notice.problem,
        }
    }
}
