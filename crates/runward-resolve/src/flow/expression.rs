//! Expressions: what they give, and what they assign on the way.

use runward_syntax::{Kind, NodeId, Op};

use super::{Flow, Given};
use crate::env::Env;
use crate::names::is_step;
use crate::policy::Policy;
use crate::values::{Value, Values, is_literal};

impl Flow<'_, '_> {
    pub(super) fn expression(&mut self, node: NodeId, env: &mut Env) -> Given {
        if !self.step() {
            return Given::default();
        }
        let tree = self.values.tree;
        let found = tree.node(node);
        match found.kind {
            kind if is_literal(kind) => Given {
                value: Some(Value::Literal(node)),
                symbolic: true,
            },
            Kind::Name => self.read(node, env),
            Kind::This | Kind::Super => Given::symbolic(),
            Kind::Attr | Kind::Cast => {
                let given = self.child(node, 0, env);
                Given {
                    value: None,
                    symbolic: given.symbolic,
                }
            }
            Kind::Call | Kind::New => self.call(node, env),
            Kind::Binary => self.binary(node, env),
            Kind::Unary => self.unary(node, env),
            Kind::Interp | Kind::StrConcat => self.joined(node, env),
            Kind::Conditional => self.conditional(node, env),
            Kind::Assign | Kind::AugAssign => self.assignment(node, env),
            Kind::Lambda | Kind::FuncDef => {
                self.lambdas.push(node);
                Given {
                    value: None,
                    symbolic: self.values.policy == Policy::Ecma,
                }
            }
            Kind::Comprehension => {
                self.comprehension(node, 1, env);
                Given::default()
            }
            Kind::Sequence => {
                let mut last = Given::default();
                for child in tree.children(node) {
                    last = self.expression(child, env);
                }
                last
            }
            // Neither of these is followed.
            Kind::Slice | Kind::ClassDef => Given::default(),
            Kind::Index => {
                let object = self.child(node, 0, env);
                let is_slice = tree
                    .child(node, 1)
                    .is_some_and(|index| tree.kind(index) == Kind::Slice);
                let index = self.child(node, 1, env);
                Given {
                    value: None,
                    symbolic: object.symbolic && index.symbolic && !is_slice,
                }
            }
            Kind::Keyword => self.child(node, 1, env),
            Kind::Pair => {
                let key = tree.child(node, 0);
                if key.is_some_and(|key| {
                    !(self.values.policy.keys_are_texts() && tree.kind(key) == Kind::Name)
                }) {
                    self.child(node, 0, env);
                }
                self.child(node, 1, env)
            }
            _ => self.parts(node, env),
        }
    }

    fn conditional(&mut self, node: NodeId, env: &mut Env) -> Given {
        self.child(node, 0, env);
        let mut other = env.clone();
        let yes = self.child(node, 1, env).value;
        let no = self.child(node, 2, &mut other).value;
        env.join(&other, self.values);
        let value = match (yes, no) {
            (Some(yes), Some(no)) => self.values.either(yes, no),
            _ => None,
        };
        Given {
            value,
            symbolic: false,
        }
    }

    fn assignment(&mut self, node: NodeId, env: &mut Env) -> Given {
        let tree = self.values.tree;
        let (Some(target), Some(value)) = (tree.child(node, 0), tree.child(node, 1)) else {
            return Given::default();
        };
        let value = if tree.kind(node) == Kind::Assign {
            let held = self.expression(value, env).held(value);
            self.assign(target, held, env);
            held.filter(|_| tree.kind(target) == Kind::Name)
        } else {
            let left = self.expression(target, env).value;
            let right = self.expression(value, env).value;
            let value = self.operate(tree.node(node).op, left, right);
            self.assign(target, value, env);
            value
        };
        Given {
            value,
            symbolic: false,
        }
    }

    fn child(&mut self, node: NodeId, index: usize, env: &mut Env) -> Given {
        match self.values.tree.child(node, index) {
            Some(child) => self.expression(child, env),
            None => Given::default(),
        }
    }

    /// Every part in order, as far as they are expressions.
    fn parts(&mut self, node: NodeId, env: &mut Env) -> Given {
        let tree = self.values.tree;
        let mut symbolic = true;
        for child in tree.children(node) {
            if tree.kind(child).is_statement() {
                self.statement(child, env);
            } else {
                symbolic &= self.expression(child, env).symbolic;
            }
        }
        let is_one = matches!(
            tree.kind(node),
            Kind::Args | Kind::Spread | Kind::SpreadDict | Kind::Tagged | Kind::NonNull
        ) || (tree.kind(node) == Kind::Dict && self.values.policy == Policy::Ecma);
        Given {
            value: None,
            symbolic: symbolic && is_one,
        }
    }

    fn read(&mut self, node: NodeId, env: &Env) -> Given {
        let followed = self.names.slot(node).and_then(|slot| env.get(slot));
        if let Some(value) = followed {
            self.found.push((node, value));
        }
        let value = match (self.values.known(node), followed) {
            (Some(known), Some(followed)) => Some(Values::refine(known, followed)),
            (known, followed) => known.or(followed),
        };
        Given {
            value,
            symbolic: true,
        }
    }

    /// The parts from `at` on: each `for` is a loop around the parts after it.
    fn comprehension(&mut self, node: NodeId, at: usize, env: &mut Env) {
        let tree = self.values.tree;
        match tree.child(node, at) {
            Some(part) if tree.kind(part) == Kind::CompFor => {
                self.child(part, 1, env);
                self.looped(env, |flow, env| {
                    let leaving = env.clone();
                    if let Some(target) = tree.child(part, 0) {
                        flow.forget(target, env);
                    }
                    flow.comprehension(node, at + 1, env);
                    leaving
                });
            }
            Some(part) => {
                self.child(part, 0, env);
                self.comprehension(node, at + 1, env);
            }
            None => {
                self.child(node, 0, env);
            }
        }
    }

