//! The steps of a function, until nothing changes any more.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Checker, Value};
use crate::best::Best;
use crate::cell::Shape;
use crate::env::{Env, Normal};
use crate::il::{Function, NodeIndex, Step};
use crate::run::Runner;
use crate::taints::Taints;

/// What came out of following a function.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What is returned.
    pub(crate) returns: Value,
    /// Sinks that are reached by what callers may pass.
    pub(crate) sinks: Vec<(u32, Taints)>,
    /// What is known where the function is left.
    pub(crate) exit: Env,
    /// Whether the limit was reached first.
    pub(crate) is_cut_short: bool,
}

impl Outcome {
    /// Notes that a sink is reached by what callers may pass.
    pub(crate) fn wait(&mut self, sink: u32, taints: Taints) {
        match self.sinks.iter_mut().find(|(known, _)| *known == sink) {
            Some((_, all)) => all.join(&taints),
            None => self.sinks.push((sink, taints)),
        }
    }
}

/// How often a step is looked at before what is known of it only grows.
const MOST_VISITS: u32 = 40;

/// Follows a function from what is known where it is entered.
pub(crate) fn follow(runner: &mut Runner<'_>, function: &Function, enter: &Env) -> Outcome {
    let best = Best::new(runner.rule, &runner.found, function);
    let mut checker = Checker {
        runner,
        function,
        best,
        env: Env::default(),
        outcome: Outcome::default(),
        is_asking: false,
    };
    checker.run(enter);
    checker.outcome
}

impl Checker<'_, '_> {
    fn run(&mut self, enter: &Env) {
        let function = self.function;
        let mut rank: FxHashMap<NodeIndex, u32> = FxHashMap::default();
        for (at, node) in (0..).zip(&function.order) {
            rank.insert(*node, at);
        }
        let mut out: FxHashMap<NodeIndex, Env> = FxHashMap::default();
        let mut visits: FxHashMap<NodeIndex, u32> = FxHashMap::default();
        let mut waiting: BTreeSet<u32> = [0].into();
        while let Some(first) = waiting.pop_first() {
            let Some(mut node) = function.order.get(first as usize).copied() else {
                continue;
            };
            self.env = self.entering(node, enter, &out);
            // As long as there is one way on and no other to get there, what is known need not be
            // kept.
            loop {
                if !self.runner.step() {
                    self.outcome.is_cut_short = true;
                    return;
                }
                let Some(current) = function.graph.node(node) else {
                    break;
                };
                if matches!(current.step, Step::Resume) && !self.runner.is_precise() {
                    break;
                }
                self.step(&current.step);
                if let [next] = *current.next
                    && function
                        .graph
                        .node(next)
                        .is_some_and(|next| next.before.len() == 1)
                {
                    node = next;
                    continue;
                }
                let times = visits.entry(node).or_insert(0_u32);
                *times += 1;
                // What is known may go round in circles; from here on it only grows, which ends.
                if *times > MOST_VISITS
                    && let Some(known) = out.get(&node)
                {
                    self.env.join(known);
                }
                let is_new = out.get(&node).is_none_or(|known| !known.is_same(&self.env));
                if is_new {
                    for next in &current.next {
                        if let Some(rank) = rank.get(next) {
                            waiting.insert(*rank);
                        }
                    }
                    out.insert(node, std::mem::take(&mut self.env));
                }
                break;
            }
        }
        self.outcome.exit = out.remove(&crate::il::EXIT).unwrap_or_default();
    }

    /// What is known before a node: what is on any way to it.
    fn entering(&self, node: NodeIndex, enter: &Env, out: &FxHashMap<NodeIndex, Env>) -> Env {
        if node == crate::il::ENTRY {
            return enter.clone();
        }
        let mut env = Env::default();
        let mut is_first = true;
        for before in self
            .function
            .graph
            .node(node)
            .into_iter()
            .flat_map(|node| &node.before)
        {
            let Some(known) = out.get(before) else {
                continue;
            };
            if is_first {
                env = known.clone();
                is_first = false;
            } else {
                env.join(known);
            }
        }
        env
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Nothing | Step::Resume => {}
            Step::Instruction(instruction) => self.instruction(instruction),
            Step::Evaluate(exp) => {
                self.value(*exp);
            }
            Step::Return { value, word } => {
                let place = self.expression(*value).and_then(|value| value.place);
                let mut sinks = self.best_sinks_at(*word);
                sinks.extend(self.best_sinks_at(place));
                let result = self.value(*value);
                let taints = self.without_safe_expressions(result.taints.clone(), *value);
                self.reach(&taints, &sinks);
                let given = Value {
                    taints,
                    shape: result.shape,
                };
                self.outcome.returns.join(&given);
            }
            Step::Yield(value) => {
                let result = self.value(*value);
                let taints = self.without_safe_expressions(result.taints.clone(), *value);
                if !self.runner.is_precise() {
                    let sinks =
                        self.best_sinks_at(self.expression(*value).and_then(|value| value.place));
                    self.reach(&taints, &sinks);
                }
                // A generator is something that holds what it gives.
                let given = Value::tainted(result.all().joined(&taints));
                self.outcome.returns.join(&given);
            }
            Step::Lambda { parameters, given } => {
                let mut elements = Taints::default();
                if self.runner.is_precise() {
                    for given in given {
                        elements.join(&self.value(*given).all());
                    }
                }
                for (variable, span) in parameters {
                    let normal = Normal {
                        variable: *variable,
                        path: Vec::new(),
                    };
                    self.env.clean(&normal);
                    self.parameter(*variable, *span);
                    self.env.add(
                        &normal,
                        &elements,
                        &Shape::default(),
                        &mut self.runner.table,
                        Some(*span),
                    );
                }
            }
        }
    }

    /// A parameter of a lambda may be a source.
    fn parameter(&mut self, variable: u32, span: runward_syntax::Span) {
        let place = crate::il::Place::variable(variable, Some(span));
        let value = self.read(&place);
        let normal = Normal {
            variable,
            path: Vec::new(),
        };
        self.env.add(
            &normal,
            &value.taints,
            &Shape::default(),
            &mut self.runner.table,
            Some(span),
        );
    }
}
