#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_generic::compile;
use runward_rules::Generic;

// The pattern, a line `--`, and the text.
fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Some((pattern, source)) = text.split_once("\n--\n") else {
        return;
    };
    for aliengrep in [false, true] {
        let options = Generic { aliengrep, ..Generic::default() };
        let Ok(pattern) = compile(pattern, &options) else {
            continue;
        };
        for one in pattern.find(source, None).unwrap_or_default() {
            assert!(source.get(one.span.range()).is_some());
            assert!(pattern.required().may_match(source));
        }
    }
});
