//! The status that each finding gets, by OpenVEX 0.2.0's rules.

// Helpers of tests may panic, as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use runward_model::{Finding, Status};
use runward_sbom::{Document, write_openvex};
use serde_json::Value;

fn statements(findings: &[Finding], suppressed: &[Finding]) -> Vec<Value> {
    let document = Document {
        suppressed,
        ..common::document(&[], findings)
    };
    let mut bytes = Vec::new();
    write_openvex(&document, "Ada", &mut bytes).unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["@context"], "https://openvex.dev/ns/v0.2.0");
    assert_eq!(value["author"], "Ada");
    value["statements"].as_array().unwrap().clone()
}

fn first() -> Finding {
    common::findings(&common::dependencies()).remove(0)
}

#[test]
fn an_open_finding_is_affected_with_what_to_do() {
    let statements = statements(&[first()], &[]);
    let statement = &statements[0];
    assert_eq!(statement["status"], "affected");
    assert_eq!(
        statement["action_statement"],
        "upgrade jinja2 2.10+local.1 to 2.11.3"
    );
    assert_eq!(statement["vulnerability"]["name"], "CVE-2019-10906");
    assert_eq!(
        statement["vulnerability"]["aliases"],
        serde_json::json!(["GHSA-462w-v97r-4m45", "PYSEC-2019-217"])
    );
    assert_eq!(
        statement["products"][0]["subcomponents"][0]["identifiers"]["purl"],
        "pkg:pypi/jinja2@2.10%2Blocal.1"
    );
}

#[test]
fn accepting_a_risk_does_not_claim_that_there_is_none() {
    let accepted = statements(&[], &[common::suppressed(first(), "internal network only")]);
    assert_eq!(accepted[0]["status"], "affected");
    assert_eq!(
        accepted[0]["action_statement"],
        "risk accepted by Ada until 2026-12-31 (suppression): internal network only"
    );
    let stored = common::with_status(first(), Status::Accepted, Some("later"));
    let stored = statements(&[], &[stored]);
    assert_eq!(stored[0]["status"], "affected");
    assert_eq!(
        stored[0]["action_statement"],
        "risk accepted by the project until 2026-12-31: later"
    );
}

#[test]
fn a_reason_that_says_not_affected_is_taken_at_its_word() {
    let reason = "vulnerable_code_not_in_execute_path: the sandbox is not used";
    let justified = statements(&[], &[common::suppressed(first(), reason)]);
    assert_eq!(justified[0]["status"], "not_affected");
    assert_eq!(
        justified[0]["justification"],
        "vulnerable_code_not_in_execute_path"
    );
    assert_eq!(justified[0].get("impact_statement"), None);
    let plain = statements(
        &[],
        &[common::suppressed(first(), "not_affected: not used")],
    );
    assert_eq!(plain[0]["status"], "not_affected");
    assert!(
        plain[0]["impact_statement"]
            .as_str()
            .unwrap()
            .starts_with("not used (stated by Ada")
    );
    let false_positive =
        common::with_status(first(), Status::FalsePositive, Some("another jinja2"));
    let false_positive = statements(&[false_positive], &[]);
    assert_eq!(false_positive[0]["status"], "not_affected");
    assert!(
        false_positive[0]["impact_statement"]
            .as_str()
            .unwrap()
            .starts_with("another jinja2")
    );
}

#[test]
fn a_suppressed_place_does_not_hide_another() {
    let suppressed = common::suppressed(first(), "not_affected: only in tests");
    for (open, hidden) in [
        (vec![first()], vec![suppressed.clone()]),
        (vec![suppressed, first()], vec![]),
    ] {
        let statements = statements(&open, &hidden);
        assert_eq!(statements.len(), 1);
        assert_eq!(statements[0]["status"], "affected");
        assert_eq!(statements[0].get("impact_statement"), None);
    }
}

#[test]
fn the_rest_of_the_states() {
    let dependencies = common::dependencies();
    let statements = statements(&common::findings(&dependencies), &[]);
    let status = |name: &str| {
        statements
            .iter()
            .find(|statement| statement["vulnerability"]["name"] == name)
            .map(|statement| statement["status"].as_str().unwrap().to_owned())
            .unwrap()
    };
    assert_eq!(status("CVE-2024-7"), "under_investigation");
    assert_eq!(status("CVE-2021-44228"), "fixed");
    assert_eq!(status("GHSA-aaaa-bbbb-cccc"), "affected");
    assert_eq!(status("custom-rule"), "affected");
    let malicious = statements
        .iter()
        .find(|statement| statement["vulnerability"]["name"] == "MAL-2024-1")
        .unwrap();
    assert!(
        malicious["action_statement"]
            .as_str()
            .unwrap()
            .starts_with("remove a")
    );
    assert!(statements.iter().all(|statement| {
        let not_affected = statement["status"] == "not_affected";
        let affected = statement["status"] == "affected";
        let reasons = [&statement["justification"], &statement["impact_statement"]];
        let given = reasons.iter().filter(|reason| reason.is_string()).count();
        (given == usize::from(not_affected))
            && (statement["action_statement"].is_string() == affected)
    }));
}
