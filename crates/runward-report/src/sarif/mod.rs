//! SARIF 2.1.0 (OASIS, errata 01), shaped for code scanning: one rule for each advisory, stable
//! fingerprints, suppressions as suppressions, and what was not judged as notifications.

mod code;
mod rule;

use std::io::Write;

use runward_model::{Finding, NotCovered, ScanReport, Severity, scan::Verdict};
use serde_json::{Map, Value, json};

use crate::{
    ReportError,
    clean::{clean, shown},
    decision::{is_in_source, reason_first},
    json::pretty,
    links::file_uri,
    view::{banners, name_and_version, place_of, shown_id},
};

use rule::Rules;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

pub(crate) fn write(
    report: &ScanReport,
    tool_version: &str,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let rules = Rules::of(report);
    let results: Vec<Value> = report
        .findings
        .iter()
        .chain(&report.suppressed)
        .map(|finding| result(finding, &rules))
        .collect();
    let mut read: Vec<&(String, String)> = report.read.iter().collect();
    read.sort_unstable();
    read.dedup();
    let artifacts: Vec<Value> = read
        .into_iter()
        .map(|(path, format)| {
            json!({
                "location": artifact(path),
                "roles": ["analysisTarget"],
                "properties": {"format": clean(format)},
            })
        })
        .collect();
    let mut driver = json!({
        "name": "Runward",
        "version": tool_version,
        "informationUri": "https://github.com/runward/runward",
        "rules": rules.into_values(),
        "notifications": [
            {"id": "not-covered", "shortDescription": {"text": "something could not be judged"}},
            {"id": "warning", "shortDescription": {"text": "the scan's basis needs attention"}},
            {"id": "suppression", "shortDescription": {"text": "a suppression needs attention"}},
        ],
    });
    if is_semver(tool_version)
        && let Some(driver) = driver.as_object_mut()
    {
        driver.insert("semanticVersion".to_owned(), tool_version.into());
    }
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                ROOT: {"description": {"text": "the root of the scanned project"}},
            },
            "invocations": [invocation(report)],
            "artifacts": artifacts,
            "results": results,
            "properties": {
                "project": clean(&report.project),
                "packagesJudged": report.packages_judged,
                "codeFiles": report.code_files,
                "rulesRun": report.rules_run,
                "secretFiles": report.secret_files,
                "fixed": report.fixed.iter().map(|fixed| fixed.fingerprint.as_str()).collect::<Vec<_>>(),
            },
        }],
    });
    pretty(&document, out)
}

fn is_semver(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() == 3
        && core
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn invocation(report: &ScanReport) -> Value {
    let mut notifications: Vec<Value> = banners(report)
        .into_iter()
        .map(|text| notification("warning", "warning", &text))
        .collect();
    notifications.extend(report.not_covered.iter().map(not_covered));
    let configuration: Vec<Value> = report
        .suppression_notices
        .iter()
        .map(|notice| {
            let text = format!("{}: {}", shown(&notice.suppression), shown(&notice.problem));
            notification("suppression", "warning", &text)
        })
        .collect();
    json!({
        // A scan that could not look at everything has not succeeded.
        "executionSuccessful": matches!(report.verdict, Verdict::Clean | Verdict::Findings),
        "exitCode": report.verdict.exit_code(),
        "startTimeUtc": report.started.to_string(),
        "toolExecutionNotifications": notifications,
        "toolConfigurationNotifications": configuration,
    })
}

fn notification(id: &str, level: &str, text: &str) -> Value {
    json!({"descriptor": {"id": id}, "level": level, "message": {"text": text}})
}

fn not_covered(entry: &NotCovered) -> Value {
    let text = format!("{}: {}", place_of(entry), clean(&entry.reason));
    let mut value = notification("not-covered", "error", &text);
    // Without a line the path may be a database or an ecosystem, which is no artifact.
    if let (Some(line), Some(object)) = (entry.line, value.as_object_mut()) {
        object.insert(
            "locations".to_owned(),
            json!([{"physicalLocation": {
                "artifactLocation": artifact(&entry.path),
                "region": {"startLine": line.max(1)},
            }}]),
        );
    }
    value
}

fn artifact(path: &str) -> Value {
    json!({"uri": file_uri(path), "uriBaseId": ROOT})
}

/// What a finding counts as.
pub(super) fn effective(finding: &Finding) -> Severity {
    finding
        .assessment
        .as_ref()
        .map_or(finding.severity, |a| a.effective_severity)
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Unknown => "warning",
        Severity::Low | Severity::None => "note",
    }
}

