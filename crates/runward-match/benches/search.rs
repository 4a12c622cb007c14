//! How long the search takes beside the parsing that it needs.
//!
//! `cargo bench -p runward-match --bench search -- RULES SOURCES`: all Python search rules below the
//! one directory on all Python files below the other, on one thread.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops where it cannot run"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use runward_lower_python::Python;
use runward_match::{Budget, Compiler, Index, Target, find};
use runward_rules::Mode;
use runward_syntax::{Frontend, Language, Limits, Lines};

fn files(directory: &Path, ext: &[&str], found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, ext, found);
        } else if path
            .extension()
            .is_some_and(|own| ext.iter().any(|ext| own == *ext))
        {
            found.push(path);
        }
    }
}

fn main() {
    let paths: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let [rules, sources] = paths.as_slice() else {
        println!("skipped: two directories are wanted, of rules and of sources");
        return;
    };
    let frontends: &[&dyn Frontend] = &[&Python];
    let mut compiler = Compiler::new(frontends);
    let mut formulas = Vec::new();
    let mut rule_files = Vec::new();
    files(Path::new(rules), &["yaml", "yml"], &mut rule_files);
    let started = Instant::now();
    for path in rule_files {
        let text = fs::read_to_string(&path).unwrap();
        for rule in runward_rules::read(&path.to_string_lossy(), &text).rules {
            let Mode::Search(formula) = &rule.mode else {
                continue;
            };
            if rule.languages.contains(&Language::Python)
                && let Ok(compiled) = compiler.formula(formula, Language::Python, &rule.options)
            {
                formulas.push((rule.id, compiled, Duration::ZERO, 0_usize));
            }
        }
    }
    let vocabulary = compiler.finish();
    println!("{} rules read in {:?}", formulas.len(), started.elapsed());
    let mut source_files = Vec::new();
    files(Path::new(sources), &["py"], &mut source_files);
    let sources: Vec<String> = source_files
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    let bytes: usize = sources.iter().map(String::len).sum();
    let (mut parse, mut resolve, mut index_time, mut search) = (
        Duration::ZERO,
        Duration::ZERO,
        Duration::ZERO,
        Duration::ZERO,
    );
    let (mut refused, mut exhausted) = (0, 0);
    for source in &sources {
        let started = Instant::now();
        let Ok(mut tree) = Python.parse(source, &vocabulary, &Limits::default()) else {
            refused += 1;
            continue;
        };
        parse += started.elapsed();
        let started = Instant::now();
        let facts = runward_resolve::resolve(&mut tree, Language::Python);
        resolve += started.elapsed();
        let started = Instant::now();
        let index = Index::new(&tree, Some(&facts));
        index_time += started.elapsed();
        let lines = Lines::new(source);
        let target = Target::parsed(Language::Python, source, &lines, &tree, &facts, &index);
        let all = Instant::now();
        for (_, formula, time, count) in &mut formulas {
            let started = Instant::now();
            match find(formula, &target, &mut Budget::default()) {
                Ok(found) => *count += found.len(),
                Err(_) => exhausted += 1,
            }
            *time += started.elapsed();
        }
        search += all.elapsed();
    }
    let count: usize = formulas.iter().map(|(.., count)| count).sum();
    println!(
        "{} files, {:.1} MB, {count} matches, {refused} refused, {exhausted} out of budget",
        sources.len(),
        bytes as f64 / 1e6
    );
    println!("parse {parse:?}, resolve {resolve:?}, index {index_time:?}, search {search:?}");
    println!(
        "search / parse: {:.2}",
        search.as_secs_f64() / parse.as_secs_f64()
    );
    formulas.sort_by_key(|(_, _, time, _)| std::cmp::Reverse(*time));
    for (rule, _, time, count) in formulas.iter().take(12) {
        println!("  {time:?} {rule}: {count}");
    }
}
