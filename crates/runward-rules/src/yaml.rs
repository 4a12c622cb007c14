//! YAML (and so JSON) with the bytes of each node.

use std::borrow::Cow;

use granit_parser::{Event, Options, Parser, ScalarStyle};
use runward_syntax::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Limits;

#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub(crate) span: Span,
    pub(crate) kind: Kind<'a>,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind<'a> {
    Scalar { text: Cow<'a, str>, plain: bool },
    List(Vec<Node<'a>>),
    Map(Vec<Entry<'a>>),
}

#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) key_span: Span,
    pub(crate) node: Node<'a>,
}

/// A key that stands twice in one mapping.
#[derive(Debug, Clone)]
pub(crate) struct Repeated {
    pub(crate) key: String,
    pub(crate) span: Span,
}

#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    /// `None` for an empty file.
    pub(crate) root: Option<Node<'a>>,
    /// In the order of the file.
    pub(crate) repeated: Vec<Repeated>,
}

#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) message: String,
    pub(crate) span: Span,
}

impl<'a> Node<'a> {
    /// The text of a scalar that is one: quoted, or plain and neither nothing, Boolean nor empty.
    /// Numbers are texts as written, so that `pattern: 1.0` is what it looks like.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, plain } => {
                (!*plain || (self.as_bool().is_none() && !self.is_null())).then_some(text.as_ref())
            }
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.plain()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.plain(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => Some(text),
            _ => None,
        }
    }

    pub(crate) fn entries(&self) -> Option<&[Entry<'a>]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> Option<&[Node<'a>]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// What it is, for a message.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
            Kind::Scalar { .. } if self.is_null() => "nothing",
            Kind::Scalar { .. } if self.as_bool().is_some() => "true or false",
            Kind::Scalar { .. } => "a text",
        }
    }

    /// As JSON, for metadata.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            Kind::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Kind::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.to_string(), entry.node.to_json()))
                    .collect(),
            ),
            Kind::Scalar { text, plain: false } => Value::String(text.to_string()),
            Kind::Scalar { text, plain: true } => {
                if self.is_null() {
                    return Value::Null;
                }
                if let Some(value) = self.as_bool() {
                    return Value::Bool(value);
                }
                if let Ok(value) = text.parse::<i64>() {
                    return Value::from(value);
                }
                let numeric =
                    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
                match text.parse::<f64>() {
                    Ok(value) if numeric && value.is_finite() => Value::from(value),
                    _ => Value::String(text.to_string()),
                }
            }
        }
    }
}

/// Reads the first document of a text.
pub(crate) fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, SyntaxError> {
    let mut options = Options::default();
    options.flow_nesting_limit = limits.depth;
    options.block_nesting_limit = limits.depth;
    options.simple_key_max_lookahead = 16 * 1024;
    let mut builder = Builder {
        text,
        open: Vec::new(),
        document: Document::default(),
        anchors: FxHashMap::default(),
        nodes: 0,
        limits,
    };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or_default();
            let message = match error.info() {
                info if info.starts_with("recursion limit exceeded") => too_deep(limits),
                info => format!("this is no valid YAML: {info}"),
            };
            SyntaxError {
                message,
                span: builder.near(at),
            }
        })?;
        let bytes = span.byte_range().unwrap_or_default();
        let place = Span::new(number(bytes.start), number(bytes.end));
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.event(event, place)?;
    }
    builder
        .document
        .repeated
        .sort_by_key(|repeated| repeated.span.start);
    Ok(builder.document)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn too_deep(limits: &Limits) -> String {
    format!("nested more than {} levels deep", limits.depth)
}

/// A collection that is not closed yet.
struct Open<'a> {
    start: u32,
    anchor: usize,
    kind: Kind<'a>,
    key: Option<(Cow<'a, str>, Span)>,
}

