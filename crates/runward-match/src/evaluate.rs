//! Formulas: what patterns find, put together.

use std::rc::Rc;
use std::sync::Arc;

use runward_rules::Text;
use runward_syntax::{NodeId, Span};
use rustc_hash::FxHashSet;

use crate::bindings::{Binding, Bindings, Value, What};
use crate::budget::{Budget, OutOfBudget};
use crate::compile::{All, CompiledFormula, GenericSearch, RegexSearch, Search};
use crate::conditions;
use crate::equal::Comparer;
use crate::search::{self, Scope};
use crate::target::{Match, Target};

/// All matches of a formula in a file.
///
/// # Errors
/// If the search takes more steps than it was given.
pub fn find(
    formula: &CompiledFormula,
    target: &Target<'_>,
    budget: &mut Budget,
) -> Result<Vec<Match>, OutOfBudget> {
    let scope = Scope::whole(target.source);
    let mut evaluator = Evaluator {
        formula,
        target,
        budget,
    };
    let ranges = evaluator.search(&formula.search, &scope, None)?;
    Ok(unique(ranges))
}

/// What is searched for, and so how a range can be put together with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Plain,
    Inside,
    Regex,
    Anywhere,
}

/// A match on its way through a formula.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    pub(crate) span: Span,
    pub(crate) node: Option<NodeId>,
    pub(crate) bindings: Bindings,
    pub(crate) sort: Sort,
    pub(crate) fix: Option<Arc<Text>>,
}

pub(crate) struct Evaluator<'e, 'a> {
    pub(crate) formula: &'e CompiledFormula,
    pub(crate) target: &'e Target<'a>,
    pub(crate) budget: &'e mut Budget,
}

/// In the order of the text, those that are the same but once.
fn unique(mut ranges: Vec<Range>) -> Vec<Match> {
    ranges.sort_by_key(|one| (one.span.start, one.span.end));
    let mut all: Vec<Match> = Vec::with_capacity(ranges.len());
    // Where those of the same span begin, and what is bound in them if they are many.
    let (mut first, mut seen) = (0, FxHashSet::default());
    for range in ranges {
        if all.last().is_some_and(|last| last.span != range.span) {
            first = all.len();
            seen.clear();
        }
        let others = all.get(first..).unwrap_or_default();
        let is_new = if others.len() < FEW_WAYS {
            !others
                .iter()
                .any(|other| same(&other.bindings, &range.bindings))
        } else {
            if seen.is_empty() {
                seen.extend(others.iter().map(|other| key(&other.bindings)));
            }
            seen.insert(key(&range.bindings))
        };
        if is_new {
            all.push(Match {
                span: range.span,
                node: range.node,
                bindings: range.bindings,
                fix: range.fix,
            });
        }
    }
    all
}

/// So many matches at one place are compared one by one.
const FEW_WAYS: usize = 8;

fn same(one: &Bindings, other: &Bindings) -> bool {
    one.len() == other.len()
        && one.iter().zip(other.iter()).all(|(one, other)| {
            one.value.span == other.value.span
                && one.name == other.name
                && one.value.text == other.value.text
        })
}

fn key(bindings: &Bindings) -> Vec<(Arc<str>, Span, Option<Arc<str>>)> {
    bindings
        .iter()
        .map(|one| (one.name.clone(), one.value.span, one.value.text.clone()))
        .collect()
}

