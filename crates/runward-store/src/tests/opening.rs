use std::fs;

use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};

use super::*;
use crate::{Filter, StoreError};

/// Changes a database behind the store's back.
fn tamper(path: &std::path::Path, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .connect()
            .await
            .unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

fn error(path: &std::path::Path) -> StoreError {
    match Store::open(path) {
        Ok(_) => panic!("opened {}", path.display()),
        Err(error) => error,
    }
}

#[test]
fn it_makes_its_directory_and_remembers() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a/.runward/runward.db");
    let store = Store::open(&path).unwrap();
    scan(&store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
    drop(store);
    // Closing leaves one file.
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.list(&Filter::default()).unwrap().len(), 1);
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn a_newer_schema_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("runward.db");
    drop(Store::open(&path).unwrap());
    tamper(&path, "PRAGMA user_version = 99");
    let error = error(&path);
    assert!(
        matches!(error, StoreError::NewerSchema { found: 99, .. }),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains("runward.db") && text.contains("upgrade Runward"),
        "{text}"
    );
}

#[test]
fn another_programs_database_is_not_touched() {
    let directory = tempfile::tempdir().unwrap();
    for sql in [
        "CREATE TABLE t (x)",
        "PRAGMA user_version = 1; CREATE TABLE findings (x)",
        "PRAGMA application_id = 5",
    ] {
        let path = directory.path().join("other.db");
        let _ = fs::remove_file(&path);
        tamper(&path, sql);
        let error = error(&path);
        assert!(
            matches!(error, StoreError::NotRunward { .. }),
            "{sql}: {error}"
        );
    }
    let path = directory.path().join("text.db");
    fs::write(
        &path,
        "not a database, but long enough to have a header of its own",
    )
    .unwrap();
    let error = error(&path);
    assert!(matches!(error, StoreError::NotRunward { .. }), "{error}");
    assert!(error.to_string().contains("text.db"), "{error}");
}

#[test]
fn a_database_with_a_trigger_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("runward.db");
    drop(Store::open(&path).unwrap());
    tamper(
        &path,
        "CREATE TRIGGER hide AFTER INSERT ON findings BEGIN DELETE FROM findings; END",
    );
    assert!(matches!(error(&path), StoreError::NotRunward { .. }));
}

#[test]
fn damaged_values_are_named_and_nothing_panics() {
    let directory = tempfile::tempdir().unwrap();
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
    ] {
        let path = directory.path().join("runward.db");
        let _ = fs::remove_file(&path);
        let store = Store::open(&path).unwrap();
        scan(&store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
        drop(store);
        tamper(&path, sql);
        let store = Store::open(&path).unwrap();
        let error = store.list(&Filter::default()).unwrap_err();
        assert!(
            matches!(error, StoreError::Damaged { .. }),
            "{sql}: {error}"
        );
        assert!(error.to_string().contains(expected), "{error}");
    }
    // A payload of another form costs only itself.
    let path = directory.path().join("runward.db");
    let _ = fs::remove_file(&path);
    let store = Store::open(&path).unwrap();
    scan(&store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
    drop(store);
    tamper(&path, "UPDATE findings SET payload = '{\"v\":2}'");
    let store = Store::open(&path).unwrap();
    let stored = store.get("CVE-1").unwrap();
    assert_eq!(
        (stored.title.as_str(), stored.finding),
        ("a: a flaw (CVE-1)", None)
    );
}

#[test]
fn random_damage_is_an_error_or_harmless() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("runward.db");
    let store = Store::open(&path).unwrap();
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
        if let Ok(store) = Store::open(&path) {
            let _ = store.list(&Filter::default());
            let _ = store.check();
        }
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let text = error(directory.path()).to_string();
    assert!(text.contains("not a file"), "{text}");
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let text = error(&file.join("runward.db")).to_string();
    assert!(text.contains("its directory cannot be made"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("elsewhere.db");
    let link = directory.path().join("runward.db");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let text = error(&link).to_string();
    assert!(text.contains("symbolic link"), "{text}");
    assert!(!target.exists());
}

#[cfg(unix)]
#[test]
fn a_read_only_place_is_a_clear_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("place");
    fs::create_dir(&place).unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(place.join("probe"), "").is_ok() {
        println!("skipped: this user may write everywhere, so a read-only place cannot be made");
        return;
    }
    let error = error(&place.join("runward.db"));
    assert!(
        matches!(error, StoreError::Open { .. } | StoreError::ReadOnly { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("permissions"), "{error}");
}

#[test]
fn asynchronous_code_gets_an_error_not_a_panic() {
    let store = Store::in_memory().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        assert!(matches!(store.scans(1), Err(StoreError::InsideRuntime)));
        assert!(matches!(Store::in_memory(), Err(StoreError::InsideRuntime)));
        drop(store);
    });
}
