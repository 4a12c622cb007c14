//! What goes wrong around a transaction.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::redundant_closure_for_method_calls,
    reason = "a test; a transaction's bare methods are for one lifetime only"
)]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use runward_db::{Db, DbError, Lock, Options, Place, Sql, testing};
use runward_model::{Actor, Event, EventType, Subject};

fn count(db: &Db) -> i64 {
    db.read::<_, DbError>(|tx| {
        tx.one("SELECT COUNT(*) FROM meta WHERE name LIKE 't%'")?
            .int(0)
    })
    .unwrap()
}

#[test]
fn a_panic_undoes_and_unlocks() {
    testing::each_place(|place| {
        let db = testing::open(&place);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            db.write::<(), DbError>(Lock::Whole, |tx| {
                tx.set_meta("t1", "x")?;
                panic!("on purpose");
            })
        }));
        assert!(panicked.is_err());
        // Another handle can write at once, although this one has not been used again.
        let other = testing::open(&place);
        other
            .write(Lock::Whole, |tx| tx.set_meta("t2", "x"))
            .unwrap();
        assert_eq!(count(&db), 1);
        // While rows come in, too.
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            db.write::<(), DbError>(Lock::Whole, |tx| {
                tx.set_meta("t3", "x")?;
                tx.each("SELECT name FROM meta", |_| panic!("on purpose"))
            })
        }));
        assert!(panicked.is_err());
        other
            .write(Lock::Whole, |tx| tx.set_meta("t4", "x"))
            .unwrap();
        assert_eq!(count(&db), 2);
    });
}

#[test]
fn an_error_that_is_passed_over_keeps_nothing() {
    testing::each_backend(|db| {
        let done = db.write::<_, DbError>(Lock::Whole, |tx| {
            tx.set_meta("t1", "x")?;
            assert!(
                tx.execute("INSERT INTO meta (name, value) VALUES ('t1', 'y')")
                    .is_err()
            );
            assert!(tx.set_meta("t2", "x").is_err());
            Ok(())
        });
        assert!(matches!(done, Err(DbError::Failed { .. })), "{done:?}");
        assert_eq!(count(&db), 0);
        db.write(Lock::Whole, |tx| tx.set_meta("t3", "x")).unwrap();
        assert_eq!(count(&db), 1);
    });
}

#[test]
fn a_transaction_inside_another_is_an_error() {
    testing::each_backend(|db| {
        let inner = db.read::<_, DbError>(|_| Ok(db.read::<_, DbError>(|_| Ok(()))));
        assert!(matches!(inner.unwrap(), Err(DbError::Nested)));
        let inside = db.write::<_, DbError>(Lock::Whole, |tx| {
            tx.each("SELECT 1", |_| db.read::<_, DbError>(|_| Ok(())))
        });
        assert!(matches!(inside, Err(DbError::InsideRuntime)));
        assert_eq!(count(&db), 0);
    });
}

#[test]
fn readers_see_one_moment() {
    testing::each_place(|place| {
        let (one, two) = (testing::open(&place), testing::open(&place));
        one.read::<_, DbError>(|tx| {
            let before = tx.one("SELECT COUNT(*) FROM meta")?.int(0)?;
            two.write(Lock::Whole, |tx| tx.set_meta("t1", "x"))?;
            assert_eq!(tx.one("SELECT COUNT(*) FROM meta")?.int(0)?, before);
            Ok(())
        })
        .unwrap();
        assert_eq!(count(&one), 1);
    });
}

#[test]
fn a_reader_changes_nothing() {
    testing::each_backend(|db| {
        let error = db.read(|tx| tx.set_meta("t1", "x")).unwrap_err();
        assert!(matches!(error, DbError::ReadOnly { .. }), "{error}");
        let event = Event::new(
            jiff::Timestamp::UNIX_EPOCH,
            EventType::Custom,
            Actor::system("test"),
            Subject::new("store", 1),
        );
        let error = db.read(|tx| tx.emit(&event)).unwrap_err();
        assert!(matches!(error, DbError::Event { .. }), "{error}");
        db.write(Lock::Whole, |tx| tx.set_meta("t2", "x")).unwrap();
        assert_eq!(count(&db), 1);
        assert_eq!(db.read(|tx| tx.last_seq()).unwrap(), 0);
    });
}

