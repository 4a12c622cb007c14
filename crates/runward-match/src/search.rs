//! All matches of one pattern in one file.

use std::rc::Rc;
use std::sync::OnceLock;

use runward_resolve::Facts;
use runward_syntax::{Kind, NodeId, Span, Symbol, Tree};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::bindings::{Binding, Bindings, Value, What};
use crate::budget::{Budget, OutOfBudget};
use crate::equal::Bound;
use crate::pattern::{Pattern, Sort};
use crate::places::{is_own_kind_only, is_root, root_kinds};
use crate::solve::{Finds, Found, Matcher, NONE, Run};
use crate::target::{Match, Target};

/// The part of a file that a search looks at.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// First and last node; `None`: the whole tree.
    pub(crate) nodes: Option<(NodeId, NodeId)>,
    /// The bytes, for expressions on the text.
    pub(crate) span: Span,
    /// Only matches within one of these (in order, none overlapping another) are wanted.
    pub(crate) within: Option<&'s [Span]>,
    /// Only matches that surround one of these nodes are wanted.
    pub(crate) around: Option<&'s [NodeId]>,
    /// What is bound already.
    pub(crate) seed: Option<&'s Bindings>,
    /// The scope is a part of the full name of an imported one.
    pub(crate) name: Option<(NodeId, What)>,
}

impl Scope<'_> {
    pub(crate) fn whole(source: &str) -> Self {
        Self {
            nodes: None,
            span: Span::new(0, u32::try_from(source.len()).unwrap_or(u32::MAX)),
            within: None,
            around: None,
            seed: None,
            name: None,
        }
    }

    pub(crate) fn is_whole_file(&self) -> bool {
        self.nodes.is_none()
            && self.seed.is_none()
            && self.within.is_none()
            && self.around.is_none()
            && self.name.is_none()
    }

    fn has(&self, t: NodeId, span: Span) -> bool {
        self.nodes
            .is_none_or(|(first, last)| first <= t && t <= last)
            && self.within.is_none_or(|within| {
                let count = within.partition_point(|one| one.start <= span.start);
                let last = count.checked_sub(1).and_then(|at| within.get(at));
                last.is_some_and(|one| one.contains(span))
            })
    }

    /// Whether a node is the scope itself.
    fn is(&self, t: NodeId) -> bool {
        self.nodes.is_some_and(|(first, _)| first == t)
    }
}

/// Whether a file can have a match at all, by its index alone.
pub(crate) fn is_possible(pattern: &Pattern, target: &Target<'_>) -> bool {
    target.tree.is_some()
        && pattern
            .anchors
            .iter()
            .all(|anchor| !target.index.named(anchor.symbol).is_empty())
}

pub(crate) fn search(
    pattern: &Pattern,
    target: &Target<'_>,
    scope: &Scope<'_>,
    budget: &mut Budget,
) -> Result<Vec<Match>, OutOfBudget> {
    static NO_FACTS: OnceLock<Facts> = OnceLock::new();
    let Some(tree) = target.tree.filter(|_| is_possible(pattern, target)) else {
        return Ok(Vec::new());
    };
    let facts = target
        .facts
        .unwrap_or_else(|| NO_FACTS.get_or_init(Facts::default));
    let mut matcher = Matcher::new(pattern, target, tree, facts, budget.left());
    if let Some(seed) = scope.seed {
        for (slot, name) in matcher.slots.iter_mut().zip(&pattern.slots) {
            *slot = seed.get(name).map(Bound::from_value);
        }
    }
    if let Some((node, what)) = scope.name {
        imported(&mut matcher, node, what);
    } else {
        for root in candidates(pattern, target, tree, scope, &mut matcher.steps) {
            matcher.at(root);
        }
    }
    let spent = budget.left() - matcher.steps;
    let found = std::mem::replace(&mut matcher.found, Finds::new(0));
    budget.spend(spent);
    budget.check()?;
    Ok(matches(pattern, tree, scope, &found))
}

