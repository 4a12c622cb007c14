//! TOML with lines. The library bounds nesting by itself.

use std::borrow::Cow;

use toml::de::{DeTable, DeValue};

use crate::{
    document::{Document, Entry, Node, SyntaxError, Value},
    text::Lines,
};

pub(crate) fn parse(text: &str) -> Result<Document<'_>, SyntaxError> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.at(span.start));
        SyntaxError::new(line, error.message().replace('\n', ", "))
    })?;
    Ok(Document {
        roots: vec![Node::new(1, table_value(table.into_inner(), &lines))],
        repeated: Vec::new(),
    })
}

fn table_value<'a>(table: DeTable<'a>, lines: &Lines) -> Value<'a> {
    let mut entries: Vec<Entry<'a>> = table
        .into_iter()
        .map(|(key, value)| {
            let line = lines.at(key.span().start);
            Entry {
                key: key.into_inner(),
                line,
                node: Node::new(
                    lines.at(value.span().start),
                    convert(value.into_inner(), lines),
                ),
            }
        })
        .collect();
    // The library hands the keys out sorted by name.
    entries.sort_by_key(|entry| entry.line);
    Value::Table(entries)
}

fn convert<'a>(value: DeValue<'a>, lines: &Lines) -> Value<'a> {
    match value {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(number) => Value::Text(Cow::Owned(number.to_string())),
        DeValue::Float(number) => Value::Text(Cow::Owned(number.to_string())),
        DeValue::Boolean(truth) => Value::Text(Cow::Borrowed(if truth { "true" } else { "false" })),
        DeValue::Datetime(time) => Value::Text(Cow::Owned(time.to_string())),
        DeValue::Array(items) => Value::List(
            items
                .into_iter()
                .map(|item| {
                    Node::new(
                        lines.at(item.span().start),
                        convert(item.into_inner(), lines),
                    )
                })
                .collect(),
        ),
        DeValue::Table(table) => table_value(table, lines),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_know_their_lines() {
        let text = "version = 4\n\n[[package]]\nname = \"b\"\n[[package]]\nname = \"a\"\ndeps = [\n \"x\",\n]\n[t.'cfg(unix)'.d]\nz = { v = \"1\" }\n";
        let document = parse(text).unwrap();
        let root = &document.roots[0];
        assert_eq!(root.get_text("version"), Some("4"));
        let packages = root.get("package").unwrap().items();
        assert_eq!(packages[1].get("name").unwrap().line, 6);
        assert_eq!(packages[1].get("deps").unwrap().items()[0].line, 8);
        let z = &root
            .get("t")
            .unwrap()
            .get("cfg(unix)")
            .unwrap()
            .get("d")
            .unwrap()
            .entries()[0];
        assert_eq!((z.key.as_ref(), z.line), ("z", 11));
    }

    #[test]
    fn hostile_documents_are_errors() {
        for text in [
            "a = 1\na = 2".to_owned(),
            format!("a = {}", "[".repeat(5_000)),
            format!("{}a = 1", "a.".repeat(500_000)),
            format!("a = {}", "{a=".repeat(5_000)),
            "a = \"x\ny\"".to_owned(),
        ] {
            assert!(parse(&text).is_err());
        }
        assert_eq!(parse("a = 1\nb = = 2").unwrap_err().line, 2);
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "[-a.=\\[\\]{}'\" \n#,1]{0,120}") {
            let _ = parse(&text);
        }
    }
}
