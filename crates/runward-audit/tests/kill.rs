//! A process that is killed at any moment loses no acknowledged event and doubles none.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a panic fails the test"
)]

mod common;

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    time::Duration,
};

use common::{World, assert_sound, db, event, numbers, options};
use runward_audit::Trail;
use runward_db::Place;

const ROOT: &str = "RUNWARD_KILL_ROOT";
const PLACE: &str = "RUNWARD_KILL_PLACE";
const FIRST: &str = "RUNWARD_KILL_FIRST";

/// The process that is killed; run by the test below.
#[test]
#[ignore = "run by `killed_processes_lose_and_double_nothing`"]
fn child() {
    let Ok(root) = std::env::var(ROOT) else {
        return;
    };
    let place: Place = std::env::var(PLACE).unwrap().parse().unwrap();
    let first: i64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let trail = Trail::open(options(root.as_ref())).unwrap();
    let db = db(&place, &trail);
    let mut out = std::io::stdout();
    for number in first..first + 1_000 {
        trail.record_acknowledged(&db, &[event(number)]).unwrap();
        writeln!(out, "\nack {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn killed_processes_lose_and_double_nothing() {
    World::each(|world| {
        let place = match &world.place {
            Place::Postgres(url) => url.clone(),
            Place::Sqlite(path) => format!("sqlite:{}", path.display()),
            Place::Memory => unreachable!(),
        };
        // Keys, log and database are there before the first kill; what a kill while they are made
        // leaves is for their own crates.
        let trail = world.trail();
        let database = world.db(&trail);
        let mut acked = BTreeSet::new();
        for round in 0..12_u64 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "child", "--ignored", "--nocapture"])
                .env(ROOT, &world.root)
                .env(PLACE, &place)
                .env(FIRST, (round * 1_000).to_string())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let reader = std::thread::spawn(move || {
                lines
                    .map_while(Result::ok)
                    .filter_map(|line| line.strip_prefix("ack ")?.parse::<i64>().ok())
                    .collect::<Vec<_>>()
            });
            std::thread::sleep(Duration::from_millis(30 + round * 37 % 250));
            child.kill().unwrap();
            child.wait().unwrap();
            acked.extend(reader.join().unwrap());
            trail.publish(&database, u64::MAX).unwrap();
            let all = numbers(&trail);
            let once: BTreeSet<_> = all.iter().copied().collect();
            assert_eq!(once.len(), all.len(), "doubled");
            assert!(once.is_superset(&acked), "lost");
            assert_sound(&trail, &database);
        }
        assert!(!acked.is_empty(), "nothing was recorded before the kills");
    });
}
