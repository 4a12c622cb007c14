//! `runward task list` and `search`.

use std::fmt::Write as _;

use clap::Args;
use runward_model::TaskStatus;
use runward_ops::{
    Exit, Ledger,
    tasks::{self, ListedTask},
};
use runward_report::{Cell, Listing, Tone, document};
use serde_json::{Value, json};

use super::view::{View, status};
use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout};

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Only these; absent: what still asks for work.
    #[arg(long, short, value_delimiter = ',', value_name = "STATUS")]
    status: Vec<String>,
    /// Every status but deleted.
    #[arg(long, conflicts_with = "status")]
    all: bool,
    #[arg(long, value_name = "NAME")]
    repository: Vec<String>,
    #[arg(long, value_name = "ID")]
    owner: Option<String>,
    #[arg(long, value_name = "ID")]
    assignee: Option<String>,
    /// Given to nobody.
    #[arg(long)]
    unassigned: bool,
    #[arg(long, value_delimiter = ',', value_name = "PRIORITY")]
    priority: Vec<String>,
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// With this finding.
    #[arg(long, value_name = "FINGERPRINT")]
    finding: Option<String>,
    /// Past their deadline.
    #[arg(long)]
    overdue: bool,
    /// Due before this time, with its zone.
    #[arg(long, value_name = "TIME")]
    due_before: Option<String>,
    /// priority, deadline, updated or newest.
    #[arg(long, value_name = "ORDER")]
    sort: Option<String>,
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Go on after the page that ended with this.
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

pub(super) fn list(view: &View<'_>, ledger: &Ledger, arguments: &ListArguments) -> Outcome {
    let list = |items: &[String]| match items {
        [] => Value::Null,
        items => json!(items),
    };
    let statuses = if arguments.all {
        let all = TaskStatus::ALL
            .iter()
            .filter(|it| **it != TaskStatus::Deleted);
        json!(all.map(|it| it.as_str()).collect::<Vec<_>>())
    } else if arguments.status.is_empty() {
        let active = TaskStatus::ALL.iter().filter(|it| it.is_active());
        json!(active.map(|it| it.as_str()).collect::<Vec<_>>())
    } else {
        let given = arguments.status.iter().map(|it| it.replace('-', "_"));
        json!(given.collect::<Vec<_>>())
    };
    let flag = |set: bool| if set { Value::from(true) } else { Value::Null };
    let query = tasks::query(&[
        ("status", statuses),
        ("repository", list(&arguments.repository)),
        ("owner", json!(arguments.owner)),
        ("assignee", json!(arguments.assignee)),
        ("unassigned", flag(arguments.unassigned)),
        ("priority", list(&arguments.priority)),
        ("tag", json!(arguments.tag)),
        (
            "finding",
            arguments
                .finding
                .as_ref()
                .map_or(Value::Null, |it| json!([it])),
        ),
        ("overdue", flag(arguments.overdue)),
        ("due_before", json!(arguments.due_before)),
        ("sort", json!(arguments.sort)),
        ("after", json!(arguments.after)),
        ("limit", json!(arguments.limit)),
    ]);
    let page = tasks::list(ledger, &query)?;
    view.list(&page.tasks, page.next.as_deref())
}

impl View<'_> {
    pub(super) fn list(&self, tasks: &[ListedTask], next: Option<&str>) -> Outcome {
        let options = self.session.report_options(self.settings, false);
        write_stdout(|out| {
            match self.format {
                ListFormat::Json => {
                    let listed: Vec<_> = tasks
                        .iter()
                        .map(|it| json!({"task": it.task, "snippet": it.snippet}))
                        .collect();
                    document(
                        "runward.tasks/1",
                        &json!({"tasks": listed, "next": next}),
                        out,
                    )?;
                }
                ListFormat::Text => self.listing(tasks, next).text(&options, out)?,
            }
            Ok(())
        })?;
        Ok(Exit::CLEAN)
    }

    fn listing(&self, tasks: &[ListedTask], next: Option<&str>) -> Listing {
        let now = self.session.context.now;
        let overdue = tasks.iter().filter(|it| it.task.is_overdue(now)).count();
        let mut foot = match tasks.len() {
            1 => "1 task".to_owned(),
            count => format!("{count} tasks"),
        };
        if overdue > 0 {
            let _ = write!(foot, ", {overdue} overdue");
        }
        if let Some(next) = next {
            let _ = write!(foot, "; go on with `--after {next}`");
        }
        Listing {
            head: vec![
                "task", "priority", "severity", "status", "deadline", "assignee", "title",
            ],
            rows: tasks
                .iter()
                .map(|it| {
                    let task = &it.task;
                    vec![
                        Cell::new(Tone::Quiet, task.id.to_string()),
                        Cell::plain(task.priority.to_string()),
                        Cell::from(task.severity),
                        status(task),
                        self.deadline(task),
                        Cell::maybe(task.assignee.as_deref()),
                        Cell::new(Tone::Strong, &task.title),
                    ]
                })
                .collect(),
            empty: "no tasks".to_owned(),
            foot,
        }
    }
}
