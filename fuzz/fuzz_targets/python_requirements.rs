//! Requirements files: any bytes are read or reported.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_model::Target;
use runward_python::{
    Context, Format, Limits, compiled_from, looks_like_requirements, read, read_found,
};
use runward_tree::MemoryTree;

fuzz_target!(|data: &[u8]| {
    let tree = MemoryTree::new([("requirements.txt", data), ("requirements/base.txt", data)]);
    let (target, limits) = (Target::default(), Limits::default());
    let cx = Context {
        tree: &tree,
        target: &target,
        limits: &limits,
        env: &|_| None,
    };
    let _ = read(Format::Requirements, "requirements.txt", &cx);
    let _ = read_found(Format::Requirements, "requirements/base.txt", &cx);
    let _ = looks_like_requirements(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = compiled_from(text);
    }
});
