//! GitLab's dependency scanning report, schema 15.1; of a scan that read code alone, its SAST report.
//!
//! A report is of one kind, and a finding in code has no dependency: where both were scanned, the
//! report is of dependencies, and its messages say how many findings in code are not in it.
//!
//! GitLab has no word for a finding that we suppress and none for a package that could not be
//! judged: both go into the scan's messages, so that neither is silent.

mod sast;

use std::io::Write;

use runward_model::{Finding, FindingKind, ScanReport, Severity, scan::Verdict};
use serde_json::{Map, Value, json};

use crate::{
    ReportError,
    clean::{clean, clip, shown},
    decision::{author, reason, term},
    json::pretty,
    links::advisory_url,
    time::bare,
    view::{banners, is_web_link, place_of},
    words::{capital, count},
};

/// The version of the report's schema.
const SCHEMA_VERSION: &str = "15.1.4";
/// GitLab's own limits on texts.
const MAX_NAME: usize = 255;
const MAX_SOLUTION: usize = 7_000;
const MAX_DESCRIPTION: usize = 10_000;
/// A vector that GitLab stores: version 2 or 3, at most this many.
const MAX_VECTORS: usize = 10;

pub(crate) fn write(
    report: &ScanReport,
    tool_version: &str,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let tool = json!({
        "id": "runward",
        "name": "Runward",
        "url": "https://github.com/runward/runward",
        "version": tool_version,
        "vendor": {"name": "Runward"},
    });
    let kind = Kind::of(report);
    let vulnerabilities: Vec<Value> = report
        .findings
        .iter()
        .filter_map(|finding| match (kind, &finding.code) {
            (Kind::Sast, Some(code)) if finding.kind != FindingKind::Secret => {
                Some(sast::vulnerability(finding, code))
            }
            (Kind::Secrets, Some(code)) if finding.kind == FindingKind::Secret => {
                Some(sast::secret(finding, code))
            }
            (Kind::Dependencies, None) if finding.kind != FindingKind::CodeIssue => {
                Some(vulnerability(finding))
            }
            _ => None,
        })
        .collect();
    let left_out = report.findings.len() - vulnerabilities.len();
    // A scan has one time: when it started.
    let time = bare(report.started);
    let document = json!({
        "version": SCHEMA_VERSION,
        "schema": format!(
            "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v{SCHEMA_VERSION}/dist/{}-report-format.json",
            kind.schema()
        ),
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": kind.name(),
            "start_time": time,
            "end_time": time,
            "status": match report.verdict {
                Verdict::Clean | Verdict::Findings => "success",
                Verdict::Incomplete | Verdict::NothingToScan => "failure",
            },
            "messages": messages(report, left_out),
        },
        "vulnerabilities": vulnerabilities,
        "remediations": [],
    });
    pretty(&document, out)
}

/// Which of GitLab's reports it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Dependencies,
    Sast,
    Secrets,
}

impl Kind {
    fn of(report: &ScanReport) -> Self {
        let about_packages = report.findings.iter().any(|finding| finding.code.is_none());
        if !report.read.is_empty() || about_packages {
            Self::Dependencies
        } else if report.code_files.is_some() {
            Self::Sast
        } else if report.secret_files.is_some() {
            Self::Secrets
        } else {
            Self::Dependencies
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Dependencies => "dependency_scanning",
            Self::Sast => "sast",
            Self::Secrets => "secret_detection",
        }
    }

    fn schema(self) -> &'static str {
        match self {
            Self::Dependencies => "dependency-scanning",
            Self::Sast => "sast",
            Self::Secrets => "secret-detection",
        }
    }
}

fn messages(report: &ScanReport, left_out: usize) -> Vec<Value> {
    let mut messages: Vec<Value> = banners(report)
        .into_iter()
        .map(|text| json!({"level": "warn", "value": text}))
        .collect();
    if left_out > 0 {
        let text = format!(
            "not in this report: {} of another kind; GitLab's reports are of one kind each: \
             `runward scan --only code --format gitlab` writes that of code, `--only secrets` that \
             of secrets",
            count(left_out, "finding")
        );
        messages.push(json!({"level": "warn", "value": text}));
    }
    for entry in &report.not_covered {
        let text = format!("not judged: {}: {}", place_of(entry), clean(&entry.reason));
        messages.push(json!({"level": "warn", "value": text}));
    }
    for finding in &report.suppressed {
        let decision = finding
            .suppressed
            .as_ref()
            .map_or_else(String::new, |decision| {
                let text = format!(
                    " ({} by {}: {})",
                    term(decision),
                    author(decision),
                    reason(decision)
                );
                clean(&text).into_owned()
            });
        let text = format!("suppressed: {}{decision}", clean(&finding.title));
        messages.push(json!({"level": "info", "value": text}));
    }
    if report.known > 0 {
        let text = format!("{} not shown", count(report.known, "known finding"));
        messages.push(json!({"level": "info", "value": text}));
    }
    messages
}

