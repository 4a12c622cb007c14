//! Turns `detectors/*.toml` into static data, so that a detector is one file and costs nothing to
//! read at run time. A mistake in a file stops the build and names the file.

#![allow(clippy::panic, reason = "a build script reports by panicking")]

use std::{env, fmt::Write as _, fs, path::Path};

const KEYS: &[&str] = &[
    "id",
    "name",
    "keywords",
    "regex",
    "confidence",
    "check",
    "entropy",
    "reach",
    "back",
    "inside_words",
    "positives",
    "negatives",
    "doubtful",
];

fn main() {
    println!("cargo::rerun-if-changed=detectors");
    let mut files: Vec<_> = fs::read_dir("detectors")
        .unwrap_or_else(|error| panic!("cannot read `detectors`: {error}"))
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();
    let mut rules = String::from("pub(crate) static RULES: &[Rule] = &[\n");
    let mut examples = String::from("pub(crate) static EXAMPLES: &[Examples] = &[\n");
    for file in &files {
        rule(file, &mut rules, &mut examples);
    }
    rules.push_str("];\n");
    examples.push_str("];\n");
    let out = env::var("OUT_DIR").unwrap_or_else(|error| panic!("{error}"));
    for (name, text) in [("rules.rs", rules), ("examples.rs", examples)] {
        fs::write(Path::new(&out).join(name), text)
            .unwrap_or_else(|error| panic!("cannot write `{name}`: {error}"));
    }
}

fn rule(file: &Path, rules: &mut String, examples: &mut String) {
    let fail = |reason: &str| -> ! { panic!("{}: {reason}", file.display()) };
    let text = fs::read_to_string(file).unwrap_or_else(|error| fail(&error.to_string()));
    let table: toml::Table = text
        .parse()
        .unwrap_or_else(|error: toml::de::Error| fail(&error.to_string()));
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        fail(&format!(
            "`{key}` is not a key of a detector; the keys are {KEYS:?}"
        ));
    }
    let string = |key: &str| -> String {
        match table.get(key).and_then(toml::Value::as_str) {
            Some(text) => text.to_owned(),
            None => fail(&format!("`{key}` is missing or is no string")),
        }
    };
    let strings = |key: &str| -> Vec<String> {
        table.get(key).map_or_else(Vec::new, |value| {
            let items = value.as_array().into_iter().flatten();
            items
                .map(|item| match item.as_str() {
                    Some(text) => text.to_owned(),
                    None => fail(&format!("`{key}` must hold strings")),
                })
                .collect()
        })
    };
    let number = |key: &str, absent: i64| {
        table.get(key).map_or(absent, |value| {
            value
                .as_integer()
                .unwrap_or_else(|| fail(&format!("`{key}` must be a whole number")))
        })
    };
    let id = string("id");
    if file.file_stem().and_then(|stem| stem.to_str()) != Some(id.as_str()) {
        fail("the file must be named after `id`");
    }
    let keywords = strings("keywords");
    if keywords.is_empty() || keywords.iter().any(|word| word.len() < 3) {
        fail("`keywords` needs at least one, of three characters or more");
    }
    let variant = |key: &str, absent: &str, known: &[&str]| -> String {
        let name = table
            .get(key)
            .map_or(absent, |it| it.as_str().unwrap_or_default());
        if !known.contains(&name) {
            fail(&format!("`{key}` must be one of {known:?}"));
        }
        let mut letters = name.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        format!("{first}{}", letters.as_str())
    };
    let confidence = variant("confidence", "", &["low", "medium", "high"]);
    let check = variant(
        "check",
        "none",
        &["none", "checksum", "jwt", "basic", "mixed"],
    );
    let entropy = table.get("entropy").map_or(0.0, |value| {
        value
            .as_float()
            .unwrap_or_else(|| fail("`entropy` must be a number with a point"))
    });
    let inside = table
        .get("inside_words")
        .and_then(toml::Value::as_bool)
        .unwrap_or(false);
    let written = writeln!(
        rules,
        "Rule {{ id: {id:?}, name: {:?}, keywords: &{keywords:?}, regex: {:?}, confidence: \
         Confidence::{confidence}, check: Check::{check}, entropy: {entropy:?}, reach: {}, back: \
         {}, inside_words: {inside} }},",
        string("name"),
        string("regex"),
        number("reach", 512),
        number("back", 0),
    )
    .and_then(|()| {
        writeln!(
            examples,
            "Examples {{ id: {id:?}, positives: &{:?}, negatives: &{:?}, doubtful: &{:?} }},",
            strings("positives"),
            strings("negatives"),
            strings("doubtful"),
        )
    });
    if let Err(error) = written {
        fail(&error.to_string());
    }
}
