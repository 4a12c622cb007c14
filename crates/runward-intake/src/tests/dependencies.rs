//! Findings about packages.

use runward_model::{FindingKind, Fingerprint, Severity};

use super::*;

/// What `runward-ops` gives its own finding of CVE-2020-28493 in jinja2.
fn own() -> Fingerprint {
    Fingerprint::of(&[
        "dependency",
        "PyPI",
        "jinja2",
        "requirements.txt",
        "CVE-2020-28493",
    ])
}

fn manifest() -> Options {
    Options {
        manifest: Some("requirements.txt".to_owned()),
        ..Options::default()
    }
}

const PIP_AUDIT: &str = r#"{"dependencies": [
    {"name": "Jinja2", "version": "2.11.2", "vulns": [
        {"id": "PYSEC-2021-66", "fix_versions": ["2.11.3"],
         "aliases": ["CVE-2020-28493", "GHSA-g3rq-g295-4j3m"], "description": "ReDoS in urlize."}]},
    {"name": "fine", "version": "1", "vulns": []},
    {"name": "private", "skip_reason": "Dependency not found on PyPI"}], "fixes": []}"#;

#[test]
fn pip_audit_and_runward_report_one_finding() {
    let by_manifest = read_with(Format::PipAudit, PIP_AUDIT, manifest(), &Nothing).unwrap();
    let by_project = read_with(Format::PipAudit, PIP_AUDIT, Options::default(), &Project).unwrap();
    for read in [&by_manifest, &by_project] {
        assert_eq!(read.findings.len(), 1);
        let finding = &read.findings[0];
        assert_eq!(finding.fingerprint, own());
        assert_eq!(finding.kind, FindingKind::VulnerableDependency);
        assert_eq!(finding.title, "jinja2 2.11.2: ReDoS in urlize.");
        assert_eq!(finding.severity, Severity::Unknown);
        assert_eq!(finding.advisory.as_ref().unwrap().fixed, ["2.11.3"]);
        assert_eq!(read.tally.passed, 1);
        assert_eq!(read.about.not_covered.len(), 1);
        assert_eq!(
            read.about.not_covered[0].package.as_deref(),
            Some("private")
        );
    }
    assert_eq!(by_project.findings[0].location.start.line, 7);
    assert!(by_project.about.notes.is_empty());
    let without = read(Format::PipAudit, PIP_AUDIT);
    assert_eq!(without.findings[0].location.path, ".");
    assert!(without.about.notes[0].contains("--manifest"));
}

#[test]
fn the_old_list_of_pip_audit_is_read() {
    let list = r#"[{"name": "jinja2", "version": "2.11.2",
        "vulns": [{"id": "CVE-2020-28493", "fix_versions": []}]}]"#;
    let read = read_with(Format::PipAudit, list, manifest(), &Nothing).unwrap();
    assert_eq!(read.findings[0].fingerprint, own());
}

#[test]
fn one_advisory_said_twice_is_one_finding() {
    let twice = r#"{"dependencies": [{"name": "jinja2", "version": "2.11.2", "vulns": [
        {"id": "PYSEC-2021-66", "fix_versions": [], "aliases": ["CVE-2020-28493"]},
        {"id": "ghsa-G3RQ-g295-4j3m", "fix_versions": [], "aliases": ["cve-2020-28493"]}]}]}"#;
    let read = read_with(Format::PipAudit, twice, manifest(), &Nothing).unwrap();
    assert_eq!((read.findings.len(), read.tally.duplicates), (1, 1));
}

#[test]
fn a_second_version_in_one_file_is_a_second_finding() {
    let twice = r#"[{"name": "jinja2", "version": "2.11.2", "vulns": [{"id": "CVE-2020-28493"}]},
        {"name": "jinja2", "version": "2.11.1", "vulns": [{"id": "CVE-2020-28493"}]}]"#;
    let read = read_with(Format::PipAudit, twice, manifest(), &Nothing).unwrap();
    assert_eq!(read.findings[0].fingerprint, own());
    assert_ne!(read.findings[1].fingerprint, own());
}

