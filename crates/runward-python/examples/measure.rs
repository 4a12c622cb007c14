//! Times the reading of a file or an environment: `measure PATH…`.

#![allow(clippy::print_stdout, clippy::print_stderr)] // What it prints is what it is for.

use std::{path::Path, time::Instant};

use runward_model::Target;
use runward_python::{Context, Limits, read, read_environment, recognize};
use runward_tree::{DiskTree, Tree, TreeLimits};

fn main() {
    for argument in std::env::args().skip(1) {
        let path = Path::new(&argument);
        let (root, name) = if path.is_dir() {
            (path, "")
        } else {
            (
                path.parent().unwrap_or(path),
                path.file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or(""),
            )
        };
        let Ok(tree) = DiskTree::open(root, TreeLimits::default()) else {
            eprintln!("`{argument}` cannot be opened");
            continue;
        };
        let (target, limits) = (Target::default(), Limits::default());
        let cx = Context {
            tree: &tree as &dyn Tree,
            target: &target,
            limits: &limits,
            env: &|_| None,
        };
        let mut best = f64::INFINITY;
        let mut found = None;
        for _ in 0..5 {
            let start = Instant::now();
            let manifest = match recognize(name) {
                Some(format) => read(format, name, &cx),
                None => read_environment("", &cx),
            };
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
            found = Some(manifest);
        }
        if let Some(manifest) = found {
            println!(
                "{argument}: {} packages, {} excluded, {} not covered, best of 5: {best:.1} ms",
                manifest.dependencies.len(),
                manifest.excluded.len(),
                manifest.not_covered.len()
            );
        }
    }
}
