//! Transactions on both backends.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::redundant_closure_for_method_calls,
    reason = "a test; a transaction's bare methods are for one lifetime only"
)]

use jiff::Timestamp;
use runward_db::{DbError, Lock, Sql, Value, testing};
use runward_model::{Actor, Event, EventType, Subject};

fn event() -> Event {
    Event::new(
        Timestamp::UNIX_EPOCH,
        EventType::Custom,
        Actor::system("test"),
        Subject::new("store", 1),
    )
}

#[test]
fn a_change_and_its_event_commit_together_or_not_at_all() {
    testing::each_backend(|db| {
        let count = |sql: &'static str| db.read::<_, DbError>(|tx| tx.one(sql)?.int(0)).unwrap();
        db.write::<_, DbError>(Lock::Tasks, |tx| {
            tx.insert(
                "meta",
                &["name", "value"],
                vec![vec!["a".into(), "b".into()]],
                "",
            )?;
            tx.emit(&event())
        })
        .unwrap();
        let refused = db.write::<(), DbError>(Lock::Tasks, |tx| {
            tx.insert(
                "meta",
                &["name", "value"],
                vec![vec!["c".into(), "d".into()]],
                "",
            )?;
            tx.emit(&event())?;
            Err(DbError::InsideRuntime)
        });
        assert!(refused.is_err());
        assert_eq!(
            count("SELECT COUNT(*) FROM meta WHERE name IN ('a', 'c')"),
            1
        );
        assert_eq!(count("SELECT COUNT(*) FROM outbox"), 1);
        assert_eq!(count("SELECT MAX(seq) FROM outbox"), 1);
    });
}

#[test]
fn numbers_rise_and_never_repeat() {
    testing::each_backend(|db| {
        let mut last = 0;
        for count in [1, 3, 0, 1_000] {
            for series in ["findings", "something else"] {
                let ids = db
                    .write::<_, DbError>(Lock::Project(1), |tx| tx.ids(series, count))
                    .unwrap();
                assert_eq!(ids.len(), count);
                assert!(ids.is_sorted_by(|a, b| a < b));
                if series == "findings" && count > 0 {
                    assert!(ids[0] > last);
                    last = ids[count - 1];
                }
            }
        }
    });
}

#[test]
fn values_come_back_as_they_went() {
    testing::each_backend(|db| {
        let row = db
            .write::<_, DbError>(Lock::Whole, |tx| {
                tx.insert(
                    "outbox",
                    &["seq", "event"],
                    vec![vec![7_i64.into(), Value::from(vec![0_u8, 255, 39])]],
                    "",
                )?;
                tx.one(Sql::new("SELECT seq, event FROM outbox WHERE seq = $1").bind(7_i64))
            })
            .unwrap();
        assert_eq!(row.int(0).unwrap(), 7);
        assert_eq!(row.bytes(1).unwrap(), [0, 255, 39]);
    });
}

#[test]
fn sums_are_integers_and_averages_are_not() {
    testing::each_backend(|db| {
        for expected in [
            0,
            9_999,
            10_000,
            -10_000,
            123_456_789_012,
            i64::MAX,
            i64::MIN + 1,
        ] {
            let row = db
                .read::<_, DbError>(|tx| {
                    tx.one(
                        Sql::new(
                            "SELECT SUM(x), AVG(x) FROM (SELECT CAST($1 AS BIGINT) AS x) AS t",
                        )
                        .bind(expected),
                    )
                })
                .unwrap();
            assert_eq!(row.int(0).unwrap(), expected);
        }
        let row = db
            .read::<_, DbError>(|tx| {
                tx.one("SELECT AVG(x) FROM (SELECT 1 AS x UNION ALL SELECT 2) AS t")
            })
            .unwrap();
        assert!((row.real(0).unwrap() - 1.5).abs() < 1e-9);
    });
}
