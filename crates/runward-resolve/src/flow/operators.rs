//! What operators give when a variable is assigned their result.

use runward_syntax::Op;

use super::Flow;
use crate::facts::Constant;
use crate::policy::Policy;
use crate::values::Value;

/// Whole numbers beyond 64 bits are only known to be numbers, and so are quotients.
fn whole_numbers(op: Op, one: i128, other: i128) -> Option<Constant> {
    let count = || u32::try_from(other).ok();
    let result = match op {
        Op::Add => one.checked_add(other),
        Op::Sub => one.checked_sub(other),
        Op::Mul => one.checked_mul(other),
        Op::FloorDiv => one.checked_div_euclid(other),
        Op::Mod => one.checked_rem_euclid(other),
        Op::Pow => count().and_then(|count| one.checked_pow(count)),
        Op::LeftShift => count().and_then(|count| 1_i128.checked_shl(count)?.checked_mul(one)),
        Op::RightShift => count().and_then(|count| one.checked_shr(count)),
        Op::BitAnd => Some(one & other),
        Op::BitOr => Some(one | other),
        Op::BitXor => Some(one ^ other),
        Op::Eq => return Some(Constant::Bool(one == other)),
        Op::NotEq => return Some(Constant::Bool(one != other)),
        Op::Less => return Some(Constant::Bool(one < other)),
        Op::LessEq => return Some(Constant::Bool(one <= other)),
        Op::Greater => return Some(Constant::Bool(one > other)),
        Op::GreaterEq => return Some(Constant::Bool(one >= other)),
        _ => None,
    };
    result
        .filter(|number| i64::try_from(*number).is_ok())
        .map(Constant::Int)
}

impl Flow<'_, '_> {
    pub(super) fn operate(
        &mut self,
        op: Op,
        left: Option<Value>,
        right: Option<Value>,
    ) -> Option<Value> {
        let is_python = self.values.policy == Policy::Python;
        let left = left?;
        if op == Op::Mul && is_python && self.is_text(left) {
            return Some(Value::AnyStr);
        }
        let right = right?;
        match (self.values.constant(left), self.values.constant(right)) {
            (Some(Constant::Bool(one)), _)
                if is_python && ((op == Op::And && one) || (op == Op::Or && !one)) =>
            {
                Some(right)
            }
            (Some(Constant::Bool(one)), Some(Constant::Bool(other))) => Some(match op {
                Op::Or => self.values.computed(Constant::Bool(one || other)),
                Op::And => self.values.computed(Constant::Bool(one && other)),
                _ => Value::AnyBool,
            }),
            (Some(Constant::Int(one)), Some(Constant::Int(other)))
                if self.values.policy.has_integers() =>
            {
                Some(match whole_numbers(op, one, other) {
                    Some(constant) => self.values.computed(constant),
                    None => Value::AnyNumber,
                })
            }
            (Some(Constant::Str(_)), Some(Constant::Str(_))) => {
                if op == Op::Add {
                    self.append(Some(left), Some(right))
                } else {
                    Some(Value::AnyStr)
                }
            }
            _ => {
                let is_any = |value: Value| {
                    matches!(
                        value,
                        Value::AnyStr | Value::AnyNumber | Value::AnyBool | Value::Any
                    )
                };
                if is_any(left) || is_any(right) {
                    self.values.any(left, right)
                } else {
                    None
                }
            }
        }
    }

    pub(super) fn negate(&mut self, op: Op, operand: Option<Value>) -> Option<Value> {
        let operand = operand?;
        if op == Op::Plus {
            return Some(operand);
        }
        match self.values.constant(operand) {
            Some(Constant::Bool(value)) => Some(if op == Op::Not {
                self.values.computed(Constant::Bool(!value))
            } else {
                Value::AnyBool
            }),
            Some(Constant::Int(value)) if self.values.policy.has_integers() => {
                let result = match op {
                    Op::Minus => value.checked_neg(),
                    Op::Invert => Some(!value),
                    _ => None,
                };
                Some(match result {
                    Some(value) => self.values.computed(Constant::Int(value)),
                    None => Value::AnyNumber,
                })
            }
            _ => matches!(
                operand,
                Value::AnyStr | Value::AnyNumber | Value::AnyBool | Value::Any
            )
            .then_some(operand),
        }
    }

    fn is_text(&self, value: Value) -> bool {
        matches!(
            self.values.constant(value),
            Some(Constant::Str(_) | Constant::AnyStr)
        )
    }

    /// A string with another one behind it.
    pub(super) fn append(&mut self, whole: Option<Value>, part: Option<Value>) -> Option<Value> {
        let (whole, part) = (whole?, part?);
        match (self.values.text_of(whole), self.values.text_of(part)) {
            (Some(one), Some(other)) => {
                let text = [one, other].concat();
                Some(self.values.text(&text))
            }
            _ if part == Value::AnyStr && self.is_text(whole) => Some(Value::AnyStr),
            _ => None,
        }
    }
}
