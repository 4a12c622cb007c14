//! Appending, reading, proving, reopening.
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

mod support;

use std::ops::ControlFlow;

use runward_tlog::{Hash, Log, LogError, Options, verify_consistency, verify_inclusion};
use support::*;

#[test]
fn what_was_appended_is_there_after_reopening_with_and_without_tiles() {
    let dir = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    for (round, count) in [1, 255, 1, 300, 7, 1000, 2].into_iter().enumerate() {
        let log = open(dir.path());
        assert_eq!(log.size(), expected.len() as u64);
        let start = expected.len() as u64;
        let batch = records(start..start + count);
        assert_eq!(log.append(&batch).unwrap(), start..start + count);
        expected.extend(batch);
        if round % 2 == 0 {
            log.publish().unwrap();
        }
        let mut seen = Vec::new();
        log.for_each(0..log.size(), |index, entry| {
            assert_eq!(index, seen.len() as u64);
            seen.push(entry.to_vec());
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(seen == expected);
        let leaves: Vec<_> = expected.iter().map(|e| Hash::leaf(e)).collect();
        assert_eq!(log.root_at(log.size()).unwrap(), naive_root(&leaves));
        assert_eq!(log.checkpoint().root, naive_root(&leaves));
    }
}

#[test]
fn every_root_and_proof_up_to_600_equals_the_naive_tree() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    let size = 600;
    // A third in tiles, a third in tiles of a later integration, the rest in the journal.
    for (range, publish) in [(0..200, true), (200..450, true), (450..size, false)] {
        log.append(&records(range)).unwrap();
        if publish {
            log.publish().unwrap();
        }
    }
    let leaves: Vec<_> = (0..size).map(|i| Hash::leaf(&record(i))).collect();
    let roots: Vec<_> = (0..=size as usize)
        .map(|n| naive_root(&leaves[..n]))
        .collect();
    for n in 0..=size {
        assert_eq!(log.root_at(n).unwrap(), roots[n as usize]);
    }
    for n in (1..=size).filter(|n| n % 37 == 0 || n.is_power_of_two() || *n > size - 3 || *n < 20) {
        for index in 0..n {
            let path = log.inclusion_proof(index, n).unwrap();
            assert_eq!(path, naive_path(index as usize, &leaves[..n as usize]));
            let leaf = leaves[index as usize];
            assert!(verify_inclusion(leaf, index, n, &path, roots[n as usize]));
            assert!(!verify_inclusion(leaf, index ^ 1, n, &path, roots[n as usize]) || n == 1);
            assert!(!verify_inclusion(
                leaf,
                index,
                n,
                &path,
                roots[n as usize - 1]
            ));
        }
        for old in 0..=n {
            let path = log.consistency_proof(old, n).unwrap();
            if old > 0 {
                assert_eq!(
                    path,
                    naive_consistency(old as usize, &leaves[..n as usize], true)
                );
            }
            let (a, b) = (roots[old as usize], roots[n as usize]);
            assert!(verify_consistency(old, a, n, b, &path));
            if old > 0 {
                assert!(!verify_consistency(old, Hash([1; 32]), n, b, &path));
                assert!(!verify_consistency(old, a, n, Hash([1; 32]), &path));
            }
        }
    }
    assert!(matches!(
        log.inclusion_proof(600, 600),
        Err(LogError::OutOfRange { .. })
    ));
    assert!(matches!(log.root_at(601), Err(LogError::OutOfRange { .. })));
    assert!(matches!(
        log.entry(600),
        Err(LogError::OutOfRange {
            index: 600,
            size: 600
        })
    ));
}

#[test]
fn limits_are_errors_that_name_the_size_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    let error = log.append(&[vec![0; 65_536]]).unwrap_err();
    assert!(error.to_string().contains("65536 bytes"), "{error}");
    log.append(&[vec![0; 65_535], Vec::new()]).unwrap();
    assert_eq!(log.size(), 2);
    log.publish().unwrap();
    assert_eq!(log.entry(0).unwrap().len(), 65_535);
    assert_eq!(log.entry(1).unwrap(), b"");
    assert_eq!(log.append(&[]).unwrap(), 2..2);
}

