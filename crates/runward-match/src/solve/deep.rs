//! Expressions somewhere inside others: `<... e ...>`, and what a statement pattern finds in larger
//! statements.

use runward_syntax::{Kind, Language, NodeId};

use super::{K, Matcher};
use crate::pattern::P;

impl<'a> Matcher<'a> {
    /// The expression or any part of it.
    pub(crate) fn deep(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        self.expr(p, t, true, k);
        for inner in self.parts_of_expression(t) {
            self.deep(p, inner, k);
        }
    }

    /// The same, less deep: what `f();` finds in `x = f();` or `g(f());`.
    pub(crate) fn deep_implicit(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        self.expr(p, t, true, k);
        for inner in self.near_parts(t) {
            self.deep_implicit(p, inner, k);
        }
    }

    /// Any expression of a statement, without the statements inside it.
    pub(crate) fn deep_in_statement(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        for inner in self.parts_of_statement(t) {
            self.deep(p, inner, k);
        }
    }

    fn parts_of_expression(&self, t: NodeId) -> Vec<NodeId> {
        let all = |found: &mut Vec<NodeId>| {
            found.extend(
                self.tree
                    .children(t)
                    .filter(|kid| self.t(*kid).kind != Kind::Absent),
            );
        };
        let mut found = Vec::new();
        match self.t(t).kind {
            Kind::Attr | Kind::Cast => found.extend(self.child(t, 0)),
            Kind::New => self.arguments(self.child(t, 1), &mut found),
            Kind::Call => {
                found.extend(self.child(t, 0));
                self.arguments(self.child(t, 1), &mut found);
            }
            Kind::Pair => {
                if !self.is_script() {
                    found.extend(self.child(t, 0));
                }
                found.extend(self.child(t, 1));
            }
            Kind::VarDef => {
                found.extend(self.child(t, 0));
                found.extend(self.tree.present(t, 2));
            }
            Kind::Field => {
                found.extend(self.child(t, 1));
                found.extend(self.tree.present(t, 3));
            }
            Kind::Comprehension => {
                for kid in self.tree.children(t) {
                    match self.t(kid).kind {
                        Kind::CompFor => found.extend(self.child(kid, 1)),
                        Kind::CompIf => found.extend(self.child(kid, 0)),
                        _ => found.push(kid),
                    }
                }
            }
            Kind::Lambda => {
                let last = self.tree.children(t).last();
                found.extend(last.filter(|body| self.t(*body).kind != Kind::Block));
            }
            Kind::Jsx => self.jsx_parts(t, &mut found),
            Kind::Await
            | Kind::NonNull
            | Kind::Spread
            | Kind::SpreadDict
            | Kind::Assign
            | Kind::AugAssign
            | Kind::Index
            | Kind::Slice
            | Kind::Conditional
            | Kind::Sequence
            | Kind::Dict
            | Kind::List
            | Kind::Tuple
            | Kind::Set
            | Kind::Unary
            | Kind::Binary
            | Kind::Yield
            | Kind::YieldFrom
            | Kind::Interp
            | Kind::StrConcat
            | Kind::Hole
            | Kind::Tagged
            | Kind::Computed
            | Kind::Keyword
            | Kind::Other => all(&mut found),
            // A block within a block.
            Kind::ExprStmt if self.language() == Language::Terraform => all(&mut found),
            Kind::Compare => found.extend(
                self.tree
                    .children(t)
                    .filter(|kid| self.t(*kid).kind != Kind::OpName),
            ),
            _ => {}
        }
        if self.pattern.options.symbolic_propagation && self.t(t).kind == Kind::Name {
            found.extend(self.facts.value(t).filter(|value| *value != t));
        }
        found
    }

    fn near_parts(&self, t: NodeId) -> Vec<NodeId> {
        match self.t(t).kind {
            Kind::Assign | Kind::AugAssign => self.child(t, 1).into_iter().collect(),
            Kind::Call
            | Kind::Unary
            | Kind::Binary
            | Kind::Cast
            | Kind::Await
            | Kind::Yield
            | Kind::YieldFrom
            | Kind::Attr
            | Kind::List
            | Kind::Tuple
            | Kind::Set
            | Kind::Dict
            | Kind::Pair
            | Kind::Spread
            | Kind::Interp
            | Kind::Hole => self.parts_of_expression(t),
            Kind::ExprStmt if self.language() == Language::Terraform => self.parts_of_expression(t),
            _ => Vec::new(),
        }
    }

    fn arguments(&self, args: Option<NodeId>, found: &mut Vec<NodeId>) {
        let Some(args) = args else { return };
        for arg in self.tree.children(args) {
            match self.t(arg).kind {
                Kind::Keyword => found.extend(self.child(arg, 1)),
                Kind::Absent => {}
                _ => found.push(arg),
            }
        }
    }

    fn jsx_parts(&self, t: NodeId, found: &mut Vec<NodeId>) {
        for group in self.tree.children(t).skip(1) {
            for part in self.tree.children(group) {
                match self.t(part).kind {
                    Kind::JsxAttr => found.extend(self.tree.present(part, 1)),
                    Kind::JsxText => {}
                    _ => found.push(part),
                }
            }
        }
    }

    fn parts_of_statement(&self, t: NodeId) -> Vec<NodeId> {
        let at = |place: usize| self.tree.present(t, place).into_iter().collect();
        match self.t(t).kind {
            Kind::ExprStmt | Kind::Return | Kind::If | Kind::While | Kind::Throw | Kind::Switch => {
                at(0)
            }
            Kind::DoWhile | Kind::For => at(1),
            Kind::VarDef => at(2),
            Kind::Field => at(3),
            Kind::Assert | Kind::Del => self.list(t).into_vec(),
            Kind::CFor => self.tree.children(t).take(3).collect(),
            Kind::With => {
                let items = self.child(t, 0).into_iter();
                let items = items.flat_map(|items| self.tree.children(items));
                items.filter_map(|item| self.child(item, 0)).collect()
            }
            _ => Vec::new(),
        }
    }
}
