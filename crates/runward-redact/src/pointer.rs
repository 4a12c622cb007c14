//! Places in a sealed event: JSON pointers (RFC 6901).

use serde_json::Value;

/// Adds a step to a path; returns the length to cut it back to.
pub(crate) fn push(path: &mut String, step: &str) -> usize {
    let before = path.len();
    path.push('/');
    for char in step.chars() {
        match char {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            other => path.push(other),
        }
    }
    before
}

/// A path as people write it (`details.password`) or as a pointer, as a pointer.
pub(crate) fn normal(path: &str) -> String {
    if path.is_empty() || path.starts_with('/') {
        return path.to_owned();
    }
    let mut pointer = String::with_capacity(path.len() + 1);
    for step in path.split('.') {
        push(&mut pointer, step);
    }
    pointer
}

/// The values that could be cut: texts longer than `least`, by their places.
pub(crate) fn long_texts(
    value: &Value,
    path: &mut String,
    least: usize,
    found: &mut Vec<(usize, String)>,
) {
    match value {
        Value::String(text) if text.len() > least => {
            found.push((crate::canonical::length(value), path.clone()));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let before = push(path, &index.to_string());
                long_texts(item, path, least, found);
                path.truncate(before);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let before = push(path, key);
                long_texts(item, path, least, found);
                path.truncate(before);
            }
        }
        _ => {}
    }
}
