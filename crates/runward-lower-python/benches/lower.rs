//! Parser alone against parser and lowering, over the Python files of a directory:
//! `cargo bench -p runward-lower-python -- DIR` (or `RUNWARD_BENCH_SOURCES`).

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use runward_lower_python::Python;
use runward_syntax::{Frontend as _, Limits, Vocabulary};

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
    say(&format!("{} files, {:.1} MB", files.len(), mega(bytes)));
    let vocabulary = Arc::new(Vocabulary::new());
    let limits = Limits::default();
    let (mut parser, mut both) = (Duration::MAX, Duration::MAX);
    let mut nodes = 0_usize;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for file in &files {
            std::hint::black_box(parse_unchecked(file, ParseOptions::from(Mode::Module)));
        }
        parser = parser.min(begin.elapsed());
        let begin = Instant::now();
        nodes = files
            .iter()
            .filter_map(|file| Python.parse(file, &vocabulary, &limits).ok())
            .map(|tree| tree.len())
            .sum();
        both = both.min(begin.elapsed());
    }
    let rate = |time: Duration| mega(bytes) / time.as_secs_f64();
    say(&format!(
        "parser alone     {parser:?} ({:.0} MB/s)",
        rate(parser)
    ));
    say(&format!(
        "parser, lowering {both:?} ({:.0} MB/s), {nodes} nodes",
        rate(both)
    ));
    say(&format!(
        "ratio            {:.2}",
        both.as_secs_f64() / parser.as_secs_f64()
    ));
    ExitCode::SUCCESS
}

fn mega(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6
}

#[allow(clippy::print_stdout)] // a benchmark is its output
fn say(line: &str) {
    println!("{line}");
}

fn read(directory: &Path, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push(text);
        }
    }
}
