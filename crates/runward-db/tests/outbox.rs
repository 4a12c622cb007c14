//! The outbox: numbers without gaps, in the order of commits.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::redundant_closure_for_method_calls,
    reason = "a test; a transaction's bare methods are for one lifetime only"
)]

use std::thread;

use jiff::Timestamp;
use runward_db::{Db, DbError, Lock, testing};
use runward_model::{Actor, Event, EventType, Subject};

fn event(id: usize) -> Event {
    Event::new(
        Timestamp::UNIX_EPOCH,
        EventType::Custom,
        Actor::system("test"),
        Subject::new("store", id),
    )
}

fn emit(db: &Db, count: usize) -> Result<(), DbError> {
    db.write(Lock::Tasks, |tx| {
        (0..count).try_for_each(|id| tx.emit(&event(id)))
    })
}

#[test]
fn what_waits_is_read_in_order_and_forgotten() {
    testing::each_backend(|db| {
        assert_eq!(db.read(|tx| tx.last_seq()).unwrap(), 0);
        assert!(db.read(|tx| tx.pending(0, 10)).unwrap().is_empty());
        emit(&db, 3).unwrap();
        emit(&db, 600).unwrap();
        let page = db.read(|tx| tx.pending(1, 2)).unwrap();
        assert_eq!(page.iter().map(|it| it.seq).collect::<Vec<_>>(), [2, 3]);
        let sealed: Event = serde_json::from_slice(&page[0].event).unwrap();
        assert_eq!(sealed, event(1));
        db.write(Lock::Publish, |tx| tx.forget(602)).unwrap();
        let rest = db.read(|tx| tx.pending(0, 10)).unwrap();
        assert_eq!(rest.iter().map(|it| it.seq).collect::<Vec<_>>(), [603]);
        db.write(Lock::Publish, |tx| tx.forget(603)).unwrap();
        assert_eq!(db.read(|tx| tx.last_seq()).unwrap(), 603);
        emit(&db, 1).unwrap();
        assert_eq!(db.read(|tx| tx.pending(0, 10)).unwrap()[0].seq, 604);
    });
}

#[test]
fn a_new_name_counts_from_the_start() {
    testing::each_backend(|db| {
        let before = db.read(|tx| tx.store_name()).unwrap();
        assert_eq!(before.len(), 12);
        emit(&db, 2).unwrap();
        let after = db.write(Lock::Whole, |tx| tx.rename_store()).unwrap();
        assert_ne!(before, after);
        assert_eq!(db.read(|tx| tx.store_name()).unwrap(), after);
        assert_eq!(db.read(|tx| tx.last_seq()).unwrap(), 0);
        emit(&db, 1).unwrap();
        let waiting = db.read(|tx| tx.pending(0, 10)).unwrap();
        assert_eq!(waiting.iter().map(|it| it.seq).collect::<Vec<_>>(), [1]);
    });
}

#[test]
fn facts_are_kept() {
    testing::each_backend(|db| {
        assert_eq!(db.read(|tx| tx.meta("a")).unwrap(), None);
        for value in ["one", "two"] {
            db.write(Lock::Whole, |tx| tx.set_meta("a", value)).unwrap();
            assert_eq!(db.read(|tx| tx.meta("a")).unwrap().as_deref(), Some(value));
        }
    });
}

#[test]
fn several_writers_leave_no_gap() {
    testing::each_place(|place| {
        drop(testing::open(&place));
        thread::scope(|scope| {
            for writer in 0..4_i64 {
                let place = &place;
                scope.spawn(move || {
                    let db = testing::open(place);
                    for round in 0..20 {
                        let done = db.write(Lock::Project(writer), |tx| {
                            tx.emit(&event(round))?;
                            tx.emit(&event(round))?;
                            if round % 5 == 0 {
                                return Err(DbError::InsideRuntime);
                            }
                            Ok(())
                        });
                        assert_eq!(done.is_err(), round % 5 == 0);
                    }
                });
            }
        });
        let db = testing::open(&place);
        let waiting = db.read(|tx| tx.pending(0, 1_000)).unwrap();
        let numbers: Vec<i64> = waiting.iter().map(|it| it.seq).collect();
        assert_eq!(numbers, (1..=128).collect::<Vec<_>>());
        assert_eq!(db.read(|tx| tx.last_seq()).unwrap(), 128);
    });
}