    fn call(&mut self, node: NodeId, env: &mut Env) -> Given {
        let tree = self.values.tree;
        let mark = self.lambdas.len();
        let callee = if tree.kind(node) == Kind::New {
            Given::symbolic()
        } else {
            self.child(node, 0, env)
        };
        let args = self.child(node, 1, env);
        self.may_throw(env);
        self.lambdas(mark, env);
        Given {
            value: self.concat_call(node, env),
            symbolic: callee.symbolic && args.symbolic,
        }
    }

    /// `a.concat(b)` is `a + b`.
    fn concat_call(&mut self, node: NodeId, env: &Env) -> Option<Value> {
        let tree = self.values.tree;
        let callee = tree.child(node, 0)?;
        if tree.kind(callee) != Kind::Attr {
            return None;
        }
        let method = tree.child(callee, 1)?;
        if self.values.text_of_symbol(tree.node(method).name) != "concat" {
            return None;
        }
        let mut whole = self.peek(tree.child(callee, 0)?, env)?;
        self.values.text_of(whole)?;
        for arg in tree.children(tree.child(node, 1)?) {
            let next = self.peek(arg, env)?;
            whole = self.operate(Op::Add, Some(whole), Some(next))?;
        }
        Some(whole)
    }

    /// The value of a literal or a name.
    fn peek(&self, node: NodeId, env: &Env) -> Option<Value> {
        let tree = self.values.tree;
        match tree.kind(node) {
            kind if is_literal(kind) => Some(Value::Literal(node)),
            Kind::Name => self
                .values
                .known(node)
                .or_else(|| env.get(self.names.slot(node)?)),
            _ => None,
        }
    }

    fn binary(&mut self, node: NodeId, env: &mut Env) -> Given {
        let tree = self.values.tree;
        let op = tree.node(node).op;
        let left = self.child(node, 0, env);
        let is_lazy = matches!(op, Op::And | Op::Or | Op::Coalesce);
        let right = match tree.child(node, 1) {
            Some(right) if is_lazy && self.assigns(right) => {
                let mut taken = env.clone();
                let given = self.expression(right, &mut taken);
                env.join(&taken, self.values);
                given
            }
            Some(right) => self.expression(right, env),
            None => Given::default(),
        };
        Given {
            value: self.operate(op, left.value, right.value),
            symbolic: left.symbolic && right.symbolic,
        }
    }

    fn unary(&mut self, node: NodeId, env: &mut Env) -> Given {
        let tree = self.values.tree;
        let op = tree.node(node).op;
        let operand = self.child(node, 0, env);
        if is_step(op) {
            if let Some(target) = tree.child(node, 0) {
                self.assign(target, None, env);
            }
            return Given::default();
        }
        Given {
            value: self.negate(op, operand.value),
            symbolic: operand.symbolic,
        }
    }

    fn joined(&mut self, node: NodeId, env: &mut Env) -> Given {
        let tree = self.values.tree;
        let mut whole: Option<Value> = None;
        let mut is_known = true;
        let mut symbolic = true;
        for (index, child) in tree.children(node).enumerate() {
            let part = match tree.kind(child) {
                Kind::Hole => self.child(child, 0, env),
                _ => self.expression(child, env),
            };
            symbolic &= part.symbolic;
            if index == 0 {
                is_known = part
                    .value
                    .is_some_and(|value| self.values.text_of(value).is_some());
                whole = part.value;
            } else if is_known {
                whole = self.append(whole, part.value);
                is_known = whole.is_some();
            }
        }
        if tree.children(node).next().is_none() {
            whole = Some(self.values.text(""));
        }
        Given {
            value: whole.filter(|_| is_known),
            symbolic,
        }
    }

    /// An expression whose value is not used. A method that is called for its effect may change its
    /// object, so that what that held is no longer known.
    pub(super) fn effect(&mut self, node: NodeId, env: &mut Env) {
        self.expression(node, env);
        let tree = self.values.tree;
        let mut changed = match tree.kind(node) {
            Kind::Call => tree
                .child(node, 0)
                .filter(|callee| tree.kind(*callee) == Kind::Attr),
            Kind::Binary => tree.child(node, 0),
            _ => None,
        };
        while let Some(at) = changed {
            match tree.kind(at) {
                Kind::Attr | Kind::Index => changed = tree.child(at, 0),
                Kind::Name => {
                    if let Some(slot) = self.names.slot(at) {
                        env.set(slot, None);
                    }
                    return;
                }
                _ => return,
            }
        }
    }

    pub(super) fn assign(&mut self, target: NodeId, value: Option<Value>, env: &mut Env) {
        let tree = self.values.tree;
        match tree.kind(target) {
            Kind::Name => {
                if let Some(slot) = self.names.slot(target) {
                    env.set(slot, value);
                }
            }
            Kind::Attr | Kind::Index => {
                self.expression(target, env);
                let mut at = target;
                while matches!(tree.kind(at), Kind::Attr | Kind::Index) {
                    let Some(object) = tree.child(at, 0) else {
                        return;
                    };
                    at = object;
                }
                if tree.kind(at) == Kind::Name
                    && let Some(slot) = self.names.slot(at)
                {
                    env.set(slot, None);
                }
            }
            Kind::VarDef => {
                if let Some(inner) = tree.child(target, 0) {
                    self.assign(inner, value, env);
                }
            }
            _ => self.forget(target, env),
        }
    }
}
