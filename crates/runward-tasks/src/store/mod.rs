//! The stored tasks.

mod approval;
mod comments;
mod create;
mod dependencies;
mod edit;
mod events;
mod gates;
mod life;
mod list;
mod rows;
mod sync;

use jiff::Timestamp;
use runward_db::{Db, DbError, Lock, Tx};
use runward_model::{Actor, Task, TaskId};
use serde_json::Value;

pub use comments::Entry;
pub use list::{Listed, Page, sees};
pub use sync::Synced;

use crate::{
    Patterns, TaskError,
    input::{self, Schema, Valid},
};

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub actor: &'a Actor,
    pub now: Timestamp,
    /// What belongs together in the audit log: `scan:17`.
    pub correlation: Option<&'a str>,
}

impl<'a> By<'a> {
    pub const fn new(actor: &'a Actor, now: Timestamp) -> Self {
        Self {
            actor,
            now,
            correlation: None,
        }
    }
}

/// The tasks of a database.
///
/// Each function that changes something is one transaction: it validates, loads, asks `check`
/// about the task as it stands, changes, and emits its events. What `check` refuses has not
/// happened. `check` is the caller's access control; its error type is the caller's own.
#[derive(Clone, Copy)]
pub struct Tasks<'a> {
    db: &'a Db,
    patterns: &'a Patterns,
    record_reads: bool,
}

/// Carries a caller's error through a transaction.
struct Through<E>(E);

impl<E: From<TaskError>> From<DbError> for Through<E> {
    fn from(error: DbError) -> Self {
        Self(TaskError::from(error).into())
    }
}

impl<'a> Tasks<'a> {
    pub const fn new(db: &'a Db, patterns: &'a Patterns) -> Self {
        Self {
            db,
            patterns,
            record_reads: false,
        }
    }

    /// Whether lists and searches are recorded too, with the number of their results.
    #[must_use]
    pub const fn recording_reads(mut self, record: bool) -> Self {
        self.record_reads = record;
        self
    }

    fn write<T, E: From<TaskError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db
            .write(Lock::Tasks, |tx| work(tx).map_err(Through))
            .map_err(|Through(error)| error)
    }

    fn read<T, E: From<TaskError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db
            .read(|tx| work(tx).map_err(Through))
            .map_err(|Through(error)| error)
    }

    /// Validates; what is refused is recorded before the caller is told.
    fn valid(
        &self,
        by: &By<'_>,
        task: Option<TaskId>,
        schema: &'static Schema,
        value: &Value,
    ) -> Result<Valid, TaskError> {
        let rejected = match input::validate(schema, value, by.now, self.patterns) {
            Ok(valid) => return Ok(valid),
            Err(rejected) => rejected,
        };
        self.write(|tx| events::refused(tx, by, task, &rejected))?;
        Err(TaskError::Invalid(rejected))
    }

    /// Records input that did not even get as far as a schema, or was validated by the caller.
    pub fn record_refusal(
        &self,
        by: &By<'_>,
        task: Option<TaskId>,
        rejected: &input::Rejected,
    ) -> Result<(), TaskError> {
        self.write(|tx| events::refused(tx, by, task, rejected))
    }

    /// One task, whatever its status.
    pub fn get<E: From<TaskError>>(
        &self,
        id: TaskId,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let task = self.read(|tx| rows::load(tx, id).map_err(E::from))?;
        check(&task)?;
        Ok(task)
    }
}

/// Fills the search index anew from the tasks; after a restore into another database.
pub fn reindex(tx: &mut Tx<'_>) -> Result<(), DbError> {
    rows::reindex(tx).map_err(|error| match error {
        TaskError::Database(error) => error,
        other => DbError::Damaged {
            reason: other.to_string(),
        },
    })
}

/// One named text as an input.
fn given(field: &str, text: Option<&str>) -> Value {
    let mut map = serde_json::Map::new();
    if let Some(text) = text {
        map.insert(field.to_owned(), Value::from(text));
    }
    Value::Object(map)
}
