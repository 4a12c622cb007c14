//! The patterns and the targets of the reference tool and of the public rules can be read.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use runward_lower_config::{Bash, Dockerfile, Hcl, Json, Yaml};
use runward_syntax::{Frontend, Language, Limits, Vocabulary};
use serde_json::Value;

fn frontend(language: Language) -> Option<&'static dyn Frontend> {
    match language {
        Language::Json => Some(&Json),
        Language::Yaml => Some(&Yaml),
        Language::Dockerfile => Some(&Dockerfile),
        Language::Bash => Some(&Bash),
        Language::Terraform => Some(&Hcl),
        _ => None,
    }
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

fn checkout(variable: &str) -> Option<PathBuf> {
    let root = std::env::var_os(variable);
    if root.is_none() {
        eprintln!("skipped: {variable} names no checkout");
    }
    root.map(PathBuf::from)
}

/// Patterns that the reference tool does not read either, or whose test is marked as failing.
const EXPLAINED: &[&str] = &["bash/todo/c-style-loop.sgrep"];

#[test]
fn the_patterns_and_targets_of_the_reference_can_be_read() {
    let Some(root) = checkout("RUNWARD_SEMGREP") else {
        return;
    };
    let (mut patterns, mut targets, mut wrong) = (0, 0, Vec::new());
    for name in ["json", "yaml", "dockerfile", "bash", "terraform"] {
        let frontend = Language::from_name(name).and_then(frontend).unwrap();
        let mut found = Vec::new();
        files(&root.join("tests/patterns").join(name), &mut found);
        for path in found {
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let end = path
                .extension()
                .and_then(|end| end.to_str())
                .unwrap_or_default();
            if end == "sgrep" {
                patterns += 1;
                if let Err(error) = frontend.parse_pattern(&text, &mut Vocabulary::new()) {
                    wrong.push(format!("{}: {error} {:?}", path.display(), error.span));
                }
            } else if Language::from_name(end).is_some() || end == "sh" {
                targets += 1;
                let tree = frontend.parse(&text, &Arc::new(Vocabulary::new()), &Limits::default());
                match tree {
                    Ok(tree) if tree.errors.is_empty() => {}
                    Ok(tree) => wrong.push(format!("{}: {:?}", path.display(), tree.errors)),
                    Err(error) => wrong.push(format!("{}: {error}", path.display())),
                }
            }
        }
    }
    wrong.retain(|line| !EXPLAINED.iter().any(|known| line.contains(known)));
    eprintln!("{patterns} patterns, {targets} targets");
    assert!(patterns > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each pattern of a rule with the language that it is in.
fn walk(value: &Value, language: Language, each: &mut dyn FnMut(Language, &str)) {
    match value {
        Value::Object(fields) => {
            let own = fields
                .get("language")
                .and_then(Value::as_str)
                .and_then(Language::from_name);
            let language = own.unwrap_or(language);
            for (key, value) in fields {
                let is_pattern = key == "pattern"
                    || key == "pattern-inside"
                    || key == "pattern-not"
                    || key == "pattern-not-inside";
                if let (true, Value::String(text)) = (is_pattern, value) {
                    each(language, text);
                }
                walk(value, language, each);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, language, each)),
        _ => {}
    }
}

#[test]
fn the_patterns_of_the_public_rules_can_be_read() {
    let Some(root) = checkout("RUNWARD_SEMGREP_RULES") else {
        return;
    };
    let mut found = Vec::new();
    files(&root, &mut found);
    let (mut patterns, mut wrong) = (0, Vec::new());
    for path in found {
        if path
            .extension()
            .is_none_or(|end| end != "yaml" && end != "yml")
        {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(file) = serde_saphyr::from_str::<Value>(&text) else {
            continue;
        };
        for rule in file
            .get("rules")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let languages = rule.get("languages").and_then(Value::as_array);
            let first = languages
                .and_then(|all| all.first())
                .and_then(Value::as_str);
            let Some(language) = first.and_then(Language::from_name) else {
                continue;
            };
            walk(rule, language, &mut |language, text| {
                let Some(frontend) = frontend(language) else {
                    return;
                };
                patterns += 1;
                if let Err(error) = frontend.parse_pattern(text, &mut Vocabulary::new()) {
                    wrong.push(format!("{}: {text:?}: {error}", path.display()));
                }
            });
        }
    }
    wrong.retain(|line| !EXPLAINED.iter().any(|known| line.contains(known)));
    eprintln!("{patterns} patterns");
    assert!(patterns > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}
