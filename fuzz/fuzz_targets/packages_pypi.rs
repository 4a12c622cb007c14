#![no_main]
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use runward_packages::parse;

fuzz_target!(|data: &[u8]| {
    let _ = parse::pypi(data, Timestamp::UNIX_EPOCH);
    let _ = parse::simple(data);
    let _ = parse::pypi_downloads(data);
});