impl Evaluator<'_, '_> {
    pub(crate) fn comparer(&self) -> Comparer<'_> {
        Comparer {
            tree: self.target.tree,
            facts: self.target.facts,
            source: self.target.source,
            strict: self.formula.options.unify_ids_strictly,
            constants: self.formula.options.constant_propagation,
        }
    }

    /// Whether there can be a match at all, by the index of the file alone.
    fn is_possible(&self, search: &Search) -> bool {
        match search {
            Search::Pattern(pattern) => search::is_possible(pattern, self.target),
            Search::And(all) => all.positive.iter().all(|part| self.is_possible(part)),
            Search::Or(parts) => parts.iter().any(|part| self.is_possible(part)),
            Search::Inside(part) | Search::Anywhere(part) => self.is_possible(part),
            Search::Generic(_) | Search::Regex(_) => true,
            Search::Nothing => false,
        }
    }

    pub(crate) fn search(
        &mut self,
        search: &Search,
        scope: &Scope<'_>,
        context: Option<&Range>,
    ) -> Result<Vec<Range>, OutOfBudget> {
        let sorted = |mut ranges: Vec<Range>, sort: Sort| {
            for range in &mut ranges {
                range.sort = sort;
            }
            ranges
        };
        Ok(match search {
            Search::Pattern(pattern) => {
                let found = self.kept(pattern.id, scope, |this, scope| {
                    search::search(pattern, this.target, scope, this.budget)
                })?;
                ranges(&found, Sort::Plain)
            }
            Search::Generic(generic) => {
                let found = self.kept(generic.id, scope, |this, scope| {
                    this.generic(generic, scope)
                })?;
                ranges(&found, Sort::Plain)
            }
            Search::Regex(regex) => {
                let found = self.kept(regex.id, scope, |this, scope| this.regex(regex, scope))?;
                ranges(&found, Sort::Regex)
            }
            Search::Or(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(self.search(part, scope, context)?);
                }
                all
            }
            Search::Inside(part) => sorted(self.search(part, scope, context)?, Sort::Inside),
            Search::Anywhere(part) => sorted(self.search(part, scope, context)?, Sort::Anywhere),
            Search::And(all) => self.all(all, scope, context)?,
            Search::Nothing => Vec::new(),
        })
    }

    /// What was found before for another formula of this file, or is found now.
    fn kept(
        &mut self,
        id: u32,
        scope: &Scope<'_>,
        find: impl FnOnce(&mut Self, &Scope<'_>) -> Result<Vec<Match>, OutOfBudget>,
    ) -> Result<Rc<[Match]>, OutOfBudget> {
        if !scope.is_whole_file() {
            return Ok(find(self, scope)?.into());
        }
        if let Some(found) = self.target.found.borrow().get(&id) {
            return Ok(Rc::clone(found));
        }
        let found: Rc<[Match]> = find(self, scope)?.into();
        self.target.found.borrow_mut().insert(id, Rc::clone(&found));
        Ok(found)
    }

    fn generic(
        &mut self,
        search: &GenericSearch,
        scope: &Scope<'_>,
    ) -> Result<Vec<Match>, OutOfBudget> {
        let text = scope.span.text(self.target.source);
        self.budget.spend(text.len() as u64 / 16);
        let found = if scope.is_whole_file() {
            search.pattern.find(text, None)
        } else {
            search.pattern.find_in_part(text)
        };
        let found = found.map_err(|_| OutOfBudget)?;
        Ok(found
            .into_iter()
            .map(|one| Match {
                span: shifted(one.span, scope.span.start),
                node: None,
                bindings: one
                    .bindings
                    .into_iter()
                    .map(|(name, span)| Binding {
                        name: name.into(),
                        value: Value::text_at(shifted(span, scope.span.start)),
                    })
                    .collect(),
                fix: None,
            })
            .collect())
    }

    fn regex(
        &mut self,
        search: &RegexSearch,
        scope: &Scope<'_>,
    ) -> Result<Vec<Match>, OutOfBudget> {
        let text = scope.span.text(self.target.source);
        self.budget.spend(text.len() as u64 / 64);
        let found = search.regex.find_all(text).map_err(|_| OutOfBudget)?;
        Ok(found
            .into_iter()
            .map(|one| Match {
                span: shifted(one.span(), scope.span.start),
                node: None,
                bindings: conditions::groups(&search.regex, &one, scope.span.start),
                fix: None,
            })
            .collect())
    }

    fn all(
        &mut self,
        all: &All,
        scope: &Scope<'_>,
        context: Option<&Range>,
    ) -> Result<Vec<Range>, OutOfBudget> {
        if scope.is_whole_file() && !all.positive.iter().all(|part| self.is_possible(part)) {
            return Ok(Vec::new());
        }
        if scope.is_whole_file() {
            // An expression that is nowhere in the text is found out soonest.
            for part in &all.positive {
                if let Search::Regex(_) = part
                    && self.search(part, scope, context)?.is_empty()
                {
                    return Ok(Vec::new());
                }
            }
        }
        let ranges = self.positive(all, scope, context)?;
        let mut ranges = conditions::filter(self, all, true, ranges)?;
        for part in &all.negative {
            if ranges.is_empty() {
                return Ok(ranges);
            }
            let found = self.at(part, &ranges, scope, context)?;
            self.subtract(&mut ranges, found)?;
        }
        let ranges = conditions::filter(self, all, false, ranges)?;
        Ok(focused(all, ranges))
    }

    /// The places where everything positive is: first the patterns as such, then what they are in.
    fn positive(
        &mut self,
        all: &All,
        scope: &Scope<'_>,
        context: Option<&Range>,
    ) -> Result<Vec<Range>, OutOfBudget> {
        // What matches nearly anything is only looked for where the others are.
        let broad =
            |part: &&Search| part.is_broad() && all.positive.iter().any(|other| !other.is_broad());
        let mut ranges: Option<Vec<Range>> = None;
        for part in all
            .positive
            .iter()
            .filter(|part| !part.is_inside() && !broad(part))
        {
            let found = self.search(part, scope, context)?;
            ranges = Some(self.joined(ranges, found)?);
            if ranges.as_ref().is_some_and(Vec::is_empty) {
                return Ok(Vec::new());
            }
        }
        let mut insides: Vec<Vec<Range>> = Vec::new();
        for part in all.positive.iter().filter(|part| part.is_inside()) {
            let found = match &ranges {
                Some(ranges) => self.at(part, ranges, scope, context)?,
                None => self.search(part, scope, context)?,
            };
            if found.is_empty() {
                return Ok(Vec::new());
            }
            insides.push(found);
        }
        for part in all.positive.iter().filter(broad) {
            let spans = Self::surroundings(&insides, scope);
            let narrow = Scope {
                within: spans.as_deref(),
                ..*scope
            };
            let found = self.search(part, &narrow, context)?;
            ranges = Some(self.joined(ranges, found)?);
        }
        for found in insides {
            ranges = Some(self.joined(ranges, found)?);
        }
        Ok(ranges.unwrap_or_else(|| context.cloned().into_iter().collect()))
    }

    fn joined(
        &mut self,
        ranges: Option<Vec<Range>>,
        found: Vec<Range>,
    ) -> Result<Vec<Range>, OutOfBudget> {
        match ranges {
            None => Ok(found),
            Some(ranges) => self.intersect(ranges, found),
        }
    }

    /// What matters of a part where something is known to be: of a pattern only what surrounds that.
    fn at(
        &mut self,
        part: &Search,
        ranges: &[Range],
        scope: &Scope<'_>,
        context: Option<&Range>,
    ) -> Result<Vec<Range>, OutOfBudget> {
        let nodes: Option<Vec<NodeId>> = (ranges.len() <= FEW && part.is_local())
            .then(|| ranges.iter().map(|range| range.node).collect())
            .flatten();
        let narrow = Scope {
            around: nodes.as_deref(),
            ..*scope
        };
        self.search(part, &narrow, context)
    }

    /// Where a broad pattern can be: within what the formula has to be inside of.
    fn surroundings(insides: &[Vec<Range>], scope: &Scope<'_>) -> Option<Vec<Span>> {
        if scope.within.is_some() {
            return None;
        }
        insides.iter().min_by_key(|found| found.len()).map(|found| {
            let mut spans: Vec<Span> = found.iter().map(|one| one.span).collect();
            spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
            // Only the outermost.
            let mut outer: Vec<Span> = Vec::new();
            for span in spans {
                if outer.last().is_none_or(|last| !last.contains(span)) {
                    outer.push(span);
                }
            }
            outer
        })
    }

    fn is_in(&self, inner: &Range, outer: &Range) -> bool {
        (outer.span.contains(inner.span) || outer.sort == Sort::Anywhere)
            && self.agree(&inner.bindings, &outer.bindings)
    }

    /// Metavariables of the same name are the same code; groups by number are not compared.
    fn agree(&self, one: &Bindings, other: &Bindings) -> bool {
        let comparer = self.comparer();
        one.iter().all(|binding| {
            let counted = binding
                .name
                .bytes()
                .nth(1)
                .is_some_and(|byte| byte.is_ascii_digit());
            counted
                || other
                    .get(&binding.name)
                    .is_none_or(|value| comparer.same_values(&binding.value, value))
        })
    }

    fn intersect(&mut self, xs: Vec<Range>, ys: Vec<Range>) -> Result<Vec<Range>, OutOfBudget> {
        let (xs, ys) = (Nest::new(xs), Nest::new(ys));
        let mut both = Vec::new();
        for (inners, outers) in [(&xs, &ys), (&ys, &xs)] {
            for inner in &inners.ranges {
                let steps = outers.around(inner.span, |outer| {
                    let upside_down = inner.sort == Sort::Inside && outer.sort != Sort::Inside;
                    // The same place twice would be the same match twice.
                    let again = std::ptr::eq(inners, &raw const ys)
                        && inner.span == outer.span
                        && inner.sort == outer.sort;
                    if !upside_down && !again && self.agree(&inner.bindings, &outer.bindings) {
                        let mut range = inner.clone();
                        range.bindings = inner.bindings.extended(&outer.bindings);
                        both.push(range);
                    }
                    true
                });
                self.budget.spend(steps);
            }
        }
        self.budget.check()?;
        Ok(both)
    }

    fn subtract(&mut self, ranges: &mut Vec<Range>, found: Vec<Range>) -> Result<(), OutOfBudget> {
        if found.iter().any(|not| not.sort == Sort::Anywhere) {
            ranges.clear();
            return Ok(());
        }
        if found.iter().any(|not| not.sort == Sort::Regex) {
            self.budget
                .spend(ranges.len() as u64 * found.len() as u64 / 8);
            ranges.retain(|range| !found.iter().any(|not| self.excludes(range, not)));
            return self.budget.check();
        }
        let found = Nest::new(found);
        let mut kept = Vec::with_capacity(ranges.len());
        for range in ranges.drain(..) {
            let mut free = true;
            let steps = found.around(range.span, |not| {
                free = !self.excludes(&range, not);
                free
            });
            self.budget.spend(steps);
            if free {
                kept.push(range);
            }
        }
        *ranges = kept;
        self.budget.check()
    }

    fn excludes(&self, range: &Range, not: &Range) -> bool {
        match not.sort {
            Sort::Inside => self.is_in(range, not),
            Sort::Regex => self.is_in(range, not) || self.is_in(not, range),
            Sort::Plain => range.span == not.span && self.agree(&range.bindings, &not.bindings),
            Sort::Anywhere => true,
        }
    }
}

