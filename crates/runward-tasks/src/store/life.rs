//! The life of a task: assigned, started, reviewed, blocked, completed, cancelled, reopened,
//! deleted.

use runward_db::Tx;
use runward_model::{Approval, ApprovalState, EventType, GateState, Task, TaskId, TaskStatus};
use serde_json::{Map, Value};

use super::{
    By, Tasks,
    edit::{Edit, hold, release, waiting_for},
    given,
};
use crate::{
    TaskError,
    input::{ASSIGNMENT, DECISION, REASONED, Schema},
};

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident($reason:ty, $schema:expr) => $work:path;)+) => {
        impl Tasks<'_> {
            $(
                $(#[$doc])*
                pub fn $name<E: From<TaskError>>(
                    &self,
                    by: &By<'_>,
                    id: TaskId,
                    reason: $reason,
                    check: impl FnOnce(&Task) -> Result<(), E>,
                ) -> Result<Task, E> {
                    self.operate(by, id, &$schema, reason.into(), check, $work)
                }
            )+
        }
    };
}

operations! {
    /// Work has begun.
    start(Option<&str>, DECISION) => start;
    /// The work is done and looked at by others.
    submit(Option<&str>, DECISION) => submit;
    /// A person holds it.
    block(&str, REASONED) => block;
    /// Nobody holds it any more; it may still wait for other tasks.
    unblock(Option<&str>, DECISION) => unblock;
    /// Done: every gate passed or waived, every dependency completed, the approval granted where
    /// one is needed.
    complete(Option<&str>, DECISION) => complete;
    /// It will not be done.
    cancel(&str, REASONED) => cancel;
    /// It is to be done after all. Gates and approval start anew.
    reopen(&str, REASONED) => reopen;
    /// It should not have been there. Nothing is lost: it is only out of sight.
    delete(&str, REASONED) => delete;
}

impl Tasks<'_> {
    fn operate<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        schema: &'static Schema,
        reason: Option<&str>,
        check: impl FnOnce(&Task) -> Result<(), E>,
        work: impl FnOnce(&mut Tx<'_>, Edit<'_>) -> Result<Task, TaskError>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, Some(id), schema, &given("reason", reason))?;
        self.change(by, id, Some(&valid), check, work)
    }

    /// Gives it to somebody, or to nobody.
    pub fn assign<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        assignee: Option<&str>,
        reason: Option<&str>,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let mut input = Map::new();
        input.insert("assignee".to_owned(), Value::from(assignee));
        if let Some(reason) = reason {
            input.insert("reason".to_owned(), Value::from(reason));
        }
        let valid = self.valid(by, Some(id), &ASSIGNMENT, &Value::Object(input))?;
        self.change(by, id, Some(&valid), check, |tx, mut edit| {
            active(&edit.task, "assigned")?;
            edit.task.assignee = valid.text("assignee");
            edit.save(tx, EventType::TaskAssigned)
        })
    }
}

fn refuse(task: &Task, wanted: &'static str, next: impl Into<String>) -> TaskError {
    TaskError::State {
        id: task.id,
        status: task.status,
        wanted,
        next: next.into(),
    }
}

/// Refuses what only a task that still asks for work can have done to it.
pub(super) fn active(task: &Task, wanted: &'static str) -> Result<(), TaskError> {
    if task.status.is_active() {
        Ok(())
    } else {
        Err(refuse(task, wanted, "reopen it first"))
    }
}

/// As [`active`], and not blocked.
fn free(task: &Task, wanted: &'static str) -> Result<(), TaskError> {
    active(task, wanted)?;
    if task.status != TaskStatus::Blocked {
        return Ok(());
    }
    Err(refuse(task, wanted, what_blocks(task)))
}

fn what_blocks(task: &Task) -> String {
    let mut steps = Vec::new();
    if !task.waits_for.is_empty() {
        let ids: Vec<String> = task.waits_for.iter().map(|it| format!("`{it}`")).collect();
        steps.push(format!(
            "complete {} or remove the dependency",
            ids.join(", ")
        ));
    }
    if task.blocked_reason.is_some() {
        steps.push("unblock it".to_owned());
    }
    steps.join(", and ")
}

