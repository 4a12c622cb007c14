//! Whether a package is what it claims to be.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Ecosystem, Location};

/// What policy says of taking a package in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recommendation {
    Allow,
    Review,
    Block,
}

impl Recommendation {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Review => "review",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that speaks against a package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// As documented: `near-popular-name`, `young`, `install-time-network`.
    pub id: String,
    /// What it adds to the score, 0 to 10.
    pub weight: f64,
    /// One line that says what was seen: `one letter from `requests` (swap), rank 4`.
    pub evidence: String,
    /// Where in the package's files, for what was seen there.
    #[serde(default)]
    pub location: Option<Location>,
}

/// A signal that could not be looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unevaluated {
    pub signal: String,
    /// Such as `offline`, or the error of the registry.
    pub reason: String,
}

/// A decision of the team to take a package in whatever its signals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    pub reason: String,
    pub author: String,
    pub expires: jiff::civil::Date,
}

/// The verdict on one package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackageCheck {
    pub ecosystem: Ecosystem,
    /// In the ecosystem's canonical spelling.
    pub name: String,
    pub version: Option<String>,
    /// 0 (nothing speaks against it) to 10, of the weights.
    pub score: f64,
    pub recommendation: Recommendation,
    /// The heaviest first.
    pub signals: Vec<Signal>,
    pub unevaluated: Vec<Unevaluated>,
    /// The entry of the allowlist that decided.
    pub allowed: Option<Allowed>,
}
