//! What a rule searches for.

use runward_syntax::Language;

use crate::{Expression, Text};

/// A search. Old syntax (`patterns`, `pattern-either`, …) and new (`match: all:`, `any:`, …) both
/// become this.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// `pattern`, in the rule's language.
    Pattern(PatternText),
    /// `pattern-regex`.
    Regex(Regex),
    /// `patterns`, `all`.
    And(And),
    /// `pattern-either`, `any`.
    Or(Vec<Formula>),
    /// `pattern-inside`, `inside`, where it stands alone.
    Inside(Box<Formula>),
    /// `anywhere`: somewhere in the same file.
    Anywhere(Box<Formula>),
    /// `not` where it stands alone; it matches nothing.
    Not(Box<Formula>),
}

/// A pattern as written.
pub type PatternText = Text;

/// A regular expression as written (PCRE syntax), with `(?m)` not implied.
pub type Regex = Text;

/// `$X`, `$...X`, with the dollar; `$1` and named groups of a regex too.
pub type Metavar = String;

/// All of several things at one place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct And {
    pub terms: Vec<Term>,
    /// Checked in order on what is left.
    pub conditions: Vec<Condition>,
    /// Each `focus-metavariable`: any of these; several of them are applied one after the other
    /// (the intersection).
    pub focus: Vec<Vec<Metavar>>,
    /// `as: $X` of the new syntax: binds the match itself.
    pub bind: Option<Metavar>,
    /// `fix:` of the new syntax: of the matches of this part alone.
    pub fix: Option<Text>,
}

/// One of the conjuncts.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    Positive(Formula),
    /// `pattern-inside`.
    Inside(Formula),
    /// `pattern-not`, `pattern-not-regex`.
    Not(Formula),
    /// `pattern-not-inside`.
    NotInside(Formula),
    /// `anywhere`.
    Anywhere(Formula),
}

/// A condition on metavariables.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `metavariable-regex`: the regex is anchored at the start only.
    Regex {
        metavar: Metavar,
        regex: Regex,
        /// `constant-propagation: true`.
        constants: bool,
    },
    /// `metavariable-pattern`.
    Pattern(MetavarPattern),
    /// `metavariable-comparison`.
    Comparison(Comparison),
    /// `metavariable-analysis`.
    Analysis {
        metavar: Metavar,
        analyzer: Analyzer,
    },
    /// `metavariable-type`: any of these types.
    Type {
        metavar: Metavar,
        types: Vec<Text>,
        language: Option<Language>,
    },
    /// `metavariable-name`: what the name was imported from is one of these modules. Only Semgrep's
    /// commercial engine runs it; its open one lets nothing pass.
    Name {
        metavar: Metavar,
        modules: Vec<Text>,
    },
}

/// A search inside what a metavariable is bound to.
#[derive(Debug, Clone, PartialEq)]
pub struct MetavarPattern {
    pub metavar: Metavar,
    /// Another language than the rule's, for a string with code in it.
    pub language: Option<Language>,
    pub formula: Box<Formula>,
}

/// A Python-like expression over metavariables, such as `$X > 4096 and $Y % 2 == 0`.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Of the short form, whose expression may leave it out.
    pub metavar: Option<Metavar>,
    /// As written.
    pub expression: Text,
    /// Ready to evaluate; where `strip` is set, every metavariable stands in `int(…)`.
    pub parsed: Expression,
    pub strip: bool,
    /// Semgrep reads it and makes no use of it.
    pub base: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analyzer {
    Entropy,
    EntropyV2(EntropyMode),
    Redos,
}

/// `mode` of `entropy_v2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EntropyMode {
    Lax,
    #[default]
    Default,
    Strict,
}
