//! `package.json` against the packument.

use std::collections::BTreeMap;

use runward_model::Ecosystem;
use serde::Deserialize;

use super::{Differences, not_compared, too_large};
use crate::{
    lenient::{Map, Text},
    metadata::{DependencyKind, Release},
    registry::{Bin, commands, install_scripts},
    rules::Evidence,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct PackageJson {
    name: Text,
    version: Text,
    scripts: Map<Text>,
    dependencies: Map<Text>,
    #[serde(rename = "optionalDependencies")]
    optional: Map<Text>,
    #[serde(rename = "peerDependencies")]
    peer: Map<Text>,
    bin: Bin,
    directories: Map<Text>,
}

/// Compares `package.json` of a tarball with the packument's release of it.
pub fn npm(name: &str, told: &Release, package_json: &[u8]) -> Evidence {
    if let Some(skipped) = too_large(package_json) {
        return skipped;
    }
    // npm passes over a byte order mark as well.
    let bytes = package_json
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(package_json);
    let found: PackageJson = match serde_json::from_slice(bytes) {
        Ok(found) => found,
        Err(error) => {
            return not_compared(format!(
                "the archive's package.json cannot be read: {error}"
            ));
        }
    };
    let mut differences = Differences::default();
    let own_name = found.name.filled().unwrap_or_default();
    differences.equal("name", &own_name, name, own_name == name);
    let version = found.version.filled().unwrap_or_default();
    let clean = version.trim_start_matches(['v', '=', ' ']);
    let same = runward_versions::same(&Ecosystem::Npm, clean, &told.version);
    differences.equal("version", &version, &told.version, same);

    let dependencies = told.dependencies.as_deref().unwrap_or_default();
    let of_kind = |peer: bool| -> BTreeMap<String, String> {
        dependencies
            .iter()
            .filter(|d| (d.kind == DependencyKind::Peer) == peer)
            .map(|d| (d.name.clone(), range(&d.requirement)))
            .collect()
    };
    if told.dependencies.is_some() {
        // An optional dependency takes the place of an ordinary one of the same name.
        let own = ranges(found.dependencies)
            .into_iter()
            .chain(ranges(found.optional))
            .collect();
        differences.maps("the dependency", &own, &of_kind(false));
        differences.maps("the peer dependency", &ranges(found.peer), &of_kind(true));
    }
    if let Some(told_scripts) = &told.install_scripts {
        let scripts = found.scripts.items.into_iter();
        let own =
            install_scripts(scripts.filter_map(|(event, script)| Some((event, script.filled()?))));
        let mut told_scripts = told_scripts.clone();
        // npm adds this one itself where there is a binding.gyp.
        if !own.contains_key("install")
            && told_scripts.get("install").map(String::as_str) == Some("node-gyp rebuild")
        {
            told_scripts.remove("install");
        }
        differences.maps("the script", &own, &told_scripts);
    }
    // `directories.bin` is expanded on publication.
    if !found.directories.items.iter().any(|(key, _)| key == "bin") {
        let own = commands(name, found.bin);
        differences.maps("the command", &own, &told.commands);
    }
    differences.evidence()
}

fn ranges(map: Map<Text>) -> BTreeMap<String, String> {
    map.items
        .into_iter()
        .map(|(name, text)| (name, range(&text.0.unwrap_or_default())))
        .collect()
}

fn range(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { "*" } else { text }.to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::registry::parse;

    fn told(version: &str) -> Release {
        let json = format!(
            r#"{{"name":"@a/demo","versions":{{"1.0.0":{version}}},"dist-tags":{{"latest":"1.0.0"}}}}"#
        );
        let data = parse::npm(json.as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
        data.releases[0].clone()
    }

    fn weights(told: &Release, package_json: &str) -> Vec<f64> {
        let evidence = npm("@a/demo", told, package_json.as_bytes());
        assert!(evidence.unevaluated.is_empty(), "{evidence:?}");
        evidence.signals.iter().map(|s| s.weight).collect()
    }

    const TOLD: &str = r#"{"scripts":{"postinstall":"node a.js"},"dependencies":{"b":"^1","c":""},
        "optionalDependencies":{"c":""},"peerDependencies":{"d":"*"},"bin":{"demo":"cli.js"}}"#;
    const SAME: &str = r#"{"name":"@a/demo","version":"v1.0.0","scripts":{"postinstall":"node a.js","test":"t"},
        "dependencies":{"b":"^1"},"optionalDependencies":{"c":"*"},"peerDependencies":{"d":""},"bin":"./cli.js",
        "devDependencies":{"x":"1"}}"#;

    #[test]
    fn the_same_in_other_words_is_no_mismatch() {
        assert!(weights(&told(TOLD), SAME).is_empty());
        let gyp = told(r#"{"scripts":{"install":"node-gyp rebuild"}}"#);
        assert!(weights(&gyp, r#"{"name":"@a/demo","version":"1.0.0"}"#).is_empty());
        let directory = told(r#"{"bin":{"x":"bin/x"}}"#);
        let json = r#"{"name":"@a/demo","version":"1.0.0","directories":{"bin":"bin"}}"#;
        assert!(weights(&directory, json).is_empty());
    }

    #[test]
    fn what_the_archive_hides_is_found() {
        for (from, to) in [
            ("\"@a/demo\"", "\"@a/other\""),
            ("v1.0.0", "1.0.1"),
            ("node a.js", "node b.js"),
            ("\"postinstall\":", "\"preinstall\":\"x\",\"postinstall\":"),
            ("{\"b\":\"^1\"}", "{\"b\":\"^1\",\"evil\":\"*\"}"),
            ("{\"b\":\"^1\"}", "{\"b\":\"^2\"}"),
            ("cli.js", "other.js"),
            ("{\"d\":\"\"}", "{\"d\":\"2\"}"),
        ] {
            let json = SAME.replace(from, to);
            assert_ne!(json, SAME);
            let found = weights(&told(TOLD), &json);
            assert_eq!(found.first(), Some(&6.0), "{to}");
        }
    }

    #[test]
    fn what_the_archive_lacks_counts_less() {
        let json = SAME.replace("{\"b\":\"^1\"}", "{}");
        assert_eq!(weights(&told(TOLD), &json), [2.0]);
    }

    #[test]
    fn an_unreadable_manifest_is_told() {
        for bad in ["", "[", "{\"name\":"] {
            let evidence = npm("x", &told("{}"), bad.as_bytes());
            assert_eq!(evidence.unevaluated.len(), 1, "{bad}");
            assert!(evidence.signals.is_empty());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_manifest_is_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = npm("x", &Release::default(), &bytes);
        }
    }
}
