//! Every pattern of Python rules in checkouts of the peer's repositories is read.
//!
//! `$RUNWARD_SEMGREP_RULES` and `$RUNWARD_SEMGREP` say where they are.

#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use runward_lower_python::Python;
use runward_syntax::{Frontend as _, Limits, Vocabulary};
use serde_json::Value;

fn checkout(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        eprintln!("skipped: ${variable} is not set");
    }
    path
}

fn files(directory: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// Every pattern below a value, those of another language left out.
fn patterns<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| patterns(value, found)),
        Value::Object(map) => {
            let other = map.get("language").and_then(Value::as_str);
            if other.is_some_and(|language| !matches!(language, "python" | "py")) {
                return;
            }
            for (key, value) in map {
                let is_pattern = matches!(
                    key.as_str(),
                    "pattern"
                        | "pattern-not"
                        | "pattern-inside"
                        | "pattern-not-inside"
                        | "not"
                        | "inside"
                );
                match value.as_str() {
                    Some(text) if is_pattern => found.push(text),
                    Some(_) if matches!(key.as_str(), "patterns" | "any" | "all") => {}
                    _ => patterns(value, found),
                }
            }
        }
        _ => {}
    }
}

fn is_python(rule: &Value) -> bool {
    let languages = rule.get("languages").and_then(Value::as_array);
    languages.is_some_and(|all| {
        all.iter()
            .any(|one| matches!(one.as_str(), Some("python" | "py")))
    })
}

#[test]
fn patterns_of_the_rules_are_read() {
    let Some(root) = checkout("RUNWARD_SEMGREP_RULES") else {
        return;
    };
    let mut all = Vec::new();
    files(&root, "yaml", &mut all);
    files(&root, "yml", &mut all);
    let (mut count, mut failed) = (0, 0);
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(file) = serde_saphyr::from_str::<Value>(&text) else {
            continue;
        };
        let rules = file.get("rules").and_then(Value::as_array);
        for rule in rules.into_iter().flatten().filter(|rule| is_python(rule)) {
            let mut found = Vec::new();
            patterns(rule, &mut found);
            for pattern in found {
                count += 1;
                let mut vocabulary = Vocabulary::new();
                if let Err(error) = Python.parse_pattern(pattern, &mut vocabulary) {
                    failed += 1;
                    println!(
                        "{}: {error} at {:?}\n{pattern}\n",
                        path.display(),
                        error.span
                    );
                }
            }
        }
    }
    println!("{count} patterns, {failed} not read");
    assert!(count > 1_000, "only {count} patterns found");
    assert_eq!(failed, 0);
}

#[test]
fn patterns_and_programs_of_the_engine_are_read() {
    let Some(root) = checkout("RUNWARD_SEMGREP") else {
        return;
    };
    let directory = root.join("tests/patterns/python");
    let mut all = Vec::new();
    files(&directory, "sgrep", &mut all);
    let mut failed = Vec::new();
    for path in &all {
        let text = std::fs::read_to_string(path).unwrap();
        if let Err(error) = Python.parse_pattern(&text, &mut Vocabulary::new()) {
            failed.push(format!("{}: {error}\n{text}", path.display()));
        }
    }
    let patterns = all.len();
    all.clear();
    files(&directory, "py", &mut all);
    for path in &all {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        match Python.parse(&text, &Arc::new(Vocabulary::new()), &Limits::default()) {
            Ok(tree) if tree.errors.is_empty() => {}
            Ok(tree) => failed.push(format!("{}: {:?}", path.display(), tree.errors)),
            Err(refused) => failed.push(format!("{}: {refused}", path.display())),
        }
    }
    println!(
        "{patterns} patterns and {} programs, {} not read",
        all.len(),
        failed.len()
    );
    assert!(patterns > 100);
    for one in &failed {
        println!("{one}");
    }
    assert!(failed.is_empty());
}
