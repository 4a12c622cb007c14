//! Stored tasks brought to what findings ask for.

use std::collections::BTreeMap;

use runward_db::{Sql, Tx};
use runward_model::{EventType, Finding, Fingerprint, Task, TaskId};

use super::{
    By, Tasks,
    create::next_id,
    edit::{Edit, waiting_for},
    life::missing,
    rows,
};
use crate::{
    TaskError,
    plan::{Scope, Step, TaskChange, plan},
};

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    pub created: Vec<TaskId>,
    pub updated: Vec<TaskId>,
    pub completed: Vec<TaskId>,
    pub cancelled: Vec<TaskId>,
    pub reopened: Vec<TaskId>,
    /// Tasks that would have been cancelled, and why they were not.
    pub kept: Vec<(TaskId, String)>,
}

impl Synced {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Tasks<'_> {
    /// Makes, changes, completes, cancels and reopens tasks so that there is one for each fix that
    /// `findings` ask for; all of it or nothing. `findings` are all that the store knows of the
    /// project, resolved ones included; `renamed` maps former fingerprints to those of today.
    /// `check` is asked about each change.
    pub fn sync<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        scope: &Scope<'_>,
        findings: &[Finding],
        renamed: &BTreeMap<Fingerprint, Fingerprint>,
        check: impl FnMut(&TaskChange) -> Result<(), E>,
    ) -> Result<Synced, E> {
        self.write(|tx| self.sync_in(tx, by, scope, findings, renamed, check))
    }

    /// As [`Self::sync`], inside a transaction of the caller's, which must hold
    /// [`Lock::Tasks`](runward_db::Lock::Tasks) or [`Lock::Whole`](runward_db::Lock::Whole).
    pub fn sync_in<E: From<TaskError>>(
        &self,
        tx: &mut Tx<'_>,
        by: &By<'_>,
        scope: &Scope<'_>,
        findings: &[Finding],
        renamed: &BTreeMap<Fingerprint, Fingerprint>,
        mut check: impl FnMut(&TaskChange) -> Result<(), E>,
    ) -> Result<Synced, E> {
        let existing = planned(tx, scope)?;
        let changes = plan(scope, findings, renamed, &existing);
        let existing: BTreeMap<TaskId, Task> = existing.into_iter().map(|it| (it.id, it)).collect();
        let mut synced = Synced::default();
        for change in changes {
            check(&change)?;
            let before = existing.get(&change.task.id);
            apply(tx, by, change, before, &mut synced)?;
        }
        Ok(synced)
    }
}

/// The tasks that were made from findings of this project.
fn planned(tx: &mut Tx<'_>, scope: &Scope<'_>) -> Result<Vec<Task>, TaskError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(rows::COLUMNS)
        .push(" FROM tasks t WHERE t.plan_key IS NOT NULL AND t.repository = ");
    sql.push_bind(scope.repository);
    match scope.project {
        Some(project) => sql.push(" AND t.project = ").push_bind(project),
        None => sql.push(" AND t.project IS NULL"),
    };
    sql.push(" ORDER BY t.id");
    rows::many(tx, sql)
}

fn apply(
    tx: &mut Tx<'_>,
    by: &By<'_>,
    change: TaskChange,
    before: Option<&Task>,
    synced: &mut Synced,
) -> Result<(), TaskError> {
    let TaskChange { step, task, reason } = change;
    let Some(before) = before else {
        let id = next_id(tx)?;
        let edit = Edit::new(Task { id, ..task }, by).because(Some(reason));
        edit.save(tx, EventType::TaskCreated)?;
        synced.created.push(id);
        return Ok(());
    };
    let id = before.id;
    // An earlier change of this run may have blocked or let go this one.
    let current = rows::load(tx, id)?;
    let mut task = task;
    if step == Step::Update {
        task.status = current.status;
        task.resume = current.resume;
    }
    task.waits_for.clone_from(&current.waits_for);
    let mut edit = Edit::of(current, by).because(Some(reason));
    edit.by_plan = true;
    let version = edit.task.version;
    edit.task = Task { version, ..task };
    let kind = match step {
        Step::Create | Step::Update => {
            synced.updated.push(id);
            EventType::TaskUpdated
        }
        Step::Complete => {
            // The problem is gone, whether or not the way there was the agreed one: that is for
            // people to see, not a reason to leave the task open.
            let missing = missing(&edit.task);
            if !missing.is_empty() {
                edit.details.insert("without".to_owned(), missing.into());
            }
            synced.completed.push(id);
            EventType::TaskCompleted
        }
        Step::Cancel => {
            let waiting = waiting_for(tx, id)?;
            if !waiting.is_empty() {
                let waiting: Vec<String> = waiting.iter().map(ToString::to_string).collect();
                synced
                    .kept
                    .push((id, format!("{} wait for it", waiting.join(", "))));
                return Ok(());
            }
            synced.cancelled.push(id);
            EventType::TaskCancelled
        }
        Step::Reopen => {
            synced.reopened.push(id);
            EventType::TaskReopened
        }
    };
    edit.save(tx, kind)?;
    Ok(())
}