/// So few places that a pattern is tried around them, rather than looked for in the whole file.
const FEW: usize = 200;

/// Ranges in which those around a span are found without looking at each.
struct Nest {
    /// By start.
    ranges: Vec<Range>,
    /// The largest end of the ranges up to each.
    ends: Vec<u32>,
}

impl Nest {
    fn new(mut ranges: Vec<Range>) -> Self {
        // What counts anywhere is around everything.
        for range in &mut ranges {
            if range.sort == Sort::Anywhere {
                range.span = Span::new(0, u32::MAX);
            }
        }
        ranges.sort_by_key(|range| range.span.start);
        let ends = ranges
            .iter()
            .scan(0, |end, range| {
                *end = range.span.end.max(*end);
                Some(*end)
            })
            .collect();
        Self { ranges, ends }
    }

    /// Calls for each range that contains a span, until it says no. How many were looked at.
    fn around(&self, span: Span, mut each: impl FnMut(&Range) -> bool) -> u64 {
        let count = self
            .ranges
            .partition_point(|range| range.span.start <= span.start);
        let mut looked = 0;
        for (range, end) in self.ranges.iter().zip(&self.ends).take(count).rev() {
            looked += 1;
            if *end < span.end || (range.span.end >= span.end && !each(range)) {
                break;
            }
        }
        looked
    }
}

