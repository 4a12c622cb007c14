#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_sbom::{Format, Limits, read, sniff};

fuzz_target!(|data: &[u8]| {
    sniff(data);
    read(Format::SpdxJson, "bom", data, &Limits::default());
});
