//! Tasks, as people work with them.

use std::collections::BTreeMap;

use runward_model::{Action, Comment, Finding, Fingerprint, Resource, Task, TaskId};
use runward_store::{Filter, Scope as FindingScope};
use runward_tasks::{By, Tasks, plan};
use serde_json::{Map, Value, json};

use crate::{Ledger, OpsError};

pub use runward_tasks::{Entry as TaskEntry, Listed as ListedTask, Page as TaskPage, Synced};

/// A task with what was said about it and what happened to it.
#[derive(Debug)]
pub struct TaskRecord {
    pub task: Task,
    pub comments: Vec<Comment>,
    pub history: Vec<TaskEntry>,
}

/// What can be done to a task that is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Update {
        patch: Value,
        version: Option<i64>,
    },
    Assign {
        to: Option<String>,
    },
    Start,
    Submit,
    Block {
        reason: String,
    },
    Unblock,
    Complete,
    Cancel {
        reason: String,
    },
    Reopen {
        reason: String,
    },
    Delete {
        reason: String,
    },
    Depend {
        on: TaskId,
    },
    Independ {
        on: TaskId,
    },
    AddGate {
        name: String,
    },
    StartGate {
        name: String,
    },
    PassGate {
        name: String,
        reason: Option<String>,
    },
    FailGate {
        name: String,
        reason: String,
    },
    WaiveGate {
        name: String,
        reason: String,
    },
    RequestApproval {
        reason: Option<String>,
    },
    GrantApproval {
        reason: Option<String>,
        version: Option<i64>,
    },
    RejectApproval {
        reason: String,
    },
}

impl Change {
    /// The right that it takes.
    fn action(&self) -> Action {
        match self {
            Self::Update { .. }
            | Self::Start
            | Self::Submit
            | Self::Block { .. }
            | Self::Unblock
            | Self::Cancel { .. }
            | Self::Reopen { .. }
            | Self::Depend { .. }
            | Self::Independ { .. }
            | Self::AddGate { .. }
            | Self::StartGate { .. }
            | Self::PassGate { .. }
            | Self::FailGate { .. }
            | Self::RequestApproval { .. } => Action::UpdateTask,
            Self::Assign { .. } => Action::AssignTask,
            Self::Complete => Action::CompleteTask,
            Self::Delete { .. } => Action::DeleteTask,
            Self::WaiveGate { .. } => Action::WaiveGate,
            Self::GrantApproval { .. } | Self::RejectApproval { .. } => Action::ApproveTask,
        }
    }
}

fn tasks(ledger: &Ledger) -> Result<Tasks<'_>, OpsError> {
    // Who lists what matters where several people share a store.
    Ok(ledger.tasks()?.recording_reads(ledger.caller().is_some()))
}

/// Makes a check of one right, by the engine of this moment.
fn right(
    ledger: &Ledger,
    action: Action,
) -> Result<impl Fn(&Task) -> Result<(), OpsError> + '_, OpsError> {
    let may = ledger.right(action)?;
    Ok(move |task: &Task| may(&task.resource()))
}

/// A task's number as people write it.
pub fn number(text: &str) -> Result<TaskId, OpsError> {
    text.parse().map_err(|error| {
        OpsError::usage(
            format!("`{text}`: {error}"),
            "see `runward task list` for the numbers",
        )
    })
}

/// Makes a task. What the input leaves out is the ledger's project and the caller.
pub fn create(ledger: &Ledger, input: &Value) -> Result<Task, OpsError> {
    let mut input = input.clone();
    if let Value::Object(fields) = &mut input {
        let missing = |fields: &Map<String, Value>, name| !fields.contains_key(name);
        if missing(fields, "repository") {
            fields.insert("repository".to_owned(), ledger.repository().into());
            if missing(fields, "project") {
                fields.insert("project".to_owned(), ledger.project().into());
            }
        }
        if missing(fields, "owner") {
            fields.insert("owner".to_owned(), ledger.who().into());
        }
    }
    let actor = ledger.actor();
    let by = By::new(&actor, ledger.now);
    let check = right(ledger, Action::CreateTask)?;
    ledger.settle(tasks(ledger)?.create(&by, &input, check))
}

/// Tasks that match a query and that the caller may see.
pub fn list(ledger: &Ledger, query: &Value) -> Result<TaskPage, OpsError> {
    let (visible, exact) = ledger.visible(Action::ViewTask)?;
    let actor = ledger.actor();
    let by = By::new(&actor, ledger.now);
    let listed = tasks(ledger)?.list(&by, query, &visible);
    let mut page = ledger.settle(listed.map_err(OpsError::from))?;
    if !exact {
        // A policy of the team's own looks at each item, so the list does too.
        let sees = ledger.judge(Action::ViewTask)?;
        page.tasks.retain(|it| sees(&it.task.resource()));
    }
    Ok(page)
}