fn result(finding: &Finding, rules: &Rules) -> Value {
    let fingerprint = finding.fingerprint.as_str();
    let mut object = Map::new();
    let mut set = |key: &str, value: Value| object.insert(key.to_owned(), value);
    set("ruleId", clean(&finding.rule).into());
    if let Some(index) = rules.index(&finding.rule) {
        set("ruleIndex", index.into());
    }
    set("level", level(effective(finding)).into());
    set("message", json!({"text": message(finding)}));
    set("locations", json!([location(finding)]));
    set(
        "partialFingerprints",
        json!({
            "runward/v1": fingerprint,
            // The key that GitHub tracks an alert by; computed from the line where it is absent,
            // which would split an alert when a line moves.
            "primaryLocationLineHash": format!("{fingerprint}:1"),
        }),
    );
    if let Some(history) = &finding.history {
        let state = if history.new { "new" } else { "unchanged" };
        set("baselineState", state.into());
    }
    if let Some(decision) = &finding.suppressed {
        let kind = if is_in_source(decision) {
            "inSource"
        } else {
            "external"
        };
        let text = reason_first(decision);
        set(
            "suppressions",
            json!([{"kind": kind, "status": "accepted", "justification": clean(&text)}]),
        );
    }
    if let Some(assessment) = &finding.assessment {
        let risk = (assessment.risk * 10.0).clamp(0.0, 100.0);
        set("rank", risk.into());
    }
    let mut properties = properties(finding);
    if let Some(code) = &finding.code {
        code::add(finding, code, &mut object, &mut properties);
    }
    object.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(object)
}

fn message(finding: &Finding) -> String {
    let said = finding.code.as_ref().map(code::message);
    let said = said.filter(|message| !message.is_empty());
    let mut parts = vec![said.unwrap_or_else(|| clean(&finding.title).into_owned())];
    if finding.path_from_root.len() > 1 {
        let path = shown(&finding.path_from_root.join(" → "));
        parts.push(format!("brought by {path}"));
    }
    if let Some(advisory) = &finding.advisory {
        parts.push(shown_id(finding));
        if advisory.kev.is_some() {
            parts.push("exploited in the wild".to_owned());
        }
        let fix = finding
            .assessment
            .as_ref()
            .and_then(|a| a.fix_version.as_deref())
            .or(advisory.fixed.first().map(String::as_str));
        parts.push(match fix {
            _ if advisory.malicious => "remove the package".to_owned(),
            Some(version) => format!("fixed in {}", clean(version)),
            None => "no fixed version is known".to_owned(),
        });
    }
    if let Some(assessment) = &finding.assessment {
        let approver = clean(&assessment.approver);
        parts.push(format!("due {}, approver {approver}", assessment.due));
    }
    if let (true, Some(first)) = (parts.len() > 1, parts.first_mut()) {
        first.truncate(first.trim_end_matches('.').len());
    }
    parts.join("; ")
}

fn location(finding: &Finding) -> Value {
    if let Some(code) = &finding.code {
        return code::location(finding, code);
    }
    let place = &finding.location;
    let mut region = json!({"startLine": place.start.line.max(1)});
    // A whole line is a region without columns.
    let whole_line = place.start.column <= 1 && place.end.column <= 1;
    if let (false, Some(region)) = (whole_line, region.as_object_mut()) {
        region.insert("startColumn".to_owned(), place.start.column.max(1).into());
        region.insert(
            "endLine".to_owned(),
            place.end.line.max(place.start.line).max(1).into(),
        );
        region.insert("endColumn".to_owned(), place.end.column.max(1).into());
    }
    let mut location = json!({
        "physicalLocation": {"artifactLocation": artifact(&place.path), "region": region},
    });
    if let (Some(dependency), Some(object)) = (&finding.dependency, location.as_object_mut()) {
        object.insert(
            "logicalLocations".to_owned(),
            json!([{
                "name": name_and_version(&dependency.package),
                "fullyQualifiedName": dependency.package.purl(),
                "kind": "package",
            }]),
        );
    }
    location
}

fn properties(finding: &Finding) -> Map<String, Value> {
    let mut object = Map::new();
    let mut set = |key: &str, value: Value| object.insert(key.to_owned(), value);
    set("severity", finding.severity.as_str().into());
    set("status", finding.status().as_str().into());
    set("kind", finding.kind.as_str().into());
    if let Some(dependency) = &finding.dependency {
        set("purl", dependency.package.purl().into());
        set("scope", dependency.scope.as_str().into());
        set("direct", dependency.direct.into());
    }
    if let Some(assessment) = &finding.assessment {
        set("risk", assessment.risk.into());
        set("priority", assessment.priority.to_string().into());
        set("due", assessment.due.to_string().into());
        set("overdue", assessment.overdue.into());
        set("approver", clean(&assessment.approver).into());
    }
    if let Some(history) = &finding.history {
        set("firstSeen", history.first_seen.to_string().into());
    }
    object
}
