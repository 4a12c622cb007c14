//! Whatever is changed behind the trail's back is found, and the first bad record is named.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a panic fails the test"
)]

mod common;

use std::{fs, path::Path};

use common::{World, assert_sound, copy, emit, event, sql, time, verify};
use runward_audit::{
    AuditError, Confirmed, Query, Trail, VerifyRequest, check_proof, verify_unopened,
};
use runward_model::Actor;
use serde_json::json;

#[test]
fn every_change_of_the_index_is_found() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..20);
        trail.publish(&db, u64::MAX).unwrap();
        for (statement, first) in [
            ("UPDATE audit_events SET actor = 'eve' WHERE idx = 7", 7),
            ("UPDATE audit_events SET event = '{}' WHERE idx = 3", 3),
            ("UPDATE audit_events SET leaf = 'x' WHERE idx = 19", 19),
            ("UPDATE audit_events SET at = at + 1 WHERE idx = 4", 4),
            ("UPDATE audit_events SET text = '' WHERE idx = 5", 5),
            ("UPDATE audit_events SET result_count = 7 WHERE idx = 6", 6),
            ("UPDATE audit_events SET project = 'x' WHERE idx = 6", 6),
            ("DELETE FROM audit_events WHERE idx = 0", 0),
            ("DELETE FROM audit_events WHERE idx = 19", 19),
            ("UPDATE audit_events SET idx = 25 WHERE idx = 8", 8),
            (
                "INSERT INTO audit_events SELECT 20, id, at, type, actor_kind, actor, token, \
                 address, subject_kind, subject, outcome, severity, project, repository, \
                 correlation, result_count, leaf, text, event FROM audit_events WHERE idx = 1",
                20,
            ),
        ] {
            assert_eq!(sql(&db, statement), 1, "{statement}");
            let verdict = verify(&trail, &db);
            assert!(!verdict.ok, "{statement}");
            assert_eq!(verdict.first_bad.unwrap().index, first, "{statement}");
            trail.reindex(&db).unwrap();
            assert_sound(&trail, &db);
        }
        // Two rows that changed places.
        sql(&db, "UPDATE audit_events SET idx = 100 WHERE idx = 2");
        sql(&db, "UPDATE audit_events SET idx = 2 WHERE idx = 9");
        sql(&db, "UPDATE audit_events SET idx = 9 WHERE idx = 100");
        assert_eq!(verify(&trail, &db).first_bad.unwrap().index, 2);
        trail.reindex(&db).unwrap();
        for statement in [
            "UPDATE audit_state SET root = 'x'",
            "UPDATE audit_state SET size = size + 1",
            "UPDATE counters SET value = value - 1 WHERE name = 'outbox'",
        ] {
            sql(&db, statement);
            assert!(!verify(&trail, &db).ok, "{statement}");
            assert!(trail.publish(&db, u64::MAX).is_err(), "{statement}");
            trail.adopt(&db).ok();
        }
    });
}

#[test]
fn a_store_in_the_place_of_another_is_found_until_somebody_says_so() {
    let first = World::sqlite();
    let trail = first.trail();
    let db = first.db(&trail);
    emit(&db, 0..5);
    trail.publish(&db, u64::MAX).unwrap();
    assert_sound(&trail, &db);

    let second = World::sqlite();
    let new = second.db(&trail);
    for _ in 0..2 {
        let verdict = verify(&trail, &new);
        assert!(!verdict.ok);
        assert!(
            verdict.problems[0].contains("5 events of the database"),
            "{verdict:?}"
        );
        // Going on with the new one does not make the old one forgotten.
        emit(&new, 5..6);
        trail.publish(&new, u64::MAX).unwrap();
    }
    trail.adopt(&new).unwrap();
    assert_sound(&trail, &new);
    // The old one, if it comes back, has a neighbour that nobody told it of.
    assert!(!verify(&trail, &db).ok);
    trail.adopt(&db).unwrap();
    assert_sound(&trail, &db);
}

fn rewrite(path: &Path, change: impl Fn(Vec<&str>) -> Vec<String>) -> Vec<u8> {
    let before = fs::read(path).unwrap();
    let text = String::from_utf8(before.clone()).unwrap();
    fs::write(path, change(text.lines().collect()).concat()).unwrap();
    before
}

type Change = fn(Vec<String>) -> Vec<String>;

