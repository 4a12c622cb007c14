//! A database of each backend for tests: a file, and where the environment variable
//! `RUNWARD_TEST_POSTGRES` holds a connection URL, a schema of its own on that server.
#![allow(clippy::panic, reason = "a test that cannot begin fails")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::runtime::Builder;

use crate::{Db, DbError, Options, Place, failure::failure, open as opening, series};

const VARIABLE: &str = "RUNWARD_TEST_POSTGRES";

/// Options with events sealed as plain JSON.
pub fn options() -> Options {
    Options {
        sealer: Arc::new(|event| serde_json::to_vec(event).map_err(|error| error.to_string())),
        migrate: true,
        busy: Duration::from_secs(30),
    }
}

/// Runs a test on a new, empty, ready database of each backend.
///
/// # Panics
/// Where a database cannot be made.
pub fn each_backend(mut test: impl FnMut(Db)) {
    each_place(|place| test(open(&place)));
}

/// Runs a test on the place of a new database of each backend; for tests that open several handles
/// or none.
///
/// # Panics
/// Where a place cannot be made.
pub fn each_place(mut test: impl FnMut(Place)) {
    let directory = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    test(Place::Sqlite(directory.path().join("store.db")));
    match postgres_schema() {
        Some(schema) => test(schema.place.clone()),
        None => skipped(),
    }
}

/// A handle on a place.
///
/// # Panics
/// Where it cannot be opened.
pub fn open(place: &Place) -> Db {
    Db::open(place, options()).unwrap_or_else(|error| panic!("{error}"))
}

/// Says that a test was not run for lack of a server.
#[expect(clippy::print_stderr, reason = "a test that was not run says so")]
pub fn skipped() {
    eprintln!("skipped: PostgreSQL, because {VARIABLE} names no server");
}

/// A schema on the test server, dropped with it.
pub struct Schema {
    url: String,
    name: String,
    pub place: Place,
}

/// A new schema on the test server, where there is one.
///
/// # Panics
/// Where the server cannot be used.
pub fn postgres_schema() -> Option<Schema> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let url = std::env::var(VARIABLE).ok().filter(|it| !it.is_empty())?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let random = series::random_name().unwrap_or_else(|error| panic!("{error}"));
    let name = format!("test_{}_{number}_{random}", std::process::id());
    run(&url, format!("CREATE SCHEMA {name}")).unwrap_or_else(|error| panic!("{error}"));
    let join = if url.contains('?') { '&' } else { '?' };
    let place = Place::Postgres(format!("{url}{join}options=-csearch_path%3D{name}"));
    Some(Schema { url, name, place })
}

impl Drop for Schema {
    fn drop(&mut self) {
        // A test that failed may have left connections; they end with the test's process.
        let script = format!(
            "SET client_min_messages = warning; SET lock_timeout = '10s'; \
             DROP SCHEMA IF EXISTS {} CASCADE",
            self.name
        );
        run(&self.url, script).ok();
    }
}

/// A script on the test server, outside of any store.
pub(crate) fn run(url: &str, script: String) -> Result<(), DbError> {
    let place = Place::Postgres(url.to_owned());
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| DbError::Open {
            place: place.to_string(),
            reason: error.to_string(),
        })?;
    runtime.block_on(async {
        let mut connection = opening::connect(&place, &options()).await?;
        let done = connection.script(script).await;
        connection.close().await.ok();
        done.map_err(|error| failure(&place, &error))
    })
}