fn vulnerability(finding: &Finding) -> Value {
    let mut vulnerability = json!({
        "id": uuid(finding.fingerprint.as_str()),
        "name": clip(&clean(&finding.title), MAX_NAME),
        "description": description(finding),
        "severity": severity(finding.severity),
        "solution": clip(&solution(finding), MAX_SOLUTION),
        "identifiers": identifiers(finding),
        "links": links(finding),
        "location": {
            "file": non_empty(&clean(&finding.location.path)),
            "dependency": dependency(finding),
        },
        "details": details(finding),
    });
    let vectors = vectors(finding);
    if let (false, Some(object)) = (vectors.is_empty(), vulnerability.as_object_mut()) {
        object.insert("cvss_vectors".to_owned(), vectors.into());
    }
    vulnerability
}

/// GitLab wants a UUID; a fingerprint has its 32 digits.
fn uuid(fingerprint: &str) -> String {
    let digits: Vec<char> = fingerprint.chars().collect();
    if digits.len() != 32 {
        return non_empty(&clean(fingerprint));
    }
    let mut text = String::with_capacity(36);
    for (index, digit) in digits.into_iter().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

fn non_empty(text: &str) -> String {
    if text.is_empty() {
        "unknown".to_owned()
    } else {
        text.to_owned()
    }
}

fn severity(severity: Severity) -> String {
    match severity {
        Severity::None => "Info".to_owned(),
        other => capital(other.as_str()),
    }
}

fn description(finding: &Finding) -> String {
    let text = finding
        .advisory
        .as_ref()
        .map(|advisory| advisory.details.trim())
        .filter(|details| !details.is_empty())
        .unwrap_or(&finding.title);
    clip(&crate::clean::clean_lines(text), MAX_DESCRIPTION)
}

fn solution(finding: &Finding) -> String {
    let package = finding
        .dependency
        .as_ref()
        .map_or_else(|| "the package".to_owned(), |d| shown(&d.package.name));
    if finding.advisory.as_ref().is_some_and(|a| a.malicious) {
        return format!("remove {package}: it is malicious");
    }
    let fix = finding
        .assessment
        .as_ref()
        .and_then(|a| a.fix_version.as_deref())
        .or_else(|| finding.advisory.as_ref()?.fixed.first().map(String::as_str));
    match fix {
        Some(version) => format!("upgrade {package} to {} or later", clean(version)),
        None => "no fixed version is known".to_owned(),
    }
}

/// The stable one first: GitLab takes the first for the identity of the vulnerability.
fn identifiers(finding: &Finding) -> Vec<Value> {
    let Some(advisory) = &finding.advisory else {
        return vec![identifier("runward_rule", &finding.rule, None)];
    };
    let first = advisory.stable_id();
    let mut list: Vec<Value> = std::iter::once(first)
        .chain(advisory.ids().filter(|id| *id != first))
        .map(|id| identifier(identifier_type(id), id, Some(advisory_url(id))))
        .collect();
    list.extend(cwe_identifiers(&advisory.cwes));
    list
}

fn cwe_identifiers(cwes: &[String]) -> impl Iterator<Item = Value> {
    let numbers = cwes.iter().filter_map(|cwe| cwe_number(cwe));
    numbers.map(|number| {
        json!({
            "type": "cwe",
            "name": format!("CWE-{number}"),
            "value": number.to_string(),
            "url": format!("https://cwe.mitre.org/data/definitions/{number}.html"),
        })
    })
}

fn identifier(kind: &str, id: &str, url: Option<String>) -> Value {
    let id = non_empty(&clean(id));
    let mut value = json!({"type": kind, "name": id, "value": id});
    if let (Some(url), Some(object)) = (url, value.as_object_mut()) {
        object.insert("url".to_owned(), url.into());
    }
    value
}

fn identifier_type(id: &str) -> &'static str {
    match id.split('-').next() {
        Some("CVE") => "cve",
        Some("GHSA") => "ghsa",
        Some("PYSEC") => "pysec",
        Some("RUSTSEC") => "rustsec",
        Some("GO") => "go",
        Some("MAL") => "mal",
        _ => "osv",
    }
}

/// `79` of `CWE-79` and of `CWE-79: Improper Neutralization …`.
pub(crate) fn cwe_number(cwe: &str) -> Option<u32> {
    let cwe = cwe.trim().to_ascii_uppercase();
    let number = cwe.strip_prefix("CWE-")?;
    let digits = number.split([':', ' ']).next()?;
    digits.parse().ok()
}

