//! Findings in code as a user meets them: the real binary on real files.

mod common;

use common::{Sandbox, filters, scrubbed, text};
use serde_json::json;

const RULES: &str = r#"rules:
  - id: shell-built
    mode: taint
    languages: [python]
    severity: HIGH
    message: Input reaches a shell. Pass a list of arguments.
    pattern-sources:
      - pattern: input(...)
    pattern-sinks:
      - patterns:
          - pattern: os.system($COMMAND)
          - focus-metavariable: $COMMAND
    metadata:
      cwe: "CWE-78: OS Command Injection"
      confidence: HIGH
  - id: yaml-load
    languages: [python]
    severity: MEDIUM
    message: "`yaml.load` makes any object. Use `yaml.safe_load`."
    pattern: yaml.load($TEXT)
    fix: yaml.safe_load($TEXT)
"#;

const APP: &str = "import os\nimport yaml\n\n\ndef convert():\n    name = input(\"file: \")\n    \
                   command = \"convert \" + name\n    os.system(command)\n\n\n\
                   def settings(text):\n    return yaml.load(text)\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .write("project/rules.yaml", RULES)
        .write("project/app.py", APP);
    sandbox
}

const SCAN: [&str; 4] = ["scan", "--only", "code", "--rules"];

fn scan<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SCAN[..], &["rules.yaml"], more].concat()
}

#[test]
fn a_report_shows_the_code_the_way_and_the_fix() {
    let sandbox = sandbox();
    let output = sandbox.run(&scan(&[]));
    insta::with_settings!({filters => filters()}, {
        insta::assert_snapshot!(scrubbed(&sandbox, &output));
    });
}

#[test]
fn the_json_has_the_way_and_the_fix() {
    let (code, report) = sandbox().json(&scan(&["-f", "json"]));
    assert_eq!(code, 1);
    let [shell, load] = [&report["findings"][0], &report["findings"][1]];
    assert_eq!(shell["rule"], "shell-built");
    assert_eq!(shell["kind"], "code_issue");
    assert_eq!(shell["symbol"], "convert");
    assert_eq!(shell["location"]["start"], json!({"line": 8, "column": 15}));
    let kinds: Vec<_> = shell["trace"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["kind"])
        .collect();
    assert_eq!(
        (kinds[0], kinds[kinds.len() - 1]),
        (&json!("source"), &json!("sink"))
    );
    assert_eq!(load["metavars"]["$TEXT"]["value"], "text");
    assert_eq!(load["fix"]["text"], "yaml.safe_load(text)");
    assert_eq!(report["summary"]["rules_run"], 2);
    assert_eq!(report["summary"]["code_files"], 1);
}

