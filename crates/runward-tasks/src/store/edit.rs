//! A change of one task: what it was, what it becomes, and the events of that.

use std::collections::BTreeSet;

use runward_db::{Sql, Tx};
use runward_model::{ApprovalState, EventType, Task, TaskId, TaskStatus};
use serde_json::{Map, Value, json};

use super::{By, Tasks, events, rows};
use crate::{TaskError, input::Valid, plan::strictness};

/// Findings named in an event.
const NAMED: usize = 100;

/// A task under change.
pub(super) struct Edit<'a> {
    before: Option<Task>,
    pub(super) task: Task,
    by: &'a By<'a>,
    pub(super) reason: Option<String>,
    pub(super) details: Map<String, Value>,
    /// An event even where no field that it tells of changed.
    pub(super) always: bool,
    /// The change follows from findings; what it is stays the same while its target does.
    pub(super) by_plan: bool,
}

impl<'a> Edit<'a> {
    pub(super) fn of(task: Task, by: &'a By<'a>) -> Self {
        Self {
            before: Some(task.clone()),
            task,
            by,
            reason: None,
            details: Map::new(),
            always: false,
            by_plan: false,
        }
    }

    pub(super) fn new(task: Task, by: &'a By<'a>) -> Self {
        Self {
            before: None,
            task,
            by,
            reason: None,
            details: Map::new(),
            always: false,
            by_plan: false,
        }
    }

    pub(super) fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    pub(super) fn now(&self) -> jiff::Timestamp {
        self.by.now
    }

    pub(super) fn who(&self) -> &'a str {
        &self.by.actor.id
    }

    /// Stores the task with one event, and does what follows from it for tasks that wait for it.
    /// Where nothing changed, nothing happens.
    pub(super) fn save(mut self, tx: &mut Tx<'_>, kind: EventType) -> Result<Task, TaskError> {
        self.keep_approval_honest();
        if self.reopened() {
            self.let_go_of_what_was_given_up(tx)?;
        }
        let changes = events::changes(self.before.as_ref(), &self.task);
        if self.before.as_ref() == Some(&self.task) {
            return Ok(self.task);
        }
        self.task.version += 1;
        self.task.updated = self.by.now;
        rows::store(tx, self.before.as_ref(), &self.task)?;
        if !changes.is_empty() || self.always {
            let mut event = events::about(self.by, kind, &self.task);
            event.changes = changes;
            event.reason.clone_from(&self.reason);
            event.details = std::mem::take(&mut self.details);
            self.name_findings(&mut event.details);
            history(tx, &event, self.task.id)?;
            tx.emit(&event)?;
        }
        self.follow_up(tx)
    }

    fn reopened(&self) -> bool {
        let ended = |it: &Task| !it.status.is_active();
        self.task.status.is_active() && self.before.as_ref().is_some_and(ended)
    }

    /// While a task is closed, what it depended on may be cancelled or deleted; open again, it would
    /// wait for that for ever.
    fn let_go_of_what_was_given_up(&mut self, tx: &mut Tx<'_>) -> Result<(), TaskError> {
        let mut gone = Vec::new();
        for needed in &self.task.waits_for {
            if !rows::load(tx, *needed)?.status.is_active() {
                gone.push(*needed);
            }
        }
        for needed in &gone {
            self.task.waits_for.remove(needed);
            self.task.depends_on.remove(needed);
        }
        if !gone.is_empty() {
            let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
            self.details
                .insert("dependencies_dropped".to_owned(), json!(gone));
        }
        Ok(())
    }

    /// An approval is for the change that was looked at, by somebody who has no part in it.
    fn keep_approval_honest(&mut self) {
        let Some(before) = &self.before else {
            return;
        };
        let task = &self.task;
        if before.approval.state != ApprovalState::Granted
            || task.approval.state != ApprovalState::Granted
        {
            return;
        }
        let target = |it: &Task| it.planned.as_ref().map(|it| it.target.clone());
        let other_text = before.title != task.title
            || before.description != task.description
            || before.metadata != task.metadata
            || !task.findings.is_subset(&before.findings);
        let other_change = before.severity < task.severity
            || strictness(before.approver) < strictness(task.approver)
            || target(before) != target(task)
            || (other_text && !self.by_plan);
        let decider = task.approval.decided_by.as_deref();
        let own = decider.is_some_and(|decider| {
            same_person(decider, &task.owner)
                || task
                    .assignee
                    .as_deref()
                    .is_some_and(|it| same_person(decider, it))
        });
        if other_change || own {
            let why = if own {
                "who approved it has a part in it now"
            } else {
                "it changed after it was approved"
            };
            self.task.approval = runward_model::Approval::fresh(self.task.approver.is_some());
            self.details
                .insert("approval_withdrawn".to_owned(), why.into());
        }
    }

    fn name_findings(&self, details: &mut Map<String, Value>) {
        let none = BTreeSet::new();
        let before = self.before.as_ref().map_or(&none, |it| &it.findings);
        let added: Vec<_> = self.task.findings.difference(before).take(NAMED).collect();
        let removed: Vec<_> = before.difference(&self.task.findings).take(NAMED).collect();
        if !added.is_empty() {
            details.insert("findings_added".to_owned(), json!(added));
        }
        if !removed.is_empty() {
            details.insert("findings_removed".to_owned(), json!(removed));
        }
    }

    fn follow_up(self, tx: &mut Tx<'_>) -> Result<Task, TaskError> {
        let was_done = self
            .before
            .as_ref()
            .is_some_and(|it| it.status == TaskStatus::Completed);
        let is_done = self.task.status == TaskStatus::Completed;
        if was_done != is_done {
            for waiting in waiting_for(tx, self.task.id)? {
                let waiting = rows::load(tx, waiting)?;
                if is_done {
                    let event = events::about(self.by, EventType::DependencySatisfied, &waiting)
                        .with_detail("dependency", self.task.id.to_string())
                        .with_detail("remaining", waiting.waits_for.len());
                    history(tx, &event, waiting.id)?;
                    tx.emit(&event)?;
                }
                settle(tx, self.by, waiting)?;
            }
        }
        // A task that is open again may have to wait again.
        let reopened = self.reopened();
        let waits = |it: &Task| it.depends_on != self.task.depends_on;
        if reopened || self.before.as_ref().is_some_and(waits) {
            let task = rows::load(tx, self.task.id)?;
            return settle(tx, self.by, task);
        }
        Ok(self.task)
    }
}

