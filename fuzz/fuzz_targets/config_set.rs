//! `config set`: key and value on the first two lines, the file after them.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(3, '\n');
    if let (Some(key), Some(value), Some(file)) = (parts.next(), parts.next(), parts.next()) {
        let _ = runward_config::set(file, key, value);
    }
});
