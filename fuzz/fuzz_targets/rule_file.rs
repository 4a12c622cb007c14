#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_rules::{Limits, read_within};

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        bytes: 64 << 10,
        nodes: 20_000,
        ..Limits::default()
    };
    let text = String::from_utf8_lossy(data);
    for problem in read_within("rules.yaml", &text, &limits).problems {
        assert!(
            !problem
                .render()
                .chars()
                .any(|c| c.is_control() && c != '\n')
        );
    }
});
