//! Matching, on small databases made for each case.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test stops where something fails, and says aloud what it skips"
)]

mod common;

use common::{database, package, pypi};
use runward_advisories::Database;
use runward_model::{AdvisoryMatch, Ecosystem, Package, Severity};

fn one(database: &Database, name: &str, version: &str) -> AdvisoryMatch {
    let mut matches = database.matches(&package(name, version)).unwrap();
    assert!(matches.problems.is_empty(), "{:?}", matches.problems);
    assert_eq!(matches.advisories.len(), 1, "{:?}", matches.advisories);
    matches.advisories.remove(0)
}

fn ids(database: &Database, name: &str, version: &str) -> Vec<String> {
    let matches = database.matches(&package(name, version)).unwrap();
    matches
        .advisories
        .into_iter()
        .map(|found| found.id)
        .collect()
}

#[test]
fn aliases_count_once_with_the_best_rating_of_the_group() {
    let mut ghsa = pypi(
        "GHSA-b",
        &["CVE-2020-2"],
        "x",
        &[("introduced", "0"), ("fixed", "2")],
        &[],
    );
    ghsa.insert_str(
        ghsa.len() - 1,
        r#","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
           "database_specific":{"severity":"HIGH","cwe_ids":["CWE-89"]},"summary":"a summary",
           "references":[{"type":"WEB","url":"https://example.org/b"}]"#,
    );
    let (_dir, database) = database(&[
        pypi(
            "PYSEC-1",
            &["CVE-2020-1"],
            "x",
            &[("introduced", "0"), ("fixed", "2")],
            &[],
        ),
        // Joins the two others, and speaks of another package.
        pypi(
            "GHSA-a",
            &["CVE-2020-1", "CVE-2020-2"],
            "y",
            &[("introduced", "0")],
            &[],
        ),
        ghsa,
        pypi(
            "PYSEC-9",
            &["CVE-2020-9"],
            "x",
            &[("introduced", "0"), ("fixed", "2")],
            &[],
        ),
    ]);
    let matches = database.matches(&package("X", "1.0")).unwrap();
    assert_eq!(matches.advisories.len(), 2);
    let found = &matches.advisories[0];
    assert_eq!(found.id, "PYSEC-1");
    assert_eq!(
        found.aliases,
        ["CVE-2020-1", "CVE-2020-2", "GHSA-a", "GHSA-b"]
    );
    assert_eq!(found.records, ["GHSA-b", "PYSEC-1"]);
    assert_eq!(found.vectors.len(), 1);
    assert_eq!(found.vectors[0].record, "GHSA-b");
    assert_eq!(found.label, Some(Severity::High));
    assert_eq!(found.cwes, ["CWE-89"]);
    assert_eq!(found.summary, "a summary");
    assert_eq!(found.references, ["https://example.org/b"]);
    assert_eq!(found.fixed, ["2"]);
    assert!(ids(&database, "x", "2.0").is_empty());
}

#[test]
fn what_one_record_of_a_group_says_is_enough() {
    let (_dir, database) = database(&[
        pypi(
            "PYSEC-1",
            &["CVE-1"],
            "x",
            &[("introduced", "0"), ("fixed", "3")],
            &[],
        ),
        pypi(
            "GHSA-1",
            &["CVE-1"],
            "x",
            &[("introduced", "1"), ("fixed", "2")],
            &[],
        ),
    ]);
    let found = one(&database, "x", "2.5");
    assert_eq!(
        (found.id.as_str(), found.records.as_slice()),
        ("PYSEC-1", &["PYSEC-1".to_owned()][..])
    );
    // 2 is no fix as long as PYSEC-1 says that it is affected.
    assert_eq!(one(&database, "x", "1.5").fixed, ["3"]);
}