fn start(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    free(&edit.task, "started")?;
    edit.task.status = TaskStatus::InProgress;
    edit.save(tx, EventType::TaskStarted)
}

fn submit(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    free(&edit.task, "submitted")?;
    edit.task.status = TaskStatus::InReview;
    edit.save(tx, EventType::TaskUpdated)
}

fn block(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    active(&edit.task, "blocked")?;
    edit.task.blocked_reason.clone_from(&edit.reason);
    hold(&mut edit.task);
    edit.save(tx, EventType::TaskBlocked)
}

fn unblock(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    active(&edit.task, "unblocked")?;
    if edit.task.blocked_reason.take().is_none() {
        let next = if edit.task.waits_for.is_empty() {
            "nothing blocks it".to_owned()
        } else {
            what_blocks(&edit.task)
        };
        return Err(refuse(&edit.task, "unblocked", next));
    }
    if edit.task.waits_for.is_empty() {
        release(&mut edit.task);
    }
    edit.save(tx, EventType::TaskUnblocked)
}

/// What still stands in the way of completion.
pub(super) fn missing(task: &Task) -> Vec<String> {
    let mut missing: Vec<String> = task
        .gates
        .values()
        .filter(|gate| !gate.state.is_met())
        .map(|gate| format!("the gate `{}` is {}", gate.name, gate.state))
        .collect();
    if task.approver.is_some() && task.approval.state != ApprovalState::Granted {
        let role = task.approver.map_or("", runward_model::Role::as_str);
        missing.push(format!(
            "the approval of a {role} is {}",
            task.approval.state.as_str().replace('_', " ")
        ));
    }
    missing
}

fn complete(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    free(&edit.task, "completed")?;
    let missing = missing(&edit.task);
    if !missing.is_empty() {
        return Err(TaskError::Unfinished {
            id: edit.task.id,
            missing,
        });
    }
    close(&mut edit, TaskStatus::Completed);
    edit.save(tx, EventType::TaskCompleted)
}

/// Ends a task. Nothing holds it any more.
pub(super) fn close(edit: &mut Edit<'_>, status: TaskStatus) {
    let now = edit.now();
    let task = &mut edit.task;
    task.status = status;
    task.resume = None;
    task.blocked_reason = None;
    task.completed = (status == TaskStatus::Completed).then_some(now);
}

fn cancel(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    active(&edit.task, "cancelled")?;
    unneeded(tx, edit.task.id, "cancelled")?;
    close(&mut edit, TaskStatus::Cancelled);
    edit.save(tx, EventType::TaskCancelled)
}

fn delete(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    if edit.task.status == TaskStatus::Deleted {
        return Err(refuse(&edit.task, "deleted", "nothing is left to do"));
    }
    unneeded(tx, edit.task.id, "deleted")?;
    close(&mut edit, TaskStatus::Deleted);
    edit.save(tx, EventType::TaskDeleted)
}

/// A task that others wait for would leave them waiting for ever.
pub(super) fn unneeded(tx: &mut Tx<'_>, id: TaskId, wanted: &'static str) -> Result<(), TaskError> {
    let waiting = waiting_for(tx, id)?;
    if waiting.is_empty() {
        Ok(())
    } else {
        Err(TaskError::Needed {
            id,
            wanted,
            waiting,
        })
    }
}

fn reopen(tx: &mut Tx<'_>, mut edit: Edit<'_>) -> Result<Task, TaskError> {
    if edit.task.status.is_active() {
        return Err(refuse(&edit.task, "reopened", "it is being worked on"));
    }
    open_again(&mut edit);
    edit.save(tx, EventType::TaskReopened)
}

/// Everything that was shown about the change is to be shown again.
pub(super) fn open_again(edit: &mut Edit<'_>) {
    let (now, who) = (edit.now(), edit.who().to_owned());
    let task = &mut edit.task;
    task.status = TaskStatus::Open;
    task.completed = None;
    task.approval = Approval::fresh(task.approver.is_some());
    for gate in task.gates.values_mut() {
        gate.state = GateState::Pending;
        gate.by.clone_from(&who);
        gate.at = now;
        gate.reason = None;
    }
}
