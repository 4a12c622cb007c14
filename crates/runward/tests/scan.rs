//! The main job as a user meets it: the real binary on real files.

mod common;

use common::{Sandbox, filters, in_days, scrubbed, text};
use serde_json::json;

const ADVISORIES: &[(&str, &str, &str)] = &[
    ("PYSEC-2026-1", "badlib", "2.0"),
    ("PYSEC-2026-2", "worselib", "3.1.4"),
];

macro_rules! snapshot {
    ($sandbox:expr, $output:expr) => {
        insta::with_settings!({filters => filters()}, {
            insta::assert_snapshot!(scrubbed(&$sandbox, &$output));
        })
    };
}

#[test]
fn a_report_says_what_where_and_what_to_do() {
    let sandbox = Sandbox::new();
    sandbox.advisories(ADVISORIES).write(
        "project/requirements.txt",
        "badlib==1.0\ngoodlib==1.0\nworselib==3.0  # via badlib\nopenlib>=1\n",
    );
    let output = sandbox.run(&["scan", ".", "--only", "deps"]);
    snapshot!(sandbox, output);
}

#[test]
fn the_demo_is_judged_from_the_starter_set() {
    let demo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let sandbox = Sandbox::new();
    let output = sandbox.run_in(&demo, &["scan", ".", "--no-store", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["database"]["kind"], "starter");
    // One by `runward.toml`, two by a comment in `app.py`.
    assert_eq!(report["suppressed"], 3);
    let kinds: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"malicious_dependency"), "{kinds:?}");
    assert!(kinds.contains(&"code_issue"), "{kinds:?}");
    assert!(kinds.len() >= 30, "{}", kinds.len());
    assert!(text(&output.stderr).contains("starter set"));
}

#[test]
fn exit_codes_are_an_interface() {
    let code = |files: &[(&str, &str)], arguments: &[&str]| {
        let sandbox = Sandbox::new();
        sandbox.advisories(ADVISORIES);
        for (path, content) in files {
            sandbox.write(&format!("project/{path}"), content);
        }
        sandbox.run(arguments).status.code().unwrap()
    };
    let clean = ("requirements.txt", "goodlib==1\n");
    let bad = ("requirements.txt", "badlib==1\n");
    assert_eq!(code(&[clean], &["scan"]), 0);
    assert_eq!(code(&[bad], &["scan"]), 1);
    assert_eq!(code(&[bad], &["scan", "--no-such-flag"]), 2);
    assert_eq!(code(&[bad], &["scan", "--fail-on", "dreadful"]), 2);
    assert_eq!(code(&[bad], &["scan", "--only", "dreams"]), 2);
    assert_eq!(code(&[bad, ("runward.toml", "[scam]\n")], &["scan"]), 2);
    assert_eq!(code(&[], &["scan"]), 3);
    assert_eq!(code(&[("requirements.txt", "goodlib\n")], &["scan"]), 4);
    let lenient = ("runward.toml", "[policy]\non_not_covered = \"warn\"\n");
    let open = ("requirements.txt", "goodlib\n");
    assert_eq!(code(&[open, lenient], &["scan"]), 0);
    assert_eq!(code(&[clean], &["deps", "why", "absent"]), 2);
}

#[test]
fn a_stale_database_fails_only_where_policy_says_so() {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(ADVISORIES)
        .write("project/requirements.txt", "goodlib==1\n");
    let starter = Sandbox::new();
    starter.write("project/requirements.txt", "goodlib==1\n");
    assert_eq!(starter.run(&["scan"]).status.code(), Some(0));
    let strict = ["--set", "policy.on_starter_database=fail", "scan"];
    assert_eq!(starter.run(&strict).status.code(), Some(4));
    assert_eq!(sandbox.run(&strict).status.code(), Some(0));
}

#[test]
fn the_json_keeps_its_contract() {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(ADVISORIES)
        .write("project/requirements.txt", "# ours\nbadlib==1.0\nopenlib\n");
    let (code, report) = sandbox.json(&["scan", "-f", "json"]);
    assert_eq!(code, 1);
    assert_eq!(report["schema"], "runward.scan/1");
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "PYSEC-2026-1");
    assert_eq!(finding["severity"], "critical");
    assert_eq!(finding["location"]["path"], "requirements.txt");
    assert_eq!(
        finding["location"]["start"],
        json!({"line": 2, "column": 1})
    );
    assert_eq!(finding["package"]["purl"], "pkg:pypi/badlib@1.0");
    assert_eq!(finding["advisory"]["fixed"], json!(["2.0"]));
    assert_eq!(finding["assessment"]["approver"], "security-lead");
    assert_eq!(finding["assessment"]["within_hours"], 24);
    assert_eq!(finding["status"], "open");
    assert_eq!(report["not_covered"][0]["package"], "openlib");
    assert_eq!(report["not_covered"][0]["line"], 3);
    assert_eq!(report["suppressed"], 0);

    let (code, list) = sandbox.json(&["deps", "list", "-f", "json"]);
    assert_eq!(code, 0);
    assert_eq!(list["schema"], "runward.deps/1");
    assert_eq!(list["packages"][0]["name"], "badlib");
    assert_eq!(
        list["packages"][0]["source"],
        json!({"path": "requirements.txt", "line": 2})
    );
    assert_eq!(list["packages"][1]["version"], json!(null));
}

