//! `runward task show`.

use runward_model::{Comment, GateState, Task};
use runward_ops::{
    Exit, Ledger,
    tasks::{self, TaskEntry},
};
use runward_report::{Cell, Listing, Sheet, Tone, document, moment_words};
use serde::Serialize;

use super::view::{View, status};
use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout};

#[derive(Serialize)]
struct Whole<'a> {
    task: &'a Task,
    comments: &'a [Comment],
    history: &'a [TaskEntry],
}

pub(super) fn show(view: &View<'_>, ledger: &Ledger, id: &str) -> Outcome {
    let record = tasks::show(ledger, tasks::number(id)?)?;
    let options = view.session.report_options(view.settings, true);
    write_stdout(|out| {
        match view.format {
            ListFormat::Json => {
                let whole = Whole {
                    task: &record.task,
                    comments: &record.comments,
                    history: &record.history,
                };
                document("runward.task/1", &whole, out)?;
            }
            ListFormat::Text => {
                view.sheet(&record.task).text(&options, out)?;
                for comment in &record.comments {
                    writeln!(out)?;
                    Sheet::new(format!("{} · {}", comment.author, moment_words(comment.at)))
                        .paragraph("", &comment.body)
                        .text(&options, out)?;
                }
                writeln!(out)?;
                history(&record.history).text(&options, out)?;
            }
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn history(entries: &[TaskEntry]) -> Listing {
    Listing {
        head: vec!["time", "event", "who", "changed", "why"],
        rows: entries
            .iter()
            .map(|entry| {
                let fields: Vec<_> = entry.changes.keys().map(String::as_str).collect();
                vec![
                    Cell::new(Tone::Quiet, moment_words(entry.at)),
                    Cell::plain(entry.what.as_str()),
                    Cell::plain(&entry.who),
                    Cell::maybe(Some(fields.join(", "))),
                    Cell::maybe(entry.reason.as_deref()),
                ]
            })
            .collect(),
        empty: "nothing has happened to it".to_owned(),
        foot: String::new(),
    }
}

impl View<'_> {
    fn sheet(&self, task: &Task) -> Sheet {
        let list = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
        let mut sheet = Sheet::new(format!("{} {}", task.id, task.title))
            .field("status", status(task))
            .optional("blocked", task.blocked_reason.as_deref())
            .field("priority", Cell::plain(task.priority.to_string()))
            .field("severity", Cell::from(task.severity))
            .field("deadline", self.deadline(task))
            .optional("due", task.deadline.map(|it| it.to_string()))
            .field("repository", Cell::plain(&task.repository))
            .optional("project", task.project.as_deref())
            .field("owner", Cell::plain(&task.owner))
            .optional("assignee", task.assignee.as_deref())
            .optional("approver", task.approver.map(runward_model::Role::as_str));
        if task.approver.is_some() {
            let approval = match &task.approval.decided_by {
                Some(by) => format!("{} by {by}", task.approval.state.as_str()),
                None => task.approval.state.as_str().to_owned(),
            };
            sheet = sheet.field("approval", Cell::plain(approval));
        }
        for gate in task.gates.values() {
            let tone = match gate.state {
                GateState::Passed | GateState::Waived => Tone::Good,
                GateState::Failed => Tone::Alarm,
                GateState::Pending | GateState::Running => Tone::Plain,
            };
            sheet = sheet.field(
                "gate",
                Cell::new(tone, format!("{}: {}", gate.name, gate.state.as_str())),
            );
        }
        sheet
            .optional("tags", Some(list(&mut task.tags.iter().cloned())))
            .optional(
                "depends on",
                Some(list(&mut task.depends_on.iter().map(ToString::to_string))),
            )
            .optional(
                "findings",
                Some(list(&mut task.findings.iter().map(ToString::to_string))),
            )
            .field("version", Cell::plain(task.version.to_string()))
            .paragraph("description", &task.description)
            .paragraph(
                "metadata",
                if task.metadata.is_empty() {
                    String::new()
                } else {
                    serde_json::to_string_pretty(&task.metadata).unwrap_or_default()
                },
            )
    }
}
