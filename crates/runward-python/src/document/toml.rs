//! From TOML events to the tree.

use std::borrow::Cow;

use toml_parser::{
    ErrorSink, ParseError, Raw, Source, Span,
    decoder::{Encoding, ScalarKind},
    lexer::{Token, TokenKind},
    parser::{EventReceiver, RecursionGuard, parse_document},
};

use super::{Document, Entry, LineIndex, List, Made, Node, SyntaxError, Table, Value};
use crate::Limits;

/// Deepest nesting of values, and longest dotted key: the bound that the `toml` crate has, too.
const MAX_NESTING: u32 = 80;

/// Parses a TOML document.
pub(crate) fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, SyntaxError> {
    let lines = LineIndex::new(text);
    let too_large = |what: &str| SyntaxError {
        line: 1,
        message: format!("{what}; split it, or raise the limit"),
    };
    if text.len() > limits.max_document_bytes {
        return Err(too_large(&format!(
            "larger than {} bytes",
            limits.max_document_bytes
        )));
    }
    let source = Source::new(text);
    let mut builder = Builder::new(source);
    let mut error: Option<ParseError> = None;
    // The tokens of a large lock take more memory than the lock. A line that ends outside of all
    // brackets ends an expression, so the tokens up to there can be parsed and forgotten.
    let mut tokens = Vec::with_capacity(2 * CHUNK);
    let mut depth = 0_usize;
    let mut count = 0_usize;
    for token in source.lex() {
        count += 1;
        if count > limits.max_tokens {
            return Err(too_large(&format!(
                "more than {} tokens",
                limits.max_tokens
            )));
        }
        let kind = token.kind();
        tokens.push(token);
        match kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                depth = depth.saturating_sub(1);
            }
            TokenKind::Newline if depth == 0 && tokens.len() >= CHUNK => {
                expressions(&tokens, &mut builder, &mut error);
                tokens.clear();
            }
            _ => {}
        }
    }
    expressions(&tokens, &mut builder, &mut error);
    builder.finish_table(&mut error);
    if let Some(error) = error {
        let at = error
            .unexpected()
            .or(error.context())
            .map_or(0, |span| span.start());
        return Err(SyntaxError {
            line: lines.line(at),
            message: error.description().to_owned(),
        });
    }
    Ok(Document {
        root: builder.root,
        lines,
    })
}

/// How many tokens are parsed at once, at least.
const CHUNK: usize = 2048;

fn expressions(tokens: &[Token], builder: &mut Builder<'_>, error: &mut Option<ParseError>) {
    let mut guarded = RecursionGuard::new(builder, MAX_NESTING);
    parse_document(tokens, &mut guarded, error);
}

type Key<'a> = (Cow<'a, str>, usize);

/// An array or inline table that is open.
enum Frame<'a> {
    List(usize, List<'a>),
    /// With the number of keys that were pending outside of it.
    Table(usize, Table<'a>, usize),
}

struct Header<'a> {
    path: Vec<Key<'a>>,
    at: usize,
    is_array: bool,
}

struct Builder<'a> {
    source: Source<'a>,
    root: Table<'a>,
    /// The table that key/value lines go to. It is put in its place when the next header comes.
    current: Table<'a>,
    header: Option<Header<'a>>,
    /// Where the header that is being read starts.
    header_at: usize,
    keys: Vec<Key<'a>>,
    stack: Vec<Frame<'a>>,
}

fn fail(error: &mut dyn ErrorSink, message: &'static str, at: usize) {
    error.report_error(ParseError::new(message).with_unexpected(Span::new_unchecked(at, at)));
}

/// A quoted string without escapes is taken from the text as it is. Control characters in it, which
/// TOML forbids, do no harm here.
fn plain(raw: &str, encoding: Option<Encoding>) -> Option<&str> {
    let quote = match encoding? {
        Encoding::BasicString => '"',
        Encoding::LiteralString => '\'',
        _ => return None,
    };
    let inner = raw.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.as_bytes().contains(&b'\\')).then_some(inner)
}

