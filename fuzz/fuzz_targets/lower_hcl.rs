#![no_main]
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use runward_lower_config::Hcl;
use runward_syntax::{Frontend, Limits, Vocabulary};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let limits = Limits { depth: 200, ..Limits::default() };
    if let Ok(tree) = Hcl.parse(text, &Arc::new(Vocabulary::new()), &limits) {
        for node in tree.nodes() {
            assert!(text.get(node.span.range()).is_some());
        }
    }
    let _ = Hcl.parse_pattern(text, &mut Vocabulary::new());
});
