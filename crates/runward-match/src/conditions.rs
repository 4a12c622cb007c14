//! Conditions on metavariables.

use std::sync::{Arc, Mutex, PoisonError};

use runward_generic::{Captures, Regex};
use runward_resolve::Constant;
use runward_rules::{Analyzer, Comparison, Expression, Metavar, Values};
use runward_syntax::{Kind, Language, Limits, Lines, Span};
use rustc_hash::FxHashMap;

use crate::bindings::{Binding, Bindings, Value, What};
use crate::budget::OutOfBudget;
use crate::compile::{All, CompiledFormula};
use crate::evaluate::{Evaluator, Range, Sort, shifted};
use crate::index::Index;
use crate::pattern::{Pattern, float, int};
use crate::search::{self, Scope};
use crate::target::Target;
use crate::{entropy, redos};

/// One condition.
#[derive(Debug)]
pub(crate) enum Check {
    Regex {
        metavar: Metavar,
        regex: Arc<Regex>,
        constants: bool,
    },
    Pattern {
        metavar: Metavar,
        language: Option<Language>,
        formula: Box<CompiledFormula>,
    },
    Comparison {
        expression: Expression,
        regexes: RegexCache,
    },
    Analysis {
        metavar: Metavar,
        analyzer: Analyzer,
    },
    Type {
        metavar: Metavar,
        types: Vec<Arc<Pattern>>,
    },
    /// What only Semgrep's commercial engine knows; its open one lets nothing pass either.
    Never,
}

impl Check {
    pub(crate) fn comparison(comparison: &Comparison) -> Self {
        let expression = comparison.parsed.clone();
        let expression = if comparison.strip {
            expression.stripped()
        } else {
            expression
        };
        Self::Comparison {
            expression,
            regexes: RegexCache::default(),
        }
    }

    /// A condition on the text of one metavariable, whatever the others are.
    pub(crate) fn guard(&self, constants: bool) -> Option<(&str, &Arc<Regex>)> {
        match self {
            Self::Regex {
                metavar,
                regex,
                constants: of_values,
            } if !(*of_values && constants) => Some((metavar, regex)),
            _ => None,
        }
    }

    /// Cheap, and binds nothing that other parts of a formula could name: it can be asked first.
    fn is_plain(&self) -> bool {
        match self {
            Self::Regex { regex, .. } => regex.group_names().iter().all(Option::is_none),
            Self::Comparison { .. } | Self::Never => true,
            _ => false,
        }
    }

    pub(crate) fn is_textual(&self) -> bool {
        match self {
            Self::Pattern {
                language, formula, ..
            } => language.is_some() || formula.is_textual(),
            Self::Type { .. } => false,
            _ => true,
        }
    }
}

/// Keeps the ranges for which every condition (of the plain ones, or of the others) holds, with what
/// the conditions bind.
pub(crate) fn filter(
    evaluator: &mut Evaluator<'_, '_>,
    all: &All,
    plain: bool,
    ranges: Vec<Range>,
) -> Result<Vec<Range>, OutOfBudget> {
    let checks: Vec<&Check> = all
        .conditions
        .iter()
        .filter(|check| check.is_plain() == plain)
        .collect();
    if checks.is_empty() {
        return Ok(ranges);
    }
    let mut kept = Vec::with_capacity(ranges.len());
    'ranges: for range in ranges {
        let mut more: Vec<Bindings> = Vec::new();
        for check in &checks {
            evaluator.budget.spend(1);
            match evaluator.holds(check, &range)? {
                None => continue 'ranges,
                Some(bound) => more.extend(bound.into_iter().filter(|one| !one.is_empty())),
            }
        }
        if more.is_empty() {
            kept.push(range);
            continue;
        }
        for bindings in more {
            kept.push(Range {
                bindings: range.bindings.extended(&bindings),
                ..range.clone()
            });
        }
    }
    Ok(kept)
}

