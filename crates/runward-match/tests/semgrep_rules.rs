//! The search rules of semgrep-rules on their own test files. Wants `RUNWARD_SEMGREP_RULES`, a
//! checkout of semgrep-rules; `RUNWARD_ONLY` is a part of the path of one rule.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use runward_rules::testing::{Found, Target, judge, pair};
use runward_rules::{Mode, Rule};
use runward_syntax::{Language, Lines};

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The language in which a rule reads a file.
fn language(rule: &Rule, path: &str) -> Option<Language> {
    let by_name = match path.rsplit('.').next().unwrap_or_default() {
        "py" => Some(Language::Python),
        "js" | "jsx" | "mjs" | "cjs" => Some(Language::JavaScript),
        "ts" | "tsx" => Some(Language::TypeScript),
        "json" => Some(Language::Json),
        "yaml" | "yml" => Some(Language::Yaml),
        "dockerfile" | "Dockerfile" => Some(Language::Dockerfile),
        "sh" | "bash" => Some(Language::Bash),
        "tf" | "hcl" => Some(Language::Terraform),
        _ => None,
    };
    rule.languages
        .iter()
        .copied()
        .find(|one| Some(*one) == by_name)
        .or_else(|| {
            rule.languages
                .iter()
                .copied()
                .find(|one| matches!(one, Language::Generic | Language::Regex))
        })
}

#[test]
fn rules_find_what_their_tests_say() {
    let Some(root) = std::env::var_os("RUNWARD_SEMGREP_RULES") else {
        println!("skipped: RUNWARD_SEMGREP_RULES is not set");
        return;
    };
    let only = std::env::var("RUNWARD_ONLY").ok();
    let mut low = Vec::new();
    for (name, percent) in [
        ("python", 97),
        ("javascript", 95),
        ("typescript", 95),
        ("yaml", 90),
        ("json", 0),
        ("dockerfile", 90),
        ("bash", 60),
        ("terraform", 95),
        ("generic", 90),
    ] {
        let directory = Path::new(&root).join(name);
        let mut paths = Vec::new();
        files(&directory, &mut paths);
        let names: Vec<String> = paths
            .iter()
            .filter_map(|path| {
                path.strip_prefix(&directory)
                    .unwrap()
                    .to_str()
                    .map(str::to_owned)
            })
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (mut passed, mut all) = (0, 0);
        for test in pair(&names) {
            if only
                .as_ref()
                .is_some_and(|only| !test.rules.contains(only.as_str()))
            {
                continue;
            }
            let Ok(text) = fs::read_to_string(directory.join(&test.rules)) else {
                continue;
            };
            let rules = runward_rules::read(&test.rules, &text).rules;
            for path in &test.targets {
                let Ok(source) = fs::read_to_string(directory.join(path)) else {
                    continue;
                };
                let mut found = Vec::new();
                let mut ids = Vec::new();
                for rule in &rules {
                    let Mode::Search(formula) = &rule.mode else {
                        continue;
                    };
                    let Some(language) = language(rule, path) else {
                        continue;
                    };
                    ids.push(&*rule.id);
                    match support::matches(formula, language, &rule.options, &source) {
                        Ok(matches) => {
                            let lines = Lines::new(&source);
                            for one in matches {
                                let line = lines.line(one.span.start);
                                found.push(Found {
                                    path,
                                    rule: &rule.id,
                                    line,
                                });
                            }
                        }
                        Err(error) => println!("  {name}/{path} {}: {error}", rule.id),
                    }
                }
                let targets = [Target {
                    path,
                    text: &source,
                }];
                for result in judge(&test.rules, &ids, &targets, &found) {
                    all += 1;
                    if result.passed {
                        passed += 1;
                    } else {
                        println!(
                            "  {name}/{path} {}: missed {:?}, unexpected {:?}",
                            result.rule, result.missed, result.unexpected
                        );
                    }
                }
            }
        }
        println!("{name}: {passed} of {all}");
        if passed * 100 < all * percent {
            low.push(name);
        }
    }
    assert!(low.is_empty() || only.is_some(), "below the aim: {low:?}");
}
