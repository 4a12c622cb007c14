//! What a task waits for.

use std::collections::{HashMap, HashSet, VecDeque};

use runward_db::{Sql, Tx};
use runward_model::{EventType, Task, TaskId, TaskStatus};

use super::{By, Tasks, life::active, rows};
use crate::{LIMITS, TaskError};

impl Tasks<'_> {
    /// `id` waits for `on` from now on. `check` is asked about the first, `see` about the second: it
    /// must be one that the person may know of.
    pub fn add_dependency<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        on: TaskId,
        check: impl FnOnce(&Task) -> Result<(), E>,
        see: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        self.write(|tx| {
            let task = rows::load(tx, id)?;
            check(&task)?;
            let needed = rows::load(tx, on)?;
            see(&needed)?;
            Ok(add(tx, by, task, &needed)?)
        })
    }

    /// `id` no longer waits for `on`.
    pub fn remove_dependency<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        on: TaskId,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        self.change(by, id, None, check, |tx, mut edit| {
            if !edit.task.depends_on.remove(&on) {
                return Err(TaskError::NotFound(on));
            }
            edit.task.waits_for.remove(&on);
            edit.details
                .insert("dependency".to_owned(), on.to_string().into());
            edit.save(tx, EventType::DependencyRemoved)
        })
    }
}

/// All changes of dependencies happen under one lock, so that two of them cannot close a circle
/// together.
fn add(tx: &mut Tx<'_>, by: &By<'_>, task: Task, needed: &Task) -> Result<Task, TaskError> {
    active(&task, "made to wait")?;
    if task.depends_on.contains(&needed.id) {
        return Ok(task);
    }
    if matches!(needed.status, TaskStatus::Cancelled | TaskStatus::Deleted) {
        return Err(TaskError::State {
            id: needed.id,
            status: needed.status,
            wanted: "waited for",
            next: "reopen it, or depend on another".to_owned(),
        });
    }
    let found = task.depends_on.len();
    if found >= LIMITS.dependencies {
        return Err(TaskError::TooMany {
            id: task.id,
            what: "dependencies",
            found,
            max: LIMITS.dependencies,
        });
    }
    if let Some(path) = path(tx, needed.id, task.id)? {
        return Err(TaskError::Circle {
            id: task.id,
            on: needed.id,
            path,
        });
    }
    let mut edit = super::edit::Edit::of(task, by);
    edit.task.depends_on.insert(needed.id);
    if needed.status != TaskStatus::Completed {
        edit.task.waits_for.insert(needed.id);
    }
    edit.details
        .insert("dependency".to_owned(), needed.id.to_string().into());
    edit.save(tx, EventType::DependencyAdded)
}

/// The way from one task over what it depends on to another, level by level.
fn path(tx: &mut Tx<'_>, from: TaskId, to: TaskId) -> Result<Option<Vec<TaskId>>, TaskError> {
    let mut came_from: HashMap<i64, i64> = HashMap::new();
    let mut seen = HashSet::from([from.0]);
    let mut level = VecDeque::from([from.0]);
    while !seen.contains(&to.0) && !level.is_empty() {
        // SQLite takes 32,766 values in a statement.
        let part: Vec<i64> = level.drain(..level.len().min(10_000)).collect();
        let mut sql = Sql::new("SELECT task, needs FROM task_dependencies WHERE task IN ");
        sql.push_list(part);
        for row in tx.rows(sql)? {
            let (task, needs) = (row.int(0)?, row.int(1)?);
            if seen.insert(needs) {
                came_from.insert(needs, task);
                level.push_back(needs);
            }
        }
    }
    if !seen.contains(&to.0) {
        return Ok(None);
    }
    let mut path = vec![to];
    let mut at = to.0;
    while let Some(before) = came_from.get(&at) {
        path.push(TaskId(*before));
        at = *before;
    }
    path.reverse();
    Ok(Some(path))
}
