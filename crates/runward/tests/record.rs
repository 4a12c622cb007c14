//! Tasks, audit trail, access and store, as a user meets them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests: a failure here is a failed test"
)]

mod common;

use std::{fs, path::Path};

use common::{Sandbox, account, text};
use serde_json::{Value, json};

const ADVISORIES: &[(&str, &str, &str)] = &[
    ("PYSEC-2026-1", "badlib", "1.5"),
    ("PYSEC-2026-2", "badlib", "2.0"),
    ("PYSEC-2026-3", "otherlib", "9.0"),
];

/// A project with three findings, two of which one upgrade closes.
fn scanned() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(ADVISORIES)
        .write("project/requirements.txt", "badlib==1.0\notherlib==1.0\n");
    assert_eq!(sandbox.run(&["scan"]).status.code(), Some(1));
    sandbox
}

fn code(sandbox: &Sandbox, arguments: &[&str]) -> i32 {
    sandbox.run(arguments).status.code().unwrap()
}

fn event_types(sandbox: &Sandbox) -> Vec<String> {
    let (_, log) = sandbox.json(&["audit", "log", "--oldest-first", "-f", "json"]);
    let events = log["events"].as_array().unwrap();
    let name = |event: &Value| event["event"]["event_type"].as_str().unwrap().to_owned();
    events.iter().map(name).collect()
}

#[test]
fn a_scan_is_in_the_log_and_the_log_verifies() {
    let sandbox = scanned();
    let types = event_types(&sandbox);
    assert_eq!(types.first().map(String::as_str), Some("scan_started"));
    assert_eq!(types.last().map(String::as_str), Some("scan_completed"));
    let detected = types.iter().filter(|it| *it == "vulnerability_detected");
    assert_eq!(detected.count(), 3);
    let (exit, verdict) = sandbox.json(&["audit", "verify", "-f", "json"]);
    assert_eq!((exit, &verdict["ok"]), (0, &json!(true)));
    let (_, shown) = sandbox.json(&["audit", "show", "0", "-f", "json"]);
    assert_eq!(shown["event"]["actor"]["id"], account());
}

