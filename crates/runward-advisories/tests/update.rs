//! Making and replacing a database.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test stops where something fails, and says aloud what it skips"
)]

mod common;

use std::{fs, path::Path};

use common::{NoNetwork, Web, archive, from_directory, layout, now, package, pypi};
use runward_advisories::{
    Database, Feed, NoProgress, Outcome, Source, UpdateRequest, UpdateSummary, drop_ecosystem,
    status, update,
};
use runward_http::Http;
use runward_model::Ecosystem;

const KEV: &str = r#"{"vulnerabilities":[{"cveID":"CVE-2020-1111","dateAdded":"2021-01-02"}]}"#;
const EPSS: &str = "cve,epss,percentile\nCVE-2020-1111,0.5,0.9\n";

fn record(id: &str, name: &str) -> String {
    pypi(
        id,
        &["CVE-2020-1111"],
        name,
        &[("introduced", "0"), ("fixed", "2")],
        &[],
    )
}

fn run(db: &Path, request: &UpdateRequest, http: &dyn Http) -> Result<UpdateSummary, String> {
    update(db, request, http, &mut NoProgress).map_err(|error| error.to_string())
}

fn ids(db: &Path, name: &str) -> Vec<String> {
    let database = Database::open(db).unwrap().unwrap();
    let matches = database.matches(&package(name, "1.0")).unwrap();
    matches
        .advisories
        .into_iter()
        .map(|found| found.id)
        .collect()
}

fn outcomes(summary: &UpdateSummary) -> Vec<(&str, Outcome)> {
    summary
        .ecosystems
        .iter()
        .map(|item| (item.ecosystem.as_str(), item.outcome))
        .collect()
}

#[test]
fn a_directory_with_feeds_one_level_up() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("a/b/db");
    assert!(Database::open(&db).unwrap().is_none());
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    fs::write(dir.path().join("known_exploited_vulnerabilities.json"), KEV).unwrap();
    fs::write(dir.path().join("epss_scores-current.csv"), EPSS).unwrap();
    let summary = run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    assert_eq!(outcomes(&summary), [("PyPI", Outcome::Updated)]);
    assert!(summary.warnings.is_empty(), "{:?}", summary.warnings);
    let database = Database::open(&db).unwrap().unwrap();
    database.verify().unwrap();
    let found = database
        .matches(&package("x", "1.0"))
        .unwrap()
        .advisories
        .remove(0);
    assert_eq!(found.kev.unwrap().cve, "CVE-2020-1111");
    assert!((found.epss.unwrap().probability - 0.5).abs() < 1e-9);
    let later = "2026-01-03T00:00:00Z".parse().unwrap();
    let info = database.info(later, 24);
    assert!(info.stale);
    assert_eq!(
        (info.advisories, info.kev_entries, info.epss_entries),
        (1, 1, 1)
    );
    assert!(!database.info(later, 48).stale);
    let status = status(&db, now(), 24).unwrap().unwrap();
    assert_eq!(status.ecosystems.len(), 1);
    assert!(status.bytes > 0);
}

#[test]
fn what_is_not_part_of_an_update_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let go = r#"{"id":"GO-1","affected":[{"package":{"ecosystem":"Go","name":"m"},
        "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#;
    let osv = layout(
        dir.path(),
        &[("PyPI", &[record("A-1", "x")]), ("Go", &[go.to_owned()])],
    );
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    layout(dir.path(), &[("PyPI", &[record("A-2", "x")])]);
    let request = UpdateRequest {
        ecosystems: vec!["pypi".to_owned()],
        ..from_directory(&osv)
    };
    let summary = run(&db, &request, &NoNetwork).unwrap();
    assert_eq!(
        outcomes(&summary),
        [("PyPI", Outcome::Updated), ("Go", Outcome::CarriedOver)]
    );
    assert_eq!(ids(&db, "x"), ["A-2"]);
    let database = Database::open(&db).unwrap().unwrap();
    assert!(database.covers(&Ecosystem::Go));
    // The feeds are absent, which is said.
    assert_eq!(summary.warnings.len(), 2, "{:?}", summary.warnings);
    let missing = UpdateRequest {
        ecosystems: vec!["npm".to_owned()],
        ..from_directory(&osv)
    };
    assert!(
        run(&db, &missing, &NoNetwork)
            .unwrap_err()
            .contains("npm/all.zip")
    );
}

