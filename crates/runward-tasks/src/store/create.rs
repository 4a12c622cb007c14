//! New tasks, and changes of what they say.

use runward_db::Tx;
use runward_model::{
    Approval, ApprovalState, EventType, Gate, GateState, Priority, Severity, Task, TaskId,
    TaskStatus,
};
use serde_json::Value;

use super::{By, Tasks, edit::Edit, events};
use crate::{
    LIMITS, Problem, Rejected, TaskError,
    input::{APPROVERS, NEW_TASK, TASK_PATCH, Valid},
};

impl Tasks<'_> {
    /// A new task from an input of [`NEW_TASK`]. `check` sees it as it would be.
    pub fn create<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        input: &Value,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, None, &NEW_TASK, input)?;
        self.write(|tx| {
            let task = new_task(tx, by, &valid)?;
            check(&task)?;
            events::suspicious(tx, by, Some(&task), &valid).map_err(TaskError::from)?;
            Ok(Edit::new(task, by).save(tx, EventType::TaskCreated)?)
        })
    }

    /// Changes what an input of [`TASK_PATCH`] names. With `expected`, only if nobody changed the
    /// task since that version.
    pub fn update<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        expected: Option<i64>,
        patch: &Value,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, Some(id), &TASK_PATCH, patch)?;
        self.change(by, id, Some(&valid), check, |tx, mut edit| {
            unchanged_since(&edit.task, expected)?;
            apply(&mut edit.task, &valid)?;
            edit.save(tx, EventType::TaskUpdated)
        })
    }
}

/// Refuses where somebody else was faster.
pub(super) fn unchanged_since(task: &Task, expected: Option<i64>) -> Result<(), TaskError> {
    match expected {
        Some(expected) if expected != task.version => Err(TaskError::Changed {
            id: task.id,
            expected,
            found: task.version,
        }),
        _ => Ok(()),
    }
}

/// A number for a new task.
pub(super) fn next_id(tx: &mut Tx<'_>) -> Result<TaskId, TaskError> {
    let ids = tx.ids("tasks", 1)?;
    let id = ids.first().copied().ok_or(runward_db::DbError::Damaged {
        reason: "it gives out no numbers".to_owned(),
    })?;
    Ok(TaskId(id))
}

fn new_task(tx: &mut Tx<'_>, by: &By<'_>, valid: &Valid) -> Result<Task, TaskError> {
    let approver = valid.role("approver");
    let id = next_id(tx)?;
    let gates = valid.texts("gates").unwrap_or_default();
    Ok(Task {
        id,
        version: 0,
        title: valid.text("title").unwrap_or_default(),
        description: valid.text("description").unwrap_or_default(),
        repository: valid.text("repository").unwrap_or_default(),
        project: valid.text("project"),
        priority: valid.priority("priority").unwrap_or(Priority::P3),
        severity: valid.severity("severity").unwrap_or(Severity::Medium),
        deadline: valid.time("deadline"),
        tags: valid
            .texts("tags")
            .unwrap_or_default()
            .into_iter()
            .collect(),
        metadata: valid.object("metadata").unwrap_or_default(),
        owner: valid.text("owner").unwrap_or_else(|| by.actor.id.clone()),
        assignee: valid.text("assignee"),
        requester: by.actor.id.clone(),
        status: TaskStatus::Open,
        blocked_reason: None,
        resume: None,
        approver,
        approval: Approval::fresh(approver.is_some()),
        gates: gates
            .into_iter()
            .map(|name| (name.clone(), pending(name, by)))
            .collect(),
        depends_on: std::collections::BTreeSet::new(),
        waits_for: std::collections::BTreeSet::new(),
        findings: valid
            .fingerprints("findings")
            .unwrap_or_default()
            .into_iter()
            .collect(),
        created: by.now,
        updated: by.now,
        completed: None,
        planned: None,
    })
}

/// A gate that nothing has happened to.
pub(super) fn pending(name: String, by: &By<'_>) -> Gate {
    Gate {
        name,
        state: GateState::Pending,
        by: by.actor.id.clone(),
        at: by.now,
        reason: None,
    }
}

fn apply(task: &mut Task, valid: &Valid) -> Result<(), TaskError> {
    if task.status == TaskStatus::Deleted {
        return Err(TaskError::State {
            id: task.id,
            status: task.status,
            wanted: "changed",
            next: "reopen it first".to_owned(),
        });
    }
    if let Some(title) = valid.text("title") {
        task.title = title;
    }
    if let Some(description) = valid.text("description") {
        task.description = description;
    }
    if valid.has("project") {
        task.project = valid.text("project");
    }
    if let Some(priority) = valid.priority("priority") {
        task.priority = priority;
    }
    if let Some(tags) = valid.texts("tags") {
        task.tags = tags.into_iter().collect();
    }
    if let Some(metadata) = valid.object("metadata") {
        task.metadata = metadata;
    }
    if let Some(owner) = valid.text("owner") {
        task.owner = owner;
    }
    if valid.has("deadline") {
        deadline(task, valid)?;
    }
    if let Some(severity) = valid.severity("severity") {
        // Who may approve depends on it.
        if severity < task.severity && task.approver.is_some() {
            return Err(TaskError::Weaker {
                id: task.id,
                field: "severity",
                how: "lower while the task needs an approval",
                next: "have the findings assessed anew, or cancel the task",
            });
        }
        task.severity = severity;
    }
    if let Some(approver) = valid.role("approver") {
        let strictness = |role| APPROVERS.iter().position(|it| *it == role);
        if task
            .approver
            .is_some_and(|it| strictness(approver) < strictness(it))
        {
            return Err(TaskError::Weaker {
                id: task.id,
                field: "approver",
                how: "less strict",
                next: "ask the role that is set, or name a stricter one",
            });
        }
        task.approver = Some(approver);
        if task.approval.state == ApprovalState::NotRequired {
            task.approval = Approval::fresh(true);
        }
    }
    if let Some(findings) = valid.fingerprints("findings") {
        // Those of a planned task follow from scans.
        if task.planned.is_some() {
            return Err(TaskError::Weaker {
                id: task.id,
                field: "list of findings",
                how: "by hand: the task was made from findings",
                next: "decide on the findings themselves; the task follows",
            });
        }
        task.findings = findings.into_iter().collect();
    }
    Ok(())
}

/// A deadline moves later only with a reason.
fn deadline(task: &mut Task, valid: &Valid) -> Result<(), TaskError> {
    let new = valid.time("deadline");
    let later = match (task.deadline, new) {
        (Some(old), Some(new)) => new > old,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if later && valid.text("reason").is_none() {
        return Err(TaskError::Invalid(Rejected {
            input: TASK_PATCH.name,
            problems: vec![Problem {
                field: "reason".to_owned(),
                code: "missing",
                problem: "is missing: the deadline would move later".to_owned(),
                next: format!("say why, in at most {} characters", LIMITS.reason),
            }],
            hits: Vec::new(),
            submitted: Vec::new(),
        }));
    }
    task.deadline = new;
    Ok(())
}
