//! Expressions.

use super::{Checker, Value};
use crate::cell::Shape;
use crate::il::{Exp, ExpressionKind};
use crate::taints::Taints;

impl Checker<'_, '_> {
    pub(super) fn value(&mut self, exp: Exp) -> Value {
        let function = self.function;
        let Some(expression) = function.expressions.get(exp.0 as usize) else {
            return Value::default();
        };
        let place = expression.place;
        if let Some(by_side_effect) = self.sanitized_at(place) {
            if by_side_effect
                && let ExpressionKind::Read(read) = &expression.kind
                && let Some(normal) = self.normal(read, read.offsets.len())
            {
                self.env.clean(&normal);
            }
            return Value::default();
        }
        let value = if let ExpressionKind::Read(read) = &expression.kind {
            self.read(read)
        } else {
            let mut value = self.parts(&expression.kind);
            let sources = self.sources_at(place, false);
            let made = self.taints_of(&sources, &value.taints);
            value.taints.join(&made);
            let arrived = self.propagate(place, None, &value.taints, &value.shape);
            value.taints.join(&arrived);
            value
        };
        let sinks = self.best_sinks_at(place);
        if !sinks.is_empty() {
            self.reach(&value.all(), &sinks);
        }
        value
    }

    fn parts(&mut self, kind: &ExpressionKind) -> Value {
        match kind {
            ExpressionKind::Read(_) | ExpressionKind::Literal | ExpressionKind::Opaque(None) => {
                Value::default()
            }
            ExpressionKind::Opaque(Some(inner)) => Value::tainted(self.value(*inner).all()),
            ExpressionKind::Cast(inner) => self.value(*inner),
            ExpressionKind::Beyond(inner) => {
                if self.runner.is_precise() {
                    self.value(*inner)
                } else {
                    Value::default()
                }
            }
            ExpressionKind::Sequence(parts) => {
                let values: Vec<(Taints, Shape)> = parts
                    .iter()
                    .map(|part| {
                        let value = self.value(*part);
                        (value.taints, value.shape)
                    })
                    .collect();
                Value {
                    taints: Taints::default(),
                    shape: Shape::sequence(values),
                }
                .bounded()
            }
            ExpressionKind::Record(parts) => {
                let mut whole = Value::default();
                let mut fields = Vec::new();
                for (key, part) in parts {
                    let value = self.value(*part);
                    if let Some(key) = key {
                        fields.push((*key, value.taints, value.shape));
                    } else {
                        whole.taints.join(&value.taints);
                        whole.shape.join(&value.shape);
                    }
                }
                whole.shape.join(&Shape::record(fields));
                whole.bounded()
            }
            ExpressionKind::Bag(parts) => Value::tainted(self.union(parts)),
            ExpressionKind::Operator {
                is_comparison,
                operands,
            } => {
                let taints = self.union(operands);
                let is_safe =
                    *is_comparison && self.runner.rule.options.taint_assume_safe_comparisons;
                Value::tainted(if is_safe { Taints::default() } else { taints })
            }
        }
    }

    /// The taints of any of them.
    fn union(&mut self, parts: &[Exp]) -> Taints {
        let mut all = Taints::default();
        for part in parts {
            let value = self.value(*part);
            let taints = self.without_safe_expressions(value.all(), *part);
            all.join(&taints);
        }
        if self.only_assignments() {
            return Taints::default();
        }
        all
    }
}
