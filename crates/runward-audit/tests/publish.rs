//! Each event once, in order, whatever is killed when; and what does not fit is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::redundant_closure_for_method_calls,
    reason = "a panic fails the test"
)]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use common::{World, assert_sound, copy, db, emit, event, numbers, one, options, sql};
use runward_audit::{AuditError, Query, Step, Trail};
use runward_db::{Lock, Sql};

fn injected() -> AuditError {
    AuditError::Output {
        what: "injected".to_owned(),
    }
}

#[test]
fn events_are_published_once_and_in_order() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        assert_eq!(trail.publish(&db, u64::MAX).unwrap().events, 0);
        emit(&db, 0..3);
        emit(&db, 3..5);
        let published = trail.publish(&db, u64::MAX).unwrap();
        assert_eq!(
            (published.events, published.first, published.size),
            (5, Some(0), 5)
        );
        assert_eq!(published.feeds, None);
        assert_eq!(trail.publish(&db, u64::MAX).unwrap().events, 0);
        assert_eq!(numbers(&trail), [0, 1, 2, 3, 4]);
        assert_eq!(one(&db, "SELECT COUNT(*) FROM outbox"), 0);
        assert_sound(&trail, &db);
    });
}

#[test]
fn no_more_is_published_than_was_asked_for() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        assert_eq!(trail.publish(&db, 2).unwrap().events, 2);
        assert_eq!(trail.publish(&db, 2).unwrap().events, 2);
        assert_eq!(trail.publish(&db, 2).unwrap().events, 1);
        assert_sound(&trail, &db);
    });
}

#[test]
fn an_acknowledgement_names_the_event_and_its_place() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..2);
        let acks = trail
            .record_acknowledged(&db, &[event(2), event(3)])
            .unwrap();
        assert_eq!(acks.iter().map(|it| it.index).collect::<Vec<_>>(), [2, 3]);
        for ack in acks {
            let record = trail.get(&db, &ack.id).unwrap();
            assert_eq!(record.index, ack.index);
            assert_eq!(trail.get(&db, &ack.index.to_string()).unwrap(), record);
        }
    });
}

#[test]
fn a_failure_at_any_step_loses_and_doubles_nothing() {
    World::each(|world| {
        let mut expected = 0;
        for step in [
            Step::BeforeAppend,
            Step::AfterAppend,
            Step::AfterIndex,
            Step::AfterState,
        ] {
            for round in 0..3 {
                let failing = world
                    .trail()
                    .with_fault(move |at| if at == step { Err(injected()) } else { Ok(()) });
                let db = world.db(&failing);
                emit(&db, expected..expected + 7);
                expected += 7;
                assert!(failing.publish(&db, u64::MAX).is_err(), "{step:?}");
                if round == 1 {
                    // Also in the middle of the repair, which appends nothing.
                    let repaired = failing.publish(&db, u64::MAX).is_ok();
                    assert_eq!(repaired, step == Step::AfterAppend, "{step:?}");
                }
                drop((failing, db));
                let trail = world.trail();
                let db = world.db(&trail);
                if round == 2 {
                    emit(&db, expected..expected + 2);
                    expected += 2;
                }
                trail.publish(&db, u64::MAX).unwrap();
                assert_eq!(
                    numbers(&trail),
                    (0..expected).collect::<Vec<_>>(),
                    "{step:?}"
                );
                assert_sound(&trail, &db);
            }
        }
    });
}

