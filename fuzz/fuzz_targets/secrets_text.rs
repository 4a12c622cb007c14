#![no_main]
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use runward_secrets::Detectors;

fuzz_target!(|data: &[u8]| {
    static DETECTORS: OnceLock<Detectors> = OnceLock::new();
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut end = 0;
    for hit in DETECTORS.get_or_init(Detectors::standard).find(text) {
        assert!(end <= hit.range.start, "in order, none overlapping another");
        assert!(text.get(hit.range.clone()).is_some());
        end = hit.range.end;
    }
});
