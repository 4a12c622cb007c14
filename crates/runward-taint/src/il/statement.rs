//! Statements.

use runward_syntax::{Kind, NodeId, Span};

use super::build::Breakable;
use super::graph::{EXIT, Step};
use super::{Builder, Exp, ExpressionKind, InstructionKind};

impl Builder<'_> {
    pub(super) fn statement(&mut self, node: NodeId) {
        if self.is_full() {
            return;
        }
        let tree = self.tree;
        let mark = self.lambdas.len();
        match self.kind(node) {
            Kind::Program | Kind::Block => {
                for child in tree.children(node) {
                    self.statement(child);
                }
            }
            Kind::Export => {
                for child in tree.children(node) {
                    if self.kind(child).is_statement() {
                        self.statement(child);
                    } else {
                        self.discard(child);
                    }
                }
            }
            Kind::ExprStmt => {
                if let Some(expression) = self.present(node, 0) {
                    self.expression_statement(expression);
                }
            }
            Kind::VarDef => self.definition(node, [0, 1, 2]),
            Kind::Field => self.definition(node, [1, 2, 3]),
            Kind::If => self.choice(node),
            Kind::While => self.while_loop(node),
            Kind::DoWhile => self.do_loop(node),
            Kind::For => self.for_each(node),
            Kind::CFor => self.classic_loop(node),
            Kind::Try => self.attempt(node),
            Kind::With => self.with(node),
            Kind::Switch => self.switch(node),
            Kind::Return => {
                let start = self.span(node).start;
                let word = Some(Span::new(start, start + 6));
                let value = self.optional(self.present(node, 0));
                self.give_back(value, word, mark);
            }
            Kind::Throw => {
                let value = self.optional(self.present(node, 0));
                let before = self.at;
                self.step(Step::Evaluate(value));
                self.at = None;
                if let (Some(before), Some(to)) = (before, self.throws) {
                    self.graph.link(before, to);
                }
            }
            Kind::Break | Kind::Continue => self.jump(node),
            Kind::Label => {
                self.next_label = self.present(node, 0).map(|name| tree.node(name).name);
                if let Some(inner) = self.present(node, 1) {
                    self.statement(inner);
                }
            }
            Kind::Assert => {
                let parts = [0, 1]
                    .into_iter()
                    .filter_map(|index| self.present(node, index))
                    .collect();
                let parts = self.all(parts);
                let span = self.span(node);
                self.instruction(InstructionKind::Special(parts.into()), None, Some(span));
            }
            Kind::ClassDef => {
                for child in self
                    .present(node, 4)
                    .into_iter()
                    .flat_map(|body| tree.children(body))
                {
                    // Of a class within other statements only the fields count here.
                    let is_field = match self.kind(child) {
                        Kind::VarDef | Kind::Field => true,
                        Kind::ExprStmt => tree
                            .child(child, 0)
                            .is_some_and(|inner| self.kind(inner) == Kind::Assign),
                        _ => false,
                    };
                    if is_field {
                        self.statement(child);
                    }
                }
            }
            Kind::FuncDef if self.takes_declarations => self.lambdas.push(node),
            // `del`, imports, definitions: nothing flows here. Functions and classes are looked at on
            // their own.
            _ => {}
        }
        self.lambdas_since(mark);
    }

    fn optional(&mut self, expression: Option<NodeId>) -> Exp {
        match expression {
            Some(expression) => self.expression(expression),
            None => self.unit(),
        }
    }

    fn give_back(&mut self, value: Exp, word: Option<Span>, mark: usize) {
        self.step(Step::Return { value, word });
        self.lambdas_since(mark);
        self.go(self.finally.unwrap_or(EXIT));
    }

    fn expression_statement(&mut self, expression: NodeId) {
        // `yield` as a statement is taken as a `return` after which the function goes on elsewhere.
        if !self.is_ecma()
            && self.kind(expression) == Kind::Yield
            && let Some(value) = self.present(expression, 0)
        {
            let mark = self.lambdas.len();
            let value = self.expression(value);
            self.step(Step::Yield(value));
            self.lambdas_since(mark);
            if let Some(at) = self.at {
                self.graph.link(at, self.finally.unwrap_or(EXIT));
            }
            self.step(Step::Resume);
            return;
        }
        self.discard(expression);
    }

    /// An expression whose value is not used.
    pub(super) fn discard(&mut self, expression: NodeId) {
        let before = self.at;
        let value = self.valued(expression, true);
        let is_plain = match self.kind_of(value) {
            Some(ExpressionKind::Literal) => true,
            Some(ExpressionKind::Read(place)) => place.offsets.is_empty() && self.at != before,
            _ => false,
        };
        if !is_plain || self.at == before {
            let temporary = self.temporary();
            self.assign_to(temporary, value, None);
        }
    }

    /// `target, type?, value?` at these places.
    fn definition(&mut self, node: NodeId, [target, _, value]: [usize; 3]) {
        let (Some(target), Some(value)) = (self.present(node, target), self.present(node, value))
        else {
            return;
        };
        if self.kind(value) == Kind::New && self.kind(target) == Kind::Name {
            let place = self.place(target);
            self.construct(value, place);
            return;
        }
        let span = if self.kind(target) == Kind::Name {
            self.span(node)
        } else {
            Span::new(self.span(target).start, self.span(value).end)
        };
        let value = self.expression(value);
        self.assign(target, value, Some(span));
    }

    fn choice(&mut self, node: NodeId) {
        let test = self.optional(self.present(node, 0));
        let condition = self.step(Step::Evaluate(test));
        let after = self.meeting();
        for index in [1, 2] {
            self.at = Some(condition);
            // A node of its own, so that `if` without `else` has two ways.
            self.step(Step::Nothing);
            if let Some(branch) = self.present(node, index) {
                self.statement(branch);
            }
            self.go(after);
        }
        self.at = self.reached(after);
    }

    /// A node, if anything leads to it.
    pub(super) fn reached(&self, node: u32) -> Option<u32> {
        self.graph
            .node(node)
            .filter(|node| !node.before.is_empty())
            .map(|_| node)
    }

    fn with(&mut self, node: NodeId) {
        let tree = self.tree;
        for item in tree
            .child(node, 0)
            .into_iter()
            .flat_map(|items| tree.children(items))
        {
            let Some(manager) = tree.child(item, 0) else {
                continue;
            };
            let value = self.expression(manager);
            let held = self.temporary();
            self.assign_to(held.clone(), value, None);
            if let Some(target) = self.present(item, 1) {
                let value = self.read(held, None, None);
                self.bind(target, value, None);
            }
        }
        if let Some(body) = self.present(node, 1) {
            self.statement(body);
        }
    }

    fn attempt(&mut self, node: NodeId) {
        let tree = self.tree;
        let finally = self.present(node, 3);
        let outer = self.throws;
        self.step(Step::Nothing);
        let (caught, after) = (self.meeting(), self.meeting());
        let outer_finally = self.finally;
        if finally.is_some() {
            self.finally = Some(after);
        }
        self.throws = Some(caught);
        let body_from = self.graph.nodes.len();
        if let Some(body) = tree.child(node, 0) {
            self.statement(body);
        }
        let thrown = if finally.is_some() {
            Some(after)
        } else {
            Some(outer.unwrap_or(EXIT))
        };
        self.throws = thrown;
        if let Some(otherwise) = self.present(node, 2) {
            self.statement(otherwise);
        }
        self.go(after);
        // What no handler catches.
        if let Some(to) = thrown {
            self.graph.link(caught, to);
        }
        for handler in tree
            .child(node, 1)
            .into_iter()
            .flat_map(|handlers| tree.children(handlers))
        {
            self.at = Some(caught);
            self.step(Step::Nothing);
            if let Some(block) = self.present(handler, 2) {
                self.statement(block);
            }
            self.go(after);
        }
        let may_throw = self.may_throw(body_from);
        self.throws = outer;
        self.finally = outer_finally;
        self.at = self.reached(after);
        if let Some(finally) = finally {
            self.statement(finally);
        }
        if may_throw && let (Some(at), Some(to)) = (self.at, outer) {
            self.graph.link(at, to);
        }
    }

    /// Whether any of the nodes since `from` calls something.
    fn may_throw(&self, from: usize) -> bool {
        self.graph.nodes.iter().skip(from).any(|node| {
            matches!(
                &node.step,
                Step::Instruction(instruction) if matches!(
                    instruction.kind,
                    InstructionKind::Call(_) | InstructionKind::New(_)
                )
            ) || matches!(&node.step, Step::Evaluate(_))
        })
    }

    fn switch(&mut self, node: NodeId) {
        let tree = self.tree;
        let subject = self
            .present(node, 0)
            .map(|subject| self.expression(subject));
        let after = self.meeting();
        let label = self.next_label.take();
        self.breakables.push(Breakable {
            label,
            after,
            again: None,
        });
        let mut falls: Option<u32> = None;
        for case in tree
            .child(node, 1)
            .into_iter()
            .flat_map(|cases| tree.children(cases))
        {
            let patterns: Vec<NodeId> = tree
                .child(case, 0)
                .into_iter()
                .flat_map(|patterns| tree.children(patterns))
                .collect();
            let is_default = patterns.is_empty();
            let mut operands: Vec<Exp> = subject.into_iter().collect();
            if self.is_ecma() {
                operands.extend(self.all(patterns));
            }
            if let Some(guard) = self.present(case, 1) {
                operands.push(self.expression(guard));
            }
            let test = self.exp(
                ExpressionKind::Operator {
                    is_comparison: true,
                    operands: operands.into(),
                },
                None,
                None,
            );
            let condition = self.step(Step::Evaluate(test));
            let body = self.meeting();
            self.graph.link(condition, body);
            if let Some(falls) = falls {
                self.graph.link(falls, body);
            }
            self.at = Some(body);
            if let Some(block) = tree.child(case, 2) {
                self.statement(block);
            }
            falls = self.at;
            if !self.is_ecma()
                && let Some(end) = falls.take()
            {
                self.graph.link(end, after);
            }
            self.at = (!is_default).then_some(condition);
        }
        if let Some(falls) = falls {
            self.graph.link(falls, after);
        }
        self.go(after);
        self.breakables.pop();
        self.at = self.reached(after);
    }

    fn jump(&mut self, node: NodeId) {
        let label = self.present(node, 0).map(|name| self.tree.node(name).name);
        let is_break = self.kind(node) == Kind::Break;
        self.step(Step::Nothing);
        let aim = self.breakables.iter().rev().find(|breakable| match label {
            Some(label) => breakable.label == Some(label),
            None => is_break || breakable.again.is_some(),
        });
        let to = aim.and_then(|aim| if is_break { Some(aim.after) } else { aim.again });
        match to {
            Some(to) => self.go(to),
            None => self.at = None,
        }
    }
}
