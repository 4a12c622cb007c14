//! The smaller commands, as a user meets them.

mod common;

use common::{Sandbox, account, filters, in_days, scrubbed, text};

macro_rules! snapshot {
    ($sandbox:expr, $output:expr) => {
        insta::with_settings!({filters => filters()}, {
            insta::assert_snapshot!(scrubbed(&$sandbox, &$output));
        })
    };
}

#[test]
fn init_writes_what_validates() {
    let sandbox = Sandbox::new();
    sandbox.write("project/requirements.txt", "flask==3.0.0\n");
    snapshot!(sandbox, sandbox.run(&["init"]));
    assert_eq!(sandbox.run(&["config", "validate"]).status.code(), Some(0));
    let again = sandbox.run(&["init"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("--force"));
}

#[test]
fn a_wrong_key_names_file_line_and_the_right_one() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "project/runward.toml",
        "[policy]\nfail_in = \"high\"\n\n[database]\nmax_age_hours = \"a day\"\n",
    );
    snapshot!(sandbox, sandbox.run(&["config", "validate"]));
}

#[test]
fn values_tell_where_they_come_from() {
    let sandbox = Sandbox::new();
    sandbox.write("project/runward.toml", "[policy]\nfail_on = \"high\"\n");
    let output = sandbox.run(&["config", "show", "policy.fail_on", "--origin"]);
    assert_eq!(
        text(&output.stdout),
        "policy.fail_on = \"high\"  # runward.toml:2\n"
    );
    let output = sandbox.run(&["config", "set", "policy.fail_on", "medium"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = sandbox.run(&["config", "show", "policy.fail_on"]);
    assert_eq!(text(&output.stdout), "policy.fail_on = \"medium\"\n");
}

#[test]
fn why_shows_the_way_down() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "project/requirements.txt",
        "flask==3.0.0\n    # via -r requirements.in\njinja2==3.1.2\n    # via flask\n",
    );
    snapshot!(sandbox, sandbox.run(&["deps", "why", "Jinja2"]));
}

#[test]
fn doctor_names_the_command_that_mends() {
    let sandbox = Sandbox::new();
    sandbox.write("project/requirements.txt", "flask==3.0.0\n");
    let output = sandbox.run(&["doctor"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("runward db update"), "{said}");
}

#[test]
fn explain_knows_every_alias() {
    let sandbox = Sandbox::new();
    let output = sandbox.run(&["explain", "cve-2023-4863"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(said.contains("pillow"), "{said}");
    assert_eq!(
        sandbox.run(&["explain", "CVE-0000-0000"]).status.code(),
        Some(2)
    );
}

#[test]
fn decisions_are_recorded_with_who_and_why() {
    let sandbox = Sandbox::new();
    sandbox
        .advisories(&[("PYSEC-2026-1", "badlib", "2.0")])
        .write("project/requirements.txt", "badlib==1.0\n");
    sandbox.run(&["scan"]);
    let until = in_days(10);
    let accept = [
        "findings",
        "accept",
        "PYSEC-2026-1",
        "--until",
        &until,
        "--reason",
        "later",
    ];
    let output = sandbox.run(&accept);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(sandbox.run(&["scan"]).status.code(), Some(0));
    let (_, shown) = sandbox.json(&["findings", "show", "PYSEC-2026-1", "-f", "json"]);
    let transitions = shown["transitions"].as_array().unwrap();
    let last = transitions.last().unwrap();
    assert_eq!(last["who"], account());
    assert_eq!(last["why"], format!("until {until}: later"));
    let reopen = ["findings", "reopen", "PYSEC-2026-1", "--reason", "now"];
    assert_eq!(sandbox.run(&reopen).status.code(), Some(0));
    assert_eq!(sandbox.run(&["scan"]).status.code(), Some(1));
}

#[test]
fn completions_and_manual_pages_are_made() {
    let sandbox = Sandbox::new();
    let bash = text(&sandbox.run(&["completions", "bash"]).stdout);
    assert!(bash.contains("_runward"), "{bash}");
    assert!(sandbox.run(&["man", "pages"]).status.success());
    assert!(sandbox.project().join("pages/runward-scan.1").is_file());
}