#[test]
fn a_source_that_fails_leaves_the_old_database() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    let before = fs::read_to_string(db.join("current")).unwrap();

    let zip = osv.join("PyPI/all.zip");
    let whole = fs::read(&zip).unwrap();
    for bad in [&whole[..whole.len() / 2], b"<html>", &archive(&[])] {
        fs::write(&zip, bad).unwrap();
        run(&db, &from_directory(&osv), &NoNetwork).unwrap_err();
    }
    let garbage: Vec<String> = (0..20).map(|_| "{}".to_owned()).collect();
    fs::write(&zip, archive(&garbage)).unwrap();
    let error = run(&db, &from_directory(&osv), &NoNetwork).unwrap_err();
    assert!(error.contains("20 of its 20"), "{error}");

    let error = run(&db, &UpdateRequest::public(now()), &NoNetwork).unwrap_err();
    assert!(error.contains("no network"), "{error}");
    assert_eq!(fs::read_to_string(db.join("current")).unwrap(), before);
    assert_eq!(ids(&db, "x"), ["A-1"]);
    let left: Vec<String> = fs::read_dir(&db)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("new-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_a_killed_update_leaves_is_ignored_and_cleared_up() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    // Killed while writing files; killed between the rename and the switch.
    for name in ["new-abc", "gen-000099"] {
        fs::create_dir(db.join(name)).unwrap();
        fs::write(db.join(name).join("PyPI.advisories"), "half").unwrap();
    }
    assert_eq!(ids(&db, "x"), ["A-1"]);
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    assert_eq!(ids(&db, "x"), ["A-1"]);
    let generations: Vec<_> = fs::read_dir(&db)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(generations.len(), 1, "{generations:?}");
}

#[test]
fn a_reader_keeps_the_database_that_it_opened() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    let old = Database::open(&db).unwrap().unwrap();
    layout(dir.path(), &[("PyPI", &[record("A-2", "x")])]);
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    let found = old.matches(&package("x", "1.0")).unwrap();
    assert_eq!(found.advisories[0].id, "A-1");
    old.verify().unwrap();
    assert_eq!(ids(&db, "x"), ["A-2"]);
}

#[test]
fn readers_and_a_writer_at_once_see_whole_databases_only() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    assert_eq!(ids(&db, "x"), ["A-1"]);
                }
            });
        }
        for _ in 0..15 {
            run(&db, &from_directory(&osv), &NoNetwork).unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_damaged_database_is_said_and_mended_by_an_update() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    fs::write(db.join("current"), "../../etc\n").unwrap();
    let error = Database::open(&db).unwrap_err().to_string();
    assert!(error.contains("runward db update"), "{error}");
    let summary = run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    assert!(
        summary.warnings[0].contains("nothing is kept"),
        "{:?}",
        summary.warnings
    );
    assert_eq!(ids(&db, "x"), ["A-1"]);
}

fn web(base: &str, records: &[String]) -> Web {
    let mut web = Web::default();
    web.files
        .insert(format!("{base}/osv/PyPI/all.zip"), archive(records));
    web.files.insert(
        format!("{base}/known_exploited_vulnerabilities.json"),
        KEV.into(),
    );
    web
}