impl<'a> Builder<'a> {
    fn new(source: Source<'a>) -> Self {
        Self {
            source,
            root: Table::default(),
            current: Table::default(),
            header: None,
            header_at: 0,
            keys: Vec::new(),
            stack: Vec::new(),
        }
    }

    fn raw(&self, span: Span, kind: Option<Encoding>) -> Option<Raw<'a>> {
        let text = self.source.input().get(span.start()..span.end())?;
        Some(Raw::new_unchecked(text, kind, span))
    }

    fn value(&mut self, node: Node<'a>, error: &mut dyn ErrorSink) {
        match self.stack.last_mut() {
            Some(Frame::List(_, list)) => list.items.push(node),
            Some(Frame::Table(_, table, base)) => {
                let path = self.keys.drain((*base).min(self.keys.len())..);
                insert(table, path, node, error);
            }
            None => insert(&mut self.current, self.keys.drain(..), node, error),
        }
    }

    fn open_header(&mut self, span: Span, error: &mut dyn ErrorSink) {
        self.finish_table(error);
        self.keys.clear();
        self.stack.clear();
        self.header_at = span.start();
    }

    fn close_header(&mut self, is_array: bool, error: &mut dyn ErrorSink) {
        let path: Vec<Key<'a>> = self.keys.drain(..).collect();
        let Some(((last, _), parents)) = path.split_last() else {
            return;
        };
        if !is_array
            && let Some(parent) = descend(&mut self.root, parents, error)
            && let Some(position) = parent.position(last)
            && let Some(entry) = parent.entries.get_mut(position)
        {
            // A longer header came first; its table is continued and put back.
            match &mut entry.node.value {
                Value::Table(table) if table.made == Made::Implicit => {
                    self.current = std::mem::take(table);
                }
                _ => fail(error, "duplicate key", self.header_at),
            }
        }
        self.current.made = Made::ByHeader;
        self.header = Some(Header {
            path,
            at: self.header_at,
            is_array,
        });
    }

    fn finish_table(&mut self, error: &mut dyn ErrorSink) {
        let table = std::mem::take(&mut self.current);
        let Some(mut header) = self.header.take() else {
            // The lines before the first header.
            self.root = table;
            return;
        };
        let Some((key, key_at)) = header.path.pop() else {
            return;
        };
        let Some(parent) = descend(&mut self.root, &header.path, error) else {
            return;
        };
        let node = Node {
            at: header.at,
            value: Value::Table(table),
        };
        let existing = parent
            .position(&key)
            .and_then(|position| parent.entries.get_mut(position));
        match existing {
            Some(entry) if header.is_array => match &mut entry.node.value {
                Value::List(list) if list.of_tables => list.items.push(node),
                _ => fail(error, "duplicate key", key_at),
            },
            Some(entry) => entry.node = node,
            None => {
                let node = if header.is_array {
                    Node {
                        at: header.at,
                        value: Value::List(List {
                            items: vec![node],
                            of_tables: true,
                        }),
                    }
                } else {
                    node
                };
                parent.push(Entry { key, key_at, node });
            }
        }
    }
}