#[test]
fn several_publishers_at_once_are_safe() {
    World::each(|world| {
        let first = world.trail();
        drop(world.db(&first));
        let acked = Arc::new(AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let (world, acked) = (&world, Arc::clone(&acked));
                scope.spawn(move || {
                    let trail = Trail::open(options(&world.root)).unwrap();
                    let db = db(&world.place, &trail);
                    for number in 0..25 {
                        let acks = trail
                            .record_acknowledged(&db, &[event(writer * 1_000 + number)])
                            .unwrap();
                        acked.fetch_add(acks.len(), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(acked.load(Ordering::Relaxed), 100);
        let db = world.db(&first);
        let mut all = numbers(&first);
        for writer in 0..4 {
            let own: Vec<_> = all
                .iter()
                .filter(|it| *it / 1_000 == writer)
                .copied()
                .collect();
            assert!(own.is_sorted());
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 100);
        assert_sound(&first, &db);
    });
}

#[test]
fn several_databases_share_a_log() {
    World::each(|one_world| {
        World::each(|other| {
            let trail = one_world.trail();
            let (one, two) = (one_world.db(&trail), other.db(&trail));
            let start = trail.size().unwrap();
            if start > 0 {
                return;
            }
            for number in 0..5 {
                trail.record(&one, &[event(number)]).unwrap();
                trail.record(&two, &[event(100 + number)]).unwrap();
            }
            assert_eq!(trail.size().unwrap(), 10);
            assert_eq!(trail.catch_up(&one).unwrap(), 1);
            assert_eq!(trail.count(&one, &Query::default()).unwrap(), 10);
            trail.adopt(&one).unwrap();
            trail.adopt(&two).unwrap();
            assert_eq!(assert_sound(&trail, &one).stores.len(), 2);
            trail.catch_up(&two).unwrap();
            assert_sound(&trail, &two);
        });
    });
}

#[test]
fn a_rewound_database_is_refused() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        trail.publish(&db, u64::MAX).unwrap();
        let root = db
            .read(|tx| {
                let row = tx.one("SELECT root FROM audit_state")?;
                Ok::<_, runward_db::DbError>(row.text(0)?.to_owned())
            })
            .unwrap();
        emit(&db, 5..9);
        trail.publish(&db, u64::MAX).unwrap();
        // Everything the database knows, as it was after the first publication.
        let rewind = || {
            db.write(Lock::Whole, |tx| {
                tx.execute("DELETE FROM audit_events WHERE idx >= 5")?;
                tx.execute("DELETE FROM outbox")?;
                tx.execute("UPDATE counters SET value = 5 WHERE name = 'outbox'")?;
                tx.execute(
                    Sql::new("UPDATE audit_state SET size = 5, seq = 5, root = $1").bind(&root),
                )
            })
            .unwrap();
        };
        rewind();
        let error = trail.publish(&db, u64::MAX).unwrap_err();
        assert!(
            matches!(error, AuditError::DatabaseRewound { logged: 6, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("runward store restore"));
        assert!(!common::verify(&trail, &db).ok);
        // Also when the database has gone on since, further than the log knows.
        emit(&db, 100..110);
        let error = trail.publish(&db, u64::MAX).unwrap_err();
        assert!(
            matches!(error, AuditError::DatabaseRewound { logged: 6, .. }),
            "{error}"
        );
        // A restore gives it a new name, and all is well.
        rewind();
        db.write(Lock::Whole, |tx| tx.rename_store()).unwrap();
        emit(&db, 20..22);
        trail.publish(&db, u64::MAX).unwrap();
        assert_eq!(numbers(&trail), [0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 21]);
        assert_sound(&trail, &db);
    });
}

#[test]
fn a_cut_log_is_refused() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        trail.publish(&db, u64::MAX).unwrap();
        drop(trail);
        let old = world.root.join("old");
        copy(&world.log_dir(), &old);
        let trail = world.trail();
        emit(&db, 5..9);
        trail.publish(&db, u64::MAX).unwrap();
        drop(trail);
        copy(&old, &world.log_dir());
        let trail = world.trail();
        let error = trail.publish(&db, u64::MAX).unwrap_err();
        assert!(
            matches!(error, AuditError::Truncated { known: 9, found: 5 }),
            "{error}"
        );
        assert!(!common::verify(&trail, &db).ok);
        // Gone altogether is cut, too.
        drop(trail);
        std::fs::remove_dir_all(world.log_dir()).unwrap();
        let trail = world.trail();
        let error = trail.publish(&db, u64::MAX).unwrap_err();
        assert!(
            matches!(error, AuditError::Truncated { known: 9, found: 0 }),
            "{error}"
        );
    });
}

#[test]
fn a_rewritten_log_is_refused() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        trail.publish(&db, u64::MAX).unwrap();
        let kept = trail.checkpoint().unwrap();
        let entries: Vec<String> = trail
            .tail(0, 5)
            .unwrap()
            .into_iter()
            .map(|it| it.sealed)
            .collect();
        let store = trail.get(&db, "0").unwrap().id;
        let store = store.split('.').next().unwrap().to_owned();
        drop(trail);
        // Whoever has the key writes the log anew, with one event changed.
        std::fs::remove_dir_all(world.log_dir()).unwrap();
        let keys = runward_tlog::Keys::load(&world.root.join("keys")).unwrap();
        let log = runward_tlog::Log::open(&world.log_dir(), keys, runward_tlog::Options::default())
            .unwrap();
        let forged: Vec<Vec<u8>> = (1..)
            .zip(&entries)
            .map(|(seq, sealed)| {
                let event = sealed.replace("\"ann\"", "\"eve\"");
                runward_audit::Envelope {
                    store: &store,
                    seq,
                    event: &event,
                }
                .encode()
            })
            .collect();
        log.append(&forged).unwrap();
        drop(log);
        let trail = world.trail();
        let error = trail.publish(&db, u64::MAX).unwrap_err();
        assert!(
            matches!(error, AuditError::Rewritten { size: 5 }),
            "{error}"
        );
        assert!(error.is_detection());
        // A checkpoint that was kept elsewhere tells it without any database.
        let request = runward_audit::VerifyRequest {
            checkpoints: vec![kept],
            ..Default::default()
        };
        assert!(!trail.verify(None, &request).unwrap().ok);
    });
}