#[test]
fn an_address_is_read_again_only_where_it_changed() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let mut web = web("https://a.example", &[record("A-1", "x")]);
    let request = UpdateRequest::from_copy(Source::Url("https://a.example/osv".to_owned()), now());
    let summary = run(&db, &request, &web).unwrap();
    assert_eq!(outcomes(&summary), [("PyPI", Outcome::Updated)]);
    assert_eq!(summary.kev.entries, 1);
    // Seven default ecosystems, in one line, and EPSS are not there.
    assert_eq!(summary.warnings.len(), 2, "{:?}", summary.warnings);
    assert!(
        summary.warnings[0].contains("osv has no Go, Maven, "),
        "{:?}",
        summary.warnings
    );
    let later = UpdateRequest {
        now: "2026-02-01T00:00:00Z".parse().unwrap(),
        ..request.clone()
    };
    let summary = run(&db, &later, &web).unwrap();
    assert_eq!(outcomes(&summary), [("PyPI", Outcome::Unchanged)]);
    assert_eq!(summary.kev.outcome, Outcome::Unchanged);
    let database = Database::open(&db).unwrap().unwrap();
    assert_eq!(database.info(later.now, 24).updated, Some(later.now));
    assert_eq!(ids(&db, "x"), ["A-1"]);
    web.files.insert(
        "https://a.example/osv/PyPI/all.zip".to_owned(),
        archive(&[record("A-2", "x")]),
    );
    run(&db, &later, &web).unwrap();
    assert_eq!(ids(&db, "x"), ["A-2"]);
    let named = UpdateRequest {
        ecosystems: vec!["npm".to_owned()],
        ..later
    };
    assert!(
        run(&db, &named, &web)
            .unwrap_err()
            .contains("npm/all.zip` does not exist")
    );
}

#[test]
fn a_broken_download_goes_on_in_the_next_update() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let web = web(
        "https://a.example",
        &[record("A-1", "x"), record("A-2", "y")],
    );
    *web.break_after.lock().unwrap() = Some(50);
    let request = UpdateRequest {
        ecosystems: vec!["PyPI".to_owned()],
        ..UpdateRequest::from_copy(Source::Url("https://a.example/osv".to_owned()), now())
    };
    run(&db, &request, &web).unwrap_err();
    assert!(Database::open(&db).unwrap().is_none());
    web.seen.lock().unwrap().clear();
    run(&db, &request, &web).unwrap();
    assert_eq!(web.seen.lock().unwrap()[0].offset, 50);
    assert_eq!(ids(&db, "y"), ["A-2"]);
    assert_eq!(fs::read_dir(db.join("downloads")).unwrap().count(), 0);
}

#[test]
fn a_feed_that_fails_is_kept_loudly_or_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    let kev_file = dir.path().join("kev.json");
    fs::write(&kev_file, "<html>").unwrap();
    let request = UpdateRequest {
        kev: Feed::At(Source::Dir(kev_file.clone())),
        epss: Feed::Keep,
        ..from_directory(&osv)
    };
    let error = run(&db, &request, &NoNetwork).unwrap_err();
    assert!(error.contains("kev.json"), "{error}");
    fs::write(&kev_file, KEV).unwrap();
    assert!(run(&db, &request, &NoNetwork).unwrap().warnings.is_empty());
    fs::write(&kev_file, "<html>").unwrap();
    let summary = run(&db, &request, &NoNetwork).unwrap();
    assert_eq!(
        (summary.kev.outcome, summary.kev.entries),
        (Outcome::CarriedOver, 1)
    );
    assert!(
        summary.warnings[0].contains("could not be updated"),
        "{:?}",
        summary.warnings
    );
}

#[test]
fn what_is_not_there_is_called_so() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let osv = layout(dir.path(), &[("PyPI", &[record("A-1", "x")])]);
    let nowhere = dir.path().join("nowhere");
    let request = UpdateRequest {
        epss: Feed::At(Source::Dir(nowhere.clone())),
        ..from_directory(&osv)
    };
    for request in [request, from_directory(&nowhere)] {
        let error = run(&db, &request, &NoNetwork).unwrap_err();
        assert!(error.contains("nowhere` does not exist"), "{error}");
    }
    let file = from_directory(&osv.join("PyPI/all.zip"));
    let error = run(&db, &file, &NoNetwork).unwrap_err();
    assert!(error.contains("it is no directory"), "{error}");
}

