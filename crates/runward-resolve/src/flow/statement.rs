//! Statements.

use runward_syntax::{Kind, NodeId};

use super::{Breakable, Flow};
use crate::env::Env;
use crate::policy::Policy;

/// How often a loop is gone round before its variables are given up.
const ROUNDS: usize = 4;

impl Flow<'_, '_> {
    pub(super) fn statement(&mut self, node: NodeId, env: &mut Env) {
        if !self.step() {
            return;
        }
        let tree = self.values.tree;
        let child = |index| tree.present(node, index);
        match tree.kind(node) {
            Kind::Program | Kind::Block | Kind::Export => {
                for child in tree.children(node) {
                    if tree.kind(child).is_statement() || tree.kind(node) != Kind::Export {
                        self.statement(child, env);
                    } else {
                        self.expression(child, env);
                    }
                }
            }
            Kind::ExprStmt => {
                if let Some(expression) = child(0) {
                    let mark = self.lambdas.len();
                    self.effect(expression, env);
                    self.lambdas(mark, env);
                }
            }
            Kind::VarDef => {
                if let (Some(target), Some(value)) = (child(0), child(2)) {
                    let mark = self.lambdas.len();
                    let held = self.expression(value, env).held(value);
                    self.lambdas(mark, env);
                    self.assign(target, held, env);
                }
            }
            Kind::If => self.choice(node, env),
            Kind::While => {
                let (test, body) = (child(0), child(1));
                self.looped(env, |flow, env| {
                    flow.optional(test, env);
                    let leaving = env.clone();
                    flow.body(body, env);
                    leaving
                });
                self.optional_statement(child(2), env);
            }
            Kind::DoWhile => {
                let (body, test) = (child(0), child(1));
                self.looped(env, |flow, env| {
                    flow.body(body, env);
                    flow.optional(test, env);
                    env.clone()
                });
            }
            Kind::For => self.for_each(node, env),
            Kind::CFor => {
                if let Some(init) = child(0) {
                    if tree.kind(init).is_statement() {
                        self.statement(init, env);
                    } else {
                        self.expression(init, env);
                    }
                }
                let (test, update, body) = (child(1), child(2), child(3));
                self.looped(env, |flow, env| {
                    flow.optional(test, env);
                    let leaving = env.clone();
                    flow.body(body, env);
                    flow.optional(update, env);
                    leaving
                });
            }
            Kind::Try => self.attempt(node, env),
            Kind::With => self.with(node, env),
            Kind::Switch => self.switch(node, env),
            Kind::Return => {
                let mark = self.lambdas.len();
                self.optional(child(0), env);
                self.lambdas(mark, env);
                *env = Env::dead();
            }
            Kind::Throw => {
                self.may_throw(env);
                self.optional(child(0), env);
                *env = Env::dead();
            }
            Kind::Break | Kind::Continue => self.jump(node, env),
            Kind::Label => {
                self.next_label = child(0).map(|name| tree.node(name).name);
                self.optional_statement(child(1), env);
            }
            Kind::Assert => {
                self.optional(child(0), env);
                self.optional(child(1), env);
            }
            Kind::FuncDef if self.takes_declarations => {
                self.lambdas.push(node);
                self.lambdas(self.lambdas.len() - 1, env);
            }
            _ => {}
        }
    }

    fn optional(&mut self, expression: Option<NodeId>, env: &mut Env) {
        if let Some(expression) = expression {
            self.expression(expression, env);
        }
    }

    fn optional_statement(&mut self, statement: Option<NodeId>, env: &mut Env) {
        if let Some(statement) = statement {
            self.statement(statement, env);
        }
    }

    fn choice(&mut self, node: NodeId, env: &mut Env) {
        let tree = self.values.tree;
        self.optional(tree.child(node, 0), env);
        let mut no = env.clone();
        self.optional_statement(tree.present(node, 1), env);
        self.optional_statement(tree.present(node, 2), &mut no);
        env.join(&no, self.values);
    }

    /// The body of a loop, with the ways that `continue` takes to its end.
    fn body(&mut self, body: Option<NodeId>, env: &mut Env) {
        self.optional_statement(body, env);
        if let Some(continues) = self
            .breakables
            .last_mut()
            .and_then(|breakable| breakable.continues.take())
        {
            env.join(&continues, self.values);
        }
    }

    /// A loop. `round` goes through it once and gives what is known where it is left from its test.
    pub(super) fn looped(
        &mut self,
        env: &mut Env,
        mut round: impl FnMut(&mut Self, &mut Env) -> Env,
    ) {
        let label = self.next_label.take();
        let mark = self.found.len();
        let mut head = Env::unknown();
        let mut rounds = 0;
        loop {
            self.found.truncate(mark);
            self.breakables.push(Breakable {
                label,
                breaks: Env::dead(),
                continues: Some(Env::dead()),
            });
            let mut at = head.clone();
            let mut leaving = round(self, &mut at);
            let breaks = self
                .breakables
                .pop()
                .map_or_else(Env::dead, |breakable| breakable.breaks);
            rounds += 1;
            let mut next = env.clone();
            next.join(&at, self.values);
            let is_settled = next == head || (next.is_empty() && head.is_empty());
            if is_settled || rounds > ROUNDS || self.steps == 0 {
                leaving.join(&breaks, self.values);
                *env = leaving;
                return;
            }
            // The last round starts from nothing, which always holds.
            head = if rounds == ROUNDS {
                Env::unknown()
            } else {
                next
            };
            head.live = true;
        }
    }