#[test]
fn a_finding_keeps_its_identity_where_lines_move() {
    let sandbox = sandbox();
    let (_, first) = sandbox.json(&scan(&["-f", "json"]));
    sandbox.write("project/app.py", &format!("\"\"\"Moved.\"\"\"\n\n{APP}"));
    let (_, second) = sandbox.json(&scan(&["-f", "json"]));
    let [first, again] = [&first, &second].map(|report| &report["findings"][0]);
    assert_eq!(first["fingerprint"], again["fingerprint"]);
    assert_eq!(
        (&first["new"], &again["new"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(again["location"]["start"]["line"], 10);
}

#[test]
fn comments_silence_are_counted_and_may_need_a_reason() {
    let sandbox = sandbox();
    let silenced = APP
        .replace(
            "(command)",
            "(command)  # runward: ignore[shell-built] run by hand",
        )
        .replace("(text)\n", "(text)  # nosemgrep: yaml-load\n");
    sandbox.write("project/app.py", &silenced);
    let (code, report) = sandbox.json(&scan(&["-f", "json"]));
    assert_eq!(
        (code, report["suppressed"].as_u64()),
        (0, Some(2)),
        "{report:#}"
    );
    let strict = [
        &["--set", "policy.require_ignore_reason=true"][..],
        &scan(&["-f", "json"]),
    ]
    .concat();
    let (code, report) = sandbox.json(&strict);
    assert_eq!((code, report["suppressed"].as_u64()), (1, Some(1)));
    assert_eq!(report["findings"][0]["rule"], "yaml-load");
    // A foreign project does not get to hide its findings.
    let distrust = [
        &["--set", "trust_project_policy=false"][..],
        &scan(&["-f", "json"]),
    ]
    .concat();
    let (_, report) = sandbox.json(&distrust);
    assert_eq!(report["findings"].as_array().unwrap().len(), 2);
}

#[test]
fn results_that_come_with_a_foreign_project_are_not_taken() {
    let sandbox = sandbox();
    let cache = sandbox.project().join(".runward/cache/code");
    let distrust = [
        &["--set", "trust_project_policy=false"][..],
        &scan(&["--no-store"]),
    ]
    .concat();
    sandbox.run(&distrust);
    assert!(!cache.exists());
    sandbox.run(&scan(&["--no-store"]));
    assert!(cache.is_file());
}

#[test]
fn a_fix_is_shown_first_and_written_when_asked() {
    let sandbox = sandbox();
    let app = sandbox.project().join("app.py");
    let fix = ["fix", "--code", "--rules", "rules.yaml"];
    let shown = sandbox.run(&[&fix[..], &["--dry-run"]].concat());
    let shown = text(&shown.stdout);
    assert!(
        shown.contains("+    return yaml.safe_load(text)"),
        "{shown}"
    );
    assert_eq!(std::fs::read_to_string(&app).unwrap(), APP);
    sandbox.run(&fix);
    let fixed = std::fs::read_to_string(&app).unwrap();
    assert_eq!(fixed, APP.replace("yaml.load", "yaml.safe_load"));
}

#[test]
fn a_wrong_rule_ends_the_scan_with_its_place() {
    let sandbox = sandbox();
    sandbox.write(
        "project/rules.yaml",
        &RULES.replace("pattern: yaml.load($TEXT)", "patern: yaml.load($TEXT)"),
    );
    let output = sandbox.run(&scan(&[]));
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("rules.yaml:20:") && said.contains("`pattern`"),
        "{said}"
    );
}

#[test]
fn a_scan_of_code_says_nothing_about_suppressions_of_packages() {
    let sandbox = sandbox();
    sandbox.write(
        "project/runward.toml",
        "[[suppressions]]\nadvisory = \"CVE-2024-34069\"\npackage = \"werkzeug\"\nreason = \"off\"\n\
         author = \"a@example.org\"\nexpires = 2099-01-01\n",
    );
    let (_, report) = sandbox.json(&scan(&["-f", "json"]));
    let said = report["suppression_notices"].to_string();
    assert!(!said.contains("matches nothing"), "{said}");
    sandbox.write("project/requirements.txt", "werkzeug==3.1.0\n");
    let (_, report) = sandbox.json(&["scan", "-f", "json"]);
    let said = report["suppression_notices"].to_string();
    assert!(said.contains("matches nothing"), "{said}");
}

#[test]
fn rules_are_tested_and_shown() {
    let sandbox = Sandbox::new();
    assert_eq!(
        sandbox.run(&["rules", "new", "no-danger"]).status.code(),
        Some(0)
    );
    let (code, tested) = sandbox.json(&["rules", "test", ".", "--format", "json"]);
    assert_eq!(
        (code, &tested["passed"], &tested["failed"]),
        (0, &json!(1), &json!(0))
    );
    let pages = [
        "rules", "show", "--all", "--rules", "docker", "--into", "pages",
    ];
    let output = sandbox.run(&pages);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let listed = sandbox
        .json(&["rules", "list", "docker", "--format", "json"])
        .1;
    for rule in listed["rules"].as_array().unwrap() {
        let page = sandbox
            .project()
            .join(format!("pages/docker/{}.md", rule["id"].as_str().unwrap()));
        assert!(page.is_file(), "{}", page.display());
    }
    assert_eq!(sandbox.run(&["rules", "show"]).status.code(), Some(2));
}
