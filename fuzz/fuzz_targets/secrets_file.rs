#![no_main]
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use runward_secrets::{Confidence, FingerprintKey, Scanner};

/// The path's length is the first byte, then the path, then the file.
fuzz_target!(|data: &[u8]| {
    static SCANNER: OnceLock<Scanner> = OnceLock::new();
    let Some((length, rest)) = data.split_first() else {
        return;
    };
    let (path, bytes) = rest.split_at(usize::from(*length).min(rest.len()));
    let path = String::from_utf8_lossy(path);
    let scanner = SCANNER
        .get_or_init(|| Scanner::new(FingerprintKey::new(b"k")).with_least(Confidence::Low));
    let scan = scanner.scan(&path, bytes);
    for secret in &scan.secrets {
        assert!(secret.cell.is_some() || secret.range.end <= bytes.len());
        assert!(secret.start <= secret.end);
    }
});
