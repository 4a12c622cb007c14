//! What happened: one event of the audit trail.
//!
//! An event is plain data. It is redacted and sealed into bytes by `runward-redact` before it is
//! stored anywhere; what is hashed is those bytes, never this type.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Severity;

macro_rules! event_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// The kinds of events, by the names that the log carries. A released name never changes.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum EventType {
            $($(#[$doc])* $variant,)+
        }

        impl EventType {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

event_types! {
    // Tasks
    TaskCreated = "task_created",
    TaskUpdated = "task_updated",
    TaskDeleted = "task_deleted",
    TaskAssigned = "task_assigned",
    TaskStarted = "task_started",
    TaskCompleted = "task_completed",
    TaskCancelled = "task_cancelled",
    TaskBlocked = "task_blocked",
    TaskUnblocked = "task_unblocked",
    TaskReopened = "task_reopened",
    TaskListed = "task_listed",
    TaskViewed = "task_viewed",
    TaskSearched = "task_searched",
    TaskApproved = "task_approved",
    /// Somebody asked for a task, or for what is done to tasks, without the right to it.
    TaskAccessDenied = "task_access_denied",
    /// Input about a task was refused.
    TaskValidationFailure = "task_validation_failure",
    DependencyAdded = "dependency_added",
    DependencyRemoved = "dependency_removed",
    DependencySatisfied = "dependency_satisfied",
    QualityGateStarted = "quality_gate_started",
    QualityGatePassed = "quality_gate_passed",
    QualityGateFailed = "quality_gate_failed",
    QualityGateWaived = "quality_gate_waived",
    // Findings
    ScanStarted = "scan_started",
    ScanCompleted = "scan_completed",
    FindingsImported = "findings_imported",
    VulnerabilityDetected = "vulnerability_detected",
    VulnerabilityAssessed = "vulnerability_assessed",
    VulnerabilityTriaged = "vulnerability_triaged",
    VulnerabilityAccepted = "vulnerability_accepted",
    VulnerabilityReopened = "vulnerability_reopened",
    VulnerabilityResolved = "vulnerability_resolved",
    FalsePositiveMarked = "false_positive_marked",
    FindingsListed = "findings_listed",
    SuppressionAdded = "suppression_added",
    SuppressionExpired = "suppression_expired",
    // Packages
    /// Whether an install command might run.
    InstallGuarded = "install_guarded",
    // Fixes
    RemediationStarted = "remediation_started",
    RemediationCompleted = "remediation_completed",
    RemediationFailed = "remediation_failed",
    RollbackStarted = "rollback_started",
    RollbackCompleted = "rollback_completed",
    // Approvals
    ApprovalRequested = "approval_requested",
    ApprovalGranted = "approval_granted",
    ApprovalRejected = "approval_rejected",
    // Access
    LoginSucceeded = "login_succeeded",
    LoginFailed = "login_failed",
    /// Anything but a task was refused.
    AccessDenied = "access_denied",
    ValidationFailure = "validation_failure",
    PrincipalAdded = "principal_added",
    PrincipalChanged = "principal_changed",
    PrincipalDisabled = "principal_disabled",
    RoleGranted = "role_granted",
    RoleRevoked = "role_revoked",
    MembershipAdded = "membership_added",
    MembershipRemoved = "membership_removed",
    TokenCreated = "token_created",
    TokenRevoked = "token_revoked",
    // The program itself
    ConfigurationChanged = "configuration_changed",
    PolicyChanged = "policy_changed",
    SecretRotated = "secret_rotated",
    DataExported = "data_exported",
    StoreMigrated = "store_migrated",
    StoreBackedUp = "store_backed_up",
    StoreRestored = "store_restored",
    AuditPruned = "audit_pruned",
    AuditVerified = "audit_verified",
    AuditVerificationFailed = "audit_verification_failed",
    // Incidents
    IncidentOpened = "incident_opened",
    IncidentUpdated = "incident_updated",
    IncidentEscalated = "incident_escalated",
    IncidentContained = "incident_contained",
    IncidentResolved = "incident_resolved",
    IncidentClosed = "incident_closed",
    // Somebody else's
    /// Recorded by a script or another program through `runward audit record`.
    Custom = "custom",
}

impl EventType {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Whether it says that somebody was refused something for lack of a right.
    pub const fn is_denial(self) -> bool {
        matches!(
            self,
            Self::TaskAccessDenied | Self::AccessDenied | Self::LoginFailed
        )
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What kind of doer an [`Actor`] is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person known to access control, who proved to be that person.
    Principal,
    /// An account of the operating system, taken at its word.
    Account,
    /// Runward itself: a scan, a schedule, a migration.
    System,
}

/// Who did it.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    pub kind: ActorKind,
    /// A principal's id, an account's name, or `scan`, `schedule`, ….
    pub id: String,
    /// The id (never the secret) of the API token that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The network address that the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Actor {
    pub fn system(id: &str) -> Self {
        Self::new(ActorKind::System, id)
    }

    pub fn account(id: &str) -> Self {
        Self::new(ActorKind::Account, id)
    }

    pub fn principal(id: &str) -> Self {
        Self::new(ActorKind::Principal, id)
    }

    fn new(kind: ActorKind, id: &str) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            token: None,
            address: None,
        }
    }
}

/// What it was done to.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// `finding`, `scan`, `task`, `principal`, `token`, `store`, `audit`, `policy`, `incident`, ….
    pub kind: String,
    /// A finding's fingerprint, a task's number, ….
    pub id: String,
}

impl Subject {
    pub fn new(kind: &str, id: impl fmt::Display) -> Self {
        Self {
            kind: kind.to_owned(),
            id: id.to_string(),
        }
    }
}

/// How it ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Success,
    Failure,
    Denied,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Denied => "denied",
        }
    }
}

/// One field before and after; `null` where there was or is nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    #[serde(default)]
    pub old: Value,
    #[serde(default)]
    pub new: Value,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    #[schemars(with = "String")]
    pub timestamp: Timestamp,
    pub event_type: EventType,
    pub actor: Actor,
    pub subject: Subject,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Why, in words: a person's reason, or the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What belongs together: `scan:17`, a request's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub changes: BTreeMap<String, Change>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
}

impl Event {
    /// A successful event without any of the optional parts.
    pub fn new(
        timestamp: Timestamp,
        event_type: EventType,
        actor: Actor,
        subject: Subject,
    ) -> Self {
        Self {
            timestamp,
            event_type,
            actor,
            subject,
            outcome: Outcome::Success,
            project: None,
            repository: None,
            severity: None,
            reason: None,
            correlation: None,
            changes: BTreeMap::new(),
            details: Map::new(),
        }
    }

    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn with_change(
        mut self,
        field: &str,
        old: impl Into<Value>,
        new: impl Into<Value>,
    ) -> Self {
        let change = Change {
            old: old.into(),
            new: new.into(),
        };
        self.changes.insert(field.to_owned(), change);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_event_types_are_their_serialised_form() {
        for kind in EventType::ALL {
            assert_eq!(
                serde_json::to_value(kind).unwrap(),
                Value::from(kind.as_str())
            );
            assert_eq!(EventType::from_name(kind.as_str()), Some(*kind));
        }
    }
}
