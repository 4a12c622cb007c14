//! What can go wrong with a task, for the person who must act.

use runward_db::DbError;
use runward_model::{TaskId, TaskStatus};
use thiserror::Error;

use crate::input::Rejected;

/// An error of the tasks.
#[derive(Debug, Error)]
pub enum TaskError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Invalid(Rejected),
    #[error("there is no task `{0}`; list them with `runward task list`")]
    NotFound(TaskId),
    #[error(
        "`{id}` has changed: it is at version {found}, not {expected}; look at it again, then repeat"
    )]
    Changed {
        id: TaskId,
        expected: i64,
        found: i64,
    },
    #[error("`{id}` is {status} and cannot be {wanted}; {next}")]
    State {
        id: TaskId,
        status: TaskStatus,
        /// `started`, `completed`, ….
        wanted: &'static str,
        next: String,
    },
    #[error("`{id}` cannot be completed yet: {}", missing.join("; "))]
    Unfinished { id: TaskId, missing: Vec<String> },
    #[error(
        "`{id}` cannot wait for `{on}`: that would be a circle ({}); remove one of these dependencies first",
        path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ")
    )]
    Circle {
        id: TaskId,
        on: TaskId,
        /// From `on` back to `id`.
        path: Vec<TaskId>,
    },
    #[error(
        "`{id}` cannot be {wanted}: {} wait for it; remove these dependencies first",
        waiting.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
    )]
    Needed {
        id: TaskId,
        wanted: &'static str,
        waiting: Vec<TaskId>,
    },
    #[error("`{who}` cannot approve `{id}`, being its {as_what}; ask somebody else")]
    OwnApproval {
        id: TaskId,
        who: String,
        /// `owner`, `assignee` or `requester`.
        as_what: &'static str,
    },
    #[error("`{id}` needs no approval; give it an approver first")]
    NoApproval { id: TaskId },
    #[error("`{id}` has no quality gate `{name}`; add it first")]
    NoGate { id: TaskId, name: String },
    #[error("the {field} of `{id}` cannot be made {how}; {next}")]
    Weaker {
        id: TaskId,
        field: &'static str,
        how: &'static str,
        next: &'static str,
    },
    #[error("`{id}` has {found} {what} already; {max} is the most")]
    TooMany {
        id: TaskId,
        what: &'static str,
        found: usize,
        max: usize,
    },
}