#[test]
fn safety_in_its_three_forms() {
    let second = r#"{"report_meta": {"safety_version": "2.3.5", "timestamp": "2024-01-01 10:00:00"},
        "vulnerabilities": [
        {"vulnerability_id": "39525", "package_name": "jinja2", "analyzed_version": "2.11.2",
         "CVE": "CVE-2020-28493", "advisory": "ReDoS", "fixed_versions": ["2.11.3"],
         "severity": {"cvssv3": {"base_score": 5.3, "base_severity": "MEDIUM",
         "vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"}}}],
        "ignored_vulnerabilities": [{"vulnerability_id": "1", "package_name": "x",
         "analyzed_version": "1", "CVE": null, "advisory": "text"}]}"#;
    let read = read_with(Format::Safety, second, manifest(), &Nothing).unwrap();
    assert_eq!(read.findings[0].fingerprint, own());
    assert_eq!(read.findings[0].severity, Severity::Medium);
    assert_eq!(read.findings[1].rule, "SAFETY-1");
    assert_eq!(read.tally.suppressed_at_source, 1);
    assert_eq!(read.about.tools[0].version.as_deref(), Some("2.3.5"));

    let first = r#"[["jinja2", "<2.11.3", "2.11.2", "ReDoS", "39525"]]"#;
    let read = read_with(Format::Safety, first, manifest(), &Nothing).unwrap();
    assert_eq!(read.findings[0].rule, "SAFETY-39525");

    let third = r#"{"meta": {"scan_locations": ["/w/app"], "telemetry": {"safety_version": "3.2"}},
        "scan_results": {"projects": [{"files": [{"location": "/w/app/requirements.txt",
        "results": {"dependencies": [{"name": "jinja2", "specifications": [{"raw": "jinja2==2.11.2",
        "vulnerabilities": {"known_vulnerabilities": [{"id": "39525", "vulnerable_spec": "<2.11.3"},
        {"id": "2", "ignored": {"code": "x", "reason": "y"}, "vulnerable_spec": "<3"}],
        "remediation": {"recommended": "3.1.3"}}}]}]}}]}]}}"#;
    let options = Options {
        trust_suppressions: true,
        ..Options::default()
    };
    let read = read_with(Format::Safety, third, options, &Nothing).unwrap();
    assert_eq!(read.findings.len(), 1);
    assert_eq!(read.findings[0].location.path, "requirements.txt");
    assert_eq!(read.about.scanned, ["requirements.txt"]);
    assert_eq!(read.tally.suppressed_at_source, 1);
}

#[test]
fn osv_scanner_groups_are_findings() {
    // `source` after `packages`, as any order is allowed.
    let text = r#"{"results": [{"packages": [{"package":
        {"name": "jinja2", "version": "2.11.2", "ecosystem": "PyPI"},
        "vulnerabilities": [
          {"id": "GHSA-g3rq-g295-4j3m", "aliases": ["CVE-2020-28493"], "summary": "ReDoS",
           "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"}],
           "database_specific": {"severity": "MODERATE", "cwe_ids": ["CWE-400"]},
           "affected": [{"package": {"name": "Jinja2"}, "ranges": [{"type": "ECOSYSTEM",
             "events": [{"introduced": "0"}, {"fixed": "2.11.3"}]}]}]},
          {"id": "PYSEC-2021-66", "aliases": ["CVE-2020-28493"]},
          {"id": "MAL-2024-1"}],
        "groups": [{"ids": ["GHSA-g3rq-g295-4j3m", "PYSEC-2021-66"], "max_severity": "5.3"}]}],
        "source": {"path": "/w/requirements.txt", "type": "lockfile"}}]}"#;
    let options = Options {
        source_root: Some("/w".to_owned()),
        ..Options::default()
    };
    let read = read_with(Format::OsvScanner, text, options, &Nothing).unwrap();
    assert_eq!(read.findings.len(), 2);
    assert_eq!(read.findings[0].fingerprint, own());
    assert_eq!(read.findings[0].severity, Severity::Medium);
    let advisory = read.findings[0].advisory.as_ref().unwrap();
    assert_eq!(advisory.fixed, ["2.11.3"]);
    assert_eq!(advisory.vectors.len(), 1);
    assert_eq!(read.findings[1].kind, FindingKind::MaliciousDependency);
    assert!(
        read_with(
            Format::OsvScanner,
            r#"{"results": null}"#,
            Options::default(),
            &Nothing
        )
        .is_ok()
    );
}

#[test]
fn npm_audit_learns_version_place_and_cve_from_the_project() {
    let text = r#"{"auditReportVersion": 2, "vulnerabilities": {
        "debug": {"name": "debug", "severity": "high", "isDirect": true, "via": [
          {"source": 1094222, "name": "debug", "title": "ReDoS in debug",
           "url": "https://github.com/advisories/GHSA-gxpj-cx7g-858c", "severity": "moderate",
           "cwe": ["CWE-400"], "cvss": {"score": 5.3, "vectorString": "CVSS:3.0/AV:N"}},
          "ms"], "nodes": ["node_modules/debug"]},
        "send": {"name": "send", "severity": "high", "via": ["debug"]}}}"#;
    let read = read_with(Format::NpmAudit, text, Options::default(), &Project).unwrap();
    assert_eq!(read.findings.len(), 1);
    let finding = &read.findings[0];
    assert_eq!(finding.title, "debug 2.6.0: ReDoS in debug");
    let parts = [
        "dependency",
        "npm",
        "debug",
        "package-lock.json",
        "CVE-2017-16137",
    ];
    assert_eq!(finding.fingerprint, Fingerprint::of(&parts));
    assert_eq!(finding.severity, Severity::Medium);
    let bare = super::read(Format::NpmAudit, text);
    let dependency = bare.findings[0].dependency.as_ref().unwrap();
    assert!(dependency.undetermined.is_some());
}

