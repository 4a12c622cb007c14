#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = runward_git::formats::packed_refs(data);
    let _ = runward_git::formats::target_of(data);
});