#[test]
fn every_change_of_a_feed_is_found() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..10);
        trail.publish(&db, u64::MAX).unwrap();
        let changes: [(Change, u64); 4] = [
            (
                |mut lines| {
                    lines[4] = lines[4].replace("\"ann\"", "\"eve\"");
                    lines
                },
                4,
            ),
            (
                |mut lines| {
                    lines.remove(4);
                    lines
                },
                4,
            ),
            (
                |mut lines| {
                    lines.swap(2, 7);
                    lines
                },
                2,
            ),
            (
                |mut lines| {
                    lines.insert(3, lines[2].clone());
                    lines
                },
                3,
            ),
        ];
        for name in ["audit.log", "audit.json"] {
            let path = world.root.join("feeds").join(name);
            for (change, first) in changes {
                let before = rewrite(&path, |lines| {
                    change(lines.iter().map(|line| format!("{line}\n")).collect())
                });
                let verdict = verify(&trail, &db);
                assert!(!verdict.ok, "{name}");
                assert_eq!(verdict.first_bad.unwrap().index, first, "{name}");
                fs::write(&path, before).unwrap();
                assert_sound(&trail, &db);
            }
        }
    });
}

/// All files of the log but its locks.
fn files(directory: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if !path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("lock")
        {
            found.push(path);
        }
    }
}

#[test]
fn every_change_of_the_log_is_found() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..300);
        trail.publish(&db, u64::MAX).unwrap();
        // Half of it in tiles, half in the journal.
        trail.witness_request().unwrap();
        emit(&db, 300..320);
        trail.publish(&db, u64::MAX).unwrap();
        assert_sound(&trail, &db);
        drop(trail);
        let good = world.root.join("good");
        copy(&world.log_dir(), &good);
        let mut all = Vec::new();
        files(&good, &mut all);
        for file in &all {
            let target = world.log_dir().join(file.strip_prefix(&good).unwrap());
            let bytes = fs::read(file).unwrap();
            if bytes.is_empty() {
                continue;
            }
            for (what, changed) in [
                ("a bit", {
                    let mut bytes = bytes.clone();
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                    Some(bytes)
                }),
                ("its end", Some(bytes[..bytes.len() / 2].to_vec())),
                ("all of it", None),
            ] {
                // Only tells which checkpoint was sent last; without it the next one is sent.
                if changed.is_none() && file.ends_with("cosigned.requested") {
                    continue;
                }
                match changed {
                    Some(changed) => fs::write(&target, changed).unwrap(),
                    None => fs::remove_file(&target).unwrap(),
                }
                let found = match Trail::open(world.options()) {
                    Ok(trail) => !verify(&trail, &db).ok,
                    Err(error) => {
                        assert!(
                            error.is_detection() || matches!(error, AuditError::Log(_)),
                            "{error}"
                        );
                        verify_unopened(&world.options(), &VerifyRequest::default())
                            .map_or(true, |verdict| !verdict.ok)
                    }
                };
                assert!(found, "{what} of {}", target.display());
                copy(&good, &world.log_dir());
            }
        }
        assert_sound(&world.trail(), &db);
    });
}

#[test]
fn a_proof_stands_alone() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        trail
            .record(&db, &[event(1).with_detail("api_key", "hunter2"), event(2)])
            .unwrap();
        let proof = trail.prove(Some(&db), "0").unwrap();
        let checked = check_proof(&proof, &trail.verifier_key(), &[], 0, Some(&db)).unwrap();
        assert_eq!((checked.record.index, checked.size), (0, 2));
        assert_eq!(checked.in_database, Some(true));
        assert_eq!(checked.record.event.actor.id, "ann");
        assert!(check_proof(&proof, &trail.verifier_key(), &[], 1, None).is_err());
        assert!(
            check_proof(
                &proof.replace("index 0", "index 1"),
                &trail.verifier_key(),
                &[],
                0,
                None
            )
            .is_err()
        );
        assert!(trail.prove(Some(&db), "2").is_err());
        assert!(trail.prove(Some(&db), "x").is_err());
        let confirm = |path: &str, value| trail.confirm(Some(&db), "0", path, &value).unwrap();
        assert_eq!(
            confirm("/details/api_key", json!("hunter2")),
            Confirmed::Yes
        );
        assert_eq!(confirm("/details/api_key", json!("hunter3")), Confirmed::No);
        assert_eq!(confirm("/details/number", json!(1)), Confirmed::NotRedacted);
        let text = fs::read_to_string(world.root.join("feeds/audit.json")).unwrap();
        assert!(!text.contains("hunter2"));
    });
}

