//! Operators: chains of one associative operator, in any order where that changes nothing.

use runward_syntax::{Kind, NodeId, Op, Span};

use super::{K, Matcher, Used};
use crate::equal::Bound;
use crate::pattern::P;

/// Past so many operands that a metavariable could stand for, only their order as written is tried.
const MAX_SHUFFLED: usize = 3;

impl<'a> Matcher<'a> {
    pub(crate) fn binary(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        if target.kind != Kind::Binary {
            return;
        }
        let (Some(left), Some(right)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1)) else {
            return;
        };
        let (Some(target_left), Some(target_right)) = (self.child(t, 0), self.child(t, 1)) else {
            return;
        };
        let associative = is_associative(pattern.op);
        if self.pattern.is_dots(right) && (!associative || pattern.op != target.op) {
            if pattern.op == target.op {
                // `$X + ...`: the left side may be further down a longer chain.
                self.or_else(
                    &|m, k| m.expr(left, target_left, false, k),
                    &|m, k| m.expr(p, target_left, false, k),
                    k,
                );
            }
            return;
        }
        if pattern.op != target.op {
            return;
        }
        if self.pattern.options.ac_matching && associative {
            let mut ps = Vec::new();
            self.pattern_operands(p, pattern.op, &mut ps);
            let mut ts = Vec::new();
            self.target_operands(t, pattern.op, &mut ts);
            if self.is_commutative(pattern.op) {
                self.shuffled(&ps, &ts, k);
            } else {
                self.in_order(&ps, &ts, k);
            }
            return;
        }
        self.expr(left, target_left, false, &|m| {
            m.expr(right, target_right, false, k);
        });
        if self.pattern.options.ac_matching && self.is_commutative(pattern.op) {
            self.expr(left, target_right, false, &|m| {
                m.expr(right, target_left, false, k);
            });
        }
    }

    fn is_commutative(&self, op: Op) -> bool {
        let options = &self.pattern.options;
        match op {
            Op::BitOr | Op::BitAnd | Op::BitXor => true,
            Op::And | Op::Or => options.commutative_boolop,
            Op::Eq | Op::NotEq => options.commutative_compop || options.symmetric_eq,
            _ => false,
        }
    }

    fn pattern_operands(&self, p: P, op: Op, found: &mut Vec<P>) {
        if self.p(p).kind == Kind::Binary && self.p(p).op == op {
            for kid in self.kids(p) {
                self.pattern_operands(*kid, op, found);
            }
        } else {
            found.push(p);
        }
    }

    /// Chains lean to the left, so the walk goes down that side in a loop.
    fn target_operands(&self, t: NodeId, op: Op, found: &mut Vec<NodeId>) {
        let mut stack = vec![t];
        while let Some(at) = stack.pop() {
            if self.t(at).kind == Kind::Binary && self.t(at).op == op {
                let mut sides = self.list(at);
                sides.reverse();
                stack.extend(sides);
            } else {
                found.push(at);
            }
        }
    }

    /// A metavariable takes one operand or several neighbours; `...` any number.
    fn in_order(&mut self, ps: &[P], ts: &[NodeId], k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        let Some((p, rest)) = ps.split_first() else {
            return if ts.is_empty() {
                k(self);
            };
        };
        if self.pattern.is_dots(*p) {
            if rest.is_empty() {
                return k(self);
            }
            for at in 0..=ts.len() {
                self.in_order(rest, ts.get(at..).unwrap_or_default(), k);
            }
            return;
        }
        if self.p(*p).kind == Kind::Metavar {
            for count in 1..=ts.len() {
                let (taken, left) = ts.split_at_checked(count).unwrap_or_default();
                self.operands(*p, taken, &|m| m.in_order(rest, left, k));
            }
            return;
        }
        if let Some((t, left)) = ts.split_first() {
            self.expr(*p, *t, false, &|m| m.in_order(rest, left, k));
        }
    }

    /// A metavariable for one operand or for several put together.
    fn operands(&mut self, p: P, taken: &[NodeId], k: K<'_, 'a>) {
        match taken {
            [] => {}
            [only] => self.expr(p, *only, false, k),
            [first, .., last] => {
                let span = Span::new(self.t(*first).span.start, self.t(*last).span.end);
                // The operators between them are one node exactly if the chain leans that way.
                let whole = self
                    .tree
                    .ancestors(*last)
                    .take_while(|up| self.t(*up).kind == Kind::Binary)
                    .find(|up| self.t(*up).span == span);
                let value = match whole {
                    Some(node) => self.node(node),
                    None => Bound::nodes(*first, *last, span),
                };
                self.bind(self.p(p).extra, value, k);
            }
        }
    }

    /// Operands in any order; some may be left over.
    fn shuffled(&mut self, ps: &[P], ts: &[NodeId], k: K<'_, 'a>) {
        let is_free = |m: &Self, p: &P| m.pattern.is_dots(*p) || m.p(*p).kind == Kind::Metavar;
        let plain: Vec<P> = ps.iter().copied().filter(|p| !is_free(self, p)).collect();
        let mut free: Vec<P> = ps.iter().copied().filter(|p| is_free(self, p)).collect();
        while free.last().is_some_and(|last| self.pattern.is_dots(*last)) {
            free.pop();
        }
        if plain.len() > ts.len() {
            return;
        }
        self.pick(&plain, ts, None, &free, k);
    }

    fn pick(
        &mut self,
        plain: &[P],
        ts: &[NodeId],
        used: Option<&Used<'_>>,
        free: &[P],
        k: K<'_, 'a>,
    ) {
        if !self.step() {
            return;
        }
        if let Some((p, rest)) = plain.split_first() {
            for (at, t) in ts.iter().enumerate() {
                if !Used::has(used, at) {
                    let now = Used::after(at, used);
                    self.expr(*p, *t, false, &|m| m.pick(rest, ts, Some(&now), free, k));
                }
            }
            return;
        }
        let left: Vec<NodeId> = ts
            .iter()
            .enumerate()
            .filter(|(at, _)| !Used::has(used, *at))
            .map(|(_, t)| *t)
            .collect();
        if left.len() <= MAX_SHUFFLED {
            self.subsets(free, &left, k);
        } else {
            self.sequence(free, &left, true, &|m, p, t, k| m.expr(p, t, false, k), k);
        }
    }

    /// Each of the free ones takes some of what is left.
    fn subsets(&mut self, free: &[P], left: &[NodeId], k: K<'_, 'a>) {
        let Some((p, rest)) = free.split_first() else {
            return k(self);
        };
        for mask in 0_u32..(1 << left.len()) {
            let part = |wanted: bool| -> Vec<NodeId> {
                left.iter()
                    .enumerate()
                    .filter(|(at, _)| (mask >> at & 1 == 1) == wanted)
                    .map(|(_, t)| *t)
                    .collect()
            };
            let (taken, others) = (part(true), part(false));
            if self.pattern.is_dots(*p) {
                self.subsets(rest, &others, k);
            } else if !taken.is_empty() {
                self.operands(*p, &taken, &|m| m.subsets(rest, &others, k));
            }
        }
    }
}

fn is_associative(op: Op) -> bool {
    matches!(op, Op::And | Op::Or | Op::BitOr | Op::BitAnd | Op::BitXor)
}
