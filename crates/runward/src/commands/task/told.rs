//! What a change did, in a sentence, where the task's status alone does not say it.

use runward_model::{ApprovalState, Role, Task};
use runward_ops::tasks::Change;

/// What the change did; nothing where the status says it.
pub(super) fn told(change: &Change, task: &Task) -> Option<String> {
    let id = task.id;
    let because = |reason: Option<&str>| match reason {
        Some(reason) => format!(": {reason}"),
        None => String::new(),
    };
    let reason = because(task.approval.reason.as_deref());
    let by = task.approval.decided_by.as_deref().unwrap_or("nobody");
    Some(match change {
        Change::AddGate { name } => gate(task, name, "is asked for", None),
        Change::StartGate { name } => gate(task, name, "is running", None),
        Change::PassGate { name, reason } => gate(task, name, "passed", reason.as_deref()),
        Change::FailGate { name, reason } => gate(task, name, "failed", Some(reason)),
        Change::WaiveGate { name, reason } => gate(task, name, "is waived", Some(reason)),
        Change::RequestApproval { reason } => format!(
            "the approval of {id} is asked for{}; {} can give it",
            because(reason.as_deref()),
            approver(task),
        ),
        Change::GrantApproval { .. } => {
            format!("{id} is approved by {by}{reason}; {}", missing(task))
        }
        Change::RejectApproval { .. } => {
            format!("the approval of {id} is refused by {by}{reason}")
        }
        Change::Assign { to: Some(to) } => format!("{id} is given to {to}"),
        Change::Assign { to: None } => format!("{id} is given to nobody"),
        Change::Depend { on } => format!("{id} waits for {on}"),
        Change::Independ { on } => format!("{id} no longer waits for {on}"),
        Change::Update { .. } => format!("{id} is changed, and now at version {}", task.version),
        Change::Start
        | Change::Submit
        | Change::Block { .. }
        | Change::Unblock
        | Change::Complete
        | Change::Cancel { .. }
        | Change::Reopen { .. }
        | Change::Delete { .. } => return None,
    })
}

fn gate(task: &Task, name: &str, what: &str, reason: Option<&str>) -> String {
    let reason = reason.map(|it| format!(" ({it})")).unwrap_or_default();
    format!(
        "gate `{name}` of {} {what}{reason}; {}",
        task.id,
        missing(task)
    )
}

/// What stands between the task and its completion.
fn missing(task: &Task) -> String {
    let mut missing: Vec<String> = task
        .gates
        .values()
        .filter(|gate| !gate.state.is_met())
        .map(|gate| format!("gate `{}` ({})", gate.name, gate.state))
        .collect();
    if matches!(
        task.approval.state,
        ApprovalState::Required | ApprovalState::Requested | ApprovalState::Rejected
    ) {
        missing.push(format!("the approval of {}", approver(task)));
    }
    missing.extend(task.waits_for.iter().map(ToString::to_string));
    if missing.is_empty() {
        "nothing else stands in its way".to_owned()
    } else {
        format!("to be complete it needs {}", missing.join(", "))
    }
}

fn approver(task: &Task) -> String {
    match task.approver {
        Some(role) => format!("a {role}", role = Role::as_str(role)),
        None => "whoever may approve".to_owned(),
    }
}
