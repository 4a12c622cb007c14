//! Tasks: what a team has decided to do, by whom and until when.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::{Fingerprint, Priority, Resource, Role, Severity, words::words};

/// A task's number, shown as `T-12`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct TaskId(pub i64);

/// A text that is no task's number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a task number; write it as `T-12` or `12`")]
pub struct TaskIdError;

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("T-{}", self.0))
    }
}

impl FromStr for TaskId {
    type Err = TaskIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text
            .strip_prefix("T-")
            .or_else(|| text.strip_prefix("t-"))
            .unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TaskIdError);
        }
        match digits.parse() {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(TaskIdError),
        }
    }
}

words! {
    /// Where a task stands.
    TaskStatus {
        Open = "open",
        InProgress = "in_progress",
        /// Held by a person, or waiting for other tasks.
        Blocked = "blocked",
        InReview = "in_review",
        Completed = "completed",
        /// Will not be done.
        Cancelled = "cancelled",
        /// Should not have been there; kept for the record.
        Deleted = "deleted",
    }
}

impl TaskStatus {
    /// Whether it still asks for work.
    pub const fn is_active(self) -> bool {
        matches!(
            self,
            Self::Open | Self::InProgress | Self::Blocked | Self::InReview
        )
    }
}

words! {
    /// Where the approval of a task's change stands.
    ApprovalState {
        /// Nobody has to approve.
        NotRequired = "not_required",
        /// Needed before the task can be completed, and not asked for yet.
        Required = "required",
        Requested = "requested",
        Granted = "granted",
        Rejected = "rejected",
    }
}

/// The approval of a task's change, and who asked for and decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    pub state: ApprovalState,
    pub requested_by: Option<String>,
    pub decided_by: Option<String>,
    #[schemars(with = "Option<String>")]
    pub decided: Option<Timestamp>,
    pub reason: Option<String>,
}

impl Approval {
    /// Nothing asked, nothing decided.
    pub const fn fresh(required: bool) -> Self {
        Self {
            state: if required {
                ApprovalState::Required
            } else {
                ApprovalState::NotRequired
            },
            requested_by: None,
            decided_by: None,
            decided: None,
            reason: None,
        }
    }
}

words! {
    /// Where a quality gate stands.
    GateState {
        Pending = "pending",
        Running = "running",
        Passed = "passed",
        Failed = "failed",
        /// Somebody decided to go on without it.
        Waived = "waived",
    }
}

impl GateState {
    /// Whether it no longer stands in the way of completion.
    pub const fn is_met(self) -> bool {
        matches!(self, Self::Passed | Self::Waived)
    }
}

/// A named check that has to pass before a task is completed: `tests`, `scan`, `review`, or one
/// of the team's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    pub name: String,
    pub state: GateState,
    /// Who brought it into this state.
    pub by: String,
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub reason: Option<String>,
}

/// What was last planned for a task that findings asked for. What differs from it in the task was
/// decided by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Which fix it is: the same one on each run.
    pub key: Fingerprint,
    /// Digests of the texts.
    pub title: Fingerprint,
    pub description: Fingerprint,
    pub priority: Priority,
    pub severity: Severity,
    pub deadline: Option<Timestamp>,
    pub approver: Option<Role>,
    /// What the change is: a version, or a word (`remove`, `mitigate`).
    pub target: String,
    /// It was completed or cancelled because of its findings, not by a person.
    pub closed: bool,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    /// Rises with each change; an update names the one that it was made from.
    pub version: i64,
    pub title: String,
    pub description: String,
    pub repository: String,
    pub project: Option<String>,
    pub priority: Priority,
    pub severity: Severity,
    pub deadline: Option<Timestamp>,
    pub tags: BTreeSet<String>,
    pub metadata: Map<String, Value>,
    pub owner: String,
    pub assignee: Option<String>,
    /// Who made it.
    pub requester: String,
    pub status: TaskStatus,
    /// Why a person holds it.
    pub blocked_reason: Option<String>,
    /// What it goes back to when nothing blocks it any more.
    pub resume: Option<TaskStatus>,
    /// The role that has to approve the change.
    pub approver: Option<Role>,
    pub approval: Approval,
    /// By name.
    pub gates: BTreeMap<String, Gate>,
    pub depends_on: BTreeSet<TaskId>,
    /// Those of `depends_on` that are not completed.
    pub waits_for: BTreeSet<TaskId>,
    /// The findings that it closes.
    pub findings: BTreeSet<Fingerprint>,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub completed: Option<Timestamp>,
    pub planned: Option<Planned>,
}

impl Task {
    /// The task as access control sees it.
    pub fn resource(&self) -> Resource {
        let requester = self.approval.requested_by.as_ref();
        Resource::Task {
            id: self.id.to_string(),
            repository: self.repository.clone(),
            owner: self.owner.clone(),
            assignee: self.assignee.clone(),
            requester: Some(requester.unwrap_or(&self.requester).clone()),
            severity: self.severity,
            approver: self.approver,
        }
    }

    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.status.is_active() && self.deadline.is_some_and(|deadline| deadline < now)
    }
}

/// What somebody said about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comment {
    /// Counts from 1 in each task.
    pub number: i64,
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub author: String,
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_numbers_are_read_as_they_are_shown() {
        assert_eq!(TaskId(12).to_string().parse(), Ok(TaskId(12)));
        assert_eq!("12".parse(), Ok(TaskId(12)));
        assert_eq!("t-9".parse(), Ok(TaskId(9)));
        for text in [
            "",
            "T-",
            "T-0",
            "-1",
            "+1",
            "T-1x",
            "١٢",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<TaskId>(), Err(TaskIdError), "{text}");
        }
    }
}
