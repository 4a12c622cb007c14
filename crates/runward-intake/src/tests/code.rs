//! Findings about code.

use runward_model::{Confidence, FindingKind, Severity};

use super::*;

fn sarif(tool: &str, results: &str) -> String {
    format!(r#"{{"version": "2.1.0", "runs": [{{"results": [{results}], "tool": {tool}}}]}}"#)
}

fn at(rule: &str, uri: &str, line: u32, more: &str) -> String {
    format!(
        r#"{{"ruleId": "{rule}", "message": {{"text": "bad {line}"}}, "locations": [
        {{"physicalLocation": {{"artifactLocation": {{"uri": "{uri}"}},
        "region": {{"startLine": {line}, "startColumn": 5, "endColumn": 9}}}}}}] {more}}}"#
    )
}

const PLAIN: &str = r#"{"driver": {"name": "T"}}"#;

#[test]
fn rules_count_whether_they_stand_before_or_after_the_results() {
    let tool = r#"{"driver": {"name": "CodeQL", "semanticVersion": "2.5", "rules": [
        {"id": "a", "properties": {"security-severity": "9.8", "precision": "very-high"}},
        {"id": "b", "defaultConfiguration": {"level": "note"}}]}}"#;
    let results = [
        at("a", "x.py", 1, ""),
        at("b/1", "x.py", 2, ""),
        at("c", "x.py", 3, r#", "level": "error""#),
        at("d", "x.py", 4, ""),
        r#"{"ruleIndex": 1, "message": {"text": "no place: '{0}'", "arguments": ["{0}"]}}"#
            .to_owned(),
    ]
    .join(",");
    let after = sarif(tool, &results);
    let before =
        format!(r#"{{"version": "2.1.0", "runs": [{{"tool": {tool}, "results": [{results}]}}]}}"#);
    for text in [after, before] {
        let read = read(Format::Sarif, &text);
        let severities: Vec<_> = read
            .findings
            .iter()
            .map(|finding| finding.severity)
            .collect();
        assert_eq!(
            severities,
            [
                Severity::Critical,
                Severity::Low,
                Severity::High,
                Severity::Medium,
                Severity::Low
            ]
        );
        assert_eq!(read.findings[0].confidence, Confidence::High);
        assert_eq!(read.findings[4].rule, "b");
        assert_eq!(read.findings[4].title, "no place: '{0}'");
        assert_eq!(read.findings[4].location.path, ".");
        assert_eq!(read.findings[0].location.end.column, 9);
        assert_eq!(read.about.tools[0].name, "codeql");
        assert!(!read.about.whole);
    }
}

#[test]
fn a_finding_outlives_the_lines_above_it() {
    for more in [
        r#", "partialFingerprints": {"primaryLocationLineHash": "39fa2ee980eb94b0:1"}"#,
        r#", "fingerprints": {"matchBasedId/v1": "f900d4624_0"}"#,
        "",
    ] {
        let one = read(Format::Sarif, &sarif(PLAIN, &at("r", "x.py", 3, more)));
        let two = read(Format::Sarif, &sarif(PLAIN, &at("r", "x.py", 30, more)));
        let other = read(Format::Sarif, &sarif(PLAIN, &at("r", "y.py", 3, more)));
        assert_eq!(
            one.findings[0].fingerprint, two.findings[0].fingerprint,
            "{more}"
        );
        assert_ne!(
            one.findings[0].fingerprint, other.findings[0].fingerprint,
            "{more}"
        );
    }
}

#[test]
fn equal_lines_are_told_apart_and_equal_places_are_not() {
    let more = r#", "fingerprints": {"matchBasedId/v1": "requires login"}"#;
    let results = [
        at("r", "x.py", 3, more),
        at("r", "x.py", 9, more),
        at("r", "x.py", 9, more),
    ]
    .join(",");
    let read = read(Format::Sarif, &sarif(PLAIN, &results));
    assert_eq!((read.findings.len(), read.tally.duplicates), (2, 1));
    assert_ne!(read.findings[0].fingerprint, read.findings[1].fingerprint);
}

#[test]
fn what_is_suppressed_or_passed_is_counted() {
    let results = [
        at("r", "x.py", 1, r#", "kind": "pass""#),
        at(
            "r",
            "x.py",
            2,
            r#", "suppressions": [{"kind": "inSource"}]"#,
        ),
        at(
            "r",
            "x.py",
            3,
            r#", "suppressions": [{"kind": "external", "status": "rejected"}]"#,
        ),
    ]
    .join(",");
    let text = sarif(PLAIN, &results);
    let all = read(Format::Sarif, &text);
    assert_eq!(
        (
            all.findings.len(),
            all.tally.passed,
            all.tally.suppressed_at_source
        ),
        (2, 1, 1)
    );
    let options = Options {
        trust_suppressions: true,
        ..Options::default()
    };
    let trusting = read_with(Format::Sarif, &text, options, &Nothing).unwrap();
    assert_eq!(trusting.findings.len(), 1);
}

#[test]
fn paths_are_resolved_through_base_ids_and_indices() {
    let text = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}},
        "originalUriBaseIds": {"ROOT": {"uri": "file:///w/app/"},
            "SRC": {"uri": "src", "uriBaseId": "ROOT"}},
        "artifacts": [{"location": {"uri": "a%20b.py", "uriBaseId": "SRC"}, "roles": ["analysisTarget"]}],
        "results": [
          {"ruleId": "r", "message": {"text": "m"}, "locations": [{"physicalLocation":
            {"artifactLocation": {"index": 0, "uriBaseId": "SRC"}}}]},
          {"ruleId": "r", "message": {"text": "m"}, "locations": [{"physicalLocation":
            {"artifactLocation": {"uri": "file:///w/app/lib/c.py"}}}]},
          {"ruleId": "r", "message": {"text": "m"}, "locations": [{"physicalLocation":
            {"artifactLocation": {"uri": "../../etc/passwd"}}}]}]}]}"#;
    let read = read(Format::Sarif, text);
    assert_eq!(read.findings.len(), 1);
    assert_eq!(read.findings[0].location.path, "src/a b.py");
    assert_eq!(read.about.scanned, ["src/a b.py"]);
    assert!(read.about.whole);
    assert_eq!(read.tally.unusable, 2);
    assert!(read.about.not_covered[0].reason.contains("--source-root"));
    assert!(
        read.about.not_covered[1]
            .reason
            .contains("outside the project")
    );
    let options = Options {
        source_root: Some("/w".to_owned()),
        ..Options::default()
    };
    let above = read_with(Format::Sarif, text, options, &Nothing).unwrap();
    assert_eq!(above.findings[0].location.path, "app/src/a b.py");
    assert_eq!(above.findings[1].location.path, "app/lib/c.py");
}

