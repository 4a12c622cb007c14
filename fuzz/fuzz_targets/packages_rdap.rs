#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_packages::parse;

fuzz_target!(|data: &[u8]| {
    let _ = parse::rdap_services(data);
    let _ = parse::rdap_domain(data);
});
