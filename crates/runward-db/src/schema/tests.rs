//! Versions come, and what is not ours stays as it is.

use runward_model::{Actor, Event, EventType, Subject};

use super::*;
use crate::{
    Db, Lock, Migrated, Options,
    backup::{Limits, Restore, backup, inspect, restore},
    testing,
};

/// Rows of version 1: a scan, a finding that it saw, and what happened to it.
const ROWS: [&str; 4] = [
    "INSERT INTO scans VALUES (7, 1, 2, 'web', '/srv/web', 'passed', '{}', '{}', 1, 1, 0)",
    "INSERT INTO findings VALUES (41, 'f1', 'dependency', 'r', '\nCVE-2026-1\n', 't', 'high', \
     4, 'npm', 'left-pad', '1.0', 'package-lock.json', 3, 1, 2, 7, 7, 'open', NULL, NULL, \
     NULL, 'full', 1, 'P1', 7.5, 99, '{}')",
    "INSERT INTO former_fingerprints VALUES ('f0', 41)",
    "INSERT INTO transitions VALUES (9, 41, 2, 'scan', NULL, 'open', 'seen', 7)",
];

fn without_migration() -> Options {
    Options {
        migrate: false,
        ..testing::options()
    }
}

/// A database of version 1 with a row in each table.
fn version_1(place: &Place) {
    let (db, made) = Db::open_at(place, testing::options(), Wanted::Exactly(1)).unwrap();
    assert_eq!(made, Migrated { from: 0, to: 1 });
    db.write::<_, DbError>(Lock::Whole, |tx| {
        ROWS.into_iter()
            .try_for_each(|row| tx.execute(row).map(drop))
    })
    .unwrap();
}

#[test]
fn the_mark_is_ours() {
    assert_eq!(APPLICATION_ID.to_be_bytes()[4..], *b"RnWd");
}

#[test]
fn version_1_comes_up_to_date_with_its_rows() {
    testing::each_place(|place| {
        version_1(&place);
        let refused = Db::open(&place, without_migration()).err();
        assert!(
            matches!(
                refused,
                Some(DbError::OlderSchema {
                    found: 1,
                    known: VERSION,
                    ..
                })
            ),
            "{refused:?}"
        );
        let moved = Db::migrate(&place, testing::options()).unwrap();
        assert_eq!(
            moved,
            Migrated {
                from: 1,
                to: VERSION
            }
        );
        let again = Db::migrate(&place, testing::options()).unwrap();
        assert_eq!(
            again,
            Migrated {
                from: VERSION,
                to: VERSION
            }
        );
        let db = Db::open(&place, without_migration()).unwrap();
        assert_eq!(db.schema_version().unwrap(), VERSION);
        let row = db
            .read::<_, DbError>(|tx| tx.one("SELECT id, fingerprint, risk FROM findings"))
            .unwrap();
        assert_eq!((row.int(0).unwrap(), row.text(1).unwrap()), (41, "f1"));
        assert!((row.real(2).unwrap() - 7.5).abs() < f64::EPSILON);
        // Numbers go on after those that are in use.
        for (series, used) in [("findings", 41), ("scans", 7), ("transitions", 9)] {
            let next = db
                .write::<_, DbError>(Lock::Whole, |tx| tx.ids(series, 1))
                .unwrap();
            assert!(next[0] > used, "{series}");
        }
        assert_eq!(crate::check::check(&db).unwrap(), []);
    });
}

#[test]
fn a_step_that_fails_leaves_the_version_before() {
    testing::each_place(|place| {
        version_1(&place);
        let (db, _) = open_old(&place).unwrap();
        // What the last step but one is going to make is there already.
        db.write::<_, DbError>(Lock::Whole, |tx| {
            tx.execute("CREATE TABLE tasks (id BIGINT)")
        })
        .unwrap();
        drop(db);
        let error = Db::migrate(&place, testing::options()).unwrap_err();
        assert!(matches!(error, DbError::Taken { .. }), "{error}");
        let (db, _) = open_old(&place).unwrap();
        assert_eq!(db.schema_version().unwrap(), 1);
        let rows = db
            .write::<_, DbError>(Lock::Whole, |tx| {
                tx.execute("DROP TABLE tasks")?;
                tx.rows("SELECT id FROM transitions")
            })
            .unwrap();
        assert_eq!(rows.len(), 1);
        drop(db);
        Db::migrate(&place, testing::options()).unwrap();
    });
}

/// A handle on an older schema as it is.
fn open_old(place: &Place) -> Result<(Db, Migrated), DbError> {
    Db::open_at(place, testing::options(), Wanted::Old)
}

