#![no_main]
//! Any text as a CVSS vector: a score within 0 to 10 or a problem.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(score) = runward_assess::base_score(text)
    {
        assert!((0.0..=10.0).contains(&score));
    }
});
