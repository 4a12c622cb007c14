//! Reading policy files and checking them against the schema.

use std::{collections::BTreeMap, str::FromStr as _, thread};

use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};

use super::{
    PolicyProblem, PolicySource, Rule, SCHEMA, SHIPPED_FILE, SHIPPED_POLICIES, forbids,
    outline::{Refused, outline},
};
use crate::{Limits, names::shown};

type Read = (Schema, Vec<Policy>, Vec<Rule>);

/// The stack on which policies are read. [`Limits`] bounds their depth; what that depth takes in the
/// policy library's recursion is well below this.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Reads the shipped policies and a team's own.
pub(super) fn all(own: &[PolicySource], limits: &Limits) -> Result<Read, Vec<PolicyProblem>> {
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || here(own, limits))
            .map_err(|error| format!("they cannot be read: {error}"))?
            .join()
            .map_err(|_| "reading them failed; this is a fault of Runward".to_owned())
    })
    .unwrap_or_else(|problem: String| Err(vec![PolicyProblem::whole("policies", &problem)]))
}

fn here(own: &[PolicySource], limits: &Limits) -> Result<Read, Vec<PolicyProblem>> {
    let schema = match Schema::from_cedarschema_str(SCHEMA) {
        Ok((schema, _)) => schema,
        Err(error) => {
            return Err(vec![PolicyProblem::found(
                "access.cedarschema",
                SCHEMA,
                0,
                &error,
            )]);
        }
    };
    if own.len() > limits.policy_files {
        let problem = format!("there are more than {} policy files", limits.policy_files);
        return Err(vec![PolicyProblem::whole("policies", &problem)]);
    }
    let shipped = PolicySource {
        file: SHIPPED_FILE.to_owned(),
        text: SHIPPED_POLICIES.to_owned(),
    };
    let mut reader = Reader {
        validator: Validator::new(schema.clone()),
        policies: Vec::new(),
        rules: Vec::new(),
        problems: Vec::new(),
        places: BTreeMap::new(),
    };
    reader.file(&shipped, true, limits);
    for source in own {
        reader.file(source, false, limits);
    }
    if reader.policies.len() > limits.policies {
        let problem = format!("there are more than {} policies", limits.policies);
        reader
            .problems
            .push(PolicyProblem::whole("policies", &problem));
    }
    if reader.problems.is_empty() {
        Ok((schema, reader.policies, reader.rules))
    } else {
        Err(reader.problems)
    }
}

struct Reader {
    validator: Validator,
    policies: Vec<Policy>,
    rules: Vec<Rule>,
    problems: Vec<PolicyProblem>,
    /// Where each id was taken.
    places: BTreeMap<String, String>,
}

impl Reader {
    fn file(&mut self, source: &PolicySource, shipped: bool, limits: &Limits) {
        let PolicySource { file, text } = source;
        if text.len() > limits.policy_file_bytes {
            let problem = format!("it has more than {} bytes", limits.policy_file_bytes);
            self.problems.push(PolicyProblem::whole(file, &problem));
            return;
        }
        let ranges = match outline(text, limits) {
            Ok(ranges) => ranges,
            Err(Refused { offset, problem }) => {
                self.problems
                    .push(PolicyProblem::at(file, text, offset, problem));
                return;
            }
        };
        let set = match PolicySet::from_str(text) {
            Ok(set) => set,
            Err(errors) => {
                let found = errors
                    .iter()
                    .map(|it| PolicyProblem::found(file, text, 0, it));
                self.problems.extend(found);
                return;
            }
        };
        // The library calls the policies of a file `policy0`, `policy1`, ….
        let range_of = |id: &PolicyId| {
            let number: Option<usize> = id.to_string().strip_prefix("policy")?.parse().ok();
            ranges.get(number?).cloned()
        };
        for template in set.templates() {
            let start = range_of(template.id()).map_or(0, |range| range.start);
            let problem = PolicyProblem::at(file, text, start, "this policy has a slot")
                .with_help("write `principal` and `resource` instead of `?principal`, `?resource`");
            self.problems.push(problem);
        }
        let mut policies: Vec<(usize, String, &Policy)> = set
            .policies()
            .map(|policy| {
                let range = range_of(policy.id()).unwrap_or(0..text.len());
                let own = text.get(range.clone()).unwrap_or_default().to_owned();
                (range.start, own, policy)
            })
            .collect();
        policies.sort_by_key(|(start, ..)| *start);
        let mut named = Vec::new();
        for (start, own, policy) in policies {
            if let Some((policy, rule)) = self.rule(source, start, own, policy, shipped) {
                named.push((start, policy));
                self.rules.push(rule);
            }
        }
        for (start, policy) in named {
            self.check(source, start, &policy);
            self.policies.push(policy);
        }
    }

    /// A policy under the id that its annotation gives it.
    fn rule(
        &mut self,
        source: &PolicySource,
        start: usize,
        text: String,
        policy: &Policy,
        shipped: bool,
    ) -> Option<(Policy, Rule)> {
        let problem = |problem: String, help: &str| {
            PolicyProblem::at(&source.file, &source.text, start, problem).with_help(help)
        };
        let id = policy.annotation("id").unwrap_or_default();
        let why = policy.annotation("why").unwrap_or_default().trim();
        if !is_id(id) {
            self.problems.push(problem(
                if id.is_empty() {
                    "this policy has no `@id`".to_owned()
                } else {
                    format!("`{}` cannot be a policy's id", shown(id))
                },
                "give it one such as `@id(\"freeze-billing\")`: lower-case letters, digits and \
                 hyphens, at most 64",
            ));
            return None;
        }
        if why.is_empty() || why.len() > 300 || why.chars().any(char::is_control) {
            self.problems.push(problem(
                format!("the policy `{id}` does not say why"),
                "give it a line such as `@why(\"billing is frozen until the audit ends\")`, which \
                 denials will show",
            ));
            return None;
        }
        let place = PolicyProblem::at(&source.file, &source.text, start, "");
        let line = place.line;
        let taken = self
            .places
            .insert(id.to_owned(), format!("{}:{line}", shown(&source.file)));
        if let Some(taken) = taken {
            self.problems.push(problem(
                format!("the id `{id}` is taken at {taken}"),
                "take another",
            ));
            return None;
        }
        let rule = Rule {
            id: id.to_owned(),
            why: why.to_owned(),
            file: source.file.clone(),
            line,
            shipped,
            forbids: forbids(policy),
            text,
        };
        Some((policy.new_id(PolicyId::new(id)), rule))
    }

    /// Checks one policy against the schema. Warnings count: a policy that can never apply is one
    /// that its author believes in.
    fn check(&mut self, source: &PolicySource, start: usize, policy: &Policy) {
        let PolicySource { file, text } = source;
        let mut set = PolicySet::new();
        if let Err(error) = set.add(policy.clone()) {
            self.problems
                .push(PolicyProblem::found(file, text, start, &error));
            return;
        }
        let result = self.validator.validate(&set, ValidationMode::Strict);
        for error in result.validation_errors() {
            self.problems
                .push(PolicyProblem::found(file, text, start, error));
        }
        for warning in result.validation_warnings() {
            self.problems
                .push(PolicyProblem::found(file, text, start, warning));
        }
    }
}

fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 64
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|byte| plain(byte) || byte == b'-')
}