fn links(finding: &Finding) -> Vec<Value> {
    finding.advisory.as_ref().map_or_else(Vec::new, |advisory| {
        advisory
            .references
            .iter()
            .filter(|link| is_web_link(link))
            .map(|link| json!({"url": link}))
            .collect()
    })
}

/// Empty for what another tool found without naming a package: the schema wants the field.
fn dependency(finding: &Finding) -> Value {
    match &finding.dependency {
        Some(dependency) => json!({
            "package": {"name": clean(&dependency.package.name)},
            "version": clean(dependency.package.version.as_deref().unwrap_or_default()),
            "direct": dependency.direct,
        }),
        None => json!({"package": {"name": ""}, "version": ""}),
    }
}

/// What GitLab has no field for, in its own types for details.
fn details(finding: &Finding) -> Value {
    let mut details = Map::new();
    let mut add = |key: &str, name: &str, value: String| {
        details.insert(
            key.to_owned(),
            json!({"type": "text", "name": name, "value": value}),
        );
    };
    if finding.path_from_root.len() > 1 {
        add(
            "path",
            "Brought by",
            shown(&finding.path_from_root.join(" → ")),
        );
    }
    if let Some(assessment) = &finding.assessment {
        add("risk", "Risk", format!("{:.1}", assessment.risk));
        add("priority", "Priority", assessment.priority.to_string());
        add("due", "Due", assessment.due.to_string());
        add("approver", "Approver", shown(&assessment.approver));
        if let Some(vector) = &assessment.cvss_vector {
            add("cvss", "CVSS vector", shown(vector));
        }
    }
    if let Some(advisory) = &finding.advisory {
        if let Some(kev) = &advisory.kev {
            add("kev", "Known exploited since", kev.date_added.to_string());
        }
        if let Some(epss) = &advisory.epss {
            add("epss", "EPSS", format!("{:.1} %", epss.probability * 100.0));
        }
    }
    Value::Object(details)
}

/// The vectors that the schema admits: CVSS 3.0 and 3.1, its metrics well formed. Version 4 is not
/// in schema 15.1, and version 2 is in no current advisory; both stand in the details.
fn vectors(finding: &Finding) -> Vec<Value> {
    let Some(advisory) = &finding.advisory else {
        return Vec::new();
    };
    let mut seen: Vec<&str> = Vec::new();
    for stated in &advisory.vectors {
        let vector = stated.vector.as_str();
        if is_cvss3(vector) && !seen.contains(&vector) && seen.len() < MAX_VECTORS {
            seen.push(vector);
        }
    }
    seen.into_iter()
        .map(|vector| json!({"vendor": "unknown", "vector": vector}))
        .collect()
}

fn is_cvss3(vector: &str) -> bool {
    let Some(metrics) = vector
        .strip_prefix("CVSS:3.0/")
        .or_else(|| vector.strip_prefix("CVSS:3.1/"))
    else {
        return false;
    };
    let known = |metric: &str| {
        let Some((name, value)) = metric.split_once(':') else {
            return false;
        };
        let values = match name {
            "AV" => "NALP",
            "AC" => "LH",
            "PR" | "C" | "I" | "A" => "NLH",
            "UI" => "NR",
            "S" => "UC",
            "E" => "XUPFH",
            "RL" => "XOTWU",
            "RC" => "XURC",
            "CR" | "IR" | "AR" => "XLMH",
            "MAV" => "XNALP",
            "MAC" => "XLH",
            "MPR" | "MC" | "MI" | "MA" => "XNLH",
            "MUI" => "XNR",
            "MS" => "XUC",
            _ => return false,
        };
        value.len() == 1 && values.contains(value)
    };
    (32..=128).contains(&vector.len()) && metrics.split('/').all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_become_uuids() {
        assert_eq!(
            uuid("00112233445566778899aabbccddeeff"),
            "00112233-4455-6677-8899-aabbccddeeff"
        );
        assert_eq!(uuid(""), "unknown");
    }

    #[test]
    fn only_vectors_that_the_schema_admits_are_sent() {
        assert!(is_cvss3("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
        for refused in [
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "AV:N/AC:L/Au:N/C:P/I:P/A:P",
        ] {
            assert!(!is_cvss3(refused), "{refused}");
        }
        assert_eq!(cwe_number("CWE-79"), Some(79));
        assert_eq!(cwe_number("CWE-089: Injection"), Some(89));
        assert_eq!(cwe_number("CWE-x"), None);
        assert_eq!(cwe_number("CWE-79x"), None);
    }
}