    fn for_each(&mut self, node: NodeId, env: &mut Env) {
        let tree = self.values.tree;
        self.optional(tree.present(node, 1), env);
        let (target, body) = (tree.present(node, 0), tree.present(node, 2));
        self.looped(env, |flow, env| {
            let leaving = env.clone();
            if let Some(target) = target {
                flow.forget(target, env);
            }
            flow.body(body, env);
            leaving
        });
        self.optional_statement(tree.present(node, 3), env);
    }

    fn with(&mut self, node: NodeId, env: &mut Env) {
        let tree = self.values.tree;
        for item in tree
            .child(node, 0)
            .into_iter()
            .flat_map(|items| tree.children(items))
        {
            let Some(manager) = tree.child(item, 0) else {
                continue;
            };
            let held = self.expression(manager, env).held(manager);
            if let Some(target) = tree.present(item, 1) {
                self.assign(target, held, env);
            }
        }
        self.optional_statement(tree.present(node, 1), env);
    }

    fn attempt(&mut self, node: NodeId, env: &mut Env) {
        let tree = self.values.tree;
        let finally = tree.present(node, 3);
        self.throws.push(Env::dead());
        self.optional_statement(tree.child(node, 0), env);
        let mut thrown = self.throws.pop().unwrap_or_else(Env::dead);
        if !thrown.live {
            thrown = Env::unknown();
        }
        // What is thrown outside of the body goes to `finally`, or further out.
        if finally.is_some() {
            self.throws.push(thrown.clone());
        } else {
            self.may_throw(&thrown);
        }
        self.optional_statement(tree.present(node, 2), env);
        let mut after = std::mem::replace(env, Env::dead());
        for handler in tree
            .child(node, 1)
            .into_iter()
            .flat_map(|handlers| tree.children(handlers))
        {
            let mut handled = thrown.clone();
            if let Some(name) = tree.present(handler, 1) {
                self.forget(name, &mut handled);
            }
            self.optional_statement(tree.present(handler, 2), &mut handled);
            after.join(&handled, self.values);
        }
        if finally.is_some() {
            let uncaught = self.throws.pop().unwrap_or_else(Env::dead);
            after.join(&uncaught, self.values);
        }
        if !after.live {
            after = Env::unknown();
        }
        self.optional_statement(finally, &mut after);
        self.may_throw(&after);
        *env = after;
    }

    fn switch(&mut self, node: NodeId, env: &mut Env) {
        let tree = self.values.tree;
        self.optional(tree.present(node, 0), env);
        self.breakables.push(Breakable {
            label: self.next_label.take(),
            breaks: Env::dead(),
            continues: None,
        });
        let cases = tree
            .child(node, 1)
            .into_iter()
            .flat_map(|cases| tree.children(cases));
        let falls_through = self.values.policy == Policy::Ecma;
        let mut after = Env::dead();
        let mut through = Env::dead();
        let mut has_default = false;
        for case in cases {
            let pattern = tree.child(case, 0);
            has_default |= pattern.is_some_and(|pattern| tree.children(pattern).next().is_none());
            let mut at = env.clone();
            if falls_through {
                at.join(&through, self.values);
            } else {
                after.join(&through, self.values);
            }
            if let Some(pattern) = pattern {
                self.forget(pattern, &mut at);
            }
            self.optional(tree.present(case, 1), &mut at);
            self.optional_statement(tree.child(case, 2), &mut at);
            through = at;
        }
        after.join(&through, self.values);
        if !has_default {
            after.join(env, self.values);
        }
        if let Some(breakable) = self.breakables.pop() {
            after.join(&breakable.breaks, self.values);
        }
        *env = after;
    }

    fn jump(&mut self, node: NodeId, env: &mut Env) {
        let tree = self.values.tree;
        let label = tree.present(node, 0).map(|name| tree.node(name).name);
        let is_break = tree.kind(node) == Kind::Break;
        let aim = self.breakables.iter_mut().rev().find(|breakable| {
            label.map_or(is_break || breakable.continues.is_some(), |label| {
                breakable.label == Some(label)
            })
        });
        if let Some(aim) = aim {
            if is_break {
                aim.breaks.join(env, self.values);
            } else {
                aim.continues
                    .get_or_insert_with(Env::dead)
                    .join(env, self.values);
            }
        }
        *env = Env::dead();
    }
}