fn ranges(found: &[Match], sort: Sort) -> Vec<Range> {
    found
        .iter()
        .map(|one| Range {
            span: one.span,
            node: one.node,
            bindings: one.bindings.clone(),
            sort,
            fix: None,
        })
        .collect()
}

pub(crate) fn shifted(span: Span, by: u32) -> Span {
    Span::new(span.start.saturating_add(by), span.end.saturating_add(by))
}

/// `focus-metavariable`, then `as`.
fn focused(all: &All, mut ranges: Vec<Range>) -> Vec<Range> {
    if !all.focus.is_empty() {
        ranges = ranges.iter().flat_map(|range| focus(all, range)).collect();
    }
    if let Some(fix) = &all.fix {
        for range in &mut ranges {
            range.fix = Some(Arc::clone(fix));
        }
    }
    if let Some(name) = &all.bind {
        for range in &mut ranges {
            let value = Value {
                span: range.span,
                node: range.node,
                what: if range.node.is_some() {
                    What::Node
                } else {
                    What::Text
                },
                text: None,
            };
            range.bindings = range.bindings.with(name, value);
        }
    }
    ranges
}

fn focus(all: &All, range: &Range) -> Vec<Range> {
    let mut focused: Option<Vec<Range>> = None;
    for names in &all.focus {
        let here: Vec<Range> = names
            .iter()
            .filter_map(|name| range.bindings.get(name))
            .filter_map(|value| {
                let narrow = Range {
                    span: value.span,
                    node: value.node.filter(|_| value.what == What::Node),
                    bindings: range.bindings.clone(),
                    sort: Sort::Plain,
                    fix: range.fix.clone(),
                };
                smaller(&narrow, range)
            })
            .collect();
        focused = Some(match focused {
            None => here,
            Some(before) => before
                .iter()
                .flat_map(|one| here.iter().filter_map(|other| smaller(one, other)))
                .collect(),
        });
    }
    focused.unwrap_or_default()
}

/// The one that is within the other.
fn smaller(one: &Range, other: &Range) -> Option<Range> {
    if other.span.contains(one.span) {
        Some(one.clone())
    } else if one.span.contains(other.span) {
        Some(other.clone())
    } else {
        None
    }
}