#[test]
fn events_removed_before_publication_are_missed() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        trail.publish(&db, u64::MAX).unwrap();
        for statement in [
            "DELETE FROM outbox WHERE seq = 6",
            "DELETE FROM outbox WHERE seq = 8",
            "DELETE FROM outbox WHERE seq = 10",
            "DELETE FROM outbox",
        ] {
            sql(&db, "DELETE FROM outbox");
            sql(&db, "UPDATE counters SET value = 5 WHERE name = 'outbox'");
            emit(&db, 5..10);
            sql(&db, statement);
            let error = trail.publish(&db, u64::MAX).unwrap_err();
            assert!(
                matches!(error, AuditError::OutboxGap { .. }),
                "{statement}: {error}"
            );
            assert!(!common::verify(&trail, &db).ok, "{statement}");
        }
        assert_eq!(trail.size().unwrap(), 5);
    });
}

#[test]
fn another_log_is_taken_only_when_asked() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..3);
        trail.publish(&db, u64::MAX).unwrap();
        let mut options = world.options();
        options.directory = world.root.join("log2");
        options.keys_directory = world.root.join("keys2");
        options.origin = "example.org/other".to_owned();
        options.feeds = None;
        let other = Trail::open(options).unwrap();
        emit(&db, 3..5);
        let error = other.publish(&db, u64::MAX).unwrap_err();
        assert!(matches!(error, AuditError::OtherLog { .. }), "{error}");
        other.adopt(&db).unwrap();
        other.publish(&db, u64::MAX).unwrap();
        assert_eq!(numbers(&other), [3, 4]);
        assert_sound(&other, &db);
    });
}

#[test]
fn the_index_is_made_again_from_the_log() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..50);
        trail.publish(&db, u64::MAX).unwrap();
        let before = trail.search(&db, &Query::default()).unwrap();
        sql(&db, "UPDATE audit_events SET actor = 'eve' WHERE idx = 7");
        sql(&db, "DELETE FROM audit_events WHERE idx > 40");
        assert_eq!(trail.reindex(&db).unwrap(), 50);
        assert_eq!(trail.search(&db, &Query::default()).unwrap(), before);
        assert_sound(&trail, &db);
    });
}

#[test]
fn the_wrong_key_and_a_missing_one_are_told() {
    World::each(|world| {
        drop(world.trail());
        let mut wrong = world.options();
        wrong.origin = "example.org/other".to_owned();
        assert!(matches!(Trail::open(wrong), Err(AuditError::Key { .. })));
        std::fs::remove_file(world.root.join("keys/log.key")).unwrap();
        assert!(matches!(
            Trail::open(world.options()),
            Err(AuditError::Key { .. })
        ));
        let mut reader = world.options();
        reader.read_only = true;
        assert_eq!(Trail::open(reader).unwrap().size().unwrap(), 0);
    });
}