#[test]
fn a_newer_schema_is_refused() {
    testing::each_place(|place| {
        let db = testing::open(&place);
        db.write::<_, DbError>(Lock::Whole, |tx| match tx.backend() {
            Backend::Sqlite => tx.execute("PRAGMA user_version = 99"),
            Backend::Postgres => tx.execute("UPDATE runward_schema SET version = 99"),
        })
        .unwrap();
        let error = db.write(Lock::Tasks, |tx| tx.emit(&event())).err();
        assert!(matches!(
            error,
            Some(DbError::NewerSchema { found: 99, .. })
        ));
        let error = Db::open(&place, testing::options()).err();
        assert!(matches!(
            error,
            Some(DbError::NewerSchema {
                found: 99,
                known: VERSION,
                ..
            })
        ));
    });
}

#[test]
fn an_empty_schema_on_a_server_is_not_filled_unasked() {
    testing::each_place(|place| {
        let opened = Db::open(&place, without_migration());
        match place {
            Place::Postgres(_) => assert!(matches!(opened, Err(DbError::Empty { .. }))),
            _ => assert!(opened.is_ok()),
        }
    });
}

#[test]
fn many_may_be_the_first() {
    testing::each_place(|place| {
        let names: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..6)
                .map(|_| {
                    scope.spawn(|| {
                        let named = |tx: &mut crate::Tx<'_>| tx.store_name();
                        testing::open(&place).read(named).unwrap()
                    })
                })
                .collect();
            threads.into_iter().map(|it| it.join().unwrap()).collect()
        });
        assert!(names.iter().all(|it| *it == names[0]), "{names:?}");
    });
}

#[test]
fn what_is_not_ours_is_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("theirs.db");
    for (script, open_as_ours) in [
        ("CREATE TABLE t (x)", false),
        ("PRAGMA application_id = 7", false),
        (
            "CREATE TRIGGER t AFTER INSERT ON scans BEGIN DELETE FROM scans; END",
            true,
        ),
        ("CREATE VIEW v AS SELECT 1", true),
        ("CREATE VIRTUAL TABLE v USING fts5 (x)", true),
    ] {
        std::fs::remove_file(&path).ok();
        let place = Place::Sqlite(path.clone());
        if open_as_ours {
            testing::open(&place)
                .write::<_, DbError>(Lock::Whole, |tx| tx.execute(script))
                .unwrap();
        } else {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut connection = crate::open::connect(&place, &testing::options())
                    .await
                    .unwrap();
                connection.script(script.to_owned()).await.unwrap();
                connection.close().await.unwrap();
            });
        }
        let before = std::fs::read(&path).unwrap();
        let error = Db::open(&place, testing::options()).err();
        assert!(
            matches!(error, Some(DbError::NotRunward { .. })),
            "{script}: {error:?}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), before, "{script}");
    }
    std::fs::write(&path, "no database at all, but long enough to be looked at").unwrap();
    let error = Db::open(&Place::Sqlite(path), testing::options()).err();
    assert!(
        matches!(error, Some(DbError::NotRunward { .. })),
        "{error:?}"
    );
}

#[test]
fn a_table_of_somebody_else_is_not_touched() {
    let Some(schema) = testing::postgres_schema() else {
        return testing::skipped();
    };
    let Place::Postgres(url) = &schema.place else {
        panic!("no server");
    };
    testing::run(url, "CREATE TABLE findings (theirs TEXT)".to_owned()).unwrap();
    let error = Db::open(&schema.place, testing::options()).err();
    assert!(matches!(error, Some(DbError::Taken { .. })), "{error:?}");
    testing::run(url, "ALTER TABLE findings RENAME TO unrelated".to_owned()).unwrap();
    let ours = testing::open(&schema.place);
    assert_eq!(crate::check::check(&ours).unwrap(), []);
}

#[test]
fn an_older_backup_is_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let mut number = 0;
    testing::each_place(|place| {
        version_1(&place);
        let (db, _) = open_old(&place).unwrap();
        number += 1;
        let file = directory.path().join(format!("{number}.backup"));
        assert_eq!(
            backup(&db, &file, jiff::Timestamp::UNIX_EPOCH)
                .unwrap()
                .schema,
            1
        );
        let seen = inspect(std::fs::File::open(&file).unwrap(), Limits::default()).unwrap();
        assert_eq!((seen.schema, seen.store), (1, None));
        testing::each_place(|place| {
            let how = Restore::default();
            let info = restore(&file, &place, testing::options(), how).unwrap();
            assert_eq!((info.schema, info.rows["findings"]), (1, 1));
            let db = testing::open(&place);
            let row = db
                .read::<_, DbError>(|tx| tx.one("SELECT id, fingerprint FROM findings"))
                .unwrap();
            assert_eq!((row.int(0).unwrap(), row.text(1).unwrap()), (41, "f1"));
            let next = db
                .write::<_, DbError>(Lock::Whole, |tx| tx.ids("findings", 1))
                .unwrap();
            assert!(next[0] > 41);
            assert_eq!(crate::check::check(&db).unwrap(), []);
            let refused = restore(&file, &place, testing::options(), how);
            assert!(refused.is_err());
        });
    });
}

fn event() -> Event {
    Event::new(
        jiff::Timestamp::UNIX_EPOCH,
        EventType::Custom,
        Actor::system("test"),
        Subject::new("store", 1),
    )
}
