//! Why, and what it would take.
//!
//! What it would take is found by asking the same engine again with one thing changed, so that it
//! holds whatever the policies are.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

use runward_model::{Action, Resource, Role};

use super::{Engine, Facts, Request, decide::Ground, denial::argument, vocabulary::repository};
use crate::{Rule, names::shown};

/// How many people are named.
const MOST_PEOPLE: usize = 10;

/// Why somebody may or may not do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub principal: String,
    pub action: Action,
    /// What it is about: `task:T-12`.
    pub resource: String,
    pub allowed: bool,
    /// The rules that decided.
    pub rules: Vec<Arc<Rule>>,
    /// What they decided by.
    pub facts: Vec<String>,
    /// What it would take, all of it; empty where it is allowed or nothing helps.
    pub needs: Vec<Need>,
    /// Others who may, the first ten by id.
    pub may: Vec<String>,
    /// Who can change roles and memberships.
    pub admins: Vec<String>,
}

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// There is no such principal.
    BeAdded,
    BeEnabled,
    /// A token that lives.
    LiveToken,
    /// A token with this action, and this repository where it is narrowed to some.
    TokenFor {
        action: Action,
        repository: Option<String>,
    },
    /// One of these.
    Role {
        /// At least this role in this repository.
        here: Option<(Role, String)>,
        /// Any of these in the whole installation.
        anywhere: Vec<Role>,
    },
    /// Nothing that could be given to who asks: somebody else must do it.
    SomebodyElse,
    /// Such a thing is not done to it: these are.
    OtherResource(Vec<String>),
}