/// The groups of a regular expression as metavariables: `$1`, and `$NAME`.
pub(crate) fn groups(regex: &Regex, captures: &Captures, by: u32) -> Bindings {
    let group_names = regex.group_names();
    (1..captures.len())
        .filter_map(|group| captures.get(group).map(|span| (group, span)))
        .flat_map(|(group, span)| {
            let value = Value::text_at(shifted(span, by));
            let counted = Some(Binding {
                name: format!("${group}").into(),
                value: value.clone(),
            });
            let named = group_names
                .get(group)
                .and_then(Option::as_deref)
                .map(|name| Binding {
                    name: format!("${name}").into(),
                    value,
                });
            counted.into_iter().chain(named)
        })
        .collect()
}

/// The expressions that a comparison asked for, read once. They are texts of its own as a rule, but
/// may come from the file.
#[derive(Debug, Default)]
pub(crate) struct RegexCache(Mutex<FxHashMap<String, Option<Arc<Regex>>>>);

/// So many expressions are kept for one comparison.
const MOST_KEPT: usize = 64;

impl RegexCache {
    fn get(&self, text: &str) -> Option<Arc<Regex>> {
        // Whoever panicked while it held the lock left whole entries behind.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regex) = known.get(text) {
            return regex.clone();
        }
        let regex = Regex::compile_condition(text).ok().map(Arc::new);
        if known.len() < MOST_KEPT {
            known.insert(text.to_owned(), regex.clone());
        }
        regex
    }
}

/// The values of metavariables, for a comparison.
struct Bound<'b> {
    regexes: &'b RegexCache,
    target: &'b Target<'b>,
    bindings: &'b Bindings,
    constants: bool,
}

impl Values for Bound<'_> {
    fn value(&self, metavar: &str) -> Option<runward_rules::Value> {
        Some(evaluated(
            self.target,
            self.bindings.get(metavar)?,
            self.constants,
        ))
    }

    fn matches(&self, regex: &str, text: &str) -> Option<bool> {
        self.regexes.get(regex)?.is_match_at_start(text).ok()
    }
}

/// A constant, where it is one.
fn evaluated(target: &Target<'_>, value: &Value, constants: bool) -> runward_rules::Value {
    use runward_rules::Value as Known;
    let text = || text_of(target, value).to_owned();
    if matches!(value.what, What::Content | What::Text) {
        return Known::Str(text());
    }
    let (What::Node, Some(node), Some(tree)) = (value.what, value.node, target.tree) else {
        return Known::Code(text());
    };
    let name = || tree.name(node);
    let whole = |value: i128| i64::try_from(value).ok();
    let known = match tree.kind(node) {
        Kind::Str => Some(Known::Str(name().to_owned())),
        Kind::Int => int(name()).and_then(whole).map(Known::Int),
        Kind::Float => float(name()).map(Known::Float),
        Kind::Bool => Some(Known::Bool(name().eq_ignore_ascii_case("true"))),
        Kind::Unary if tree.node(node).op == runward_syntax::Op::Minus => tree
            .child(node, 0)
            .and_then(|inner| match tree.kind(inner) {
                Kind::Int => int(tree.name(inner))
                    .and_then(|value| whole(-value))
                    .map(Known::Int),
                Kind::Float => float(tree.name(inner)).map(|value| Known::Float(-value)),
                _ => None,
            }),
        _ => None,
    };
    let constant = || {
        let constant = target.facts.filter(|_| constants)?.constant(node)?;
        match constant {
            Constant::Str(text) => Some(Known::Str(tree.symbols.text(*text).to_owned())),
            Constant::Int(value) => whole(*value).map(Known::Int),
            Constant::Float(value) => Some(Known::Float(*value)),
            Constant::Bool(value) => Some(Known::Bool(*value)),
            _ => None,
        }
    };
    known
        .or_else(constant)
        .unwrap_or_else(|| Known::Code(text()))
}

fn text_of<'t>(target: &'t Target<'_>, value: &'t Value) -> &'t str {
    if let (None, What::Node, Some(node), Some(tree)) =
        (&value.text, value.what, value.node, target.tree)
        && tree.kind(node) == Kind::Name
    {
        return tree.name(node);
    }
    value.text(target.source)
}

