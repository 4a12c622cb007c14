#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_lockfiles::{Context, Format, Limits, read};
use runward_tree::MemoryTree;

fuzz_target!(|data: &[u8]| {
    let tree = MemoryTree::new([("go.sum", data.to_vec())]);
    let limits = Limits::default();
    let cx = Context {
        tree: &tree,
        limits: &limits,
    };
    read(Format::GoSum, "go.sum", &cx);
});
