#![no_main]
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use runward_packages::parse;

fuzz_target!(|data: &[u8]| {
    let _ = parse::npm(data, Timestamp::UNIX_EPOCH);
    let _ = parse::npm_downloads(data);
});