impl Evaluator<'_, '_> {
    /// `None`: it does not hold. Otherwise what it binds, each for one match of its own.
    fn holds(
        &mut self,
        check: &Check,
        range: &Range,
    ) -> Result<Option<Vec<Bindings>>, OutOfBudget> {
        let yes = |holds: bool| holds.then(Vec::new);
        Ok(match check {
            Check::Regex {
                metavar,
                regex,
                constants,
            } => {
                let Some(value) = range.bindings.get(metavar) else {
                    return Ok(None);
                };
                let owned;
                let text = if *constants && self.formula.options.constant_propagation {
                    owned = match evaluated(self.target, value, true) {
                        runward_rules::Value::Str(text) | runward_rules::Value::Code(text) => text,
                        runward_rules::Value::Int(value) => value.to_string(),
                        runward_rules::Value::Bool(value) => value.to_string(),
                        runward_rules::Value::Float(value) => value.to_string(),
                        runward_rules::Value::List(_) => return Ok(None),
                    };
                    owned.as_str()
                } else {
                    text_of(self.target, value)
                };
                self.budget.spend(text.len() as u64 / 64);
                regex
                    .find_at_start(text)
                    .map_err(|_| OutOfBudget)?
                    .map(|captures| vec![groups(regex, &captures, value.span.start)])
            }
            Check::Comparison {
                expression,
                regexes,
            } => {
                let constants = self.formula.options.constant_propagation;
                let values = Bound {
                    regexes,
                    target: self.target,
                    bindings: &range.bindings,
                    constants,
                };
                yes(expression.holds(&values))
            }
            Check::Never => None,
            Check::Analysis { metavar, analyzer } => yes(range
                .bindings
                .get(metavar)
                .is_some_and(|value| self.analysis(*analyzer, value))),
            Check::Type { metavar, types } => {
                let Some(value) = range.bindings.get(metavar) else {
                    return Ok(None);
                };
                let Some(node) = value.node.filter(|_| value.what == What::Node) else {
                    return Ok(None);
                };
                let mut any = false;
                for pattern in types {
                    any = any || search::has_type(pattern, self.target, node, self.budget)?;
                }
                yes(any)
            }
            Check::Pattern {
                metavar,
                language,
                formula,
            } => {
                let Some(value) = range.bindings.get(metavar).cloned() else {
                    return Ok(None);
                };
                let found: Vec<Bindings> = match language {
                    None => {
                        let found = self.nested(formula, &value, range)?;
                        found.into_iter().map(|one| one.bindings).collect()
                    }
                    Some(language) => self.nested_other(formula, *language, &value, range)?,
                };
                (!found.is_empty()).then(|| {
                    found
                        .into_iter()
                        .map(|one: Bindings| {
                            one.iter()
                                .filter(|new| range.bindings.get(&new.name).is_none())
                                .cloned()
                                .collect()
                        })
                        .collect()
                })
            }
        })
    }

    fn analysis(&self, analyzer: Analyzer, value: &Value) -> bool {
        let string = match (value.what, value.node, self.target.tree) {
            (What::Node, Some(node), Some(tree)) if tree.kind(node) == Kind::Str => {
                Some(unescaped(tree.name(node)))
            }
            _ => None,
        };
        let text = string
            .as_deref()
            .unwrap_or_else(|| text_of(self.target, value));
        match analyzer {
            Analyzer::Entropy | Analyzer::EntropyV2(_) => entropy::is_high(text),
            Analyzer::Redos => redos::is_vulnerable(text),
        }
    }

    /// A formula within what a metavariable stands for.
    fn nested(
        &mut self,
        formula: &CompiledFormula,
        value: &Value,
        range: &Range,
    ) -> Result<Vec<Range>, OutOfBudget> {
        let (nodes, name) = match (value.what, value.node, self.target.tree) {
            (What::Node, Some(node), Some(tree)) => (Some((node, tree.node(node).last)), None),
            (What::Nodes(last), Some(first), Some(tree)) => {
                (Some((first, tree.node(last).last)), None)
            }
            (What::Path(_) | What::Part(_), Some(node), _) => (None, Some((node, value.what))),
            // Text without a tree can still be searched for expressions.
            _ if formula.is_textual() => (None, None),
            _ => return Ok(Vec::new()),
        };
        let scope = Scope {
            nodes,
            span: value.span,
            within: None,
            around: None,
            seed: Some(&range.bindings),
            name,
        };
        let context = Range {
            span: value.span,
            node: value.node,
            bindings: range.bindings.clone(),
            sort: Sort::Plain,
            fix: None,
        };
        let mut inner = Evaluator {
            formula,
            target: self.target,
            budget: self.budget,
        };
        inner.search(&formula.search, &scope, Some(&context))
    }

