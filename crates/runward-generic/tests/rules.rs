//! Every regular expression and every generic pattern of the public rules can be read.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};

use runward_generic::{Regex, compile};
use runward_rules::Generic;
use serde_json::Value;

/// What is no expression in the reference tool either, or is not supported, with the reason.
const EXPLAINED: &[(&str, &str)] = &[];

fn rule_files(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            rule_files(&path, files);
        } else if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
        {
            files.push(path);
        }
    }
}

fn walk(value: &Value, each: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if let Value::String(text) = value {
                    each(key, text);
                }
                walk(value, each);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, each)),
        _ => {}
    }
}

#[test]
fn the_public_rules_can_be_read() {
    let Some(root) = std::env::var_os("RUNWARD_SEMGREP_RULES") else {
        eprintln!("skipped: RUNWARD_SEMGREP_RULES names no checkout of semgrep-rules");
        return;
    };
    let mut files = Vec::new();
    rule_files(Path::new(&root), &mut files);
    let (mut regexes, mut patterns, mut wrong) = (0, 0, Vec::new());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(file) = serde_saphyr::from_str::<Value>(&text) else {
            continue;
        };
        let Some(rules) = file.get("rules").and_then(Value::as_array) else {
            continue;
        };
        for rule in rules {
            let languages = rule
                .get("languages")
                .map(Value::to_string)
                .unwrap_or_default();
            let engine = rule
                .pointer("/options/generic_engine")
                .and_then(Value::as_str);
            let options = Generic {
                aliengrep: engine == Some("aliengrep"),
                ..Generic::default()
            };
            walk(rule, &mut |key, text| {
                let error = match key {
                    "pattern-regex" | "pattern-not-regex" => {
                        regexes += 1;
                        let regex = Regex::compile(text);
                        regex
                            .and_then(|regex| regex.build())
                            .err()
                            .map(|e| (e.message, e.span))
                    }
                    "regex" => {
                        regexes += 1;
                        let regex = Regex::compile_condition(text);
                        regex
                            .and_then(|regex| regex.build())
                            .err()
                            .map(|e| (e.message, e.span))
                    }
                    "pattern" | "pattern-inside" | "pattern-not" | "pattern-not-inside"
                        if languages.contains("\"generic\"") =>
                    {
                        patterns += 1;
                        compile(text, &options).err().map(|e| (e.message, e.span))
                    }
                    _ => None,
                };
                if let Some((message, span)) = error
                    && !EXPLAINED.iter().any(|(known, _)| *known == text)
                {
                    wrong.push(format!("{}: {text:?}: {message} {span:?}", path.display()));
                }
            });
        }
    }
    eprintln!("{regexes} expressions, {patterns} generic patterns");
    assert!(regexes > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}
