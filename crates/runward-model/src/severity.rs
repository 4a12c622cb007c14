//! Severity classes and the score bands of CVSS.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How bad a finding is. [`Severity::Unknown`] says that nobody has rated it yet; policy decides
/// what that counts as. Order: unknown < none < low < medium < high < critical.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Unknown,
    None,
    Low,
    Medium,
    High,
    Critical,
}

/// A word that is no severity.
#[derive(Debug, Error)]
#[error("`{0}` is not a severity; use critical, high, medium, low, none or unknown")]
pub struct SeverityError(String);

impl Severity {
    /// The band of a CVSS base score, 0.0 to 10.0 (CVSS v3.1 §5, unchanged in v4.0; used for v2
    /// scores too, as NVD does for its severity filter).
    pub fn from_score(score: f64) -> Self {
        match score {
            s if s >= 9.0 => Self::Critical,
            s if s >= 7.0 => Self::High,
            s if s >= 4.0 => Self::Medium,
            s if s > 0.0 => Self::Low,
            _ => Self::None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = SeverityError;

    /// Reads our own words and the labels in use by advisory databases (`MODERATE`, `IMPORTANT`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "critical" => Ok(Self::Critical),
            "high" | "important" => Ok(Self::High),
            "medium" | "moderate" => Ok(Self::Medium),
            "low" | "minor" => Ok(Self::Low),
            "none" | "informational" => Ok(Self::None),
            "unknown" => Ok(Self::Unknown),
            _ => Err(SeverityError(text.to_owned())),
        }
    }
}
