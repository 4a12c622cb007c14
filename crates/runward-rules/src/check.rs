//! Metavariables that are used and that nothing binds.

use runward_syntax::Span;
use rustc_hash::FxHashSet;

use crate::{And, Condition, Fix, Formula, Mode, Rule, TaintPart, Term, Text, metavariables};

pub(crate) struct Unbound {
    name: String,
    condition: bool,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// What is used in conditions, focus, message and fix without a positive pattern that binds it.
pub(crate) fn unbound(rule: &Rule, message: &Text, uses: &[(String, Span)]) -> Vec<Unbound> {
    let mut check = Check {
        at: rule.at.span,
        found: Vec::new(),
        told: FxHashSet::default(),
    };
    let mut bound = Bound::default();
    match &rule.mode {
        Mode::Search(formula) => add(&mut check, &mut bound, formula),
        Mode::Taint(spec) => {
            let sources = spec.sources.iter().map(|source| &source.part);
            let sinks = spec.sinks.iter().map(|sink| &sink.part);
            let sanitizers = spec.sanitizers.iter().map(|sanitizer| &sanitizer.part);
            for part in sources.chain(sinks).chain(sanitizers) {
                check.at = part.at.span;
                add(&mut check, &mut bound, &part.formula);
            }
            for propagator in &spec.propagators {
                let TaintPart { formula, at, .. } = &propagator.part;
                check.at = at.span;
                let mut own = Bound::default();
                own.formula(formula);
                check.used(&propagator.from, &own, at.span, "`from`");
                check.used(&propagator.to, &own, at.span, "`to`");
                add(&mut check, &mut bound, formula);
            }
        }
    }
    let everywhere = |check: &mut Check, text: &Text, what: &str| {
        for (at, name) in metavariables(&text.text) {
            let start = u32::try_from(at).unwrap_or(u32::MAX);
            let end = start.saturating_add(u32::try_from(name.len()).unwrap_or(u32::MAX));
            let is_name = name
                .trim_start_matches(['$', '.'])
                .starts_with(|c: char| !c.is_ascii_digit());
            let told = check.told.contains(&(name.to_owned(), "text"));
            if is_name && !told && check.found.len() < MAX_FOUND && !bound.has_prefix(name) {
                check.used(name, &bound, text.place(Span::new(start, end)), what);
            }
        }
    };
    everywhere(&mut check, message, "the message");
    if let Some(Fix::Template(text)) = &rule.fix {
        everywhere(&mut check, text, "the fix");
    }
    for unbound in check.found.iter_mut().filter(|unbound| unbound.condition) {
        if let Some((_, span)) = uses.iter().find(|(name, _)| *name == unbound.name) {
            unbound.span = *span;
        }
    }
    check.found
}

fn add<'r>(check: &mut Check, bound: &mut Bound<'r>, formula: &'r Formula) {
    check.formula(formula, &Bound::default());
    bound.formula(formula);
}

#[derive(Default, Clone)]
struct Bound<'r> {
    names: FxHashSet<&'r str>,
    /// Groups of regular expressions bind `$1` and so on.
    groups: bool,
}

impl<'r> Bound<'r> {
    fn formula(&mut self, formula: &'r Formula) {
        match formula {
            Formula::Pattern(text) => {
                self.names
                    .extend(metavariables(&text.text).map(|(_, name)| name));
            }
            Formula::Regex(text) => self.regex(&text.text),
            Formula::And(and) => self.and(and),
            Formula::Or(formulas) => formulas.iter().for_each(|formula| self.formula(formula)),
            Formula::Inside(inner) | Formula::Anywhere(inner) => self.formula(inner),
            Formula::Not(_) => {}
        }
    }

    fn and(&mut self, and: &'r And) {
        for term in &and.terms {
            if let Term::Positive(formula) | Term::Inside(formula) | Term::Anywhere(formula) = term
            {
                self.formula(formula);
            }
        }
        for condition in &and.conditions {
            match condition {
                Condition::Pattern(pattern) => self.formula(&pattern.formula),
                Condition::Regex { regex, .. } => self.regex(&regex.text),
                _ => {}
            }
        }
        self.names.extend(and.bind.as_deref());
    }

