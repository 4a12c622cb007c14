#![no_main]
use libfuzzer_sys::fuzz_target;

// A bundle that parses is exactly its entries with their lengths.
fuzz_target!(|data: &[u8]| {
    if let Ok(entries) = runward_tlog::parse_bundle(data) {
        let length: usize = entries.iter().map(|entry| entry.len() + 2).sum();
        assert_eq!(length, data.len());
    }
});
