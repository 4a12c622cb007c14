//! Calls.

use runward_syntax::Span;

use super::{Checker, Value, place_of};
use crate::il::{Call, Exp, Key};
use crate::summary::Summary;
use crate::taints::{Origin, Taints, TraceKind};

impl Checker<'_, '_> {
    pub(super) fn call(&mut self, call: &Call, place: Option<Span>) -> Value {
        let values = self.arguments(call);
        let all = union(&values);
        let (callee, object) = self.callee(call.callee);
        // A sink `f(…)` without a focus means its arguments, whatever is known of `f`.
        let sinks = self.sinks_at(place, |mark| {
            let sink = self.runner.rule.sinks.get(mark.part);
            self.is_best_sink(mark, place)
                && !sink.is_some_and(|sink| sink.part.exact && sink.has_focus)
        });
        self.reach(&all, &sinks);
        let known = call.node.and_then(|node| {
            self.runner
                .summary_of(node, place_of(self.function, call.callee))
        });
        let mut value = match known {
            Some((summary, first)) => self.instantiate(&summary, first, call, &values, place),
            None if self.through_functions() => {
                let mut taints = all;
                if let Some(object) = &object {
                    taints.join(object);
                }
                Value::tainted(taints)
            }
            None => Value::default(),
        };
        if !self.only_assignments() {
            value.taints.join(&callee.taints);
        }
        value.taints = self.without_safe_expressions(value.taints, call.callee);
        value
    }

    pub(super) fn construct(&mut self, call: &Call) -> Value {
        let values = self.arguments(call);
        Value::tainted(if self.only_assignments() {
            Taints::default()
        } else {
            union(&values)
        })
    }

    fn arguments(&mut self, call: &Call) -> Vec<Value> {
        call.arguments
            .iter()
            .map(|argument| {
                let mut value = self.value(argument.value);
                value.taints = self.without_safe_expressions(value.taints, argument.value);
                value
            })
            .collect()
    }

    /// What is called, and the taints of the object that it is a method of.
    fn callee(&mut self, callee: Exp) -> (Value, Option<Taints>) {
        let function = self.function;
        let is_method = function
            .expressions
            .get(callee.0 as usize)
            .and_then(|expression| match &expression.kind {
                crate::il::ExpressionKind::Read(place) if !place.offsets.is_empty() => Some(place),
                _ => None,
            });
        match is_method {
            Some(place) => {
                let reading = self.reading(place, true);
                (reading.value, Some(reading.object.all()))
            }
            None => (self.value(callee), None),
        }
    }

    /// What a call of a known function does and gives. `first` is how many parameters come before
    /// those that the arguments are for.
    fn instantiate(
        &mut self,
        summary: &Summary,
        first: usize,
        call: &Call,
        values: &[Value],
        place: Option<Span>,
    ) -> Value {
        let span = place.unwrap_or_default();
        for (sink, taints) in &summary.sinks {
            let (reaching, is_passed) = self.passed(taints, summary, first, call, values, span);
            if is_passed {
                self.reach(&reaching, &[*sink]);
            }
        }
        for (index, path, taints) in &summary.writes {
            let (written, _) = self.passed(taints, summary, first, call, values, span);
            let argument = argument_of(summary, *index as usize, first, call);
            if let Some(read) = argument.and_then(|at| call.arguments.get(at))
                && let Some(read) = place_of(self.function, read.value)
                && let Some(mut normal) = self.normal(read, read.offsets.len())
            {
                normal.path.extend_from_slice(path);
                self.env.add(
                    &normal,
                    &written,
                    &crate::cell::Shape::default(),
                    &mut self.runner.table,
                    Some(span),
                );
            }
        }
        for (variable, taints) in &summary.fields {
            let (written, _) = self.passed(taints, summary, first, call, values, span);
            let normal = crate::env::Normal {
                variable: *variable,
                path: Vec::new(),
            };
            self.env.add(
                &normal,
                &written,
                &crate::cell::Shape::default(),
                &mut self.runner.table,
                Some(span),
            );
        }
        let (returned, _) = self.passed(&summary.returns, summary, first, call, values, span);
        self.env.control.join(&summary.control);
        Value::tainted(returned)
    }

    /// Taints of a summary as the caller sees them: what a parameter holds is what was passed for
    /// it. Says whether any of them was passed.
    fn passed(
        &mut self,
        taints: &Taints,
        summary: &Summary,
        first: usize,
        call: &Call,
        values: &[Value],
        span: Span,
    ) -> (Taints, bool) {
        let mut all = Taints::default();
        let mut is_passed = false;
        for (taint, trace) in taints.iter() {
            match self.runner.table.origin(taint).cloned() {
                Some(Origin::Parameter { index, path }) => {
                    let at = argument_of(summary, index as usize, first, call);
                    let Some(value) = at.and_then(|at| values.get(at)) else {
                        continue;
                    };
                    let given = part(value, &path);
                    is_passed |= !given.is_empty();
                    let mut called = given.stepped(&mut self.runner.table, TraceKind::Call, span);
                    // The way on within the function.
                    for step in self.runner.table.trace(trace) {
                        called = called.stepped(&mut self.runner.table, step.kind, step.span);
                    }
                    all.join(&called);
                }
                Some(Origin::Source { .. }) => {
                    let trace = self.runner.table.step(trace, TraceKind::Return, span);
                    all.add(taint, trace);
                }
                None => {}
            }
        }
        (all, is_passed)
    }
}

fn union(values: &[Value]) -> Taints {
    let mut all = Taints::default();
    for value in values {
        all.join(&value.taints);
        value.shape.gather(&mut all);
    }
    all
}

/// What a part of a value holds.
fn part(value: &Value, path: &[Key]) -> Taints {
    let cell = crate::cell::Cell {
        mark: crate::cell::Mark::None,
        shape: value.shape.clone(),
    };
    let mut all = value.taints.clone();
    if let Some(found) = cell.find(path) {
        found.gather(&mut all);
    }
    all
}

/// Which argument is passed for a parameter.
fn argument_of(summary: &Summary, parameter: usize, first: usize, call: &Call) -> Option<usize> {
    let name = summary.parameters.get(parameter).copied().flatten();
    let by_name = call
        .arguments
        .iter()
        .position(|argument| argument.name.is_some() && argument.name == name);
    by_name.or_else(|| {
        let place = parameter.checked_sub(first)?;
        call.arguments
            .iter()
            .enumerate()
            .filter(|(_, argument)| argument.name.is_none())
            .take_while(|(_, argument)| !argument.is_spread)
            .nth(place)
            .map(|(at, _)| at)
            .or_else(|| {
                call.arguments
                    .iter()
                    .position(|argument| argument.is_spread)
            })
    })
}
