//! Documents keep their schemas, and no scanned text reaches an output as anything but text.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "helpers of tests"
)]

#[allow(dead_code, reason = "each test uses its part")]
mod fixture;

use fixture::{HOSTILE, clean_report, code_report, graph, mixed_report, report};
use proptest::prelude::*;
use runward_model::{ScanReport, scan::Verdict};
use runward_report::{Options, ScanFormat, scan};
use serde_json::Value;

fn rendered(format: ScanFormat, report: &ScanReport) -> String {
    let mut out = Vec::new();
    scan(format, report, &Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn schema_file(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema")
        .join(name)
}

/// `RUNWARD_UPDATE_SCHEMAS=1 cargo test -p runward-report schema` writes the files anew.
fn assert_is_the_documented_schema(name: &str, schema: &Value) {
    let path = schema_file(name);
    if std::env::var_os("RUNWARD_UPDATE_SCHEMAS").is_some() {
        let text = serde_json::to_string_pretty(&sorted(schema)).unwrap() + "\n";
        std::fs::write(&path, text).unwrap();
    }
    let documented: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(
        documented, *schema,
        "docs/schema/{name} is not what the code writes"
    );
}

/// By key, so that a file's order does not depend on how the code is built.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries = entries.into_iter();
            Value::Object(
                entries
                    .map(|(key, value)| (key.clone(), sorted(value)))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

fn assert_valid(schema: &Value, document: &str) {
    let document: Value = serde_json::from_str(document).unwrap();
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn schemas_are_documented() {
    for (name, schema) in [
        ("scan-1.json", runward_report::scan_schema()),
        ("deps-1.json", runward_report::deps_schema()),
        ("database-1.json", runward_report::database_schema()),
        ("findings-1.json", runward_report::findings_schema()),
        ("advisory-1.json", runward_report::advisory_schema()),
    ] {
        assert_is_the_documented_schema(name, &schema);
    }
}

#[test]
fn documents_are_valid_against_their_schemas() {
    for report in [report(), clean_report(), code_report(), mixed_report()] {
        assert_valid(
            &runward_report::scan_schema(),
            &rendered(ScanFormat::Json, &report),
        );
    }
    let mut out = Vec::new();
    runward_report::deps_json(&graph(), &mut out).unwrap();
    assert_valid(
        &runward_report::deps_schema(),
        &String::from_utf8(out).unwrap(),
    );
    let mut out = Vec::new();
    runward_report::database_json(&report().database, &mut out).unwrap();
    assert_valid(
        &runward_report::database_schema(),
        &String::from_utf8(out).unwrap(),
    );
}

#[test]
fn a_broken_document_is_not_valid() {
    let schema = runward_report::scan_schema();
    let mut document: Value = serde_json::from_str(&rendered(ScanFormat::Json, &report())).unwrap();
    document.as_object_mut().unwrap().remove("not_covered");
    assert!(!jsonschema::is_valid(&schema, &document));
}

/// Tools read these keys; taking one away needs a new version of the format.
#[test]
fn the_scan_contract_is_kept() {
    let document: Value = serde_json::from_str(&rendered(ScanFormat::Json, &report())).unwrap();
    let keys = |value: &Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(document["schema"], "runward.scan/1");
    assert_eq!(
        keys(&document),
        "database excluded findings fixed not_covered project root schema started summary \
         suppressed suppressed_findings suppression_notices verdict warnings"
    );
    let finding = &document["findings"][1];
    assert_eq!(
        keys(finding),
        "advisory assessment confidence fingerprint first_seen kind location new package rule \
         severity status suppressed title"
    );
    assert_eq!(keys(&finding["location"]), "end path start");
    assert_eq!(
        keys(&finding["package"]),
        "direct ecosystem name path purl scope version"
    );
    assert_eq!(
        keys(&finding["advisory"]),
        "aliases cwes epss fixed id kev malicious published records references summary"
    );
    assert_eq!(
        keys(&finding["assessment"]),
        "approver class constrained_by cvss_score cvss_vector due effective_severity \
         fix_complexity fix_version overdue priority risk severity severity_source terms \
         tightened_by within_hours"
    );
    assert_eq!(
        keys(&document["summary"]),
        "at_or_above_gate by_severity code_files fail_on findings fixed judged known new not_covered overdue \
         packages rules_run secret_files suppressed"
    );
    let document: Value =
        serde_json::from_str(&rendered(ScanFormat::Json, &code_report())).unwrap();
    let finding = &document["findings"][0];
    assert_eq!(
        keys(finding),
        "advisory aliases assessment code confidence cwe fingerprint first_seen fix kind location \
         message metavars new owasp package references rule severity status suppressed symbol \
         title trace"
    );
    assert_eq!(keys(&finding["trace"][0]), "code kind location");
    assert_eq!(keys(&finding["metavars"]["$NAME"]), "location value");
    assert_eq!(finding["fix"], Value::Null);
    assert_eq!(keys(&document["findings"][2]["fix"]), "end start text");
    assert_eq!(document["summary"]["code_files"], 120);
    let document: Value = serde_json::from_str(&rendered(ScanFormat::Json, &report())).unwrap();
    assert_eq!(document["suppressed"], 2);
    assert_eq!(
        document["suppressed_findings"][0]["suppressed"]["by"],
        "suppression"
    );
    assert_eq!(document["not_covered"][0]["package"], "requests");
    assert!(document["not_covered"][2].get("line").is_none());
}

#[test]
fn an_undetermined_dependency_is_listed_without_a_version() {
    let mut out = Vec::new();
    runward_report::deps_json(&graph(), &mut out).unwrap();
    let document: Value = serde_json::from_slice(&out).unwrap();
    let packages = document["packages"].as_array().unwrap();
    let requests = packages
        .iter()
        .find(|package| package["name"] == "requests")
        .unwrap();
    assert_eq!(requests["version"], Value::Null);
    assert_eq!(requests["purl"], "pkg:pypi/requests");
    let flask = packages
        .iter()
        .find(|package| package["name"] == "flask")
        .unwrap();
    assert_eq!(flask["parents"][0], "pkg:pypi/jinja2@2.10");
    assert_eq!(document["not_covered"].as_array().unwrap().len(), 3);
}

/// Control, bidirectional and invisible characters, as the crate's documentation promises.
fn is_unsafe(character: char) -> bool {
    character.is_control() && character != '\n'
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Puts a text into every place that a scanned file can fill.
fn poisoned(text: &str) -> ScanReport {
    poison(mixed_report(), text)
}

fn poison(mut report: ScanReport, text: &str) -> ScanReport {
    let own = || text.to_owned();
    report.project = own();
    report.root = own();
    report.environment = Some(own());
    report.warnings.push(own());
    for finding in report.findings.iter_mut().chain(&mut report.suppressed) {
        finding.rule = own();
        finding.title = own();
        finding.location.path = own();
        finding.path_from_root = vec![own(), own()];
        if let Some(dependency) = &mut finding.dependency {
            dependency.package.name = own();
            dependency.package.version = Some(own());
            dependency.source.path = own();
            dependency.groups = vec![own()];
        }
        if let Some(advisory) = &mut finding.advisory {
            advisory.id = own();
            advisory.aliases = vec![own()];
            advisory.summary = own();
            advisory.details = own();
            advisory.fixed = vec![own()];
            advisory.references = vec![own(), format!("https://{text}")];
            advisory.cwes = vec![own()];
            advisory.informational = Some(own());
        }
        if let Some(code) = &mut finding.code {
            code.message = own();
            code.symbol = Some(own());
            code.frame.lines = vec![own(), own()];
            code.metavars = code
                .metavars
                .values()
                .map(|bound| {
                    let mut bound = bound.clone();
                    bound.value = own();
                    bound.location.path = own();
                    (own(), bound)
                })
                .collect();
            for step in &mut code.trace {
                step.code = own();
                step.location.path = own();
            }
            if let Some(fix) = &mut code.fix {
                fix.text = own();
            }
            code.cwe = vec![own()];
            code.owasp = vec![own()];
            code.aliases = vec![own()];
            code.references = vec![own(), format!("https://{text}")];
        }
        if let Some(assessment) = &mut finding.assessment {
            assessment.fix_version = Some(own());
            assessment.approver = own();
            assessment.cvss_vector = Some(own());
            assessment.tightened_by = vec![own()];
        }
        if let Some(decision) = &mut finding.suppressed {
            decision.by = own();
            decision.reason = own();
            decision.author = own();
        }
    }
    for entry in &mut report.not_covered {
        entry.path = own();
        entry.package = Some(own());
        entry.reason = own();
    }
    for notice in &mut report.suppression_notices {
        notice.suppression = own();
        notice.problem = own();
    }
    for fixed in &mut report.fixed {
        fixed.title = own();
        fixed.path = own();
        fixed.rule = own();
    }
    report.read.push((own(), own()));
    report
}

const OWN_FORMATS: [ScanFormat; 9] = [
    ScanFormat::Text,
    ScanFormat::Json,
    ScanFormat::Sarif,
    ScanFormat::Markdown,
    ScanFormat::Html,
    ScanFormat::Csv,
    ScanFormat::Junit,
    ScanFormat::Gitlab,
    ScanFormat::Github,
];

fn assert_harmless(text: &str) {
    are_harmless(&poisoned(text));
    are_harmless(&poison(code_report(), text));
}

fn are_harmless(report: &ScanReport) {
    for format in OWN_FORMATS {
        let written = rendered(format, report);
        // CSV ends its lines with CR LF, and only there.
        let written = if format == ScanFormat::Csv {
            written.replace("\r\n", "\n")
        } else {
            written
        };
        let found = written.chars().find(|c| is_unsafe(*c));
        // Markdown breaks mentions with an entity, never with the character itself.
        assert_eq!(found, None, "{format} passed {found:?} on");
        match format {
            ScanFormat::Json | ScanFormat::Sarif | ScanFormat::Gitlab => {
                serde_json::from_str::<Value>(&written).unwrap();
            }
            ScanFormat::Html => {
                assert_eq!(written.matches("<script").count(), 1);
                assert_eq!(written.matches("</script").count(), 1);
                assert!(!written.contains("<b>") && !written.contains("<img"));
                assert!(!written.contains("href=\"javascript"));
            }
            ScanFormat::Junit => well_formed(&written),
            ScanFormat::Csv => rectangular(&written),
            // A line that is no command would be one that a scanned text wrote.
            ScanFormat::Github => assert!(written.lines().all(|line| {
                ["::error ", "::warning ", "::notice "]
                    .iter()
                    .any(|it| line.starts_with(it))
                    && line.matches("::").count() >= 2
            })),
            _ => {}
        }
    }
}

fn well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0_i32;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
}

/// Every record of a CSV document has as many fields as its head.
fn rectangular(csv: &str) {
    let (mut quoted, mut fields, mut head) = (false, 1, None);
    for character in csv.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => fields += 1,
            '\n' if !quoted => {
                assert_eq!(*head.get_or_insert(fields), fields);
                fields = 1;
            }
            _ => {}
        }
    }
    assert!(!quoted);
}

#[test]
fn known_attacks_are_neutralised() {
    for attack in [
        HOSTILE,
        "\u{1b}]8;;https://e.example\u{7}x\u{1b}]8;;\u{7}",
        "</style></script><script>alert(1)</script><img src=x onerror=alert(1)>",
        "]]><!ENTITY x SYSTEM \"file:///etc/passwd\">",
        "=HYPERLINK(\"https://e.example\")",
        "``` \n# heading\n| a | b |",
        "\u{0}\u{fffe}\u{ffff}\u{feff}\u{2066}",
        "",
        "`",
    ] {
        assert_harmless(attack);
    }
}

#[test]
fn enormous_texts_do_not_make_enormous_pages() {
    let report = poisoned(&"x".repeat(300_000));
    assert!(rendered(ScanFormat::Text, &report).len() < 200_000);
    assert!(rendered(ScanFormat::Markdown, &report).len() < 200_000);
}

#[test]
fn every_verdict_has_its_exit_code_and_says_it() {
    for (verdict, code) in [
        (Verdict::Clean, 0),
        (Verdict::Findings, 1),
        (Verdict::NothingToScan, 3),
        (Verdict::Incomplete, 4),
    ] {
        let report = ScanReport {
            verdict,
            ..report()
        };
        assert_eq!(verdict.exit_code(), code);
        assert!(rendered(ScanFormat::Text, &report).contains(&format!("exit {code}")));
        let sarif: Value = serde_json::from_str(&rendered(ScanFormat::Sarif, &report)).unwrap();
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["exitCode"], code);
        assert_eq!(invocation["executionSuccessful"], code < 2);
    }
}

#[test]
fn a_false_positive_has_no_last_day_in_any_format() {
    for format in ScanFormat::ALL {
        let written = rendered(format, &report());
        assert!(!written.contains("9999"), "{format}");
        let says = match format {
            // Bills without findings, and JSON, have no words for it.
            // The other tells of what is open only.
            ScanFormat::Spdx | ScanFormat::Github => continue,
            ScanFormat::Json => "\"expires\": null",
            ScanFormat::Cyclonedx => "\"state\": \"false_positive\"",
            _ => "false positive",
        };
        assert!(written.contains(says), "{format}");
    }
}

#[test]
fn bills_and_vex_list_or_count_everything() {
    let json = |format| -> Value { serde_json::from_str(&rendered(format, &report())).unwrap() };
    let bom = json(ScanFormat::Cyclonedx);
    assert_eq!(bom["vulnerabilities"].as_array().unwrap().len(), 8);
    let properties = bom["metadata"]["properties"].as_array().unwrap();
    let value = |name: &str| {
        let property = properties.iter().find(|property| property["name"] == name);
        property.map(|property| property["value"].as_str().unwrap())
    };
    assert_eq!(value("runward:findings"), Some("6"));
    assert_eq!(value("runward:suppressed"), Some("2"));
    assert_eq!(value("runward:not-judged"), Some("3"));
    assert!(value("runward:warning").unwrap().starts_with("STALE"));
    let spdx = json(ScanFormat::Spdx);
    let comment = spdx["annotations"][0]["comment"].as_str().unwrap();
    assert!(comment.contains("runward:not-judged=3"), "{comment}");
    let vex = json(ScanFormat::Openvex);
    let tooling = vex["tooling"].as_str().unwrap();
    assert!(tooling.contains("6 findings, 2 suppressed, 3 not judged; STALE"));
    assert_eq!(vex["statements"].as_array().unwrap().len(), 8);
}

#[test]
fn the_next_step_fits_what_states_the_package() {
    let mut report = report();
    let metadata = ".venv/lib/python3.12/site-packages/django-3.2.1.dist-info/METADATA";
    report.read = vec![
        (".venv".to_owned(), "site-packages".to_owned()),
        (
            "web/package-lock.json".to_owned(),
            "CycloneDX JSON".to_owned(),
        ),
        ("poetry.lock".to_owned(), "poetry.lock".to_owned()),
    ];
    for finding in &mut report.findings {
        let dependency = finding.dependency.as_mut().unwrap();
        if dependency.source.path == "requirements.txt" {
            dependency.source.path = metadata.to_owned();
            finding.location.path = metadata.to_owned();
        }
    }
    for format in [ScanFormat::Text, ScanFormat::Markdown, ScanFormat::Html] {
        let written = rendered(format, &report);
        assert!(written.contains("in the environment .venv"), "{format}");
        assert!(written.contains("the project that web/package"), "{format}");
        for wrong in ["METADATA:1: ", "install -r", "npm uninstall", "npm install"] {
            assert!(!written.contains(wrong), "{format}: {wrong}");
        }
    }
}

#[test]
fn what_a_severity_comes_from_is_not_said_twice() {
    let mut report = report();
    for finding in &mut report.findings {
        finding.assessment.as_mut().unwrap().cvss_score = None;
    }
    let mut notice = report.findings.last().cloned().unwrap();
    notice.assessment.as_mut().unwrap().severity_source = "informational notice".to_owned();
    report.findings.push(notice);
    let text = rendered(ScanFormat::Text, &report);
    assert!(
        text.contains("\n           malicious package · risk"),
        "{text}"
    );
    assert!(text.contains("notice: unmaintained"), "{text}");
    for twice in ["severity from malicious", "severity from informational"] {
        assert!(!text.contains(twice), "{text}");
    }
    assert!(
        text.contains("severity from cvss"),
        "other sources stay: {text}"
    );
}

#[test]
fn advisories_without_a_summary_do_not_name_their_package_again() {
    let mut report = report();
    let finding = &mut report.findings[1];
    finding.title = "django 3.2.1: QuerySet.annotate() allows injection.".to_owned();
    finding.advisory.as_mut().unwrap().summary.clear();
    let text = rendered(ScanFormat::Text, &report);
    assert!(
        text.contains("CVE-2022-28346 QuerySet.annotate() allows injection. [new]"),
        "{text}"
    );
}

#[test]
fn what_a_baseline_hides_is_said_without_naming_an_option() {
    let report = ScanReport {
        known: 20,
        ..report()
    };
    let line = runward_report::summary_line(&report);
    assert!(line.contains("20 known and not shown ·"), "{line}");
    for format in ScanFormat::ALL {
        assert!(
            !rendered(format, &report).contains("--new-only"),
            "{format}"
        );
    }
}

#[test]
fn a_list_shows_the_id_that_the_scan_shows() {
    let finding = &report().findings[1];
    assert_eq!(finding.rule, "PYSEC-2022-190");
    assert_eq!(runward_report::finding_id(finding), "CVE-2022-28346");
}

#[test]
fn the_summary_is_one_harmless_line() {
    let line = runward_report::summary_line(&report());
    assert!(
        line.starts_with("5 findings at or above `low`: 6 findings in 5 places"),
        "{line}"
    );
    assert!(line.contains("3 not judged"), "{line}");
    assert!(!runward_report::summary_line(&poisoned(HOSTILE)).contains(['\n', '\u{1b}']));
}

#[test]
fn a_writer_that_fails_is_an_error_in_every_format() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for format in ScanFormat::ALL {
        let error = scan(format, &report(), &Options::default(), &mut Full).unwrap_err();
        assert!(
            error.to_string().starts_with("cannot write the report"),
            "{format}: {error}"
        );
    }
}

