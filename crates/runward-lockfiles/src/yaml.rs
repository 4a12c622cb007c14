//! YAML as lockfile writers emit it, with lines.
//!
//! Scalars stay text (`1.10` is a version, not a number). Aliases are refused: no lockfile writer
//! emits one, and without them a document cannot grow beyond its own size.

use std::borrow::Cow;

use granit_parser::{Event, Options, Parser, ScalarStyle};

use crate::document::{Document, Entry, Node, SyntaxError, Value, unique};

pub(crate) fn parse(text: &str, max_depth: usize) -> Result<Document<'_>, SyntaxError> {
    let mut options = Options::default();
    options.flow_nesting_limit = max_depth;
    options.block_nesting_limit = max_depth;
    // Long peer suffixes make keys longer than the 1,024 characters that YAML allows unmarked.
    options.simple_key_max_lookahead = 64 * 1024;
    let mut builder = Builder {
        open: Vec::new(),
        roots: Vec::new(),
        repeated: Vec::new(),
        max_depth,
    };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| {
            let line = u32::try_from(error.marker().line()).unwrap_or(u32::MAX);
            // The parser's own words for the limit that it was given.
            if error.info().starts_with("recursion limit exceeded") {
                SyntaxError::too_deep(line, max_depth)
            } else {
                SyntaxError::new(line, error.info())
            }
        })?;
        builder.event(event, u32::try_from(span.start.line()).unwrap_or(u32::MAX))?;
    }
    Ok(Document {
        roots: builder.roots,
        repeated: builder.repeated,
    })
}

/// A collection that is not closed yet.
enum Open<'a> {
    List {
        line: u32,
        items: Vec<Node<'a>>,
    },
    Table {
        line: u32,
        entries: Vec<Entry<'a>>,
        key: Option<(Cow<'a, str>, u32)>,
    },
}

struct Builder<'a> {
    open: Vec<Open<'a>>,
    roots: Vec<Node<'a>>,
    repeated: Vec<(u32, String)>,
    max_depth: usize,
}

impl<'a> Builder<'a> {
    fn event(&mut self, event: Event<'a>, line: u32) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(text, style, ..) => {
                let null = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if null && !self.awaits_key() {
                    Value::Null
                } else {
                    Value::Text(text)
                };
                self.add(Node::new(line, value))
            }
            Event::SequenceStart(..) => {
                let items = Vec::new();
                self.push(line, Open::List { line, items })
            }
            Event::MappingStart(..) => {
                let entries = Vec::new();
                let key = None;
                self.push(line, Open::Table { line, entries, key })
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List { line, items }) => self.add(Node::new(line, Value::List(items))),
                Some(Open::Table { line, entries, .. }) => {
                    let entries = unique(entries, &mut self.repeated);
                    self.add(Node::new(line, Value::Table(entries)))
                }
                None => Ok(()),
            },
            Event::Alias(_) | Event::UnresolvedAlias(_) => Err(SyntaxError::new(
                line,
                "a YAML alias, which no lockfile writer emits",
            )),
            _ => Ok(()),
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Table { key: None, .. }))
    }

    fn push(&mut self, line: u32, open: Open<'a>) -> Result<(), SyntaxError> {
        if self.open.len() >= self.max_depth {
            return Err(SyntaxError::too_deep(line, self.max_depth));
        }
        if self.awaits_key() {
            return Err(SyntaxError::new(line, "a key that is not plain text"));
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, node: Node<'a>) -> Result<(), SyntaxError> {
        match self.open.last_mut() {
            None => self.roots.push(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Table { entries, key, .. }) => match key.take() {
                Some((key, line)) => entries.push(Entry { key, line, node }),
                None => match node.value {
                    Value::Text(text) => *key = Some((text, node.line)),
                    _ => return Err(SyntaxError::new(node.line, "a key that is not plain text")),
                },
            },
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Document<'_>, SyntaxError> {
        parse(text, 64)
    }

    #[test]
    fn scalars_stay_as_written_and_know_their_lines() {
        let text = "lockfileVersion: 5.10\n\npackages:\n  /a/1.10:\n    resolution: {integrity: sha512-x}\n    dev: true\n    none:\n  ? long\n  : b: 'it''s'\n";
        let document = read(text).unwrap();
        let root = &document.roots[0];
        assert_eq!(root.get_text("lockfileVersion"), Some("5.10"));
        let packages = root.get("packages").unwrap();
        let a = &packages.entries()[0];
        assert_eq!((a.key.as_ref(), a.line), ("/a/1.10", 4));
        assert_eq!(
            a.node.get("resolution").unwrap().get_text("integrity"),
            Some("sha512-x")
        );
        assert!(a.node.is_true("dev"));
        assert!(matches!(a.node.get("none").unwrap().value, Value::Null));
        assert_eq!(packages.get("long").unwrap().get_text("b"), Some("it's"));
    }

    #[test]
    fn several_documents_are_several_roots() {
        let document = read("---\na: 1\n---\nb: 2\n").unwrap();
        assert_eq!(document.roots.len(), 2);
        assert_eq!(document.roots[1].entries()[0].line, 4);
    }

    #[test]
    fn hostile_documents_are_errors() {
        for (text, part) in [
            ("a: &x [1]\nb: *x\n".to_owned(), "alias"),
            ("? [1]\n: 2\n".to_owned(), "plain text"),
            ("[".repeat(5_000), "nested deeper than 64"),
            ("{a: ".repeat(5_000), "nested deeper than 64"),
            (
                (0..5_000).map(|n| " ".repeat(n) + "a:\n").collect(),
                "nested deeper than 64",
            ),
            ("- ".repeat(5_000), "nested deeper than 64"),
            ("a: 'open\n".to_owned(), ""),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.reason.contains(part), "{}", error.reason);
        }
        assert_eq!(
            read("a: 1\na: 2\n").unwrap().repeated,
            [(2, "a".to_owned())]
        );
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "[-a:{}\\[\\]'\"&*?!|> \n#,1]{0,120}") {
            let _ = read(&text);
        }
    }
}
