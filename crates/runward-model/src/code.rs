//! What a code rule saw.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Location;

/// The part of a finding that only code has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeMatch {
    /// The rule's message, metavariables filled in.
    pub message: String,
    /// The innermost named function or class around the match: `Users.login`.
    pub symbol: Option<String>,
    /// The source lines of the match.
    pub frame: Frame,
    /// `$X` to what it stands for.
    pub metavars: BTreeMap<String, Bound>,
    /// From the source to the sink; empty where the rule is no taint rule.
    pub trace: Vec<TraceStep>,
    /// What the rule proposes instead.
    pub fix: Option<Edit>,
    /// From the rule's metadata.
    pub cwe: Vec<String>,
    pub owasp: Vec<String>,
    pub references: Vec<String>,
    /// Ids under which other tools know the same weakness: `bandit:B602`.
    pub aliases: Vec<String>,
}

/// Lines of a source text, without their ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The number of the first line, from 1.
    pub first: u32,
    pub lines: Vec<String>,
    /// Lines of the match that are not shown.
    pub omitted: u32,
    /// Where the match stands in the one line of the frame, if that line is not as it is in the
    /// file: a part of a very long one, or one with secrets masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
}

/// A stretch of a shown line: columns from 1 in characters, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    pub start: u32,
    pub end: u32,
}

/// What a metavariable stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    pub value: String,
    pub location: Location,
}

/// One station of a value on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceStep {
    pub kind: StepKind,
    pub location: Location,
    /// The source text there, one line.
    pub code: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    Source,
    Assigned,
    Propagated,
    Called,
    Returned,
    Sink,
}

impl StepKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Assigned => "assigned",
            Self::Propagated => "propagated",
            Self::Called => "called",
            Self::Returned => "returned",
            Self::Sink => "sink",
        }
    }
}

/// A replacement for the bytes `start..end` of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub start: u32,
    pub end: u32,
    pub text: String,
}