#[test]
fn a_deep_and_cyclic_graph_is_written_without_recursion() {
    use runward_model::{Dependency, DependencyGraph, Ecosystem, Package, ParentEdge, SourceRef};
    let dependencies: Vec<Dependency> = (0..20_000)
        .map(|index: usize| {
            let package = Package::new(Ecosystem::Npm, &format!("p{index}"), Some("1.0.0"));
            let mut dependency = Dependency::new(package, SourceRef::new("package-lock.json", 1));
            dependency.direct = index == 0;
            // A chain, its end biting its start, and one edge to nowhere.
            let parent = if index == 0 { 19_999 } else { index - 1 };
            dependency.parents = [parent, 1_000_000]
                .map(|parent| ParentEdge {
                    parent,
                    requirement: None,
                })
                .to_vec();
            dependency
        })
        .collect();
    let graph = DependencyGraph {
        dependencies,
        ..DependencyGraph::default()
    };
    let mut out = Vec::new();
    runward_report::deps_tree(&graph, &Options::default(), &mut out).unwrap();
    let tree = String::from_utf8(out).unwrap();
    assert!(tree.contains("p19999 1.0.0"));
    let mut out = Vec::new();
    assert!(runward_report::deps_why(&graph, "p19999", &Options::default(), &mut out).unwrap());
}

