//! The detection matrix: whatever is done to the files is found, and the first record named.
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

use std::fs;
use std::path::{Path, PathBuf};

use runward_tlog::verify::{self, Report, VerifyOptions};
use runward_tlog::{Keys, Log, LogError, SignedCheckpoint};
use support::*;

/// 600 records in tiles (made in two steps), 100 in the journal in groups of 10.
fn sample() -> (tempfile::TempDir, SignedCheckpoint) {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    log.append(&records(0..550)).unwrap();
    log.publish().unwrap();
    log.append(&records(550..600)).unwrap();
    log.publish().unwrap();
    for start in (600..700).step_by(10) {
        log.append(&records(start..start + 10)).unwrap();
    }
    let checkpoint = log.checkpoint();
    (dir, checkpoint)
}

fn check(dir: &Path) -> Report {
    check_against(dir, &[])
}

fn check_against(dir: &Path, against: &[&SignedCheckpoint]) -> Report {
    let options = VerifyOptions {
        against: against.iter().map(|c| (*c).clone()).collect(),
        ..VerifyOptions::default()
    };
    verify::directory(dir, keys().verifier(), &options).unwrap()
}

fn first_bad(report: &Report) -> u64 {
    assert!(!report.ok);
    report
        .first_bad
        .as_ref()
        .unwrap_or_else(|| panic!("{report:?}"))
        .index
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(dir).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn change(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    edit(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn journal(dir: &Path) -> PathBuf {
    dir.join("journal/00000000000000000600")
}

/// A bundle as its records.
fn edit_bundle(path: &Path, edit: impl FnOnce(&mut Vec<Vec<u8>>)) {
    change(path, |bytes| {
        let mut entries: Vec<Vec<u8>> = runward_tlog::parse_bundle(bytes)
            .unwrap()
            .into_iter()
            .map(<[u8]>::to_vec)
            .collect();
        edit(&mut entries);
        bytes.clear();
        for entry in entries {
            bytes.extend(u16::try_from(entry.len()).unwrap().to_be_bytes());
            bytes.extend(entry);
        }
    });
}

#[test]
fn an_untouched_log_is_whole() {
    let (dir, checkpoint) = sample();
    let report = check_against(dir.path(), &[&checkpoint]);
    assert!(report.ok, "{report:?}");
    assert_eq!(
        (report.size, report.records, report.root),
        (700, 700, checkpoint.root)
    );
    let log = open(dir.path());
    log.publish().unwrap();
    assert!(log.verify(VerifyOptions::default()).unwrap().ok);
}

#[test]
fn one_changed_bit_anywhere_is_found() {
    let (dir, checkpoint) = sample();
    let mut flips = 0;
    for path in files(dir.path()) {
        let original = fs::read(&path).unwrap();
        let places = (0..original.len())
            .step_by(61)
            .chain(original.len().checked_sub(1));
        for at in places {
            let mut bytes = original.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, &bytes).unwrap();
            let report = check_against(dir.path(), &[&checkpoint]);
            assert!(!report.ok, "byte {at} of {}", path.display());
            flips += 1;
        }
        fs::write(&path, original).unwrap();
    }
    assert!(flips > 500, "{flips}");
    assert!(check(dir.path()).ok);
}

#[test]
fn an_edited_record_is_named_in_bundle_and_journal() {
    for index in [0_usize, 17, 255] {
        let (dir, _) = sample();
        edit_bundle(&dir.path().join("tile/entries/001"), |e| e[index][0] ^= 1);
        assert_eq!(first_bad(&check(dir.path())), 256 + index as u64);
        let error = open(dir.path()).entry(256 + index as u64).unwrap_err();
        assert!(
            matches!(error, LogError::Damaged { index: Some(i), .. } if i == 256 + index as u64)
        );
    }
    let (dir, _) = sample();
    let text = b"record 643 ";
    change(&journal(dir.path()), |bytes| {
        let at = bytes.windows(text.len()).position(|w| w == text).unwrap();
        bytes[at] ^= 4;
    });
    assert_eq!(first_bad(&check(dir.path())), 643);
    let error = Log::open(dir.path(), keys(), options()).err().unwrap();
    assert!(
        matches!(
            error,
            LogError::Damaged {
                index: Some(643),
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn reorder_deletion_and_insertion_name_the_first_record() {
    type Edit = fn(&mut Vec<Vec<u8>>);
    let edits: [(Edit, u64); 4] = [
        (|e| e.swap(10, 20), 256 + 10),
        (|e| drop(e.remove(30)), 256 + 30),
        (|e| e.insert(40, b"inserted".to_vec()), 256 + 40),
        (|e| e.push(b"appended".to_vec()), 512),
    ];
    for (edit, expected) in edits {
        let (dir, _) = sample();
        edit_bundle(&dir.path().join("tile/entries/001"), edit);
        assert_eq!(first_bad(&check(dir.path())), expected);
    }
}

#[test]
fn a_record_changed_together_with_its_hash_tile_is_found() {
    let (dir, _) = sample();
    let path = dir.path().join("tile/entries/001");
    edit_bundle(&path, |e| e[5] = b"forged".to_vec());
    change(&dir.path().join("tile/0/001"), |tile| {
        tile[5 * 32..6 * 32].copy_from_slice(&runward_tlog::Hash::leaf(b"forged").0);
    });
    // The level-1 tile is still right, so the bundle is named.
    assert_eq!(first_bad(&check(dir.path())), 256);
}

#[test]
fn truncation_of_any_file_is_found() {
    let (dir, checkpoint) = sample();
    for path in files(dir.path()) {
        let original = fs::read(&path).unwrap();
        if original.is_empty() {
            continue;
        }
        for keep in [0, original.len() / 2, original.len() - 1] {
            fs::write(&path, &original[..keep]).unwrap();
            let report = check_against(dir.path(), &[&checkpoint]);
            assert!(!report.ok, "{} cut to {keep}", path.display());
        }
        fs::remove_file(&path).unwrap();
        let report = check_against(dir.path(), &[&checkpoint]);
        let superseded = path.ends_with("000.p/2") || path.to_string_lossy().ends_with(".p/38");
        assert!(!report.ok || superseded, "{} removed", path.display());
        fs::write(&path, original).unwrap();
    }
}

#[test]
fn removed_bundles_are_not_taken_for_pruned_ones() {
    let (dir, _) = sample();
    fs::remove_file(dir.path().join("tile/entries/000")).unwrap();
    assert_eq!(first_bad(&check(dir.path())), 0);
}

#[test]
fn a_cut_journal_is_found_against_a_stored_checkpoint_or_a_remembered_size() {
    let (dir, checkpoint) = sample();
    let path = journal(dir.path());
    let whole = fs::read(&path).unwrap();
    // Cut at a frame boundary: by itself a valid, shorter log.
    let log = open(dir.path());
    let length = fs::metadata(&path).unwrap().len();
    log.append(&records(700..701)).unwrap();
    drop(log);
    let newer = check(dir.path());
    assert_eq!(newer.size, 701);
    fs::write(&path, &whole).unwrap();
    assert_eq!(length, whole.len() as u64);
    assert!(check_against(dir.path(), &[&checkpoint]).ok);
    let options = VerifyOptions {
        known: Some((newer.size, newer.root)),
        ..VerifyOptions::default()
    };
    let report = verify::directory(dir.path(), keys().verifier(), &options).unwrap();
    assert_eq!(first_bad(&report), 700);
}

#[test]
fn an_older_copy_and_a_rewritten_log_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let (log_dir, old) = (dir.path().join("log"), dir.path().join("old"));
    let log = open(&log_dir);
    log.append(&records(0..300)).unwrap();
    let early = log.publish().unwrap();
    copy(&log_dir, &old);
    log.append(&records(300..400)).unwrap();
    let late = log.checkpoint();
    assert!(check_against(&log_dir, &[&early, &late]).ok);

    let report = check_against(&old, &[&early, &late]);
    assert_eq!(first_bad(&report), 300);
    // The same key, another history from record 350 on.
    let rewritten = open(&old);
    rewritten.append(&records(300..350)).unwrap();
    rewritten.append(&records(1350..1450)).unwrap();
    rewritten.publish().unwrap();
    assert!(check(&old).ok, "by itself it is a valid log");
    let report = check_against(&old, &[&early, &late]);
    assert!(!report.ok && first_bad(&report) >= 300 && first_bad(&report) < 400);
    // A handle that was open meanwhile notices too.
    fs::remove_dir_all(&log_dir).unwrap();
    copy(&old, &log_dir);
    assert!(!log.verify(VerifyOptions::default()).unwrap().ok);
}

#[test]
fn wrong_keys_origins_and_unsigned_minimum_indices_are_found() {
    let (dir, _) = sample();
    let other = Keys::generate(ORIGIN, [8; 32]).unwrap();
    let report =
        verify::directory(dir.path(), other.verifier(), &VerifyOptions::default()).unwrap();
    assert!(!report.ok);
    let elsewhere = tempfile::tempdir().unwrap();
    let foreign = Keys::generate("example.com/other", [7; 32]).unwrap();
    let log = Log::open(elsewhere.path(), foreign, options()).unwrap();
    log.append(&records(0..600)).unwrap();
    log.publish().unwrap();
    fs::copy(
        elsewhere.path().join("checkpoint"),
        dir.path().join("checkpoint"),
    )
    .unwrap();
    let report = check(dir.path());
    assert!(
        !report.ok && report.problems[0].to_string().contains("origin"),
        "{report:?}"
    );

    let (dir, _) = sample();
    let forged = format!("runward-tlog minimum index v1\n{ORIGIN}\n256\n700\n");
    fs::write(
        dir.path().join("minimum-index"),
        other.sign(&forged).encode(),
    )
    .unwrap();
    fs::remove_file(dir.path().join("tile/entries/000")).unwrap();
    let report = check(dir.path());
    assert!(!report.ok);
    assert_eq!(first_bad(&report), 0);
}

#[test]
fn prune_archives_first_and_keeps_every_proof() {
    let (dir, checkpoint) = sample();
    let archive = dir.path().join("archive");
    let log_dir = dir.path().join("log");
    fs::create_dir(&log_dir).unwrap();
    for name in ["tile", "journal"] {
        fs::rename(dir.path().join(name), log_dir.join(name)).unwrap();
    }
    fs::rename(dir.path().join("checkpoint"), log_dir.join("checkpoint")).unwrap();

    let log = open(&log_dir);
    let other = open(&log_dir);
    let before = log.prove(100).unwrap();
    let pruned = log.prune(300, &archive).unwrap();
    assert_eq!((pruned.range.clone(), pruned.minimum_index), (0..256, 256));
    assert!(!log_dir.join("tile/entries/000").exists());
    for handle in [&log, &other] {
        let error = handle.entry(255).unwrap_err();
        assert!(
            matches!(
                error,
                LogError::Pruned {
                    index: 255,
                    minimum: 256
                }
            ),
            "{error}"
        );
    }
    assert_eq!(log.entry(256).unwrap(), record(256));
    // Proofs: the old one, a new one of a kept record, roots and paths of all.
    let key = keys();
    before.verify(key.verifier(), &Default::default()).unwrap();
    log.prove(256)
        .unwrap()
        .verify(key.verifier(), &Default::default())
        .unwrap();
    assert_eq!(log.root_at(700).unwrap(), checkpoint.root);
    assert_eq!(log.inclusion_proof(100, 700).unwrap(), before.path);
    let report = log
        .verify(VerifyOptions {
            against: vec![checkpoint.clone()],
            ..Default::default()
        })
        .unwrap();
    assert!(report.ok, "{report:?}");
    assert_eq!((report.minimum_index, report.records), (256, 444));

    // A second prune into the same archive, then the archive by itself.
    log.append(&records(700..800)).unwrap();
    log.prune(600, &archive).unwrap();
    let report = verify::archive(&archive, key.verifier(), &VerifyOptions::default()).unwrap();
    assert!(report.ok, "{report:?}");
    assert_eq!(report.records, 512);
    assert!(log.verify(VerifyOptions::default()).unwrap().ok);
    edit_bundle(&archive.join("tile/entries/001"), |e| e[3][0] ^= 1);
    let report = verify::archive(&archive, key.verifier(), &VerifyOptions::default()).unwrap();
    assert_eq!(first_bad(&report), 259);

    other.refresh().unwrap();
    assert_eq!(other.minimum_index(), 512);
    // Reopened it knows its minimum.
    drop(log);
    let log = open(&log_dir);
    assert_eq!(log.minimum_index(), 512);
    assert_eq!(log.prune(512, &archive).unwrap().range, 512..512);
    assert!(matches!(
        log.prune(9999, &archive),
        Err(LogError::OutOfRange { .. })
    ));
}

#[test]
fn an_open_handle_refuses_to_build_on_a_journal_that_was_cut_or_removed() {
    let (dir, _) = sample();
    let log = open(dir.path());
    let path = journal(dir.path());
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = log.append(&records(700..701)).unwrap_err();
    assert!(matches!(error, LogError::Damaged { .. }), "{error}");
    fs::remove_file(&path).unwrap();
    let error = log.append(&records(700..701)).unwrap_err();
    assert!(matches!(error, LogError::Damaged { .. }), "{error}");
    assert!(Log::open(dir.path(), keys(), options()).is_err());
    // Nothing was changed by the attempts: with the file back, the log goes on.
    fs::write(&path, &whole).unwrap();
    assert_eq!(
        open(dir.path()).append(&records(700..701)).unwrap(),
        700..701
    );
}

#[test]
fn a_missing_checkpoint_is_damage_not_a_new_log() {
    let (dir, _) = sample();
    fs::remove_file(dir.path().join("checkpoint")).unwrap();
    let error = Log::open(dir.path(), keys(), options()).err().unwrap();
    assert!(matches!(error, LogError::Damaged { .. }), "{error}");
    assert!(!check(dir.path()).ok);
    let nothing = tempfile::tempdir().unwrap();
    let error = Log::read_only(nothing.path(), keys().verifier())
        .err()
        .unwrap();
    assert!(matches!(error, LogError::Missing { .. }), "{error}");
}

/// A web server that publishes `checkpoint` and `tile/` serves a log that can be read and verified.
#[test]
fn a_published_copy_without_journal_and_locks_is_enough_to_read_prove_and_verify() {
    let (dir, _) = sample();
    let copy_dir = tempfile::tempdir().unwrap();
    copy(&dir.path().join("tile"), &copy_dir.path().join("tile"));
    fs::copy(
        dir.path().join("checkpoint"),
        copy_dir.path().join("checkpoint"),
    )
    .unwrap();
    let log = Log::read_only(copy_dir.path(), keys().verifier()).unwrap();
    assert_eq!(log.size(), 600);
    assert_eq!(log.entry(599).unwrap(), record(599));
    log.prove(5)
        .unwrap()
        .verify(keys().verifier(), &Default::default())
        .unwrap();
    assert!(check(copy_dir.path()).ok);
}
