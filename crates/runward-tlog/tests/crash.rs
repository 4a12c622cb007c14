//! Crashes: torn journals at every byte, copies taken at any moment, and killed processes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::default_trait_access,
    unreachable_pub
)]

#[path = "../examples/append.rs"]
mod append;
mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use runward_tlog::verify::{self, VerifyOptions};
use runward_tlog::{Hash, Keys, Log};
use support::*;

#[test]
fn a_journal_cut_at_any_byte_keeps_every_earlier_group_and_takes_new_records() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    let path = dir.path().join("journal/00000000000000000000");
    let mut ends = vec![(0, 0)];
    for count in [1, 3, 2] {
        let start = log.size();
        log.append(&records(start..start + count)).unwrap();
        ends.push((fs::metadata(&path).unwrap().len(), log.size()));
    }
    drop(log);
    let whole = fs::read(&path).unwrap();
    for cut in 0..=whole.len() {
        for zeroes in [0, 700] {
            let mut bytes = whole[..cut].to_vec();
            // A file system may have grown the file before the data came.
            if cut < whole.len() {
                bytes.resize(cut.max(whole.len().min(cut + zeroes)), 0);
            }
            fs::write(&path, &bytes).unwrap();
            let acknowledged = ends
                .iter()
                .filter(|(end, _)| *end <= cut as u64)
                .map(|(_, n)| *n);
            let acknowledged = acknowledged.max().unwrap();
            let log = match Log::open(dir.path(), keys(), options()) {
                Ok(log) => log,
                // Zeroes in the middle of a frame cannot be told from damage: refused, not dropped.
                Err(_) if zeroes > 0 => continue,
                Err(error) => panic!("cut at {cut}: {error}"),
            };
            assert_eq!(log.size(), acknowledged, "cut at {cut}");
            log.append(&records(log.size()..log.size() + 2)).unwrap();
            for index in 0..log.size() {
                assert_eq!(log.entry(index).unwrap(), record(index));
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Append(u64),
    Publish,
    Reopen,
    /// Copy the directory, cut its journal by this share of the last write, go on with the copy.
    Crash(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (1_u64..200).prop_map(Step::Append),
        2 => Just(Step::Publish),
        1 => Just(Step::Reopen),
        2 => any::<u8>().prop_map(Step::Crash),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn acknowledged_records_survive_any_sequence(steps in prop::collection::vec(step(), 1..25)) {
        let root = tempfile::tempdir().unwrap();
        let mut current = root.path().join("0");
        let mut log = Some(open(&current));
        let mut size = 0;
        for (at, step) in steps.into_iter().enumerate() {
            match step {
                Step::Append(count) => {
                    let range = log.as_ref().unwrap().append(&records(size..size + count)).unwrap();
                    prop_assert_eq!(range, size..size + count);
                    size += count;
                }
                Step::Publish => drop(log.as_ref().unwrap().publish().unwrap()),
                Step::Reopen => log = Some(open(&current)),
                Step::Crash(share) => {
                    // A write that was not acknowledged, cut somewhere.
                    let copy_to = root.path().join((at + 1).to_string());
                    let newest = |dir: &std::path::Path| fs::read_dir(dir.join("journal")).unwrap()
                        .map(|item| item.unwrap().path()).max().unwrap();
                    let before = fs::metadata(newest(&current)).unwrap().len();
                    log.take().unwrap().append(&records(size..size + 3)).unwrap();
                    copy(&current, &copy_to);
                    let path = newest(&copy_to);
                    let after = fs::metadata(&path).unwrap().len();
                    let cut = before + (after - before - 1) * u64::from(share) / 255;
                    fs::File::options().write(true).open(&path).unwrap().set_len(cut).unwrap();
                    current = copy_to;
                    log = Some(open(&current));
                }
            }
            prop_assert_eq!(log.as_ref().unwrap().size(), size);
        }
        let log = log.unwrap();
        let leaves: Vec<_> = (0..size).map(|i| Hash::leaf(&record(i))).collect();
        prop_assert_eq!(log.root_at(size).unwrap(), naive_root(&leaves));
        let report = log.verify(VerifyOptions::default()).unwrap();
        prop_assert!(report.ok, "{:?}", report);
        prop_assert_eq!(report.records, size);
    }
}

/// Not a test by itself: the process that [`killed_writers_lose_nothing_and_repeat_nothing`] kills.
#[test]
fn child() {
    if let Some(directory) = std::env::var_os("RUNWARD_TLOG_CRASH_CHILD") {
        append::run(directory.as_ref(), 8, 200).unwrap();
    }
}

/// Kills the example program `append` again and again; every line that it acknowledged must be in
/// the log exactly once, where it said.
#[test]
fn killed_writers_lose_nothing_and_repeat_nothing() {
    let kills: u32 = std::env::var("RUNWARD_TLOG_KILLS").map_or(30, |n| n.parse().unwrap());
    let program = std::env::current_exe().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let log_dir = dir.path().join("log");
    let mut ledger: Vec<(u64, String)> = Vec::new();
    let mut sent = 0_u64;
    for round in 0..kills {
        let mut child = Command::new(&program)
            .args(["--exact", "child", "--nocapture"])
            .env("RUNWARD_TLOG_CRASH_CHILD", &log_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let from = sent;
        let writer = std::thread::spawn(move || {
            let mut next = from;
            while writeln!(input, "line {next}").is_ok() {
                next += 1;
            }
            next
        });
        let output = BufReader::new(child.stdout.take().unwrap());
        // Where in its work the kill falls is decided by how far it got, not by a clock.
        let until = (round * 7919 % 1500) as usize;
        let mut lines = output
            .split(b'\n')
            .map(Result::unwrap)
            .filter(|line| line.starts_with(b"ack "));
        let mut acks: Vec<Vec<u8>> = lines.by_ref().take(until).collect();
        child.kill().unwrap();
        acks.extend(lines);
        child.wait().unwrap();
        sent = writer.join().unwrap();
        for ack in acks {
            let ack = String::from_utf8(ack).unwrap();
            let mut words = ack.split(' ').skip(1);
            let index = words.next().unwrap().parse().unwrap();
            if let Some(hash) = words.next().filter(|hash| hash.len() == 64) {
                ledger.push((index, hash.to_owned()));
            }
        }
    }
    assert!(
        ledger.len() > kills as usize * 100,
        "{} acknowledged",
        ledger.len()
    );
    let keys = Keys::generate("example.com/append", [7; 32]).unwrap();
    let verifier = keys.verifier().clone();
    let log = Log::open(&log_dir, keys, options()).unwrap();
    for (index, hash) in &ledger {
        assert_eq!(
            log.leaf_hash(*index).unwrap().to_hex(),
            *hash,
            "record {index}"
        );
    }
    let mut seen = std::collections::HashSet::new();
    log.for_each(0..log.size(), |index, entry| {
        assert!(seen.insert(entry.to_vec()), "record {index} is there twice");
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    let report = verify::directory(&log_dir, &verifier, &VerifyOptions::default()).unwrap();
    assert!(report.ok, "{report:?}");
    println!(
        "{kills} kills, {} acknowledged, {} in the log",
        ledger.len(),
        log.size()
    );
}
