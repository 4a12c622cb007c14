//! What the rules are, written down a second time, by hand, without any of the engine's code. Where
//! this and the policies disagree, one of them is wrong.
#![allow(dead_code, unreachable_pub, reason = "each test file uses some of it")]

pub mod store;

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use runward_access::{
    Engine, Member, Policies, PolicySource, Principal, PrincipalKind, Scope, StoredToken, TokenInfo,
};
use runward_model::{Action, Resource, Role, Severity};

pub fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub fn shipped() -> Arc<Policies> {
    Arc::new(Policies::shipped().unwrap())
}

pub fn with(text: &str) -> Arc<Policies> {
    let source = PolicySource {
        file: "own.cedar".to_owned(),
        text: text.to_owned(),
    };
    Arc::new(Policies::with(&[source], &runward_access::Limits::default()).unwrap())
}

pub fn member(id: &str, roles: &[Role], memberships: &[(&str, Role)]) -> Member {
    Member {
        principal: Principal {
            id: id.to_owned(),
            name: id.to_owned(),
            email: None,
            kind: PrincipalKind::Human,
            created: Timestamp::UNIX_EPOCH,
            disabled: None,
        },
        roles: roles.iter().copied().collect(),
        memberships: memberships
            .iter()
            .map(|(name, role)| ((*name).to_owned(), *role))
            .collect(),
    }
}

pub fn token(
    id: &str,
    principal: &str,
    scopes: &[Scope],
    repositories: Option<&[&str]>,
) -> StoredToken {
    StoredToken {
        info: TokenInfo {
            id: id.to_owned(),
            principal: principal.to_owned(),
            name: id.to_owned(),
            scopes: scopes.iter().copied().collect(),
            repositories: repositories
                .map(|those| those.iter().map(|it| (*it).to_owned()).collect()),
            created: Timestamp::UNIX_EPOCH,
            created_by: principal.to_owned(),
            expires: "2026-06-01T00:00:00Z".parse().unwrap(),
            last_used: None,
            revoked: None,
        },
        hash: vec![0; 32],
    }
}

pub fn engine(policies: &Arc<Policies>, people: Vec<Member>, tokens: Vec<StoredToken>) -> Engine {
    Engine::new(Arc::clone(policies), 1, people, tokens)
}

pub fn task(
    repository: &str,
    owner: &str,
    assignee: Option<&str>,
    requester: Option<&str>,
    severity: Severity,
    approver: Option<Role>,
) -> Resource {
    Resource::Task {
        id: "T-1".to_owned(),
        repository: repository.to_owned(),
        owner: owner.to_owned(),
        assignee: assignee.map(str::to_owned),
        requester: requester.map(str::to_owned),
        severity,
        approver,
    }
}

pub fn finding(
    repository: &str,
    severity: Severity,
    approver: Option<Role>,
    involved: &[&str],
) -> Resource {
    Resource::Finding {
        id: "f".to_owned(),
        repository: repository.to_owned(),
        severity,
        approver,
        involved: involved.iter().map(|it| (*it).to_owned()).collect(),
    }
}

pub const SEVERITIES: [Severity; 6] = [
    Severity::Unknown,
    Severity::None,
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];

/// Nobody is a member beyond team lead, so that roles compare as numbers: 1 viewer, 2 developer,
/// 3 team lead.
fn level(person: &Member, repository: &str) -> u8 {
    match person.memberships.get(repository) {
        None => 0,
        Some(Role::Viewer) => 1,
        Some(Role::Developer) => 2,
        Some(Role::TeamLead) => 3,
        Some(other) => panic!("{other} is no role in a repository"),
    }
}

/// Whether somebody at this level of the repository approves, by the priority matrix: critical core
/// by the security lead, critical development and high core by the team lead, the rest by
/// developers. The resource does not say core or development: what the matrix said is in `approver`,
/// and where it said nothing, it is taken for core.
fn approves(level: u8, severity: Severity, approver: Option<Role>) -> bool {
    let least = match approver {
        Some(Role::Developer) => 2,
        Some(Role::TeamLead) => 3,
        Some(_) => 9,
        None => match severity {
            Severity::Critical => 9,
            Severity::High | Severity::Unknown => 3,
            Severity::None | Severity::Low | Severity::Medium => 2,
        },
    };
    let floor = if severity == Severity::Critical { 3 } else { 0 };
    level >= least && level >= floor
}

