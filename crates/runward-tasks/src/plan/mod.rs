//! Which tasks findings ask for: one per fix, not one per advisory.
//!
//! [`plan`] is pure: from the findings of a project and the tasks that were made from them before,
//! it says what is to be done to the tasks. Done, and asked again, it says nothing.
//!
//! What a person decided stays: a title they wrote, a deadline they moved (it is only brought
//! forward when the findings have become more urgent since), a task they cancelled (until there is
//! something new in it). A finding that is not in the list is not resolved; it was not looked at,
//! and its task stays as it is.

mod draft;
mod group;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use runward_model::{
    Approval, ApprovalState, Finding, Fingerprint, Planned, Status, Task, TaskId, TaskStatus,
};

use crate::input::APPROVERS;
use draft::Draft;

/// Whose findings they are.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub repository: &'a str,
    pub project: Option<&'a str>,
    /// Owner of new tasks.
    pub owner: &'a str,
    /// Who asked for them.
    pub requester: &'a str,
    pub now: Timestamp,
}

/// What happens to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Create,
    Update,
    /// Its findings are resolved.
    Complete,
    /// There is nothing left to do in it, though not everything is resolved.
    Cancel,
    Reopen,
}

/// A change that findings ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskChange {
    pub step: Step,
    /// As it is to be; without a number where it is new.
    pub task: Task,
    pub reason: String,
}

/// What is to be done. `renamed` says under which fingerprint a finding is known now.
pub fn plan(
    scope: &Scope<'_>,
    findings: &[Finding],
    renamed: &BTreeMap<Fingerprint, Fingerprint>,
    existing: &[Task],
) -> Vec<TaskChange> {
    let known: HashMap<&Fingerprint, &Finding> =
        findings.iter().map(|it| (&it.fingerprint, it)).collect();
    let drafts = draft::drafts(scope, findings);
    let mut changes = Vec::new();
    let mut met = BTreeSet::new();
    for task in existing {
        let Some(planned) = &task.planned else {
            continue;
        };
        let mut before = task.clone();
        before.findings = task
            .findings
            .iter()
            .map(|it| renamed.get(it).unwrap_or(it).clone())
            .collect();
        let change = match drafts.get(&planned.key) {
            Some(draft) => {
                met.insert(&planned.key);
                wanted(scope, task, &before, planned, draft, &known)
            }
            None => unwanted(scope, task, &before, planned, &known),
        };
        changes.extend(change);
    }
    for (key, draft) in &drafts {
        if !met.contains(key) {
            changes.push(TaskChange {
                step: Step::Create,
                task: new_task(scope, key, draft),
                reason: draft.why(),
            });
        }
    }
    changes
}

/// Whether a finding asks for work.
fn is_active(finding: &Finding) -> bool {
    finding.status().is_active() && finding.suppressed.is_none()
}

/// A task that findings still ask for.
fn wanted(
    scope: &Scope<'_>,
    stored: &Task,
    before: &Task,
    planned: &Planned,
    draft: &Draft,
    known: &HashMap<&Fingerprint, &Finding>,
) -> Option<TaskChange> {
    if before.status.is_active() {
        let mut task = before.clone();
        fold(&mut task, planned, draft, known, false);
        return (task != *stored).then(|| TaskChange {
            step: Step::Update,
            task,
            reason: draft.why(),
        });
    }
    let seen_after = |end: Timestamp| {
        draft.findings.iter().any(|it| {
            known
                .get(it)
                .and_then(|it| it.history.as_ref())
                .is_some_and(|it| it.last_seen > end)
        })
    };
    let reason = if planned.closed {
        Some("findings that it closes are active again")
    } else if before.status == TaskStatus::Completed {
        before
            .completed
            .is_some_and(seen_after)
            .then_some("a later scan still found what it closes")
    } else if !draft.findings.is_subset(&before.findings) {
        Some("there are findings that were not known when it was closed")
    } else if draft.severity > planned.severity {
        Some("it is more severe than it was when it was closed")
    } else {
        None
    }?;
    let mut task = before.clone();
    fold(&mut task, planned, draft, known, true);
    task.status = TaskStatus::Open;
    task.completed = None;
    task.approval = Approval::fresh(task.approver.is_some());
    for gate in task.gates.values_mut() {
        gate.state = runward_model::GateState::Pending;
        scope.requester.clone_into(&mut gate.by);
        gate.at = scope.now;
        gate.reason = None;
    }
    Some(TaskChange {
        step: Step::Reopen,
        task,
        reason: reason.to_owned(),
    })
}

