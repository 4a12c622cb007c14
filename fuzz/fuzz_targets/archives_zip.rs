#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_archives::{Limits, open};

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        max_unpacked_bytes: 1 << 20,
        ratio_floor_bytes: 1 << 16,
        ..Limits::default()
    };
    if let Ok(archive) = open("p-1-py3-none-any.whl", data, &limits) {
        for (path, _) in archive.tree.files() {
            assert!(runward_tree::path::join("", path).is_ok());
        }
    }
});
