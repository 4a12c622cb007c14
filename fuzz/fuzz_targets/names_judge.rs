//! Names and patterns: any are judged.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use runward_model::Ecosystem;
use runward_names::{Limits, Names, Patterns};

static NAMES: LazyLock<Names> = LazyLock::new(Names::builtin);

fuzz_target!(|text: &str| {
    let (name, pattern) = text.split_once('\n').unwrap_or((text, "x"));
    for ecosystem in [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::CratesIo] {
        let _ = NAMES.judge(&ecosystem, name);
    }
    if let Ok(patterns) = Patterns::compile([(pattern, "")], &Limits::default()) {
        let _ = patterns.find(&NAMES, &Ecosystem::PyPI, name);
    }
});
