#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_db::backup::{Limits, inspect};

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        line: 1 << 20,
        total: 1 << 24,
    };
    let _ = inspect(data, limits);
});
