//! What is done to a task that is there.

use clap::Subcommand;
use runward_ops::{
    OpsError,
    tasks::{self, Change},
};
use serde_json::Value;

use super::Action;

#[derive(Debug, Subcommand)]
pub(super) enum GateAction {
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
pub(super) enum ApproveAction {
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

/// What a subcommand does to a task that is there.
pub(super) fn change(action: &Action) -> Result<(&str, Change), OpsError> {
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
