//! `Cargo.toml` against the index.

use std::collections::BTreeMap;

use runward_model::Ecosystem;
use toml::{Table, Value};

use super::{Differences, not_compared, too_large};
use crate::{
    metadata::{DependencyKind, Release},
    rules::Evidence,
};

/// Compares the `Cargo.toml` of a `.crate` (the one that Cargo normalised) with the index. Only
/// what is built for a dependent is compared: no development dependencies.
pub fn crates_io(name: &str, told: &Release, cargo_toml: &[u8]) -> Evidence {
    if let Some(skipped) = too_large(cargo_toml) {
        return skipped;
    }
    let unreadable = |problem: &str| {
        not_compared(format!(
            "the archive's Cargo.toml cannot be read: {problem}"
        ))
    };
    let Ok(text) = std::str::from_utf8(cargo_toml) else {
        return unreadable("it is not UTF-8");
    };
    let found: Table = match text.parse() {
        Ok(found) => found,
        Err(error) => return unreadable(toml::de::Error::message(&error)),
    };
    let mut differences = Differences::default();
    let package = |key: &str| {
        let package = found.get("package").or_else(|| found.get("project"))?;
        package.get(key)?.as_str()
    };
    let own_name = package("name").unwrap_or_default();
    let normal = |name: &str| runward_names::canonical(&Ecosystem::CratesIo, name);
    differences.equal("name", own_name, name, normal(own_name) == normal(name));
    let version = package("version").unwrap_or_default();
    let same = runward_versions::same(&Ecosystem::CratesIo, version, &told.version);
    differences.equal("version", version, &told.version, same);

    let Some(dependencies) = &told.dependencies else {
        let mut evidence = differences.evidence();
        evidence.extend(not_compared(
            "the index tells no dependencies of this release",
        ));
        return evidence;
    };
    let mut own = BTreeMap::new();
    collect(&found, "", &mut own);
    if let Some(targets) = found.get("target").and_then(Value::as_table) {
        for (target, table) in targets {
            if let Some(table) = table.as_table() {
                collect(table, target, &mut own);
            }
        }
    }
    let mut theirs = BTreeMap::new();
    for dependency in dependencies {
        let build = match dependency.kind {
            DependencyKind::Development => continue,
            DependencyKind::Build => true,
            _ => false,
        };
        let target = dependency.target.as_deref().unwrap_or_default();
        add(
            &mut theirs,
            &dependency.name,
            build,
            target,
            &dependency.requirement,
        );
    }
    differences.maps("the dependency", &own, &theirs);
    differences.evidence()
}

/// The dependencies of one table of the manifest.
fn collect(table: &Table, target: &str, into: &mut BTreeMap<String, String>) {
    for (section, build) in [
        ("dependencies", false),
        ("build-dependencies", true),
        ("build_dependencies", true),
    ] {
        let Some(entries) = table.get(section).and_then(Value::as_table) else {
            continue;
        };
        for (key, entry) in entries {
            let field = |field: &str| entry.get(field).and_then(Value::as_str);
            let name = field("package").unwrap_or(key);
            let requirement = entry.as_str().or_else(|| field("version")).unwrap_or("*");
            add(into, name, build, target, requirement);
        }
    }
}

/// One crate can be there several times under different names and requirements.
fn add(
    into: &mut BTreeMap<String, String>,
    name: &str,
    build: bool,
    target: &str,
    requirement: &str,
) {
    let mut key = name.to_owned();
    if build {
        key.push_str(" for the build");
    }
    if !target.is_empty() {
        let target: String = target.chars().filter(|c| !c.is_whitespace()).collect();
        key.push_str(" on ");
        key.push_str(&target);
    }
    let requirement = semver::VersionReq::parse(requirement).map_or_else(
        |_| requirement.trim().to_owned(),
        |parsed| parsed.to_string(),
    );
    let text = into.entry(key).or_default();
    let mut all: Vec<&str> = text.split(" | ").filter(|one| !one.is_empty()).collect();
    // A hostile manifest cannot make this long: keys of a table are distinct, and few name one crate.
    if all.len() < 64 && !all.contains(&requirement.as_str()) {
        all.push(&requirement);
        all.sort_unstable();
        *text = all.join(" | ");
    }
}

#[cfg(test)]
// Weights and rounded scores are the numbers that are written.
#[allow(clippy::float_cmp)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::registry::parse;

    fn told() -> Release {
        let line = r#"{"name":"demo","vers":"1.0.0","deps":[
            {"name":"serde","req":"^1.0","optional":false,"target":null,"kind":"normal"},
            {"name":"alias","req":"^2","optional":true,"target":null,"kind":"normal","package":"real"},
            {"name":"cc","req":"^1","optional":false,"target":"cfg(target_os = \"linux\")","kind":"build"},
            {"name":"t","req":"*","optional":false,"kind":"dev"}],"cksum":"x","yanked":false}"#
            .replace('\n', "");
        let data = parse::crates_index(line.as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
        data.releases[0].clone()
    }

    const MANIFEST: &str = r#"
        [package]
        name = "demo"
        version = "1.0.0"
        [dependencies]
        serde = "1.0"
        [dependencies.alias]
        version = "2"
        optional = true
        package = "real"
        [dev-dependencies]
        other = "9"
        [target.'cfg(target_os="linux")'.build-dependencies]
        cc = "1"
    "#;

    #[test]
    fn the_same_in_other_words_is_no_mismatch() {
        let evidence = crates_io("demo", &told(), MANIFEST.as_bytes());
        assert_eq!(evidence, Evidence::default());
    }

    #[test]
    fn what_the_archive_hides_is_found() {
        for (from, to, weight) in [
            ("serde = \"1.0\"", "serde = \"1.1\"", 6.0),
            ("serde = \"1.0\"", "serde = \"1.0\"\nevil = \"1\"", 6.0),
            ("package = \"real\"", "package = \"unreal\"", 6.0),
            ("\"demo\"", "\"dem0\"", 6.0),
            ("\"1.0.0\"", "\"1.0.1\"", 6.0),
            ("serde = \"1.0\"", "", 2.0),
        ] {
            let manifest = MANIFEST.replace(from, to);
            assert_ne!(manifest, MANIFEST);
            let evidence = crates_io("demo", &told(), manifest.as_bytes());
            assert_eq!(evidence.signals[0].weight, weight, "{to}: {evidence:?}");
        }
    }

    #[test]
    fn an_unreadable_manifest_is_told() {
        for bad in [&b"["[..], b"\xff", b"a = "] {
            assert_eq!(crates_io("demo", &told(), bad).unevaluated.len(), 1);
        }
        let deep = format!("a = {}", "[".repeat(100_000));
        assert_eq!(
            crates_io("demo", &told(), deep.as_bytes())
                .unevaluated
                .len(),
            1
        );
    }

    proptest::proptest! {
        #[test]
        fn any_manifest_is_survived(text in ".*") {
            let _ = crates_io("demo", &told(), text.as_bytes());
        }
    }
}
