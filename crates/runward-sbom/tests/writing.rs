//! What the bills that are written say; that they fit the schemas is checked by
//! `tools/validate-sbom.py`.

// Helpers of tests may panic, as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::collections::HashSet;

use jiff::civil::Date;
use runward_model::{Dependency, Finding, NotCovered, finding::Suppressed};
use runward_sbom::{Document, write_cyclonedx, write_openvex, write_spdx};
use serde_json::{Value, json};

fn cyclonedx(dependencies: &[Dependency]) -> Value {
    let findings = common::findings(dependencies);
    let mut bytes = Vec::new();
    write_cyclonedx(&common::document(dependencies, &findings), &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn texts<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|entry| entry[key].as_str().unwrap())
        .collect()
}

#[test]
fn references_are_unique_and_lead_somewhere() {
    let bom = cyclonedx(&common::dependencies());
    let mut references: Vec<&str> = texts(&bom["components"], "bom-ref");
    references.push(bom["metadata"]["component"]["bom-ref"].as_str().unwrap());
    let known: HashSet<&str> = references.iter().copied().collect();
    assert_eq!(known.len(), references.len());
    assert!(known.contains("pkg:pypi/flask@1.0") && known.contains("pkg:pypi/flask@1.0#2"));
    for entry in bom["dependencies"].as_array().unwrap() {
        assert!(known.contains(entry["ref"].as_str().unwrap()));
        let on = entry["dependsOn"].as_array().unwrap();
        let distinct: HashSet<&str> = on
            .iter()
            .map(|reference| reference.as_str().unwrap())
            .collect();
        assert_eq!(distinct.len(), on.len());
        assert!(distinct.is_subset(&known));
    }
    for vulnerability in bom["vulnerabilities"].as_array().unwrap() {
        assert!(known.contains(vulnerability["affects"][0]["ref"].as_str().unwrap()));
    }
    let own: HashSet<&str> = texts(&bom["vulnerabilities"], "bom-ref")
        .into_iter()
        .collect();
    assert_eq!(own.len(), bom["vulnerabilities"].as_array().unwrap().len());
}

#[test]
fn nothing_is_said_of_packages_whose_file_records_no_edges() {
    let bom = cyclonedx(&common::dependencies());
    let listed = texts(&bom["dependencies"], "ref");
    assert!(
        listed.contains(&"pkg:npm/%40babel/core@7.0.0"),
        "its lockfile shows that it needs nothing"
    );
    assert!(
        !listed.contains(&"pkg:pypi/flask@1.0#2"),
        "requirements.txt knows no edges"
    );
}

#[test]
fn a_component_without_a_version_says_why() {
    let bom = cyclonedx(&common::dependencies());
    let requests = &bom["components"][2];
    assert_eq!(requests.get("version"), None);
    assert_eq!(requests["purl"], "pkg:pypi/requests");
    assert_eq!(requests["scope"], "optional");
    let properties = requests["properties"].as_array().unwrap();
    let reason = json!({"name": "runward:not-judged", "value": "`requests>=2,<3` allows many versions; lock it"});
    assert!(properties.contains(&reason));
    assert!(properties.contains(&json!({"name": "runward:source", "value": "app/poetry.lock:12"})));
}

#[test]
fn the_state_of_a_finding_is_its_analysis() {
    let bom = cyclonedx(&common::dependencies());
    let analysis = |id: &str| {
        let list = bom["vulnerabilities"].as_array().unwrap();
        list.iter().find(|entry| entry["id"] == id).unwrap()["analysis"].clone()
    };
    assert_eq!(analysis("CVE-2019-10906"), Value::Null);
    assert_eq!(analysis("GHSA-aaaa-bbbb-cccc")["state"], "exploitable");
    assert_eq!(analysis("CVE-2021-44228")["state"], "resolved");
    assert_eq!(analysis("CVE-2024-6")["state"], "false_positive");
    assert_eq!(analysis("CVE-2024-7")["state"], "in_triage");
    let accepted = analysis("CVE-2024-8");
    assert_eq!(accepted["state"], "exploitable");
    assert_eq!(accepted["response"], json!(["will_not_fix"]));
    let unreachable = analysis("CVE-2024-9");
    assert_eq!(unreachable["state"], "not_affected");
    assert_eq!(unreachable["justification"], "code_not_reachable");
}

#[test]
fn a_vulnerability_carries_every_rating_and_name() {
    let bom = cyclonedx(&common::dependencies());
    let jinja = &bom["vulnerabilities"][0];
    assert_eq!(jinja["id"], "CVE-2019-10906");
    assert_eq!(
        texts(&jinja["references"], "id"),
        ["PYSEC-2019-217", "GHSA-462w-v97r-4m45"]
    );
    assert_eq!(jinja["cwes"], json!([79]));
    let ratings = jinja["ratings"].as_array().unwrap();
    let methods: Vec<&str> = ratings
        .iter()
        .map(|rating| rating["method"].as_str().unwrap())
        .collect();
    assert_eq!(methods, ["CVSSv31", "CVSSv2", "other"]);
    assert_eq!(ratings[0]["score"], 9.8);
    assert_eq!(ratings[0]["source"]["name"], "GitHub Advisories");
    // What is no URI may not stand where the schema wants one.
    assert_eq!(
        texts(&jinja["advisories"], "url"),
        ["https://example.org/advisory"]
    );
}

