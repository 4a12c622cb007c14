#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (Ok(keys), Ok(text)) = (
        runward_tlog::Keys::generate("example.com/fuzz", [7; 32]),
        std::str::from_utf8(data),
    ) else {
        return;
    };
    let _ = runward_tlog::SignedCheckpoint::parse(text, keys.verifier());
    // The same body, rightly signed, reaches the parser of the body.
    if text.ends_with('\n') {
        let _ = runward_tlog::SignedCheckpoint::parse(&keys.sign(text).encode(), keys.verifier());
    }
});
