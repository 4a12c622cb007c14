//! Our words in the policy language's: types, names, and entities of one question.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entity, EntityId, EntityTypeName, EntityUid, ParseErrors, RestrictedExpression,
};
use runward_model::{Resource, Role, Severity};

use crate::{AccessError, PrincipalKind, engine::Facts};

/// The schema's names.
pub(crate) struct Vocabulary {
    pub(crate) action: EntityTypeName,
    principal: EntityTypeName,
    role: EntityTypeName,
    approver: EntityTypeName,
    severity: EntityTypeName,
    team: EntityTypeName,
    repository: EntityTypeName,
    finding: EntityTypeName,
    task: EntityTypeName,
    token: EntityTypeName,
    system: EntityTypeName,
}

impl Vocabulary {
    pub(crate) fn new() -> Result<Self, Box<ParseErrors>> {
        let name = |text: &str| text.parse::<EntityTypeName>().map_err(Box::new);
        Ok(Self {
            action: name("Action")?,
            principal: name("Principal")?,
            role: name("Role")?,
            approver: name("Approver")?,
            severity: name("Severity")?,
            team: name("Team")?,
            repository: name("Repository")?,
            finding: name("Finding")?,
            task: name("Task")?,
            token: name("Token")?,
            system: name("System")?,
        })
    }

    pub(crate) fn principal(&self, id: &str) -> EntityUid {
        uid(&self.principal, id)
    }

    pub(crate) fn resource(&self, resource: &Resource) -> EntityUid {
        match resource {
            Resource::Repository { name } => uid(&self.repository, name),
            Resource::Finding { id, .. } => uid(&self.finding, id),
            Resource::Task { id, .. } => uid(&self.task, id),
            Resource::Token { id, .. } => uid(&self.token, id),
            Resource::Principal { id } => uid(&self.principal, id),
            Resource::System => uid(&self.system, "installation"),
        }
    }

    /// Who asks: with the roles that they hold, and the teams of `repository` that they are in.
    pub(crate) fn asker(
        &self,
        facts: &Facts<'_>,
        repository: Option<&str>,
    ) -> Result<Entity, AccessError> {
        let mut parents: HashSet<EntityUid> = facts
            .roles
            .iter()
            .map(|role| uid(&self.role, role.as_str()))
            .collect();
        if let Some((repository, role)) = repository.zip(facts.here) {
            parents.extend(
                TEAMS
                    .iter()
                    .filter(|(_, least)| role >= *least && role <= Role::TeamLead)
                    .map(|(name, _)| self.team(name, repository)),
            );
        }
        self.person(facts.id, facts.kind, facts.enabled, parents)
    }

    pub(crate) fn person(
        &self,
        id: &str,
        kind: PrincipalKind,
        enabled: bool,
        parents: HashSet<EntityUid>,
    ) -> Result<Entity, AccessError> {
        let attributes = HashMap::from([
            (
                "kind".to_owned(),
                RestrictedExpression::new_string(kind.as_str().to_owned()),
            ),
            (
                "enabled".to_owned(),
                RestrictedExpression::new_bool(enabled),
            ),
        ]);
        Entity::new(self.principal(id), attributes, parents).map_err(internal)
    }

    /// What is asked about; none for a principal, whose attributes the caller knows.
    pub(crate) fn item(&self, resource: &Resource) -> Result<Option<Entity>, AccessError> {
        let mut attributes = HashMap::new();
        let mut parents = HashSet::new();
        if let Some(repository) = repository(resource) {
            for (name, _) in TEAMS {
                attributes.insert(name.to_owned(), one(self.team(name, repository)));
            }
            if !matches!(resource, Resource::Repository { .. }) {
                parents.insert(uid(&self.repository, repository));
            }
        }
        match resource {
            Resource::Principal { .. } => return Ok(None),
            Resource::Repository { .. } | Resource::System => {}
            Resource::Finding {
                severity,
                approver,
                involved,
                ..
            } => {
                self.judged(&mut attributes, *severity, *approver);
                attributes.insert("involved".to_owned(), self.people(involved));
            }
            Resource::Task {
                owner,
                assignee,
                requester,
                severity,
                approver,
                ..
            } => {
                self.judged(&mut attributes, *severity, *approver);
                attributes.insert("owner".to_owned(), one(self.principal(owner)));
                attributes.insert("assignees".to_owned(), self.people(assignee));
                attributes.insert("requesters".to_owned(), self.people(requester));
            }
            Resource::Token { owner, .. } => {
                attributes.insert("owner".to_owned(), one(self.principal(owner)));
            }
        }
        Entity::new(self.resource(resource), attributes, parents)
            .map(Some)
            .map_err(internal)
    }

    fn judged(
        &self,
        attributes: &mut HashMap<String, RestrictedExpression>,
        severity: Severity,
        approver: Option<Role>,
    ) {
        attributes.insert(
            "severity".to_owned(),
            one(uid(&self.severity, severity.as_str())),
        );
        if let Some(role) = approver {
            attributes.insert(
                "approver".to_owned(),
                one(uid(&self.approver, approver_of(role).as_str())),
            );
        }
    }

    fn people<'a>(&self, ids: impl IntoIterator<Item = &'a String>) -> RestrictedExpression {
        RestrictedExpression::new_set(ids.into_iter().map(|id| one(self.principal(id))))
    }

    fn team(&self, name: &str, repository: &str) -> EntityUid {
        let mut id = String::with_capacity(name.len() + 1 + repository.len());
        id.push_str(name);
        id.push(':');
        id.push_str(repository);
        uid(&self.team, &id)
    }
}

/// The teams of a repository, and the least role that is in each.
const TEAMS: [(&str, Role); 3] = [
    ("viewers", Role::Viewer),
    ("developers", Role::Developer),
    ("team_leads", Role::TeamLead),
];

/// A role that cannot approve is no answer to who approves: then the strictest.
fn approver_of(role: Role) -> Role {
    match role {
        Role::Developer | Role::TeamLead => role,
        Role::SecurityLead | Role::Viewer | Role::Auditor | Role::Admin => Role::SecurityLead,
    }
}

/// The repository that something belongs to.
pub(crate) fn repository(resource: &Resource) -> Option<&str> {
    match resource {
        Resource::Repository { name } => Some(name),
        Resource::Finding { repository, .. } | Resource::Task { repository, .. } => {
            Some(repository)
        }
        Resource::Token { .. } | Resource::Principal { .. } | Resource::System => None,
    }
}

/// The schema's word for what it is.
pub(crate) fn kind(resource: &Resource) -> &'static str {
    match resource {
        Resource::Repository { .. } => "Repository",
        Resource::Finding { .. } => "Finding",
        Resource::Task { .. } => "Task",
        Resource::Token { .. } => "Token",
        Resource::Principal { .. } => "Principal",
        Resource::System => "System",
    }
}

/// What a question brings along: whether a token is used, and made for this.
pub(crate) fn context(token: bool, in_scope: bool) -> Result<Context, AccessError> {
    Context::from_pairs([
        ("token".to_owned(), RestrictedExpression::new_bool(token)),
        (
            "in_scope".to_owned(),
            RestrictedExpression::new_bool(in_scope),
        ),
    ])
    .map_err(internal)
}

fn uid(name: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(name.clone(), EntityId::new(id))
}

fn one(uid: EntityUid) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid)
}

pub(crate) fn internal(error: impl std::fmt::Display) -> AccessError {
    AccessError::Internal(error.to_string())
}
