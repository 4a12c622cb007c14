//! A process that is killed leaves nothing half.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::redundant_closure_for_method_calls,
    reason = "a test; a transaction's bare methods are for one lifetime only"
)]

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use runward_db::{
    Db, DbError, Lock, Place, Tx,
    backup::{Limits, Restore, backup, inspect, restore},
    check::check,
    testing,
};

const WORK: &str = "RUNWARD_TEST_CHILD";
const PLACE: &str = "RUNWARD_TEST_CHILD_PLACE";
const DIRECTORY: &str = "RUNWARD_TEST_CHILD_DIRECTORY";

fn child(work: &str, place: &Place, directory: &Path) -> Child {
    let address = match place {
        Place::Sqlite(path) => format!("sqlite:{}", path.display()),
        Place::Postgres(url) => url.clone(),
        Place::Memory => panic!("nothing to share"),
    };
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_process_that_is_killed"])
        .env(WORK, work)
        .env(PLACE, address)
        .env(DIRECTORY, directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Does nothing unless it is started by one of the other tests.
#[test]
fn the_process_that_is_killed() {
    let Ok(work) = env::var(WORK) else {
        return;
    };
    let place: Place = env::var(PLACE).unwrap().parse().unwrap();
    let directory = env::var(DIRECTORY).unwrap();
    let directory = Path::new(&directory);
    match work.as_str() {
        "restore" => {
            let abort = |_: &mut Tx<'_>| -> Result<(), DbError> { std::process::abort() };
            let how = Restore {
                replace: true,
                derive: &[&abort],
            };
            restore(&directory.join("a.backup"), &place, testing::options(), how).unwrap();
        }
        "write" => {
            let db = testing::open(&place);
            for round in 0..1_000_000_u32 {
                write(&db, &round.to_string());
            }
        }
        _ => {
            let db = testing::open(&place);
            for round in 0..1_000_000_u32 {
                let file = directory.join(format!("{round}.backup"));
                backup(&db, &file, Timestamp::UNIX_EPOCH).unwrap();
            }
        }
    }
}

/// Two rows that are always the same.
fn write(db: &Db, value: &str) {
    db.write(Lock::Whole, |tx| {
        tx.set_meta("first", value)?;
        tx.set_meta("second", value)
    })
    .unwrap();
}

fn values(db: &Db) -> (Option<String>, Option<String>) {
    db.read::<_, DbError>(|tx| Ok((tx.meta("first")?, tx.meta("second")?)))
        .unwrap()
}

#[test]
fn a_restore_that_dies_changed_nothing() {
    testing::each_place(|place| {
        let directory = tempfile::tempdir().unwrap();
        let source = testing::open(&Place::Memory);
        write(&source, "new");
        let file = directory.path().join("a.backup");
        backup(&source, &file, Timestamp::UNIX_EPOCH).unwrap();
        write(&testing::open(&place), "old");
        let status = child("restore", &place, directory.path()).wait().unwrap();
        assert!(!status.success());
        let db = testing::open(&place);
        assert_eq!(values(&db).0.as_deref(), Some("old"));
        assert_eq!(check(&db).unwrap(), []);
    });
}

#[test]
fn a_backup_has_its_name_only_when_it_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    let place = Place::Sqlite(directory.path().join("store.db"));
    let db = testing::open(&place);
    write(&db, &"x".repeat(1_000_000));
    let mut process = child("backup", &place, directory.path());
    thread::sleep(Duration::from_millis(400));
    process.kill().unwrap();
    process.wait().unwrap();
    let mut whole = 0;
    for entry in fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".backup") && !name.starts_with('.') {
            inspect(fs::File::open(&path).unwrap(), Limits::default()).unwrap();
            whole += 1;
        }
    }
    assert!(whole > 0);
}

#[test]
fn a_writer_that_dies_leaves_both_rows_or_none() {
    testing::each_place(|place| {
        let directory = tempfile::tempdir().unwrap();
        write(&testing::open(&place), "0");
        for round in 0..10 {
            let mut process = child("write", &place, directory.path());
            thread::sleep(Duration::from_millis(60 + round * 7));
            process.kill().unwrap();
            process.wait().unwrap();
            let (first, second) = values(&testing::open(&place));
            assert_eq!(first, second);
        }
        assert_eq!(check(&testing::open(&place)).unwrap(), []);
    });
}
