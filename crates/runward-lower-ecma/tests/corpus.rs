//! Every pattern and every source of the public corpora. Point `RUNWARD_SEMGREP` and
//! `RUNWARD_SEMGREP_RULES` at checkouts; without them the tests say that they were skipped.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests may stop, and say what they skip"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use runward_lower_ecma::{JavaScript, TypeScript};
use runward_syntax::{Frontend, Limits, Vocabulary};
use serde_json::Value;

fn checkout(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        println!("skipped: set {variable} to a checkout");
    }
    found
}

fn files(root: &Path, wanted: &dyn Fn(&str) -> bool, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(root) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != ".git" && name != "node_modules" {
                files(&path, wanted, out);
            }
        } else if wanted(&name) {
            out.push(path);
        }
    }
}

fn ends(name: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

fn frontend(language: &str) -> Option<&'static dyn Frontend> {
    match language {
        "js" | "javascript" => Some(&JavaScript),
        "ts" | "typescript" => Some(&TypeScript),
        _ => None,
    }
}

/// Every pattern in a rule, of whatever operator.
fn patterns(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| patterns(item, out)),
        Value::Object(fields) => {
            // A search of another language inside a string.
            if fields.contains_key("language") {
                return;
            }
            for (key, value) in fields {
                let operator = matches!(
                    key.as_str(),
                    "pattern"
                        | "pattern-not"
                        | "pattern-inside"
                        | "pattern-not-inside"
                        | "inside"
                        | "not"
                        | "anywhere"
                );
                match value {
                    Value::String(text) if operator => {
                        out.insert(text.clone());
                    }
                    Value::Array(items) if matches!(key.as_str(), "any" | "all") => {
                        for item in items {
                            match item {
                                Value::String(text) => {
                                    out.insert(text.clone());
                                }
                                other => patterns(other, out),
                            }
                        }
                    }
                    Value::String(_) => {}
                    _ if matches!(key.as_str(), "metadata" | "paths" | "fix-regex") => {}
                    other => patterns(other, out),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_pattern_of_the_rules_parses() {
    let Some(root) = checkout("RUNWARD_SEMGREP_RULES") else {
        return;
    };
    let mut rules = Vec::new();
    files(
        &root,
        &|name| ends(name, &[".yaml", ".yml"]) && !name.contains(".test."),
        &mut rules,
    );
    rules.sort();
    let (mut total, mut failed) = (0, Vec::new());
    for path in rules {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let Ok(document) = serde_saphyr::from_str::<Value>(&text) else {
            continue;
        };
        for rule in document
            .get("rules")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let languages = rule
                .get("languages")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let frontends: Vec<_> = languages
                .filter_map(Value::as_str)
                .filter_map(frontend)
                .collect();
            let mut found = BTreeSet::new();
            patterns(rule, &mut found);
            for (pattern, frontend) in found
                .iter()
                .flat_map(|pattern| frontends.iter().map(move |f| (pattern, f)))
            {
                total += 1;
                if let Err(error) = frontend.parse_pattern(pattern, &mut Vocabulary::new()) {
                    failed.push(format!("{}: {error}\n{pattern}\n", path.display()));
                }
            }
        }
    }
    println!("{} of {total} patterns parse", total - failed.len());
    for failure in &failed {
        println!("{failure}");
    }
    assert!(total > 0, "no patterns found");
    assert!(
        failed.len() * 200 <= total,
        "more than one pattern in 200 does not parse"
    );
}

#[test]
fn every_pattern_of_the_test_suite_parses() {
    let Some(root) = checkout("RUNWARD_SEMGREP") else {
        return;
    };
    let (mut total, mut failed) = (0, Vec::new());
    for (directory, language) in [
        ("tests/patterns/js", "js"),
        ("tests/patterns/ts", "ts"),
        ("tests/patterns/POLYGLOT", "js"),
    ] {
        let mut found = Vec::new();
        files(
            &root.join(directory),
            &|name| ends(name, &[".sgrep"]),
            &mut found,
        );
        found.sort();
        for path in found {
            let text = std::fs::read_to_string(&path).unwrap();
            total += 1;
            let frontend = frontend(language).unwrap();
            if let Err(error) = frontend.parse_pattern(&text, &mut Vocabulary::new()) {
                failed.push(format!("{}: {error}\n{text}\n", path.display()));
            }
        }
    }
    println!("{} of {total} patterns parse", total - failed.len());
    for failure in &failed {
        println!("{failure}");
    }
    assert!(total > 0, "no patterns found");
    assert!(
        failed.len() * 50 <= total,
        "more than one pattern in 50 does not parse"
    );
}

#[test]
fn the_sources_of_the_corpora_parse() {
    let vocabulary = Arc::new(Vocabulary::new());
    for variable in ["RUNWARD_SEMGREP", "RUNWARD_SEMGREP_RULES"] {
        let Some(root) = checkout(variable) else {
            continue;
        };
        let mut found = Vec::new();
        files(
            &root,
            &|name| ends(name, &[".js", ".jsx", ".ts", ".tsx", ".mjs"]),
            &mut found,
        );
        found.sort();
        let (mut total, mut partly, mut refused) = (0, 0, 0);
        for path in found {
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let name = path.to_string_lossy();
            let frontend: &dyn Frontend = if ends(&name, &[".ts", ".tsx"]) {
                &TypeScript
            } else {
                &JavaScript
            };
            total += 1;
            match frontend.parse(&text, &vocabulary, &Limits::default()) {
                Ok(tree) if tree.errors.is_empty() => {}
                Ok(tree) => {
                    partly += 1;
                    println!(
                        "{name}: {} errors: {}",
                        tree.errors.len(),
                        tree.errors[0].message
                    );
                }
                Err(error) => {
                    refused += 1;
                    println!("{name}: {error}");
                }
            }
        }
        println!("{variable}: {total} files, {partly} in part, {refused} refused");
        assert!(total > 0, "no sources found");
        assert!(refused * 50 <= total, "more than one file in 50 is refused");
    }
}
