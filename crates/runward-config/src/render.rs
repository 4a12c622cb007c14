//! Values as TOML.

use serde_json::Value;

use crate::shape::Shape;

/// The value of a key with this shape as a TOML value on one line, the keys of tables in their
/// declared order.
pub(crate) fn shaped(shape: &Shape, value: &Value) -> String {
    match (shape, value) {
        (Shape::List(item), Value::Array(values)) => {
            let values: Vec<String> = values.iter().map(|value| shaped(item, value)).collect();
            format!("[{}]", values.join(", "))
        }
        (Shape::Table(fields), Value::Object(entries)) => {
            let entry = |name: &str, value| format!("{name} = {value}");
            let entries: Vec<String> = fields
                .iter()
                .filter_map(|field| {
                    let value = entries.get(&field.name)?;
                    Some(entry(&field.name, shaped(&field.shape, value)))
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        _ => toml(value),
    }
}

/// The value as a TOML value on one line. `null`, which TOML cannot say, never gets here and
/// would become an empty string.
pub(crate) fn toml(value: &Value) -> String {
    item(value).to_string().trim().to_owned()
}

/// The value for `toml_edit`. Recursion follows values that were checked against the known keys.
pub(crate) fn item(value: &Value) -> toml_edit::Value {
    match value {
        Value::Null => "".into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integer.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(values) => values.iter().map(item).collect::<toml_edit::Array>().into(),
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str(), item(value)))
            .collect::<toml_edit::InlineTable>()
            .into(),
    }
}

/// The value without the credentials of a URL (`https://user:secret@host` → `https://***@host`):
/// what `config show` prints ends up in tickets.
pub(crate) fn without_credentials(value: &Value) -> Value {
    let masked = value.as_str().and_then(|text| {
        let (scheme, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let (_, host) = authority.rsplit_once('@')?;
        let path = rest.strip_prefix(authority)?;
        Some(format!("{scheme}://***@{host}{path}"))
    });
    masked.map_or_else(|| value.clone(), Value::String)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_toml() {
        assert_eq!(toml(&json!("a\"b")), "'a\"b'");
        assert_eq!(toml(&json!(["a", 1, 0.5, true])), r#"["a", 1, 0.5, true]"#);
        assert_eq!(toml(&json!({"a": {"b": 1}})), "{ a = { b = 1 } }");
        assert_eq!(toml(&json!(2.0)), "2.0");
    }

    #[test]
    fn credentials_are_masked() {
        let masked = |text: &str| without_credentials(&json!(text));
        assert_eq!(
            masked("https://me:pw@host/osv@1"),
            json!("https://***@host/osv@1")
        );
        assert_eq!(masked("https://host/a@b"), json!("https://host/a@b"));
        assert_eq!(masked("plain@text"), json!("plain@text"));
    }
}
