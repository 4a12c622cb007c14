//! Statements, and runs of them.

use runward_syntax::{Kind, Language, NodeId, Span};

use super::{K, Matcher};
use crate::pattern::{Extra, P};

/// Statements of the file from `at` on: either the neighbours in one block up to the node `last`, or
/// (`flat` is false) every statement inside those as well, in the order of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) at: usize,
    pub(crate) last: usize,
    pub(crate) flat: bool,
}

impl Run {
    /// The children of a block, from one of them on.
    pub(crate) fn from(m: &Matcher<'_>, block: NodeId, first: NodeId) -> Self {
        Self {
            at: first.index(),
            last: m.t(block).last.index(),
            flat: true,
        }
    }

    pub(crate) fn of_block(m: &Matcher<'_>, block: NodeId) -> Self {
        Self {
            at: block.index() + 1,
            last: m.t(block).last.index(),
            flat: true,
        }
    }

    fn first(self) -> Option<NodeId> {
        (self.at <= self.last).then(|| NodeId::at(self.at))
    }

    fn rest(self, m: &Matcher<'_>) -> Self {
        let at = if self.flat {
            m.t(NodeId::at(self.at)).last.index() + 1
        } else {
            next_statement(m, self.at + 1, self.last)
        };
        Self { at, ..self }
    }

    fn deep(self, m: &Matcher<'_>) -> Self {
        Self {
            at: next_statement(m, self.at, self.last),
            flat: false,
            ..self
        }
    }
}

fn next_statement(m: &Matcher<'_>, from: usize, last: usize) -> usize {
    (from..=last)
        .find(|at| m.t(NodeId::at(*at)).kind.is_statement())
        .unwrap_or(last + 1)
}

impl<'a> Matcher<'a> {
    /// A statement is part of the match.
    fn extend(&mut self, t: NodeId, k: K<'_, 'a>) {
        let before = self.extent;
        let span = self.t(t).span;
        self.extent = if before == NONE {
            span
        } else {
            Span::new(before.start.min(span.start), before.end.max(span.end))
        };
        k(self);
        self.extent = before;
    }

    /// A run of statements; `...` goes into nested blocks. `less`: statements may be left over.
    pub(crate) fn run_of(&mut self, ps: &[P], run: Run, less: bool, k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        let Some((p, rest)) = ps.split_first() else {
            if less || run.first().is_none() {
                k(self);
            }
            return;
        };
        if self.pattern.is_dots(*p) {
            if rest.is_empty() {
                return self.rest_of(run, less, k);
            }
            // Inside a nested block, what is next to what is another question.
            if self.has_neighbours(ps) {
                self.flat(ps, run, true, k);
            }
            return self.flat(ps, run.deep(self), true, k);
        }
        if self.pattern.rest_slot(*p).is_some() {
            return self.flat(ps, run, less, k);
        }
        if let Some(t) = run.first() {
            self.stmt(*p, t, &|m| {
                m.extend(t, &|m| m.run_of(rest, run.rest(m), less, k));
            });
        }
    }

    /// Whether two statements of the pattern, or one and a `$...X`, have no `...` between them.
    fn has_neighbours(&self, ps: &[P]) -> bool {
        let dots = |p: &P| self.pattern.is_dots(*p);
        ps.iter().any(|p| self.pattern.rest_slot(*p).is_some())
            || ps
                .iter()
                .zip(ps.iter().skip(1))
                .any(|(one, next)| !dots(one) && !dots(next))
    }

    /// `...` at the end: all of the rest, and (where the match itself is shown) none of it.
    fn rest_of(&mut self, run: Run, less: bool, k: K<'_, 'a>) {
        let Some(first) = run.first() else {
            return k(self);
        };
        if less && !self.pattern.inside && self.extent != NONE {
            k(self);
        }
        let before = self.extent;
        let start = if before == NONE {
            self.t(first).span.start
        } else {
            before.start
        };
        let mut end = before.end;
        let mut at = run.at;
        while at <= run.last {
            let node = self.t(NodeId::at(at));
            end = end.max(node.span.end);
            at = node.last.index() + 1;
        }
        self.extent = Span::new(start, end);
        k(self);
        self.extent = before;
    }