#[test]
fn what_was_not_scanned_is_not_spoken_of() {
    let code = ScanReport {
        findings: Vec::new(),
        verdict: Verdict::Clean,
        at_or_above_gate: 0,
        ..code_report()
    };
    let line = runward_report::summary_line(&code);
    assert_eq!(
        line,
        "no finding in 120 files of code: no findings · 1 suppressed · 120 files of code looked at \
         with 310 rules"
    );
    let text = rendered(ScanFormat::Text, &code);
    assert!(
        !text.to_lowercase().contains("starter") && !text.contains("advisories"),
        "{text}"
    );
    let both = ScanReport {
        code_files: Some(1),
        rules_run: 1,
        secret_files: None,
        ..clean_report()
    };
    let line = runward_report::summary_line(&both);
    assert!(
        line.starts_with(
            "no known vulnerability in 6 judged packages, no finding in 1 file of code:"
        ),
        "{line}"
    );
    assert!(
        line.contains("6 packages judged · 1 file of code looked at with 1 rule"),
        "{line}"
    );
    assert!(rendered(ScanFormat::Text, &both).contains("STARTER SET"));
    assert!(!runward_report::summary_line(&clean_report()).contains("code"));
    let nothing = ScanReport {
        verdict: Verdict::NothingToScan,
        code_files: Some(0),
        ..code
    };
    let line = runward_report::summary_line(&nothing);
    assert!(
        line.starts_with("nothing to scan: no dependency file and no code that a rule reads"),
        "{line}"
    );
}

