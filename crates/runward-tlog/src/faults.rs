//! Every file operation fails once, in turn, while records are appended and published.

use std::path::Path;

use crate::disk::fault;
use crate::verify::{self, VerifyOptions};
use crate::{Hash, Keys, Log, LogError, Options};

fn keys() -> Keys {
    Keys::generate("example.com/faults", [3; 32]).unwrap()
}

fn open(directory: &Path) -> Result<Log, LogError> {
    let options = Options {
        background: false,
        ..Options::default()
    };
    Log::open(directory, keys(), options)
}

fn batch(round: u64) -> Vec<Vec<u8>> {
    (0..130)
        .map(|i| format!("{round}/{i}").into_bytes())
        .collect()
}

/// What is in the log, as text.
fn contents(log: &Log) -> Vec<String> {
    let mut all = Vec::new();
    log.for_each(0..log.size(), |_, entry| {
        all.push(String::from_utf8_lossy(entry).into_owned());
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    all
}

/// Three rounds of append and publish with a fault at operation `n`; a failed append is answered
/// as a careful caller would: reopen, read the tail, repeat only what is not there. Returns
/// whether the fault was reached.
fn rounds(n: u32, sticky: bool) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let mut log = open(dir.path()).unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    fault::arm(n, sticky);
    let mut reached = false;
    for round in 0..3 {
        let text: Vec<_> = batch(round)
            .iter()
            .map(|e| String::from_utf8_lossy(e).into_owned())
            .collect();
        let size = log.size();
        let result = log.append(&batch(round));
        match &result {
            Ok(range) => {
                assert_eq!(range.start, size);
                acknowledged.extend(text.clone());
            }
            Err(LogError::Unknown { size_before, .. }) => assert_eq!(*size_before, size),
            Err(_) => {}
        }
        if result.is_err() {
            reached = true;
            fault::disarm();
            if matches!(result, Err(LogError::Io { .. }))
                && !log
                    .inner
                    .poisoned
                    .load(std::sync::atomic::Ordering::Relaxed)
            {
                // Said to have changed nothing: the same handle goes on.
                assert_eq!(contents(&log), acknowledged);
            } else {
                assert!(matches!(log.append(&batch(round)), Err(LogError::Poisoned)));
                log = open(dir.path()).unwrap();
            }
            let found = contents(&log);
            assert_eq!(found[..acknowledged.len()], acknowledged, "fault at {n}");
            if found.len() == acknowledged.len() {
                log.append(&batch(round)).unwrap();
            } else {
                assert_eq!(found[acknowledged.len()..], text);
            }
            acknowledged.extend(text);
        }
        if log.publish().is_err() {
            reached = true;
            fault::disarm();
            log = open(dir.path()).unwrap();
            assert_eq!(contents(&log), acknowledged, "fault at {n}");
        }
    }
    fault::disarm();
    drop(log);
    let log = open(dir.path()).unwrap();
    assert_eq!(contents(&log), acknowledged, "fault at {n}");
    log.publish().unwrap();
    let report =
        verify::directory(dir.path(), keys().verifier(), &VerifyOptions::default()).unwrap();
    assert!(report.ok, "fault at {n}: {report:?}");
    let mut tree = crate::tree::Frontier::default();
    for entry in &acknowledged {
        tree.push(0, Hash::leaf(entry.as_bytes()));
    }
    assert_eq!(report.root, tree.root());
    reached
}

#[test]
fn a_fault_at_any_operation_loses_and_repeats_nothing() {
    for sticky in [false, true] {
        let mut n = 0;
        while rounds(n, sticky) {
            n += 1;
        }
        assert!(n > 40, "only {n} operations were tried");
    }
}

#[test]
fn a_fault_while_creating_leaves_nothing_that_cannot_be_opened() {
    for n in 0..25 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b");
        fault::arm(n, false);
        let first = open(&path);
        fault::disarm();
        drop(first);
        let log = open(&path).unwrap();
        assert_eq!(log.size(), 0);
        log.append(&batch(0)).unwrap();
    }
}

#[test]
fn a_fault_while_pruning_can_be_repeated() {
    let mut reached = 0;
    for n in 0..200 {
        let dir = tempfile::tempdir().unwrap();
        let (path, archive) = (dir.path().join("log"), dir.path().join("archive"));
        let log = open(&path).unwrap();
        for round in 0..6 {
            log.append(&batch(round)).unwrap();
        }
        log.publish().unwrap();
        fault::arm(n, false);
        let result = log.prune(600, &archive);
        fault::disarm();
        reached += u32::from(result.is_err());
        let report = log.verify(VerifyOptions::default()).unwrap();
        assert!(report.ok, "fault at {n}: {report:?}");
        log.prune(600, &archive).unwrap();
        assert!(!path.join("tile/entries/001").exists(), "fault at {n}");
        let report =
            verify::archive(&archive, keys().verifier(), &VerifyOptions::default()).unwrap();
        assert!(
            report.ok && report.records == 512,
            "fault at {n}: {report:?}"
        );
        if result.is_ok() {
            break;
        }
    }
    assert!(reached > 10, "{reached}");
}
