//! Command lines, one argument a line: any is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_guard::{Limits, plan};

fuzz_target!(|text: &str| {
    let argv: Vec<String> = text.lines().map(str::to_owned).collect();
    let _ = plan(&argv, &Limits::default());
});
