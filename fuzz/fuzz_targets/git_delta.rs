#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (base, delta) = data.split_at(data.len() / 2);
    let _ = runward_git::formats::apply_delta(base, delta, 1 << 20);
});
