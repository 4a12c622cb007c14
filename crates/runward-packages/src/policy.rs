//! What the team takes for suspicious, and where it draws the lines.

use std::collections::BTreeMap;

use runward_model::Recommendation;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::signals as ids;

/// Thresholds and weights. All have defaults, under which no popular package is flagged for what
/// popular packages have, and an invented or malicious one is blocked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PackagePolicy {
    /// From this score on, a person has to look.
    pub review_score: f64,
    /// From this score on, the package is kept out.
    pub block_score: f64,
    /// Signals that keep a package out whatever its score.
    pub always_block: Vec<String>,
    /// Weights in place of the documented ones; 0 switches a signal off.
    pub weights: BTreeMap<String, f64>,
    /// What is recommended at least where it is not known whether the package exists.
    pub unknown_existence: Recommendation,
    /// A package is young below this age.
    pub young_days: u32,
    pub low_downloads_per_week: u64,
    /// A package was silent after a gap of this length between releases.
    pub silent_days: u32,
    /// A release is recent up to this age.
    pub recent_days: u32,
}

impl Default for PackagePolicy {
    fn default() -> Self {
        Self {
            review_score: 4.0,
            block_score: 7.0,
            always_block: [ids::NOT_EXISTING, ids::MALICIOUS, ids::REMOVED]
                .map(str::to_owned)
                .to_vec(),
            weights: BTreeMap::new(),
            unknown_existence: Recommendation::Review,
            young_days: 7,
            low_downloads_per_week: 100,
            silent_days: 2 * 365,
            recent_days: 7,
        }
    }
}

/// A policy that contradicts itself.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PolicyError {
    #[error("`{field}` is {value}; give a number from 0 to 10")]
    OutOfRange { field: String, value: f64 },
    #[error("`review_score` {review} is above `block_score` {block}; swap them or make them equal")]
    Order { review: f64, block: f64 },
}

impl PackagePolicy {
    /// Finds numbers that cannot be meant.
    pub fn check(&self) -> Result<(), PolicyError> {
        let scores = [
            ("review_score".to_owned(), self.review_score),
            ("block_score".to_owned(), self.block_score),
        ];
        let weights = self
            .weights
            .iter()
            .map(|(id, weight)| (format!("weights.{id}"), *weight));
        for (field, value) in scores.into_iter().chain(weights) {
            if !(0.0..=10.0).contains(&value) {
                return Err(PolicyError::OutOfRange { field, value });
            }
        }
        if self.review_score > self.block_score {
            return Err(PolicyError::Order {
                review: self.review_score,
                block: self.block_score,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_cannot_be_meant_are_told() {
        assert_eq!(PackagePolicy::default().check(), Ok(()));
        let swapped = PackagePolicy {
            review_score: 8.0,
            ..PackagePolicy::default()
        };
        assert_eq!(
            swapped.check().unwrap_err().to_string(),
            "`review_score` 8 is above `block_score` 7; swap them or make them equal"
        );
        for value in [-1.0, 11.0, f64::NAN] {
            let policy = PackagePolicy {
                weights: BTreeMap::from([("young".to_owned(), value)]),
                ..PackagePolicy::default()
            };
            assert!(
                matches!(policy.check(), Err(PolicyError::OutOfRange { .. })),
                "{value}"
            );
        }
    }
}