#[test]
fn first_seen_survives_and_the_fix_is_noticed() {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(ADVISORIES)
        .write("project/requirements.txt", "badlib==1.0\n");
    let (_, first) = sandbox.json(&["scan", "-f", "json"]);
    sandbox.write("project/requirements.txt", "badlib==1.1\n");
    let (_, second) = sandbox.json(&["scan", "-f", "json"]);
    let [first, again] = [&first, &second].map(|report| &report["findings"][0]);
    assert_eq!(first["fingerprint"], again["fingerprint"]);
    assert_eq!(first["first_seen"], again["first_seen"]);
    assert_eq!(first["assessment"]["due"], again["assessment"]["due"]);
    assert_eq!(
        (&first["new"], &again["new"]),
        (&json!(true), &json!(false))
    );
    sandbox.write("project/requirements.txt", "badlib==2.0\n");
    let (code, third) = sandbox.json(&["scan", "-f", "json"]);
    assert_eq!(code, 0);
    assert_eq!(third["fixed"][0]["rule"], "PYSEC-2026-1");
    sandbox.write("project/requirements.txt", "badlib==1.0\n");
    let (_, fourth) = sandbox.json(&["scan", "-f", "json"]);
    assert_eq!(fourth["findings"][0]["status"], "reopened");
}

#[test]
fn only_what_is_new_fails_against_a_baseline() {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(ADVISORIES)
        .write("project/requirements.txt", "badlib==1.0\n");
    sandbox.run(&["scan", "--no-store", "-o", "baseline.json"]);
    let arguments = [
        "scan",
        "--no-store",
        "--baseline",
        "baseline.json",
        "-f",
        "json",
    ];
    let (code, report) = sandbox.json(&arguments);
    assert_eq!((code, report["summary"]["known"].as_u64()), (0, Some(1)));
    sandbox.write("project/requirements.txt", "badlib==1.0\nworselib==1.0\n");
    let (code, report) = sandbox.json(&arguments);
    assert_eq!(code, 1);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["findings"][0]["rule"], "PYSEC-2026-2");
}

#[test]
fn suppressions_hide_count_and_expire() {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(ADVISORIES)
        .write("project/requirements.txt", "badlib==1.0\n");
    let soon = in_days(30);
    let suppression = |expires: &str| {
        format!(
            "[[suppressions]]\nadvisory = \"PYSEC-2026-1\"\nreason = \"not reachable\"\n\
             author = \"a@example.org\"\nexpires = {expires}\n"
        )
    };
    sandbox.write("project/runward.toml", &suppression(&soon));
    let (code, report) = sandbox.json(&["scan", "-f", "json"]);
    assert_eq!((code, report["suppressed"].as_u64()), (0, Some(1)));
    sandbox.write("project/runward.toml", &suppression("2020-01-01"));
    let (code, report) = sandbox.json(&["scan", "-f", "json"]);
    assert_eq!((code, report["suppressed"].as_u64()), (1, Some(0)));
    let notice = report["suppression_notices"][0]["problem"]
        .as_str()
        .unwrap();
    assert!(notice.contains("expired"), "{notice}");
    // A foreign project does not get to hide its findings.
    sandbox.write("project/runward.toml", &suppression(&soon));
    let distrust = ["--set", "trust_project_policy=false", "scan"];
    assert_eq!(sandbox.run(&distrust).status.code(), Some(1));
}

#[test]
fn a_lockfile_answers_for_its_manifest() {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(ADVISORIES)
        .write(
            "project/pyproject.toml",
            "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"badlib>=1\"]\n\
             [build-system]\nrequires = [\"hatchling\"]\n",
        )
        .write(
            "project/uv.lock",
            "version = 1\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"badlib\"\n\
             version = \"1.5\"\nsource = { registry = \"https://pypi.org/simple\" }\n\n\
             [[package]]\nname = \"x\"\nversion = \"1\"\nsource = { virtual = \".\" }\n\
             dependencies = [{ name = \"badlib\" }]\n",
        );
    let (code, report) = sandbox.json(&["scan", "-f", "json"]);
    assert_eq!(code, 1);
    assert_eq!(report["not_covered"], json!([]));
    assert_eq!(report["findings"][0]["location"]["path"], "uv.lock");
    assert_eq!(report["findings"][0]["location"]["start"]["line"], 5);
    assert_eq!(report["findings"][0]["package"]["direct"], true);
}
