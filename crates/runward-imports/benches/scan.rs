//! Scanning 16 MB of Python and of TypeScript, against counting the line ends of the same bytes, in
//! one run on one machine.

#![allow(clippy::print_stdout, reason = "a benchmark reports")]

use std::{hint::black_box, time::Instant};

use runward_imports::{Imports, Limits, javascript_imports, python_imports};
use runward_tree::MemoryTree;

const PYTHON: &str = "import os\nfrom a.b import (c, d)\n\n\nclass Service:\n    \"\"\"Docs of it.\"\"\"\n\n    \
    def get(self, key: str) -> dict[str, int]:\n        # why\n        value = self.cache.get(f\"{key}:{self.n}\", [1, 2])\n        \
    return {'value': value, \"other\": len(value) + 1}\n\n\n";
const TYPESCRIPT: &str = "import { a, b } from '@scope/name'\nimport type { C } from './c'\n\n/** Docs of it. */\n\
    export class Service {\n  get(key: string): Map<string, number> {\n    // why\n    const value = this.cache.get(`${key}:${this.n}`) / 2\n    \
    return { value, other: \"text\".replace(/\"[a-z]/g, '') }\n  }\n}\n\n";

fn run(what: &str, path: &str, piece: &str, scan: impl Fn(&MemoryTree, &[String]) -> Imports) {
    let source = piece.repeat(16_000_000 / piece.len());
    let bytes = source.len();

    let start = Instant::now();
    black_box(
        black_box(source.as_bytes())
            .split(|byte| *byte == b'\n')
            .count(),
    );
    let reference = start.elapsed();

    let tree = MemoryTree::new([(path, source)]);
    let files = [path.to_owned()];
    let start = Instant::now();
    black_box(scan(&tree, &files));
    let ours = start.elapsed();
    let ratio = ours.as_secs_f64() / reference.as_secs_f64();
    println!("{what}: {bytes} bytes in {ours:?}, line ends in {reference:?}, ratio {ratio:.2}");
}

fn main() {
    let limits = Limits::default();
    run("Python", "a.py", PYTHON, |tree, files| {
        python_imports(tree, files, &limits)
    });
    run("TypeScript", "a.ts", TYPESCRIPT, |tree, files| {
        javascript_imports(tree, files, &limits)
    });
}
