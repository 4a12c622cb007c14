use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use super::*;
use crate::Filter;

const WRITERS: i64 = 4;
const SCANS: i64 = 8;
const PLACE: &str = "RUNWARD_TEST_STORE";

/// Each writer looks at its own file only and sees one finding more every time.
fn write(path: &Path, writer: i64) {
    let mut findings = Vec::new();
    for number in 0..SCANS {
        // Opened anew each time, as separate runs of the program do.
        let store = Store::open(path).unwrap();
        let file = format!("{writer}.txt");
        findings.push(finding(&format!("CVE-{writer}-{number}"), "p", &file));
        let covered = Coverage {
            whole: false,
            read: vec![file],
            ..everything()
        };
        scan_with(
            &store,
            number,
            &findings,
            &covered,
            &database(DatabaseKind::Full, number),
        );
        if number % 2 == 1 {
            let key = findings[0].fingerprint.as_str();
            store
                .set_status(key, runward_model::Status::Resolved, "r", "w", at(number))
                .unwrap();
        }
    }
}

fn nothing_is_lost(path: &Path) {
    let store = Store::open(path).unwrap();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let scans = store.scans(1_000).unwrap();
    let numbers: BTreeSet<_> = scans.iter().map(|scan| scan.id).collect();
    assert_eq!(numbers, (1..=WRITERS * SCANS).collect());
    let findings = store.list(&Filter::default()).unwrap();
    assert_eq!(findings.len(), usize::try_from(WRITERS * SCANS).unwrap());
    for stored in findings {
        let steps = store.transitions(stored.fingerprint.as_str()).unwrap();
        let mut last = None;
        for step in &steps {
            assert_eq!(step.from, last);
            last = Some(step.to);
        }
        assert_eq!(last, Some(stored.history.status));
    }
}

#[test]
fn threads_with_their_own_handles_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("runward.db");
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let path = &path;
            scope.spawn(move || write(path, writer));
        }
    });
    nothing_is_lost(&path);
}

#[test]
fn processes_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("runward.db");
    let children: Vec<_> = (0..WRITERS)
        .map(|writer| {
            Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "tests::concurrency::child",
                    "--ignored",
                    "--quiet",
                ])
                .env(PLACE, format!("{writer}:{}", path.display()))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    nothing_is_lost(&path);
}

#[test]
#[ignore = "the body of a process that `processes_lose_nothing` starts"]
fn child() {
    let place = std::env::var(PLACE).unwrap();
    let (writer, path) = place.split_once(':').unwrap();
    write(&PathBuf::from(path), writer.parse().unwrap());
}

#[test]
fn one_handle_serves_several_threads() {
    let store = Store::in_memory().unwrap();
    thread::scope(|scope| {
        for writer in 0..4 {
            let store = &store;
            scope.spawn(move || {
                let covered = Coverage {
                    whole: false,
                    ..everything()
                };
                let seen = [finding(&format!("CVE-{writer}"), "p", "x")];
                scan_with(store, 0, &seen, &covered, &database(DatabaseKind::Full, 0));
            });
        }
    });
    assert_eq!(store.list(&Filter::default()).unwrap().len(), 4);
}
