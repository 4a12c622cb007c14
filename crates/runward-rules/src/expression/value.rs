//! Values.

/// A value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    /// What stands between the quotes, escapes as written.
    Str(String),
    List(Vec<Value>),
    /// Code that is no constant, as written. It compares with nothing, unless in `str()`.
    Code(String),
}

/// An expression has no value here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the expression has no value here")]
pub struct Unknown;

impl Value {
    /// `str()`.
    pub(crate) fn as_text(&self) -> Result<String, Unknown> {
        Ok(match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            // A whole number keeps its point, and has nothing after it.
            Self::Float(value) if value.fract() == 0.0 && value.abs() < 1e12 => {
                format!("{value:.0}.")
            }
            Self::Float(value) => value.to_string(),
            Self::Str(text) | Self::Code(text) => text.clone(),
            Self::List(_) => return Err(Unknown),
        })
    }

    /// `int()`.
    pub(crate) fn as_int(&self) -> Result<Self, Unknown> {
        match self {
            Self::Int(value) => Ok(Self::Int(*value)),
            Self::Str(text) => int(text).map(Self::Int).ok_or(Unknown),
            _ => Err(Unknown),
        }
    }
}

/// A whole number as code writes it: `1_000`, `0x1F`, `0o17`, `0b1`, with a sign.
fn int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.replace('_', "").to_ascii_lowercase();
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let value = match digits.split_at_checked(2) {
        Some(("0x", rest)) => i64::from_str_radix(rest, 16),
        Some(("0o", rest)) => i64::from_str_radix(rest, 8),
        Some(("0b", rest)) => i64::from_str_radix(rest, 2),
        _ => digits.parse(),
    }
    .ok()?;
    if negative {
        value.checked_neg()
    } else {
        Some(value)
    }
}

/// The number that a literal of an expression stands for; `0644` is octal as in Python 2.
pub(crate) fn number(literal: &str) -> Option<Value> {
    let octal = literal.len() > 1
        && literal.starts_with('0')
        && literal
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'7' | b'_'));
    if octal {
        return i64::from_str_radix(&literal.replace('_', ""), 8)
            .ok()
            .map(Value::Int);
    }
    if let Some(value) = int(literal) {
        return Some(Value::Int(value));
    }
    let digits = literal.replace('_', "");
    if !digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return None;
    }
    digits.parse().ok().map(Value::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_python_writes_them() {
        assert_eq!(number("0x1F"), Some(Value::Int(31)));
        assert_eq!(number("0o650"), Some(Value::Int(0o650)));
        assert_eq!(number("0644"), Some(Value::Int(0o644)));
        assert_eq!(number("1_000"), Some(Value::Int(1000)));
        assert_eq!(number("0"), Some(Value::Int(0)));
        assert_eq!(number("1.5e3"), Some(Value::Float(1500.0)));
        assert_eq!(number("12a"), None);
        assert_eq!(int("--1"), None);
        assert_eq!(int(""), None);
    }

    #[test]
    fn a_number_as_text() {
        assert_eq!(Value::Float(2.0).as_text(), Ok("2.".to_owned()));
        assert_eq!(Value::Float(2.5).as_text(), Ok("2.5".to_owned()));
        assert_eq!(Value::Bool(true).as_text(), Ok("true".to_owned()));
        assert_eq!(Value::List(vec![]).as_text(), Err(Unknown));
    }
}
