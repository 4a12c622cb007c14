//! How tasks are shown.

use runward_model::{Task, TaskStatus};
use runward_ops::{Exit, Settings, tasks::Change};
use runward_report::{Cell, Tone, deadline_words, document};
use serde::Serialize;

use super::told::told;
use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

/// How results are shown.
pub(super) struct View<'a> {
    pub(super) session: &'a Session,
    pub(super) settings: &'a Settings,
    pub(super) format: ListFormat,
}

#[derive(Serialize)]
struct One<'a> {
    task: &'a Task,
}

impl View<'_> {
    /// A task after a change: what the change did, and where the task stands.
    pub(super) fn changed(&self, change: &Change, task: &Task) -> Outcome {
        if self.format == ListFormat::Text
            && let Some(told) = told(change, task)
        {
            self.session.note(&told);
        }
        self.one(task)
    }

    pub(super) fn one(&self, task: &Task) -> Outcome {
        match self.format {
            ListFormat::Json => write_stdout(|out| {
                document("runward.task/1", &One { task }, out)?;
                Ok(())
            })?,
            ListFormat::Text => self.session.note(&line(task)),
        }
        Ok(Exit::CLEAN)
    }

    pub(super) fn deadline(&self, task: &Task) -> Cell {
        let now = self.session.context.now;
        match task.deadline {
            Some(deadline) if task.is_overdue(now) => {
                Cell::new(Tone::Alarm, deadline_words(now, deadline))
            }
            Some(deadline) if task.status.is_active() => Cell::plain(deadline_words(now, deadline)),
            _ => Cell::maybe(None::<&str>),
        }
    }
}

pub(super) fn status(task: &Task) -> Cell {
    let tone = match task.status {
        TaskStatus::Completed => Tone::Good,
        TaskStatus::Blocked => Tone::Warn,
        TaskStatus::Cancelled | TaskStatus::Deleted => Tone::Quiet,
        TaskStatus::Open | TaskStatus::InProgress | TaskStatus::InReview => Tone::Plain,
    };
    Cell::new(tone, task.status.as_str().replace('_', " "))
}

pub(super) fn line(task: &Task) -> String {
    format!(
        "{} is {}: {}",
        task.id,
        task.status.as_str().replace('_', " "),
        task.title
    )
}
