#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for whole in [false, true] {
        if let runward_audit::FeedEnd::Line { torn, .. } = runward_audit::feed_end(data, whole) {
            assert!(torn < data.len() as u64);
        }
    }
});
