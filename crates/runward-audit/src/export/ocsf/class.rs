//! Which class and activity of OCSF each event type is. The table of the documentation.

use runward_model::EventType;

/// A class of OCSF 1.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Base,
    EventLog,
    VulnerabilityFinding,
    ComplianceFinding,
    IncidentFinding,
    AccountChange,
    Authentication,
    EntityManagement,
    UserAccess,
    GroupManagement,
    ApplicationLifecycle,
    ApiActivity,
    ScanActivity,
    RemediationActivity,
}

impl Class {
    pub(super) const fn uid(self) -> u32 {
        match self {
            Self::Base => 0,
            Self::EventLog => 1008,
            Self::VulnerabilityFinding => 2002,
            Self::ComplianceFinding => 2003,
            Self::IncidentFinding => 2005,
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
            Self::UserAccess => 3005,
            Self::GroupManagement => 3006,
            Self::ApplicationLifecycle => 6002,
            Self::ApiActivity => 6003,
            Self::ScanActivity => 6007,
            Self::RemediationActivity => 7001,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Base => "Base Event",
            Self::EventLog => "Event Log Activity",
            Self::VulnerabilityFinding => "Vulnerability Finding",
            Self::ComplianceFinding => "Compliance Finding",
            Self::IncidentFinding => "Incident Finding",
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
            Self::UserAccess => "User Access Management",
            Self::GroupManagement => "Group Management",
            Self::ApplicationLifecycle => "Application Lifecycle",
            Self::ApiActivity => "API Activity",
            Self::ScanActivity => "Scan Activity",
            Self::RemediationActivity => "Remediation Activity",
        }
    }

    /// Whether who did it is an attribute of the class itself; else it is one of the profile `host`.
    pub(super) const fn has_actor(self) -> bool {
        matches!(self.uid(), 1_008 | 3_000..=3_999 | 6_003)
    }

    pub(super) const fn category(self) -> (u32, &'static str) {
        match self.uid() / 1_000 {
            1 => (1, "System Activity"),
            2 => (2, "Findings"),
            3 => (3, "Identity & Access Management"),
            6 => (6, "Application Activity"),
            7 => (7, "Remediation"),
            _ => (0, "Uncategorized"),
        }
    }
}

/// An activity's number and name; 99 is one that OCSF has no number for.
type Activity = (u32, &'static str);

/// The class and activity of an event type; of one that this Runward does not know, `None`.
pub(super) fn of(kind: Option<EventType>) -> (Class, Activity) {
    use EventType as E;
    let Some(kind) = kind else {
        return (Class::Base, (99, "Other"));
    };
    match kind {
        E::TaskCreated | E::TokenCreated => (Class::EntityManagement, (1, "Create")),
        E::TaskUpdated
        | E::TaskAssigned
        | E::TaskStarted
        | E::TaskCompleted
        | E::TaskCancelled
        | E::TaskReopened
        | E::DependencyAdded
        | E::DependencyRemoved
        | E::DependencySatisfied
        | E::ConfigurationChanged
        | E::PolicyChanged
        | E::SecretRotated => (Class::EntityManagement, (3, "Update")),
        E::TaskDeleted | E::TokenRevoked => (Class::EntityManagement, (4, "Delete")),
        E::TaskBlocked => (Class::EntityManagement, (12, "Suspend")),
        E::TaskUnblocked => (Class::EntityManagement, (13, "Resume")),
        E::TaskApproved => (Class::EntityManagement, (99, "Approve")),
        E::ApprovalRequested => (Class::EntityManagement, (99, "Request Approval")),
        E::ApprovalGranted => (Class::EntityManagement, (99, "Grant Approval")),
        E::ApprovalRejected => (Class::EntityManagement, (99, "Reject Approval")),
        E::TaskListed | E::TaskViewed | E::TaskSearched | E::FindingsListed | E::DataExported => {
            (Class::ApiActivity, (2, "Read"))
        }
        E::TaskAccessDenied | E::AccessDenied => (Class::ApiActivity, (99, "Deny Access")),
        E::TaskValidationFailure | E::ValidationFailure => {
            (Class::ApiActivity, (99, "Refuse Input"))
        }
        E::QualityGateStarted => (Class::ComplianceFinding, (1, "Create")),
        E::QualityGatePassed | E::QualityGateFailed => (Class::ComplianceFinding, (2, "Update")),
        E::QualityGateWaived => (Class::ComplianceFinding, (3, "Close")),
        E::InstallGuarded => (Class::ApiActivity, (99, "Guard Install")),
        E::ScanStarted => (Class::ScanActivity, (1, "Started")),
        E::ScanCompleted | E::FindingsImported => (Class::ScanActivity, (2, "Completed")),
        E::VulnerabilityDetected => (Class::VulnerabilityFinding, (1, "Create")),
        E::VulnerabilityAssessed
        | E::VulnerabilityTriaged
        | E::VulnerabilityAccepted
        | E::VulnerabilityReopened
        | E::SuppressionAdded
        | E::SuppressionExpired => (Class::VulnerabilityFinding, (2, "Update")),
        E::VulnerabilityResolved | E::FalsePositiveMarked => {
            (Class::VulnerabilityFinding, (3, "Close"))
        }
        E::RemediationStarted | E::RemediationCompleted | E::RemediationFailed => {
            (Class::RemediationActivity, (4, "Harden"))
        }
        E::RollbackStarted | E::RollbackCompleted => (Class::RemediationActivity, (3, "Restore")),
        E::LoginSucceeded | E::LoginFailed => (Class::Authentication, (1, "Logon")),
        E::PrincipalAdded => (Class::AccountChange, (1, "Create")),
        E::PrincipalChanged => (Class::AccountChange, (99, "Change")),
        E::PrincipalDisabled => (Class::AccountChange, (5, "Disable")),
        E::RoleGranted => (Class::UserAccess, (1, "Assign Privileges")),
        E::RoleRevoked => (Class::UserAccess, (2, "Revoke Privileges")),
        E::MembershipAdded => (Class::GroupManagement, (3, "Add User")),
        E::MembershipRemoved => (Class::GroupManagement, (4, "Remove User")),
        E::StoreMigrated => (Class::ApplicationLifecycle, (8, "Update")),
        E::StoreBackedUp => (Class::ApplicationLifecycle, (99, "Back Up")),
        E::StoreRestored => (Class::ApplicationLifecycle, (99, "Restore")),
        E::AuditPruned => (Class::EventLog, (4, "Archive")),
        E::AuditVerified | E::AuditVerificationFailed => (Class::EventLog, (99, "Verify")),
        E::IncidentOpened => (Class::IncidentFinding, (1, "Create")),
        E::IncidentUpdated | E::IncidentEscalated | E::IncidentContained | E::IncidentResolved => {
            (Class::IncidentFinding, (2, "Update"))
        }
        E::IncidentClosed => (Class::IncidentFinding, (3, "Close")),
        E::Custom => (Class::Base, (99, "Other")),
    }
}
