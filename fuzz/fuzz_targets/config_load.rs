//! A project's `runward.toml`; the parts after NUL bytes are the user's file, `pyproject.toml`
//! and a variable's value.
#![no_main]
use libfuzzer_sys::fuzz_target;
use runward_config::{File, Inputs, load};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split('\0');
    let mut file = |path| parts.next().map(|text| File { path, text });
    let (project, user, pyproject) = (
        file("runward.toml"),
        file("config.toml"),
        file("pyproject.toml"),
    );
    let variables: Vec<_> = parts
        .next()
        .map(|value| ("RUNWARD_SCAN__EXCLUDE".to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    let loaded = load(&Inputs {
        user,
        project: project.filter(|file| !file.text.is_empty()),
        pyproject,
        variables: &variables,
        ..Inputs::default()
    });
    if let Ok(loaded) = loaded {
        let _ = loaded.entries();
    }
});
