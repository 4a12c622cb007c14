//! Calls.

use runward_syntax::Span;

use super::{Checker, Value, place_of};
use crate::cell::Shape;
use crate::env::Normal;
use crate::il::{Call, Exp, Key, Receiver};
use crate::summary::{Summary, THIS};
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
        let span = place.unwrap_or_default();
        if call.is_higher && self.runner.is_precise() {
            self.call_arguments(call, &values, object.as_ref(), span);
        }
        let known = call.node.and_then(|node| self.runner.called(node));
        let mut value = match known {
            Some(function) => {
                let passing = Passing {
                    call,
                    values: &values,
                    receiver: function.receiver,
                    first: function.first,
                    object: object.as_ref(),
                    elements: None,
                    span,
                };
                self.instantiate(&function.summary, &passing)
            }
            None if self.through_functions() => {
                let mut taints = all;
                if let Some(object) = &object {
                    taints.join(&object.all());
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

    pub(super) fn construct(&mut self, call: &Call, place: Option<Span>) -> Value {
        let values = self.arguments(call);
        if let Some(function) = call.node.and_then(|node| self.runner.called(node)) {
            let passing = Passing {
                call,
                values: &values,
                receiver: function.receiver,
                first: function.first,
                object: None,
                elements: None,
                span: place.unwrap_or_default(),
            };
            return self.instantiate(&function.summary, &passing);
        }
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

    /// What is called, and the object that it is a method of.
    fn callee(&mut self, callee: Exp) -> (Value, Option<Value>) {
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
                (reading.value, Some(reading.object))
            }
            None => (self.value(callee), None),
        }
    }

    /// What a call of a known function does and gives.
    fn instantiate(&mut self, summary: &Summary, passing: &Passing<'_>) -> Value {
        for (sink, taints) in &summary.sinks {
            let (reaching, is_passed) = self.passed(taints, summary, passing);
            if is_passed {
                self.reach(&reaching, &[*sink]);
            }
        }
        for (index, path, taints) in &summary.writes {
            let (written, _) = self.passed(taints, summary, passing);
            let argument = passing.argument_of(summary, *index as usize);
            if let Some(read) = argument.and_then(|at| passing.call.arguments.get(at))
                && let Some(read) = place_of(self.function, read.value)
                && let Some(mut normal) = self.normal(read, read.offsets.len())
            {
                normal.path.extend_from_slice(path);
                self.write(&normal, &written, passing.span);
            }
        }
        let mut made = Vec::new();
        for field in &summary.fields {
            let (written, _) = self.passed(&field.taints, summary, passing);
            if written.is_empty() {
                continue;
            }
            match passing.receiver {
                Receiver::This => {
                    for variable in self.runner.variables_of(field) {
                        let normal = Normal {
                            variable,
                            path: Vec::new(),
                        };
                        self.write(&normal, &written, passing.span);
                    }
                }
                Receiver::Object => {
                    if let Some(place) = place_of(self.function, passing.call.callee)
                        && let Some(length) = place.offsets.len().checked_sub(1)
                        && let Some(mut normal) = self.normal(place, length)
                    {
                        normal.path.push(Key::Field(field.name));
                        self.write(&normal, &written, passing.span);
                    }
                }
                Receiver::New => made.push((Key::Field(field.name), written, Shape::default())),
                Receiver::Nothing | Receiver::Argument => {}
            }
        }
        let (control, _) = self.passed(&summary.control, summary, passing);
        self.env.control.join(&control);
        let (taints, _) = self.passed(&summary.returns.taints, summary, passing);
        let mut shape = Shape::record(made);
        let returned = summary
            .returns
            .shape
            .mapped(&mut |taints| self.passed(taints, summary, passing).0);
        shape.join(&returned);
        Value { taints, shape }.bounded()
    }

    fn write(&mut self, normal: &Normal, taints: &Taints, span: Span) {
        self.env.add(
            normal,
            taints,
            &Shape::default(),
            &mut self.runner.table,
            Some(span),
        );
    }

    /// Taints of a summary as the caller sees them: what a parameter holds is what was passed for
    /// it. Says whether any of them was passed.
    fn passed(
        &mut self,
        taints: &Taints,
        summary: &Summary,
        passing: &Passing<'_>,
    ) -> (Taints, bool) {
        let mut all = Taints::default();
        let mut is_passed = false;
        for (taint, trace) in taints.iter() {
            match self.runner.table.origin(taint).cloned() {
                Some(Origin::Parameter { index, path }) => {
                    let given = self.given(index, &path, summary, passing);
                    is_passed |= !given.is_empty();
                    let table = &mut self.runner.table;
                    let mut called = given.stepped(table, TraceKind::Call, passing.span);
                    // The way on within the function.
                    for step in table.trace(trace) {
                        called = called.stepped_like(table, step);
                    }
                    all.join(&called);
                }
                Some(Origin::Source { .. } | Origin::Away { .. }) => {
                    let trace = self
                        .runner
                        .table
                        .step(trace, TraceKind::Return, passing.span);
                    all.add(taint, trace);
                }
                None => {}
            }
        }
        (all, is_passed)
    }

    /// What is passed for a part of a parameter.
    fn given(
        &mut self,
        index: u32,
        path: &[Key],
        summary: &Summary,
        passing: &Passing<'_>,
    ) -> Taints {
        let value = if index == THIS {
            match passing.receiver {
                Receiver::This => return self.part_of_this(path),
                Receiver::Object => passing.object,
                Receiver::Argument => passing.values.first(),
                Receiver::Nothing | Receiver::New => None,
            }
        } else {
            passing.elements.or_else(|| {
                passing
                    .argument_of(summary, index as usize)
                    .and_then(|at| passing.values.get(at))
            })
        };
        value.map_or_else(Taints::default, |value| self.part_of(value, path))
    }

    /// What a part of a value holds.
    fn part_of(&mut self, value: &Value, path: &[Key]) -> Taints {
        let mut whole = value.taints.clone();
        for key in path {
            whole = self.runner.parts_of(&whole, *key);
        }
        let found = match path {
            [] => {
                value.shape.gather(&mut whole);
                None
            }
            path => value.shape.find(path),
        };
        if let Some(found) = found {
            if found.mark == crate::cell::Mark::Clean {
                return Taints::default();
            }
            found.gather(&mut whole);
        }
        whole
    }

    /// What a part of `this` holds here.
    fn part_of_this(&mut self, path: &[Key]) -> Taints {
        let Some((Key::Field(name), rest)) = path.split_first() else {
            return Taints::default();
        };
        let variables = self.runner.program.fields.borrow().variables(*name);
        let mut all = Taints::default();
        let mut is_known = false;
        for variable in variables {
            let Some(cell) = self.env.get(variable).cloned() else {
                continue;
            };
            is_known = true;
            let value = Value {
                taints: cell.mark.taints(),
                shape: cell.shape.clone(),
            };
            all.join(&self.part_of(&value, rest));
        }
        if !is_known {
            all = self.runner.field_of_this(Key::Field(*name));
            for key in rest {
                all = self.runner.parts_of(&all, *key);
            }
        }
        all
    }

    /// Functions by their names among the arguments of one that calls them.
    fn call_arguments(
        &mut self,
        call: &Call,
        values: &[Value],
        object: Option<&Value>,
        span: Span,
    ) {
        let mut elements = Value::tainted(union(values));
        if let Some(object) = object {
            elements.taints.join(&object.all());
        }
        if elements.taints.is_empty() {
            return;
        }
        for argument in &call.arguments {
            let aim = self
                .expression(argument.value)
                .and_then(|value| value.node)
                .and_then(|node| self.runner.program.function_meant(node));
            let Some(summary) = aim.and_then(|aim| self.runner.aimed(aim)) else {
                continue;
            };
            let passing = Passing {
                call,
                values,
                receiver: Receiver::Nothing,
                first: 0,
                object: None,
                elements: Some(&elements),
                span,
            };
            self.instantiate(&summary, &passing);
        }
    }
}

/// What a call hands to the function.
struct Passing<'c> {
    call: &'c Call,
    values: &'c [Value],
    receiver: Receiver,
    /// How many parameters come before those that the arguments are for.
    first: usize,
    /// What the method that is called is a part of.
    object: Option<&'c Value>,
    /// What every parameter gets, where the arguments are not those of the function.
    elements: Option<&'c Value>,
    span: Span,
}

impl Passing<'_> {
    /// Which argument is passed for a parameter.
    fn argument_of(&self, summary: &Summary, parameter: usize) -> Option<usize> {
        argument_of(summary, parameter, self.first, self.call)
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
