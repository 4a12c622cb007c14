//! Databases with values that make no sense.

use std::fs;

use runward_db::Lock;

use super::*;
use crate::{Filter, StoreError};

/// Changes a database behind the store's back.
fn tamper(store: &Store, sql: &'static str) {
    store.db().write(Lock::Whole, |tx| tx.execute(sql)).unwrap();
}

#[test]
fn damaged_values_are_named_and_nothing_panics() {
    for (sql, expected) in [
        (
            "UPDATE findings SET status = 'gone'",
            "`gone` is not a status",
        ),
        (
            "UPDATE findings SET first_seen = 9223372036854775807",
            "is not a time",
        ),
        (
            "UPDATE findings SET accepted_until = 'soon'",
            "`soon` is not a date",
        ),
        ("UPDATE findings SET kind = 'x'", "`x` is not a kind"),
        (
            "UPDATE findings SET severity = 'x'",
            "`x` is not a severity",
        ),
    ] {
        each(|store| {
            scan(store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
            tamper(store, sql);
            let error = store.list(&Filter::default()).unwrap_err();
            assert!(
                matches!(error, StoreError::Db(runward_db::DbError::Damaged { .. })),
                "{sql}: {error}"
            );
            assert!(error.to_string().contains(expected), "{error}");
        });
    }
}

#[test]
fn a_payload_of_another_form_costs_only_itself() {
    for sql in [
        "UPDATE payloads SET payload = '{\"v\":2}'",
        "DELETE FROM payloads",
    ] {
        each(|store| {
            scan(store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
            tamper(store, sql);
            let stored = get(store, "CVE-1");
            assert_eq!(
                (stored.title.as_str(), stored.finding),
                ("a: a flaw (CVE-1)", None)
            );
        });
    }
}

#[test]
fn random_damage_is_an_error_or_harmless() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("runward.db");
    let open = |path| Store::open(&Place::Sqlite(path), testing::options());
    let store = open(path.clone()).unwrap();
    scan(&store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
    drop(store);
    let whole = fs::read(&path).unwrap();
    for step in 0..60 {
        let mut bytes = whole.clone();
        let from = step * bytes.len() / 60;
        for (offset, byte) in bytes.iter_mut().skip(from).take(200).enumerate() {
            *byte ^= u8::try_from(offset % 251).unwrap() | 1;
        }
        if step % 3 == 0 {
            bytes.truncate(from);
        }
        let path = directory.path().join(format!("damaged-{step}.db"));
        fs::write(&path, bytes).unwrap();
        if let Ok(store) = open(path) {
            let _ = store.list(&Filter::default());
            let _ = store.timeline(&EVERYTHING, "CVE-1");
            let _ = store.db().write(Lock::Whole, crate::reindex);
        }
    }
}

#[test]
fn asynchronous_code_gets_an_error_not_a_panic() {
    let store = in_memory();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        assert!(matches!(
            store.scans(&EVERYTHING, 1),
            Err(StoreError::Db(runward_db::DbError::InsideRuntime))
        ));
        drop(store);
    });
}

#[test]
fn the_text_index_can_be_made_again() {
    each(|store| {
        scan(store, 0, &[finding("CVE-1", "flask", "requirements.txt")]);
        let filter = Filter {
            text: Some("flask".to_owned()),
            ..Filter::default()
        };
        tamper(store, "DELETE FROM findings_text");
        assert_eq!(store.list(&filter).unwrap().len(), 0);
        store.db().write(Lock::Whole, crate::reindex).unwrap();
        assert_eq!(store.list(&filter).unwrap().len(), 1);
    });
}