/// The table that a header path leads to, made where it is not there.
fn descend<'t, 'a>(
    mut table: &'t mut Table<'a>,
    path: &[Key<'a>],
    error: &mut dyn ErrorSink,
) -> Option<&'t mut Table<'a>> {
    for (key, at) in path {
        table = child(table, key.clone(), *at, Made::Implicit, error)?;
    }
    Some(table)
}

fn child<'t, 'a>(
    table: &'t mut Table<'a>,
    key: Cow<'a, str>,
    at: usize,
    made: Made,
    error: &mut dyn ErrorSink,
) -> Option<&'t mut Table<'a>> {
    let position = table.position(&key).unwrap_or_else(|| {
        table.push(Entry {
            key,
            key_at: at,
            node: Node {
                at,
                value: Value::Table(Table {
                    made,
                    ..Table::default()
                }),
            },
        });
        table.entries.len().saturating_sub(1)
    });
    match &mut table.entries.get_mut(position)?.node.value {
        // Headers may go through any table but an inline one; dotted keys add only to what a
        // header did not define.
        Value::Table(next)
            if next.made != Made::Inline
                && (made == Made::Implicit || next.made != Made::ByHeader) =>
        {
            Some(next)
        }
        Value::List(list) if list.of_tables && made == Made::Implicit => {
            match &mut list.items.last_mut()?.value {
                Value::Table(next) => Some(next),
                _ => None,
            }
        }
        _ => {
            fail(error, "duplicate key", at);
            None
        }
    }
}

fn insert<'a>(
    mut table: &mut Table<'a>,
    path: impl ExactSizeIterator<Item = Key<'a>>,
    node: Node<'a>,
    error: &mut dyn ErrorSink,
) {
    let last = path.len().saturating_sub(1);
    let mut node = Some(node);
    for (position, (key, key_at)) in path.enumerate() {
        if position < last {
            match child(table, key, key_at, Made::Dotted, error) {
                Some(next) => table = next,
                None => return,
            }
        } else if table.position(&key).is_some() {
            fail(error, "duplicate key", key_at);
        } else if let Some(node) = node.take() {
            table.push(Entry { key, key_at, node });
        }
    }
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, span: Span, error: &mut dyn ErrorSink) {
        self.open_header(span, error);
    }

    fn std_table_close(&mut self, _span: Span, error: &mut dyn ErrorSink) {
        self.close_header(false, error);
    }

    fn array_table_open(&mut self, span: Span, error: &mut dyn ErrorSink) {
        self.open_header(span, error);
    }

    fn array_table_close(&mut self, _span: Span, error: &mut dyn ErrorSink) {
        self.close_header(true, error);
    }

    fn inline_table_open(&mut self, span: Span, _error: &mut dyn ErrorSink) -> bool {
        let table = Table::default();
        self.stack
            .push(Frame::Table(span.start(), table, self.keys.len()));
        true
    }

    fn inline_table_close(&mut self, _span: Span, error: &mut dyn ErrorSink) {
        if let Some(Frame::Table(at, mut table, _)) = self.stack.pop() {
            table.made = Made::Inline;
            let value = Value::Table(table);
            self.value(Node { at, value }, error);
        }
    }

    fn array_open(&mut self, span: Span, _error: &mut dyn ErrorSink) -> bool {
        self.stack.push(Frame::List(span.start(), List::default()));
        true
    }

    fn array_close(&mut self, _span: Span, error: &mut dyn ErrorSink) {
        if let Some(Frame::List(at, list)) = self.stack.pop() {
            let value = Value::List(list);
            self.value(Node { at, value }, error);
        }
    }

    fn simple_key(&mut self, span: Span, kind: Option<Encoding>, error: &mut dyn ErrorSink) {
        let base = match self.stack.last() {
            Some(Frame::Table(_, _, base)) => *base,
            _ => 0,
        };
        if self.keys.len() - base.min(self.keys.len()) >= MAX_NESTING as usize {
            return fail(error, "the key has too many parts", span.start());
        }
        let Some(raw) = self.raw(span, kind) else {
            return;
        };
        let mut key = Cow::Borrowed("");
        match plain(raw.as_str(), kind) {
            Some(text) => key = Cow::Borrowed(text),
            None => raw.decode_key(&mut key, error),
        }
        self.keys.push((key, span.start()));
    }

    fn scalar(&mut self, span: Span, kind: Option<Encoding>, error: &mut dyn ErrorSink) {
        let Some(raw) = self.raw(span, kind) else {
            return;
        };
        let value = if let Some(text) = plain(raw.as_str(), kind) {
            Value::Text(Cow::Borrowed(text))
        } else {
            let mut text = Cow::Borrowed("");
            match raw.decode_scalar(&mut text, error) {
                ScalarKind::String => Value::Text(text),
                ScalarKind::Boolean(flag) => Value::Bool(flag),
                _ => Value::Other(text),
            }
        };
        let at = span.start();
        self.value(Node { at, value }, error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits() -> Limits {
        Limits::default()
    }

    #[test]
    fn values_know_their_lines() {
        let text = "a = 1\n[[package]]\nname = \"x\"\n[package.deps]\n'q.r' = { v = [\"1\", \n\"2\"], b.c = true }\n\n[[package]]\nname = 'y\\n'\n";
        let document = parse(text, &limits()).unwrap();
        let packages = document.root.list("package");
        assert_eq!(packages.len(), 2);
        let first = packages[0].table().unwrap();
        assert_eq!(first.text("name"), Some("x"));
        assert_eq!(document.lines.line(first.get("name").unwrap().at), 3);
        let dep = first.descend(&["deps", "q.r"]).unwrap();
        assert_eq!(dep.texts("v").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(document.lines.line(dep.list("v")[1].at), 6);
        assert_eq!(dep.table("b").unwrap().flag("c"), Some(true));
        assert_eq!(packages[1].table().unwrap().text("name"), Some("y\\n"));
        assert_eq!(document.lines.line(packages[1].at), 8);
    }

    #[test]
    fn conflicts_are_errors_with_their_line() {
        for (text, line) in [
            ("a = 1\na = 2\n", 2),
            ("[a]\n[a]\n", 2),
            ("[a.b]\n[a]\n[a]\n", 3),
            ("a = {x=1}\n[a.b]\n", 2),
            ("[[a]]\n[a]\n", 2),
            ("a = []\n[[a]]\n", 2),
            ("[a.b]\nc=1\n[a]\nb.d=2\n", 4),
            ("x = \n", 1),
        ] {
            let error = parse(text, &limits()).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {error:?}");
        }
        assert!(parse("[a.b]\nx=1\n[a]\ny=2\n[a.c]\n", &limits()).is_ok());
    }

    #[test]
    fn nesting_ends_in_an_error() {
        for text in [
            format!("a = {}", "[".repeat(100_000)),
            format!("a = {}", "{b=".repeat(100_000)),
            format!("{} = 1", vec!["a"; 100_000].join(".")),
            format!("[{}]", vec!["a"; 100_000].join(".")),
        ] {
            assert!(parse(&text, &limits()).is_err());
        }
    }

    /// The same as the general parser makes of the text.
    fn as_general(node: &Value<'_>) -> ::toml::Value {
        match node {
            Value::Text(text) => ::toml::Value::String(text.to_string()),
            Value::Bool(flag) => ::toml::Value::Boolean(*flag),
            Value::Other(raw) => {
                format!("v = {raw}").parse::<::toml::Table>().unwrap()["v"].clone()
            }
            Value::List(list) => {
                ::toml::Value::Array(list.items.iter().map(|n| as_general(&n.value)).collect())
            }
            Value::Table(table) => ::toml::Value::Table(
                table
                    .entries()
                    .map(|e| (e.key.to_string(), as_general(&e.node.value)))
                    .collect(),
            ),
        }
    }

    fn agrees(text: &str) {
        let general = text.parse::<::toml::Table>();
        let ours = parse(text, &limits());
        assert_eq!(
            general.is_ok(),
            ours.is_ok(),
            "{text:?}\n{general:?}\n{ours:?}"
        );
        if let (Ok(general), Ok(ours)) = (general, ours) {
            assert_eq!(
                ::toml::Value::Table(general),
                as_general(&Value::Table(ours.root)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn large_tables_are_indexed() {
        use std::fmt::Write as _;
        let mut text = String::new();
        for n in 0..100 {
            writeln!(text, "[t.k{n}]\nv = {n}").unwrap();
        }
        agrees(&text);
        agrees(&format!("{text}[t.k7]\n"));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_tree_or_an_error(text in "\\PC{0,200}") {
            let _ = parse(&text, &limits());
        }

        #[test]
        fn the_tree_equals_that_of_the_general_parser(
            lines in proptest::collection::vec(
                prop_oneof![
                    "\\[[abc](\\.[abc]){0,2}\\]",
                    "\\[\\[[abc](\\.[abc]){0,1}\\]\\]",
                    "[abc](\\.[abc]){0,2} = [0-9]",
                    "[abc] = \"[a-z\\\\n]{0,3}\"",
                    "[abc](\\.[abc]){0,1} = \\{ [abc] = 1, [abc](\\.[abc])? = 'x' \\}",
                    "[abc] = \\[ 1, \\{ [abc] = true \\}, \\[\\] \\] # note",
                ],
                0..8,
            )
        ) {
            agrees(&lines.join("\n"));
        }
    }
}