/// Whether an expression is known to be of the type that a pattern is.
pub(crate) fn has_type(
    pattern: &Pattern,
    target: &Target<'_>,
    node: NodeId,
    budget: &mut Budget,
) -> Result<bool, OutOfBudget> {
    let (Some(tree), Some(facts)) = (target.tree, target.facts) else {
        return Ok(false);
    };
    let mut matcher = Matcher::new(pattern, target, tree, facts, budget.left());
    let holds = matcher.holds(&|m, k| m.of_type(pattern.root, node, k));
    budget.spend(budget.left() - matcher.steps);
    budget.check()?;
    Ok(holds)
}

/// A pattern against (the first parts of) the full name of an imported one.
fn imported(matcher: &mut Matcher<'_>, node: NodeId, what: What) {
    let facts = matcher.facts;
    let part;
    let path: &[Symbol] = match what {
        What::Part(symbol) => {
            part = [symbol];
            &part
        }
        What::Path(count) => {
            let path = facts.path(node).unwrap_or_default();
            path.get(..count as usize).unwrap_or(path)
        }
        _ => return,
    };
    let span = matcher.t(node).span;
    matcher.path(matcher.pattern.root, node, path, &|m| m.record(span));
}

fn matches(pattern: &Pattern, tree: &Tree, scope: &Scope<'_>, found: &Finds<'_>) -> Vec<Match> {
    let mut all = Vec::with_capacity(found.len());
    let mut here = Here::default();
    let mut bound = Vec::with_capacity(pattern.slots.len());
    for (one, slots) in found.iter() {
        if !here.is_new(one, slots) {
            continue;
        }
        bound.extend(pattern.by_name.iter().filter_map(|slot| {
            let value = slots.get(*slot as usize)?.as_ref()?;
            let name = pattern.slots.get(*slot as usize)?;
            Some(Binding {
                name: name.clone(),
                value: self::value(tree, value),
            })
        }));
        let bindings = Bindings::in_order(bound.drain(..));
        let bindings = match scope.seed {
            Some(outer) => bindings.extended(outer),
            None => bindings,
        };
        all.push(Match {
            span: one.span,
            node: Some(one.node),
            bindings,
            fix: None,
        });
    }
    all
}

/// What was found at one place so far: a pattern can match there in several ways.
#[derive(Default)]
struct Here<'f, 'a> {
    node: Option<NodeId>,
    few: Vec<(Span, &'f [Option<Bound<'a>>])>,
    many: FxHashSet<(Span, Vec<Option<Key>>)>,
}

/// What tells two values of a metavariable apart.
type Key = (Span, Option<NodeId>, (u8, u32));

/// So many ways are compared one by one.
const FEW: usize = 8;

fn key(bound: &Bound<'_>) -> Key {
    (bound.span, bound.node, bound.what_key())
}

impl<'f, 'a> Here<'f, 'a> {
    fn is_new(&mut self, one: &Found, slots: &'f [Option<Bound<'a>>]) -> bool {
        if self.node != Some(one.node) {
            self.node = Some(one.node);
            self.few.clear();
            self.many.clear();
        }
        let keys = |slots: &[Option<Bound<'_>>]| -> Vec<Option<Key>> {
            slots.iter().map(|slot| slot.as_ref().map(key)).collect()
        };
        if self.few.len() < FEW {
            let same = |other: &[Option<Bound<'_>>]| {
                let pairs = slots.iter().zip(other);
                pairs
                    .into_iter()
                    .all(|(a, b)| a.as_ref().map(key) == b.as_ref().map(key))
            };
            if self
                .few
                .iter()
                .any(|(span, other)| *span == one.span && same(other))
            {
                return false;
            }
            self.few.push((one.span, slots));
            return true;
        }
        if self.many.is_empty() {
            let few = self.few.iter().map(|(span, slots)| (*span, keys(slots)));
            self.many.extend(few);
        }
        self.many.insert((one.span, keys(slots)))
    }
}