/// A task that no finding asks for any more, as far as was looked.
fn unwanted(
    scope: &Scope<'_>,
    stored: &Task,
    before: &Task,
    planned: &Planned,
    known: &HashMap<&Fingerprint, &Finding>,
) -> Option<TaskChange> {
    let not_looked_at = || before.findings.iter().filter(|it| !known.contains_key(it));
    if !before.status.is_active() || not_looked_at().next().is_some() {
        let mut task = before.clone();
        if task.status.is_active() {
            // What was looked at is resolved, set aside or in another task.
            task.findings = not_looked_at().cloned().collect();
        }
        return (task != *stored).then(|| TaskChange {
            step: Step::Update,
            task,
            reason: "some of its findings were not looked at, the others do not ask for it"
                .to_owned(),
        });
    }
    let its = || before.findings.iter().filter_map(|it| known.get(it));
    let (step, reason) = if its().any(|it| is_active(it)) {
        (
            Step::Cancel,
            "another fix closes its findings; see the task for that",
        )
    } else if its().any(|it| it.status() == Status::Resolved) {
        (Step::Complete, "all its findings are resolved")
    } else {
        (
            Step::Cancel,
            "its findings are accepted, false positives or suppressed",
        )
    };
    let mut task = before.clone();
    task.planned = Some(Planned {
        closed: true,
        ..planned.clone()
    });
    task.resume = None;
    task.blocked_reason = None;
    if step == Step::Complete {
        task.status = TaskStatus::Completed;
        task.completed = Some(scope.now);
    } else {
        task.status = TaskStatus::Cancelled;
    }
    Some(TaskChange {
        step,
        task,
        reason: reason.to_owned(),
    })
}

/// How strict an approver is; nobody is the least.
pub(crate) fn strictness(role: Option<runward_model::Role>) -> usize {
    role.and_then(|role| APPROVERS.iter().position(|it| *it == role))
        .map_or(0, |position| position + 1)
}

/// Brings a task to what is planned now, except where a person decided otherwise.
fn fold(
    task: &mut Task,
    planned: &Planned,
    draft: &Draft,
    known: &HashMap<&Fingerprint, &Finding>,
    anew: bool,
) {
    // Findings that were not looked at stay, and what they asked for with them.
    let unseen: Vec<Fingerprint> = task
        .findings
        .iter()
        .filter(|it| !known.contains_key(it))
        .cloned()
        .collect();
    let mut draft = draft.clone();
    if !unseen.is_empty() && !anew {
        draft.severity = draft.severity.max(planned.severity);
        draft.priority = draft.priority.min(planned.priority);
        draft.deadline = earlier(draft.deadline, planned.deadline);
        if strictness(planned.approver) > strictness(draft.approver) {
            draft.approver = planned.approver;
        }
    }
    task.findings = draft.findings.iter().cloned().chain(unseen).collect();
    if planned.title == digest(&task.title) {
        task.title.clone_from(&draft.title);
    }
    if planned.description == digest(&task.description) {
        task.description.clone_from(&draft.description);
    }
    task.severity = draft.severity;
    if anew {
        task.priority = draft.priority;
        task.deadline = draft.deadline;
        task.approver = draft.approver;
    } else {
        if draft.priority < planned.priority {
            task.priority = task.priority.min(draft.priority);
        } else if task.priority == planned.priority {
            task.priority = draft.priority;
        }
        if earlier(draft.deadline, planned.deadline) != planned.deadline {
            task.deadline = earlier(task.deadline, draft.deadline);
        }
        if strictness(draft.approver) > strictness(planned.approver) {
            if strictness(draft.approver) > strictness(task.approver) {
                task.approver = draft.approver;
            }
        } else if task.approver == planned.approver {
            task.approver = draft.approver;
        }
    }
    if (task.approval.state == ApprovalState::NotRequired) != task.approver.is_none() {
        task.approval = Approval::fresh(task.approver.is_some());
    }
    task.metadata.insert("fix".to_owned(), draft.fix.clone());
    task.planned = Some(draft.planned(&planned.key));
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn digest(text: &str) -> Fingerprint {
    Fingerprint::of(&[text])
}

fn new_task(scope: &Scope<'_>, key: &Fingerprint, draft: &Draft) -> Task {
    Task {
        id: TaskId(0),
        version: 0,
        title: draft.title.clone(),
        description: draft.description.clone(),
        repository: scope.repository.to_owned(),
        project: scope.project.map(str::to_owned),
        priority: draft.priority,
        severity: draft.severity,
        deadline: draft.deadline,
        tags: BTreeSet::from([draft.tag.to_owned()]),
        metadata: serde_json::Map::from_iter([("fix".to_owned(), draft.fix.clone())]),
        owner: scope.owner.to_owned(),
        assignee: None,
        requester: scope.requester.to_owned(),
        status: TaskStatus::Open,
        blocked_reason: None,
        resume: None,
        approver: draft.approver,
        approval: Approval::fresh(draft.approver.is_some()),
        gates: BTreeMap::new(),
        depends_on: BTreeSet::new(),
        waits_for: BTreeSet::new(),
        findings: draft.findings.clone(),
        created: scope.now,
        updated: scope.now,
        completed: None,
        planned: Some(draft.planned(key)),
    }
}

#[cfg(test)]
pub(crate) mod tests;
