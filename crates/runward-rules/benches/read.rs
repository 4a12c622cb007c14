//! How long all rules of a checkout take to load.
//!
//!     RUNWARD_SEMGREP_RULES=… cargo bench -p runward-rules --bench read
//!
//! Prints the wall time on two threads, and the ratio to reading the files alone.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;

fn rule_files(directory: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            rule_files(&path, found);
        } else if path
            .to_str()
            .is_some_and(runward_rules::testing::is_rule_file)
        {
            found.push(path);
        }
    }
}

#[expect(clippy::print_stdout, reason = "what a benchmark is for")]
fn main() {
    let Some(root) = std::env::var_os("RUNWARD_SEMGREP_RULES") else {
        println!("skipped: RUNWARD_SEMGREP_RULES is not set");
        return;
    };
    let mut files = Vec::new();
    rule_files(Path::new(&root), &mut files);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
    let Ok(pool) = pool else {
        println!("skipped: no threads");
        return;
    };
    let mut best = (f64::MAX, f64::MAX);
    let mut counts = (0, 0);
    for _ in 0..5 {
        let start = Instant::now();
        let texts: Vec<(String, String)> = files
            .iter()
            .filter_map(|path| {
                Some((
                    path.display().to_string(),
                    std::fs::read_to_string(path).ok()?,
                ))
            })
            .collect();
        let reading = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let read: Vec<_> = pool.install(|| {
            texts
                .par_iter()
                .map(|(path, text)| runward_rules::read(path, text))
                .collect()
        });
        let parsing = start.elapsed().as_secs_f64();
        counts = (
            read.iter().map(|file| file.rules.len()).sum(),
            read.iter().map(|file| file.problems.len()).sum(),
        );
        best = (best.0.min(reading), best.1.min(parsing));
    }
    println!(
        "{} files, {} rules, {} problems: {:.3} s on two threads, {:.1} times reading the files ({:.3} s)",
        files.len(),
        counts.0,
        counts.1,
        best.1,
        best.1 / best.0,
        best.0,
    );
}
