//! What people said about a task, and what happened to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use runward_db::{DbError, Sql};
use runward_model::{Change, Comment, EventType, Task, TaskId};
use serde::{Deserialize, Serialize};

use super::{By, Tasks, edit::history, events, given, rows};
use crate::{TaskError, input::COMMENT};

/// One thing that happened to a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts from 1 in each task.
    pub number: i64,
    pub at: Timestamp,
    pub who: String,
    pub what: EventType,
    pub reason: Option<String>,
    pub changes: BTreeMap<String, Change>,
}

impl Tasks<'_> {
    /// Adds a comment, also to a task that is closed. The task keeps its version: nobody's update
    /// fails because of a comment.
    pub fn comment<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        body: &str,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Comment, E> {
        let valid = self.valid(by, Some(id), &COMMENT, &given("body", Some(body)))?;
        self.write(|tx| {
            let task = rows::load(tx, id)?;
            check(&task)?;
            let body = valid.text("body").unwrap_or_default();
            let mut work = || -> Result<Comment, TaskError> {
                events::suspicious(tx, by, Some(&task), &valid)?;
                let row = tx.one(
                    Sql::new(
                        "INSERT INTO task_comments (task, number, at, author, body) \
                         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4 \
                         FROM task_comments WHERE task = $5 RETURNING number",
                    )
                    .bind(id.0)
                    .bind(by.now)
                    .bind(by.actor.id.as_str())
                    .bind(body.as_str())
                    .bind(id.0),
                )?;
                let number = row.int(0)?;
                let event = events::about(by, EventType::TaskUpdated, &task)
                    .with_detail("comment", number)
                    .with_detail("length", body.chars().count());
                history(tx, &event, id)?;
                tx.emit(&event)?;
                Ok(Comment {
                    number,
                    at: by.now,
                    author: by.actor.id.clone(),
                    body: body.clone(),
                })
            };
            Ok(work()?)
        })
    }

    /// The comments on a task, oldest first.
    pub fn comments<E: From<TaskError>>(
        &self,
        id: TaskId,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Vec<Comment>, E> {
        self.read(|tx| {
            check(&rows::load(tx, id)?)?;
            let mut comments = || -> Result<Vec<Comment>, DbError> {
                let sql = Sql::new(
                    "SELECT number, at, author, body FROM task_comments WHERE task = $1 \
                     ORDER BY number",
                );
                tx.rows(sql.bind(id.0))?
                    .iter()
                    .map(|row| {
                        Ok(Comment {
                            number: row.int(0)?,
                            at: row.timestamp(1)?,
                            author: row.text(2)?.to_owned(),
                            body: row.text(3)?.to_owned(),
                        })
                    })
                    .collect()
            };
            Ok(comments().map_err(TaskError::from)?)
        })
    }

    /// What happened to a task, oldest first.
    pub fn history<E: From<TaskError>>(
        &self,
        id: TaskId,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Vec<Entry>, E> {
        self.read(|tx| {
            check(&rows::load(tx, id)?)?;
            let mut entries = || -> Result<Vec<Entry>, DbError> {
                let sql = Sql::new(
                    "SELECT number, at, who, what, reason, changes FROM task_history \
                     WHERE task = $1 ORDER BY number",
                );
                tx.rows(sql.bind(id.0))?
                    .iter()
                    .map(|row| {
                        let damaged = || DbError::Damaged {
                            reason: "a task's history cannot be read".to_owned(),
                        };
                        Ok(Entry {
                            number: row.int(0)?,
                            at: row.timestamp(1)?,
                            who: row.text(2)?.to_owned(),
                            what: EventType::from_name(row.text(3)?).ok_or_else(damaged)?,
                            reason: row.opt_text(4)?.map(str::to_owned),
                            changes: serde_json::from_str(row.text(5)?).map_err(|_| damaged())?,
                        })
                    })
                    .collect()
            };
            Ok(entries().map_err(TaskError::from)?)
        })
    }
}