#[test]
fn who_waits_too_long_is_told_so() {
    testing::each_place(|place| {
        let one = testing::open(&place);
        let impatient = Options {
            busy: Duration::from_millis(50),
            ..testing::options()
        };
        let two = Db::open(&place, impatient).unwrap();
        one.write::<_, DbError>(Lock::Tasks, |tx| {
            tx.set_meta("t1", "x")?;
            let error = two
                .write(Lock::Tasks, |tx| tx.set_meta("t2", "x"))
                .unwrap_err();
            assert!(matches!(error, DbError::Busy { .. }), "{error}");
            let error = two
                .write(Lock::Whole, |tx| tx.set_meta("t2", "x"))
                .unwrap_err();
            assert!(matches!(error, DbError::Busy { .. }), "{error}");
            Ok(())
        })
        .unwrap();
        assert_eq!(count(&two), 1);
    });
}

#[test]
fn writers_of_different_parts_go_side_by_side_on_a_server() {
    let Some(schema) = testing::postgres_schema() else {
        return testing::skipped();
    };
    let (one, two) = (testing::open(&schema.place), testing::open(&schema.place));
    one.write::<_, DbError>(Lock::Project(1), |tx| {
        tx.ids("findings", 3)?;
        tx.set_meta("t1", "x")?;
        two.write(Lock::Project(2), |tx| {
            tx.ids("findings", 3)?;
            tx.set_meta("t2", "x")
        })
    })
    .unwrap();
    assert_eq!(count(&one), 2);
}

/// Ends the server's side of a connection.
fn kill(other: &Db, process: i64) {
    other
        .read::<_, DbError>(|tx| {
            tx.rows(Sql::new("SELECT pg_terminate_backend($1::int4)").bind(process))
        })
        .unwrap();
}

const PROCESS: &str = "SELECT pg_backend_pid()";

#[test]
fn a_lost_connection_is_made_again() {
    let Some(schema) = testing::postgres_schema() else {
        return testing::skipped();
    };
    let (db, other) = (testing::open(&schema.place), testing::open(&schema.place));
    // Between transactions: nobody notices.
    let process = db.read::<_, DbError>(|tx| tx.one(PROCESS)?.int(0)).unwrap();
    kill(&other, process);
    db.write(Lock::Whole, |tx| tx.set_meta("t1", "x")).unwrap();
    // In the middle: an error, nothing is changed, and the next goes on.
    let lost = db.write::<(), DbError>(Lock::Tasks, |tx| {
        tx.set_meta("t2", "x")?;
        let process = tx.one(PROCESS)?.int(0)?;
        kill(&other, process);
        tx.set_meta("t3", "x")
    });
    assert!(matches!(lost, Err(DbError::Lost { .. })), "{lost:?}");
    db.write(Lock::Whole, |tx| tx.set_meta("t4", "x")).unwrap();
    // At the end: it is not known.
    let lost = db.write::<(), DbError>(Lock::Tasks, |tx| {
        tx.set_meta("t5", "x")?;
        let process = tx.one(PROCESS)?.int(0)?;
        kill(&other, process);
        Ok(())
    });
    assert!(matches!(lost, Err(DbError::Unknown { .. })), "{lost:?}");
    assert_eq!(count(&db), 2);
}

#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let unreachable: Place = "postgres://user:Zq9Xv7@127.0.0.1:1/db".parse().unwrap();
    let error = Db::open(&unreachable, testing::options()).err().unwrap();
    assert!(matches!(error, DbError::Open { .. }));
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("127.0.0.1:1/db") && !shown.contains("Zq9Xv7"),
        "{shown}"
    );
}