struct Builder<'a, 'l> {
    text: &'a str,
    open: Vec<Open<'a>>,
    document: Document<'a>,
    /// With how many nodes and levels each has.
    anchors: FxHashMap<usize, (Node<'a>, Size)>,
    nodes: usize,
    limits: &'l Limits,
}

impl<'a> Builder<'a, '_> {
    fn event(&mut self, event: Event<'a>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                self.add(
                    Node {
                        span,
                        kind: Kind::Scalar { text, plain },
                    },
                    anchor,
                )
            }
            Event::SequenceStart(_, anchor, _) => self.push(span, anchor, Kind::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => self.push(span, anchor, Kind::Map(Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open {
                    start,
                    anchor,
                    mut kind,
                    ..
                }) => {
                    if let Kind::Map(entries) = &mut kind {
                        merge(entries);
                        self.note_repeated(entries);
                    }
                    let end = match &kind {
                        Kind::List(items) => items.last().map(|node| node.span.end),
                        Kind::Map(entries) => entries.last().map(|entry| entry.node.span.end),
                        Kind::Scalar { .. } => None,
                    };
                    // A closing bracket has a place; the end of a block is where its last node ends.
                    let end = if span.end > span.start {
                        span.end
                    } else {
                        end.unwrap_or(span.end)
                    };
                    self.add(
                        Node {
                            span: Span::new(start, end.max(start)),
                            kind,
                        },
                        anchor,
                    )
                }
                None => Ok(()),
            },
            Event::Alias(id) => {
                let Some((node, size)) = self.anchors.get(&id).cloned() else {
                    return Err(SyntaxError {
                        message: "an alias of nothing".to_owned(),
                        span,
                    });
                };
                self.count(size.nodes, span)?;
                if self.open.len() + size.depth > self.limits.depth {
                    return Err(SyntaxError {
                        message: too_deep(self.limits),
                        span,
                    });
                }
                self.add(node, 0)
            }
            Event::UnresolvedAlias(name) => Err(SyntaxError {
                message: format!("`*{name}` is an alias of nothing"),
                span,
            }),
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), SyntaxError> {
        self.nodes += nodes;
        if self.nodes <= self.limits.nodes {
            return Ok(());
        }
        let message = format!("more than {} nodes, aliases expanded", self.limits.nodes);
        Err(SyntaxError { message, span })
    }

    fn push(&mut self, span: Span, anchor: usize, kind: Kind<'a>) -> Result<(), SyntaxError> {
        if self.open.len() >= self.limits.depth {
            return Err(SyntaxError {
                message: too_deep(self.limits),
                span,
            });
        }
        if let Some(Open {
            kind: Kind::Map(_),
            key: None,
            ..
        }) = self.open.last()
        {
            let message = "a key must be a text; quote it if it begins with `[` or `{`".to_owned();
            return Err(SyntaxError { message, span });
        }
        self.open.push(Open {
            start: span.start,
            anchor,
            kind,
            key: None,
        });
        Ok(())
    }

    fn add(&mut self, node: Node<'a>, anchor: usize) -> Result<(), SyntaxError> {
        self.count(1, node.span)?;
        if anchor != 0 {
            let size = size(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut() {
            None => self.document.root = Some(node),
            Some(Open {
                kind: Kind::List(items),
                ..
            }) => items.push(node),
            Some(Open {
                kind: Kind::Map(entries),
                key,
                ..
            }) => match key.take() {
                Some((key, key_span)) => entries.push(Entry {
                    key,
                    key_span,
                    node,
                }),
                None => {
                    if let Kind::Scalar { text, .. } = node.kind {
                        *key = Some((text, node.span));
                    } else {
                        let message = "a key must be a text".to_owned();
                        return Err(SyntaxError {
                            message,
                            span: node.span,
                        });
                    }
                }
            },
            Some(Open {
                kind: Kind::Scalar { .. },
                ..
            }) => {}
        }
        Ok(())
    }

    fn note_repeated(&mut self, entries: &[Entry<'a>]) {
        const FEW: usize = 12;
        let mut note = |entry: &Entry<'a>| {
            let key = entry.key.to_string();
            self.document.repeated.push(Repeated {
                key,
                span: entry.key_span,
            });
        };
        if entries.len() <= FEW {
            for (index, entry) in entries.iter().enumerate() {
                if entries
                    .iter()
                    .take(index)
                    .any(|other| other.key == entry.key)
                {
                    note(entry);
                }
            }
        } else {
            let mut seen = FxHashSet::default();
            entries
                .iter()
                .filter(|entry| !seen.insert(entry.key.as_ref()))
                .for_each(&mut note);
        }
    }

    /// A visible place at or before a byte: an error at the end of the file has no line to show.
    fn near(&self, at: usize) -> Span {
        let before = self
            .text
            .get(..at.min(self.text.len()))
            .unwrap_or(self.text);
        let at = if before.len() == self.text.len() {
            before.trim_end().len()
        } else {
            before.len()
        };
        Span::new(number(at), number(at))
    }
}

/// `<<: *base`: the entries of another mapping, where there are none of the same name.
fn merge(entries: &mut Vec<Entry<'_>>) {
    let is_merge =
        |entry: &Entry<'_>| entry.key == "<<" && !matches!(entry.node.kind, Kind::Scalar { .. });
    let Some(at) = entries.iter().position(is_merge) else {
        return;
    };
    let base = entries.remove(at).node;
    let bases = match base.kind {
        Kind::Map(_) => vec![base],
        Kind::List(items) => items,
        Kind::Scalar { .. } => Vec::new(),
    };
    let mut known: FxHashSet<String> = entries.iter().map(|own| own.key.to_string()).collect();
    for base in bases {
        if let Kind::Map(added) = base.kind {
            entries.extend(
                added
                    .into_iter()
                    .filter(|entry| known.insert(entry.key.to_string())),
            );
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Size {
    nodes: usize,
    depth: usize,
}

fn size(node: &Node<'_>) -> Size {
    let inner: &mut dyn Iterator<Item = &Node<'_>> = match &node.kind {
        Kind::Scalar { .. } => return Size { nodes: 1, depth: 0 },
        Kind::List(items) => &mut items.iter(),
        Kind::Map(entries) => &mut entries.iter().map(|entry| &entry.node),
    };
    inner
        .map(size)
        .fold(Size { nodes: 1, depth: 1 }, |all, one| Size {
            nodes: all.nodes + one.nodes,
            depth: all.depth.max(one.depth + 1),
        })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Document<'_> {
        parse(text, &Limits::default()).unwrap_or_else(|error| panic!("{}", error.message))
    }

    fn fails(text: &str) -> String {
        parse(text, &Limits::default())
            .expect_err("it is wrong")
            .message
    }

    fn get<'n, 'a>(node: &'n Node<'a>, key: &str) -> &'n Node<'a> {
        &node
            .entries()
            .unwrap()
            .iter()
            .find(|entry| entry.key == key)
            .unwrap()
            .node
    }

    #[test]
    fn nodes_have_the_bytes_of_the_file() {
        let text = "é: x\nrules:\n  - id: a.b\n    pattern: |\n      foo(\n        1)\n    languages: [py, \"js\"]\n";
        let document = read(text);
        let root = document.root.unwrap();
        let rule = &get(&root, "rules").items().unwrap()[0];
        assert_eq!(get(rule, "id").span.text(text), "a.b");
        let pattern = get(rule, "pattern");
        assert_eq!(pattern.text(), Some("foo(\n  1)\n"));
        assert!(
            pattern.span.text(text).contains("foo("),
            "{:?}",
            pattern.span.text(text)
        );
        let languages = get(rule, "languages");
        assert_eq!(languages.span.text(text), "[py, \"js\"]");
        assert_eq!(languages.items().unwrap()[1].span.text(text), "\"js\"");
        assert_eq!(rule.entries().unwrap()[1].key_span.text(text), "pattern");
    }

    #[test]
    fn json_is_yaml() {
        let text = "{\n\t\"rules\": [{\"id\": \"a\", \"p\": \"x\\n\\u00e9\\/\", \"n\": null, \"b\": true}]\n}";
        let document = read(text);
        let root = document.root.unwrap();
        let rule = &get(&root, "rules").items().unwrap()[0];
        assert_eq!(get(rule, "p").text(), Some("x\né/"));
        assert!(get(rule, "n").is_null());
        assert_eq!(get(rule, "b").as_bool(), Some(true));
    }

    #[test]
    fn scalars_are_what_they_look_like() {
        let document = read("[1.0, yes, ~, 'true', 5, -3.5, 2022-07-06, .5]");
        let root = document.root.unwrap();
        let items = root.items().unwrap();
        assert_eq!(items[0].text(), Some("1.0"));
        assert_eq!(items[1].text(), Some("yes"));
        assert_eq!(items[2].text(), None);
        assert_eq!(items[3].text(), Some("true"));
        let json = root.to_json().to_string();
        assert_eq!(json, r#"[1.0,"yes",null,"true",5,-3.5,"2022-07-06",0.5]"#);
    }

    #[test]
    fn repeated_keys_are_noted_and_merge_keys_merged() {
        let document = read("base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\na: 1\na: 2\n");
        assert_eq!(document.repeated.len(), 1);
        assert_eq!(document.repeated[0].key, "a");
        let root = document.root.unwrap();
        assert_eq!(get(get(&root, "more"), "x").plain(), Some("1"));
        assert_eq!(get(get(&root, "more"), "y").plain(), Some("3"));
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let inner = format!("*a{}, ", level - 1).repeat(10);
            let _ = writeln!(bomb, "a{level}: &a{level} [{inner}]");
        }
        assert!(fails(&bomb).contains("aliases expanded"));
        let mut deep = String::from("a0: &a0 [x]\n");
        for level in 1..200 {
            let _ = writeln!(deep, "a{level}: &a{level} [*a{}]", level - 1);
        }
        assert!(fails(&deep).contains("levels deep"));
        assert!(fails(&"[".repeat(5_000)).contains("levels deep"));
        assert!(fails(&"- ".repeat(5_000)).contains("levels deep"));
        assert!(parse("a: *b", &Limits::default()).is_err());
        assert!(fails("? [a]\n: b").contains("key"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[-a:{}\\[\\]\n |>&*!'\"#%,?é<]{0,60}") {
            let _ = parse(&text, &Limits::default()).map(|document| document.root.map(|root| root.to_json()));
        }
    }
}