/// The same person, whatever the letter case: for the question who may not approve.
pub(super) fn same_person(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Active tasks that depend on this one.
pub(super) fn waiting_for(tx: &mut Tx<'_>, id: TaskId) -> Result<Vec<TaskId>, TaskError> {
    let sql = Sql::new(
        "SELECT d.task FROM task_dependencies d JOIN tasks t ON t.id = d.task \
         WHERE d.needs = $1 AND t.status NOT IN ('completed', 'cancelled', 'deleted') \
         ORDER BY d.task",
    )
    .bind(id.0);
    Ok(tx
        .rows(sql)?
        .iter()
        .map(|row| row.int(0).map(TaskId))
        .collect::<Result<_, _>>()?)
}

/// Blocks a task that waits for others, and lets go one that nothing blocks any more.
fn settle(tx: &mut Tx<'_>, by: &By<'_>, task: Task) -> Result<Task, TaskError> {
    if !task.status.is_active() {
        return Ok(task);
    }
    let held = !task.waits_for.is_empty() || task.blocked_reason.is_some();
    let blocked = task.status == TaskStatus::Blocked;
    if held == blocked {
        return Ok(task);
    }
    let mut edit = Edit::of(task, by);
    let kind = if held {
        let waits: Vec<String> = edit
            .task
            .waits_for
            .iter()
            .map(ToString::to_string)
            .collect();
        edit.reason = Some(format!("waits for {}", waits.join(", ")));
        hold(&mut edit.task);
        EventType::TaskBlocked
    } else {
        edit.reason = Some("everything that it waited for is done".to_owned());
        release(&mut edit.task);
        EventType::TaskUnblocked
    };
    edit.save(tx, kind)
}

pub(super) fn hold(task: &mut Task) {
    if task.status != TaskStatus::Blocked {
        task.resume = Some(task.status);
        task.status = TaskStatus::Blocked;
    }
}

pub(super) fn release(task: &mut Task) {
    if task.status == TaskStatus::Blocked {
        task.status = task.resume.take().unwrap_or(TaskStatus::Open);
    }
}

/// Enters an event into the history that viewers of the task see.
pub(super) fn history(
    tx: &mut Tx<'_>,
    event: &runward_model::Event,
    id: TaskId,
) -> Result<(), TaskError> {
    let changes =
        serde_json::to_string(&event.changes).map_err(|_| runward_db::DbError::Event {
            reason: "its changes are no JSON".to_owned(),
        })?;
    let sql = Sql::new(
        "INSERT INTO task_history (task, number, at, who, what, reason, changes) \
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 \
         FROM task_history WHERE task = $7",
    )
    .bind(id.0)
    .bind(event.timestamp)
    .bind(event.actor.id.as_str())
    .bind(event.event_type.as_str())
    .bind(event.reason.clone())
    .bind(changes)
    .bind(id.0);
    tx.execute(sql)?;
    Ok(())
}

impl Tasks<'_> {
    /// The frame of every change of one task.
    pub(super) fn change<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        valid: Option<&Valid>,
        check: impl FnOnce(&Task) -> Result<(), E>,
        work: impl FnOnce(&mut Tx<'_>, Edit<'_>) -> Result<Task, TaskError>,
    ) -> Result<Task, E> {
        self.write(|tx| {
            let task = rows::load(tx, id)?;
            check(&task)?;
            if let Some(valid) = valid {
                events::suspicious(tx, by, Some(&task), valid).map_err(TaskError::from)?;
            }
            let edit = Edit::of(task, by).because(valid.and_then(|it| it.text("reason")));
            Ok(work(tx, edit)?)
        })
    }
}