#[test]
fn fixes_are_one_for_each_branch_above() {
    let record = r#"{"id":"A-1","affected":[{"package":{"ecosystem":"PyPI","name":"x"},"ranges":[
        {"type":"ECOSYSTEM","events":[{"introduced":"3.2"},{"fixed":"3.2.21"}]},
        {"type":"ECOSYSTEM","events":[{"introduced":"4.1"},{"fixed":"4.1.11"},{"introduced":"4.2"},{"fixed":"4.2.5"}]},
        {"type":"GIT","repo":"r","events":[{"introduced":"0"},{"fixed":"abcdef"}]}],
        "versions":["3.2","4.1","4.2"]}]}"#;
    let (_dir, database) = database(&[record.to_owned()]);
    assert_eq!(
        one(&database, "x", "3.2.1").fixed,
        ["3.2.21", "4.1.11", "4.2.5"]
    );
    assert_eq!(one(&database, "x", "4.1.3").fixed, ["4.1.11", "4.2.5"]);
    assert_eq!(one(&database, "x", "4.2.0").fixed, ["4.2.5"]);
    assert!(ids(&database, "x", "4.0").is_empty());
    assert!(ids(&database, "x", "3.2.21").is_empty());
}

#[test]
fn malicious_entries_stand_for_their_group() {
    let (_dir, database) = database(&[
        pypi("PYSEC-2", &["MAL-2024-2"], "y", &[], &["1.0"]),
        pypi("PYSEC-1", &["MAL-2024-1"], "x", &[], &["1.0"]),
        pypi("MAL-2024-1", &[], "x", &[("introduced", "0")], &[]),
    ]);
    let found = one(&database, "x", "7");
    assert!(found.malicious);
    assert_eq!(found.id, "MAL-2024-1");
    assert!(one(&database, "y", "1").malicious);
}

#[test]
fn informational_entries_are_told_apart() {
    let record = |id: &str, aliases: &str, word: &str| {
        format!(
            r#"{{"id":"{id}","aliases":[{aliases}],"affected":[{{"package":{{"ecosystem":"crates.io","name":"{}"}},
            "database_specific":{{"informational":{word}}},
            "ranges":[{{"type":"SEMVER","events":[{{"introduced":"0.0.0-0"}}]}}]}}]}}"#,
            if id.ends_with('1') { "x" } else { "y" }
        )
    };
    let dir = tempfile::tempdir().unwrap();
    let osv = common::layout(
        dir.path(),
        &[(
            "crates.io",
            &[
                record("RUSTSEC-1", "", "\"unmaintained\""),
                record("RUSTSEC-2", "\"CVE-2\"", "\"unsound\""),
                record("GHSA-2", "\"CVE-2\"", "null"),
            ],
        )],
    );
    let db = dir.path().join("db");
    runward_advisories::update(
        &db,
        &common::from_directory(&osv),
        &common::NoNetwork,
        &mut runward_advisories::NoProgress,
    )
    .unwrap();
    let database = Database::open(&db).unwrap().unwrap();
    let find = |name: &str| {
        let package = Package::new(Ecosystem::CratesIo, name, Some("1.0.0"));
        database.matches(&package).unwrap().advisories.remove(0)
    };
    assert_eq!(find("x").informational.as_deref(), Some("unmaintained"));
    assert_eq!(find("y").informational, None);
}

#[test]
fn withdrawn_records_match_nothing_and_are_still_known() {
    let mut withdrawn = pypi("PYSEC-1", &["CVE-1"], "x", &[("introduced", "0")], &[]);
    withdrawn.insert_str(
        withdrawn.len() - 1,
        r#","withdrawn":"2024-01-01T00:00:00Z""#,
    );
    let (_dir, database) = database(&[
        withdrawn,
        pypi("A-1", &[], "y", &[("introduced", "0")], &[]),
    ]);
    assert!(ids(&database, "x", "1").is_empty());
    let detail = database.advisory("cve-1").unwrap().unwrap();
    assert_eq!(detail.id, "PYSEC-1");
    assert!(detail.records[0].withdrawn.is_some());
    assert_eq!(detail.records[0].affected[0].package, "x");
}

