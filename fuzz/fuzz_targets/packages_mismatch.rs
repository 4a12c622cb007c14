#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_packages::{
    Release,
    mismatch::{Kind, crates_io, npm, pypi},
};

fuzz_target!(|data: &[u8]| {
    let told = Release {
        version: "1.0.0".to_owned(),
        dependencies: Some(Vec::new()),
        ..Release::default()
    };
    let _ = npm("demo", &told, data);
    let _ = pypi("demo", &told, Kind::Wheel, data);
    let _ = crates_io("demo", &told, data);
});
