//! What a finding in code has besides the rest.

use std::collections::BTreeMap;

use runward_model::{Bound, CodeMatch, Edit, TraceStep};
use schemars::JsonSchema;
use serde::Serialize;

use super::{scan::LocationJson, shared::each};

/// Only findings in code have these keys, and such a finding has them all.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Code")]
pub(super) struct CodeJson<'a> {
    /// The rule's message, metavariables filled in.
    message: &'a str,
    /// The innermost named function or class around the match: `Users.login`.
    symbol: Option<&'a str>,
    /// The lines of the match; those of a very long match are cut.
    code: String,
    /// From `$X` to what it stands for.
    metavars: BTreeMap<&'a str, BoundJson<'a>>,
    /// From the source to the sink; empty where the rule follows no values.
    trace: Vec<StepJson<'a>>,
    /// What the rule proposes instead.
    fix: Option<EditJson<'a>>,
    cwe: &'a [String],
    owasp: &'a [String],
    references: &'a [String],
    /// Ids under which other tools know the same: `bandit:B602`.
    aliases: &'a [String],
}

/// What a metavariable stands for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Metavariable")]
struct BoundJson<'a> {
    /// On one line; a long one is cut.
    value: &'a str,
    location: LocationJson<'a>,
}

/// One station of a value on its way.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TraceStep")]
struct StepJson<'a> {
    /// `source`, `assigned`, `propagated`, `called`, `returned` or `sink`.
    kind: &'static str,
    location: LocationJson<'a>,
    /// The source text there, on one line.
    code: &'a str,
}

/// A replacement for the bytes from `start` to `end`, exclusive, of the file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditJson<'a> {
    /// From 0.
    start: u32,
    end: u32,
    text: &'a str,
}

impl<'a> From<&'a CodeMatch> for CodeJson<'a> {
    fn from(code: &'a CodeMatch) -> Self {
        Self {
            message: &code.message,
            symbol: code.symbol.as_deref(),
            code: code.frame.lines.join("\n"),
            metavars: code
                .metavars
                .iter()
                .map(|(name, bound)| (name.as_str(), bound.into()))
                .collect(),
            trace: each(&code.trace),
            fix: code.fix.as_ref().map(EditJson::from),
            cwe: &code.cwe,
            owasp: &code.owasp,
            references: &code.references,
            aliases: &code.aliases,
        }
    }
}

impl<'a> From<&'a Bound> for BoundJson<'a> {
    fn from(bound: &'a Bound) -> Self {
        Self {
            value: &bound.value,
            location: (&bound.location).into(),
        }
    }
}

impl<'a> From<&'a TraceStep> for StepJson<'a> {
    fn from(step: &'a TraceStep) -> Self {
        Self {
            kind: step.kind.as_str(),
            location: (&step.location).into(),
            code: &step.code,
        }
    }
}

impl<'a> From<&'a Edit> for EditJson<'a> {
    fn from(edit: &'a Edit) -> Self {
        Self {
            start: edit.start,
            end: edit.end,
            text: &edit.text,
        }
    }
}
