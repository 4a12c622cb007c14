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
    "named",
    "need",
    "generic",
    "rank",
    "scan",
    "severity",
    "description",
    "rotate",
    "verify",
];

const CHECKS: &[&str] = &[
    "none", "checksum", "jwt", "basic", "mixed", "macaroon", "aws", "pem", "pem64", "base64",
    "json64", "grafana", "reftkn",
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

/// A detector's file, and how to complain of it.
struct Detector<'a> {
    file: &'a Path,
    table: toml::Table,
}

impl Detector<'_> {
    fn fail(&self, reason: &str) -> ! {
        panic!("{}: {reason}", self.file.display())
    }

    fn string(&self, key: &str) -> String {
        match self.table.get(key).and_then(toml::Value::as_str) {
            Some(text) => text.to_owned(),
            None => self.fail(&format!("`{key}` is missing or is no string")),
        }
    }

    fn optional(&self, key: &str) -> &str {
        let text = self.table.get(key).and_then(toml::Value::as_str);
        text.unwrap_or_default()
    }

    fn strings(&self, key: &str) -> Vec<String> {
        let items = self.table.get(key).and_then(toml::Value::as_array);
        items
            .into_iter()
            .flatten()
            .map(|item| match item.as_str() {
                Some(text) => text.to_owned(),
                None => self.fail(&format!("`{key}` must hold strings")),
            })
            .collect()
    }

    fn number(&self, key: &str, absent: i64) -> i64 {
        self.table.get(key).map_or(absent, |value| {
            value
                .as_integer()
                .unwrap_or_else(|| self.fail(&format!("`{key}` must be a whole number")))
        })
    }

    fn flag(&self, key: &str, absent: bool) -> bool {
        self.table.get(key).map_or(absent, |value| {
            value
                .as_bool()
                .unwrap_or_else(|| self.fail(&format!("`{key}` must be true or false")))
        })
    }

    /// The name of a variant, as Rust writes it.
    fn variant(&self, key: &str, absent: &str, known: &[&str]) -> String {
        let name = self
            .table
            .get(key)
            .map_or(absent, |it| it.as_str().unwrap_or_default());
        if !known.contains(&name) {
            self.fail(&format!("`{key}` must be one of {known:?}"));
        }
        let mut letters = name.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        format!("{first}{}", letters.as_str())
    }

    /// How it ranks where several see the same place: formats before names before mere places.
    fn rank(&self) -> i64 {
        let absent = match (self.flag("generic", false), self.flag("named", false)) {
            (true, _) => 1,
            (_, true) => 8,
            _ => 10,
        };
        self.number("rank", absent)
    }
}

fn read(file: &Path) -> Detector<'_> {
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
    Detector { file, table }
}

fn rule(file: &Path, rules: &mut String, examples: &mut String) {
    let it = read(file);
    let id = it.string("id");
    if file.file_stem().and_then(|stem| stem.to_str()) != Some(id.as_str()) {
        it.fail("the file must be named after `id`");
    }
    let keywords = it.strings("keywords");
    if keywords.is_empty() || keywords.iter().any(|word| word.len() < 3) {
        it.fail("`keywords` needs at least one, of three characters or more");
    }
    let confidence = it.variant("confidence", "", &["low", "medium", "high"]);
    let severity = it.variant("severity", "", &["low", "medium", "high", "critical"]);
    let check = it.variant("check", "none", CHECKS);
    let entropy = it.table.get("entropy").map_or(0.0, |value| {
        value
            .as_float()
            .unwrap_or_else(|| it.fail("`entropy` must be a number with a point"))
    });
    let written = writeln!(
        rules,
        "Rule {{ id: {id:?}, name: {:?}, keywords: &{keywords:?}, regex: {:?}, confidence: \
         Confidence::{confidence}, severity: Severity::{severity}, check: Check::{check}, entropy: \
         {entropy:?}, reach: {}, back: {}, inside_words: {}, named: {}, need: {:?}, generic: {}, \
         rank: {}, scan: {}, description: {:?}, rotate: {:?}, verify: {} }},",
        it.string("name"),
        it.string("regex"),
        it.number("reach", 512),
        it.number("back", 0),
        it.flag("inside_words", false),
        it.flag("named", false),
        it.optional("need"),
        it.flag("generic", false),
        it.rank(),
        it.flag("scan", true),
        it.optional("description"),
        it.string("rotate"),
        verify(&it.table).unwrap_or_else(|reason| it.fail(&reason)),
    )
    .and_then(|()| {
        writeln!(
            examples,
            "Examples {{ id: {id:?}, positives: &{:?}, negatives: &{:?}, doubtful: &{:?} }},",
            it.strings("positives"),
            it.strings("negatives"),
            it.strings("doubtful"),
        )
    });
    if let Err(error) = written {
        it.fail(&error.to_string());
    }
}

/// The request that tells whether a credential is alive: `[verify]`.
fn verify(table: &toml::Table) -> Result<String, String> {
    let Some(verify) = table.get("verify").and_then(toml::Value::as_table) else {
        return Ok("None".to_owned());
    };
    let known = ["url", "headers", "ok", "contains"];
    if let Some(key) = verify.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!(
            "`{key}` is not a key of `verify`; the keys are {known:?}"
        ));
    }
    let url = verify.get("url").and_then(toml::Value::as_str);
    let Some(url) = url.filter(|url| url.starts_with("https://")) else {
        return Err("`verify.url` must be an https address".to_owned());
    };
    let strings = |key: &str| -> Vec<&str> {
        let items = verify.get(key).and_then(toml::Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(toml::Value::as_str)
            .collect()
    };
    let headers: Vec<(&str, &str)> = strings("headers")
        .into_iter()
        .map(|header| {
            let wrong = || "a header of `verify` is written `Name: value`".to_owned();
            header.split_once(": ").ok_or_else(wrong)
        })
        .collect::<Result<_, _>>()?;
    let placed = url.contains("{secret}")
        || headers
            .iter()
            .any(|(_, value)| value.contains("{secret}") || value.contains("{basic:"));
    if !placed {
        return Err("`verify` must say with `{secret}` where the credential goes".to_owned());
    }
    let ok = verify.get("ok").and_then(toml::Value::as_array);
    let ok: Vec<i64> = ok
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_integer)
        .collect();
    if ok.is_empty() {
        return Err("`verify.ok` needs at least one status".to_owned());
    }
    let contains = verify.get("contains").and_then(toml::Value::as_str);
    Ok(format!(
        "Some(Verify {{ url: {url:?}, headers: &{headers:?}, ok: &{ok:?}, contains: {contains:?} }})"
    ))
}