    /// A run whose statements stay as they are: after a `...`, or behind a `$...X`.
    fn flat(&mut self, ps: &[P], run: Run, less: bool, k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        let Some((p, rest)) = ps.split_first() else {
            if less || run.first().is_none() {
                k(self);
            }
            return;
        };
        if self.pattern.is_dots(*p) {
            if rest.is_empty() {
                return self.rest_of(run, true, k);
            }
            let before = self.extent;
            let mut run = run;
            loop {
                self.flat(rest, run, true, k);
                let Some(t) = run.first() else { break };
                let span = self.t(t).span;
                self.extent = if self.extent == NONE {
                    span
                } else {
                    Span::new(
                        self.extent.start.min(span.start),
                        self.extent.end.max(span.end),
                    )
                };
                run = run.rest(self);
                if !self.step() {
                    break;
                }
            }
            self.extent = before;
            return;
        }
        if let Some(slot) = self.pattern.rest_slot(*p) {
            let mut taken = Vec::new();
            let mut run = run;
            loop {
                let next = run.first();
                if !rest.is_empty() || next.is_none() {
                    let value = self.run(&taken, next);
                    let last = taken.last().copied();
                    let first = taken.first().copied();
                    let then: K<'_, 'a> = &|m| m.flat(rest, run, false, k);
                    self.bind(slot, value, &|m| match (first, last) {
                        (Some(first), Some(last)) => {
                            m.extend(first, &|m| m.extend(last, then));
                        }
                        _ => then(m),
                    });
                }
                let Some(t) = next else { return };
                taken.push(t);
                run = run.rest(self);
                if !self.step() {
                    return;
                }
            }
        }
        if let Some(t) = run.first() {
            self.stmt(*p, t, &|m| {
                m.extend(t, &|m| m.flat(rest, run.rest(m), true, k));
            });
        }
    }

    pub(crate) fn stmt(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        let (pattern, target) = (self.p(p), self.t(t));
        match pattern.kind {
            Kind::Dots => k(self),
            Kind::Metavar => {
                let value = self.node(t);
                self.bind(pattern.extra, value, k);
            }
            Kind::ExprStmt => self.expr_stmt(p, t, k),
            Kind::Return => self.returned(p, t, k),
            Kind::Block => self.block(p, t, k),
            Kind::If if target.kind == Kind::If => {
                self.each_kid(p, t, &[(0, false)], &|m| {
                    m.body(p, t, 1, &|m| m.other_branch(p, t, 2, k));
                });
            }
            Kind::While if target.kind == Kind::While => {
                self.each_kid(p, t, &[(0, false)], &|m| {
                    m.body(p, t, 1, &|m| m.other_branch(p, t, 2, k));
                });
            }
            Kind::DoWhile if target.kind == Kind::DoWhile => {
                self.each_kid(p, t, &[(0, false), (1, false)], k);
            }
            Kind::For => self.for_each(p, t, k),
            Kind::CFor if self.is_any_loop(p) && matches!(target.kind, Kind::For | Kind::CFor) => {
                let at = if target.kind == Kind::For { 2 } else { 3 };
                if let (Some(body), Some(block)) = (self.pattern.kid(p, 3), self.child(t, at)) {
                    self.block_or_one(body, block, k);
                }
            }
            Kind::CFor if target.kind == Kind::CFor => {
                self.each_kid(p, t, &[(0, false), (1, false), (2, false)], &|m| {
                    m.body(p, t, 3, k);
                });
            }
            Kind::Try if target.kind == Kind::Try && self.is_lone_part(p) => {
                // A lone `try { … }` or `finally { … }`.
                self.each_kid(p, t, &[(0, true), (1, true), (2, true), (3, true)], k);
            }
            Kind::Try if target.kind == Kind::Try => {
                self.each_kid(p, t, &[(0, false), (1, false), (2, false), (3, false)], k);
            }
            Kind::With if target.kind == Kind::With => {
                self.each_kid(p, t, &[(0, false)], &|m| m.body(p, t, 1, k));
            }
            Kind::Switch if target.kind == Kind::Switch => {
                self.each_kid(p, t, &[(0, false), (1, false)], k);
            }
            Kind::Throw if target.kind == Kind::Throw => {
                self.each_kid(p, t, &[(0, false), (1, false)], k);
            }
            Kind::Assert if target.kind == Kind::Assert => {
                let ps: Vec<P> = self
                    .kids(p)
                    .iter()
                    .copied()
                    .filter(|p| self.p(*p).kind != Kind::Absent)
                    .collect();
                let ts: Vec<NodeId> = self
                    .tree
                    .children(t)
                    .filter(|t| self.t(*t).kind != Kind::Absent)
                    .collect();
                self.sequence(&ps, &ts, false, &|m, p, t, k| m.any(p, t, k), k);
            }
            Kind::FuncDef => self.function(p, t, k),
            Kind::ClassDef => self.class(p, t, k),
            Kind::VarDef => self.var_def(p, t, k),
            Kind::Field => self.field_def(p, t, k),
            Kind::Import | Kind::ImportFrom => self.import(p, t, k),
            Kind::Export => self.export(p, t, k),
            _ => self.pairwise(p, t, k),
        }
    }