#[test]
fn a_database_that_is_not_there_is_told_so() {
    let Some(schema) = testing::postgres_schema() else {
        return testing::skipped();
    };
    let Place::Postgres(url) = &schema.place else {
        panic!("no server");
    };
    let url = format!("{url}&dbname=no_such_database");
    let error = Db::open(&url.parse().unwrap(), testing::options())
        .err()
        .unwrap();
    assert!(error.to_string().contains("no_such_database"), "{error}");
    let Place::Postgres(url) = &schema.place else {
        panic!("no server");
    };
    let url = url.replace("search_path%3D", "search_path%3Dno_such_");
    let error = Db::open(&url.parse().unwrap(), testing::options())
        .err()
        .unwrap();
    assert!(error.to_string().contains("search path"), "{error}");
}

#[test]
fn a_connection_is_not_made_without_the_protection_that_was_asked_for() {
    let Some(schema) = testing::postgres_schema() else {
        return testing::skipped();
    };
    let Place::Postgres(url) = &schema.place else {
        panic!("no server");
    };
    // The test server has no certificate that this machine trusts, or none at all.
    let place = format!("{url}&sslmode=verify-full").parse().unwrap();
    let error = Db::open(&place, testing::options()).err().unwrap();
    assert!(matches!(error, DbError::Open { .. }), "{error}");
    assert!(error.to_string().contains("`sslmode`"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a/b/store.db");
    let db = testing::open(&Place::Sqlite(path.clone()));
    db.write(Lock::Whole, |tx| tx.set_meta("t1", "x")).unwrap();
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let metadata = std::fs::metadata(path.with_file_name(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_chunk_of_any_size_is_inserted_once() {
    testing::each_backend(|db| {
        let mut total = 0;
        for size in [0_i64, 1, 4, 5, 24, 126, 499, 500, 1_234] {
            db.write::<_, DbError>(Lock::Whole, |tx| {
                let rows = (0..size)
                    .map(|index| vec![format!("t{size}.{index}").into(), "x".into()])
                    .collect();
                tx.insert("meta", &["name", "value"], rows, "")
            })
            .unwrap();
            total += size;
            assert_eq!(count(&db), total);
        }
    });
}

#[test]
fn a_full_disk_keeps_what_was_there() {
    let directory = tempfile::tempdir().unwrap();
    let db = testing::open(&Place::Sqlite(directory.path().join("store.db")));
    db.write(Lock::Whole, |tx| tx.set_meta("t1", "x")).unwrap();
    db.read::<_, DbError>(|tx| tx.rows("PRAGMA max_page_count = 1").map(drop))
        .unwrap();
    let error = db
        .write(Lock::Whole, |tx| tx.set_meta("t2", &"x".repeat(10_000_000)))
        .unwrap_err();
    assert!(matches!(error, DbError::Full { .. }), "{error}");
    assert_eq!(count(&db), 1);
    db.read::<_, DbError>(|tx| tx.rows("PRAGMA max_page_count = 100000").map(drop))
        .unwrap();
    db.write(Lock::Whole, |tx| tx.set_meta("t2", "x")).unwrap();
    assert_eq!(count(&db), 2);
}

#[test]
fn an_acknowledged_change_is_on_the_disk() {
    let directory = tempfile::tempdir().unwrap();
    let db = testing::open(&Place::Sqlite(directory.path().join("store.db")));
    db.read::<_, DbError>(|tx| {
        assert_eq!(tx.one("PRAGMA journal_mode")?.text(0)?, "wal");
        assert_eq!(tx.one("PRAGMA synchronous")?.int(0)?, 2);
        Ok(())
    })
    .unwrap();
    let Some(schema) = testing::postgres_schema() else {
        return testing::skipped();
    };
    let Place::Postgres(url) = &schema.place else {
        panic!("no server");
    };
    let careless = format!("{url}%20-csynchronous_commit%3Doff")
        .parse()
        .unwrap();
    let db = testing::open(&careless);
    let setting = db
        .read::<_, DbError>(|tx| {
            let row = tx.one("SELECT current_setting('synchronous_commit')")?;
            row.text(0).map(str::to_owned)
        })
        .unwrap();
    assert_eq!(setting, "on");
}
