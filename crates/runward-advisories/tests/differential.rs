//! The index against a plain implementation of OSV's evaluation algorithm over the raw JSON
//! (<https://ossf.github.io/osv-schema/#evaluation>), for every version that the shared data names.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test stops where something fails, and says aloud what it skips"
)]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Read as _},
};

use common::{NoNetwork, from_directory, shared_data};
use runward_advisories::{Database, NoProgress, update};
use runward_model::{Ecosystem, Package};
use runward_versions::Version;
use serde_json::Value;

enum Bound {
    Beginning,
    At(Version),
}

impl Bound {
    fn reached_by(&self, version: &Version) -> bool {
        match self {
            Self::Beginning => true,
            Self::At(bound) => version >= bound,
        }
    }
}

/// One affected package of one record, parsed but not transformed.
struct Affected {
    record: String,
    versions: Vec<Version>,
    /// Kind and version, sorted.
    ranges: Vec<Vec<(String, Bound)>>,
}

impl Affected {
    fn contains(&self, version: &Version) -> bool {
        self.versions.contains(version)
            || self.ranges.iter().any(|events| {
                let mut vulnerable = false;
                for (kind, bound) in events {
                    match kind.as_str() {
                        "introduced" if bound.reached_by(version) => vulnerable = true,
                        "fixed" if bound.reached_by(version) => vulnerable = false,
                        "last_affected" if matches!(bound, Bound::At(last) if version > last) => {
                            vulnerable = false;
                        }
                        "limit" => panic!("the data has no limits; teach this oracle"),
                        _ => {}
                    }
                }
                vulnerable
            })
    }
}

#[derive(Default)]
struct Oracle {
    packages: BTreeMap<String, Vec<Affected>>,
    versions: BTreeMap<String, BTreeSet<String>>,
    unreadable: usize,
    /// Records with a range that has an unreadable version, which is not used.
    spoiled: Vec<String>,
}

fn oracle(ecosystem: &Ecosystem, zip: &[u8]) -> Oracle {
    let mut oracle = Oracle::default();
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    for index in 0..archive.len() {
        let mut text = String::new();
        archive
            .by_index(index)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        let record: Value = serde_json::from_str(&text).unwrap();
        let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
        let withdrawn = record["withdrawn"].is_string();
        for affected in list(&record, "affected") {
            assert_eq!(affected["package"]["ecosystem"], ecosystem.osv_name());
            let name = ecosystem.normalize_name(affected["package"]["name"].as_str().unwrap());
            let seen = oracle.versions.entry(name.clone()).or_default();
            let mut entry = Affected {
                record: record["id"].as_str().unwrap().to_owned(),
                versions: Vec::new(),
                ranges: Vec::new(),
            };
            for text in list(&affected, "versions") {
                let text = text.as_str().unwrap();
                seen.insert(text.to_owned());
                match Version::parse(ecosystem, text) {
                    Ok(version) => entry.versions.push(version),
                    Err(_) => oracle.unreadable += 1,
                }
            }
            for range in list(&affected, "ranges") {
                if range["type"] == "GIT" {
                    continue;
                }
                let (mut events, mut spoiled) = (Vec::new(), false);
                for event in list(&range, "events") {
                    for (kind, text) in event.as_object().unwrap() {
                        let text = text.as_str().unwrap();
                        if kind == "introduced" && text == "0" {
                            events.push((kind.clone(), Bound::Beginning));
                            continue;
                        }
                        seen.insert(text.to_owned());
                        match Version::parse(ecosystem, text) {
                            Ok(version) => events.push((kind.clone(), Bound::At(version))),
                            Err(_) => spoiled = true,
                        }
                    }
                }
                if spoiled {
                    oracle.spoiled.push(format!("{} ({name})", entry.record));
                    continue;
                }
                events.sort_by(|(_, a), (_, b)| match (a, b) {
                    (Bound::Beginning, Bound::Beginning) => std::cmp::Ordering::Equal,
                    (Bound::Beginning, Bound::At(_)) => std::cmp::Ordering::Less,
                    (Bound::At(_), Bound::Beginning) => std::cmp::Ordering::Greater,
                    (Bound::At(a), Bound::At(b)) => a.cmp(b),
                });
                entry.ranges.push(events);
            }
            if !withdrawn {
                oracle.packages.entry(name).or_default().push(entry);
            }
        }
    }
    oracle
}

#[test]
fn every_version_that_the_data_names_is_judged_as_the_schema_says() {
    let Some(data) = shared_data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = data.join("osv");
    update(&db, &from_directory(&osv), &NoNetwork, &mut NoProgress).unwrap();
    let database = Database::open(&db).unwrap().unwrap();
    database.verify().unwrap();
    let info = database.info(common::now(), 24);
    assert!(
        info.kev_entries > 1_000 && info.advisories > 7_000,
        "{info:?}"
    );
    for ecosystem in [Ecosystem::PyPI, Ecosystem::CratesIo, Ecosystem::Go] {
        let zip = fs::read(osv.join(ecosystem.osv_name()).join("all.zip")).unwrap();
        let oracle = oracle(&ecosystem, &zip);
        let (mut pairs, mut affected, mut problems) = (0_usize, 0_usize, 0_usize);
        for (name, versions) in &oracle.versions {
            let entries = oracle
                .packages
                .get(name)
                .map(Vec::as_slice)
                .unwrap_or_default();
            for text in versions {
                let package = Package::new(ecosystem.clone(), name, Some(text));
                let matches = database.matches(&package).unwrap();
                let found: BTreeSet<&str> = matches
                    .advisories
                    .iter()
                    .flat_map(|item| &item.records)
                    .map(String::as_str)
                    .collect();
                problems += matches.problems.len();
                let Ok(version) = Version::parse(&ecosystem, text) else {
                    assert!(
                        entries.is_empty() || !matches.problems.is_empty(),
                        "{name} {text}"
                    );
                    continue;
                };
                let expected: BTreeSet<&str> = entries
                    .iter()
                    .filter(|entry| entry.contains(&version))
                    .map(|entry| entry.record.as_str())
                    .collect();
                assert_eq!(found, expected, "{ecosystem} {name} {text}");
                pairs += 1;
                affected += usize::from(!expected.is_empty());
                for item in &matches.advisories {
                    for fix in &item.fixed {
                        let fix = Version::parse(&ecosystem, fix).unwrap();
                        assert!(fix > version, "{name} {text}");
                        let still = entries.iter().any(|entry| {
                            item.records.contains(&entry.record) && entry.contains(&fix)
                        });
                        assert!(!still, "{name} {text}: {} is fixed in {fix:?}", item.id);
                    }
                }
            }
        }
        eprintln!(
            "{ecosystem}: {pairs} versions, {affected} affected, {problems} problems, {} listed \
             versions that cannot be ordered, ranges not used: {:?}",
            oracle.unreadable, oracle.spoiled
        );
        assert!(oracle.spoiled.len() <= 5);
        assert!(affected > 500 && affected < pairs);
    }
}
