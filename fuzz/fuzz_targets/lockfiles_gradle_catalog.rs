#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_lockfiles::{Context, Format, Limits, read};
use runward_tree::MemoryTree;

fuzz_target!(|data: &[u8]| {
    let tree = MemoryTree::new([("libs.versions.toml", data.to_vec())]);
    let limits = Limits::default();
    let cx = Context {
        tree: &tree,
        limits: &limits,
    };
    read(Format::GradleVersionCatalog, "libs.versions.toml", &cx);
});