#[test]
fn spdx_says_the_scope_in_the_relationship() {
    let dependencies = common::dependencies();
    let mut bytes = Vec::new();
    write_spdx(&common::document(&dependencies, &[]), &mut bytes).unwrap();
    let spdx: Value = serde_json::from_slice(&bytes).unwrap();
    let ids: HashSet<&str> = texts(&spdx["packages"], "SPDXID").into_iter().collect();
    assert_eq!(ids.len(), dependencies.len() + 1);
    assert_eq!(spdx["creationInfo"]["created"], "2026-03-01T10:20:30Z");
    let relationships: Vec<String> = spdx["relationships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                entry["spdxElementId"].as_str().unwrap(),
                entry["relationshipType"].as_str().unwrap(),
                entry["relatedSpdxElement"].as_str().unwrap()
            )
        })
        .collect();
    for expected in [
        "SPDXRef-DOCUMENT DESCRIBES SPDXRef-RootPackage",
        "SPDXRef-Package-pypi-flask-1.0 DEPENDS_ON SPDXRef-Package-pypi-jinja2-2.10-local.1",
        "SPDXRef-Package-pypi-requests-unknown OPTIONAL_DEPENDENCY_OF SPDXRef-RootPackage",
        "SPDXRef-Package-npm--babel-core-7.0.0 DEV_DEPENDENCY_OF SPDXRef-RootPackage",
    ] {
        assert!(
            relationships.contains(&expected.to_owned()),
            "{expected}\n{relationships:#?}"
        );
    }
    let git = &spdx["packages"][4];
    assert_eq!(
        git["downloadLocation"],
        "git+https://example.org/a/b.git@v1.2"
    );
}

fn false_positive(finding: Finding) -> Finding {
    Finding {
        suppressed: Some(Suppressed {
            by: "false positive".to_owned(),
            reason: "another jinja2".to_owned(),
            author: "Ada".to_owned(),
            expires: Date::MAX,
        }),
        ..finding
    }
}

/// What each format says of a scan with one open and two suppressed findings.
fn scanned() -> [Value; 3] {
    let dependencies = common::dependencies();
    let mut findings = common::findings(&dependencies);
    let hidden = [
        common::suppressed(findings.remove(3), "internal network only"),
        false_positive(findings.remove(2)),
    ];
    findings.truncate(1);
    let not_covered = [NotCovered::file(
        "b.lock",
        "is not JSON\nrunward:findings=0",
    )];
    let warnings = ["judged from the starter set".to_owned()];
    let document = Document {
        suppressed: &hidden,
        scanned: true,
        not_covered: &not_covered,
        warnings: &warnings,
        ..common::document(&dependencies, &findings)
    };
    let written = |write: &dyn Fn(&mut dyn std::io::Write) -> std::io::Result<()>| {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    [
        written(&|out| write_cyclonedx(&document, out)),
        written(&|out| write_spdx(&document, out)),
        written(&|out| write_openvex(&document, "Ada", out)),
    ]
}

#[test]
fn suppressed_findings_are_listed_with_their_decision() {
    let [bom, _, vex] = scanned();
    assert_eq!(bom["vulnerabilities"].as_array().unwrap().len(), 3);
    assert_eq!(bom["vulnerabilities"][0].get("analysis"), None);
    let accepted = &bom["vulnerabilities"][1];
    assert_eq!(accepted["analysis"]["state"], "exploitable");
    assert_eq!(accepted["analysis"]["response"], json!(["will_not_fix"]));
    assert!(
        accepted["properties"]
            .as_array()
            .unwrap()
            .contains(&json!({"name": "runward:suppressed", "value": "true"}))
    );
    let analysis = &bom["vulnerabilities"][2]["analysis"];
    assert_eq!(analysis["state"], "false_positive");
    assert_eq!(
        analysis["detail"],
        "another jinja2 (stated by Ada (false positive))"
    );
    assert_eq!(vex["statements"].as_array().unwrap().len(), 3);
    assert!(!bom.to_string().contains("9999"));
    assert!(!vex.to_string().contains("9999"));
}

#[test]
fn a_document_gives_account_of_what_it_does_not_list() {
    let [bom, spdx, vex] = scanned();
    assert_eq!(
        bom["metadata"]["properties"],
        json!([
            {"name": "runward:findings", "value": "1"},
            {"name": "runward:suppressed", "value": "2"},
            {"name": "runward:not-judged", "value": "1"},
            {"name": "runward:not-judged-item", "value": "b.lock: is not JSON\nrunward:findings=0"},
            {"name": "runward:warning", "value": "judged from the starter set"},
        ])
    );
    let lines: Vec<&str> = spdx["annotations"][0]["comment"]
        .as_str()
        .unwrap()
        .lines()
        .collect();
    assert_eq!(
        lines,
        [
            "runward:findings=1",
            "runward:suppressed=2",
            "runward:not-judged=1",
            "runward:not-judged-item=b.lock: is not JSON runward:findings=0",
            "runward:warning=judged from the starter set",
        ]
    );
    let words = "1 finding, 2 suppressed, 1 not judged; judged from the starter set";
    assert_eq!(spdx["creationInfo"]["comment"], words);
    assert_eq!(vex["tooling"], format!("runward 0.1.0: {words}"));
}

#[test]
fn a_bill_without_a_scan_counts_no_findings() {
    let mut bytes = Vec::new();
    write_cyclonedx(&common::document(&[], &[]), &mut bytes).unwrap();
    let bom: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        texts(&bom["metadata"]["properties"], "name"),
        ["runward:not-judged"]
    );
}
