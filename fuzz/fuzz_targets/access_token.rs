#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_access::TokenText;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(token) = TokenText::parse(&text) {
        assert_eq!(token.reveal(), text.trim());
    }
});
