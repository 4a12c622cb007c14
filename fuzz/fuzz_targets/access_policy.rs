#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_access::{Limits, PolicySource, validate};

fuzz_target!(|data: &[u8]| {
    let source = PolicySource {
        file: "own.cedar".to_owned(),
        text: String::from_utf8_lossy(data).into_owned(),
    };
    for problem in validate(&[source], &Limits::default()) {
        assert!(!problem.to_string().contains('\n'));
    }
});
