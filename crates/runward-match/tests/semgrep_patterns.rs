//! Semgrep's own tests of its patterns: `NAME.sgrep` beside `NAME.EXT` with `ERROR:` above each line
//! that must be found. Wants `RUNWARD_SEMGREP`, a checkout of semgrep.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

mod support;

use std::fs;
use std::path::Path;

use runward_syntax::Language;

/// The lines that a test wants, from 1.
fn wanted(source: &str) -> Vec<u32> {
    let mut wanted: Vec<u32> = source
        .lines()
        .zip(1_u32..)
        .filter(|(line, _)| {
            ["ERROR:", "MATCH:"].iter().any(|word| line.contains(word)) && !line.contains("TODO")
        })
        .map(|(_, number)| number + 1)
        .collect();
    wanted.dedup();
    wanted
}

/// Passed and all, with what failed.
fn run(root: &Path, directory: &str, ext: &str, language: Language) -> (usize, usize, Vec<String>) {
    let patterns = root.join("tests/patterns");
    let mut files: Vec<_> = fs::read_dir(patterns.join(directory))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ext))
        .collect();
    files.sort();
    let only = std::env::var("RUNWARD_ONLY").ok();
    let (mut passed, mut all, mut failed) = (0, 0, Vec::new());
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let own = path.with_extension("sgrep");
        let shared = patterns.join("POLYGLOT").join(format!("{name}.sgrep"));
        let Ok(pattern) = fs::read_to_string(&own).or_else(|_| fs::read_to_string(shared)) else {
            continue;
        };
        let Ok(source) = fs::read_to_string(&path) else {
            continue;
        };
        all += 1;
        let wanted = wanted(&source);
        match support::lines_of(&pattern, language, &source) {
            Ok(found) if found == wanted => passed += 1,
            Ok(found) => {
                let missed: Vec<_> = wanted.iter().filter(|line| !found.contains(line)).collect();
                let more: Vec<_> = found.iter().filter(|line| !wanted.contains(line)).collect();
                failed.push(format!(
                    "{directory}/{name}: missed {missed:?}, unexpected {more:?}"
                ));
            }
            Err(error) => failed.push(format!("{directory}/{name}: {error}")),
        }
    }
    (passed, all, failed)
}

#[test]
fn patterns_find_what_semgrep_finds() {
    let Some(root) = std::env::var_os("RUNWARD_SEMGREP") else {
        println!("skipped: RUNWARD_SEMGREP is not set");
        return;
    };
    let mut low = Vec::new();
    for (directory, ext, language, percent) in [
        ("python", "py", Language::Python, 97),
        ("js", "js", Language::JavaScript, 93),
        ("ts", "ts", Language::TypeScript, 93),
        ("json", "json", Language::Json, 0),
        ("yaml", "yaml", Language::Yaml, 0),
        ("dockerfile", "dockerfile", Language::Dockerfile, 0),
        ("bash", "bash", Language::Bash, 0),
        ("terraform", "tf", Language::Terraform, 0),
    ] {
        let (passed, all, failed) = run(Path::new(&root), directory, ext, language);
        println!("{directory}: {passed} of {all}");
        for line in &failed {
            println!("  {line}");
        }
        if passed * 100 < all * percent {
            low.push(directory);
        }
    }
    assert!(
        low.is_empty() || std::env::var_os("RUNWARD_ONLY").is_some(),
        "below the aim: {low:?}"
    );
}