#[test]
fn gitlab_has_code_in_a_report_of_its_own() {
    let json =
        |report| -> Value { serde_json::from_str(&rendered(ScanFormat::Gitlab, &report)).unwrap() };
    let sast = json(code_report());
    assert_eq!(sast["scan"]["type"], "sast");
    assert_eq!(sast["vulnerabilities"].as_array().unwrap().len(), 5);
    assert_eq!(sast["vulnerabilities"][0]["location"]["start_line"], 12);
    let mixed = json(mixed_report());
    assert_eq!(mixed["scan"]["type"], "dependency_scanning");
    let listed = mixed["vulnerabilities"].as_array().unwrap();
    assert_eq!(listed.len(), 6);
    for one in listed {
        assert_ne!(one["location"]["dependency"]["package"]["name"], "");
    }
    let said = mixed["scan"]["messages"].as_array().unwrap();
    assert!(
        said.iter().any(|one| {
            let text = one["value"].as_str().unwrap();
            text.starts_with("not in this report: 5 findings of another kind;")
        }),
        "{said:#?}"
    );
}

#[test]
fn bills_leave_code_out_and_say_so() {
    for format in [ScanFormat::Cyclonedx, ScanFormat::Openvex, ScanFormat::Spdx] {
        let written = rendered(format, &mixed_report());
        assert!(!written.contains("python-sql-injection"), "{format}");
        assert!(
            written.contains("not listed here: 5 findings in the project's own code"),
            "{format}"
        );
    }
}

