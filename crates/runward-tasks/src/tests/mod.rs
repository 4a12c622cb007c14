//! Tests of the whole crate on both databases.

mod attacks;
mod corpus;
mod graph;
mod input;
mod life;
mod listing;
mod sync;

use jiff::Timestamp;
use runward_db::Db;
use runward_model::{Actor, Event, EventType, Task, TaskId};
use serde_json::{Value, json};

use crate::{By, Patterns, TaskError, Tasks};

/// The built-in patterns; compiling them takes a while.
pub(crate) fn patterns() -> &'static Patterns {
    static PATTERNS: std::sync::OnceLock<Patterns> = std::sync::OnceLock::new();
    PATTERNS.get_or_init(|| Patterns::built_in().unwrap())
}

pub(crate) fn now() -> Timestamp {
    "2026-01-10T12:00:00Z".parse().unwrap()
}

pub(crate) fn ann() -> Actor {
    Actor::principal("ann")
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a check")]
pub(crate) fn yes(_: &Task) -> Result<(), TaskError> {
    Ok(())
}

pub(crate) fn events(db: &Db) -> Vec<Event> {
    db.read(|tx| {
        tx.rows("SELECT event FROM outbox ORDER BY seq")?
            .iter()
            .map(|row| Ok(serde_json::from_slice(row.bytes(0)?).unwrap()))
            .collect::<Result<Vec<Event>, TaskError>>()
    })
    .unwrap()
}

pub(crate) fn kinds(db: &Db) -> Vec<EventType> {
    events(db).iter().map(|it| it.event_type).collect()
}

/// Runs a test with the tasks of each backend.
pub(crate) fn each(test: impl Fn(&Db, &Tasks<'_>)) {
    runward_db::testing::each_backend(|db| test(&db, &Tasks::new(&db, patterns())));
}

pub(crate) fn make(tasks: &Tasks<'_>, title: &str) -> TaskId {
    make_with(tasks, json!({"title": title, "repository": "acme/web"}))
}

#[expect(clippy::needless_pass_by_value, reason = "for `json!`")]
pub(crate) fn make_with(tasks: &Tasks<'_>, input: Value) -> TaskId {
    let ann = ann();
    let task = tasks.create(&By::new(&ann, now()), &input, yes).unwrap();
    task.id
}
