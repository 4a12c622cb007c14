//! Who may do what: roles, actions, and what they are done to. The rules themselves are policies
//! (`policies/access.cedar`), not code.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Severity, words::words};

words! {
    /// What a person is in the team; written as in a policy's approvers, with a hyphen.
    Role {
        Viewer = "viewer",
        Developer = "developer",
        #[serde(alias = "team_lead")]
        TeamLead = "team-lead",
        #[serde(alias = "security_lead")]
        SecurityLead = "security-lead",
        /// Sees everything, changes nothing.
        Auditor = "auditor",
        /// Manages people, tokens and the store; approves nothing by being that.
        Admin = "admin",
    }
}

words! {
    /// What can be asked for.
    Action {
        RunScan = "run_scan",
        ImportFindings = "import_findings",
        ViewFinding = "view_finding",
        ExportFindings = "export_findings",
        TriageFinding = "triage_finding",
        /// Accept a risk until a date, or call it a false positive: an approval by severity.
        AcceptFinding = "accept_finding",
        ReopenFinding = "reopen_finding",
        CreateTask = "create_task",
        ViewTask = "view_task",
        UpdateTask = "update_task",
        AssignTask = "assign_task",
        CompleteTask = "complete_task",
        DeleteTask = "delete_task",
        /// Approve the change that a task makes: by severity, and never one's own.
        ApproveTask = "approve_task",
        WaiveGate = "waive_gate",
        ViewAudit = "view_audit",
        ExportAudit = "export_audit",
        VerifyAudit = "verify_audit",
        PruneAudit = "prune_audit",
        RecordEvent = "record_event",
        ViewAccess = "view_access",
        ManageAccess = "manage_access",
        CreateToken = "create_token",
        RevokeToken = "revoke_token",
        ViewStore = "view_store",
        ManageStore = "manage_store",
        ChangeConfiguration = "change_configuration",
    }
}

/// What an action is asked for on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Resource {
    /// A repository as such: scans, imports, creating tasks, listing.
    Repository {
        name: String,
    },
    Finding {
        /// The fingerprint.
        id: String,
        repository: String,
        severity: Severity,
        /// The role that policy asks to approve, as for a task.
        #[serde(default)]
        approver: Option<Role>,
        /// Who owns, is assigned or asked for what is done about it: may not accept it.
        #[serde(default)]
        involved: BTreeSet<String>,
    },
    Task {
        id: String,
        repository: String,
        owner: String,
        assignee: Option<String>,
        /// Who asked for the approval, or made the change: may not approve it.
        requester: Option<String>,
        severity: Severity,
        /// The role that policy asks to approve. `None`: the priority matrix's for the severity of
        /// a core package, which is the strictest.
        approver: Option<Role>,
    },
    Token {
        id: String,
        owner: String,
    },
    Principal {
        id: String,
    },
    /// The whole installation: audit log, store, configuration, access control.
    System,
}

/// What a principal sees of all that there is, for list queries: exactly what a check of each item
/// would allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    All,
    /// Items of these repositories, and those that `person` owns or is assigned.
    Of {
        repositories: BTreeSet<String>,
        person: Option<String>,
    },
}