#[test]
fn compare_and_append_takes_only_the_expected_size() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (open(dir.path()), open(dir.path()));
    assert_eq!(a.append_if(0, &records(0..3)).unwrap(), Ok(0..3));
    // The other handle learns of it by trying.
    assert_eq!(b.append_if(0, &records(0..3)).unwrap(), Err(3));
    assert_eq!(b.append_if(3, &records(3..4)).unwrap(), Ok(3..4));
    assert_eq!(a.append_if(9, &[]).unwrap(), Err(4));
    assert_eq!(a.entry(3).unwrap(), record(3));
}

#[test]
fn two_handles_append_and_publish_in_turns() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (open(dir.path()), open(dir.path()));
    let reader = Log::read_only(dir.path(), keys().verifier()).unwrap();
    let mut next = 0;
    for round in 0..40 {
        let (writer, other) = if round % 3 == 0 { (&a, &b) } else { (&b, &a) };
        let count = round * 7 % 90 + 1;
        writer.append(&records(next..next + count)).unwrap();
        next += count;
        if round % 4 == 1 {
            other.publish().unwrap();
        }
        if round % 5 == 2 {
            writer.publish().unwrap();
        }
        if round % 2 == 0 {
            assert_eq!(reader.refresh().unwrap(), next);
            assert_eq!(reader.entry(next - 1).unwrap(), record(next - 1));
            assert_eq!(reader.entry(0).unwrap(), record(0));
        }
    }
    let leaves: Vec<_> = (0..next).map(|i| Hash::leaf(&record(i))).collect();
    for log in [&a, &b, &reader] {
        assert_eq!(log.refresh().unwrap(), next);
        assert_eq!(log.root_at(next).unwrap(), naive_root(&leaves));
        assert_eq!(log.checkpoint().root, naive_root(&leaves));
    }
    assert!(matches!(
        reader.append(&records(0..1)),
        Err(LogError::ReadOnly)
    ));
}

#[test]
fn a_handle_that_looked_after_another_published_still_writes() {
    let directory = tempfile::tempdir().unwrap();
    let (one, other) = (open(directory.path()), open(directory.path()));
    other.append(&records(0..3)).unwrap();
    // The journal goes on in a new file, which the first handle meets while it only looks.
    other.publish().unwrap();
    assert_eq!(one.refresh().unwrap(), 3);
    assert_eq!(one.append(&records(3..4)).unwrap(), 3..4);
    assert_eq!(other.refresh().unwrap(), 4);
}

#[test]
fn many_threads_share_groups_and_each_gets_its_own_records() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        journal_records: 500,
        ..Options::default()
    };
    let log = Log::open(dir.path(), keys(), options).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let log = &log;
            scope.spawn(move || {
                for round in 0..50 {
                    let mine = vec![
                        format!("{thread}/{round}/a").into(),
                        format!("{thread}/{round}/b").into(),
                    ];
                    let range = log.append(&mine).unwrap();
                    assert_eq!(range.end - range.start, 2);
                    assert_eq!(log.entry(range.start).unwrap(), mine[0]);
                    assert_eq!(log.entry(range.start + 1).unwrap(), mine[1]);
                }
            });
        }
    });
    assert_eq!(log.size(), 1600);
    log.close().unwrap();
    let log = open(dir.path());
    assert_eq!((log.size(), log.published_size()), (1600, 1600));
}

#[test]
fn tickets_keep_the_order_of_their_thread_even_when_one_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    let first = log.submit(records(0..2)).unwrap();
    drop(log.submit(records(2..3)).unwrap());
    let last = log.submit(records(3..5)).unwrap();
    assert_eq!(last.wait().unwrap(), 3..5);
    assert_eq!(first.wait().unwrap(), 0..2);
    assert_eq!(log.entry(2).unwrap(), record(2));
}

