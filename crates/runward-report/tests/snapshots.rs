//! What every format looks like, on one rich scan.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "helpers of tests"
)]

#[allow(dead_code, reason = "each test uses its part")]
mod fixture;

use fixture::{clean_report, code_report, graph, mixed_report, report, started, time};
use jiff::civil::date;
use runward_model::{EpssScore, KevEntry, Priority, Severity, Status};
use runward_report::{
    AdvisoryView, AffectedView, FindingRow, Options, ReportError, ScanFormat, Transition, scan,
};

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), ReportError>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn options() -> Options {
    Options {
        tool_version: "0.1.0",
        ..Options::default()
    }
}

fn rendered(format: ScanFormat) -> String {
    written(|out| scan(format, &report(), &options(), out))
}

#[test]
fn scan_text() {
    insta::assert_snapshot!(rendered(ScanFormat::Text));
}

#[test]
fn scan_text_explained_and_narrow() {
    let options = Options {
        explain: true,
        verbose: true,
        width: 72,
        ..options()
    };
    insta::assert_snapshot!(written(|out| scan(
        ScanFormat::Text,
        &report(),
        &options,
        out
    )));
}

#[test]
fn scan_text_clean() {
    insta::assert_snapshot!(written(|out| scan(
        ScanFormat::Text,
        &clean_report(),
        &options(),
        out
    )));
}

#[test]
fn scan_json() {
    insta::assert_snapshot!(rendered(ScanFormat::Json));
}

#[test]
fn scan_sarif() {
    insta::assert_snapshot!(rendered(ScanFormat::Sarif));
}

#[test]
fn scan_markdown() {
    insta::assert_snapshot!(rendered(ScanFormat::Markdown));
}

#[test]
fn scan_html() {
    insta::assert_snapshot!(rendered(ScanFormat::Html));
}

#[test]
fn scan_csv() {
    insta::assert_snapshot!(rendered(ScanFormat::Csv));
}

#[test]
fn scan_junit() {
    insta::assert_snapshot!(rendered(ScanFormat::Junit));
}

#[test]
fn scan_gitlab() {
    insta::assert_snapshot!(rendered(ScanFormat::Gitlab));
}

#[test]
fn scan_github() {
    insta::assert_snapshot!(rendered(ScanFormat::Github));
}

#[test]
fn code_github() {
    insta::assert_snapshot!(of_code(ScanFormat::Github));
}

fn of_code(format: ScanFormat) -> String {
    written(|out| scan(format, &code_report(), &options(), out))
}

#[test]
fn code_text() {
    insta::assert_snapshot!(of_code(ScanFormat::Text));
}

#[test]
fn code_text_explained_and_narrow() {
    let options = Options {
        explain: true,
        verbose: true,
        width: 60,
        ..options()
    };
    insta::assert_snapshot!(written(|out| scan(
        ScanFormat::Text,
        &code_report(),
        &options,
        out
    )));
}

#[test]
fn code_json() {
    insta::assert_snapshot!(of_code(ScanFormat::Json));
}

#[test]
fn code_sarif() {
    insta::assert_snapshot!(of_code(ScanFormat::Sarif));
}

#[test]
fn code_markdown() {
    insta::assert_snapshot!(of_code(ScanFormat::Markdown));
}

#[test]
fn code_html() {
    let page = of_code(ScanFormat::Html);
    // The style and the script are those of every page.
    insta::assert_snapshot!(page.split_once("<main>").unwrap().1);
}

#[test]
fn code_csv() {
    insta::assert_snapshot!(of_code(ScanFormat::Csv));
}

#[test]
fn code_junit() {
    insta::assert_snapshot!(of_code(ScanFormat::Junit));
}

#[test]
fn code_gitlab() {
    insta::assert_snapshot!(of_code(ScanFormat::Gitlab));
}

#[test]
fn code_finding() {
    let finding = &code_report().findings[0];
    insta::assert_snapshot!(
        "code_finding_text",
        written(|out| runward_report::finding_text(finding, &[], started(), &options(), out))
    );
    insta::assert_snapshot!(
        "code_finding_json",
        written(|out| runward_report::finding_json(finding, &[], out))
    );
}

#[test]
fn mixed_text() {
    insta::assert_snapshot!(written(|out| scan(
        ScanFormat::Text,
        &mixed_report(),
        &options(),
        out
    )));
}

