//! What the policies about an action look at in an item: whether all items of a repository that
//! stand in the same relation to somebody (owned, assigned, neither) are treated alike.
//!
//! Lists rest on this. Where it holds, a few probes tell exactly what somebody sees; where it does
//! not, because a team's policy looks at a severity, say, or at one task, each item is asked for.
//! What is not understood here counts as looking at everything.

use std::collections::BTreeSet;

use cedar_policy::Policy;
use serde_json::Value;

/// Attributes that follow from the item's repository, or are the repository's own.
const OF_REPOSITORY: [&str; 3] = ["viewers", "developers", "team_leads"];

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Footprint {
    /// Some policy looks at more of an item than its repository and its relation to the asker.
    pub(crate) beyond: bool,
    /// Repositories that policies name.
    pub(crate) repositories: BTreeSet<String>,
}

impl Footprint {
    pub(super) fn add(&mut self, policy: &Policy) {
        let Ok(json) = policy.to_json() else {
            self.beyond = true;
            return;
        };
        let empty = Value::Null;
        let part = |name: &str| json.get(name).unwrap_or(&empty);
        self.scope(part("resource"));
        match part("conditions") {
            Value::Array(conditions) => {
                for condition in conditions {
                    self.expression(condition.get("body").unwrap_or(&empty));
                }
            }
            _ => self.beyond = true,
        }
    }

    /// `resource`, `resource in Repository::"x"`, `resource is Task in Repository::"x"`, ….
    fn scope(&mut self, scope: &Value) {
        let inner = scope.get("in").unwrap_or(scope);
        match scope.get("op").and_then(Value::as_str) {
            Some("All") => {}
            Some("is") if scope.get("in").is_none() => {}
            Some("is" | "in" | "==") => match inner.get("entity").and_then(repository) {
                Some(name) => {
                    self.repositories.insert(name);
                }
                None => self.beyond = true,
            },
            _ => self.beyond = true,
        }
    }

    /// Expressions are trees of objects with one operator each; their depth is bounded where
    /// policies are read.
    fn expression(&mut self, node: &Value) {
        if self.understood(node) {
            return;
        }
        match node {
            Value::Object(fields) => {
                if fields.get("Var").and_then(Value::as_str) == Some("resource") {
                    self.beyond = true;
                }
                for child in fields.values() {
                    self.expression(child);
                }
            }
            Value::Array(children) => {
                for child in children {
                    self.expression(child);
                }
            }
            _ => {}
        }
    }

    /// Whether it looks at an item in a way that its repository and relation answer.
    fn understood(&mut self, node: &Value) -> bool {
        let Some((operator, body)) = node
            .as_object()
            .filter(|fields| fields.len() == 1)
            .and_then(|fields| fields.iter().next())
        else {
            return false;
        };
        let (left, right) = (body.get("left"), body.get("right"));
        let attribute = body.get("attr").and_then(Value::as_str).unwrap_or_default();
        let on_resource = left.is_some_and(|it| is_variable(it, "resource"));
        match operator.as_str() {
            "." | "has" => on_resource && OF_REPOSITORY.contains(&attribute),
            "is" => {
                on_resource
                    && body
                        .get("in")
                        .is_none_or(|within| self.names_repositories(within))
            }
            "in" | "==" if on_resource => right.is_some_and(|it| self.names_repositories(it)),
            "==" => {
                let sides = (left, right);
                let own = |one: Option<&Value>, other: Option<&Value>| {
                    one.is_some_and(|it| is_attribute(it, "owner"))
                        && other.is_some_and(|it| is_variable(it, "principal"))
                };
                own(sides.0, sides.1) || own(sides.1, sides.0)
            }
            "contains" => {
                left.is_some_and(|it| is_attribute(it, "assignees"))
                    && right.is_some_and(|it| is_variable(it, "principal"))
            }
            _ => false,
        }
    }

    /// Whether it is one repository's name or a list of them; notes which.
    fn names_repositories(&mut self, node: &Value) -> bool {
        let items = match node.get("Set").or_else(|| node.get("Value")) {
            Some(Value::Array(items)) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let names: Option<Vec<String>> = items
            .iter()
            .map(|item| repository(item.get("Value").unwrap_or(item)))
            .collect();
        let understood = names.is_some();
        self.repositories.extend(names.into_iter().flatten());
        understood
    }
}

fn is_variable(node: &Value, name: &str) -> bool {
    node.get("Var").and_then(Value::as_str) == Some(name)
}

/// Whether it is `resource.name`.
fn is_attribute(node: &Value, name: &str) -> bool {
    node.get(".").is_some_and(|body| {
        body.get("left")
            .is_some_and(|it| is_variable(it, "resource"))
            && body.get("attr").and_then(Value::as_str) == Some(name)
    })
}

/// The name in `{"type": "Repository", "id": "…"}`, wrapped in `__entity` or not.
fn repository(node: &Value) -> Option<String> {
    let entity = node.get("__entity").unwrap_or(node);
    (entity.get("type").and_then(Value::as_str) == Some("Repository"))
        .then(|| entity.get("id").and_then(Value::as_str).map(str::to_owned))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Footprint {
        let mut footprint = Footprint::default();
        footprint.add(&Policy::parse(None, text).unwrap());
        footprint
    }

    #[test]
    fn repositories_and_relations_are_understood() {
        for (text, repositories) in [
            ("permit (principal, action, resource);", &[][..]),
            (
                "forbid (principal, action, resource in Repository::\"a\");",
                &["a"],
            ),
            (
                "forbid (principal, action, resource is Task in Repository::\"a\");",
                &["a"],
            ),
            (
                "permit (principal, action, resource) when { principal in resource.viewers && \
                 !(resource in [Repository::\"a\", Repository::\"b\"]) };",
                &["a", "b"],
            ),
            (
                "permit (principal, action, resource is Task) when { resource.owner == principal \
                 || principal == resource.owner || resource.assignees.contains(principal) };",
                &[],
            ),
            (
                "forbid (principal, action, resource) when { principal.kind == \"service\" && \
                 resource is Task && resource has team_leads && context.token };",
                &[],
            ),
        ] {
            let footprint = of(text);
            assert!(!footprint.beyond, "{text}");
            assert!(footprint.repositories.iter().eq(repositories), "{text}");
        }
    }

    #[test]
    fn all_else_is_beyond() {
        for condition in [
            "resource.severity == Severity::\"low\"",
            "resource == Task::\"T-1\"",
            "resource.owner == Principal::\"bob\"",
            "resource.assignees.containsAny([principal])",
            "resource has approver",
            "[resource].contains(resource)",
            "resource in principal",
            "resource is Task in principal",
            "resource in [Repository::\"a\", Task::\"T-1\"]",
            "{a: resource.owner}.a == principal",
            "principal == Principal::\"a\" && resource.requesters.contains(principal)",
        ] {
            let text = format!("permit (principal, action, resource) when {{ {condition} }};");
            assert!(of(&text).beyond, "{text}");
        }
        assert!(of("permit (principal, action, resource == Task::\"T-1\");").beyond);
        assert!(of("permit (principal, action, resource in Task::\"T-1\");").beyond);
    }
}
