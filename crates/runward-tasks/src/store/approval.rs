//! Approvals. Who has the right is the caller's check; that nobody approves what they have a part
//! in is refused here as well.

use runward_model::{Approval, ApprovalState, EventType, Task, TaskId};

use super::{By, Tasks, create::unchanged_since, edit::same_person, given, life::active};
use crate::{
    TaskError,
    input::{DECISION, REASONED},
};

impl Tasks<'_> {
    /// Asks for the approval.
    pub fn request_approval<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        reason: Option<&str>,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, Some(id), &DECISION, &given("reason", reason))?;
        self.change(by, id, Some(&valid), check, |tx, mut edit| {
            active(&edit.task, "approved")?;
            match edit.task.approval.state {
                ApprovalState::NotRequired => return Err(TaskError::NoApproval { id }),
                ApprovalState::Requested | ApprovalState::Granted => {
                    return Err(already(&edit.task));
                }
                ApprovalState::Required | ApprovalState::Rejected => {}
            }
            edit.task.approval = Approval {
                state: ApprovalState::Requested,
                requested_by: Some(by.actor.id.clone()),
                decided_by: None,
                decided: None,
                reason: edit.reason.clone(),
            };
            edit.save(tx, EventType::ApprovalRequested)
        })
    }

    /// Grants it, for the task as it stands at version `expected`.
    pub fn grant_approval<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        expected: Option<i64>,
        reason: Option<&str>,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, Some(id), &DECISION, &given("reason", reason))?;
        self.change(by, id, Some(&valid), check, |tx, mut edit| {
            unchanged_since(&edit.task, expected)?;
            not_own(&edit.task, &by.actor.id)?;
            decide(
                &mut edit.task,
                by,
                ApprovalState::Granted,
                edit.reason.clone(),
            )?;
            edit.save(tx, EventType::ApprovalGranted)
        })
    }

    /// Refuses it.
    pub fn reject_approval<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        reason: &str,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, Some(id), &REASONED, &given("reason", Some(reason)))?;
        self.change(by, id, Some(&valid), check, |tx, mut edit| {
            decide(
                &mut edit.task,
                by,
                ApprovalState::Rejected,
                edit.reason.clone(),
            )?;
            edit.save(tx, EventType::ApprovalRejected)
        })
    }
}

fn decide(
    task: &mut Task,
    by: &By<'_>,
    state: ApprovalState,
    reason: Option<String>,
) -> Result<(), TaskError> {
    active(task, "approved")?;
    match task.approval.state {
        ApprovalState::NotRequired => return Err(TaskError::NoApproval { id: task.id }),
        ApprovalState::Requested => {}
        ApprovalState::Required | ApprovalState::Granted | ApprovalState::Rejected => {
            return Err(already(task));
        }
    }
    task.approval.state = state;
    task.approval.decided_by = Some(by.actor.id.clone());
    task.approval.decided = Some(by.now);
    task.approval.reason = reason;
    Ok(())
}

fn not_own(task: &Task, who: &str) -> Result<(), TaskError> {
    let parts = [
        ("owner", Some(&task.owner)),
        ("assignee", task.assignee.as_ref()),
        ("requester", Some(&task.requester)),
        ("requester", task.approval.requested_by.as_ref()),
    ];
    for (as_what, person) in parts {
        if person.is_some_and(|it| same_person(it, who)) {
            return Err(TaskError::OwnApproval {
                id: task.id,
                who: who.to_owned(),
                as_what,
            });
        }
    }
    Ok(())
}

fn already(task: &Task) -> TaskError {
    TaskError::State {
        id: task.id,
        status: task.status,
        wanted: "approved or refused in this way",
        next: match task.approval.state {
            ApprovalState::Required => "request the approval first",
            ApprovalState::Requested => "the approval is requested already; grant or reject it",
            ApprovalState::Granted => "the approval is granted already",
            _ => "request the approval again first",
        }
        .to_owned(),
    }
}
