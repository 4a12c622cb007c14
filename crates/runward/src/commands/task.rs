//! `runward task`.

use std::{fmt::Write as _, path::PathBuf};

use clap::{Args, Subcommand};
use runward_model::{Comment, GateState, Task, TaskStatus};
use runward_ops::{
    Exit, Ledger, OpsError, Settings,
    tasks::{self, Change, ListedTask, Synced, TaskEntry},
};
use runward_report::{Cell, Listing, Sheet, Tone, deadline_words, document, moment_words};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    commands::ListFormat,
    failure::{Failure, Outcome},
    outputs::write_stdout,
    terminal::Session,
};

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
        fields: Fields,
        /// Read tasks from a file instead (`-`: standard input): one JSON object, or one on each
        /// line.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["title"])]
        json: Option<PathBuf>,
    },
    /// Tasks, the most urgent first.
    List(ListArguments),
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
        fields: Fields,
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
        action: GateAction,
    },
    /// Ask for the approval of a task's change, or give it.
    Approve {
        #[command(subcommand)]
        action: ApproveAction,
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

/// What a task says, apart from its title.
#[derive(Debug, Args)]
struct Fields {
    /// What there is to know, in at most 5,000 characters.
    #[arg(long, short, value_name = "TEXT")]
    description: Option<String>,
    /// Where it belongs; absent: the project's.
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    /// P0 (at once) to P4.
    #[arg(long, value_name = "PRIORITY")]
    priority: Option<String>,
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,
    /// A time with its zone, e.g. 2026-12-01T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    deadline: Option<String>,
    /// May be repeated.
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// A JSON object of your own.
    #[arg(long, value_name = "JSON")]
    metadata: Option<String>,
    /// Whose it is; absent: yours.
    #[arg(long, value_name = "ID")]
    owner: Option<String>,
    /// Who does it.
    #[arg(long, value_name = "ID")]
    assignee: Option<String>,
    /// Who must approve the change: developer, team-lead or security-lead.
    #[arg(long, value_name = "ROLE")]
    approver: Option<String>,
    /// A check that must pass first; may be repeated.
    #[arg(long = "gate", value_name = "NAME")]
    gates: Vec<String>,
    /// A finding that it closes (its fingerprint); may be repeated.
    #[arg(long = "finding", value_name = "FINGERPRINT")]
    findings: Vec<String>,
    /// Why it changes; needed where a deadline moves later.
    #[arg(long, short, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
struct ListArguments {
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

#[derive(Debug, Subcommand)]
enum GateAction {
    /// Ask for another check.
    Add { id: String, name: String },
    /// The check runs.
    Start { id: String, name: String },
    /// The check passed.
    Pass {
        id: String,
        name: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// The check failed.
    Fail {
        id: String,
        name: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
    },
    /// Go on without the check.
    Waive {
        id: String,
        name: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
enum ApproveAction {
    /// Ask for the approval.
    Request {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Give it; never for what is one's own.
    Grant {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: Option<String>,
        /// Only for the task as it stands at this version.
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Refuse it.
    Reject {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
    },
}

impl Fields {
    /// The fields that were given, as the task's input has them.
    fn input(&self) -> Result<Map<String, Value>, OpsError> {
        let mut input = Map::new();
        let texts = [
            ("description", &self.description),
            ("repository", &self.repository),
            ("priority", &self.priority),
            ("severity", &self.severity),
            ("deadline", &self.deadline),
            ("owner", &self.owner),
            ("assignee", &self.assignee),
            ("approver", &self.approver),
            ("reason", &self.reason),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                input.insert(name.to_owned(), text.as_str().into());
            }
        }
        let lists = [
            ("tags", &self.tags),
            ("gates", &self.gates),
            ("findings", &self.findings),
        ];
        for (name, list) in lists {
            if !list.is_empty() {
                input.insert(name.to_owned(), json!(list));
            }
        }
        if let Some(metadata) = &self.metadata {
            let value: Value = serde_json::from_str(metadata).map_err(|error| {
                OpsError::usage(
                    format!("`--metadata` is no JSON: {error}"),
                    "write an object: --metadata '{\"ticket\": 7}'",
                )
            })?;
            input.insert("metadata".to_owned(), value);
        }
        Ok(input)
    }
}

#[derive(Serialize)]
struct One<'a> {
    task: &'a Task,
}

pub(crate) fn run(session: &Session, arguments: &TaskArguments) -> Outcome {
    let (ledger, settings) = session.ledger(&arguments.place)?;
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
        } => return create(&view, &ledger, title.as_deref(), fields, json.as_ref()),
        Action::List(arguments) => return list(&view, &ledger, arguments),
        Action::Search { query, limit } => {
            let query = json!({"text": query, "limit": limit});
            let page = tasks::list(&ledger, &query)?;
            return view.list(&page.tasks, page.next.as_deref());
        }
        Action::Show { id } => return show(&view, &ledger, id),
        Action::Comment { id, text } => {
            let comment = tasks::comment(&ledger, tasks::number(id)?, text)?;
            session.note(&format!("remark {} is kept", comment.number));
            return Ok(Exit::CLEAN);
        }
        Action::Sync => return view.synced(&tasks::sync(&ledger)?),
        other => change(other)?,
    };
    let task = tasks::change(&ledger, tasks::number(id)?, &change)?;
    view.one(&task)
}

/// What a subcommand does to a task that is there.
fn change(action: &Action) -> Result<(&str, Change), OpsError> {
    let owned = |text: &String| text.clone();
    Ok(match action {
        Action::Update {
            id,
            title,
            fields,
            version,
        } => {
            let mut patch = fields.input()?;
            if let Some(title) = title {
                patch.insert("title".to_owned(), title.as_str().into());
            }
            let change = Change::Update {
                patch: Value::Object(patch),
                version: *version,
            };
            (id, change)
        }
        Action::Assign { id, to } => {
            let to = (to != "-").then(|| to.clone());
            (id, Change::Assign { to })
        }
        Action::Start { id } => (id, Change::Start),
        Action::Submit { id } => (id, Change::Submit),
        Action::Block { id, reason } => (
            id,
            Change::Block {
                reason: owned(reason),
            },
        ),
        Action::Unblock { id } => (id, Change::Unblock),
        Action::Complete { id } => (id, Change::Complete),
        Action::Cancel { id, reason } => (
            id,
            Change::Cancel {
                reason: owned(reason),
            },
        ),
        Action::Reopen { id, reason } => (
            id,
            Change::Reopen {
                reason: owned(reason),
            },
        ),
        Action::Delete { id, reason } => (
            id,
            Change::Delete {
                reason: owned(reason),
            },
        ),
        Action::Depend { id, on, remove } => {
            let on = tasks::number(on)?;
            let change = if *remove {
                Change::Independ { on }
            } else {
                Change::Depend { on }
            };
            (id, change)
        }
        Action::Gate { action } => gate(action),
        Action::Approve { action } => approve(action),
        Action::Create { .. }
        | Action::List(_)
        | Action::Search { .. }
        | Action::Show { .. }
        | Action::Comment { .. }
        | Action::Sync => {
            return Err(OpsError::usage(
                "nothing is changed by this",
                "see `--help`",
            ));
        }
    })
}

fn gate(action: &GateAction) -> (&str, Change) {
    let owned = |text: &String| text.clone();
    match action {
        GateAction::Add { id, name } => (id, Change::AddGate { name: owned(name) }),
        GateAction::Start { id, name } => (id, Change::StartGate { name: owned(name) }),
        GateAction::Pass { id, name, reason } => {
            let (name, reason) = (owned(name), reason.clone());
            (id, Change::PassGate { name, reason })
        }
        GateAction::Fail { id, name, reason } => {
            let (name, reason) = (owned(name), owned(reason));
            (id, Change::FailGate { name, reason })
        }
        GateAction::Waive { id, name, reason } => {
            let (name, reason) = (owned(name), owned(reason));
            (id, Change::WaiveGate { name, reason })
        }
    }
}

fn approve(action: &ApproveAction) -> (&str, Change) {
    match action {
        ApproveAction::Request { id, reason } => {
            let reason = reason.clone();
            (id, Change::RequestApproval { reason })
        }
        ApproveAction::Grant {
            id,
            reason,
            version,
        } => {
            let (reason, version) = (reason.clone(), *version);
            (id, Change::GrantApproval { reason, version })
        }
        ApproveAction::Reject { id, reason } => {
            let reason = reason.clone();
            (id, Change::RejectApproval { reason })
        }
    }
}

fn create(
    view: &View<'_>,
    ledger: &Ledger,
    title: Option<&str>,
    fields: &Fields,
    file: Option<&PathBuf>,
) -> Outcome {
    let Some(file) = file else {
        let mut input = fields.input()?;
        input.insert("title".to_owned(), title.unwrap_or_default().into());
        return view.one(&tasks::create(ledger, &Value::Object(input))?);
    };
    let text = super::take(file)?;
    let mut refused = Vec::new();
    let mut line = 0;
    for input in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
        line += 1;
        let made = input
            .map_err(|error| {
                OpsError::usage(
                    format!("`{}`: {error}", file.display()),
                    "write one JSON object, or one on each line",
                )
            })
            .and_then(|input| tasks::create(ledger, &input));
        match made {
            Ok(task) => view.made(line, &task)?,
            Err(error @ (OpsError::Task(_) | OpsError::Denied { .. })) => {
                view.refused(line, &error)?;
                refused.push(line);
            }
            Err(error) => return Err(error.into()),
        }
    }
    match refused.first() {
        None => Ok(Exit::CLEAN),
        Some(first) => Err(OpsError::usage(
            format!(
                "{} of {line} tasks are refused, the first is number {first}",
                refused.len()
            ),
            "each is named above with what is wrong with it",
        )
        .into()),
    }
}

fn list(view: &View<'_>, ledger: &Ledger, arguments: &ListArguments) -> Outcome {
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

#[derive(Serialize)]
struct Whole<'a> {
    task: &'a Task,
    comments: &'a [Comment],
    history: &'a [TaskEntry],
}

fn show(view: &View<'_>, ledger: &Ledger, id: &str) -> Outcome {
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

/// How results are shown.
struct View<'a> {
    session: &'a Session,
    settings: &'a Settings,
    format: ListFormat,
}

impl View<'_> {
    fn one(&self, task: &Task) -> Outcome {
        match self.format {
            ListFormat::Json => write_stdout(|out| {
                document("runward.task/1", &One { task }, out)?;
                Ok(())
            })?,
            ListFormat::Text => self.session.note(&line(task)),
        }
        Ok(Exit::CLEAN)
    }

    fn made(&self, number: usize, task: &Task) -> Result<(), Failure> {
        match self.format {
            ListFormat::Text => self.session.note(&line(task)),
            ListFormat::Json => {
                answer(&json!({"line": number, "id": task.id.to_string(), "task": task}))?;
            }
        }
        Ok(())
    }

    fn refused(&self, number: usize, error: &OpsError) -> Result<(), Failure> {
        match self.format {
            ListFormat::Text => self.session.warn(&format!("task {number}: {error}")),
            ListFormat::Json => answer(&json!({"line": number, "error": error.to_string()}))?,
        }
        Ok(())
    }

    fn list(&self, tasks: &[ListedTask], next: Option<&str>) -> Outcome {
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

    fn deadline(&self, task: &Task) -> Cell {
        let now = self.session.context.now;
        match task.deadline {
            Some(deadline) if task.is_overdue(now) => {
                Cell::new(Tone::Alarm, deadline_words(now, deadline))
            }
            Some(deadline) if task.status.is_active() => Cell::plain(deadline_words(now, deadline)),
            _ => Cell::maybe(None::<&str>),
        }
    }

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

    fn synced(&self, synced: &Synced) -> Outcome {
        let numbers =
            |ids: &[runward_model::TaskId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let parts = [
            ("created", numbers(&synced.created)),
            ("updated", numbers(&synced.updated)),
            ("completed", numbers(&synced.completed)),
            ("cancelled", numbers(&synced.cancelled)),
            ("reopened", numbers(&synced.reopened)),
        ];
        if self.format == ListFormat::Json {
            let mut value: Map<String, Value> = parts
                .iter()
                .map(|(name, ids)| ((*name).to_owned(), json!(ids)))
                .collect();
            let kept = synced
                .kept
                .iter()
                .map(|(id, why)| json!({"task": id.to_string(), "why": why}));
            value.insert("kept".to_owned(), kept.collect());
            write_stdout(|out| {
                document("runward.task-sync/1", &value, out)?;
                Ok(())
            })?;
            return Ok(Exit::CLEAN);
        }
        let told: Vec<String> = parts
            .iter()
            .filter(|(_, ids)| !ids.is_empty())
            .map(|(name, ids)| format!("{name} {}", ids.join(", ")))
            .collect();
        self.session.note(&if told.is_empty() {
            "every fix has its task; nothing to change".to_owned()
        } else {
            told.join("; ")
        });
        for (id, why) in &synced.kept {
            self.session.warn(&format!("{id} stays as it is: {why}"));
        }
        Ok(Exit::CLEAN)
    }
}

fn status(task: &Task) -> Cell {
    let tone = match task.status {
        TaskStatus::Completed => Tone::Good,
        TaskStatus::Blocked => Tone::Warn,
        TaskStatus::Cancelled | TaskStatus::Deleted => Tone::Quiet,
        TaskStatus::Open | TaskStatus::InProgress | TaskStatus::InReview => Tone::Plain,
    };
    Cell::new(tone, task.status.as_str().replace('_', " "))
}

fn line(task: &Task) -> String {
    format!(
        "{} is {}: {}",
        task.id,
        task.status.as_str().replace('_', " "),
        task.title
    )
}

fn answer(value: &Value) -> Result<(), Failure> {
    write_stdout(|out| {
        serde_json::to_writer(&mut *out, value)?;
        writeln!(out)?;
        Ok(())
    })?;
    Ok(())
}
