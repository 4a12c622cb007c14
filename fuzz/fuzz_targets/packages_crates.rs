#![no_main]
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use runward_packages::parse;

fuzz_target!(|data: &[u8]| {
    let _ = parse::crates_index(data, Timestamp::UNIX_EPOCH);
    let _ = parse::crates_api(data);
});
