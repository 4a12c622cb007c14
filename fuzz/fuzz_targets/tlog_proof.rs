#![no_main]
use libfuzzer_sys::fuzz_target;

// A proof that parses must come back with the same meaning.
fuzz_target!(|data: &[u8]| {
    if let Ok(proof) = runward_tlog::proof::Proof::parse(data) {
        let again = runward_tlog::proof::Proof::parse(proof.encode().as_bytes());
        assert_eq!(again.ok(), Some(proof));
    }
});
