//! Index files: any bytes are read or refused, also with a right checksum.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_names::{ExistenceIndex, Limits, Popular};

fuzz_target!(|data: &[u8]| {
    let mut sealed = data.to_vec();
    sealed.extend_from_slice(blake3::hash(data).as_bytes());
    for bytes in [data, &sealed] {
        let _ = Popular::open(bytes, &Limits::default());
        if let Ok(index) = ExistenceIndex::open(bytes) {
            let _ = index.contains("requests");
        }
    }
});
