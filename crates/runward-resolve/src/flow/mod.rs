//! Values followed through each function, in the order of execution.
//!
//! A variable has a value at a point only if it has one on every way there. Around a loop a variable
//! that the loop does not assign itself is taken as unknown, since Semgrep starts from there; the
//! value that a whole file is known to have ([`crate::once`]) is not affected. Bodies of classes are
//! not followed.

mod expression;
mod operators;
mod statement;

use runward_syntax::{Kind, NodeId, Symbol};

use crate::env::Env;
use crate::names::{Names, is_step};
use crate::policy::Policy;
use crate::values::{Value, Values};

/// Steps for each node of a file; nested loops are gone round several times.
const STEPS_PER_NODE: usize = 24;

/// What an expression gives.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given {
    value: Option<Value>,
    /// Whether it is of the kinds that a variable can stand for.
    symbolic: bool,
}

impl Given {
    fn symbolic() -> Self {
        Self {
            value: None,
            symbolic: true,
        }
    }

    /// What a variable holds that is assigned this expression.
    fn held(self, expression: NodeId) -> Option<Value> {
        self.value
            .or(self.symbolic.then_some(Value::Expression(expression)))
    }
}

/// A loop or a `switch` around the current point.
struct Breakable {
    label: Option<Symbol>,
    breaks: Env,
    /// `None` for a `switch`.
    continues: Option<Env>,
}

pub(super) struct Flow<'v, 't> {
    values: &'v mut Values<'t>,
    names: &'t Names,
    breakables: Vec<Breakable>,
    /// Where an exception goes from here: what is known there, per enclosing `try`.
    throws: Vec<Env>,
    /// Lambdas that no call has taken yet.
    lambdas: Vec<NodeId>,
    /// Names and what they hold, to be noted when the function is done.
    found: Vec<(NodeId, Value)>,
    /// By node: how many assignments stand before it in the file.
    assignments: Vec<u32>,
    next_label: Option<Symbol>,
    /// Whether functions that are declared here are followed as lambdas are: in functions of
    /// JavaScript.
    takes_declarations: bool,
    steps: usize,
}

pub(crate) fn propagate<'t>(values: &mut Values<'t>, names: &'t Names) {
    let tree = values.tree;
    let mut count = 0;
    let mut assignments = Vec::with_capacity(tree.len() + 1);
    for node in tree.nodes() {
        assignments.push(count);
        if matches!(node.kind, Kind::Assign | Kind::AugAssign)
            || (node.kind == Kind::Unary && is_step(node.op))
        {
            count += 1;
        }
    }
    assignments.push(count);
    let mut flow = Flow {
        steps: tree.len().saturating_mul(STEPS_PER_NODE),
        values,
        names,
        breakables: Vec::new(),
        throws: Vec::new(),
        lambdas: Vec::new(),
        found: Vec::new(),
        assignments,
        next_label: None,
        takes_declarations: false,
    };
    flow.function(NodeId::ROOT);
    flow.takes_declarations = flow.values.policy == Policy::Ecma;
    for index in 1..tree.len() {
        let node = NodeId::at(index);
        if tree.kind(node) == Kind::FuncDef
            && let Some(body) = tree.child(node, 5)
        {
            flow.function(body);
        }
    }
}

impl Flow<'_, '_> {
    /// A body of its own: nothing is known where it begins.
    fn function(&mut self, body: NodeId) {
        let mut env = Env::unknown();
        self.breakables.clear();
        self.throws.clear();
        self.lambdas.clear();
        self.found.clear();
        self.statement(body, &mut env);
        self.lambdas(0, &mut env);
        if self.steps == 0 {
            // Given up: what was found on the way may not hold.
            return;
        }
        for (node, value) in std::mem::take(&mut self.found) {
            if self.names.is_bound_here(node) {
                continue;
            }
            let value = match self.values.known(node) {
                Some(before) => Values::refine(before, value),
                None => value,
            };
            self.values.know(node, value);
        }
    }

    /// Goes through the bodies of the lambdas that were met since `mark`, each as a way that may be
    /// taken from here.
    fn lambdas(&mut self, mark: usize, env: &mut Env) {
        let tree = self.values.tree;
        while self.lambdas.len() > mark && self.steps > 0 {
            let Some(lambda) = self.lambdas.pop() else {
                return;
            };
            let body = match tree.kind(lambda) {
                Kind::Lambda => tree.child(lambda, 2),
                _ => tree.child(lambda, 5),
            };
            let Some(body) = body else {
                continue;
            };
            let breakables = std::mem::take(&mut self.breakables);
            let throws = std::mem::take(&mut self.throws);
            let mut inside = env.clone();
            if tree.kind(body) == Kind::Block {
                self.statement(body, &mut inside);
            } else {
                self.expression(body, &mut inside);
            }
            self.breakables = breakables;
            self.throws = throws;
            env.join(&inside, self.values);
        }
    }

    /// Notes a way from here to where exceptions go.
    fn may_throw(&mut self, env: &Env) {
        if let Some(at) = self.throws.last_mut() {
            at.join(env, self.values);
        }
    }

    fn step(&mut self) -> bool {
        match self.steps.checked_sub(1) {
            Some(left) => {
                self.steps = left;
                true
            }
            None => false,
        }
    }

    /// Whether anything is assigned within an expression.
    fn assigns(&self, node: NodeId) -> bool {
        let last = self.values.tree.node(node).last;
        self.assignments.get(node.index()) != self.assignments.get(last.index() + 1)
    }

    /// The names that a pattern binds are no longer known.
    fn forget(&mut self, pattern: NodeId, env: &mut Env) {
        let tree = self.values.tree;
        for node in tree.subtree(pattern) {
            if tree.kind(node) == Kind::Name
                && let Some(slot) = self.names.slot(node)
            {
                env.set(slot, None);
            }
        }
    }
}
