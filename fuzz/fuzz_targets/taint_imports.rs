//! Any text has some modules that it may import.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runward_syntax::Language;
use runward_taint::{FileId, Paths, imported_modules};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let paths = Paths::new(["a/__init__.py", "a/b.py", "a/c.ts", "d.js"]);
    for language in [Language::Python, Language::JavaScript] {
        for module in imported_modules(text, language) {
            for file in 0..4 {
                let _ = paths.module(FileId(file), &module, language);
            }
        }
    }
});
