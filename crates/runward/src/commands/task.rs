//! `runward task`.

mod change;
mod create;
mod fields;
mod list;
mod show;
mod sync;
mod told;
mod view;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use runward_ops::{Exit, tasks};
use serde_json::json;

use self::view::View;
use crate::{commands::ListFormat, failure::Outcome, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct TaskArguments {
    /// The directory of the project whose record it is.
    #[arg(long = "in", global = true, default_value = ".", value_name = "PATH")]
    place: PathBuf,
    #[arg(long, short, global = true, value_enum, default_value_t)]
    format: ListFormat,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a task.
    Create {
        /// What is to be done, in 1 to 200 characters.
        #[arg(required_unless_present = "json")]
        title: Option<String>,
        #[command(flatten)]
        fields: fields::Fields,
        /// Read tasks from a file instead (`-`: standard input): one JSON object, or one on each
        /// line.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["title"])]
        json: Option<PathBuf>,
    },
    /// Tasks, the most urgent first.
    List(list::ListArguments),
    /// Everything about a task, with what ever happened to it.
    Show {
        /// Its number, e.g. `T-12` or `12`.
        id: String,
    },
    /// Change a task's fields.
    Update {
        id: String,
        /// The new title.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        #[command(flatten)]
        fields: fields::Fields,
        /// Only where nobody has changed it since this version.
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Give a task to somebody.
    Assign {
        id: String,
        /// A principal's id; `-` takes it back.
        to: String,
    },
    /// Begin work on a task.
    Start { id: String },
    /// Hand the work over to whoever reviews it.
    Submit { id: String },
    /// Say that a task cannot go on.
    Block {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
    },
    /// Say that it can.
    Unblock { id: String },
    /// Finish a task: its gates passed, what it depends on done, its change approved.
    #[command(alias = "done")]
    Complete { id: String },
    /// Give a task up.
    Cancel {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
    },
    /// Take up a finished or cancelled task again.
    Reopen {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
    },
    /// Take a task out of every list; the record of it stays.
    Delete {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
    },
    /// Add a remark.
    Comment { id: String, text: String },
    /// Make a task wait for another.
    Depend {
        id: String,
        /// The task that must be done first.
        on: String,
        /// Take the dependency away again.
        #[arg(long)]
        remove: bool,
    },
    /// Quality gates: what must hold before a task is complete.
    Gate {
        #[command(subcommand)]
        action: change::GateAction,
    },
    /// Ask for the approval of a task's change, or give it.
    Approve {
        #[command(subcommand)]
        action: change::ApproveAction,
    },
    /// Find tasks by their words: words, "phrases", -without, begin*.
    Search {
        query: String,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Make one task for each fix that the project's findings ask for, and bring existing ones up
    /// to date.
    Sync,
}

pub(crate) fn run(session: &Session, arguments: &TaskArguments) -> Outcome {
    let (ledger, settings) = match &arguments.action {
        Action::Create { .. } => session.ledger(&arguments.place)?,
        _ => session.recorded(&arguments.place)?,
    };
    let view = View {
        session,
        settings: &settings,
        format: arguments.format,
    };
    let (id, change) = match &arguments.action {
        Action::Create {
            title,
            fields,
            json,
        } => return create::create(&view, &ledger, title.as_deref(), fields, json.as_ref()),
        Action::List(arguments) => return list::list(&view, &ledger, arguments),
        Action::Search { query, limit } => {
            let query = json!({"text": query, "limit": limit});
            let page = tasks::list(&ledger, &query)?;
            return view.list(&page.tasks, page.next.as_deref());
        }
        Action::Show { id } => return show::show(&view, &ledger, id),
        Action::Comment { id, text } => {
            let comment = tasks::comment(&ledger, tasks::number(id)?, text)?;
            session.note(&format!("remark {} is kept", comment.number));
            return Ok(Exit::CLEAN);
        }
        Action::Sync => return view.synced(&tasks::sync(&ledger)?),
        other => change::change(other)?,
    };
    let task = tasks::change(&ledger, tasks::number(id)?, &change)?;
    view.changed(&change, &task)
}
