//! Test annotations of semgrep-rules against what `semgrep --test` made of them.
//!
//! `RUNWARD_SEMGREP_RULES` is a checkout, `RUNWARD_SEMGREP_RULES_ORACLE` the file that
//! `tools/code/check-semgrep-rules.py --oracle` keeps.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::path::{Path, PathBuf};

use runward_rules::testing::{Found, Target, judge, pair};
use serde_json::Value;

fn variable(name: &str) -> Option<PathBuf> {
    let found = std::env::var_os(name).map(PathBuf::from);
    if found.is_none() {
        println!("skipped: {name} is not set");
    }
    found
}

fn files(root: &Path, directory: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(root, &path, found);
        } else {
            found.push(
                path.strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
            );
        }
    }
}

fn lines(value: &Value) -> Vec<u32> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|line| u32::try_from(line.as_u64().unwrap()).unwrap())
        .collect()
}

#[test]
fn semgreps_findings_are_judged_as_semgrep_judges_them() {
    let (Some(root), Some(oracle)) = (
        variable("RUNWARD_SEMGREP_RULES"),
        variable("RUNWARD_SEMGREP_RULES_ORACLE"),
    ) else {
        return;
    };
    let oracle: Value = serde_json::from_str(&std::fs::read_to_string(oracle).unwrap()).unwrap();
    let (mut same, mut wrong) = (0, Vec::new());
    for (directory, report) in oracle["directories"].as_object().unwrap() {
        let mut names = Vec::new();
        files(&root, &root.join(directory), &mut names);
        let pairs = pair(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let fixed = report["fixtest_results"]
            .as_object()
            .map_or(0, serde_json::Map::len);
        let targets: std::collections::BTreeSet<_> = pairs
            .iter()
            .flat_map(|test| &test.fixed)
            .map(|fixed| &fixed.target)
            .collect();
        assert_eq!(targets.len(), fixed, "{directory}: {targets:?}");
        for (rules, result) in report["results"].as_object().unwrap() {
            let test = pairs.iter().find(|test| test.rules == *rules).unwrap();
            for (rule, check) in result["checks"].as_object().unwrap() {
                for (path, matches) in check["matches"].as_object().unwrap() {
                    let target = test
                        .targets
                        .iter()
                        .find(|target| path.ends_with(target.as_str()));
                    let target =
                        target.unwrap_or_else(|| panic!("{rules} has no target {path}: {test:?}"));
                    let bytes = std::fs::read(root.join(target)).unwrap();
                    let code = String::from_utf8_lossy(&bytes);
                    let (expected, reported) = (
                        lines(&matches["expected_lines"]),
                        lines(&matches["reported_lines"]),
                    );
                    let found: Vec<_> = reported
                        .iter()
                        .map(|line| Found {
                            path: target,
                            rule,
                            line: *line,
                        })
                        .collect();
                    let judged = judge(
                        rules,
                        &[rule],
                        &[Target {
                            path: target,
                            text: &code,
                        }],
                        &found,
                    );
                    let passed = judged.iter().all(|result| result.passed);
                    if passed == (expected == reported) {
                        same += 1;
                    } else {
                        wrong.push(format!(
                            "{target} {rule}: {expected:?} {reported:?} {judged:?}"
                        ));
                    }
                }
            }
        }
    }
    println!("{same} judged alike");
    assert!(wrong.is_empty() && same > 0, "{}", wrong.join("\n"));
}