#[test]
fn what_cannot_be_judged_is_a_problem_and_never_clean() {
    let git = r#"{"id":"A-1","affected":[{"package":{"ecosystem":"PyPI","name":"x"},
        "ranges":[{"type":"GIT","repo":"r","events":[{"introduced":"0"}]}]}]}"#;
    let (_dir, database) = database(&[
        git.to_owned(),
        pypi(
            "A-2",
            &[],
            "y",
            &[("introduced", "0"), ("fixed", "no-version")],
            &["1.0"],
        ),
        pypi("A-3", &[], "z", &[("introduced", "0")], &["2004b-odd"]),
    ]);
    for (name, version, problem) in [
        ("x", "1.0", "A-1 cannot be judged for x 1.0"),
        ("y", "3.0", "A-2 cannot be judged for y 3.0"),
        ("z", "not a version", "is no PyPI version"),
    ] {
        let matches = database.matches(&package(name, version)).unwrap();
        assert!(matches.advisories.is_empty());
        assert!(
            matches.problems[0].contains(problem),
            "{:?}",
            matches.problems
        );
    }
    // What is listed matches all the same.
    assert_eq!(ids(&database, "y", "1.0.0"), ["A-2"]);
    let odd = database.matches(&package("z", "2004b-odd")).unwrap();
    assert_eq!(odd.advisories.len(), 1);
    assert_eq!(odd.problems.len(), 1);

    let other = Package::new(Ecosystem::Npm, "x", Some("1.0.0"));
    assert!(!database.covers(&Ecosystem::Npm) && database.covers(&Ecosystem::PyPI));
    assert!(database.matches(&other).unwrap().problems[0].contains("no npm advisories"));
    let unpinned = Package::new(Ecosystem::PyPI, "nothing-known", None);
    assert_eq!(database.matches(&unpinned).unwrap().problems.len(), 1);
    let unknown = database
        .matches(&package("nothing-known", "not a version"))
        .unwrap();
    assert_eq!(unknown, runward_advisories::Matches::default());
}

#[test]
fn names_are_compared_as_the_registry_does() {
    let (_dir, database) =
        database(&[pypi("A-1", &[], "Foo_Bar.baz", &[("introduced", "0")], &[])]);
    for name in ["foo-bar-baz", "FOO.BAR.BAZ", "foo__bar-_.baz"] {
        assert_eq!(ids(&database, name, "1"), ["A-1"], "{name}");
    }
    assert!(ids(&database, "foobarbaz", "1").is_empty());
}

#[test]
fn local_versions_follow_pep_440() {
    let (_dir, database) = database(&[
        pypi(
            "A-1",
            &[],
            "torch",
            &[("introduced", "0"), ("fixed", "1.13.1")],
            &[],
        ),
        pypi("A-2", &[], "torch", &[], &["1.13.0"]),
    ]);
    assert_eq!(ids(&database, "torch", "1.13.0"), ["A-1", "A-2"]);
    // In a range by order; not equal to the listed public version.
    assert_eq!(ids(&database, "torch", "1.13.0+cu117"), ["A-1"]);
    assert!(ids(&database, "torch", "1.13.1+cu117").is_empty());
}

#[test]
fn bogus_aliases_do_not_hide_one_vulnerability_behind_another() {
    let mut records: Vec<String> = (0..600)
        .map(|n| {
            pypi(
                &format!("A-{n}"),
                &["CVE-1"],
                &format!("p{}", n % 3),
                &[("introduced", "0")],
                &[],
            )
        })
        .collect();
    records.push(pypi("B-1", &["CVE-2"], "q", &[("introduced", "0")], &[]));
    let (_dir, database) = database(&records);
    assert_eq!(ids(&database, "p0", "1").len(), 200);
    assert!(
        database
            .problems()
            .unwrap()
            .iter()
            .any(|p| p.contains("600 records"))
    );
}

#[test]
fn a_damaged_index_is_an_error_and_never_a_panic() {
    let records: Vec<String> = (0..20)
        .map(|n| {
            pypi(
                &format!("A-{n}"),
                &["CVE-1"],
                "x",
                &[("introduced", "0"), ("fixed", "2")],
                &["1.0", "1.1"],
            )
        })
        .collect();
    let (dir, database) = database(&records);
    drop(database);
    let db = dir.path().join("db");
    let file = std::fs::read_dir(&db)
        .unwrap()
        .flatten()
        .map(|entry| entry.path().join("PyPI.advisories"))
        .find(|path| path.is_file())
        .unwrap();
    let whole = std::fs::read(&file).unwrap();
    let mut noticed = 0;
    for at in (960..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        // A new file: the old one may still be mapped.
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, &bytes).unwrap();
        let database = Database::open(&db).unwrap().unwrap();
        if let Err(error) = database.matches(&package("x", "1.0")) {
            assert!(error.to_string().contains("runward db update"), "{error}");
            noticed += 1;
        }
        assert!(database.verify().is_err(), "byte {at}");
        let _ = database.advisory("CVE-1");
    }
    assert!(noticed > 10, "{noticed}");
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(Database::open(&db).is_err());
}