#[test]
fn a_tools_own_errors_are_gaps() {
    let text = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}},
        "invocations": [{"executionSuccessful": false, "toolExecutionNotifications": [
          {"level": "error", "message": {"text": "syntax error"}, "locations": [{"physicalLocation":
            {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 4}}}]},
          {"level": "note", "message": {"text": "fine"}}]}], "results": []}]}"#;
    let read = read(Format::Sarif, text);
    assert_eq!(read.about.not_covered.len(), 2);
    assert_eq!(read.about.not_covered[0].path, "a.py");
    assert_eq!(read.about.not_covered[0].line, Some(4));
}

#[test]
fn kinds_follow_the_tool_and_the_place() {
    for (tool, uri, kind) in [
        ("gitleaks", "a.py", FindingKind::Secret),
        (
            "ZAP",
            "https://example.com/login?x=1",
            FindingKind::WebIssue,
        ),
        ("T", "a.py", FindingKind::CodeIssue),
    ] {
        let tool = format!(r#"{{"driver": {{"name": "{tool}"}}}}"#);
        let read = read(Format::Sarif, &sarif(&tool, &at("r", uri, 1, "")));
        assert_eq!(read.findings[0].kind, kind);
    }
}

#[test]
fn another_version_of_sarif_is_refused() {
    let text = r#"{"version": "1.0.0", "runs": []}"#;
    let error = read_with(Format::Sarif, text, Options::default(), &Nothing)
        .err()
        .unwrap();
    assert!(error.to_string().contains("`1.0.0`"), "{error}");
}

const SEMGREP: &str = r#"{"version": "1.97.0", "results": [
    {"check_id": "exec-use", "path": "a.py", "start": {"line": 3, "col": 5}, "end": {"line": 3, "col": 18},
     "extra": {"message": "exec found", "severity": "ERROR", "fingerprint": "requires login",
      "lines": "requires login", "metadata": {"impact": "MEDIUM", "likelihood": "LOW", "confidence": "HIGH"}}},
    {"check_id": "gen.secrets.aws", "path": "a.py", "start": {"line": 9}, "end": {"line": 9},
     "extra": {"message": "key", "severity": "WARNING", "lines": "k = 'x'", "is_ignored": true}},
    {"path": "a.py"}],
    "errors": [{"message": "Syntax error", "path": "b.py", "spans": [{"start": {"line": 2}}]}],
    "paths": {"scanned": ["a.py", "b.py"], "skipped": [{"path": "c.min.js", "reason": "too_big"},
      {"path": "d.py", "reason": "semgrepignore_patterns_match"}]}}"#;

