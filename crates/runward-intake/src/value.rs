//! Lenient looks into a JSON value: what is absent or of another type is none.

use jiff::Timestamp;
use serde_json::Value;

/// Follows names; none where one is missing.
pub(crate) fn at<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().try_fold(value, |value, name| value.get(name))
}

pub(crate) fn text<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    at(value, names)?
        .as_str()
        .filter(|text| !text.trim().is_empty())
}

pub(crate) fn list<'a>(value: &'a Value, names: &[&str]) -> &'a [Value] {
    at(value, names)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The strings of a list, or one string by itself.
pub(crate) fn texts(value: &Value, names: &[&str]) -> Vec<String> {
    match at(value, names) {
        Some(Value::String(one)) if !one.trim().is_empty() => vec![one.clone()],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

/// A number, also where it is written as a string (`"7.5"`).
pub(crate) fn number(value: &Value, names: &[&str]) -> Option<f64> {
    let value = at(value, names)?;
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())
        .filter(|number| number.is_finite())
}

/// A line or column: 1 or more.
pub(crate) fn line(value: &Value, names: &[&str]) -> Option<u32> {
    let value = at(value, names)?;
    let number = value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    u32::try_from(number).ok().filter(|line| *line > 0)
}

pub(crate) fn truth(value: &Value, names: &[&str]) -> Option<bool> {
    at(value, names)?.as_bool()
}

pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}
