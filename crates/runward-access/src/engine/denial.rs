//! A refusal: what is said of it to who asked, and what is recorded.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use runward_model::{Action, Actor, Event, EventType, Outcome, Resource, Severity, Subject};
use serde_json::json;

use super::{
    Decision, Engine, Request,
    vocabulary::{kind, repository},
};
use crate::Rule;

/// Somebody who proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub principal: String,
    /// The id of the API token that they proved it with.
    pub token: Option<String>,
    /// The network address that they came from.
    pub address: Option<String>,
}

impl Caller {
    /// Somebody whom the caller of this function vouches for: an account of this machine, a session.
    pub fn vouched(principal: &str) -> Self {
        Self {
            principal: principal.to_owned(),
            token: None,
            address: None,
        }
    }

    /// Them as the doer of an event.
    pub fn actor(&self) -> Actor {
        Actor {
            token: self.token.clone(),
            address: self.address.clone(),
            ..Actor::principal(&self.principal)
        }
    }

    /// Their question.
    pub fn asks<'a>(
        &'a self,
        action: Action,
        resource: &'a Resource,
        now: Timestamp,
    ) -> Request<'a> {
        Request {
            principal: &self.principal,
            token: self.token.as_deref(),
            action,
            resource,
            now,
        }
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    pub caller: Caller,
    pub action: Action,
    pub resource: Resource,
    pub rules: Vec<Arc<Rule>>,
    /// Whether who asked may not even see what it is about. They are told that it is not found or
    /// not theirs, whichever; the record says that it was a denial.
    pub hidden: bool,
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            caller,
            action,
            resource,
            ..
        } = self;
        let name = name(resource);
        if self.hidden {
            // The same whether it is there or not, and whether it is the person or the token.
            let with = caller.token.as_ref().map_or("", |_| " with this token");
            return write!(f, "{name} is not found or not yours to see{with}");
        }
        write!(f, "`{}` may not `{action}` {name}: ", caller.principal)?;
        for (index, rule) in self.rules.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { "; " }, rule.why)?;
        }
        write!(
            f,
            "; `runward access explain {} {action} {}` says what it takes",
            caller.principal,
            argument(resource)
        )
    }
}

impl std::error::Error for Denial {}

impl Denial {
    /// The event that records it: as what it is, also where who asked was told less.
    pub fn event(&self, now: Timestamp) -> Event {
        let rules: Vec<&str> = self.rules.iter().map(|rule| rule.id.as_str()).collect();
        let why: Vec<&str> = self.rules.iter().map(|rule| rule.why.as_str()).collect();
        let subject = Subject::new(&kind(&self.resource).to_lowercase(), id(&self.resource));
        let event_type = if is_about_tasks(self.action, &self.resource) {
            EventType::TaskAccessDenied
        } else {
            EventType::AccessDenied
        };
        let mut event = Event::new(now, event_type, self.caller.actor(), subject)
            .with_detail("action", self.action.as_str())
            .with_detail(
                "resource",
                json!({"kind": kind(&self.resource).to_lowercase(), "id": id(&self.resource)}),
            )
            .with_detail("rule", rules.join(","));
        event.outcome = Outcome::Denied;
        event.repository = repository(&self.resource).map(str::to_owned);
        event.severity = severity(&self.resource);
        event.reason = Some(why.join("; "));
        event
    }
}

impl Engine {
    /// Decides, and says of a refusal what there is to say. Record it with [`Denial::event`] in a
    /// transaction of its own: the one that was refused is undone.
    pub fn authorise(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        now: Timestamp,
    ) -> Result<Decision, Box<Denial>> {
        let decision = self.decide(&caller.asks(action, resource, now));
        if decision.allowed {
            return Ok(decision);
        }
        Err(Box::new(Denial {
            caller: caller.clone(),
            action,
            resource: resource.clone(),
            rules: decision.rules,
            hidden: !self.sees(caller, resource, now),
        }))
    }

    /// Whether `caller` may know that `resource` is there.
    pub fn sees(&self, caller: &Caller, resource: &Resource, now: Timestamp) -> bool {
        let may =
            |action, resource: &Resource| self.decide(&caller.asks(action, resource, now)).allowed;
        match resource {
            Resource::System => true,
            Resource::Repository { .. } => {
                may(Action::ViewFinding, resource) || may(Action::ViewTask, resource)
            }
            Resource::Finding { .. } => may(Action::ViewFinding, resource),
            Resource::Task { .. } => may(Action::ViewTask, resource),
            Resource::Principal { .. } => may(Action::ViewAccess, resource),
            Resource::Token { owner, .. } => {
                *owner == caller.principal || may(Action::ViewAccess, &Resource::System)
            }
        }
    }
}

fn is_about_tasks(action: Action, resource: &Resource) -> bool {
    matches!(resource, Resource::Task { .. })
        || matches!(
            action,
            Action::CreateTask
                | Action::ViewTask
                | Action::UpdateTask
                | Action::AssignTask
                | Action::CompleteTask
                | Action::DeleteTask
                | Action::ApproveTask
                | Action::WaiveGate
        )
}

fn id(resource: &Resource) -> &str {
    match resource {
        Resource::Repository { name } => name,
        Resource::Finding { id, .. }
        | Resource::Task { id, .. }
        | Resource::Token { id, .. }
        | Resource::Principal { id } => id,
        Resource::System => "installation",
    }
}

fn severity(resource: &Resource) -> Option<Severity> {
    match resource {
        Resource::Finding { severity, .. } | Resource::Task { severity, .. } => Some(*severity),
        _ => None,
    }
}

/// What it is called in a sentence.
pub(super) fn name(resource: &Resource) -> String {
    match resource {
        Resource::System => "the installation".to_owned(),
        // The token is not made yet.
        Resource::Token { id, owner } if id.is_empty() => format!("a token of `{owner}`"),
        other => format!("the {} `{}`", kind(other).to_lowercase(), id(other)),
    }
}

/// What it is called on the command line: `task:T-12`, `repository:billing`, `system`.
pub(super) fn argument(resource: &Resource) -> String {
    match resource {
        Resource::System => "system".to_owned(),
        Resource::Token { id, owner } if id.is_empty() => format!("principal:{owner}"),
        other => format!("{}:{}", kind(other).to_lowercase(), id(other)),
    }
}
