//! One question, one answer.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use cedar_policy as cedar;
use jiff::Timestamp;
use runward_model::{Action, Resource, Role};

use super::{
    Engine,
    vocabulary::{self, internal, kind, repository},
};
use crate::{AccessError, PrincipalKind, Rule};

/// Whether `principal` may do `action` to `resource`.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub principal: &'a str,
    /// The id of the API token that is used.
    pub token: Option<&'a str>,
    pub action: Action,
    pub resource: &'a Resource,
    pub now: Timestamp,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub allowed: bool,
    /// The rules that decided: those that permit, or those that forbid. A denial for want of a rule
    /// names `no-rule`.
    pub rules: Vec<Arc<Rule>>,
}

impl Decision {
    /// The rules' ids, for the log.
    pub fn rule_ids(&self) -> String {
        let ids: Vec<&str> = self.rules.iter().map(|rule| rule.id.as_str()).collect();
        ids.join(",")
    }
}

/// What is known of who asks, for one question.
#[derive(Debug, Clone)]
pub(crate) struct Facts<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: PrincipalKind,
    pub(crate) enabled: bool,
    /// Held in the whole installation.
    pub(crate) roles: BTreeSet<Role>,
    /// Held in the repository that is asked about.
    pub(crate) here: Option<Role>,
    pub(crate) token: bool,
    pub(crate) in_scope: bool,
}

/// Denials that no policy decides, because there is nobody or nothing to ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    NoRule,
    UnknownPrincipal,
    DeadToken,
    NotApplicable,
    Failed,
}

impl Ground {
    fn rule(self) -> Arc<Rule> {
        let (id, why) = match self {
            Self::NoRule => ("no-rule", "no rule permits it"),
            Self::UnknownPrincipal => ("unknown-principal", "there is no such principal"),
            Self::DeadToken => (
                "dead-token",
                "the token is unknown, revoked, expired or somebody else's",
            ),
            Self::NotApplicable => ("not-applicable", "this is not done to such a thing"),
            Self::Failed => (
                "failed",
                "a policy could not be evaluated; what cannot be judged is denied",
            ),
        };
        Arc::new(Rule {
            id: id.to_owned(),
            why: why.to_owned(),
            file: String::new(),
            line: 0,
            shipped: true,
            forbids: true,
            text: String::new(),
        })
    }

    pub(super) fn denial(self) -> Decision {
        Decision {
            allowed: false,
            rules: vec![self.rule()],
        }
    }
}

