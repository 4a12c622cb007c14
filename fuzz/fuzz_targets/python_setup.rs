//! `setup.py`, `setup.cfg` and scripts: any bytes are read or reported.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_model::Target;
use runward_python::{Context, Format, Limits, read};
use runward_tree::MemoryTree;

fuzz_target!(|data: &[u8]| {
    let tree = MemoryTree::new([("setup.py", data)]);
    let (target, limits) = (Target::default(), Limits::default());
    let cx = Context {
        tree: &tree,
        target: &target,
        limits: &limits,
        env: &|_| None,
    };
    for format in [Format::SetupPy, Format::SetupCfg, Format::Script] {
        let _ = read(format, "setup.py", &cx);
    }
});