    /// The same in another language: the text is read anew.
    fn nested_other(
        &mut self,
        formula: &CompiledFormula,
        language: Language,
        value: &Value,
        range: &Range,
    ) -> Result<Vec<Bindings>, OutOfBudget> {
        let Some((content, span)) = self.content(language, value) else {
            return Ok(Vec::new());
        };
        self.budget.spend(content.len() as u64);
        self.budget.check()?;
        let lines = Lines::new(&content);
        let seed: Bindings = range
            .bindings
            .iter()
            .map(|binding| {
                let text = text_of(self.target, &binding.value).into();
                let value = Value {
                    span: Span::default(),
                    node: None,
                    what: What::Text,
                    text: Some(text),
                };
                Binding {
                    name: binding.name.clone(),
                    value,
                }
            })
            .collect();
        let textual = matches!(language, Language::Generic | Language::Regex);
        let vocabulary = self
            .target
            .tree
            .map(|tree| Arc::clone(tree.symbols.vocabulary()));
        let parsed = if textual {
            None
        } else {
            let frontend = self
                .target
                .frontends
                .iter()
                .find(|frontend| frontend.language() == language);
            let (Some(frontend), Some(vocabulary)) = (
                frontend,
                vocabulary.or_else(|| self.target.vocabulary.cloned()),
            ) else {
                return Ok(Vec::new());
            };
            let Ok(mut tree) = frontend.parse(&content, &vocabulary, &Limits::default()) else {
                return Ok(Vec::new());
            };
            let facts = runward_resolve::resolve(&mut tree, language);
            let index = Index::new(&tree, Some(&facts));
            Some((tree, facts, index))
        };
        let target = match &parsed {
            Some((tree, facts, index)) => {
                Target::parsed(language, &content, &lines, tree, facts, index)
            }
            None => Target::text(language, &content, &lines),
        }
        .with_frontends(self.target.frontends);
        let scope = Scope {
            seed: Some(&seed),
            ..Scope::whole(&content)
        };
        let whole = Range {
            span: scope.span,
            node: None,
            bindings: seed.clone(),
            sort: Sort::Plain,
            fix: None,
        };
        let found = {
            let mut inner = Evaluator {
                formula,
                target: &target,
                budget: self.budget,
            };
            inner.search(&formula.search, &scope, Some(&whole))?
        };
        Ok(found
            .into_iter()
            .map(|one| {
                one.bindings
                    .iter()
                    .map(|binding| Binding {
                        name: binding.name.clone(),
                        value: Value {
                            span: shifted(binding.value.span, span.start),
                            node: None,
                            what: What::Text,
                            text: Some(binding.value.text(&content).into()),
                        },
                    })
                    .collect()
            })
            .collect())
    }

    /// The text that is read anew, and where it stands.
    fn content(&self, language: Language, value: &Value) -> Option<(String, Span)> {
        let text = || value.text(self.target.source).to_owned();
        match (value.what, value.node, self.target.tree) {
            (What::Content | What::Text, ..) => Some((text(), value.span)),
            (What::Node, Some(node), Some(tree))
                if matches!(tree.kind(node), Kind::Str | Kind::JsxText) =>
            {
                let span = crate::solve::content_span(
                    self.target.source,
                    tree.node(node).span,
                    tree.name(node),
                );
                Some((tree.name(node).to_owned(), span))
            }
            _ if matches!(language, Language::Generic | Language::Regex) => {
                Some((text(), value.span))
            }
            _ => None,
        }
    }
}

/// The commonest escapes undone.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}