#[test]
fn a_source_is_as_old_as_its_newest_record() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let go = r#"{"id":"GO-1","modified":"0001-01-01T00:00:00Z","published":"PUBLISHED",
        "affected":[{"package":{"ecosystem":"Go","name":"m"},
        "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#;
    let dated = |id: &str, day: &str| {
        record(id, "x").replacen('{', &format!("{{\"modified\":\"{day}T00:00:00Z\","), 1)
    };
    let read = |go: &str, day: &str| {
        let pypi = [dated("A-1", day), dated("A-2", "2020-01-01")];
        let osv = layout(dir.path(), &[("PyPI", &pypi), ("Go", &[go.to_owned()])]);
        let summary = run(&db, &from_directory(&osv), &NoNetwork).unwrap();
        let database = Database::open(&db).unwrap().unwrap();
        let info = database.info(now(), 24);
        let newest: Vec<_> = info.ecosystems.iter().map(|e| e.newest_record).collect();
        let warnings = database.source_warnings(now());
        for warning in &warnings {
            assert!(summary.warnings.contains(warning), "{:?}", summary.warnings);
        }
        (newest, warnings)
    };
    let day = |text: &str| Some(format!("{text}T00:00:00Z").parse().unwrap());
    let published = go.replace("PUBLISHED", "2025-11-30T00:00:00Z");
    assert_eq!(
        read(&published, "2025-12-31"),
        (
            vec![day("2025-11-30"), day("2025-12-31")],
            vec![
                "the newest Go advisory is from 2025-11-30: the source is probably an old copy"
                    .to_owned()
            ]
        )
    );
    // Nothing is known of the one, and the other is 30 days old, which is no more than 30.
    let unknown = go.replace("PUBLISHED", "0001-01-01T00:00:00Z");
    assert_eq!(
        read(&unknown, "2025-12-02"),
        (vec![None, day("2025-12-02")], Vec::new())
    );
    assert_eq!(read(&unknown, "2025-12-01").1.len(), 1);
    assert!(
        Database::starter()
            .unwrap()
            .source_warnings(now())
            .is_empty()
    );
}

#[test]
fn an_ecosystem_can_be_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("db");
    let error = drop_ecosystem(&db, "Go", now()).unwrap_err().to_string();
    assert!(error.contains("there is no advisory database"), "{error}");
    assert!(!db.exists());
    let go = r#"{"id":"GO-1","affected":[{"package":{"ecosystem":"Go","name":"m"},
        "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#;
    let osv = layout(
        dir.path(),
        &[("PyPI", &[record("A-1", "x")]), ("Go", &[go.to_owned()])],
    );
    fs::write(dir.path().join("known_exploited_vulnerabilities.json"), KEV).unwrap();
    run(&db, &from_directory(&osv), &NoNetwork).unwrap();
    // Only PyPI is updated further, so that Go makes the database stale.
    let later = UpdateRequest {
        ecosystems: vec!["PyPI".to_owned()],
        now: "2026-02-01T00:00:00Z".parse().unwrap(),
        ..from_directory(&osv)
    };
    run(&db, &later, &NoNetwork).unwrap();
    let open = || Database::open(&db).unwrap().unwrap();
    assert!(open().info(later.now, 24).stale);

    let error = drop_ecosystem(&db, "npm", later.now)
        .unwrap_err()
        .to_string();
    assert!(error.contains("has no `npm`; it has Go, PyPI"), "{error}");
    assert!(drop_ecosystem(&db, "../Go", later.now).is_err());
    let dropped = drop_ecosystem(&db, "go", later.now).unwrap();
    assert_eq!((dropped.ecosystem.as_str(), dropped.advisories), ("Go", 1));
    let database = open();
    database.verify().unwrap();
    assert!(!database.covers(&Ecosystem::Go));
    let info = database.info(later.now, 24);
    assert!(!info.stale);
    assert_eq!((info.ecosystems.len(), info.kev_entries), (1, 1));
    assert_eq!(ids(&db, "x"), ["A-1"]);
    // Without any it judges nothing, which is no clean result.
    drop_ecosystem(&db, "PyPI", later.now).unwrap();
    let matches = open().matches(&package("x", "1.0")).unwrap();
    assert_eq!(matches.problems.len(), 1);
}