fn value(tree: &Tree, bound: &Bound<'_>) -> Value {
    let text = match (bound.text, bound.what) {
        (Some(text), _) => Some(text.into()),
        (None, What::Part(symbol)) => Some(tree.symbols.text(symbol).into()),
        _ => None,
    };
    Value {
        span: bound.span,
        node: bound.node,
        what: bound.what,
        text,
    }
}

impl<'a> Matcher<'a> {
    fn new(
        pattern: &'a Pattern,
        target: &'a Target<'_>,
        tree: &'a Tree,
        facts: &'a Facts,
        steps: u64,
    ) -> Self {
        Self {
            pattern,
            tree,
            facts,
            index: target.index,
            source: target.source,
            slots: vec![None; pattern.slots.len()],
            extent: NONE,
            steps,
            substitutions: 0,
            wildcards: true,
            found: Finds::new(pattern.slots.len()),
            judged: FxHashMap::default(),
        }
    }

    fn record(&mut self, span: Span) {
        if self.passes() {
            self.found.add(span, &self.slots);
        }
    }

    /// Tries the pattern at one place.
    fn at(&mut self, t: NodeId) {
        let before = self.found.len();
        let root = self.pattern.root;
        let target = self.t(t);
        match self.pattern.sort {
            Sort::Statements => {
                self.extent = NONE;
                let block = target.parent;
                let run = Run::from(self, block, t);
                self.run_of(self.pattern.kids(root), run, true, &|m| {
                    if m.extent != NONE {
                        let span = m.extent;
                        m.record(span);
                    }
                });
                self.extent = NONE;
            }
            Sort::Statement | Sort::Part => {
                let span = self.statement_span(t);
                self.any(root, t, &|m| m.record(span));
            }
            Sort::Expression => {
                let span = self.expression_span(t);
                self.expr(root, t, true, &|m| m.record(span));
            }
        }
        self.found.place(before, t);
    }

    /// Where a statement pattern is reported: a lone `finally { … }` is not the whole `try`.
    fn statement_span(&self, t: NodeId) -> Span {
        let (root, span) = (self.pattern.root, self.t(t).span);
        let lone = self.pattern.kind(root) == Kind::Try
            && self
                .pattern
                .kid(root, 0)
                .is_some_and(|block| self.p(block).kind == Kind::Absent);
        let Some(block) = self.tree.present(t, 3).filter(|_| lone) else {
            return span;
        };
        let end = self.t(block).span;
        let before = Span::new(span.start, end.start).text(self.source);
        let word = before
            .rfind("finally")
            .and_then(|at| u32::try_from(at).ok());
        Span::new(
            word.map_or(end.start, |at| span.start.saturating_add(at)),
            end.end,
        )
    }

    /// Where an expression pattern is reported: a definition with a value is reported as the
    /// assignment that it is, a decorator as the call.
    fn expression_span(&self, t: NodeId) -> Span {
        let node = self.t(t);
        let ends = |first: usize, last: usize| {
            let (first, last) = (self.child(t, first), self.tree.present(t, last));
            match (first, last) {
                (Some(first), Some(last)) => {
                    Span::new(self.t(first).span.start, self.t(last).span.end)
                }
                _ => node.span,
            }
        };
        match node.kind {
            Kind::VarDef => ends(0, 2),
            Kind::Field => ends(1, 3),
            Kind::Decorator => ends(0, 0),
            _ => node.span,
        }
    }
}