    fn regex(&mut self, regex: &'r str) {
        self.groups = true;
        for opening in ["(?<", "(?P<", "(?'"] {
            for (at, _) in regex.match_indices(opening) {
                let rest = regex.get(at + opening.len()..).unwrap_or_default();
                let end = rest.find(['>', '\'']).unwrap_or(0);
                self.names.extend(rest.get(..end));
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        let bare = name.trim_start_matches('$');
        let group = bare.starts_with(|c: char| c.is_ascii_digit());
        self.names.contains(name) || self.names.contains(bare) || (self.groups && group)
    }

    /// As interpolation does: the longest beginning that is bound.
    fn has_prefix(&self, name: &str) -> bool {
        let parts = (2..=name.len()).filter_map(|end| name.get(..end));
        self.has(name) || parts.into_iter().any(|part| self.names.contains(part))
    }
}

/// Enough to see what is wrong.
const MAX_FOUND: usize = 20;

struct Check {
    /// A place for what has none of its own.
    at: Span,
    found: Vec<Unbound>,
    told: FxHashSet<(String, &'static str)>,
}

impl Check {
    fn formula<'r>(&mut self, formula: &'r Formula, outer: &Bound<'r>) {
        match formula {
            Formula::Pattern(_) | Formula::Regex(_) => {}
            Formula::Or(formulas) => formulas
                .iter()
                .for_each(|formula| self.formula(formula, outer)),
            Formula::Inside(inner) | Formula::Anywhere(inner) | Formula::Not(inner) => {
                self.formula(inner, outer);
            }
            Formula::And(and) => self.and(and, outer),
        }
    }

    fn and<'r>(&mut self, and: &'r And, outer: &Bound<'r>) {
        for term in &and.terms {
            let (Term::Positive(formula)
            | Term::Inside(formula)
            | Term::Not(formula)
            | Term::NotInside(formula)
            | Term::Anywhere(formula)) = term;
            self.formula(formula, outer);
        }
        let mut bound = outer.clone();
        bound.and(and);
        for condition in &and.conditions {
            match condition {
                Condition::Regex { metavar, regex, .. } => {
                    self.used(metavar, &bound, regex.span, "`metavariable-regex`");
                }
                Condition::Pattern(pattern) => {
                    self.used(
                        &pattern.metavar,
                        &bound,
                        first_span(&pattern.formula).unwrap_or(self.at),
                        "`metavariable-pattern`",
                    );
                    self.formula(&pattern.formula, &bound);
                }
                Condition::Comparison(comparison) => {
                    for name in comparison.parsed.metavariables() {
                        self.used(
                            name,
                            &bound,
                            comparison.expression.span,
                            "`metavariable-comparison`",
                        );
                    }
                }
                Condition::Analysis { metavar, .. } => {
                    self.used(metavar, &bound, self.at, "`metavariable-analysis`");
                }
                Condition::Type { metavar, types, .. } => {
                    let span = types.first().map_or(self.at, |text| text.span);
                    self.used(metavar, &bound, span, "`metavariable-type`");
                }
                Condition::Name { metavar, .. } => {
                    self.used(metavar, &bound, self.at, "`metavariable-name`");
                }
            }
        }
        for metavar in and.focus.iter().flatten() {
            let span = and
                .terms
                .iter()
                .find_map(|term| first_span(term_formula(term)))
                .unwrap_or(self.at);
            self.used(metavar, &bound, span, "`focus-metavariable`");
        }
    }

    fn used(&mut self, name: &str, bound: &Bound<'_>, span: Span, what: &str) {
        if self.found.len() >= MAX_FOUND
            || bound.has(name)
            || !self.told.insert((name.to_owned(), kind(what)))
        {
            return;
        }
        let near = crate::suggest::nearest(name, bound.names.iter().copied().take(200));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `{name}` into a pattern that stands beside it, or take it out"),
        };
        self.found.push(Unbound {
            name: name.to_owned(),
            condition: kind(what) == "condition",
            span,
            message: format!("{what} uses `{name}`, and no positive pattern binds it"),
            help,
        });
    }
}

/// One warning per name for the message and fix, and one for the conditions.
fn kind(what: &str) -> &'static str {
    if what.starts_with('`') {
        "condition"
    } else {
        "text"
    }
}

fn term_formula(term: &Term) -> &Formula {
    let (Term::Positive(formula)
    | Term::Inside(formula)
    | Term::Not(formula)
    | Term::NotInside(formula)
    | Term::Anywhere(formula)) = term;
    formula
}

fn first_span(formula: &Formula) -> Option<Span> {
    match formula {
        Formula::Pattern(text) | Formula::Regex(text) => Some(text.span),
        Formula::And(and) => and
            .terms
            .iter()
            .find_map(|term| first_span(term_formula(term))),
        Formula::Or(formulas) => formulas.iter().find_map(first_span),
        Formula::Inside(inner) | Formula::Anywhere(inner) | Formula::Not(inner) => {
            first_span(inner)
        }
    }
}
