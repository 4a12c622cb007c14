//! What the name alone says.

use super::{Evidence, Facts, days_between};
use crate::signals as ids;

const SEASONED_DAYS: i64 = 365;
const SEASONED_RELEASES: usize = 5;

pub(super) fn evaluate(facts: &Facts<'_>, evidence: &mut Evidence) {
    if facts.names.compared_with == 0 {
        evidence.skip(
            ids::NEAR,
            format!("there is no list of popular {} names", facts.ecosystem),
        );
    }
    // An internal name is near another by the team's own choice.
    if facts.private.is_some() || facts.is_popular() {
        return;
    }
    if let Some(near) = facts.names.near.first() {
        let seasoned = facts.metadata().is_some_and(|data| {
            data.releases.len() >= SEASONED_RELEASES
                && data
                    .first_release()
                    .is_some_and(|first| days_between(first, facts.now) >= SEASONED_DAYS)
        });
        if seasoned {
            let text = format!(
                "{}; halved, for it is older than a year and has {} releases",
                near.evidence,
                facts.metadata().map_or(0, |data| data.releases.len())
            );
            evidence.add_weighted(ids::NEAR, near.weight / 2.0, text);
        } else {
            evidence.add_weighted(ids::NEAR, near.weight, near.evidence.clone());
        }
    }
    for pattern in &facts.names.patterns {
        evidence.add(ids::PATTERN, pattern.clone());
    }
}
