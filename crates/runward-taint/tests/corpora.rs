//! The rule tests of Semgrep and of semgrep-rules, where a checkout is named.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use runward_rules::testing::{Expected, annotations};
use runward_syntax::Language;
use runward_taint::Settings;

/// What differs from the annotations, and why.
const DEVIATIONS: &[(&str, &str)] = &[(
    "direct-response-write.js",
    "Semgrep 1.182 does not find line 57 either",
)];

#[derive(Default)]
struct Count {
    passed: usize,
    all: usize,
}

fn walk(root: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(root) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn language(path: &Path) -> Option<Language> {
    Some(match path.extension()?.to_str()? {
        "py" => Language::Python,
        "js" | "jsx" => Language::JavaScript,
        "ts" | "tsx" => Language::TypeScript,
        _ => return None,
    })
}

/// Runs each rule file on the sources beside it; prints what differs.
fn check(root: &Path) -> BTreeMap<&'static str, Count> {
    let mut files = Vec::new();
    walk(root, &mut files);
    files.sort();
    let mut counts: BTreeMap<&'static str, Count> = BTreeMap::new();
    let only = std::env::var("ONLY").unwrap_or_default();
    for rules in files.iter().filter(|path| {
        path.extension()
            .is_some_and(|ext| ext == "yaml" || ext == "yml")
    }) {
        let text = std::fs::read_to_string(rules).unwrap();
        if !text.contains("mode: taint") && !text.contains("taint:") {
            continue;
        }
        for target in files
            .iter()
            .filter(|path| path.parent() == rules.parent() && path.file_stem() == rules.file_stem())
        {
            let Some(language) = language(target) else {
                continue;
            };
            let shown = target
                .strip_prefix(root)
                .unwrap_or(target)
                .display()
                .to_string();
            if !shown.contains(&only) {
                continue;
            }
            let source = std::fs::read_to_string(target).unwrap();
            let ready = match support::ready(&shown, &text, language) {
                Ok(ready) => ready,
                Err(error) => {
                    println!("{shown}: not run: {error}");
                    counts.entry(language.as_str()).or_default().all += 1;
                    continue;
                }
            };
            for rule in &ready {
                let wanted = |expected: Expected| -> BTreeSet<u32> {
                    annotations(&source)
                        .into_iter()
                        .filter(|one| {
                            one.expected == expected && (one.rule == rule.id || ready.len() == 1)
                        })
                        .map(|one| one.about)
                        .collect()
                };
                let found: BTreeSet<u32> =
                    support::lines(rule, &source, language, &Settings::default())
                        .into_iter()
                        .collect();
                let want = wanted(Expected::Match);
                let todo: BTreeSet<u32> = wanted(Expected::TodoMatch)
                    .union(&wanted(Expected::TodoNoMatch))
                    .copied()
                    .collect();
                let missed: Vec<_> = want.difference(&found).collect();
                let unexpected: Vec<_> = found
                    .difference(&want)
                    .filter(|line| !todo.contains(line))
                    .collect();
                let count = counts.entry(language.as_str()).or_default();
                count.all += 1;
                if missed.is_empty() && unexpected.is_empty() {
                    count.passed += 1;
                } else {
                    let known = DEVIATIONS.iter().any(|(file, _)| shown.ends_with(file));
                    println!(
                        "{shown} {}: missed {missed:?}, unexpected {unexpected:?}{}",
                        rule.id,
                        if known { " (known)" } else { "" }
                    );
                }
            }
        }
    }
    counts
}

fn run(variable: &str, folders: &[&str], least: usize) {
    let Some(root) = std::env::var_os(variable).map(PathBuf::from) else {
        println!("skipped: {variable} names no checkout");
        return;
    };
    let mut total: BTreeMap<&str, Count> = BTreeMap::new();
    for folder in folders {
        for (language, count) in check(&root.join(folder)) {
            println!("{folder} {language}: {} of {}", count.passed, count.all);
            let sum = total.entry(language).or_default();
            sum.passed += count.passed;
            sum.all += count.all;
        }
    }
    for (language, count) in total {
        println!("{language}: {} of {}", count.passed, count.all);
        assert!(count.passed * 100 >= count.all * least, "{language}");
    }
}

#[test]
fn tests_of_semgrep() {
    run(
        "RUNWARD_SEMGREP",
        &["tests/tainting_rules", "tests/rules"],
        90,
    );
}

#[test]
fn rules_of_semgrep_rules() {
    run(
        "RUNWARD_SEMGREP_RULES",
        &["python", "javascript", "typescript", "ai"],
        95,
    );
}
