#![no_main]
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use runward_inspect::{Artefact, Inspector};

static INSPECTOR: OnceLock<Inspector> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let inspector = INSPECTOR.get_or_init(|| Inspector::built_in().expect("the pack is sound").jobs(1));
    for file_name in ["p-1-py3-none-any.whl", "p-1.tar.gz", "p-1.tgz", "p-1.crate"] {
        let artefact = Artefact { file_name, bytes: data, ecosystem: None };
        if let Ok(found) = inspector.inspect(&artefact) {
            assert!(found.signals.iter().all(|signal| signal.weight <= 10.0));
        }
    }
});
