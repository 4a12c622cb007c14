#![no_main]
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use runward_lower_python::Python;
use runward_syntax::{Frontend as _, Limits, Vocabulary};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(tree) = Python.parse(&text, &Arc::new(Vocabulary::new()), &Limits::default()) {
        for node in tree.nodes() {
            assert!(node.span.start <= node.span.end && node.span.end as usize <= text.len());
        }
    }
    drop(Python.parse_pattern(&text, &mut Vocabulary::new()));
});
