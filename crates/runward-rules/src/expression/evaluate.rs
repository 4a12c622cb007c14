//! What an expression is.

use super::{Binary, Function, Node, Unary, Unknown, Value, Values};

type Evaluated = Result<Value, Unknown>;

pub(crate) fn evaluate(node: &Node, values: &dyn Values) -> Evaluated {
    match node {
        Node::Literal(value) => Ok(value.clone()),
        Node::Metavar(name) => values.value(name).ok_or(Unknown),
        Node::Name(_) => Err(Unknown),
        Node::List(items) => {
            let items: Result<_, _> = items.iter().map(|item| evaluate(item, values)).collect();
            items.map(Value::List)
        }
        Node::Concat(parts) => {
            let parts: Result<String, _> = parts
                .iter()
                .map(|part| evaluate(part, values)?.as_text())
                .collect();
            parts.map(Value::Str)
        }
        Node::Unary(operator, inner) => unary(*operator, evaluate(inner, values)?),
        Node::Binary(operator, left, right) => {
            let (left, right) = (evaluate(left, values)?, evaluate(right, values)?);
            binary(*operator, &left, &right)
        }
        Node::Chain(first, rest) => {
            let mut left = evaluate(first, values)?;
            let mut all = true;
            for (operator, node) in rest {
                let right = evaluate(node, values)?;
                all &= binary(*operator, &left, &right)? == Value::Bool(true);
                left = right;
            }
            Ok(Value::Bool(all))
        }
        Node::Call(function, arguments) => call(*function, arguments, values),
    }
}

fn call(function: Function, arguments: &[Node], values: &dyn Values) -> Evaluated {
    if function == Function::Today {
        return values.today().map(Value::Float).ok_or(Unknown);
    }
    let argument = |index: usize| evaluate(arguments.get(index).ok_or(Unknown)?, values);
    let first = argument(0)?;
    match function {
        Function::Int => first.as_int(),
        Function::Str => first.as_text().map(Value::Str),
        Function::Strptime => text(&first).and_then(date),
        Function::PromqlDuration => text(&first).and_then(duration),
        Function::ReMatch => {
            let subject = argument(1)?;
            let matched = values
                .matches(text(&first)?, text(&subject)?)
                .ok_or(Unknown)?;
            Ok(Value::Bool(matched))
        }
        Function::Today => Err(Unknown),
    }
}

fn text(value: &Value) -> Result<&str, Unknown> {
    match value {
        Value::Str(text) => Ok(text),
        _ => Err(Unknown),
    }
}

fn unary(operator: Unary, value: Value) -> Evaluated {
    Ok(match (operator, value) {
        (Unary::Not, Value::Bool(value)) => Value::Bool(!value),
        (Unary::Minus, Value::Int(value)) => Value::Int(value.wrapping_neg()),
        (Unary::Minus, Value::Float(value)) => Value::Float(-value),
        (Unary::Plus, value @ (Value::Int(_) | Value::Float(_))) => value,
        (Unary::BitNot, Value::Int(value)) => Value::Int(!value),
        _ => return Err(Unknown),
    })
}

fn binary(operator: Binary, left: &Value, right: &Value) -> Evaluated {
    if matches!(left, Value::Code(_)) || matches!(right, Value::Code(_)) {
        return Err(Unknown);
    }
    match (operator, left, right) {
        (Binary::Eq, ..) => Ok(Value::Bool(equal(left, right))),
        (Binary::NotEq, ..) => Ok(Value::Bool(!equal(left, right))),
        (Binary::In, ..) => Ok(Value::Bool(within(left, right).unwrap_or(false))),
        (Binary::NotIn, ..) => Ok(Value::Bool(within(left, right).is_some_and(|found| !found))),
        (Binary::And, Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(*left && *right)),
        (Binary::Or, Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(*left || *right)),
        (_, Value::Int(left), Value::Int(right)) => integers(operator, *left, *right),
        (_, Value::Float(left), Value::Float(right)) => floats(operator, *left, *right),
        #[expect(clippy::cast_precision_loss, reason = "as Python compares them")]
        (_, Value::Int(left), Value::Float(right)) => floats(operator, *left as f64, *right),
        #[expect(clippy::cast_precision_loss, reason = "as Python compares them")]
        (_, Value::Float(left), Value::Int(right)) => floats(operator, *left, *right as f64),
        _ => Err(Unknown),
    }
}