/// The places where a pattern may match.
fn candidates(
    pattern: &Pattern,
    target: &Target<'_>,
    tree: &Tree,
    scope: &Scope<'_>,
    steps: &mut u64,
) -> Vec<NodeId> {
    let fits =
        |t: NodeId| scope.has(t, tree.node(t).span) && is_root(pattern, tree, t, scope.is(t));
    let mut roots = Vec::new();
    let is_star = |symbol: Symbol| {
        let modules = target.index.wildcards();
        modules.iter().any(|module| module.contains(&symbol))
    };
    let runs = pattern.sort == Sort::Statements;
    // What a name stands for may be written elsewhere in the file.
    let scattered = pattern.options.symbolic_propagation;
    let best = pattern
        .anchors
        .iter()
        // What is in a later statement says little about where the run begins.
        .filter(|anchor| !scattered && (!runs || anchor.first) && !is_star(anchor.symbol))
        .min_by_key(|anchor| {
            (
                anchor.climb.is_none(),
                target.index.named(anchor.symbol).len(),
            )
        });
    if let Some(around) = scope.around.filter(|_| !runs)
        && best.is_none_or(|anchor| target.index.named(anchor.symbol).len() > around.len())
    {
        for node in around {
            surrounding(tree, *node, &mut roots);
        }
        roots.sort_unstable();
        roots.dedup();
        roots.retain(|root| fits(*root));
        return roots;
    }
    if let Some(anchor) = best {
        for node in target.index.named(anchor.symbol) {
            if *steps == 0 {
                return Vec::new();
            }
            if fits(*node) {
                roots.push(*node);
            }
            let limit = anchor.climb.map_or(usize::MAX, usize::from);
            for up in tree.ancestors(*node).take(limit) {
                // A name in very deep code has very much above it.
                *steps = steps.saturating_sub(1);
                if fits(up) {
                    roots.push(up);
                }
            }
        }
        roots.sort_unstable();
        roots.dedup();
        return roots;
    }
    let Some((first, last)) = scope.nodes else {
        let all = target.roots(pattern, tree);
        roots.extend(all.iter().filter(|t| scope.has(**t, tree.node(**t).span)));
        return roots;
    };
    if let Some(kinds) = root_kinds(pattern) {
        for kind in kinds {
            let all = target.index.kind(*kind);
            let all = all
                .get(all.partition_point(|t| *t < first)..)
                .unwrap_or_default();
            let here = all.iter().take_while(|t| **t <= last);
            roots.extend(here.filter(|t| fits(**t)));
        }
    } else {
        let all = (first.index()..=last.index()).map(NodeId::at);
        roots.extend(all.filter(|t| fits(*t)));
    }
    roots
}

impl Target<'_> {
    /// The places of the whole file where a pattern of this sort can be tried; found out once for all
    /// patterns that begin alike.
    fn roots(&self, pattern: &Pattern, tree: &Tree) -> Rc<[NodeId]> {
        let constants = pattern.options.constant_propagation;
        let symbolic = pattern.options.symbolic_propagation;
        let kind = pattern.kind(pattern.root);
        // Elsewhere than where one is written, a literal can only be found as a known value.
        let literal = pattern.sort == Sort::Expression
            && matches!(kind, Kind::Str | Kind::Int | Kind::Float | Kind::Bool)
            && !symbolic;
        let key = (pattern.language, pattern.sort, kind, literal && constants);
        if let Some(roots) = self.roots.borrow().get(&key) {
            return Rc::clone(roots);
        }
        let fits = |t: &NodeId| {
            let can_be = !literal
                || matches!(
                    tree.kind(*t),
                    Kind::Str | Kind::Int | Kind::Float | Kind::Bool | Kind::Interp
                )
                || (constants && self.facts.is_some_and(|facts| facts.constant(*t).is_some()));
            can_be && is_root(pattern, tree, *t, false)
        };
        let of_kinds = |kinds: &[Kind]| -> Rc<[NodeId]> {
            let all = kinds.iter().flat_map(|kind| self.index.kind(*kind));
            all.copied().filter(fits).collect()
        };
        let roots = match root_kinds(pattern) {
            Some(kinds) => of_kinds(kinds),
            None if is_own_kind_only(pattern) => of_kinds(&[kind]),
            None => (0..tree.len()).map(NodeId::at).filter(fits).collect(),
        };
        self.roots.borrow_mut().insert(key, Rc::clone(&roots));
        roots
    }
}

/// A node, what it is in, and what it consists of alone.
fn surrounding(tree: &Tree, node: NodeId, found: &mut Vec<NodeId>) {
    found.push(node);
    found.extend(tree.ancestors(node));
    let span = tree.node(node).span;
    let mut at = node;
    while let Some(inner) = tree.children(at).find(|kid| tree.node(*kid).span == span) {
        found.push(inner);
        at = inner;
    }
}
