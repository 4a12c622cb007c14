//! Conda's files. They hold conda packages and, in their `pip` parts, PyPI packages.

pub(crate) mod environment;
pub(crate) mod lock;
mod spec;
mod yaml;

use runward_model::{NotCovered, Target};
use serde::de::DeserializeOwned;

use crate::Context;

/// Parses a YAML file.
fn parse<T: DeserializeOwned>(path: &str, text: &str, cx: &Context<'_>) -> Result<T, NotCovered> {
    let limits = cx.limits;
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: limits.max_tokens,
            max_nodes: limits.max_tokens,
            max_depth: limits.max_depth,
            flow_nesting_limit: limits.max_depth,
            max_total_scalar_bytes: limits.max_document_bytes,
            max_recorded_anchor_events: limits.max_alias_events,
        },
        // A few hundred bytes of aliases to aliases stand for billions of values.
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: limits.max_alias_events,
        },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error
            .location()
            .and_then(|location| u32::try_from(location.line()).ok())
            .unwrap_or(1);
        NotCovered::at(
            path,
            line.max(1),
            format!("not read as YAML: {}", yaml::reason(&error)),
        )
    })
}

/// The line of a YAML value.
fn line_of<T>(value: &serde_saphyr::Spanned<T>) -> u32 {
    u32::try_from(value.defined.line())
        .unwrap_or(u32::MAX)
        .max(1)
}

/// Conda's name of a target: `linux-64`, `osx-arm64`, …
fn subdirectory(target: &Target) -> String {
    let machine = target.machine.to_ascii_lowercase();
    let system = match target.platform.to_ascii_lowercase().as_str() {
        "macos" => "osx",
        "windows" => "win",
        _ => "linux",
    };
    let machine = match (system, machine.as_str()) {
        (_, "x86_64" | "amd64") => "64",
        (_, "i686" | "i386" | "x86") => "32",
        ("osx" | "win", "aarch64" | "arm64") => "arm64",
        (_, "arm64") => "aarch64",
        (_, other) => other,
    };
    format!("{system}-{machine}")
}

#[cfg(test)]
mod tests;
