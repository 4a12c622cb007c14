//! Parsing alone against parsing and resolving, over the Python files of a directory:
//! `cargo bench -p runward-resolve -- DIR` (or `RUNWARD_BENCH_SOURCES`).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use runward_lower_python::Python;
use runward_resolve::resolve;
use runward_syntax::{Frontend as _, Language, Limits, Vocabulary};

const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let directory = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .or_else(|| std::env::var("RUNWARD_BENCH_SOURCES").ok());
    let Some(directory) = directory else {
        say("skipped: give a directory of Python files, or set RUNWARD_BENCH_SOURCES");
        return ExitCode::SUCCESS;
    };
    let mut files = Vec::new();
    read(&PathBuf::from(directory), &mut files);
    let bytes: usize = files.iter().map(String::len).sum();
    let vocabulary = Arc::new(Vocabulary::new());
    let limits = Limits::default();
    let (mut parsing, mut both) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let (mut parse, mut rest) = (Duration::ZERO, Duration::ZERO);
        for file in &files {
            let begin = Instant::now();
            let Ok(mut tree) = Python.parse(file, &vocabulary, &limits) else {
                continue;
            };
            let parsed = Instant::now();
            std::hint::black_box(resolve(&mut tree, Language::Python));
            parse += parsed - begin;
            rest += parsed.elapsed();
        }
        parsing = parsing.min(parse);
        both = both.min(parse + rest);
    }
    let mega = f64::from(u32::try_from(bytes >> 10).unwrap_or(u32::MAX)) / 1024.0;
    say(&format!("{} files, {mega:.1} MiB", files.len()));
    say(&format!("parsing, lowering            {parsing:?}"));
    say(&format!("parsing, lowering, resolving {both:?}"));
    say(&format!(
        "ratio                        {:.2}",
        both.as_secs_f64() / parsing.as_secs_f64()
    ));
    ExitCode::SUCCESS
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn read(directory: &Path, into: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "py")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            into.push(text);
        }
    }
}
