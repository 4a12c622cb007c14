//! Megabytes a second on the JavaScript and TypeScript under a directory: the parser alone, and
//! parser with lowering. `cargo bench -p runward-lower-ecma -- DIRECTORY`.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;
use runward_lower_ecma::{JavaScript, TypeScript};
use runward_syntax::{Frontend, Limits, Vocabulary};

fn collect(root: &Path, out: &mut Vec<(String, bool)>) {
    let Ok(entries) = std::fs::read_dir(root) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, out);
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let typed = matches!(extension, Some("ts" | "tsx"));
        if (typed || matches!(extension, Some("js" | "jsx" | "mjs")))
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            out.push((text, typed));
        }
    }
}

/// The best of five passes.
fn best(mut pass: impl FnMut()) -> Duration {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            pass();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

#[allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark reports"
)]
fn main() {
    let directory = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    let Some(directory) = directory else {
        println!("skipped: give a directory of JavaScript or TypeScript");
        return;
    };
    let mut files = Vec::new();
    collect(Path::new(&directory), &mut files);
    let bytes: usize = files.iter().map(|(text, _)| text.len()).sum();
    let megabytes = bytes as f64 / 1e6;
    let alone = best(|| {
        let mut allocator = Allocator::default();
        for (text, typed) in &files {
            let grammar = if *typed {
                SourceType::ts()
            } else {
                SourceType::unambiguous()
            };
            std::hint::black_box(Parser::new(&allocator, text, grammar).parse().panicked);
            allocator.reset();
        }
    });
    let vocabulary = Arc::new(Vocabulary::new());
    let mut nodes = 0;
    let both = best(|| {
        nodes = 0;
        for (text, typed) in &files {
            let frontend: &dyn Frontend = if *typed { &TypeScript } else { &JavaScript };
            if let Ok(tree) = frontend.parse(text, &vocabulary, &Limits::default()) {
                nodes += tree.len();
            }
        }
    });
    let rate = |time: Duration| megabytes / time.as_secs_f64();
    println!("{} files, {megabytes:.1} MB, {nodes} nodes", files.len());
    println!("parser alone      {:7.1} MB/s", rate(alone));
    println!("parse and lower   {:7.1} MB/s", rate(both));
    println!(
        "ratio             {:7.2}",
        both.as_secs_f64() / alone.as_secs_f64()
    );
}
