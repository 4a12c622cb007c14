//! Values that are given as text: in variables, on the command line, to `config set`.

use toml::{
    Spanned,
    de::{DeArray, DeValue},
};

use crate::{
    error::{Problem, quote},
    limits::LIMITS,
    reader::wanted,
    shape::Shape,
};

/// The text as the TOML value that the shape asks for; whether it is a right one, the reader
/// decides. A text is taken as it stands, or as a TOML string if it is one; a list is written
/// `a, b` or `["a", "b"]`; a list of tables only as TOML.
pub(crate) fn parse<'a>(shape: &Shape, text: &'a str) -> Result<Spanned<DeValue<'a>>, Problem> {
    if text.len() > LIMITS.max_value_bytes {
        return Err(Problem::new(
            format!(
                "is {} bytes long, over the limit of {}",
                text.len(),
                LIMITS.max_value_bytes
            ),
            "set it in a configuration file",
        ));
    }
    let trimmed = text.trim();
    match shape {
        Shape::Text | Shape::Choice(_) => Ok(string(text)),
        Shape::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(spanned(DeValue::Boolean(true))),
            "false" | "no" | "off" | "0" => Ok(spanned(DeValue::Boolean(false))),
            _ => Err(mismatch(shape, text)),
        },
        Shape::Integer { .. } | Shape::Number => match toml(trimmed) {
            Some(value) if value.get_ref().is_integer() || value.get_ref().is_float() => Ok(value),
            _ => Err(mismatch(shape, text)),
        },
        Shape::List(item) => list(shape, item, trimmed),
        Shape::Table(_) => Err(Problem::new("is a table", "set one of its keys")),
    }
}

fn list<'a>(shape: &Shape, item: &Shape, text: &'a str) -> Result<Spanned<DeValue<'a>>, Problem> {
    if text.starts_with('[') {
        return match toml(text) {
            Some(value) if value.get_ref().is_array() => Ok(value),
            _ => Err(mismatch(shape, text)),
        };
    }
    if matches!(item, Shape::Table(_)) {
        return Err(mismatch(shape, text));
    }
    let mut array = DeArray::new();
    for part in split(text) {
        array.push(string(part));
    }
    Ok(spanned(DeValue::Array(array)))
}

/// Splits at commas, except those inside the `{…}` and `[…]` of globs.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0i32;
    text.split(move |c| {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        c == ',' && depth <= 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

fn mismatch(shape: &Shape, text: &str) -> Problem {
    let help = match shape {
        Shape::List(item) if matches!(item.as_ref(), Shape::Table(_)) => {
            "write it as TOML, `[{ key = \"value\" }]`, or set it in a configuration file"
        }
        Shape::List(_) => "write it as `a, b` or as TOML, `[\"a\", \"b\"]`",
        Shape::Boolean => "write `true` or `false`",
        _ => "write for example `24`",
    };
    Problem::new(
        format!("must be {}, found {}", wanted(shape), quote(text)),
        help,
    )
}

fn string(text: &str) -> Spanned<DeValue<'_>> {
    let quoted = text.trim().starts_with(['"', '\'']);
    match toml(text.trim()) {
        Some(value) if quoted && value.get_ref().is_str() => value,
        _ => spanned(DeValue::String(text.into())),
    }
}

fn toml(text: &str) -> Option<Spanned<DeValue<'_>>> {
    DeValue::parse(text).ok()
}

fn spanned(value: DeValue<'_>) -> Spanned<DeValue<'_>> {
    Spanned::new(0..0, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<String> {
        let shape = Shape::List(Box::new(Shape::Text));
        let value = parse(&shape, text).unwrap();
        let array = value.get_ref().as_array().unwrap();
        array
            .iter()
            .map(|v| v.get_ref().as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn lists_split_at_commas_outside_braces() {
        assert_eq!(strings("a, b,,c"), ["a", "b", "c"]);
        assert_eq!(strings("**/{a,b}.txt,x"), ["**/{a,b}.txt", "x"]);
        assert_eq!(strings(r#"["a,b", "c"]"#), ["a,b", "c"]);
        assert!(strings("").is_empty());
    }

    #[test]
    fn texts_stand_as_they_are_unless_they_are_toml_strings() {
        for (text, value) in [("a b", "a b"), ("\"a\"", "a"), ("\"a", "\"a"), ("12", "12")] {
            let parsed = parse(&Shape::Text, text).unwrap();
            assert_eq!(parsed.get_ref().as_str(), Some(value));
        }
    }

    #[test]
    fn wrong_texts_say_what_is_wanted() {
        for (shape, text) in [
            (Shape::Boolean, "maybe"),
            (Shape::Number, "\"1\""),
            (Shape::List(Box::new(Shape::Table(Vec::new()))), "a"),
            (Shape::List(Box::new(Shape::Text)), "[a"),
        ] {
            assert!(
                parse(&shape, text)
                    .unwrap_err()
                    .message
                    .starts_with("must be "),
                "{text}"
            );
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let shape = Shape::List(Box::new(Shape::Text));
        assert!(parse(&shape, &"[".repeat(50_000)).is_err());
    }
}
