//! Loops.

use runward_syntax::{Kind, NodeId, Op, Span};

use super::build::Breakable;
use super::graph::{NodeIndex, Step};
use super::{Builder, Exp, ExpressionKind, InstructionKind};

impl Builder<'_> {
    /// Begins the body of a loop: the node at its end where `continue` leads, and the one after it.
    fn enter(&mut self) -> (NodeIndex, NodeIndex) {
        let (again, after) = (self.meeting(), self.meeting());
        let label = self.next_label.take();
        self.breakables.push(Breakable {
            label,
            after,
            again: Some(again),
        });
        (again, after)
    }

    fn body(&mut self, body: Option<NodeId>, again: NodeIndex) {
        if let Some(body) = body {
            self.statement(body);
        }
        self.breakables.pop();
        self.go(again);
        self.at = self.reached(again);
    }

    pub(super) fn while_loop(&mut self, node: NodeId) {
        let test = self.present(node, 0);
        let otherwise = self.present(node, 2);
        self.test_loop(test, self.present(node, 1), None, otherwise);
    }

    /// After a loop that ends by itself: `else` comes first. `break` goes past it.
    fn leave(&mut self, head: NodeIndex, after: NodeIndex, otherwise: Option<NodeId>) {
        if let Some(otherwise) = otherwise {
            self.at = Some(head);
            self.step(Step::Nothing);
            self.statement(otherwise);
            self.go(after);
            self.at = self.reached(after);
        } else {
            self.graph.link(head, after);
            self.at = Some(after);
        }
    }

    pub(super) fn classic_loop(&mut self, node: NodeId) {
        if let Some(init) = self.present(node, 0) {
            if self.kind(init).is_statement() {
                self.statement(init);
            } else {
                self.discard(init);
            }
        }
        let (test, update) = (self.present(node, 1), self.present(node, 2));
        self.test_loop(test, self.present(node, 3), update, None);
    }

    fn test_loop(
        &mut self,
        test: Option<NodeId>,
        body: Option<NodeId>,
        update: Option<NodeId>,
        otherwise: Option<NodeId>,
    ) {
        let value = match test {
            Some(test) => self.expression(test),
            None => self.unit(),
        };
        let head = self.step(Step::Evaluate(value));
        let (again, after) = self.enter();
        self.step(Step::Nothing);
        self.body(body, again);
        if let Some(update) = update {
            self.discard(update);
        }
        if let Some(test) = test {
            self.expression(test);
        }
        self.go(head);
        self.leave(head, after, otherwise);
    }

    pub(super) fn do_loop(&mut self, node: NodeId) {
        let (body, test) = (self.present(node, 0), self.present(node, 1));
        let start = self.meeting();
        self.go(start);
        self.at = self.reached(start);
        let (again, after) = self.enter();
        self.body(body, again);
        let value = match test {
            Some(test) => self.expression(test),
            None => self.unit(),
        };
        let head = self.step(Step::Evaluate(value));
        self.graph.link(head, start);
        self.graph.link(head, after);
        self.at = Some(after);
    }

    pub(super) fn for_each(&mut self, node: NodeId) {
        let Some(iterable) = self.present(node, 1) else {
            return;
        };
        let span = self.span(node);
        let word = Span::new(span.start, span.start);
        let values = self.expression(iterable);
        let head = self.has_next(values);
        let (again, after) = self.enter();
        self.next_value(values, self.present(node, 0), word);
        self.body(self.present(node, 2), again);
        if self.at.is_some() {
            self.has_next_value(values);
        }
        self.go(head);
        self.leave(head, after, self.present(node, 3));
    }

    fn has_next_value(&mut self, values: Exp) -> Exp {
        let target = self.temporary();
        self.instruction(
            InstructionKind::Special(vec![values].into()),
            Some(target.clone()),
            None,
        );
        self.read(target, None, None)
    }

    fn has_next(&mut self, values: Exp) -> NodeIndex {
        let value = self.has_next_value(values);
        self.step(Step::Evaluate(value))
    }

    fn next_value(&mut self, values: Exp, target: Option<NodeId>, word: Span) {
        self.step(Step::Nothing);
        let next = self.temporary();
        self.instruction(
            InstructionKind::Special(vec![values].into()),
            Some(next.clone()),
            None,
        );
        let value = self.read(next, None, None);
        if let Some(target) = target {
            let place = (word.start < word.end).then_some(word);
            self.bind(target, value, place);
        }
    }

    /// `[element for … if …]`: the loops with their conditions, then the element, once.
    pub(super) fn comprehension(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let mut heads = Vec::new();
        for part in tree.children(node).skip(1) {
            match self.kind(part) {
                Kind::CompFor => {
                    let Some(iterable) = self.present(part, 1) else {
                        continue;
                    };
                    let values = self.expression(iterable);
                    let head = self.has_next(values);
                    let start = self.span(part).start;
                    self.next_value(values, self.present(part, 0), Span::new(start, start));
                    heads.push(head);
                }
                _ => {
                    if let Some(test) = tree.child(part, 0) {
                        let value = self.expression(test);
                        self.step(Step::Evaluate(value));
                    }
                }
            }
        }
        // Each loop goes back to its head, and is left from there.
        while let Some(head) = heads.pop() {
            self.go(head);
            let after = self.meeting();
            self.graph.link(head, after);
            self.at = Some(after);
        }
        let span = self.span(node);
        let Some(element) = tree.child(node, 0) else {
            return self.unit();
        };
        if matches!(tree.node(node).op, Op::Set | Op::Dict) {
            let parts = match self.kind(element) {
                Kind::Pair => tree.children(element).collect(),
                _ => vec![element],
            };
            let parts = self.all(parts);
            let whole = self.exp(ExpressionKind::Bag(parts.into()), None, None);
            return self.beyond(node, whole);
        }
        let value = self.expression(element);
        self.exp(
            ExpressionKind::Sequence(vec![value].into()),
            Some(span),
            Some(node),
        )
    }
}