impl Engine {
    /// Explains the answer to `request`.
    pub fn explain(&self, request: &Request<'_>) -> Explanation {
        let Request {
            principal,
            action,
            resource,
            ..
        } = *request;
        let decision = self.decide(request);
        let needs = if decision.allowed {
            Vec::new()
        } else {
            self.needs(request)
        };
        Explanation {
            principal: principal.to_owned(),
            action,
            resource: argument(resource),
            allowed: decision.allowed,
            rules: decision.rules,
            facts: self.stated(request),
            needs,
            may: self.who_may(request),
            admins: self
                .holders(Role::Admin)
                .into_iter()
                .take(MOST_PEOPLE)
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Others who may do it, by id, without a token.
    fn who_may(&self, request: &Request<'_>) -> Vec<String> {
        self.members()
            .into_keys()
            .filter(|id| *id != request.principal)
            .filter(|id| {
                let theirs = Request {
                    principal: id,
                    token: None,
                    ..*request
                };
                self.decide(&theirs).allowed
            })
            .take(MOST_PEOPLE)
            .map(str::to_owned)
            .collect()
    }

    fn needs(&self, request: &Request<'_>) -> Vec<Need> {
        let Request {
            action, resource, ..
        } = *request;
        if let Ok(about) = self.policies.about(action)
            && !about.resources.contains(super::vocabulary::kind(resource))
        {
            let others = about.resources.iter().map(|it| it.to_lowercase());
            return vec![Need::OtherResource(others.collect())];
        }
        let mut needs = Vec::new();
        let mut facts = match self.facts(request) {
            Ok(facts) => facts,
            Err(Ground::DeadToken) => {
                needs.push(Need::LiveToken);
                let without = Request {
                    token: None,
                    ..*request
                };
                match self.facts(&without) {
                    Ok(facts) => facts,
                    Err(_) => return needs,
                }
            }
            Err(_) => return vec![Need::BeAdded],
        };
        let place = repository(resource);
        if !facts.enabled {
            needs.push(Need::BeEnabled);
            facts.enabled = true;
        }
        if !facts.in_scope {
            needs.push(Need::TokenFor {
                action,
                repository: place.map(str::to_owned),
            });
            facts.in_scope = true;
        }
        if self.judge(&facts, action, resource).allowed {
            return needs;
        }
        let role = self.role_needed(&facts, action, resource);
        needs.push(role.unwrap_or(Need::SomebodyElse));
        needs
    }

    fn role_needed(&self, facts: &Facts<'_>, action: Action, resource: &Resource) -> Option<Need> {
        let with = |change: &dyn Fn(&mut Facts<'_>)| {
            let mut facts = facts.clone();
            change(&mut facts);
            self.judge(&facts, action, resource).allowed
        };
        let here = repository(resource).and_then(|place| {
            [Role::Viewer, Role::Developer, Role::TeamLead]
                .into_iter()
                .find(|&role| with(&|facts| facts.here = Some(role)))
                .map(|role| (role, place.to_owned()))
        });
        let anywhere: Vec<Role> = crate::GLOBAL_ROLES
            .into_iter()
            .filter(|role| !facts.roles.contains(role))
            .filter(|&role| with(&|facts| facts.roles.extend([role])))
            .collect();
        (here.is_some() || !anywhere.is_empty()).then_some(Need::Role { here, anywhere })
    }

    fn stated(&self, request: &Request<'_>) -> Vec<String> {
        let Some(member) = self.people.get(request.principal) else {
            return vec![format!(
                "there is no principal `{}`",
                shown(request.principal)
            )];
        };
        let mut facts = Vec::new();
        let id = &member.principal.id;
        if let Some(since) = member.principal.disabled {
            facts.push(format!("`{id}` is disabled since {since}"));
        }
        let roles: Vec<&str> = member.roles.iter().map(|it| it.as_str()).collect();
        facts.push(if roles.is_empty() {
            format!("`{id}` holds no role in the whole installation")
        } else {
            format!("`{id}` is {} in the whole installation", roles.join(", "))
        });
        if let Some(place) = repository(request.resource) {
            facts.push(match member.memberships.get(place) {
                Some(role) => format!("`{id}` is {role} in `{place}`"),
                None => format!("`{id}` is no member of `{place}`"),
            });
        }
        if let Some(token) = request.token {
            facts.push(self.stated_token(token, request));
        }
        facts.extend(stated_resource(request.resource));
        facts
    }

    fn stated_token(&self, token: &str, request: &Request<'_>) -> String {
        let Some(live) = self.tokens.get(token) else {
            return format!("there is no token `{token}`");
        };
        let info = &live.stored.info;
        if info.principal != request.principal {
            return format!("the token `{token}` is somebody else's");
        }
        if let Some(when) = info.revoked {
            return format!("the token `{token}` is revoked since {when}");
        }
        if !info.is_live(request.now) {
            return format!("the token `{token}` expired on {}", info.expires);
        }
        let scopes: Vec<&str> = info.scopes.iter().map(|it| it.as_str()).collect();
        let mut text = format!("the token `{token}` has the scopes {}", scopes.join(", "));
        if let Some(those) = &info.repositories {
            let those: Vec<&str> = those.iter().take(MOST_PEOPLE).map(String::as_str).collect();
            text.push_str(" in the repositories ");
            text.push_str(&those.join(", "));
        }
        text
    }
}

fn stated_resource(resource: &Resource) -> Option<String> {
    let approver = |role: &Option<Role>| match role {
        Some(role) => format!("the priority matrix asks a {role} to approve"),
        None => "the priority matrix was not asked who approves".to_owned(),
    };
    Some(match resource {
        Resource::Finding {
            severity,
            approver: role,
            involved,
            ..
        } => {
            let people: Vec<String> = involved.iter().map(|it| format!("`{it}`")).collect();
            let people = match people.as_slice() {
                [] => "nobody is involved".to_owned(),
                some => format!("{} are involved", some.join(", ")),
            };
            format!("its severity is {severity}, {}, {people}", approver(role))
        }
        Resource::Task {
            owner,
            assignee,
            requester,
            severity,
            approver: role,
            ..
        } => {
            let mut text = format!(
                "its severity is {severity}, {}, owner `{owner}`",
                approver(role)
            );
            for (what, who) in [("assignee", assignee), ("requester", requester)] {
                if let Some(who) = who {
                    // Writing to a string cannot fail.
                    let _ = write!(text, ", {what} `{who}`");
                }
            }
            text
        }
        Resource::Token { owner, .. } => format!("the token is of `{owner}`"),
        Resource::Repository { .. } | Resource::Principal { .. } | Resource::System => return None,
    })
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeAdded => f.write_str("be added as a principal"),
            Self::BeEnabled => f.write_str("be enabled again"),
            Self::LiveToken => f.write_str("a token that is not revoked or expired"),
            Self::TokenFor { action, repository } => {
                write!(f, "a token with the scope `{action}`")?;
                match repository {
                    Some(name) => write!(f, " that holds in `{name}`"),
                    None => f.write_str(" that is not narrowed to repositories"),
                }
            }
            Self::Role { here, anywhere } => {
                let mut roles: Vec<String> = here
                    .iter()
                    .map(|(role, place)| format!("be {role} in `{place}`"))
                    .collect();
                roles.extend(anywhere.iter().map(|role| format!("be {role}")));
                f.write_str(&roles.join(" or "))
            }
            Self::SomebodyElse => f.write_str("somebody else has to do it"),
            Self::OtherResource(kinds) => {
                write!(f, "ask it about a {}", kinds.join(" or a "))
            }
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let may = if self.allowed { "may" } else { "may not" };
        writeln!(
            f,
            "`{}` {may} `{}` `{}`",
            shown(&self.principal),
            self.action,
            shown(&self.resource)
        )?;
        writeln!(f, "because")?;
        for rule in &self.rules {
            write!(f, "  {}: {}", rule.id, rule.why)?;
            if rule.line > 0 {
                write!(f, " ({}:{})", rule.file, rule.line)?;
            }
            writeln!(f)?;
        }
        writeln!(f, "by these facts")?;
        for fact in &self.facts {
            writeln!(f, "  {fact}")?;
        }
        if !self.needs.is_empty() {
            writeln!(f, "to be allowed")?;
            for need in &self.needs {
                writeln!(f, "  {need}")?;
            }
        }
        let people = |who: &[String]| {
            let who: Vec<String> = who.iter().map(|it| format!("`{it}`")).collect();
            who.join(", ")
        };
        if !self.allowed && !self.may.is_empty() {
            writeln!(f, "who may: {}", people(&self.may))?;
        }
        let given =
            |need: &Need| matches!(need, Need::BeAdded | Need::BeEnabled | Need::Role { .. });
        if self.needs.iter().any(given) && !self.admins.is_empty() {
            writeln!(f, "who can give that: {}", people(&self.admins))?;
        }
        Ok(())
    }
}