/// One task with everything.
pub fn show(ledger: &Ledger, id: TaskId) -> Result<TaskRecord, OpsError> {
    let check = right(ledger, Action::ViewTask)?;
    let tasks = tasks(ledger)?;
    let task = ledger.settle(tasks.get(id, &check))?;
    Ok(TaskRecord {
        comments: tasks.comments(id, |_| Ok::<(), OpsError>(()))?,
        history: tasks.history(id, |_| Ok::<(), OpsError>(()))?,
        task,
    })
}

/// Does something to a task.
pub fn change(ledger: &Ledger, id: TaskId, change: &Change) -> Result<Task, OpsError> {
    let actor = ledger.actor();
    let by = &By::new(&actor, ledger.now);
    let check = right(ledger, change.action())?;
    let tasks = tasks(ledger)?;
    let done = match change {
        Change::Update { patch, version } => tasks.update(by, id, *version, patch, check),
        Change::Assign { to } => tasks.assign(by, id, to.as_deref(), None, check),
        Change::Start => tasks.start(by, id, None, check),
        Change::Submit => tasks.submit(by, id, None, check),
        Change::Block { reason } => tasks.block(by, id, reason, check),
        Change::Unblock => tasks.unblock(by, id, None, check),
        Change::Complete => tasks.complete(by, id, None, check),
        Change::Cancel { reason } => tasks.cancel(by, id, reason, check),
        Change::Reopen { reason } => tasks.reopen(by, id, reason, check),
        Change::Delete { reason } => tasks.delete(by, id, reason, check),
        Change::Depend { on } => {
            let see = right(ledger, Action::ViewTask)?;
            tasks.add_dependency(by, id, *on, check, see)
        }
        Change::Independ { on } => tasks.remove_dependency(by, id, *on, check),
        Change::AddGate { name } => tasks.add_gate(by, id, name, check),
        Change::StartGate { name } => tasks.start_gate(by, id, name, check),
        Change::PassGate { name, reason } => {
            tasks.pass_gate(by, id, name, reason.as_deref(), check)
        }
        Change::FailGate { name, reason } => tasks.fail_gate(by, id, name, reason, check),
        Change::WaiveGate { name, reason } => tasks.waive_gate(by, id, name, reason, check),
        Change::RequestApproval { reason } => {
            tasks.request_approval(by, id, reason.as_deref(), check)
        }
        Change::GrantApproval { reason, version } => {
            tasks.grant_approval(by, id, *version, reason.as_deref(), check)
        }
        Change::RejectApproval { reason } => tasks.reject_approval(by, id, reason, check),
    };
    ledger.settle(done)
}

/// Adds a remark.
pub fn comment(ledger: &Ledger, id: TaskId, body: &str) -> Result<Comment, OpsError> {
    let actor = ledger.actor();
    let by = By::new(&actor, ledger.now);
    let check = right(ledger, Action::UpdateTask)?;
    ledger.settle(tasks(ledger)?.comment(&by, id, body, check))
}

/// Makes one task for each fix that the project's findings ask for, and brings those that are
/// there up to date.
pub fn sync(ledger: &Ledger) -> Result<Synced, OpsError> {
    let repository = Resource::Repository {
        name: ledger.repository().to_owned(),
    };
    ledger.allow(Action::CreateTask, &repository)?;
    let Some(project) = ledger.store.find_project(ledger.project())? else {
        return Err(OpsError::usage(
            format!("`{}` has no recorded findings", ledger.project()),
            "run `runward scan` first",
        ));
    };
    let filter = Filter {
        scope: FindingScope::of(project.id),
        ..Filter::default()
    };
    let mut findings: Vec<Finding> = Vec::new();
    ledger.store.each(&filter, |stored| {
        // One that a later Runward wrote is not understood, so its task stays as it is.
        findings.extend(stored.finding);
        Ok::<(), OpsError>(())
    })?;
    let actor = ledger.actor();
    let by = By::new(&actor, ledger.now);
    let scope = plan::Scope {
        repository: ledger.repository(),
        project: Some(ledger.project()),
        owner: ledger.who(),
        requester: ledger.who(),
        now: ledger.now,
    };
    let renamed: BTreeMap<Fingerprint, Fingerprint> = ledger.store.renamed(project.id)?;
    let done = tasks(ledger)?.sync(&by, &scope, &findings, &renamed, |_| Ok::<(), OpsError>(()));
    ledger.settle(done)
}

/// The fields of a query as the command line has them, without those that are not there.
pub fn query(fields: &[(&str, Value)]) -> Value {
    let given = fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    json!(given.collect::<Map<String, Value>>())
}
