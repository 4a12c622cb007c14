//! JSON as Python's `json.dumps` writes it: `": "` and `", "` between things, everything beyond
//! ASCII escaped. Scripts that look for `"event_type": "…"` with `grep` rely on it.

use std::fmt::Write as _;

use serde_json::Value;

/// Names of the line itself. Inside `details` and `changes` their first letter is written as an
/// escape, which means the same to a reader of JSON, and keeps `grep` from finding there what an
/// event could have been made to say.
const RESERVED: [&str; 4] = ["timestamp", "event_type", "user_id", "task_id"];

/// Appends `value`. The depth is bounded by what the reader of JSON accepts.
pub(super) fn value(value: &Value, into: &mut String) {
    match value {
        Value::Null => into.push_str("null"),
        Value::Bool(true) => into.push_str("true"),
        Value::Bool(false) => into.push_str("false"),
        Value::Number(number) => into.push_str(&number.to_string()),
        Value::String(text) => string(text, into),
        Value::Array(items) => {
            into.push('[');
            for (number, item) in items.iter().enumerate() {
                into.push_str(if number == 0 { "" } else { ", " });
                self::value(item, into);
            }
            into.push(']');
        }
        Value::Object(fields) => object(fields, into),
    }
}

pub(super) fn object(fields: &serde_json::Map<String, Value>, into: &mut String) {
    into.push('{');
    for (number, (name, value)) in fields.iter().enumerate() {
        into.push_str(if number == 0 { "" } else { ", " });
        key(name, into);
        into.push_str(": ");
        self::value(value, into);
    }
    into.push('}');
}

fn key(name: &str, into: &mut String) {
    let mut letters = name.chars();
    match letters.next().filter(|_| RESERVED.contains(&name)) {
        Some(first) => {
            into.push('"');
            escape(first, into);
            plain(letters.as_str(), into);
            into.push('"');
        }
        None => string(name, into),
    }
}

pub(super) fn string(text: &str, into: &mut String) {
    into.push('"');
    plain(text, into);
    into.push('"');
}

fn plain(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            '\u{8}' => into.push_str("\\b"),
            '\u{c}' => into.push_str("\\f"),
            ' '..='~' => into.push(letter),
            _ => escape(letter, into),
        }
    }
}

fn escape(letter: char, into: &mut String) {
    for unit in letter.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(into, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn dumps(it: &Value) -> String {
        let mut text = String::new();
        value(it, &mut text);
        text
    }

    #[test]
    fn it_looks_like_python() {
        let it = json!({"a": [1, true, null, "é\u{1f600}\u{7f}\n"], "b": {}});
        let python = r#"{"a": [1, true, null, "\u00e9\ud83d\ude00\u007f\n"], "b": {}}"#;
        assert_eq!(dumps(&it), python);
    }

    #[test]
    fn names_of_the_line_are_hidden_inside() {
        let text = dumps(&json!({"event_type": "forged"}));
        assert_eq!(text, r#"{"\u0065vent_type": "forged"}"#);
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["event_type"], "forged");
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_and_is_one_line(text in any::<String>(), name in any::<String>()) {
            let it = json!({ name: text });
            let line = dumps(&it);
            prop_assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), it);
        }
    }
}
