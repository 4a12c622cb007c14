//! Bytes as JavaScript, as TypeScript and as a pattern.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use runward_lower_ecma::{JavaScript, TypeScript};
use runward_syntax::{Frontend, Limits, Vocabulary};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let vocabulary = Arc::new(Vocabulary::new());
    let limits = Limits { depth: 200, ..Limits::default() };
    let _ = JavaScript.parse(&text, &vocabulary, &limits);
    let _ = TypeScript.parse(&text, &vocabulary, &limits);
    let _ = JavaScript.parse_pattern(&text, &mut Vocabulary::new());
});