    /// A block or the one statement that stands in its place.
    pub(crate) fn body(&mut self, p: P, t: NodeId, at: usize, k: K<'_, 'a>) {
        if let (Some(p), Some(t)) = (self.pattern.kid(p, at), self.child(t, at)) {
            self.block_or_one(p, t, k);
        }
    }

    fn other_branch(&mut self, p: P, t: NodeId, at: usize, k: K<'_, 'a>) {
        let Some(p) = self
            .pattern
            .kid(p, at)
            .filter(|p| self.p(*p).kind != Kind::Absent)
        else {
            return k(self);
        };
        if let Some(t) = self.tree.present(t, at) {
            self.block_or_one(p, t, k);
        }
    }

    pub(crate) fn block_or_one(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p).kind, self.t(t).kind);
        match (pattern, target) {
            (Kind::Block, Kind::Block) => self.block(p, t, k),
            (Kind::Block, _) => {
                if let [only] = self.kids(p) {
                    self.stmt(*only, t, k);
                }
            }
            (_, Kind::Block) => {
                if let [only] = self.list(t).as_slice() {
                    self.any(p, *only, k);
                }
            }
            _ => self.any(p, t, k),
        }
    }

    fn block(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let ps = self.kids(p);
        if self.t(t).kind != Kind::Block {
            return;
        }
        let dots = |p: &P| self.pattern.is_dots(*p);
        match ps {
            [only] if dots(only) => k(self),
            [only] if self.is_whole_body(p, *only) => {
                let kids = self.list(t);
                match kids.as_slice() {
                    [one] => self.stmt(*only, *one, k),
                    _ => self.stmt(*only, t, k),
                }
            }
            // The two `...` may share out what is around in many ways, all of them one match.
            [before, middle, after] if dots(before) && dots(after) && !dots(middle) => {
                let run = Run::of_block(self, t).deep(self);
                let before = self.extent;
                let mut at = run;
                while let Some(t) = at.first() {
                    self.stmt(*middle, t, k);
                    at = at.rest(self);
                }
                self.extent = before;
            }
            _ => {
                let before = self.extent;
                let run = Run::of_block(self, t);
                self.run_of(ps, run, false, &|m| {
                    let inner = m.extent;
                    m.extent = before;
                    k(m);
                    m.extent = inner;
                });
                self.extent = before;
            }
        }
    }

    /// `if x: $S` and `if (x) $S`: one statement, or a block of several.
    fn is_whole_body(&self, block: P, only: P) -> bool {
        let bare = self.p(block).extra == Extra::Bare || self.language() == Language::Python;
        bare && self.p(only).kind == Kind::ExprStmt
            && self
                .pattern
                .kid(only, 0)
                .is_some_and(|e| self.p(e).kind == Kind::Metavar)
    }

    fn expr_stmt(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let Some(e) = self.pattern.kid(p, 0) else {
            return;
        };
        let target = self.t(t);
        match self.p(e).kind {
            Kind::Dots => return k(self),
            Kind::Metavar => {
                let value = self.node(t);
                self.bind(self.p(e).extra, value, k);
                if self.is_script()
                    && target.kind == Kind::ExprStmt
                    && let Some(inner) = self.child(t, 0)
                {
                    self.expr(e, inner, false, k);
                }
                return;
            }
            Kind::Deep => {
                if let Some(inner) = self.pattern.kid(e, 0) {
                    self.deep_in_statement(inner, t, k);
                }
                return;
            }
            _ => {}
        }
        match target.kind {
            Kind::ExprStmt => {
                if let Some(inner) = self.child(t, 0) {
                    if self.pattern.options.implicit_deep_exprstmt {
                        self.deep_implicit(e, inner, k);
                    } else {
                        self.expr(e, inner, true, k);
                    }
                }
            }
            Kind::VarDef
                if self.pattern.options.vardef_assign && self.tree.present(t, 2).is_some() =>
            {
                self.deep(e, t, k);
            }
            Kind::Field
                if self.pattern.options.vardef_assign && self.tree.present(t, 3).is_some() =>
            {
                self.deep(e, t, k);
            }
            Kind::Return => {
                if let Some(inner) = self.tree.present(t, 0) {
                    self.deep(e, inner, k);
                }
            }
            Kind::Export => {
                if let Some(inner) = self.child(t, 0)
                    && self.t(inner).kind.is_statement()
                {
                    self.expr_stmt(p, inner, k);
                }
            }
            _ => {}
        }
    }

    fn returned(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let target = self.t(t);
        if target.kind == Kind::Return {
            self.exactly(self.pattern.kid(p, 0), self.child(t, 0), k);
        } else if !target.kind.is_statement()
            // Semgrep takes the branches of `a if b else c` apart there, and returns no whole.
            && (self.is_script() || target.kind != Kind::Conditional)
            && let Some(value) = self.pattern.kid(p, 0)
        {
            // The expression that an arrow function consists of.
            self.exactly(Some(value), Some(t), k);
        }
    }

    fn for_each(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let target = self.t(t).kind;
        let header = self
            .kids(p)
            .split_last()
            .map_or(&[][..], |(_, header)| header);
        let only_dots = self.kids(p).len() >= 2
            && header.iter().all(|p| {
                self.pattern.is_dots(*p)
                    || self.p(*p).kind == Kind::Absent
                    || self.p(*p).kind == Kind::Block
            })
            && header.iter().any(|p| self.pattern.is_dots(*p));
        if target == Kind::CFor && only_dots {
            let body = self
                .kids(p)
                .iter()
                .copied()
                .find(|p| self.p(*p).kind == Kind::Block);
            if let (Some(body), Some(block)) = (body, self.child(t, 3)) {
                self.block_or_one(body, block, k);
            }
            return;
        }
        if target != Kind::For {
            return;
        }
        self.each_kid(p, t, &[(0, false), (1, false)], &|m| {
            m.body(p, t, 2, &|m| m.other_branch(p, t, 3, k));
        });
    }

    /// A `try` without a `catch` or `finally`, or the other way round.
    fn is_lone_part(&self, p: P) -> bool {
        let absent = |at: usize| {
            self.pattern
                .kid(p, at)
                .is_none_or(|kid| self.p(kid).kind == Kind::Absent)
        };
        let caught = self
            .pattern
            .kid(p, 1)
            .is_some_and(|handlers| !self.kids(handlers).is_empty());
        absent(0) || (absent(3) && !caught)
    }

    /// `for (...)`.
    fn is_any_loop(&self, p: P) -> bool {
        match self.kids(p) {
            [header, test, update, _] => {
                self.pattern.is_dots(*header)
                    && self.p(*test).kind == Kind::Absent
                    && self.p(*update).kind == Kind::Absent
            }
            _ => false,
        }
    }

    pub(crate) fn catch(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let any = self
            .pattern
            .kid(p, 0)
            .is_some_and(|sort| self.pattern.is_dots(sort));
        if any {
            return self.body(p, t, 2, k);
        }
        let (sort, target) = (self.pattern.kid(p, 0), self.child(t, 0));
        self.caught(sort, target, &|m| {
            let (name, target) = (m.pattern.kid(p, 1), m.tree.present(t, 1));
            let unbound = m.is_script()
                && target.is_none()
                && name.is_some_and(|name| m.p(name).kind == Kind::Metavar);
            if unbound {
                return m.body(p, t, 2, k);
            }
            m.exactly(name, target, &|m| m.body(p, t, 2, k));
        });
    }

    /// What a clause catches; `(..., E, ...)` finds a lone `E` as well.
    fn caught(&mut self, p: Option<P>, t: Option<NodeId>, k: K<'_, 'a>) {
        if let (Some(p), Some(t)) = (p, t)
            && self.p(p).kind == Kind::Tuple
            && !matches!(self.t(t).kind, Kind::Tuple | Kind::Absent)
        {
            return self.sequence(self.kids(p), &[t], false, &|m, p, t, k| m.any(p, t, k), k);
        }
        self.exactly(p, t, k);
    }

    pub(crate) fn case(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        self.each_kid(p, t, &[(0, false), (1, false), (2, false)], k);
    }

    pub(crate) fn cases(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let wanted: Vec<P> = self
            .kids(p)
            .iter()
            .copied()
            .filter(|p| !self.pattern.is_dots(*p))
            .collect();
        let ts = self.list(t);
        self.unordered(&wanted, &ts, None, true, &|m, p, t, k| m.any(p, t, k), k);
    }
}

/// No statement yet.
pub(crate) const NONE: Span = Span {
    start: u32::MAX,
    end: 0,
};
