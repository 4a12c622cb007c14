//! Rules: what is searched, in which files, and what is said about it.
//!
//! [`read`] turns a rule file (YAML or JSON) into [`Rule`]s and [`Problem`]s; one wrong rule does
//! not lose the others. [`Expression`] is the language of `metavariable-comparison`,
//! [`interpolate`] that of messages and fixes, and [`testing`] that of test files.

mod check;
mod expression;
mod formula;
mod problem;
mod read;
mod rule;
mod suggest;
mod taint;
mod template;
pub mod testing;
mod text;
mod yaml;

pub use expression::{Expression, ExpressionError, Unknown, Value, Values};
pub use formula::{
    Analyzer, And, Comparison, Condition, EntropyMode, Formula, Metavar, MetavarPattern,
    PatternText, Regex, Term,
};
pub use problem::{Problem, ProblemKind};
pub use read::{COMPATIBLE_VERSION, Limits, RuleFile, read, read_within};
pub use rule::{
    Fix, FixRegex, Generic, Mode, Options, Paths, Rule, RuleId, Severity, Source, Text,
};
pub use suggest::nearest;
pub use taint::{
    Labels, Propagator, Sanitizer, SideEffect, Sink, TaintPart, TaintSource, TaintSpec,
};
pub use template::{interpolate, metavariables};
