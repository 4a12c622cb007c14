//! Adding records to a database, and replacing what it has.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test stops where something fails, and says aloud what it skips"
)]

mod common;

use std::{
    collections::BTreeSet,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use common::{
    NoNetwork, archive, database, from_directory, layout, now, package, pypi, shared_data,
};
use runward_advisories::{
    Database, Limits, Matches, NoProgress, Outcome, UpdateSummary, import, update,
};
use runward_model::{Ecosystem, Package};

const KEV: &str = r#"{"vulnerabilities":[{"cveID":"CVE-2020-1111","dateAdded":"2021-01-02"}]}"#;

fn read(db: &Path, from: &Path) -> Result<UpdateSummary, String> {
    import(db, from, now(), Limits::default(), &mut NoProgress).map_err(|error| error.to_string())
}

fn open(db: &Path) -> Database {
    Database::open(db).unwrap().unwrap()
}

fn ids(db: &Path, name: &str, version: &str) -> Vec<String> {
    let matches = open(db).matches(&package(name, version)).unwrap();
    matches
        .advisories
        .into_iter()
        .map(|found| found.id)
        .collect()
}

fn affecting(id: &str, aliases: &[&str], name: &str, fixed: &str) -> String {
    pypi(
        id,
        aliases,
        name,
        &[("introduced", "0"), ("fixed", fixed)],
        &[],
    )
}

fn modified(record: &str, day: &str) -> String {
    record.replacen('{', &format!("{{\"modified\":\"{day}T00:00:00Z\","), 1)
}

/// A directory of record files.
fn loose(dir: &Path, records: &[String]) -> PathBuf {
    let loose = dir.join("loose");
    let _ = fs::remove_dir_all(&loose);
    fs::create_dir(&loose).unwrap();
    for (number, record) in records.iter().enumerate() {
        fs::write(loose.join(format!("{number}.json")), record).unwrap();
    }
    loose
}

/// A database of OSV's layout with PyPI and npm.
fn full(dir: &Path, pypi: &[String]) -> PathBuf {
    let db = dir.join("db");
    let npm = r#"{"id":"GHSA-n","affected":[{"package":{"ecosystem":"npm","name":"m"},
        "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#;
    let osv = layout(dir, &[("PyPI", pypi), ("npm", &[npm.to_owned()])]);
    fs::write(dir.join("known_exploited_vulnerabilities.json"), KEV).unwrap();
    update(&db, &from_directory(&osv), &NoNetwork, &mut NoProgress).unwrap();
    db
}

#[test]
fn loose_records_are_added_to_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let db = full(
        dir.path(),
        &[
            affecting("A-1", &["CVE-2020-1111"], "x", "2"),
            affecting("A-2", &[], "x", "3"),
            affecting("A-3", &[], "z", "2"),
        ],
    );
    // The alias of the new record joins it with one that was there before.
    let from = loose(
        dir.path(),
        &[
            affecting("GHSA-1", &["CVE-2020-1111"], "x", "2"),
            affecting("A-9", &[], "y", "2"),
        ],
    );
    let summary = read(&db, &from).unwrap();
    assert!(summary.warnings.is_empty(), "{:?}", summary.warnings);
    let outcomes: Vec<_> = summary
        .ecosystems
        .iter()
        .map(|item| (item.ecosystem.as_str(), item.outcome, item.advisories))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("PyPI", Outcome::Updated, 5),
            ("npm", Outcome::CarriedOver, 1)
        ]
    );
    let database = open(&db);
    database.verify().unwrap();
    let found = database.matches(&package("x", "1.0")).unwrap().advisories;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].records, ["A-2"]);
    assert_eq!(found[1].records, ["A-1", "GHSA-1"]);
    assert_eq!(found[1].kev.as_ref().unwrap().cve, "CVE-2020-1111");
    assert_eq!(ids(&db, "y", "1"), ["A-9"]);
    assert_eq!(ids(&db, "z", "1"), ["A-3"]);
    assert_eq!(ids(&db, "x", "2.5"), ["A-2"]);
    // Where it came from is said, and its age is that of the archive.
    let info = database.info("2026-01-05T00:00:00Z".parse().unwrap(), 24);
    assert!(
        info.ecosystems[0]
            .source
            .contains("all.zip, and records of ")
    );
    // A second time changes nothing.
    read(&db, &from).unwrap();
    assert_eq!(open(&db).info(now(), 24), database.info(now(), 24));
}

