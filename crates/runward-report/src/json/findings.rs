//! `runward.findings/1`: recorded findings; `runward.finding/1`: one with its history.

use std::io::Write;

use runward_model::Finding;
use schemars::JsonSchema;
use serde::Serialize;

use super::{pretty, scan::FindingJson};
use crate::{FindingRow, ReportError, Transition};

/// Recorded findings.
#[derive(Serialize, JsonSchema)]
struct Findings<'a> {
    /// `runward.findings/1`.
    schema: &'static str,
    findings: Vec<Row<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecordedFinding")]
struct Row<'a> {
    fingerprint: &'a str,
    kind: &'a str,
    severity: &'static str,
    status: &'static str,
    rule: &'a str,
    title: &'a str,
    package: Option<&'a str>,
    path: &'a str,
    line: Option<u32>,
    first_seen: String,
    last_seen: String,
    priority: Option<String>,
    risk: Option<f64>,
    due: Option<String>,
    overdue: bool,
    accepted_until: Option<String>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct One<'a> {
    schema: &'static str,
    finding: FindingJson<'a>,
    transitions: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    at: String,
    who: &'a str,
    from: Option<&'static str>,
    to: &'static str,
    why: &'a str,
}

/// The JSON Schema of [`findings_json`]'s document.
pub fn findings_schema() -> serde_json::Value {
    super::schema::<Findings<'_>>("runward.findings/1", "runward findings list --format json")
}

/// Writes `runward.findings/1`.
pub fn findings_json(rows: &[FindingRow], out: &mut dyn Write) -> Result<(), ReportError> {
    let findings = rows
        .iter()
        .map(|row| Row {
            fingerprint: &row.fingerprint,
            kind: &row.kind,
            severity: row.severity.as_str(),
            status: row.status.as_str(),
            rule: &row.rule,
            title: &row.title,
            package: row.package.as_deref(),
            path: &row.path,
            line: row.line,
            first_seen: row.first_seen.to_string(),
            last_seen: row.last_seen.to_string(),
            priority: row.priority.map(|priority| priority.to_string()),
            risk: row.risk,
            due: row.due.map(|at| at.to_string()),
            overdue: row.overdue,
            accepted_until: row.accepted_until.map(|date| date.to_string()),
            reason: row.reason.as_deref(),
        })
        .collect();
    pretty(
        &Findings {
            schema: "runward.findings/1",
            findings,
        },
        out,
    )
}

/// Writes `runward.finding/1`.
pub fn finding_json(
    finding: &Finding,
    transitions: &[Transition],
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let transitions = transitions
        .iter()
        .map(|transition| Change {
            at: transition.at.to_string(),
            who: &transition.who,
            from: transition.from.map(runward_model::Status::as_str),
            to: transition.to.as_str(),
            why: &transition.why,
        })
        .collect();
    pretty(
        &One {
            schema: "runward.finding/1",
            finding: finding.into(),
            transitions,
        },
        out,
    )
}