#[test]
fn a_pruned_log_keeps_its_proofs() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..1_000);
        trail.publish(&db, u64::MAX).unwrap();
        let archive = world.root.join("archive");
        let actor = Actor::principal("root");
        let report = trail
            .prune(&db, time(600), &archive, &actor, time(2_000))
            .unwrap();
        assert_eq!((report.entries, report.minimum_index), (512, 512));
        let verdict = assert_sound(&trail, &db);
        assert_eq!((verdict.size, verdict.minimum_index), (1_001, 512));
        let record = trail.get(&db, "1000").unwrap();
        assert_eq!(record.event.event_type, "audit_pruned");
        assert_eq!(record.event.details["end_index"], 512);
        assert!(matches!(
            trail.prove(Some(&db), "511"),
            Err(AuditError::Pruned { .. })
        ));
        assert!(matches!(
            trail.get(&db, "511"),
            Err(AuditError::NotFound { .. })
        ));
        let proof = trail.prove(Some(&db), "512").unwrap();
        check_proof(&proof, &trail.verifier_key(), &[], 0, None).unwrap();
        assert_eq!(trail.count(&db, &Query::default()).unwrap(), 489);
        assert_eq!(trail.reindex(&db).unwrap(), 489);
        // Once more there is nothing to do.
        let again = trail
            .prune(&db, time(600), &archive, &actor, time(2_000))
            .unwrap();
        assert_eq!(again.entries, 0);
        drop(trail);
        assert_sound(&world.trail(), &db);
    });
}

#[test]
fn a_witness_vouches_for_a_proof() {
    World::each(|world| {
        let witness = runward_tlog::Cosigner::generate("witness.example", [1; 32]).unwrap();
        let key = witness.verifier().to_string();
        drop(world.trail());
        let list = format!("# who vouches\n\n{key}\n");
        fs::write(world.root.join("keys/witnesses"), list).unwrap();
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        trail.publish(&db, u64::MAX).unwrap();
        let request = trail.witness_request().unwrap();
        assert!(request.starts_with("old 0\n"));
        let (_, checkpoint) = request.split_once("\n\n").unwrap();
        let log_key = trail.verifier_key().parse().unwrap();
        let checkpoint = runward_tlog::SignedCheckpoint::parse(checkpoint, &log_key).unwrap();
        let answer = witness.cosign(&checkpoint, 1_771_372_800);
        assert_eq!(trail.add_cosignature(&answer).unwrap(), ["witness.example"]);
        assert!(trail.add_cosignature("nonsense").is_err());
        let proof = trail.prove(None, "3").unwrap();
        let checked = check_proof(
            &proof,
            &trail.verifier_key(),
            std::slice::from_ref(&key),
            1,
            None,
        )
        .unwrap();
        assert_eq!(checked.witnesses, ["witness.example"]);
        emit(&db, 5..7);
        trail.publish(&db, u64::MAX).unwrap();
        assert!(trail.witness_request().unwrap().starts_with("old 5\n"));
        assert_sound(&trail, &db);
    });
}

#[test]
fn a_reader_without_keys_verifies_and_searches() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        trail.publish(&db, u64::MAX).unwrap();
        fs::remove_file(world.root.join("keys/log.key")).unwrap();
        fs::remove_file(world.root.join("keys/commitment.key")).unwrap();
        let mut options = world.options();
        options.read_only = true;
        let reader = Trail::open(options).unwrap();
        let verdict = assert_sound(&reader, &db);
        assert_eq!(
            (verdict.feeds.len(), verdict.database.unwrap().rows),
            (2, 5)
        );
        assert_eq!(reader.count(&db, &Query::default()).unwrap(), 5);
        assert!(matches!(reader.publish(&db, 1), Err(AuditError::ReadOnly)));
        assert!(matches!(reader.sealer(), Err(AuditError::ReadOnly)));
        // What others publish is seen.
        emit(&db, 5..6);
        trail.publish(&db, u64::MAX).unwrap();
        assert_eq!(reader.tail(5, 10).unwrap().len(), 1);
    });
}