#[test]
fn a_decision_in_the_source_has_no_end() {
    for format in OWN_FORMATS {
        let written = rendered(format, &code_report());
        assert!(!written.contains("9999"), "{format}");
        let says = match format {
            ScanFormat::Github => continue,
            ScanFormat::Json => "\"expires\": null",
            _ => "no end",
        };
        assert!(written.contains(says), "{format}");
    }
    let sarif: Value = serde_json::from_str(&rendered(ScanFormat::Sarif, &mixed_report())).unwrap();
    let kinds: Vec<&str> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|result| result["suppressions"][0]["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["external", "external", "inSource"]);
}

#[test]
fn places_that_no_file_has_do_no_harm() {
    let mut report = code_report();
    for finding in &mut report.findings {
        finding.location.start.line = 0;
        finding.location.start.column = u32::MAX;
        finding.location.end.line = 0;
        finding.location.end.column = 0;
        let code = finding.code.as_mut().unwrap();
        code.frame.first = u32::MAX;
        code.frame.omitted = u32::MAX;
        if let Some(fix) = &mut code.fix {
            (fix.start, fix.end) = (u32::MAX, 0);
        }
    }
    for format in ScanFormat::ALL {
        rendered(format, &report);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_harmless_everywhere(text in any::<String>()) {
        assert_harmless(&text);
    }
}