/// The rules.
#[allow(
    clippy::match_same_arms,
    reason = "one line for each rule, as people say them"
)]
pub fn oracle(person: &Member, action: Action, resource: &Resource) -> bool {
    use Action as A;
    let me = person.principal.id.as_str();
    if person.principal.disabled.is_some() {
        return false;
    }
    let is = |role| person.roles.contains(&role);
    let (lead, auditor, admin) = (is(Role::SecurityLead), is(Role::Auditor), is(Role::Admin));
    let reads = matches!(
        action,
        A::ViewFinding
            | A::ExportFindings
            | A::ViewTask
            | A::ViewAudit
            | A::ExportAudit
            | A::VerifyAudit
            | A::ViewAccess
            | A::ViewStore
    );
    if auditor && !reads {
        let own_token = matches!(resource, Resource::Token { owner, .. } if owner == me);
        return action == A::RevokeToken && own_token;
    }
    match (action, resource) {
        // In a repository.
        (
            A::RunScan | A::ImportFindings | A::ExportFindings | A::CreateTask | A::RecordEvent,
            Resource::Repository { name },
        ) => {
            level(person, name) >= 2
                || lead
                || (auditor && reads)
                || (admin && action == A::RecordEvent)
        }
        (A::ViewFinding | A::ViewTask, Resource::Repository { name }) => {
            level(person, name) >= 1 || lead || auditor
        }
        (A::ViewAudit, Resource::Repository { name }) => {
            level(person, name) >= 3 || lead || auditor || admin
        }
        // Findings.
        (A::ViewFinding, Resource::Finding { repository, .. }) => {
            level(person, repository) >= 1 || lead || auditor
        }
        (A::ExportFindings, Resource::Finding { repository, .. }) => {
            level(person, repository) >= 2 || lead || auditor
        }
        (A::TriageFinding | A::ReopenFinding, Resource::Finding { repository, .. }) => {
            level(person, repository) >= 2 || lead
        }
        (
            A::AcceptFinding,
            Resource::Finding {
                repository,
                severity,
                approver,
                involved,
                ..
            },
        ) => {
            !involved.contains(me)
                && (lead || approves(level(person, repository), *severity, *approver))
        }
        // Tasks.
        (
            action,
            Resource::Task {
                repository,
                owner,
                assignee,
                requester,
                severity,
                approver,
                ..
            },
        ) => {
            let here = level(person, repository);
            let owns = owner == me;
            let assigned = assignee.as_deref() == Some(me);
            let concerned = owns || assigned || requester.as_deref() == Some(me);
            match action {
                A::ViewTask => here >= 1 || lead || auditor || owns || assigned,
                A::CreateTask | A::UpdateTask | A::AssignTask => here >= 2 || lead,
                A::CompleteTask => here >= 3 || lead || (here >= 2 && (owns || assigned)),
                A::DeleteTask => here >= 3 || lead || (here >= 2 && owns),
                A::ApproveTask => !concerned && (lead || approves(here, *severity, *approver)),
                A::WaiveGate => {
                    !concerned && (lead || (here >= 3 && approves(here, *severity, *approver)))
                }
                _ => false,
            }
        }
        // The installation.
        (A::ExportFindings | A::ExportAudit, Resource::System) => lead || auditor,
        (A::ViewAudit | A::VerifyAudit | A::ViewAccess | A::ViewStore, Resource::System) => {
            lead || auditor || admin
        }
        (A::RecordEvent, Resource::System) => lead || admin,
        (
            A::PruneAudit | A::ManageAccess | A::ManageStore | A::ChangeConfiguration,
            Resource::System,
        ) => admin,
        (A::ViewAccess, Resource::Principal { id }) => id == me || lead || auditor || admin,
        (A::ManageAccess, Resource::Principal { .. }) => admin,
        (A::CreateToken, Resource::Token { owner, .. }) => owner == me || admin,
        (A::RevokeToken, Resource::Token { owner, .. }) => owner == me || admin || lead,
        _ => false,
    }
}

/// What a token's scopes and repositories leave, by the oracle.
pub fn token_oracle(token: &StoredToken, action: Action, resource: &Resource) -> bool {
    let repository = match resource {
        Resource::Repository { name } => Some(name),
        Resource::Finding { repository, .. } | Resource::Task { repository, .. } => {
            Some(repository)
        }
        _ => None,
    };
    let in_place = match &token.info.repositories {
        None => true,
        Some(those) => repository.is_some_and(|it| those.contains(it)),
    };
    in_place && token.info.scopes.iter().any(|scope| scope.covers(action))
}

pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    items.into_iter().collect()
}
