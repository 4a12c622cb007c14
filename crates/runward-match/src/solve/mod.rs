//! Matching one pattern at one place.
//!
//! A match can succeed in several ways (`f(..., $X, ...)`), each with bindings of its own. So every
//! rule here takes a continuation, which is called once for each way; bindings are undone on the way
//! back, and nothing is allocated for what fails.
//!
//! Throughout, `p` is a node of the pattern, `t` one of the target, `m` the matcher and `k` what is
//! left to match.
#![expect(
    clippy::many_single_char_names,
    reason = "`p`, `t`, `m` and `k` mean the same in every function here"
)]

mod args;
mod coerced;
mod deep;
mod defs;
mod expr;
mod imports;
mod jsx;
mod literals;
mod names;
mod operators;
mod stmts;
mod types;

pub(crate) use literals::content_span;
pub(crate) use stmts::{NONE, Run};

use std::cell::Cell;

use runward_resolve::Facts;
use runward_syntax::{Flags, Kind, Language, Node, NodeId, Span, Symbol, Tree};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::bindings::What;
use crate::equal::{Bound, Comparer};
use crate::index::Index;
use crate::pattern::{Extra, Guard, P, Pattern};

/// What is left to match; called once for each way in which the part before it succeeds.
pub(crate) type K<'k, 'a> = &'k (dyn Fn(&mut Matcher<'a>) + 'k);

/// The state of matching one pattern in one tree.
pub(crate) struct Matcher<'a> {
    pub(crate) pattern: &'a Pattern,
    pub(crate) tree: &'a Tree,
    pub(crate) facts: &'a Facts,
    pub(crate) index: &'a Index,
    pub(crate) source: &'a str,
    pub(crate) slots: Vec<Option<Bound<'a>>>,
    /// The bytes of the statements that were matched so far, of a run of statements.
    pub(crate) extent: Span,
    pub(crate) steps: u64,
    /// How deep values were put in the place of names.
    pub(crate) substitutions: u8,
    /// Whether star imports may give a name its module.
    pub(crate) wildcards: bool,
    pub(crate) found: Finds<'a>,
    /// What the guards said of names.
    pub(crate) judged: FxHashMap<(usize, Symbol), bool>,
}

/// Few as a rule.
pub(crate) type Nodes = SmallVec<[NodeId; 8]>;

/// A success: the place that was tried, and what is reported.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) node: NodeId,
    pub(crate) span: Span,
}

/// All successes, with what was bound.
#[derive(Debug, Clone)]
pub(crate) struct Finds<'a> {
    all: Vec<Found>,
    /// So many for each.
    width: usize,
    slots: Vec<Option<Bound<'a>>>,
}

impl<'a> Finds<'a> {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            all: Vec::new(),
            width,
            slots: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn add(&mut self, span: Span, slots: &[Option<Bound<'a>>]) {
        let node = NodeId::ROOT;
        self.all.push(Found { node, span });
        self.slots.extend_from_slice(slots);
    }

    /// Says where those from `first` on were tried.
    pub(crate) fn place(&mut self, first: usize, node: NodeId) {
        for found in self.all.iter_mut().skip(first) {
            found.node = node;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Found, &[Option<Bound<'a>>])> {
        self.all.iter().enumerate().map(|(at, found)| {
            let start = at * self.width;
            let slots = self.slots.get(start..start + self.width);
            (found, slots.unwrap_or_default())
        })
    }
}

impl<'a> Matcher<'a> {
    pub(crate) fn p(&self, p: P) -> &'a crate::pattern::PatternNode {
        self.pattern.node(p)
    }

    pub(crate) fn kids(&self, p: P) -> &'a [P] {
        self.pattern.kids(p)
    }

    pub(crate) fn t(&self, t: NodeId) -> &'a Node {
        self.tree.node(t)
    }

    pub(crate) fn language(&self) -> Language {
        self.pattern.language
    }

    pub(crate) fn is_script(&self) -> bool {
        matches!(
            self.pattern.language,
            Language::JavaScript | Language::TypeScript
        )
    }

