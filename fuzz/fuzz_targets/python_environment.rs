//! Metadata of installed packages: any bytes are read or reported.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_model::Target;
use runward_python::{Context, Limits, read_environment};
use runward_tree::MemoryTree;

fuzz_target!(|data: &[u8]| {
    let tree = MemoryTree::new([
        ("a-1.dist-info/METADATA", data),
        ("a-1.dist-info/direct_url.json", data),
        ("b.egg-info/PKG-INFO", data),
        ("b.egg-info/requires.txt", data),
        ("c.egg-link", data),
    ]);
    let (target, limits) = (Target::default(), Limits::default());
    let cx = Context {
        tree: &tree,
        target: &target,
        limits: &limits,
        env: &|_| None,
    };
    let _ = read_environment("", &cx);
});
