//! A rule.

use std::sync::Arc;

use runward_syntax::{Language, Span};

use crate::{Formula, TaintSpec};

/// A rule that can be run, or that is known and refused by name of its mode before it gets here.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub id: RuleId,
    pub message: String,
    pub severity: Severity,
    pub languages: Vec<Language>,
    pub mode: Mode,
    pub fix: Option<Fix>,
    pub paths: Paths,
    pub options: Options,
    pub min_version: Option<String>,
    pub max_version: Option<String>,
    /// As in the file; CWE, OWASP, references and the like are read from here.
    pub metadata: serde_json::Value,
    /// Where the rule is written.
    pub at: Text,
}

pub type RuleId = Arc<str>;

#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    Search(Formula),
    Taint(TaintSpec),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `INVENTORY`, `EXPERIMENT`.
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// A text of a rule file together with its place there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    pub source: Arc<Source>,
    /// The bytes of the scalar in the file.
    pub span: Span,
}

/// A rule file.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// As given by the caller, for messages.
    pub path: String,
    pub text: String,
}

/// What replaces a match.
#[derive(Debug, Clone, PartialEq)]
pub enum Fix {
    /// `fix`: a text with metavariables.
    Template(Text),
    /// `fix-regex`.
    Regex(FixRegex),
}

#[derive(Debug, Clone, PartialEq)]
pub struct FixRegex {
    pub regex: Text,
    pub replacement: Text,
    /// All of them where `None`.
    pub count: Option<usize>,
}

/// `paths`: globs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    pub include: Vec<Text>,
    pub exclude: Vec<Text>,
}

/// `options`, with Semgrep's defaults.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the rule language"
)]
pub struct Options {
    pub ac_matching: bool,
    pub arrow_is_function: bool,
    pub as_metavariable: bool,
    pub attr_expr: bool,
    pub commutative_boolop: bool,
    pub commutative_compop: bool,
    pub constant_propagation: bool,
    pub decorators_order_matters: bool,
    pub flddef_assign: bool,
    pub implicit_deep_exprstmt: bool,
    pub implicit_ellipsis: bool,
    pub implicit_return: bool,
    pub interfile: bool,
    pub let_is_var: bool,
    pub symbolic_propagation: bool,
    pub symmetric_eq: bool,
    pub taint_assume_safe_booleans: bool,
    pub taint_assume_safe_comparisons: bool,
    pub taint_assume_safe_functions: bool,
    pub taint_assume_safe_indexes: bool,
    pub taint_assume_safe_numbers: bool,
    /// `taint_focus_on: source`, `taint_match_on: source`: a finding is at the source.
    pub taint_match_on_source: bool,
    pub taint_only_propagate_through_assignments: bool,
    pub taint_unify_mvars: bool,
    pub unify_ids_strictly: bool,
    pub vardef_assign: bool,
    pub xml_attrs_implicit_ellipsis: bool,
    pub xml_children_ordered: bool,
    pub xml_singleton_loose_matching: bool,
    /// `max_match_per_file`.
    pub max_match_per_file: Option<usize>,
    pub generic: Generic,
}

/// The options of `generic` rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Generic {
    /// `generic_engine: aliengrep` (spacegrep otherwise).
    pub aliengrep: bool,
    pub caseless: bool,
    pub ellipsis_max_span: u32,
    /// In place of the usual ones.
    pub braces: Option<Vec<(char, char)>>,
    pub extra_braces: Vec<(char, char)>,
    pub extra_word_characters: Vec<char>,
    pub multiline: bool,
    pub comment_style: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ac_matching: true,
            arrow_is_function: true,
            as_metavariable: false,
            attr_expr: true,
            commutative_boolop: false,
            commutative_compop: false,
            constant_propagation: true,
            decorators_order_matters: false,
            flddef_assign: false,
            implicit_deep_exprstmt: true,
            implicit_ellipsis: true,
            implicit_return: true,
            interfile: false,
            let_is_var: true,
            symbolic_propagation: false,
            symmetric_eq: false,
            taint_assume_safe_booleans: false,
            taint_assume_safe_comparisons: false,
            taint_assume_safe_functions: false,
            taint_assume_safe_indexes: false,
            taint_assume_safe_numbers: false,
            taint_match_on_source: false,
            taint_only_propagate_through_assignments: false,
            taint_unify_mvars: false,
            unify_ids_strictly: true,
            vardef_assign: true,
            xml_attrs_implicit_ellipsis: true,
            xml_children_ordered: true,
            xml_singleton_loose_matching: true,
            max_match_per_file: None,
            generic: Generic::default(),
        }
    }
}

impl Default for Generic {
    fn default() -> Self {
        Self {
            aliengrep: false,
            caseless: false,
            ellipsis_max_span: 10,
            braces: None,
            extra_braces: Vec::new(),
            extra_word_characters: Vec::new(),
            multiline: true,
            comment_style: None,
        }
    }
}