#[test]
fn the_younger_of_two_records_of_an_id_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let at = |fixed: &str, day: &str| modified(&affecting("A-1", &[], "x", fixed), day);
    let db = full(
        dir.path(),
        &[
            at("2", "2025-06-01"),
            at("2", "2025-06-01").replace("A-1", "A-2"),
        ],
    );
    let summary = read(&db, &loose(dir.path(), &[at("9", "2025-05-31")])).unwrap();
    assert!(
        summary.warnings[0].starts_with("A-1 is older than what the database has"),
        "{:?}",
        summary.warnings
    );
    assert!(ids(&db, "x", "5").is_empty());
    read(&db, &loose(dir.path(), &[at("9", "2025-12-20")])).unwrap();
    assert_eq!(ids(&db, "x", "5"), ["A-1"]);
    assert_eq!(ids(&db, "x", "1"), ["A-1", "A-2"]);
    // One young record does not make the others young.
    let newest = open(&db).info(now(), 24).ecosystems[0].newest_record;
    assert_eq!(newest, Some("2025-06-01T00:00:00Z".parse().unwrap()));

    // A withdrawn one takes the match away.
    let withdrawn =
        at("9", "2025-12-21").replacen('{', "{\"withdrawn\":\"2025-12-21T00:00:00Z\",", 1);
    read(&db, &loose(dir.path(), &[withdrawn])).unwrap();
    assert_eq!(ids(&db, "x", "1"), ["A-2"]);
    // One that speaks of another package now is no longer in the way.
    read(
        &db,
        &loose(
            dir.path(),
            &[
                r#"{"id":"A-2","affected":[{"package":{"ecosystem":"npm","name":"x"},
                "versions":["1.0.0"]}]}"#
                    .to_owned(),
            ],
        ),
    )
    .unwrap();
    assert!(ids(&db, "x", "1").is_empty());
    let npm = Package::new(Ecosystem::Npm, "x", Some("1.0.0"));
    assert_eq!(open(&db).matches(&npm).unwrap().advisories.len(), 1);
}

#[test]
fn an_update_replaces_what_was_imported_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let db = full(dir.path(), &[affecting("A-1", &[], "x", "2")]);
    read(&db, &loose(dir.path(), &[affecting("B-1", &[], "x", "2")])).unwrap();
    assert_eq!(ids(&db, "x", "1"), ["A-1", "B-1"]);
    let request = from_directory(&dir.path().join("osv"));
    let summary = update(&db, &request, &NoNetwork, &mut NoProgress).unwrap();
    assert_eq!(ids(&db, "x", "1"), ["A-1"]);
    let told = &summary.warnings[0];
    assert!(
        told.contains("loose is replaced; import it again"),
        "{told}"
    );
    let summary = update(&db, &request, &NoNetwork, &mut NoProgress).unwrap();
    assert_eq!(summary.warnings.len(), 1, "{:?}", summary.warnings);
}

#[test]
fn an_archive_replaces_its_own_ecosystem_only() {
    let dir = tempfile::tempdir().unwrap();
    let db = full(
        dir.path(),
        &[
            affecting("A-1", &[], "x", "2"),
            affecting("A-2", &[], "x", "2"),
        ],
    );
    // The second record of PyPI's archive speaks of an npm package too.
    let both = r#"{"id":"B-2","affected":[
        {"package":{"ecosystem":"PyPI","name":"x"},"versions":["1"]},
        {"package":{"ecosystem":"npm","name":"m"},"versions":["1.0.0"]}]}"#;
    let bytes = archive(&[affecting("B-1", &[], "x", "2"), both.to_owned()]);
    let npm = Package::new(Ecosystem::Npm, "m", Some("1.0.0"));
    for place in ["PyPI", "downloads"] {
        let zip = dir.path().join(place).join("all.zip");
        fs::create_dir(zip.parent().unwrap()).unwrap();
        fs::write(&zip, &bytes).unwrap();
        read(&db, &zip).unwrap();
        assert_eq!(ids(&db, "x", "1"), ["B-1", "B-2"], "{place}");
        let found = open(&db).matches(&npm).unwrap().advisories;
        assert_eq!(found.len(), 1, "{place}");
        assert_eq!(found[0].id, "GHSA-n", "{place}");
    }
    // Under another name, it is some records.
    let zip = dir.path().join("some.zip");
    fs::write(&zip, archive(&[affecting("C-1", &[], "x", "2")])).unwrap();
    read(&db, &zip).unwrap();
    assert_eq!(ids(&db, "x", "1"), ["B-1", "B-2", "C-1"]);
}

