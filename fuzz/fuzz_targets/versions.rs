//! Two lines of text as versions, and the first as a requirement, in every ecosystem.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_model::Ecosystem;
use runward_versions::{Version, allows, pinned, same, step};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (a, b) = text.split_once('\n').unwrap_or((text, text));
    let others = [Ecosystem::Conda, Ecosystem::Other("generic".to_owned())];
    for ecosystem in Ecosystem::MATCHED.iter().chain(&others) {
        if let (Ok(x), Ok(y)) = (Version::parse(ecosystem, a), Version::parse(ecosystem, b)) {
            assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
        }
        let _ = same(ecosystem, a, b);
        let _ = step(ecosystem, a, b);
        let _ = allows(ecosystem, a, b);
        if let Some(pin) = pinned(ecosystem, a) {
            assert_eq!(allows(ecosystem, a, &pin), Some(true));
        }
    }
});
