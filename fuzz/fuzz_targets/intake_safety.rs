#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use runward_intake::{Format, Intake, Nothing, Options, detect_format};

fuzz_target!(|data: &[u8]| {
    detect_format(data);
    if let Ok(intake) = Intake::open(Format::Safety, Cursor::new(data), Options::default(), &Nothing) {
        for finding in intake {
            let path = finding.expect("the first pass checked it").location.path;
            assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".."));
        }
    }
});
