//! Policies: read, checked against the schema, and sorted by the action that they are about.

mod footprint;
mod outline;
mod problem;
mod read;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};

use cedar_policy::{
    ActionConstraint, Effect, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Schema,
};
use runward_model::{Action, hex};
use sha2::{Digest as _, Sha256};

use self::footprint::Footprint;
pub use self::problem::PolicyProblem;
use crate::{AccessError, Limits, engine::Vocabulary};

/// The policies that every installation has.
pub const SHIPPED_POLICIES: &str = include_str!("../../../../policies/access.cedar");
/// What policies can speak of.
pub const SCHEMA: &str = include_str!("../../../../policies/access.cedarschema");
/// What the shipped policies are called in messages.
pub const SHIPPED_FILE: &str = "access.cedar";

/// A file of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySource {
    /// What messages call it.
    pub file: String,
    pub text: String,
}

/// One policy as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub why: String,
    pub file: String,
    pub line: u32,
    /// Comes with Runward, not from the team.
    pub shipped: bool,
    /// Beats every rule that permits.
    pub forbids: bool,
    /// The policy's own text.
    pub text: String,
}

/// The policies of an installation, checked.
pub struct Policies {
    pub(crate) vocabulary: Vocabulary,
    rules: Vec<Arc<Rule>>,
    by_policy: HashMap<PolicyId, Arc<Rule>>,
    schema: Schema,
    actions: Entities,
    parsed: Vec<Policy>,
    /// Sorted out when an action is first asked for: a call of the program asks for one or two.
    about: HashMap<Action, OnceLock<About>>,
    digest: String,
}

/// The policies about one action. A policy about other actions cannot be satisfied for it, so that
/// leaving those out changes no decision and saves their evaluation.
pub(crate) struct About {
    pub(crate) uid: EntityUid,
    /// The action with its groups.
    pub(crate) groups: Entities,
    pub(crate) policies: PolicySet,
    /// What it can be asked on, by the schema's names.
    pub(crate) resources: BTreeSet<String>,
    footprint: OnceLock<Footprint>,
}

impl Policies {
    /// The shipped ones alone.
    pub fn shipped() -> Result<Self, AccessError> {
        Self::with(&[], &Limits::default())
    }

    /// The shipped ones and a team's own. Those may permit and forbid; what the shipped ones
    /// forbid stays forbidden, since no permit beats a forbid.
    pub fn with(own: &[PolicySource], limits: &Limits) -> Result<Self, AccessError> {
        let (schema, policies, rules) = read::all(own, limits).map_err(AccessError::Policies)?;
        let internal = |problem: String| AccessError::Internal(problem);
        let vocabulary = Vocabulary::new().map_err(|error| internal(error.to_string()))?;
        let actions = schema
            .action_entities()
            .map_err(|error| internal(error.to_string()))?;
        let about = Action::ALL.iter().map(|&it| (it, OnceLock::new()));
        let mut hash = Sha256::new();
        for source in own {
            hash.update((source.text.len() as u64).to_be_bytes());
            hash.update(source.text.as_bytes());
        }
        hash.update(SHIPPED_POLICIES.as_bytes());
        hash.update(SCHEMA.as_bytes());
        let rules: Vec<Arc<Rule>> = rules.into_iter().map(Arc::new).collect();
        Ok(Self {
            by_policy: rules
                .iter()
                .map(|rule| (PolicyId::new(&rule.id), Arc::clone(rule)))
                .collect(),
            vocabulary,
            rules,
            schema,
            actions,
            parsed: policies,
            about: about.collect(),
            digest: hex(&hash.finalize()),
        })
    }

    /// All rules in the order of their files, the shipped ones first.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.by_policy.get(&PolicyId::new(id))
    }

    /// SHA-256 of all policies and the schema, in hexadecimal digits: what decisions were made by.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub(crate) fn by_policy(&self, id: &PolicyId) -> Option<&Arc<Rule>> {
        self.by_policy.get(id)
    }

    pub(crate) fn about(&self, action: Action) -> Result<&About, AccessError> {
        let cell = self
            .about
            .get(&action)
            .ok_or_else(|| AccessError::Internal(format!("`{action}` is not in the schema")))?;
        if let Some(about) = cell.get() {
            return Ok(about);
        }
        let about = About::new(
            action,
            &self.schema,
            &self.vocabulary,
            &self.actions,
            &self.parsed,
        )?;
        Ok(cell.get_or_init(|| about))
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policies")
            .field("rules", &self.rules.len())
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// Every problem of a team's own files; empty where they can be used.
pub fn validate(files: &[PolicySource], limits: &Limits) -> Vec<PolicyProblem> {
    match Policies::with(files, limits) {
        Ok(_) => Vec::new(),
        Err(AccessError::Policies(problems)) => problems,
        Err(error) => vec![PolicyProblem::whole(SHIPPED_FILE, &error.to_string())],
    }
}

impl About {
    fn new(
        action: Action,
        schema: &Schema,
        vocabulary: &Vocabulary,
        actions: &Entities,
        policies: &[Policy],
    ) -> Result<Self, AccessError> {
        let internal = |problem: String| AccessError::Internal(problem);
        let uid = EntityUid::from_type_name_and_id(
            vocabulary.action.clone(),
            EntityId::new(action.as_str()),
        );
        let resources = schema
            .resources_for_action(&uid)
            .ok_or_else(|| internal(format!("`{action}` is not in the schema")))?
            .map(EntityTypeName::to_string)
            .collect();
        let covers = |other: &EntityUid| *other == uid || actions.is_ancestor_of(other, &uid);
        let of_action = policies
            .iter()
            .filter(|policy| match policy.action_constraint() {
                ActionConstraint::Any => true,
                ActionConstraint::Eq(other) => covers(&other),
                ActionConstraint::In(others) => others.iter().any(covers),
            })
            .cloned();
        let groups = actions
            .iter()
            .filter(|entity| {
                let other = entity.uid();
                other == uid || actions.is_ancestor_of(&other, &uid)
            })
            .cloned();
        Ok(Self {
            groups: Entities::from_entities(groups, None)
                .map_err(|error| internal(error.to_string()))?,
            policies: PolicySet::from_policies(of_action)
                .map_err(|error| internal(error.to_string()))?,
            uid,
            resources,
            footprint: OnceLock::new(),
        })
    }

    /// What its policies look at; only lists ask.
    pub(crate) fn footprint(&self) -> &Footprint {
        self.footprint.get_or_init(|| {
            let mut footprint = Footprint::default();
            for policy in self.policies.policies() {
                footprint.add(policy);
            }
            footprint
        })
    }
}

pub(crate) fn forbids(policy: &Policy) -> bool {
    policy.effect() == Effect::Forbid
}