impl Engine {
    /// Decides. Never fails: what cannot be judged is denied.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        match self.facts(request) {
            Ok(facts) => self.judge(&facts, request.action, request.resource),
            Err(ground) => ground.denial(),
        }
    }

    pub(super) fn facts<'a>(&'a self, request: &Request<'_>) -> Result<Facts<'a>, Ground> {
        let member = self
            .people
            .get(request.principal)
            .ok_or(Ground::UnknownPrincipal)?;
        let place = repository(request.resource);
        let in_scope = match request.token {
            None => true,
            Some(id) => {
                let token = self.tokens.get(id).ok_or(Ground::DeadToken)?;
                if token.stored.info.principal != request.principal
                    || !token.stored.info.is_live(request.now)
                {
                    return Err(Ground::DeadToken);
                }
                token.covers(request.action, place)
            }
        };
        Ok(Facts {
            id: &member.principal.id,
            kind: member.principal.kind,
            enabled: member.principal.disabled.is_none(),
            roles: member.roles.clone(),
            here: place.and_then(|it| member.memberships.get(it)).copied(),
            token: request.token.is_some(),
            in_scope,
        })
    }

    pub(super) fn judge(&self, facts: &Facts<'_>, action: Action, resource: &Resource) -> Decision {
        self.evaluate(facts, action, resource)
            .unwrap_or_else(|_| Ground::Failed.denial())
    }

    fn evaluate(
        &self,
        facts: &Facts<'_>,
        action: Action,
        resource: &Resource,
    ) -> Result<Decision, AccessError> {
        let about = self.policies.about(action)?;
        if !about.resources.contains(kind(resource)) {
            return Ok(Ground::NotApplicable.denial());
        }
        let (request, entities) = self.question(facts, about.uid.clone(), resource)?;
        let entities = about
            .groups
            .clone()
            .add_entities(entities, None)
            .map_err(internal)?;
        let response = self
            .authorizer
            .is_authorized(&request, &about.policies, &entities);
        // A policy that fails is left out by the authoriser. Had it been a `forbid`, leaving it out
        // would open what it closes.
        if response.diagnostics().errors().next().is_some() {
            return Ok(Ground::Failed.denial());
        }
        let mut rules: Vec<Arc<Rule>> = response
            .diagnostics()
            .reason()
            .filter_map(|id| self.policies.by_policy(id).cloned())
            .collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let allowed = response.decision() == cedar::Decision::Allow;
        if !allowed && rules.is_empty() {
            return Ok(Ground::NoRule.denial());
        }
        Ok(Decision { allowed, rules })
    }

    /// The question in the policy language: only who asks and what is asked about, with what is
    /// known of both, so that its cost does not grow with the installation.
    fn question(
        &self,
        facts: &Facts<'_>,
        action: cedar::EntityUid,
        resource: &Resource,
    ) -> Result<(cedar::Request, Vec<cedar::Entity>), AccessError> {
        let words = &self.policies.vocabulary;
        let request = cedar::Request::new(
            words.principal(facts.id),
            action,
            words.resource(resource),
            vocabulary::context(facts.token, facts.in_scope)?,
            None,
        )
        .map_err(internal)?;
        let mut entities = vec![words.asker(facts, repository(resource))?];
        match resource {
            Resource::Principal { id } if id == facts.id => {}
            Resource::Principal { id } => {
                let other = self.people.get(id).map(|it| &it.principal);
                let kind = other.map_or(PrincipalKind::Human, |it| it.kind);
                let enabled = other.is_some_and(|it| it.disabled.is_none());
                entities.push(words.person(id, kind, enabled, HashSet::new())?);
            }
            _ => entities.extend(words.item(resource)?),
        }
        Ok((request, entities))
    }

    /// The same question, checked against the schema: for tests, which show that what the engine
    /// builds is what policies were validated for.
    #[cfg(test)]
    pub(crate) fn conforms(&self, facts: &Facts<'_>, action: Action, resource: &Resource) -> bool {
        let about = self.policies.about(action).unwrap();
        let (_, entities) = self.question(facts, about.uid.clone(), resource).unwrap();
        let words = &self.policies.vocabulary;
        let schema = &cedar::Schema::from_cedarschema_str(crate::SCHEMA)
            .unwrap()
            .0;
        cedar::Entities::from_entities(entities, Some(schema)).is_ok()
            && cedar::Request::new(
                words.principal(facts.id),
                about.uid.clone(),
                words.resource(resource),
                vocabulary::context(facts.token, facts.in_scope).unwrap(),
                Some(schema),
            )
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use runward_model::Severity;

    use super::*;
    use crate::Policies;

    /// Policies are validated for what the schema describes. Were a question built otherwise, an
    /// attribute missing, say, the validation would prove nothing.
    #[test]
    fn questions_are_what_policies_were_validated_for() {
        let policies = Arc::new(Policies::shipped().unwrap());
        let engine = Engine::new(Arc::clone(&policies), 0, Vec::new(), Vec::new());
        let mut asked = 0;
        for &action in Action::ALL {
            for resource in things() {
                if !policies
                    .about(action)
                    .unwrap()
                    .resources
                    .contains(kind(&resource))
                {
                    let facts = facts(&[], None);
                    let decision = engine.judge(&facts, action, &resource);
                    assert_eq!(decision.rule_ids(), "not-applicable");
                    continue;
                }
                for facts in [
                    facts(&[], None),
                    facts(
                        &[Role::Admin, Role::Auditor, Role::SecurityLead],
                        Some(Role::Viewer),
                    ),
                    facts(&[], Some(Role::TeamLead)),
                ] {
                    assert!(
                        engine.conforms(&facts, action, &resource),
                        "{action} {resource:?}"
                    );
                    asked += 1;
                }
            }
        }
        assert!(asked > 100);
    }

    fn facts(roles: &[Role], here: Option<Role>) -> Facts<'static> {
        Facts {
            id: "me",
            kind: PrincipalKind::Service,
            enabled: true,
            roles: roles.iter().copied().collect(),
            here,
            token: true,
            in_scope: false,
        }
    }

    fn things() -> Vec<Resource> {
        let people = || BTreeSet::from(["me".to_owned(), "é\"\\\n\u{202e}".to_owned()]);
        let mut things = vec![
            Resource::System,
            Resource::Repository {
                name: "a/b".to_owned(),
            },
            Resource::Principal {
                id: "me".to_owned(),
            },
            Resource::Principal {
                id: "\"other\"".to_owned(),
            },
            Resource::Token {
                id: String::new(),
                owner: "me".to_owned(),
            },
        ];
        for approver in Role::ALL.iter().copied().map(Some).chain([None]) {
            things.push(Resource::Finding {
                id: "\u{0}".to_owned(),
                repository: "a::\"b\"".to_owned(),
                severity: Severity::Unknown,
                approver,
                involved: people(),
            });
            things.push(Resource::Task {
                id: "T-1".to_owned(),
                repository: String::new(),
                owner: "me".to_owned(),
                assignee: people().pop_last(),
                requester: None,
                severity: Severity::Critical,
                approver,
            });
        }
        things
    }
}
