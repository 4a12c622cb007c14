//! From signals to a score and a recommendation.

use jiff::Timestamp;
use runward_model::{Ecosystem, PackageCheck, Recommendation, Signal};

use crate::{
    allow::{AllowList, Found},
    policy::PackagePolicy,
    rules::Evidence,
    signals as ids,
};

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub ecosystem: Ecosystem,
    /// In the ecosystem's canonical spelling.
    pub name: String,
    pub version: Option<String>,
}

/// What one signal adds to the score, the heaviest signal first.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    pub signal: String,
    pub weight: f64,
    pub adds: f64,
}

/// The score of a set of signals, 0 to 10.
///
/// `10 · (1 − ∏ (1 − wᵢ / 10))`: each signal takes its share of what the others left of the
/// distance to 10. So weak signals add up without ever outweighing a certain one, the order does
/// not matter, and a further signal never lowers the score. Rounded to two places.
pub fn score(signals: &[Signal]) -> f64 {
    let left: f64 = signals
        .iter()
        .map(|signal| 1.0 - bounded(signal.weight) / 10.0)
        .product();
    round(10.0 * (1.0 - left))
}

/// The terms of [`score`]; they sum up to it but for rounding.
pub fn terms(signals: &[Signal]) -> Vec<Term> {
    let mut sorted: Vec<&Signal> = signals.iter().collect();
    sorted.sort_by(|a, b| by_weight(a, b));
    let mut left = 10.0;
    sorted
        .into_iter()
        .map(|signal| {
            let adds = left * bounded(signal.weight) / 10.0;
            left -= adds;
            Term {
                signal: signal.id.clone(),
                weight: signal.weight,
                adds: round(adds),
            }
        })
        .collect()
}

/// Judges what was found of a package.
///
/// Signals get the policy's weights; those of weight 0 by policy are dropped. The score decides,
/// then the signals that always block, then the lack of an answer to whether the package exists;
/// last an allowlist entry, which is named only where it changed the outcome.
pub fn judge(
    subject: Subject,
    evidence: Evidence,
    policy: &PackagePolicy,
    allow: &AllowList,
    now: Timestamp,
) -> PackageCheck {
    let mut signals: Vec<Signal> = evidence
        .signals
        .into_iter()
        .filter_map(|mut signal| {
            match policy.weights.get(&signal.id) {
                Some(weight) if *weight <= 0.0 => return None,
                Some(weight) => signal.weight = bounded(*weight),
                None => signal.weight = bounded(signal.weight),
            }
            Some(signal)
        })
        .collect();
    let score = score(&signals);
    let always = |signal: &Signal| policy.always_block.contains(&signal.id);
    let mut recommendation = if score >= policy.block_score || signals.iter().any(always) {
        Recommendation::Block
    } else if score >= policy.review_score {
        Recommendation::Review
    } else {
        Recommendation::Allow
    };
    let unknown = |id: &str| evidence.unevaluated.iter().any(|gap| gap.signal == id);
    if unknown(ids::NOT_EXISTING) {
        recommendation = recommendation.max(policy.unknown_existence);
    }
    let mut allowed = None;
    if recommendation != Recommendation::Allow {
        let malicious = signals.iter().any(|signal| signal.id == ids::MALICIOUS);
        let version = subject.version.as_deref();
        match allow.find(&subject.ecosystem, &subject.name, version, malicious, now) {
            Found::Allowed(entry) => {
                allowed = Some(entry);
                recommendation = Recommendation::Allow;
            }
            Found::NotUsed(why) => signals.push(Signal {
                id: ids::ALLOWANCE_NOT_USED.to_owned(),
                weight: 0.0,
                evidence: why,
                location: None,
            }),
            Found::Nothing => {}
        }
    }
    signals.sort_by(by_weight);
    PackageCheck {
        ecosystem: subject.ecosystem,
        name: subject.name,
        version: subject.version,
        score,
        recommendation,
        signals,
        unevaluated: evidence.unevaluated,
        allowed,
    }
}

/// A weight that is no number counts in full.
fn bounded(weight: f64) -> f64 {
    if weight.is_nan() {
        10.0
    } else {
        weight.clamp(0.0, 10.0)
    }
}

fn round(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}

fn by_weight(a: &Signal, b: &Signal) -> std::cmp::Ordering {
    bounded(b.weight)
        .total_cmp(&bounded(a.weight))
        .then_with(|| a.id.cmp(&b.id))
        .then_with(|| a.evidence.cmp(&b.evidence))
}