#[test]
fn a_log_of_another_key_or_origin_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).append(&records(0..3)).unwrap();
    for keys in [
        runward_tlog::Keys::generate(ORIGIN, [8; 32]).unwrap(),
        runward_tlog::Keys::generate("example.com/other", [7; 32]).unwrap(),
    ] {
        let error = Log::open(dir.path(), keys, options()).err().unwrap();
        assert!(matches!(error, LogError::Foreign { .. }), "{error}");
    }
}

#[test]
fn partial_tiles_go_when_the_full_one_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    log.append(&records(0..100)).unwrap();
    log.publish().unwrap();
    assert!(dir.path().join("tile/entries/000.p/100").exists());
    assert!(dir.path().join("tile/0/000.p/100").exists());
    log.append(&records(100..300)).unwrap();
    log.publish().unwrap();
    assert!(!dir.path().join("tile/entries/000.p").exists());
    assert!(!dir.path().join("tile/0/000.p").exists());
    for file in [
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/001.p/44",
    ] {
        assert!(dir.path().join(file).exists(), "{file}");
    }
    assert_eq!(
        std::fs::read_dir(dir.path().join("journal"))
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn keys_are_saved_for_their_owner_only_and_never_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    keys().save(dir.path()).unwrap();
    let mode = std::fs::metadata(dir.path().join("log.key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let loaded = runward_tlog::Keys::load(dir.path()).unwrap();
    assert_eq!(loaded.verifier_key(), keys().verifier_key());
    let other = runward_tlog::Keys::generate("example.com/other", [9; 32]).unwrap();
    assert!(other.save(dir.path()).is_err());
    assert_eq!(
        runward_tlog::Keys::load(dir.path()).unwrap().origin(),
        ORIGIN
    );
}

/// Handles stand for processes: each has its own lock, its own view of the journal and its own
/// background integration.
#[test]
fn several_handles_write_and_publish_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        journal_records: 60,
        ..Options::default()
    };
    let handles: Vec<_> = (0..3)
        .map(|_| Log::open(dir.path(), keys(), options.clone()).unwrap())
        .collect();
    let reader = Log::read_only(dir.path(), keys().verifier()).unwrap();
    let acks = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for (number, log) in handles.iter().enumerate() {
            for thread in 0..2 {
                let acks = &acks;
                scope.spawn(move || {
                    for round in 0..120 {
                        let entry = format!("{number}/{thread}/{round}").into_bytes();
                        let at = log.append(std::slice::from_ref(&entry)).unwrap().start;
                        acks.lock().unwrap().push((at, entry));
                    }
                });
            }
        }
        scope.spawn(|| {
            let mut size = 0;
            while size < 720 {
                let now = reader.refresh().unwrap();
                assert!(now >= size);
                size = now;
                if size > 0 {
                    reader.prove(size / 2).unwrap();
                }
            }
        });
    });
    let mut acks = acks.into_inner().unwrap();
    acks.sort();
    assert_eq!(
        acks.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        (0..720).collect::<Vec<_>>()
    );
    for log in handles {
        assert_eq!(log.refresh().unwrap(), 720);
        for (at, entry) in acks.iter().step_by(50) {
            assert_eq!(log.entry(*at).unwrap(), *entry);
        }
        assert!(log.background_error().is_none());
        log.close().unwrap();
    }
    let log = open(dir.path());
    let leaves: Vec<_> = acks.iter().map(|(_, entry)| Hash::leaf(entry)).collect();
    assert_eq!(log.root_at(720).unwrap(), naive_root(&leaves));
    assert!(
        log.verify(runward_tlog::verify::VerifyOptions::default())
            .unwrap()
            .ok
    );
    assert!(matches!(
        log.entry(u64::MAX),
        Err(LogError::OutOfRange { .. })
    ));
}