#[test]
fn semgrep_without_an_account() {
    let read = read(Format::Semgrep, SEMGREP);
    assert_eq!(read.findings.len(), 2);
    assert_eq!(read.findings[0].severity, Severity::Medium);
    assert_eq!(read.findings[0].confidence, Confidence::High);
    assert_eq!(read.findings[1].kind, FindingKind::Secret);
    assert_eq!(
        (read.tally.suppressed_at_source, read.tally.unusable),
        (1, 1)
    );
    assert_eq!(read.about.scanned, ["a.py", "b.py"]);
    assert!(read.about.whole);
    let gaps: Vec<_> = read
        .about
        .not_covered
        .iter()
        .map(|gap| gap.path.as_str())
        .collect();
    assert_eq!(gaps, ["b.py", "c.min.js", "results"]);
}

#[test]
fn semgreps_two_formats_give_one_finding_where_the_source_is_known() {
    let json = read_with(Format::Semgrep, SEMGREP, Options::default(), &Project).unwrap();
    let more = r#", "partialFingerprints": {}"#;
    let tool = r#"{"driver": {"name": "Semgrep OSS"}}"#;
    let text = sarif(tool, &at("exec-use", "a.py", 3, more));
    let sarif = read_with(Format::Sarif, &text, Options::default(), &Project).unwrap();
    assert_eq!(json.findings[0].fingerprint, sarif.findings[0].fingerprint);
}

#[test]
fn bandit_is_read_with_its_errors_and_files() {
    let text = |line: u32| {
        let next = line + 1;
        format!(
            r#"{{"errors": [{{"filename": "./bad.py", "reason": "syntax error"}}],
        "generated_at": "2020-12-30T10:03:39Z", "metrics": {{"_totals": {{}}, "./one.py": {{}}}},
        "results": [{{"code": "{line} import os\n{next} assert x\n", "filename": "./one.py",
        "issue_confidence": "HIGH", "issue_severity": "LOW", "issue_text": "Use of assert.",
        "line_number": {next}, "line_range": [{next}], "col_offset": 0, "end_col_offset": 8,
        "test_id": "B101"}}]}}"#
        )
    };
    let one = read(Format::Bandit, &text(1));
    let two = read(Format::Bandit, &text(20));
    assert_eq!(one.findings[0].fingerprint, two.findings[0].fingerprint);
    assert_eq!(one.findings[0].severity, Severity::Low);
    assert_eq!(one.findings[0].confidence, Confidence::High);
    assert_eq!(one.findings[0].location.path, "one.py");
    assert_eq!(one.findings[0].location.end.column, 9);
    assert_eq!(one.about.scanned, ["one.py"]);
    assert_eq!(one.about.not_covered[0].path, "bad.py");
    assert!(
        one.about.not_covered[0]
            .reason
            .starts_with("bandit reports")
    );
}

#[test]
fn json_lines_say_what_is_wrong_with_a_line() {
    let text = concat!(
        r#"{"rule": "own-1", "title": "a thing", "severity": "high", "path": "a.py", "line": 3, "tool": "check.sh"}"#,
        "\n\n",
        r#"{"rule": "own-1", "title": "a thing", "severity": "high", "pth": "a.py"}"#,
        "\n",
        r#"{"rule": "CVE-2020-28493", "title": "ReDoS", "severity": "low", "purl": "pkg:pypi/jinja2@2.11.2"}"#,
        "\n",
        r#"{"rule": "r", "title": "t", "severity": "bad"}"#,
        "\n",
        r#"{"rule": "r", "title": "t", "severity": "low", "line": 0}"#,
        "\n",
        r#"{"rule": "r", "title": "t", "severity": "low", "kind": "vulnerable_dependency"}"#,
        "\n"
    );
    let read = read(Format::JsonLines, text);
    assert_eq!(read.findings.len(), 2);
    assert_eq!(read.findings[1].kind, FindingKind::VulnerableDependency);
    assert_eq!(read.about.tools[0].name, "check.sh");
    assert_eq!(read.tally.unusable, 4);
    assert_eq!(read.about.not_covered[0].line, Some(3));
    assert!(read.about.not_covered[0].reason.contains("`pth`"));
}
