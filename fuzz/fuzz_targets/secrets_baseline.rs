#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_secrets::{Baseline, DetectSecrets, FingerprintKey};

fuzz_target!(|data: &[u8]| {
    let key = FingerprintKey::new(b"k");
    if let Ok(baseline) = Baseline::read(data, &key) {
        let again = Baseline::read(baseline.write().as_bytes(), &key);
        assert_eq!(again.ok().as_ref(), Some(&baseline));
    }
    if let Ok(known) = DetectSecrets::read(data) {
        assert_eq!(known.is_empty(), known.len() == 0);
    }
});
