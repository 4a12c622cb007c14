//! The words that some keys are limited to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

// The types below name the allowed words for the schema alone; the configuration carries the word
// itself, which the crate that owns the notion parses.

/// Of which packages the files are fetched and looked at, where registries are asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InspectFiles {
    /// Of none.
    Never,
    /// Of those that are not widely used, and of releases that are younger than `young_days`.
    #[default]
    Unusual,
    /// Of all.
    Always,
}

/// How far calls are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FollowCalls {
    Off,
    File,
    Project,
}

/// A kind of scan that this version runs. The one to come (`web`) is refused until it exists:
/// accepted, it would look like a clean result.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "named in the schema only")]
pub(crate) enum ScanKindName {
    Deps,
    Packages,
    Code,
    Secrets,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "named in the schema only")]
pub(crate) enum PlatformName {
    Linux,
    Macos,
    Windows,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "named in the schema only")]
pub(crate) enum ScopeName {
    Runtime,
    Optional,
    Build,
    Development,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "named in the schema only")]
pub(crate) enum ConfidenceName {
    Low,
    Medium,
    High,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "named in the schema only")]
pub(crate) enum FormatName {
    Text,
    Json,
    Sarif,
    Markdown,
    Html,
    Csv,
    Junit,
    Gitlab,
    Github,
    Cyclonedx,
    Openvex,
    Spdx,
}