#[cfg(test)]
// Weights and rounded scores are the numbers that are written.
#[allow(clippy::float_cmp)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::allow::AllowEntry;

    fn signal(id: &str, weight: f64) -> Signal {
        Signal {
            id: id.to_owned(),
            weight,
            evidence: String::new(),
            location: None,
        }
    }

    fn evidence(signals: &[(&str, f64)]) -> Evidence {
        Evidence {
            signals: signals
                .iter()
                .map(|(id, weight)| signal(id, *weight))
                .collect(),
            unevaluated: Vec::new(),
        }
    }

    fn judged(evidence: Evidence, policy: &PackagePolicy, allow: &AllowList) -> PackageCheck {
        let subject = Subject {
            ecosystem: Ecosystem::PyPI,
            name: "demo".to_owned(),
            version: None,
        };
        judge(
            subject,
            evidence,
            policy,
            allow,
            "2026-11-22T00:00:00Z".parse().unwrap(),
        )
    }

    fn plain(signals: &[(&str, f64)]) -> PackageCheck {
        judged(
            evidence(signals),
            &PackagePolicy::default(),
            &AllowList::default(),
        )
    }

    fn allow(known_malicious: bool, expires: &str) -> AllowList {
        AllowList::new([AllowEntry {
            name: "demo".to_owned(),
            ecosystem: None,
            version: None,
            reason: "ours".to_owned(),
            author: "ann".to_owned(),
            expires: expires.parse().unwrap(),
            known_malicious,
        }])
        .unwrap()
    }

    #[test]
    fn thresholds_decide() {
        for (weight, expected) in [
            (3.99, Recommendation::Allow),
            (4.0, Recommendation::Review),
            (6.99, Recommendation::Review),
            (7.0, Recommendation::Block),
        ] {
            assert_eq!(plain(&[("x", weight)]).recommendation, expected, "{weight}");
        }
        assert_eq!(plain(&[]).score, 0.0);
        assert_eq!(plain(&[("x", 5.0), ("y", 5.0)]).score, 7.5);
        assert_eq!(plain(&[("x", f64::NAN)]).score, 10.0);
    }

    #[test]
    fn some_signals_always_block() {
        let policy = PackagePolicy {
            weights: BTreeMap::from([(ids::MALICIOUS.to_owned(), 1.0)]),
            ..PackagePolicy::default()
        };
        let check = judged(
            evidence(&[(ids::MALICIOUS, 10.0)]),
            &policy,
            &AllowList::default(),
        );
        assert_eq!(check.score, 1.0);
        assert_eq!(check.recommendation, Recommendation::Block);
    }

    #[test]
    fn a_signal_can_be_switched_off() {
        let policy = PackagePolicy {
            weights: BTreeMap::from([("x".to_owned(), 0.0)]),
            ..PackagePolicy::default()
        };
        let check = judged(evidence(&[("x", 9.0)]), &policy, &AllowList::default());
        assert_eq!((check.score, check.signals.len()), (0.0, 0));
    }

    #[test]
    fn not_knowing_whether_it_exists_is_not_allowed() {
        let mut unknown = Evidence::default();
        unknown.skip(ids::YOUNG, "offline");
        let check = judged(
            unknown.clone(),
            &PackagePolicy::default(),
            &AllowList::default(),
        );
        assert_eq!(check.recommendation, Recommendation::Allow);
        unknown.skip(ids::NOT_EXISTING, "offline");
        let check = judged(unknown, &PackagePolicy::default(), &AllowList::default());
        assert_eq!(check.recommendation, Recommendation::Review);
        assert_eq!(check.unevaluated.len(), 2);
    }

    #[test]
    fn an_allowance_decides_only_where_something_speaks_against() {
        let allow = allow(false, "2027-01-01");
        let policy = PackagePolicy::default();
        let check = judged(evidence(&[("x", 9.0)]), &policy, &allow);
        assert_eq!(check.recommendation, Recommendation::Allow);
        assert_eq!(check.score, 9.0);
        assert_eq!(check.allowed.unwrap().author, "ann");
        let check = judged(evidence(&[("x", 1.0)]), &policy, &allow);
        assert_eq!(check.allowed, None);
    }

    #[test]
    fn an_allowance_that_does_not_count_is_told() {
        let policy = PackagePolicy::default();
        for (list, signals) in [
            (allow(false, "2026-11-21"), evidence(&[("x", 9.0)])),
            (
                allow(false, "2027-01-01"),
                evidence(&[(ids::MALICIOUS, 10.0)]),
            ),
        ] {
            let check = judged(signals, &policy, &list);
            assert_eq!(check.recommendation, Recommendation::Block);
            assert_eq!(check.allowed, None);
            assert_eq!(check.signals.last().unwrap().id, ids::ALLOWANCE_NOT_USED);
        }
        let check = judged(
            evidence(&[(ids::MALICIOUS, 10.0)]),
            &policy,
            &allow(true, "2027-01-01"),
        );
        assert_eq!(check.recommendation, Recommendation::Allow);
    }

    fn weights() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(prop_oneof![prop::num::f64::ANY, 0.0..=10.0], 0..12)
    }

    proptest! {
        #[test]
        fn a_further_signal_never_lowers_anything(weights in weights(), more in prop::num::f64::ANY) {
            let mut signals: Vec<(&str, f64)> = weights.iter().map(|w| ("x", *w)).collect();
            let before = plain(&signals);
            signals.push(("y", more));
            let after = plain(&signals);
            prop_assert!((0.0..=10.0).contains(&before.score));
            prop_assert!((0.0..=10.0).contains(&after.score));
            prop_assert!(after.score >= before.score);
            prop_assert!(after.recommendation >= before.recommendation);
        }

        #[test]
        fn terms_sum_up_to_the_score(weights in prop::collection::vec(0.0..=10.0, 0..12)) {
            let signals: Vec<Signal> = weights.iter().map(|w: &f64| signal("x", *w)).collect();
            let sum: f64 = terms(&signals).iter().map(|term| term.adds).sum();
            prop_assert!((sum - score(&signals)).abs() < 0.1);
        }
    }
}
