//! Bytes as JSON, against each schema of task input.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use runward_tasks::{
    Patterns,
    input::{SCHEMAS, validate_json},
};

fuzz_target!(|data: &[u8]| {
    static PATTERNS: OnceLock<Option<Patterns>> = OnceLock::new();
    let Some(patterns) = PATTERNS.get_or_init(|| Patterns::built_in().ok()) else {
        panic!("the built-in patterns are valid");
    };
    for schema in SCHEMAS {
        if let Err(rejected) = validate_json(schema, data, jiff::Timestamp::UNIX_EPOCH, patterns) {
            assert!(!rejected.problems.is_empty());
        }
    }
});