#[test]
fn the_older_form_of_npm_is_read_and_its_errors_are_told() {
    let text = r#"{"actions": [], "advisories": {"146": {"findings": [
        {"version": "1.9.2", "paths": ["mocha>growl"], "dev": true}], "id": 146,
        "title": "Command Injection", "module_name": "growl", "cves": ["CVE-2017-16042"],
        "severity": "critical", "cwe": "CWE-94", "url": "https://npmjs.com/advisories/146"}}}"#;
    let read = read(Format::NpmAudit, text);
    assert_eq!(read.findings[0].severity, Severity::Critical);
    assert_eq!(read.findings[0].rule, "NPM-146");
    assert!(!read.findings[0].dependency.as_ref().unwrap().direct);
    let error = r#"{"error": {"code": "ENOAUDIT", "summary": "the registry does not answer"}}"#;
    let error = read_with(Format::NpmAudit, error, Options::default(), &Nothing)
        .err()
        .unwrap();
    assert!(error.to_string().contains("the registry does not answer"));
}

#[test]
fn trivy_speaks_of_packages_settings_and_secrets() {
    let text = r#"{"SchemaVersion": 2, "ArtifactName": ".", "CreatedAt": "2026-02-24T07:07:53Z",
      "Results": [
        {"Target": "requirements.txt", "Class": "lang-pkgs", "Type": "pip", "Vulnerabilities": [
          {"VulnerabilityID": "CVE-2020-28493", "PkgName": "jinja2", "InstalledVersion": "2.11.2",
           "FixedVersion": "2.11.3, 3.0.0", "Severity": "MEDIUM", "Title": "ReDoS",
           "CVSS": {"nvd": {"V2Vector": "AV:N", "V3Vector": "CVSS:3.1/AV:N"}}}]},
        {"Target": "Dockerfile", "Class": "config", "Type": "dockerfile", "Misconfigurations": [
          {"ID": "DS002", "Title": "root", "Message": "Add USER", "Severity": "HIGH",
           "Status": "FAIL"}, {"ID": "DS003", "Status": "PASS"}]},
        {"Target": "app.env", "Class": "secret", "Secrets": [
          {"RuleID": "github-pat", "Severity": "CRITICAL", "Title": "GitHub token",
           "StartLine": 3, "EndLine": 3, "Match": "TOKEN=*****"}]},
        {"Target": "img (debian 12.1)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [
          {"VulnerabilityID": "CVE-2023-1", "PkgName": "zlib1g", "InstalledVersion": "1.2",
           "PkgIdentifier": {"PURL": "pkg:deb/debian/zlib1g@1.2?arch=amd64"}}]}]}"#;
    let read = read(Format::Trivy, text);
    let kinds: Vec<_> = read.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(
        kinds,
        [
            FindingKind::VulnerableDependency,
            FindingKind::Other,
            FindingKind::Secret,
            FindingKind::VulnerableDependency
        ]
    );
    assert_eq!(read.findings[0].fingerprint, own());
    let fixed = &read.findings[0].advisory.as_ref().unwrap().fixed;
    assert_eq!(fixed, &["2.11.3", "3.0.0"]);
    assert_eq!(read.findings[2].location.start.line, 3);
    assert_eq!(read.tally.passed, 1);
    assert_eq!(
        read.about.scanned,
        ["Dockerfile", "app.env", "requirements.txt"]
    );
    assert!(read.about.generated.is_some());
}

#[test]
fn runward_reads_itself() {
    let text = r#"{"schema": "runward.scan/1", "started": "2026-01-01T00:00:00Z", "findings": [
        {"fingerprint": "0123456789abcdef0123456789abcdef", "kind": "vulnerable_dependency",
         "rule": "PYSEC-2021-66", "title": "jinja2 2.11.2: ReDoS", "severity": "medium",
         "confidence": "high", "location": {"path": "requirements.txt",
         "start": {"line": 7, "column": 1}, "end": {"line": 8, "column": 1}},
         "package": {"purl": "pkg:pypi/jinja2@2.11.2", "scope": "development", "direct": false},
         "advisory": {"aliases": ["CVE-2020-28493"], "summary": "ReDoS", "fixed": ["2.11.3"]}},
        {"fingerprint": "x", "kind": "secret", "rule": "r", "location": {"path": "a"}}],
        "not_covered": [{"path": "setup.py", "reason": "not read", "line": 3}]}"#;
    let read = read(Format::RunwardScan, text);
    let finding = &read.findings[0];
    assert_eq!(
        finding.fingerprint.as_str(),
        "0123456789abcdef0123456789abcdef"
    );
    assert_eq!(finding.title, "jinja2 2.11.2: ReDoS");
    assert_eq!(finding.location.start.line, 7);
    assert!(!finding.dependency.as_ref().unwrap().direct);
    assert_eq!(read.tally.unusable, 1);
    assert_eq!(read.about.not_covered[0].path, "setup.py");
    let newer = r#"{"schema": "runward.scan/2", "findings": []}"#;
    assert!(read_with(Format::RunwardScan, newer, Options::default(), &Nothing).is_err());
}
