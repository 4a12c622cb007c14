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

/// A kind of scan that this version runs. The kinds to come (`code`, `packages`, `secrets`,
/// `web`) are refused until they exist: accepted, they would look like a clean result.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "named in the schema only")]
pub(crate) enum ScanKindName {
    Deps,
    Code,
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
pub(crate) enum FormatName {
    Text,
    Json,
    Sarif,
    Markdown,
    Html,
    Csv,
    Junit,
    Gitlab,
    Cyclonedx,
    Openvex,
    Spdx,
}