    /// Takes a step; false where the search has to end.
    pub(crate) fn step(&mut self) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        true
    }

    pub(crate) fn node(&self, t: NodeId) -> Bound<'a> {
        Bound::node(t, self.t(t).span)
    }

    /// Binds a metavariable for what follows, or compares with what it is bound to.
    pub(crate) fn bind(&mut self, extra: Extra, value: Bound<'a>, k: K<'_, 'a>) {
        let (Extra::Slot(slot) | Extra::TextSlot(slot)) = extra else {
            return k(self);
        };
        if let Some(bound) = self.slots.get(slot as usize).copied().flatten() {
            if self.same(&bound, &value) {
                k(self);
            }
        } else {
            self.set(slot, Some(value));
            k(self);
            self.set(slot, None);
        }
    }

    fn set(&mut self, slot: u16, value: Option<Bound<'a>>) {
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = value;
        }
    }

    /// Whether the conditions that the rule has on single metavariables hold.
    pub(crate) fn passes(&mut self) -> bool {
        let pattern = self.pattern;
        (pattern.guards.iter().enumerate()).all(|(at, guard)| {
            let slot = self.slots.get(guard.slot as usize).copied().flatten();
            slot.is_none_or(|bound| self.passes_guard(at, guard, &bound))
        })
    }

    fn passes_guard(&mut self, at: usize, guard: &Guard, bound: &Bound<'a>) -> bool {
        let name = match (bound.text, bound.what, bound.node) {
            (None, What::Node, Some(node)) if self.t(node).kind == Kind::Name => {
                Some(self.t(node).name)
            }
            (None, What::Part(symbol), _) => Some(symbol),
            _ => None,
        };
        let Some(name) = name else {
            let text = bound.text.unwrap_or_else(|| bound.span.text(self.source));
            self.steps = self.steps.saturating_sub(text.len() as u64 / 64);
            return guard.allows(text);
        };
        if let Some(known) = self.judged.get(&(at, name)) {
            return *known;
        }
        let allows = guard.allows(self.tree.symbols.text(name));
        self.judged.insert((at, name), allows);
        allows
    }

    fn same(&mut self, one: &Bound<'a>, other: &Bound<'a>) -> bool {
        let comparer = Comparer {
            tree: Some(self.tree),
            facts: Some(self.facts),
            source: self.source,
            strict: self.pattern.options.unify_ids_strictly,
            constants: self.pattern.options.constant_propagation,
        };
        self.steps = self.steps.saturating_sub(comparer.cost(one));
        comparer.same(one, other)
    }

    /// Runs the second only where the first does not succeed.
    pub(crate) fn or_else(
        &mut self,
        first: &dyn Fn(&mut Self, K<'_, 'a>),
        second: &dyn Fn(&mut Self, K<'_, 'a>),
        k: K<'_, 'a>,
    ) {
        let hit = Cell::new(false);
        first(self, &|m| {
            hit.set(true);
            k(m);
        });
        if !hit.get() {
            second(self, k);
        }
    }

    /// Whether a part matches in some way, bindings aside.
    pub(crate) fn holds(&mut self, test: &dyn Fn(&mut Self, K<'_, 'a>)) -> bool {
        let hit = Cell::new(false);
        test(self, &|_| hit.set(true));
        hit.get()
    }

    /// An optional part of the pattern: where it says nothing, anything will do.
    pub(crate) fn optional(&mut self, p: Option<P>, t: Option<NodeId>, k: K<'_, 'a>) {
        match (p.filter(|p| self.p(*p).kind != Kind::Absent), t) {
            (None, _) => k(self),
            (Some(p), Some(t)) if self.t(t).kind != Kind::Absent => self.any(p, t, k),
            (Some(_), _) => {}
        }
    }

    /// An optional part that must be there exactly if the pattern has it; `...` may be nothing.
    pub(crate) fn exactly(&mut self, p: Option<P>, t: Option<NodeId>, k: K<'_, 'a>) {
        let p = p.filter(|p| self.p(*p).kind != Kind::Absent);
        let t = t.filter(|t| self.t(*t).kind != Kind::Absent);
        match (p, t) {
            (None, None) => k(self),
            (Some(p), None) if self.pattern.is_dots(p) => k(self),
            (Some(p), Some(t)) => self.any(p, t, k),
            _ => {}
        }
    }

    /// Anything against anything, by what the pattern is.
    pub(crate) fn any(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let kind = self.p(p).kind;
        if kind.is_statement() {
            self.stmt(p, t, k);
        } else {
            self.part(p, t, k);
        }
    }

    /// A part that is neither an expression nor a statement, or else an expression.
    fn part(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (kind, target) = (self.p(p).kind, self.t(t).kind);
        match kind {
            Kind::Args if target == Kind::Args => self.args(p, t, k),
            Kind::Params if target == Kind::Params => self.params(p, t, k),
            Kind::Param if target == Kind::Param => self.param(p, t, k),
            Kind::Decorators if target == Kind::Decorators => self.decorators(p, t, k),
            Kind::Decorator if target == Kind::Decorator => self.decorator(p, t, k),
            Kind::Handlers if target == Kind::Handlers => {
                let (ps, ts) = (self.kids(p), self.list(t));
                self.unordered(ps, &ts, None, true, &|m, p, t, k| m.any(p, t, k), k);
            }
            Kind::Catch if target == Kind::Catch => self.catch(p, t, k),
            Kind::Case if target == Kind::Case => self.case(p, t, k),
            Kind::Cases if target == Kind::Cases => self.cases(p, t, k),
            Kind::Pair => self.pair(p, t, k),
            Kind::Keyword if target == Kind::Keyword => self.pairwise(p, t, k),
            Kind::JsxAttrs if target == Kind::JsxAttrs => self.jsx_attrs(p, t, k),
            Kind::JsxBody if target == Kind::JsxBody => self.jsx_body(p, t, k),
            Kind::JsxAttr if target == Kind::JsxAttr => self.pairwise(p, t, k),
            Kind::Bases if target == Kind::Bases => self.bases(p, t, k),
            Kind::WithItems if target == Kind::WithItems => self.ordered(p, t, k),
            Kind::Absent => {
                if target == Kind::Absent {
                    k(self);
                }
            }
            _ => self.expr(p, t, false, k),
        }
    }

    /// Nodes of one kind and their children, position by position; `...` among them is any number.
    pub(crate) fn pairwise(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        let named = !matches!(pattern.kind, Kind::Str | Kind::Name | Kind::JsxText);
        if pattern.kind != target.kind
            || pattern.op != target.op
            || (named && pattern.extra == Extra::Nothing && pattern.name != target.name)
        {
            return;
        }
        self.ordered(p, t, k);
    }

    /// Children in order, with `...` and `$...X`.
    pub(crate) fn ordered(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let ts = self.list(t);
        self.sequence(self.kids(p), &ts, false, &|m, p, t, k| m.any(p, t, k), k);
    }

    /// The children of a node.
    pub(crate) fn list(&self, t: NodeId) -> Nodes {
        self.tree.children(t).collect()
    }

    pub(crate) fn child(&self, t: NodeId, at: usize) -> Option<NodeId> {
        self.tree.child(t, at)
    }

    /// Lists in order, with `...` and `$...X`; `less`: more than the pattern has is fine.
    pub(crate) fn sequence(
        &mut self,
        ps: &[P],
        ts: &[NodeId],
        less: bool,
        one: &dyn Fn(&mut Self, P, NodeId, K<'_, 'a>),
        k: K<'_, 'a>,
    ) {
        if !self.step() {
            return;
        }
        let Some((p, rest)) = ps.split_first() else {
            if ts.is_empty() || less {
                k(self);
            }
            return;
        };
        if self.pattern.is_dots(*p) {
            if rest.is_empty() {
                return k(self);
            }
            for at in 0..=ts.len() {
                self.sequence(rest, ts.get(at..).unwrap_or_default(), less, one, k);
            }
            return;
        }
        if let Some(slot) = self.pattern.rest_slot(*p) {
            let from = if rest.is_empty() && !less {
                ts.len()
            } else {
                0
            };
            for at in from..=ts.len() {
                let (taken, left) = ts.split_at_checked(at).unwrap_or_default();
                let value = self.run(taken, left.first().copied());
                self.bind(slot, value, &|m| m.sequence(rest, left, less, one, k));
            }
            return;
        }
        if let Some((t, left)) = ts.split_first() {
            one(self, *p, *t, &|m| m.sequence(rest, left, less, one, k));
        }
    }

    /// Neighbours as one value.
    pub(crate) fn run(&self, taken: &[NodeId], next: Option<NodeId>) -> Bound<'a> {
        match (taken.first(), taken.last()) {
            (Some(first), Some(last)) => Bound::nodes(
                *first,
                *last,
                Span::new(self.t(*first).span.start, self.t(*last).span.end),
            ),
            _ => Bound::nothing(next.map_or(0, |next| self.t(next).span.start)),
        }
    }

    /// Each of the pattern's with another of the target's, in any order.
    pub(crate) fn unordered(
        &mut self,
        ps: &[P],
        ts: &[NodeId],
        used: Option<&Used<'_>>,
        less: bool,
        one: &dyn Fn(&mut Self, P, NodeId, K<'_, 'a>),
        k: K<'_, 'a>,
    ) {
        if !self.step() {
            return;
        }
        let Some((p, rest)) = ps.split_first() else {
            if less || Used::count(used) == ts.len() {
                k(self);
            }
            return;
        };
        for (at, t) in ts.iter().enumerate() {
            if Used::has(used, at) {
                continue;
            }
            let now = Used { at, before: used };
            one(self, *p, *t, &|m| {
                m.unordered(rest, ts, Some(&now), less, one, k);
            });
        }
    }

    /// Flags that the pattern asks for must be there; others may be.
    pub(crate) fn flags_ok(&self, p: P, t: NodeId, which: Flags) -> bool {
        let asked = self.p(p).flags.0 & which.0;
        asked & self.t(t).flags.0 == asked
    }
}

/// Which of the target's were taken, newest first; it lives on the stack.
pub(crate) struct Used<'u> {
    at: usize,
    before: Option<&'u Used<'u>>,
}

impl<'u> Used<'u> {
    pub(crate) fn after(at: usize, before: Option<&'u Self>) -> Self {
        Self { at, before }
    }

    pub(crate) fn has(used: Option<&Self>, at: usize) -> bool {
        let mut next = used;
        while let Some(one) = next {
            if one.at == at {
                return true;
            }
            next = one.before;
        }
        false
    }

    pub(crate) fn count(used: Option<&Self>) -> usize {
        let mut next = used;
        let mut count = 0;
        while let Some(one) = next {
            count += 1;
            next = one.before;
        }
        count
    }
}
