//! A trail and a database for tests.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use runward_audit::{FeedOptions, Trail, TrailOptions, Verdict, VerifyRequest};
use runward_db::{Db, Lock, Options, Place, Sql, testing};
use runward_model::{Actor, Event, EventType, Subject};

pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) root: PathBuf,
    _directory: tempfile::TempDir,
}

impl World {
    pub(crate) fn each(test: impl Fn(World)) {
        testing::each_place(|place| {
            let directory = tempfile::tempdir().unwrap();
            test(World {
                place,
                root: directory.path().to_owned(),
                _directory: directory,
            });
        });
    }

    /// One on SQLite alone, for what does not depend on the backend.
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            place: Place::Sqlite(directory.path().join("store.db")),
            root: directory.path().to_owned(),
            _directory: directory,
        }
    }

    pub(crate) fn options(&self) -> TrailOptions {
        options(&self.root)
    }

    pub(crate) fn trail(&self) -> Trail {
        Trail::open(self.options()).unwrap()
    }

    pub(crate) fn db(&self, trail: &Trail) -> Db {
        db(&self.place, trail)
    }

    pub(crate) fn log_dir(&self) -> PathBuf {
        self.root.join("log")
    }
}

pub(crate) fn options(root: &Path) -> TrailOptions {
    let mut options = TrailOptions::new(root.join("log"), root.join("keys"), "example.org/audit");
    options.feeds = Some(FeedOptions::both(root.join("feeds")));
    options
}

pub(crate) fn db(place: &Place, trail: &Trail) -> Db {
    let options = Options {
        sealer: trail.sealer().unwrap(),
        ..testing::options()
    };
    Db::open(place, options).unwrap()
}

pub(crate) fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_771_372_800 + second).unwrap()
}

/// A numbered event.
pub(crate) fn event(number: i64) -> Event {
    Event::new(
        time(number),
        EventType::TaskCreated,
        Actor::account("ann"),
        Subject::new("task", number),
    )
    .with_detail("number", number)
}

/// Emits events without publishing them.
pub(crate) fn emit(db: &Db, numbers: std::ops::Range<i64>) {
    db.write(Lock::Tasks, |tx| {
        numbers
            .into_iter()
            .try_for_each(|number| tx.emit(&event(number)))
    })
    .unwrap();
}

/// The numbers of the events in the log, in its order.
pub(crate) fn numbers(trail: &Trail) -> Vec<i64> {
    let records = trail.tail(0, u64::MAX).unwrap();
    records
        .iter()
        .map(|it| it.event.details["number"].as_i64().unwrap())
        .collect()
}

pub(crate) fn sql(db: &Db, text: &'static str) -> u64 {
    db.write(Lock::Whole, |tx| tx.execute(Sql::new(text)))
        .unwrap()
}

pub(crate) fn one(db: &Db, text: &'static str) -> i64 {
    db.read(|tx| tx.one(text)?.int(0)).unwrap()
}

pub(crate) fn verify(trail: &Trail, db: &Db) -> Verdict {
    let request = VerifyRequest {
        full: true,
        ..VerifyRequest::default()
    };
    trail.verify(Some(db), &request).unwrap()
}

pub(crate) fn assert_sound(trail: &Trail, db: &Db) -> Verdict {
    let verdict = verify(trail, db);
    assert!(verdict.ok, "{:#?}", verdict.problems);
    verdict
}

/// Copies a directory tree.
pub(crate) fn copy(from: &Path, to: &Path) {
    if to.exists() {
        std::fs::remove_dir_all(to).unwrap();
    }
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