#[test]
fn one_fix_is_one_task() {
    let sandbox = scanned();
    let (exit, synced) = sandbox.json(&["task", "sync", "-f", "json"]);
    assert_eq!((exit, &synced["created"]), (0, &json!(["T-1", "T-2"])));
    let (_, listed) = sandbox.json(&["task", "list", "-f", "json"]);
    let mut closes: Vec<_> = listed["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["task"]["findings"].as_array().unwrap().len())
        .collect();
    closes.sort_unstable();
    assert_eq!(closes, [1, 2]);
    let (_, again) = sandbox.json(&["task", "sync", "-f", "json"]);
    assert_eq!(again["created"], json!([]));
    sandbox.write("project/requirements.txt", "badlib==2.0\notherlib==1.0\n");
    sandbox.run(&["scan"]);
    let (_, done) = sandbox.json(&["task", "sync", "-f", "json"]);
    assert_eq!(done["completed"].as_array().unwrap().len(), 1);
}

#[test]
fn a_task_waits_for_gates_and_other_tasks() {
    let sandbox = Sandbox::new();
    assert_eq!(
        code(&sandbox, &["task", "create", "first", "--gate", "tests"]),
        0
    );
    assert_eq!(code(&sandbox, &["task", "create", "second"]), 0);
    assert_eq!(code(&sandbox, &["task", "depend", "T-2", "T-1"]), 0);
    let cycle = sandbox.run(&["task", "depend", "T-1", "T-2"]);
    assert_eq!(cycle.status.code(), Some(2), "{}", text(&cycle.stderr));
    for number in ["1", "2"] {
        sandbox.run(&["task", "start", number]);
        assert_eq!(code(&sandbox, &["task", "complete", number]), 2);
    }
    assert_eq!(code(&sandbox, &["task", "gate", "pass", "1", "tests"]), 0);
    assert_eq!(code(&sandbox, &["task", "complete", "1"]), 0);
    sandbox.run(&["task", "start", "2"]);
    assert_eq!(code(&sandbox, &["task", "complete", "2"]), 0);
    let types = event_types(&sandbox);
    assert!(
        types.contains(&"quality_gate_passed".to_owned()),
        "{types:?}"
    );
}

#[test]
fn honest_text_is_kept_and_wrong_input_is_recorded() {
    let sandbox = Sandbox::new();
    let honest = "fix --force flag; ../path <b> =1+1 'quoted' -- naïve";
    let (exit, made) = sandbox.json(&["task", "create", honest, "-f", "json"]);
    assert_eq!((exit, &made["task"]["title"]), (0, &json!(honest)));
    let long = "x".repeat(201);
    for wrong in [
        vec!["task", "create", &long],
        vec!["task", "create", "x", "--deadline", "soon"],
    ] {
        assert_eq!(code(&sandbox, &wrong), 2);
        let types = event_types(&sandbox);
        assert_eq!(
            types.last().map(String::as_str),
            Some("task_validation_failure")
        );
    }
}

/// The one line that a command which makes a token writes.
fn token(sandbox: &Sandbox, admin: &str, owner: &str) -> String {
    let arguments = [
        "access",
        "token",
        "create",
        "ci",
        "--for",
        owner,
        "--scope",
        "read,write",
    ];
    let made = sandbox.run_as(admin, &arguments);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    text(&made.stdout).trim().to_owned()
}

#[test]
fn what_is_not_allowed_ends_with_six_and_is_recorded() {
    let sandbox = scanned();
    sandbox.run(&["task", "sync"]);
    let admin = text(&sandbox.run(&["access", "init", "root"]).stdout)
        .trim()
        .to_owned();
    assert_eq!(code(&sandbox, &["task", "list"]), 6);
    assert_eq!(
        sandbox
            .run_as(&admin, &["access", "add", "eve"])
            .status
            .code(),
        Some(0)
    );
    let eve = token(&sandbox, &admin, "eve");
    let as_eve = |arguments: &[&str]| sandbox.run_as(&eve, arguments).status.code().unwrap();
    for (denied, exit) in [
        // What may not be seen is as if it were not there.
        (vec!["task", "show", "1"], 2),
        (vec!["findings", "show", "PYSEC-2026-1"], 2),
        (vec!["task", "create", "x"], 6),
        (vec!["audit", "log"], 6),
        (vec!["audit", "export"], 6),
        (vec!["access", "grant", "eve", "admin"], 6),
        (vec!["store", "export"], 6),
    ] {
        let count = || {
            let found = sandbox.run_as(&admin, &["audit", "search", "--denied", "-f", "json"]);
            let found: Value = serde_json::from_slice(&found.stdout).unwrap();
            found["events"].as_array().unwrap().len()
        };
        let before = count();
        assert_eq!(as_eve(&denied), exit, "{denied:?}");
        assert_eq!(count(), before + 1, "{denied:?}");
    }
    sandbox.run_as(
        &admin,
        &["access", "join", "eve", "project", "--role", "viewer"],
    );
    assert_eq!(as_eve(&["task", "show", "1"]), 0);
    sandbox.run_as(&admin, &["access", "leave", "eve", "project"]);
    assert_eq!(as_eve(&["task", "show", "1"]), 2);
    sandbox.run_as(&admin, &["access", "disable", "eve"]);
    assert_eq!(as_eve(&["access", "whoami"]), 6);
}

#[test]
fn nobody_approves_their_own() {
    let sandbox = Sandbox::new();
    let admin = text(&sandbox.run(&["access", "init", "root"]).stdout)
        .trim()
        .to_owned();
    for (name, role) in [("ann", "developer"), ("bob", "team-lead")] {
        sandbox.run_as(&admin, &["access", "add", name]);
        sandbox.run_as(&admin, &["access", "join", name, "project", "--role", role]);
    }
    let [ann, bob] = ["ann", "bob"].map(|name| token(&sandbox, &admin, name));
    let made = sandbox.run_as(&ann, &["task", "create", "mine", "--approver", "developer"]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    sandbox.run_as(&ann, &["task", "approve", "request", "1"]);
    let grant = ["task", "approve", "grant", "1"];
    assert_eq!(sandbox.run_as(&ann, &grant).status.code(), Some(6));
    assert_eq!(sandbox.run_as(&bob, &grant).status.code(), Some(0));
}

#[test]
fn a_proof_needs_no_log() {
    let sandbox = scanned();
    assert_eq!(code(&sandbox, &["audit", "prove", "2", "-o", "proof"]), 0);
    let key = text(&sandbox.run(&["audit", "key"]).stdout);
    let other = Sandbox::new();
    let proof = fs::read_to_string(sandbox.project().join("proof")).unwrap();
    other
        .write("project/proof", &proof)
        .write("project/key", &key);
    let check = ["audit", "check-proof", "proof", "--key", "key"];
    let (exit, proven) = other.json(&check);
    assert_eq!((exit, &proven["record"]["index"]), (0, &json!(2)));
    other.write("project/proof", &proof.replace("PYSEC", "PYSEX"));
    other.write("project/cut", &proof[..proof.len() / 2]);
    assert_ne!(
        other
            .run(&["audit", "check-proof", "cut", "--key", "key"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn an_edited_log_is_found_out() {
    let sandbox = scanned();
    let journal = sandbox.project().join(".runward/audit/journal");
    let file = fs::read_dir(journal)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = fs::read(&file).unwrap();
    let at = bytes.windows(6).position(|part| part == b"badlib").unwrap();
    bytes[at] = b'B';
    fs::write(&file, bytes).unwrap();
    let output = sandbox.run(&["audit", "verify"]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("record"), "{said}");
}

#[test]
fn a_password_is_nowhere_on_disk() {
    fn files(directory: &Path, found: &mut Vec<Vec<u8>>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(fs::read(&path).unwrap());
            }
        }
    }
    let sandbox = Sandbox::new();
    let secret = "hunter2-Zq8vT1xWm4";
    let event = json!({"event_type": "custom", "details": {"password": secret, "author": "ann"},
                       "changes": {"config": {"old": {"api_key": [secret]}, "new": null}}});
    let recorded = sandbox.run_with(&format!("{event}\n"), &["audit", "record"]);
    let answer: Value = serde_json::from_slice(&recorded.stdout).unwrap();
    assert_eq!(answer["index"], 0, "{}", text(&recorded.stderr));
    let mut found = Vec::new();
    files(&sandbox.project(), &mut found);
    assert!(!found.is_empty());
    let has = |bytes: &Vec<u8>| {
        bytes
            .windows(secret.len())
            .any(|it| it == secret.as_bytes())
    };
    assert!(!found.iter().any(has));
    let (_, shown) = sandbox.json(&["audit", "show", "0", "-f", "json"]);
    assert_eq!(shown["event"]["details"]["author"], "ann");
    let confirm = ["audit", "confirm", "0", "details.password"];
    assert_eq!(sandbox.run_with(secret, &confirm).status.code(), Some(0));
    assert_eq!(sandbox.run_with("other", &confirm).status.code(), Some(1));
}

#[test]
fn a_backup_is_the_whole_store() {
    let sandbox = scanned();
    sandbox.run(&["task", "sync"]);
    assert_eq!(code(&sandbox, &["store", "backup", "backup"]), 0);
    sandbox.run(&["task", "create", "after the backup"]);
    assert_ne!(code(&sandbox, &["store", "restore", "backup"]), 0);
    let restored = sandbox.run(&["store", "restore", "backup", "--replace"]);
    assert_eq!(
        restored.status.code(),
        Some(0),
        "{}",
        text(&restored.stderr)
    );
    let (_, listed) = sandbox.json(&["task", "list", "-f", "json"]);
    assert_eq!(listed["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(code(&sandbox, &["store", "check"]), 0);
    assert_eq!(code(&sandbox, &["audit", "verify"]), 0);
    assert_eq!(
        event_types(&sandbox)
            .iter()
            .filter(|it| *it == "store_restored")
            .count(),
        1
    );
}

#[test]
fn an_import_again_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("project/app.py", "x = 1\neval(x)\n").write(
        "project/bandit.json",
        &json!({"errors": [], "generated_at": "2026-01-01T00:00:00Z", "metrics": {"_totals": {}},
                "results": [{"code": "2 eval(x)\n", "filename": "./app.py", "line_number": 2,
                             "line_range": [2], "issue_severity": "HIGH", "issue_text": "eval",
                             "issue_confidence": "HIGH", "test_id": "B307", "test_name": "eval",
                             "more_info": "", "issue_cwe": {"id": 78, "link": ""}}]})
        .to_string(),
    );
    assert_eq!(code(&sandbox, &["findings", "import", "bandit.json"]), 0);
    let list = ["findings", "list", "--all", "-f", "json"];
    let (_, first) = sandbox.json(&list);
    assert_eq!(first["findings"].as_array().unwrap().len(), 1);
    let again = sandbox.run(&["findings", "import", "bandit.json"]);
    assert!(
        text(&again.stderr).contains("nothing changed"),
        "{}",
        text(&again.stderr)
    );
    assert_eq!(sandbox.json(&list).1, first);
}

#[test]
fn what_only_reads_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    sandbox.write("project/requirements.txt", "badlib==1.0\n");
    for arguments in [
        &["audit", "log"][..],
        &["audit", "verify"],
        &["audit", "key"],
        &["task", "list"],
        &["task", "sync"],
        &["findings", "list"],
        &["findings", "stats"],
        &["access", "list"],
        &["access", "whoami"],
        &["store", "status"],
        &["store", "backup", "../backup"],
    ] {
        let output = sandbox.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains("nothing is recorded in"));
        assert!(text(&output.stderr).contains("runward scan"));
        let left = fs::read_dir(sandbox.project()).unwrap().count();
        assert_eq!(left, 1, "{arguments:?}");
    }
    // These ask for no record.
    assert_eq!(code(&sandbox, &["access", "matrix"]), 0);
    assert_eq!(code(&sandbox, &["access", "policies", "show"]), 0);
    assert!(!sandbox.project().join(".runward").exists());
}

#[test]
fn a_log_whose_store_is_gone_is_looked_at() {
    let sandbox = scanned();
    fs::remove_file(sandbox.project().join(".runward/findings.db")).unwrap();
    assert_eq!(code(&sandbox, &["findings", "list"]), 2);
    let (_, verdict) = sandbox.json(&["audit", "verify", "-f", "json"]);
    assert!(
        verdict.to_string().contains("never published to this log"),
        "{verdict}"
    );
}

#[test]
#[cfg(unix)]
fn the_record_is_its_owner_s_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::new();
    sandbox.write("project/requirements.txt", "badlib==1.0\n");
    let program = assert_cmd::cargo::cargo_bin("runward");
    let script = format!("umask 0; '{}' task create x", program.display());
    let status = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(sandbox.project())
        .env("HOME", sandbox.project().parent().unwrap())
        .env("RUNWARD_DATA_DIR", sandbox.database())
        .status();
    assert!(status.unwrap().success());
    let mut waiting = vec![sandbox.project().join(".runward")];
    let mut files = 0;
    while let Some(path) = waiting.pop() {
        let metadata = fs::metadata(&path).unwrap();
        let mode = metadata.permissions().mode() & 0o777;
        if metadata.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            let inside = fs::read_dir(&path).unwrap();
            waiting.extend(inside.map(|entry| entry.unwrap().path()));
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
            files += 1;
        }
    }
    assert!(files >= 6, "{files}");
}

#[test]
fn a_change_of_gates_and_approvals_says_what_it_did() {
    let sandbox = Sandbox::new();
    let told = |arguments: &[&str]| text(&sandbox.run(arguments).stderr);
    told(&[
        "task",
        "create",
        "x",
        "--gate",
        "tests",
        "--approver",
        "security_lead",
        "--owner",
        "ann",
    ]);
    assert!(told(&["task", "gate", "pass", "1", "tests"]).starts_with(
        "gate `tests` of T-1 passed; to be complete it needs the approval of a security-lead\n"
    ));
    assert!(
        told(&["task", "gate", "fail", "1", "tests", "-r", "two fail"]).starts_with(
            "gate `tests` of T-1 failed (two fail); to be complete it needs gate `tests` (failed), "
        )
    );
    let asked = told(&["task", "approve", "request", "1", "-r", "ready"]);
    assert!(
        asked.starts_with("the approval of T-1 is asked for: ready; a security-lead can give it"),
        "{asked}"
    );
}

#[test]
fn a_restored_store_finds_what_the_backup_had() {
    let sandbox = scanned();
    sandbox.run(&["task", "create", "look for the walrus"]);
    assert_eq!(code(&sandbox, &["store", "backup", "../backup"]), 0);
    let refused = sandbox.run(&["store", "restore", "../backup"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--replace"));
    assert_eq!(
        code(&sandbox, &["store", "restore", "../backup", "--replace"]),
        0
    );
    let (_, tasks) = sandbox.json(&["task", "search", "walrus", "-f", "json"]);
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), 1);
    let (_, found) = sandbox.json(&["findings", "list", "--text", "otherlib", "-f", "json"]);
    assert_eq!(found["findings"].as_array().unwrap().len(), 1);
}
