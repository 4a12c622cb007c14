//! Instructions.

use runward_syntax::Span;

use super::{Checker, Value};
use crate::il::{Exp, Instruction, InstructionKind};
use crate::taints::Taints;

impl Checker<'_, '_> {
    pub(super) fn instruction(&mut self, instruction: &Instruction) {
        let target = instruction.target.as_ref();
        let normal = target.and_then(|target| self.normal(target, target.offsets.len()));
        let before = normal
            .as_ref()
            .and_then(|normal| self.env.get(normal.variable).cloned());
        let value = self.effect(instruction);
        let Some(target) = target else {
            return;
        };
        let held = self.assigned(target);
        let whole = instruction.assignment.or(instruction.place);
        let sinks = self.best_sinks_at(whole);
        if !sinks.is_empty() {
            self.reach(&held.all(), &sinks);
        }
        let Some(normal) = normal else {
            return;
        };
        if value.is_relevant() {
            // What is assigned is added to what was held before: Semgrep does not forget that.
            self.env.add(
                &normal,
                &value.taints,
                &value.shape,
                &mut self.runner.table,
                target.span(0),
            );
        } else if self.env.holds_same(before.as_ref(), normal.variable) {
            // Nothing was done to it on the way, so it is harmless from here on.
            self.env.clean(&normal);
        }
    }

    /// What an instruction is worth.
    fn effect(&mut self, instruction: &Instruction) -> Value {
        let mut value = match instruction.assignment {
            None => self.at(instruction.place, |checker| checker.kind(instruction)),
            Some(assignment) => self.at(Some(assignment), |checker| {
                checker.at(instruction.place, |checker| checker.kind(instruction))
            }),
        };
        if let Some(target) = &instruction.target {
            value.taints = self.without_safe_places(value.taints, target);
        }
        value
    }

    /// What is done at a place, with what sources, sanitizers and sinks make of it.
    fn at(&mut self, place: Option<Span>, inner: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.sanitized_at(place).is_some() {
            return Value::default();
        }
        let mut value = inner(self);
        let sources = self.sources_at(place, false);
        let made = self.taints_of(&sources, &value.taints);
        value.taints.join(&made);
        let arrived = self.propagate(place, None, &value.taints, &value.shape);
        value.taints.join(&arrived);
        let sinks = self.best_sinks_at(place);
        if !sinks.is_empty() {
            self.reach(&value.all(), &sinks);
        }
        value
    }

    fn kind(&mut self, instruction: &Instruction) -> Value {
        match &instruction.kind {
            InstructionKind::Anonymous => Value::default(),
            InstructionKind::Assign(exp) => {
                let mut value = self.value(*exp);
                value.taints = self.without_safe_expressions(value.taints, *exp);
                value
            }
            InstructionKind::Call(call) => self.call(call, instruction.place),
            InstructionKind::New(call) => self.construct(call, instruction.place),
            InstructionKind::Special(parts) => {
                let all = self.arguments_of(parts);
                Value::tainted(if self.only_assignments() {
                    Taints::default()
                } else {
                    all
                })
            }
        }
    }

    fn arguments_of(&mut self, parts: &[Exp]) -> Taints {
        let mut all = Taints::default();
        for part in parts {
            let value = self.value(*part);
            let taints = self.without_safe_expressions(value.taints, *part);
            all.join(&taints);
            value.shape.gather(&mut all);
        }
        all
    }
}
