//! Metadata that names another project's repository.

use std::collections::HashSet;

use runward_model::Ecosystem;

use super::{Evidence, Facts};
use crate::{
    metadata::{Metadata, Person},
    registry::Answer,
    repository, signals as ids,
};

const OWNERS_UNTOLD: f64 = 3.0;

/// Compares the repository with that of the popular packages that this one could be taken for, and
/// with that of the popular package after which the repository is named. Only an equal repository counts,
/// and not where the two have an owner in common: many projects publish several packages.
pub(super) fn evaluate(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    let Some(own) = data.repository.as_deref().and_then(repository::normal) else {
        return;
    };
    if facts.is_popular() || facts.private.is_some() {
        return;
    }
    let mut targets: Vec<(&Ecosystem, &str)> = facts
        .names
        .near
        .iter()
        .take(2)
        .map(|near| (&near.ecosystem, near.popular.as_str()))
        .collect();
    let named = repository::name(&own);
    let is_own_name = runward_names::canonical(facts.ecosystem, named)
        == runward_names::canonical(facts.ecosystem, facts.name);
    // Without popularity, a template that was not filled in would count (`sampleproject`).
    let is_worth_it =
        facts.names.compared_with == 0 || (facts.rank)(facts.ecosystem, named).is_some();
    if is_worth_it && !is_own_name && !targets.iter().any(|(_, target)| *target == named) {
        targets.push((facts.ecosystem, named));
    }
    for (ecosystem, target) in targets {
        if (ecosystem, target) == (facts.ecosystem, facts.name) {
            continue;
        }
        match (facts.lookup)(ecosystem, target) {
            Answer::Found(other) => {
                let theirs = other.repository.as_deref().and_then(repository::normal);
                if theirs.as_ref() != Some(&own) || !is_elder(&other, data) {
                    continue;
                }
                let text = format!("names {own}, the repository of `{target}` ({ecosystem})");
                match share_owner(ecosystem == facts.ecosystem, data, &other) {
                    Some(true) => {}
                    Some(false) => {
                        evidence.add(ids::BORROWED, format!("{text}, and has none of its owners"));
                        return;
                    }
                    None => {
                        evidence.add_weighted(
                            ids::BORROWED,
                            OWNERS_UNTOLD,
                            format!("{text}; the registry does not tell the owners of both"),
                        );
                        return;
                    }
                }
            }
            Answer::Unknown { reason } => {
                evidence.skip(ids::BORROWED, format!("`{target}`: {reason}"));
            }
            Answer::Missing { .. } | Answer::NotAName { .. } => {}
        }
    }
}

/// Who borrows came later.
fn is_elder(other: &Metadata, data: &Metadata) -> bool {
    match (other.first_release(), data.first_release()) {
        (Some(other), Some(own)) => other <= own,
        _ => true,
    }
}

/// By the accounts that may publish; what a package says of its authors can be copied.
fn share_owner(same_registry: bool, a: &Metadata, b: &Metadata) -> Option<bool> {
    if !same_registry || a.owners.is_empty() || b.owners.is_empty() {
        return None;
    }
    let key = |person: &Person| person.name.as_ref().map(|name| name.to_ascii_lowercase());
    let ours: HashSet<String> = a.owners.iter().filter_map(key).collect();
    Some(
        b.owners
            .iter()
            .filter_map(key)
            .any(|name| ours.contains(&name)),
    )
}
