//! Decisions, made from one consistent picture of who is what.

mod decide;
mod denial;
mod explain;
mod matrix;
mod visible;
mod vocabulary;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use cedar_policy::Authorizer;
use runward_model::{Action, Role};

pub(crate) use self::{decide::Facts, vocabulary::Vocabulary};
pub use self::{
    decide::{Decision, Request},
    denial::{Caller, Denial},
    explain::{Explanation, Need},
    matrix::{Cell, Matrix},
    visible::{Page, Visibility, page},
};
use crate::{Member, Policies, StoredToken, scope};

/// Who is what, at one moment. Never changes; a change in the database makes a new one.
pub struct Engine {
    policies: Arc<Policies>,
    generation: i64,
    people: HashMap<String, Member>,
    tokens: HashMap<String, LiveToken>,
    authorizer: Authorizer,
}

/// A token, with its scopes spelt out.
pub(crate) struct LiveToken {
    pub(crate) stored: StoredToken,
    actions: BTreeSet<Action>,
}

impl LiveToken {
    fn covers(&self, action: Action, repository: Option<&str>) -> bool {
        let anywhere = self.stored.info.repositories.as_ref();
        self.actions.contains(&action)
            && anywhere.is_none_or(|those| repository.is_some_and(|it| those.contains(it)))
    }
}

impl Engine {
    /// An engine of what is given. [`Access::engine`](crate::Access::engine) makes one of what the
    /// database holds.
    pub fn new(
        policies: Arc<Policies>,
        generation: i64,
        people: Vec<Member>,
        tokens: Vec<StoredToken>,
    ) -> Self {
        let live = |stored: StoredToken| {
            let actions = scope::actions(&stored.info.scopes);
            (stored.info.id.clone(), LiveToken { stored, actions })
        };
        Self {
            policies,
            generation,
            people: people
                .into_iter()
                .map(|it| (it.principal.id.clone(), it))
                .collect(),
            tokens: tokens.into_iter().map(live).collect(),
            authorizer: Authorizer::new(),
        }
    }

    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Rises with every change to principals, roles, memberships and tokens.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    /// Whether anybody has been added yet. Until then there is nobody to ask for.
    pub fn is_set_up(&self) -> bool {
        !self.people.is_empty()
    }

    pub fn member(&self, principal: &str) -> Option<&Member> {
        self.people.get(principal)
    }

    /// Everybody, by id.
    pub fn members(&self) -> BTreeMap<&str, &Member> {
        self.people
            .iter()
            .map(|(id, it)| (id.as_str(), it))
            .collect()
    }

    /// Principals who hold a role in the whole installation and are not disabled, by id.
    pub fn holders(&self, role: Role) -> Vec<&str> {
        let mut holders: Vec<&str> = self
            .people
            .values()
            .filter(|it| it.principal.disabled.is_none() && it.roles.contains(&role))
            .map(|it| it.principal.id.as_str())
            .collect();
        holders.sort_unstable();
        holders
    }

    pub(crate) fn token(&self, id: &str) -> Option<&LiveToken> {
        self.tokens.get(id)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("generation", &self.generation)
            .field("people", &self.people.len())
            .finish_non_exhaustive()
    }
}