#[test]
fn deps() {
    insta::assert_snapshot!(
        "deps_json",
        written(|out| runward_report::deps_json(&graph(), out))
    );
    insta::assert_snapshot!(
        "deps_text",
        written(|out| runward_report::deps_text(&graph(), &options(), out))
    );
    insta::assert_snapshot!(
        "deps_tree",
        written(|out| runward_report::deps_tree(&graph(), &options(), out))
    );
    let why = |name: &str| {
        let mut out = Vec::new();
        let found = runward_report::deps_why(&graph(), name, &options(), &mut out).unwrap();
        format!("found: {found}\n{}", String::from_utf8(out).unwrap())
    };
    insta::assert_snapshot!(
        "deps_why",
        format!("{}---\n{}", why("Jinja2"), why("jinja"))
    );
}

#[test]
fn database() {
    let database = report().database;
    insta::assert_snapshot!(
        "database_text",
        written(|out| runward_report::database_text(&database, &options(), out))
    );
    insta::assert_snapshot!(
        "database_json",
        written(|out| runward_report::database_json(&database, out))
    );
}

fn rows() -> Vec<FindingRow> {
    let row = FindingRow {
        fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
        kind: "vulnerable_dependency".to_owned(),
        severity: Severity::Critical,
        status: Status::Open,
        rule: "PYSEC-2022-190".to_owned(),
        id: "CVE-2022-28346".to_owned(),
        title: "SQL injection".to_owned(),
        package: Some("django 3.2.1".to_owned()),
        path: "requirements.txt".to_owned(),
        line: Some(3),
        first_seen: time("2026-11-18T10:00:00Z"),
        last_seen: started(),
        priority: Some(Priority::P0),
        risk: Some(9.9),
        due: Some(time("2026-11-19T10:00:00Z")),
        overdue: true,
        accepted_until: None,
        reason: None,
    };
    let accepted = FindingRow {
        fingerprint: "fedcba9876543210fedcba9876543210".to_owned(),
        severity: Severity::Low,
        status: Status::Accepted,
        accepted_until: Some(date(2027, 1, 31)),
        overdue: false,
        package: Some(fixture::HOSTILE.to_owned()),
        reason: Some("not reachable".to_owned()),
        ..row.clone()
    };
    vec![row, accepted]
}

#[test]
fn findings() {
    insta::assert_snapshot!(
        "findings_text",
        written(|out| runward_report::findings_text(&rows(), started(), &options(), out))
    );
    insta::assert_snapshot!(
        "findings_json",
        written(|out| runward_report::findings_json(&rows(), out))
    );
    let transitions = [Transition {
        at: started(),
        who: "runward".to_owned(),
        from: None,
        to: Status::Open,
        why: "first seen".to_owned(),
    }];
    let finding = &report().findings[1];
    insta::assert_snapshot!(
        "finding_text",
        written(|out| runward_report::finding_text(
            finding,
            &transitions,
            started(),
            &options(),
            out
        ))
    );
    insta::assert_snapshot!(
        "finding_json",
        written(|out| runward_report::finding_json(finding, &transitions, out))
    );
}

#[test]
fn advisory() {
    let advisory = AdvisoryView {
        id: "PYSEC-2022-190".to_owned(),
        aliases: vec!["CVE-2022-28346".to_owned()],
        records: vec!["PYSEC-2022-190".to_owned()],
        summary: "SQL injection in QuerySet.annotate()".to_owned(),
        details: "An issue was discovered.\n\nMore.".to_owned(),
        severity: Some(Severity::Critical),
        cvss_score: Some(9.8),
        vectors: vec!["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned()],
        cwes: vec!["CWE-89".to_owned()],
        published: Some(time("2022-04-12T05:15:00Z")),
        kev: Some(KevEntry {
            cve: "CVE-2022-28346".to_owned(),
            date_added: date(2022, 5, 1),
            due_date: Some(date(2022, 5, 22)),
            ransomware: true,
        }),
        epss: Some(EpssScore {
            cve: "CVE-2022-28346".to_owned(),
            probability: 0.123,
            percentile: 0.91,
        }),
        affected: vec![AffectedView {
            ecosystem: "PyPI".to_owned(),
            package: "django".to_owned(),
            ranges: vec![">= 2.2, < 2.2.28".to_owned(), ">= 3.2, < 3.2.13".to_owned()],
            versions: 42,
            fixed: vec!["2.2.28".to_owned(), "3.2.13".to_owned()],
        }],
        references: vec!["https://example.org/advisory".to_owned()],
        ..AdvisoryView::default()
    };
    insta::assert_snapshot!(
        "advisory_text",
        written(|out| runward_report::advisory_text(&advisory, &options(), out))
    );
    insta::assert_snapshot!(
        "advisory_json",
        written(|out| runward_report::advisory_json(&advisory, out))
    );
}
