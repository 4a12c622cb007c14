//! Secrets as a user meets them: the real binary on real files and a real history.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a failure here is a failed test"
)]

mod common;

use common::{
    Sandbox,
    git::{done, repository, token},
    text,
};

fn with_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .write(
            "project/config/app.env",
            &format!("GITHUB_TOKEN={}\n", token()),
        )
        .write(
            "project/README.md",
            "export GITHUB_TOKEN=ghp_your_token_here\n",
        );
    sandbox
}

#[test]
fn no_format_shows_a_secret() {
    let sandbox = with_token();
    sandbox.write(
        "project/app.py",
        &format!("password = '{}'\nrun(password)\n", token()),
    );
    for format in [
        "text", "json", "sarif", "markdown", "html", "csv", "junit", "gitlab", "github",
    ] {
        let output = sandbox.run(&["scan", "--no-store", "-f", format]);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{format}: {said}");
        // GitLab's reports are of one kind each; here it is the one of code.
        let told = format == "gitlab" || said.contains("github-token");
        assert!(told, "{format}: {said}");
        assert!(!said.contains(&token()), "{format}: {said}");
    }
}

#[test]
fn a_finding_says_what_where_and_how_to_revoke() {
    let sandbox = with_token();
    let (code, report) = sandbox.json(&["scan", "--only", "secrets", "-f", "json"]);
    assert_eq!(code, 1);
    let all = report["findings"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{report:#}");
    let one = &all[0];
    assert_eq!(
        (one["kind"].as_str(), one["rule"].as_str()),
        (Some("secret"), Some("github-token"))
    );
    assert_eq!(one["location"]["path"], "config/app.env");
    assert_eq!(one["location"]["start"]["line"], 1);
    assert!(
        one["message"]
            .as_str()
            .unwrap()
            .contains("github.com/settings"),
        "{one:#}"
    );
    assert_eq!(report["summary"]["secret_files"], 2);
    // The same again, and gone when it is taken out.
    let (_, again) = sandbox.json(&["scan", "--only", "secrets", "-f", "json"]);
    assert_eq!(again["findings"][0]["fingerprint"], one["fingerprint"]);
    assert_eq!(again["findings"][0]["new"], false);
    sandbox.write("project/config/app.env", "GITHUB_TOKEN=${GITHUB_TOKEN}\n");
    let (code, fixed) = sandbox.json(&["scan", "--only", "secrets", "-f", "json"]);
    assert_eq!(code, 0, "{fixed:#}");
    assert_eq!(fixed["fixed"].as_array().unwrap().len(), 1, "{fixed:#}");
}

#[test]
fn comments_baselines_and_decisions_silence_and_are_counted() {
    let sandbox = with_token();
    let write = |comment: &str| {
        let line = format!("GITHUB_TOKEN={}  # {comment}\n", token());
        sandbox.write("project/config/app.env", &line);
    };
    for comment in [
        "runward: ignore[secret] made for the tests",
        "gitleaks:allow",
    ] {
        write(comment);
        let (code, report) = sandbox.json(&["scan", "--only", "secrets", "-f", "json"]);
        assert_eq!(code, 0, "{comment}: {report:#}");
        assert_eq!(report["suppressed"], 1, "{comment}");
    }
    let reason = [
        "scan",
        "--only",
        "secrets",
        "--set",
        "policy.require_ignore_reason=true",
        "-f",
        "json",
    ];
    assert_eq!(sandbox.json(&reason).0, 1, "this mark has no reason");
    let distrust = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--set", "trust_project_policy=false"]);
        sandbox.json(&all).0
    };
    assert_eq!(distrust(&["scan", "--only", "secrets", "-f", "json"]), 1);
    write("no mark");
    let output = sandbox.run(&["secrets", "baseline", "-o", "known.json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let baseline = [
        "scan",
        "--only",
        "secrets",
        "--set",
        "secrets.baseline=known.json",
        "-f",
        "json",
    ];
    let (code, report) = sandbox.json(&baseline);
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(
        report["suppressed_findings"][0]["suppressed"]["by"],
        "baseline `known.json`"
    );
}

#[test]
fn the_history_is_searched_and_what_still_stands_is_told_once() {
    let sandbox = repository();
    sandbox.write("project/old.py", &format!("T = '{}'\n", token()));
    done(&sandbox, &["add", "-A"]);
    done(&sandbox, &["commit", "-qm", "add the client"]);
    let scan = [
        "scan",
        "--only",
        "secrets",
        "--history",
        "--no-store",
        "-f",
        "json",
    ];
    let (_, report) = sandbox.json(&scan);
    let paths = |report: &serde_json::Value| -> Vec<String> {
        let all = report["findings"].as_array().unwrap().iter();
        all.map(|one| one["location"]["path"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(paths(&report), ["old.py"]);
    done(&sandbox, &["rm", "-q", "old.py"]);
    done(&sandbox, &["commit", "-qm", "take it out"]);
    let (code, report) = sandbox.json(&scan);
    assert_eq!(code, 1);
    let found = paths(&report);
    assert!(
        found.len() == 1 && found[0].ends_with(":old.py"),
        "{found:?}"
    );
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("Ana") && message.contains("add the client"),
        "{message}"
    );
    let range = [
        "scan",
        "--only",
        "secrets",
        "--history=HEAD~1..HEAD",
        "--no-store",
        "-f",
        "json",
    ];
    assert!(paths(&sandbox.json(&range).1).is_empty());
    // A scan of the files alone does not close what only the history shows.
    sandbox.json(&["scan", "--only", "secrets", "--history", "-f", "json"]);
    let (_, files) = sandbox.json(&["scan", "--only", "secrets", "-f", "json"]);
    assert!(files["fixed"].as_array().unwrap().is_empty(), "{files:#}");
}

#[test]
fn a_code_rule_and_a_detector_tell_of_one_credential_once() {
    let sandbox = Sandbox::new();
    sandbox.write("project/app.py", &format!("TOKEN = \"{}\"\n", token()));
    let (_, report) = sandbox.json(&["scan", "--no-store", "-f", "json"]);
    let rules: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rule"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(rules, ["github-token"], "{report:#}");
    assert!(
        !report["findings"][0]["aliases"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let (_, code) = sandbox.json(&["scan", "--only", "code", "--no-store", "-f", "json"]);
    assert!(!code["findings"].as_array().unwrap().is_empty());
}

#[test]
fn detectors_are_listed_and_explained() {
    let sandbox = Sandbox::new();
    let (_, listed) = sandbox.json(&["secrets", "list", "-f", "json"]);
    assert!(listed["detectors"].as_array().unwrap().len() >= 120);
    let shown = text(&sandbox.run(&["secrets", "show", "github-token"]).stdout);
    assert!(shown.contains("api.github.com"), "{shown}");
    assert_eq!(
        sandbox.run(&["secrets", "show", "nothing"]).status.code(),
        Some(2)
    );
    let verify = sandbox.run(&[
        "scan",
        "--only",
        "secrets",
        "--verify",
        "--set",
        "database.offline=true",
    ]);
    assert_eq!(verify.status.code(), Some(2), "{}", text(&verify.stderr));
}