#[test]
fn an_archive_that_shrank_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let many: Vec<String> = (0..100)
        .map(|n| affecting(&format!("A-{n}"), &[], "x", "2"))
        .collect();
    let db = full(dir.path(), &many);
    let zip = dir.path().join("all.zip");
    fs::write(&zip, archive(&many[..49])).unwrap();
    let summary = read(&db, &zip).unwrap();
    assert!(
        summary.warnings[0].starts_with("PyPI went from 100 to 49 advisories"),
        "{:?}",
        summary.warnings
    );
}

#[test]
fn single_records_alone_are_no_ecosystem() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let from = loose(dir.path(), &[affecting("A-1", &[], "x", "2")]);
    fs::write(from.join("known_exploited_vulnerabilities.json"), KEV).unwrap();
    for _ in 0..2 {
        let summary = read(&db, &from).unwrap();
        assert_eq!(summary.kev.entries, 1);
        let told = open(&db).source_warnings(now());
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("only the 1 PyPI advisories"), "{told:?}");
        assert!(
            summary.warnings.contains(&told[0]),
            "{:?}",
            summary.warnings
        );
    }
    // The archive makes it one.
    let zip = dir.path().join("all.zip");
    fs::write(&zip, archive(&[affecting("A-1", &[], "x", "2")])).unwrap();
    read(&db, &zip).unwrap();
    assert!(open(&db).source_warnings(now()).is_empty());
}

#[test]
fn one_record_file_can_be_imported_and_what_is_none_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let db = full(dir.path(), &[affecting("A-1", &[], "x", "2")]);
    let before = fs::read_to_string(db.join("current")).unwrap();
    let file = |name: &str, content: &str| {
        let path = dir.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    for (from, expected) in [
        (dir.path().join("nowhere"), "nowhere` does not exist"),
        (file("text.json", "hello"), "it is no OSV record"),
        (file("text.txt", "hello"), "it is no whole zip archive"),
        (file("empty.json", ""), "give an OSV record (`.json`)"),
        (
            file("other.json", r#"{"id":"X-1","affected":[]}"#),
            "no package of an ecosystem that is matched",
        ),
        (empty, "no records"),
        (
            loose(dir.path(), &["{}".to_owned()]),
            "1 of its 1 files are no OSV records, such as 0.json: it is no OSV record",
        ),
    ] {
        let error = read(&db, &from).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(fs::read_to_string(db.join("current")).unwrap(), before);
    read(&db, &file("X.JSON", &affecting("B-1", &[], "x", "2"))).unwrap();
    assert_eq!(ids(&db, "x", "1"), ["A-1", "B-1"]);
}

#[test]
fn nothing_is_added_to_a_damaged_database() {
    let dir = tempfile::tempdir().unwrap();
    let db = full(dir.path(), &[affecting("A-1", &[], "x", "2")]);
    let from = loose(dir.path(), &[affecting("B-1", &[], "x", "2")]);
    let generation = db.join(fs::read_to_string(db.join("current")).unwrap().trim());
    let index = generation.join("PyPI.advisories");
    let whole = fs::read(&index).unwrap();
    let mut bytes = whole.clone();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&index, bytes).unwrap();
    let error = read(&db, &from).unwrap_err();
    assert!(error.contains("is damaged"), "{error}");
    fs::write(&index, whole).unwrap();
    fs::write(generation.join("manifest.json"), "{").unwrap();
    let error = read(&db, &from).unwrap_err();
    assert!(error.contains("is damaged"), "{error}");
    // Nothing of it is cleared away.
    assert!(index.is_file());
}

#[test]
fn a_merge_keeps_what_is_odd() {
    let dir = tempfile::tempdir().unwrap();
    let odd = pypi(
        "A-1",
        &[],
        "x",
        &[("introduced", "1"), ("last_affected", "2.0")],
        &["odd-one", "4.2"],
    );
    let unreadable = pypi(
        "A-2",
        &[],
        "y",
        &[("introduced", "0"), ("fixed", "what")],
        &[],
    );
    let db = full(
        dir.path(),
        &[odd, unreadable, affecting("A-3", &[], "z", "2")],
    );
    let before = open(&db);
    let problems = before.problems().unwrap();
    assert_eq!(problems.len(), 2, "{problems:?}");
    read(&db, &loose(dir.path(), &[affecting("B-1", &[], "w", "2")])).unwrap();
    let after = open(&db);
    for (name, version) in [
        ("x", "0.9"),
        ("x", "1"),
        ("x", "2"),
        ("x", "2.1"),
        ("x", "4.2.0"),
        ("x", "odd-one"),
        ("y", "1"),
        ("z", "1"),
    ] {
        let wanted = package(name, version);
        assert_eq!(
            after.matches(&wanted).unwrap(),
            before.matches(&wanted).unwrap(),
            "{name} {version}"
        );
    }
    assert_eq!(after.problems().unwrap(), problems);
    assert_eq!(
        after.info(now(), 24).problems,
        before.info(now(), 24).problems
    );
    // The problem of a record goes with it.
    read(&db, &loose(dir.path(), &[affecting("A-2", &[], "y", "2")])).unwrap();
    assert_eq!(open(&db).info(now(), 24).problems, 1);
}

#[test]
fn the_feeds_apply_to_the_cve_of_any_record_of_a_group() {
    let dir = tempfile::tempdir().unwrap();
    // The record that affects 1.0 names no CVE; another one names both.
    let db = full(
        dir.path(),
        &[
            affecting("PYSEC-1", &["GHSA-1"], "x", "2"),
            pypi("GHSA-1", &["CVE-2020-1111"], "x", &[], &["0.5"]),
        ],
    );
    let found = open(&db).matches(&package("x", "1.0")).unwrap().advisories;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].records, ["PYSEC-1"]);
    assert_eq!(found[0].kev.as_ref().unwrap().cve, "CVE-2020-1111");
    let detail = open(&db).advisory("PYSEC-1").unwrap().unwrap();
    assert!(detail.kev.is_some());
}

