//! Bytes as Python, as TypeScript and as a Vue component.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_imports::{Limits, javascript_imports, python_imports};
use runward_tree::MemoryTree;

fuzz_target!(|data: &[u8]| {
    let tree = MemoryTree::new([("a.py", data), ("a.ts", data), ("a.vue", data)]);
    let limits = Limits::default();
    python_imports(&tree, &["a.py".to_owned()], &limits);
    javascript_imports(&tree, &["a.ts".to_owned(), "a.vue".to_owned()], &limits);
});
