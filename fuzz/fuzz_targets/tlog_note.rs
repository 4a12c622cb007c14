#![no_main]
use libfuzzer_sys::fuzz_target;

// A note that parses must come back byte for byte; keys must not panic either.
fuzz_target!(|data: &[u8]| {
    if let Ok(note) = runward_tlog::note::Note::parse(data) {
        assert_eq!(note.encode().as_bytes(), data);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = text.parse::<runward_tlog::VerifierKey>();
        let _ = runward_tlog::Keys::parse(text);
    }
});
