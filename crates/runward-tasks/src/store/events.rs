//! Events about tasks.

use std::collections::BTreeMap;

use runward_db::{DbError, Tx};
use runward_model::{
    ApprovalState, Change, Event, EventType, Outcome, Severity, Subject, Task, TaskId,
};
use serde_json::{Map, Value, json};

use super::By;
use crate::{
    TaskError,
    input::{Rejected, Valid, priority_name, shown},
    patterns::{Hit, Sureness},
};

/// An event about a task.
pub(super) fn about(by: &By<'_>, kind: EventType, task: &Task) -> Event {
    let mut event = Event::new(
        by.now,
        kind,
        by.actor.clone(),
        Subject::new("task", task.id),
    );
    event.repository = Some(task.repository.clone());
    event.project.clone_from(&task.project);
    event.severity = Some(task.severity);
    event.correlation = by.correlation.map(str::to_owned);
    event
}

/// The fields of a task that changes are told of.
fn fields(task: &Task) -> BTreeMap<&'static str, Value> {
    let gates: Map<String, Value> = task
        .gates
        .values()
        .map(|gate| (gate.name.clone(), gate.state.as_str().into()))
        .collect();
    let ids = |ids: &std::collections::BTreeSet<TaskId>| {
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let approval = match task.approval.state {
        ApprovalState::NotRequired => Value::Null,
        state => state.as_str().into(),
    };
    BTreeMap::from([
        ("title", task.title.as_str().into()),
        ("description", task.description.as_str().into()),
        ("repository", task.repository.as_str().into()),
        ("project", task.project.as_deref().into()),
        ("priority", priority_name(task.priority).into()),
        ("severity", task.severity.as_str().into()),
        ("deadline", task.deadline.map(|it| it.to_string()).into()),
        ("tags", json!(task.tags)),
        ("metadata", Value::Object(task.metadata.clone())),
        ("owner", task.owner.as_str().into()),
        ("assignee", task.assignee.as_deref().into()),
        ("status", task.status.as_str().into()),
        ("blocked_reason", task.blocked_reason.as_deref().into()),
        (
            "approver",
            task.approver.map(runward_model::Role::as_str).into(),
        ),
        ("approval", approval),
        ("gates", Value::Object(gates)),
        ("depends_on", json!(ids(&task.depends_on))),
        // A task can close thousands; the event says how many, and names some in its details.
        ("findings", task.findings.len().into()),
    ])
}

/// What differs between two states of a task; from nothing, for a new one.
pub(super) fn changes(before: Option<&Task>, after: &Task) -> BTreeMap<String, Change> {
    let mut old = before.map(fields).unwrap_or_default();
    let same_findings = before.is_some_and(|it| it.findings == after.findings);
    fields(after)
        .into_iter()
        .filter_map(|(name, new)| {
            let old = old.remove(name).unwrap_or_default();
            let differs = if name == "findings" {
                !same_findings && (before.is_some() || !after.findings.is_empty())
            } else if before.is_none() {
                !is_empty(&new)
            } else {
                old != new
            };
            differs.then(|| (name.to_owned(), Change { old, new }))
        })
        .collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Input that was refused. Says what was wrong and how much was given; never what was given.
pub(super) fn refused(
    tx: &mut Tx<'_>,
    by: &By<'_>,
    task: Option<TaskId>,
    rejected: &Rejected,
) -> Result<(), TaskError> {
    let errors: Vec<Value> = rejected
        .problems
        .iter()
        .map(|it| format!("{}: {}: {}", shown(&it.field), it.code, it.problem).into())
        .collect();
    let mut event = validation(
        by,
        task,
        rejected.input,
        &rejected.hits,
        &rejected.submitted,
    );
    event.outcome = Outcome::Failure;
    event
        .details
        .insert("validation_errors".to_owned(), errors.into());
    Ok(tx.emit(&event)?)
}

/// Input that was accepted and looks like an attack: recorded beside the change that it made, as
/// a success of low severity, so that a search for patterns finds it and nobody is alarmed.
pub(super) fn suspicious(
    tx: &mut Tx<'_>,
    by: &By<'_>,
    task: Option<&Task>,
    valid: &Valid,
) -> Result<(), DbError> {
    if !valid
        .hits()
        .iter()
        .any(|it| it.confidence == Sureness::High)
    {
        return Ok(());
    }
    let mut event = validation(
        by,
        task.map(|it| it.id),
        valid.schema(),
        valid.hits(),
        valid.submitted(),
    );
    event.repository = task.map(|it| it.repository.clone());
    event.severity = Some(Severity::Low);
    event.reason = Some("accepted and kept as text; it looks like an attempted attack".to_owned());
    tx.emit(&event)
}

fn validation(
    by: &By<'_>,
    task: Option<TaskId>,
    input: &str,
    hits: &[Hit],
    submitted: &[(String, usize)],
) -> Event {
    let subject = match task {
        Some(id) => Subject::new("task", id),
        None => Subject::new("task", "none"),
    };
    let mut event = Event::new(
        by.now,
        EventType::TaskValidationFailure,
        by.actor.clone(),
        subject,
    );
    event.correlation = by.correlation.map(str::to_owned);
    let patterns: Vec<Value> = hits
        .iter()
        .map(|it| json!({"category": it.category, "id": it.id, "field": it.field}))
        .collect();
    let submitted: Vec<Value> = submitted
        .iter()
        .map(|(name, length)| json!({"field": shown(name), "length": length}))
        .collect();
    event
        .with_detail("input", input)
        .with_detail("patterns", patterns)
        .with_detail("submitted_data", submitted)
}
