//! `pyproject.toml`: any bytes are read or reported.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_model::Target;
use runward_python::{Context, Format, Limits, detect_target, read};
use runward_tree::MemoryTree;

fuzz_target!(|data: &[u8]| {
    let tree = MemoryTree::new([("pyproject.toml", data)]);
    let (target, limits) = (Target::default(), Limits::default());
    let cx = Context {
        tree: &tree,
        target: &target,
        limits: &limits,
        env: &|_| None,
    };
    let _ = read(Format::Pyproject, "pyproject.toml", &cx);
    let _ = detect_target(&tree);
});
