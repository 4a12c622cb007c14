use std::{collections::BTreeSet, process::Command, thread};

use runward_model::Status;

use super::*;
use crate::Filter;

const WRITERS: i64 = 4;
const SCANS: i64 = 8;
const PLACE: &str = "RUNWARD_TEST_STORE";

/// Each writer looks at its own file only and sees one finding more every time.
fn write(place: &Place, writer: i64) {
    let mut findings = Vec::new();
    for number in 0..SCANS {
        // Opened anew each time, as separate runs of the program do.
        let store = Store::open(place, testing::options()).unwrap();
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
            set_status(&store, key, Status::Resolved, "r", "w", number).unwrap();
        }
    }
}

fn nothing_is_lost(place: &Place) {
    let store = Store::open(place, testing::options()).unwrap();
    let scans = store.scans(&EVERYTHING, 1_000).unwrap();
    let numbers: BTreeSet<_> = scans.iter().map(|scan| scan.id).collect();
    assert_eq!(numbers, (1..=WRITERS * SCANS).collect());
    let findings = store.list(&Filter::default()).unwrap();
    assert_eq!(findings.len(), usize::try_from(WRITERS * SCANS).unwrap());
    for stored in findings {
        let steps = store
            .transitions(&EVERYTHING, stored.fingerprint.as_str())
            .unwrap();
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
    testing::each_place(|place| {
        drop(testing::open(&place));
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let place = &place;
                scope.spawn(move || write(place, writer));
            }
        });
        nothing_is_lost(&place);
    });
}

#[test]
fn processes_lose_nothing() {
    testing::each_place(|place| {
        drop(testing::open(&place));
        let address = match &place {
            Place::Sqlite(path) => format!("sqlite:{}", path.display()),
            Place::Postgres(url) => url.clone(),
            Place::Memory => return,
        };
        let children: Vec<_> = (0..WRITERS)
            .map(|writer| {
                Command::new(std::env::current_exe().unwrap())
                    .args([
                        "--exact",
                        "tests::concurrency::child",
                        "--ignored",
                        "--quiet",
                    ])
                    .env(PLACE, format!("{writer}:{address}"))
                    .stdout(std::process::Stdio::null())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        nothing_is_lost(&place);
    });
}

#[test]
#[ignore = "the body of a process that `processes_lose_nothing` starts"]
fn child() {
    let place = std::env::var(PLACE).unwrap();
    let (writer, place) = place.split_once(':').unwrap();
    write(&place.parse().unwrap(), writer.parse().unwrap());
}

#[test]
fn one_handle_serves_several_threads() {
    each(|store| {
        thread::scope(|scope| {
            for writer in 0..4 {
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
    });
}