#[test]
fn a_match_has_the_beginning_of_the_details_and_an_explanation_all() {
    let long = "word ".repeat(10_000);
    let record =
        affecting("A-1", &[], "x", "2").replacen('{', &format!("{{\"details\":\"{long}\","), 1);
    let (_dir, database) = database(&[record]);
    let found = database.matches(&package("x", "1")).unwrap().advisories;
    assert_eq!(found[0].details.chars().count(), 2_001);
    assert!(found[0].details.ends_with('…'));
    let detail = database.advisory("A-1").unwrap().unwrap();
    assert_eq!(detail.records[0].details, long.trim());
}

/// Every package of an archive, with the first and last of the versions that each record lists.
fn subjects(zip: &Path) -> (BTreeSet<(String, String)>, String) {
    let mut archive = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let mut subjects = BTreeSet::new();
    let mut some = String::new();
    for index in 0..archive.len() {
        let mut text = String::new();
        archive
            .by_index(index)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        let record: serde_json::Value = serde_json::from_str(&text).unwrap();
        for affected in record["affected"].as_array().into_iter().flatten() {
            let name = affected["package"]["name"].as_str().unwrap_or_default();
            let versions = affected["versions"].as_array();
            for version in versions
                .iter()
                .flat_map(|all| all.first().into_iter().chain(all.last()))
            {
                subjects.insert((
                    name.to_owned(),
                    version.as_str().unwrap_or_default().to_owned(),
                ));
            }
        }
        some = text;
    }
    (subjects, some)
}

#[test]
fn adding_a_record_to_all_of_pypi_changes_nothing_else() {
    let Some(data) = shared_data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let zip = data.join("osv/PyPI/all.zip");
    read(&db, &zip).unwrap();
    let before = open(&db);
    let (subjects, some) = subjects(&zip);
    // One that is there already, and one that is new.
    let from = loose(
        dir.path(),
        &[some, affecting("NEW-1", &[], "only-here", "2")],
    );
    read(&db, &from).unwrap();
    let after = open(&db);
    after.verify().unwrap();
    let (old, new) = (before.info(now(), 24), after.info(now(), 24));
    assert_eq!(new.advisories, old.advisories + 1);
    assert_eq!(new.packages, old.packages + 1);
    assert_eq!(new.problems, old.problems);
    assert!(subjects.len() > 1_000);
    let mut found = 0;
    for (name, version) in subjects {
        let wanted = package(&name, &version);
        let matches: Matches = after.matches(&wanted).unwrap();
        assert_eq!(
            matches,
            before.matches(&wanted).unwrap(),
            "{name} {version}"
        );
        found += matches.advisories.len();
    }
    assert!(found > 1_000);
    assert_eq!(ids(&db, "only-here", "1"), ["NEW-1"]);
}