#[expect(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "as the rule asks for it"
)]
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Int(whole), Value::Float(real)) | (Value::Float(real), Value::Int(whole)) => {
            *whole as f64 == *real
        }
        _ => left == right,
    }
}

/// `in`; `None` where the right side contains nothing.
fn within(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (_, Value::List(items)) => Some(items.contains(left)),
        (Value::Str(part), Value::Str(whole)) => Some(whole.contains(part.as_str())),
        _ => None,
    }
}

fn integers(operator: Binary, left: i64, right: i64) -> Evaluated {
    let value = match operator {
        Binary::Lt => return Ok(Value::Bool(left < right)),
        Binary::LtE => return Ok(Value::Bool(left <= right)),
        Binary::Gt => return Ok(Value::Bool(left > right)),
        Binary::GtE => return Ok(Value::Bool(left >= right)),
        Binary::Plus => Some(left.wrapping_add(right)),
        Binary::Minus => Some(left.wrapping_sub(right)),
        Binary::Times => Some(left.wrapping_mul(right)),
        // Towards zero, as Semgrep divides, not down, as Python does.
        Binary::Divide => left.checked_div(right),
        Binary::Modulo => left.checked_rem(right),
        Binary::FloorDivide => floor_divide(left, right),
        Binary::Power => u32::try_from(right)
            .ok()
            .map(|exponent| left.wrapping_pow(exponent)),
        Binary::BitAnd => Some(left & right),
        Binary::BitOr => Some(left | right),
        Binary::BitXor => Some(left ^ right),
        Binary::ShiftLeft => u32::try_from(right)
            .ok()
            .and_then(|by| left.checked_shl(by)),
        Binary::ShiftRight => u32::try_from(right)
            .ok()
            .and_then(|by| left.checked_shr(by)),
        _ => None,
    };
    value.map(Value::Int).ok_or(Unknown)
}

fn floor_divide(left: i64, right: i64) -> Option<i64> {
    let towards_zero = left.checked_div(right)?;
    let inexact = left.checked_rem(right)? != 0;
    Some(towards_zero - i64::from(inexact && (left < 0) != (right < 0)))
}

fn floats(operator: Binary, left: f64, right: f64) -> Evaluated {
    let value = match operator {
        Binary::Lt => return Ok(Value::Bool(left < right)),
        Binary::LtE => return Ok(Value::Bool(left <= right)),
        Binary::Gt => return Ok(Value::Bool(left > right)),
        Binary::GtE => return Ok(Value::Bool(left >= right)),
        Binary::Plus => left + right,
        Binary::Minus => left - right,
        Binary::Times => left * right,
        Binary::Divide => left / right,
        Binary::FloorDivide => (left / right).floor(),
        Binary::Modulo => left % right,
        Binary::Power => left.powf(right),
        _ => return Err(Unknown),
    };
    Ok(Value::Float(value))
}

/// `strptime("2024-01-31")`: seconds since 1970 of midnight UTC.
fn date(text: &str) -> Evaluated {
    let mut parts = text.split('-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Unknown);
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return Err(Unknown),
    };
    if !(1..=days).contains(&day) || !(1..=9999).contains(&year) {
        return Err(Unknown);
    }
    // Days from civil: years begin in March, eras have 400 years.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    let since = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    #[expect(clippy::cast_precision_loss, reason = "four-digit years fit")]
    Ok(Value::Float((since * 86_400) as f64))
}

/// `1h30m` of Prometheus, in milliseconds.
fn duration(text: &str) -> Evaluated {
    let mut total: i64 = 0;
    let mut rest = text;
    if rest.is_empty() {
        return Err(Unknown);
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or(Unknown)?;
        let (number, tail) = rest.split_at_checked(digits).ok_or(Unknown)?;
        let units = [
            ("ms", 1),
            ("s", 1_000),
            ("m", 60_000),
            ("h", 3_600_000),
            ("d", 86_400_000),
            ("w", 604_800_000),
            ("y", 31_536_000_000),
        ];
        let (unit, factor) = units
            .into_iter()
            .find(|(unit, _)| tail.starts_with(unit))
            .ok_or(Unknown)?;
        let number: i64 = number.parse().map_err(|_| Unknown)?;
        let part = number.checked_mul(factor).ok_or(Unknown)?;
        total = total.checked_add(part).ok_or(Unknown)?;
        rest = tail.get(unit.len()..).unwrap_or_default();
    }
    Ok(Value::Int(total))
}
