//! Internal names on the public registry.

use std::cmp::Ordering;

use super::{Evidence, Facts};
use crate::{metadata::State, registry::Answer, signals as ids};

const CERTAIN: f64 = 9.5;
const POSSIBLE: f64 = 8.0;

pub(super) fn evaluate(facts: &Facts<'_>, evidence: &mut Evidence) {
    let Some(private) = facts.private else {
        if facts.other_indexes && !facts.has_private_names {
            evidence.skip(
                ids::CONFUSION,
                "several indexes are searched, and no names are set as internal",
            );
        }
        return;
    };
    let ecosystem = facts.ecosystem;
    let pattern = &private.name;
    match facts.answer {
        Answer::Found(data) if !matches!(data.state, State::Unpublished(_)) => {
            let public = data.latest.as_deref().unwrap_or("an unknown version");
            let above = private.newest.as_deref().is_some_and(|own| {
                runward_versions::compare(ecosystem, public, own) == Ok(Ordering::Greater)
            });
            if above {
                let own = private.newest.as_deref().unwrap_or_default();
                evidence.add_weighted(
                    ids::CONFUSION,
                    CERTAIN,
                    format!(
                        "internal by `{pattern}`, and {ecosystem} has {public}, above your own {own}: \
                         an installer that searches both takes the public one"
                    ),
                );
            } else {
                evidence.add_weighted(
                    ids::CONFUSION,
                    POSSIBLE,
                    format!("internal by `{pattern}`, and {ecosystem} has it too ({public})"),
                );
            }
        }
        Answer::Found(_) | Answer::Missing { .. } | Answer::NotAName { .. } => {}
        Answer::Unknown { reason } => {
            if facts.existence.is_some_and(|known| known.exists) || facts.is_popular() {
                evidence.add_weighted(
                    ids::CONFUSION,
                    POSSIBLE,
                    format!("internal by `{pattern}`, and {ecosystem} has the name too"),
                );
            } else {
                evidence.skip(ids::CONFUSION, reason);
            }
        }
    }
}
