//! Findings that somebody has decided to accept, for a while.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A decision not to act on findings until a date. At least one of `advisory`, `package` and
/// `path` is set; all that are set must match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// An advisory id or alias, or a rule id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisory: Option<String>,
    /// A package name, compared as its ecosystem compares names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// A glob over paths relative to the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    pub reason: String,
    pub author: String,
    /// The last day on which it holds (UTC), as `2026-12-31`.
    #[schemars(with = "String")]
    pub expires: Date,
}
