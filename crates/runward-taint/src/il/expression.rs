//! Expressions.

use runward_syntax::{Kind, NodeId, Op};

use super::{Builder, Exp, ExpressionKind, InstructionKind, Key};

impl Builder<'_> {
    pub(super) fn expression(&mut self, node: NodeId) -> Exp {
        self.valued(node, false)
    }

    /// `void`: its value is not used.
    pub(super) fn valued(&mut self, node: NodeId, void: bool) -> Exp {
        if self.is_full() {
            return self.unit();
        }
        let tree = self.tree;
        let span = Some(self.span(node));
        match self.kind(node) {
            Kind::Name | Kind::This | Kind::Super | Kind::Attr => {
                let place = self.place(node);
                self.read(place, span, Some(node))
            }
            Kind::Index => {
                let is_slice = tree
                    .child(node, 1)
                    .is_some_and(|index| self.kind(index) == Kind::Slice);
                if is_slice {
                    return self.slice(node);
                }
                let place = self.place(node);
                self.read(place, span, Some(node))
            }
            Kind::Call => self.call(node, void),
            Kind::New => {
                let target = self.temporary();
                self.construct(node, target.clone());
                self.read(target, None, Some(node))
            }
            Kind::Binary => self.binary(node, void),
            Kind::Unary => self.unary(node),
            Kind::Compare => self.compare(node),
            Kind::Interp | Kind::StrConcat => self.interpolated(node),
            Kind::Hole | Kind::Computed | Kind::Keyword | Kind::NonNull => {
                let index = usize::from(self.kind(node) == Kind::Keyword);
                match tree.child(node, index) {
                    Some(child) => self.expression(child),
                    None => self.unit(),
                }
            }
            Kind::Cast => {
                let Some(inner) = tree.child(node, 0) else {
                    return self.unit();
                };
                let inner = self.expression(inner);
                self.exp(ExpressionKind::Cast(inner), span, Some(node))
            }
            Kind::Await | Kind::Spread | Kind::SpreadDict => {
                let parts = tree.children(node).collect();
                let parts = self.all(parts);
                self.special(node, parts)
            }
            Kind::Yield | Kind::YieldFrom => self.yielded(node),
            Kind::Conditional => self.conditional(node),
            Kind::Assign => {
                let (Some(target), Some(value)) = (tree.child(node, 0), tree.child(node, 1)) else {
                    return self.unit();
                };
                let value = self.expression(value);
                self.assign(target, value, span)
            }
            Kind::AugAssign => self.augmented(node),
            Kind::Tuple | Kind::List => {
                let parts = tree.children(node).collect();
                let parts = self.all(parts);
                self.exp(ExpressionKind::Sequence(parts.into()), span, Some(node))
            }
            Kind::Set => {
                let parts = tree.children(node).collect();
                let parts = self.all(parts);
                self.exp(ExpressionKind::Bag(parts.into()), span, Some(node))
            }
            Kind::Dict => self.dict(node),
            Kind::Comprehension => self.comprehension(node),
            Kind::Lambda | Kind::FuncDef => {
                self.lambdas.push(node);
                self.anonymous(node)
            }
            Kind::ClassDef => self.anonymous(node),
            Kind::Sequence => {
                let mut last = None;
                for child in tree.children(node) {
                    last = Some(self.expression(child));
                }
                last.unwrap_or_else(|| self.unit())
            }
            Kind::Jsx => self.jsx(node, void),
            Kind::Tagged => self.tagged(node),
            Kind::Other => self.other(node),
            Kind::Slice => self.opaque(node),
            _ => self.exp(ExpressionKind::Literal, span, Some(node)),
        }
    }

    /// `a < b < c`, which Semgrep does not look into.
    fn compare(&mut self, node: NodeId) -> Exp {
        let operands = self
            .tree
            .children(node)
            .filter(|child| self.kind(*child) != Kind::OpName)
            .collect();
        let operands = self.all(operands);
        let whole = self.exp(
            ExpressionKind::Operator {
                is_comparison: true,
                operands: operands.into(),
            },
            None,
            None,
        );
        self.beyond(node, whole)
    }

    fn interpolated(&mut self, node: NodeId) -> Exp {
        let mut parts = Vec::new();
        for part in self.tree.children(node) {
            parts.push(self.expression(part));
            // `{value:{width}}`
            if self.kind(part) == Kind::Hole
                && let Some(format) = self.present(part, 1)
            {
                parts.push(self.expression(format));
            }
        }
        self.special(node, parts)
    }

    fn yielded(&mut self, node: NodeId) -> Exp {
        let value = self.present(node, 0).map(|value| self.expression(value));
        let parts = value.into_iter().collect();
        let span = self.span(node);
        self.instruction(InstructionKind::Special(parts), None, Some(span));
        if let Some(value) = value {
            self.step(super::Step::Yield(value));
        }
        self.unit()
    }

    pub(super) fn all(&mut self, nodes: Vec<NodeId>) -> Vec<Exp> {
        nodes
            .into_iter()
            .map(|node| self.expression(node))
            .collect()
    }

    fn operator(&mut self, node: NodeId, is_comparison: bool, operands: Vec<Exp>) -> Exp {
        let span = self.span(node);
        self.exp(
            ExpressionKind::Operator {
                is_comparison,
                operands: operands.into(),
            },
            Some(span),
            Some(node),
        )
    }

    /// An operation whose result is a temporary.
    pub(super) fn special(&mut self, node: NodeId, parts: Vec<Exp>) -> Exp {
        let span = self.span(node);
        let target = self.temporary();
        self.instruction(
            InstructionKind::Special(parts.into()),
            Some(target.clone()),
            Some(span),
        );
        self.read(target, None, Some(node))
    }

    fn anonymous(&mut self, node: NodeId) -> Exp {
        let span = self.span(node);
        let target = self.temporary();
        self.instruction(InstructionKind::Anonymous, Some(target.clone()), Some(span));
        self.read(target, Some(span), Some(node))
    }

    fn slice(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let (Some(object), Some(slice)) = (tree.child(node, 0), tree.child(node, 1)) else {
            return self.unit();
        };
        let object = self.expression(object);
        let bounds: Vec<NodeId> = tree
            .children(slice)
            .filter(|part| self.kind(*part) != Kind::Absent)
            .collect();
        self.all(bounds);
        self.beyond(node, object)
    }

    /// An expression that Semgrep does not look into, and what it is worth.
    pub(super) fn beyond(&mut self, node: NodeId, inner: Exp) -> Exp {
        let span = self.span(node);
        self.exp(ExpressionKind::Beyond(inner), Some(span), Some(node))
    }

    fn binary(&mut self, node: NodeId, void: bool) -> Exp {
        let tree = self.tree;
        let op = tree.node(node).op;
        let (Some(left), Some(right)) = (tree.child(node, 0), tree.child(node, 1)) else {
            return self.unit();
        };
        if void && !matches!(op, Op::And | Op::Or | Op::Coalesce) {
            return self.binary_for_effect(node, left, right);
        }
        let left = self.expression(left);
        let right = if matches!(op, Op::And | Op::Or | Op::Coalesce) {
            self.lazy(left, right)
        } else {
            self.expression(right)
        };
        self.operator(node, is_comparison(op), vec![left, right])
    }

    /// The right side of `and`: what it does is done on one way only.
    fn lazy(&mut self, condition: Exp, right: NodeId) -> Exp {
        let condition = self.step(super::Step::Evaluate(condition));
        let value = self.expression(right);
        if self.at != Some(condition) {
            let after = self.meeting();
            self.go(after);
            self.graph.link(condition, after);
            self.at = Some(after);
        }
        value
    }

    fn unary(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let Some(operand) = tree.child(node, 0) else {
            return self.unit();
        };
        let span = self.span(node);
        let is_step = matches!(
            tree.node(node).op,
            Op::PreIncrement | Op::PreDecrement | Op::PostIncrement | Op::PostDecrement
        );
        if is_step {
            let operand_span = self.span(operand);
            let place = self.place(operand);
            let value = self.read(place.clone(), Some(operand_span), Some(operand));
            let one = self.unit();
            let sum = self.exp(
                ExpressionKind::Operator {
                    is_comparison: false,
                    operands: vec![value, one].into(),
                },
                None,
                None,
            );
            self.assign_to(place, sum, Some(span));
            return value;
        }
        let operand = self.expression(operand);
        self.operator(node, false, vec![operand])
    }

    fn augmented(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let (Some(target), Some(value)) = (tree.child(node, 0), tree.child(node, 1)) else {
            return self.unit();
        };
        let span = self.span(node);
        let target_span = self.span(target);
        let value = self.expression(value);
        let place = self.place(target);
        let before = self.read(place.clone(), Some(target_span), Some(target));
        let sum = self.exp(
            ExpressionKind::Operator {
                is_comparison: false,
                operands: vec![before, value].into(),
            },
            None,
            None,
        );
        self.assign_to(place, sum, Some(span));
        before
    }

    fn conditional(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let span = self.span(node);
        let [Some(test), Some(yes), Some(no)] = [0, 1, 2].map(|index| tree.child(node, index))
        else {
            return self.unit();
        };
        let target = self.temporary();
        let test = self.expression(test);
        let condition = self.step(super::Step::Evaluate(test));
        let after = self.meeting();
        for branch in [yes, no] {
            self.at = Some(condition);
            let value = self.expression(branch);
            self.assign_to(target.clone(), value, None);
            self.go(after);
        }
        self.at = Some(after);
        self.read(target, Some(span), Some(node))
    }

    fn dict(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let mut parts = Vec::new();
        let mut is_beyond = false;
        for child in tree.children(node) {
            match self.kind(child) {
                Kind::Pair => {
                    let (Some(key), Some(value)) = (tree.child(child, 0), tree.child(child, 1))
                    else {
                        continue;
                    };
                    let is_computed = self.kind(key) == Kind::Computed;
                    is_beyond |= is_computed;
                    let name = match self.kind(key) {
                        Kind::Name | Kind::Str if self.is_ecma() => Key::Field(tree.node(key).name),
                        Kind::Str => Key::Text(tree.node(key).name),
                        _ => Key::Any,
                    };
                    if !self.is_ecma() || is_computed {
                        parts.push((Some(Key::Any), self.expression(key)));
                    }
                    parts.push((Some(name), self.expression(value)));
                }
                Kind::Spread | Kind::SpreadDict => {
                    if let Some(inner) = tree.child(child, 0) {
                        parts.push((None, self.expression(inner)));
                    }
                }
                Kind::FuncDef => {
                    let name = self
                        .present(child, 1)
                        .map_or(Key::Any, |name| Key::Field(tree.node(name).name));
                    parts.push((Some(name), self.expression(child)));
                }
                _ => parts.push((Some(Key::Any), self.expression(child))),
            }
        }
        let span = self.span(node);
        if is_beyond {
            let whole = self.exp(ExpressionKind::Record(parts.into()), None, None);
            return self.beyond(node, whole);
        }
        self.exp(ExpressionKind::Record(parts.into()), Some(span), Some(node))
    }

    fn other(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let mut parts = Vec::new();
        for child in tree.children(node) {
            if self.kind(child).is_statement() {
                self.statement(child);
            } else {
                parts.push(self.expression(child));
            }
        }
        let span = self.span(node);
        let whole = self.exp(ExpressionKind::Bag(parts.into()), None, None);
        self.exp(ExpressionKind::Opaque(Some(whole)), Some(span), Some(node))
    }
}

fn is_comparison(op: Op) -> bool {
    matches!(
        op,
        Op::Eq
            | Op::NotEq
            | Op::StrictEq
            | Op::StrictNotEq
            | Op::Less
            | Op::LessEq
            | Op::Greater
            | Op::GreaterEq
            | Op::In
            | Op::NotIn
            | Op::Is
            | Op::IsNot
            | Op::Matches
    )
}
