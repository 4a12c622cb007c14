//! `mode: taint`.

use crate::{Formula, Metavar, Text};

/// From where to where values must not flow.
#[derive(Debug, Clone, PartialEq)]
pub struct TaintSpec {
    pub sources: Vec<TaintSource>,
    pub sinks: Vec<Sink>,
    pub sanitizers: Vec<Sanitizer>,
    pub propagators: Vec<Propagator>,
}

/// What all parts have.
#[derive(Debug, Clone, PartialEq)]
pub struct TaintPart {
    pub formula: Formula,
    /// `exact: true` (sources and sanitizers: false by default; sinks: true by default).
    pub exact: bool,
    /// `by-side-effect`: `true`, `false` or `only`.
    pub by_side_effect: SideEffect,
    /// `requires`, parsed as a Boolean expression over labels.
    pub requires: Option<Labels>,
    pub at: Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SideEffect {
    #[default]
    No,
    Yes,
    Only,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TaintSource {
    pub part: TaintPart,
    /// `__SOURCE__` where the rule names none.
    pub label: String,
    /// `control: true`.
    pub control: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sink {
    pub part: TaintPart,
    /// `requires` with a list of `{metavariable, requires}`.
    pub per_metavar: Vec<(Metavar, Labels)>,
    /// `at-exit: true`.
    pub at_exit: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sanitizer {
    pub part: TaintPart,
    /// `not-conflicting: true`.
    pub not_conflicting: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Propagator {
    pub part: TaintPart,
    pub from: Metavar,
    pub to: Metavar,
    pub label: Option<String>,
    pub replace_labels: Option<Vec<String>>,
}

/// `requires: A and not B`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    Label(String),
    Not(Box<Labels>),
    And(Box<Labels>, Box<Labels>),
    Or(Box<Labels>, Box<Labels>),
    True,
    False,
}
