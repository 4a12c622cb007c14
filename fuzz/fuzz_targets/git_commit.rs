#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(id) = runward_git::ObjectId::from_hex(&[b'0'; 40]) {
        let _ = runward_git::Commit::parse(id, data);
    }
});
