//! A text as the words, the punctuation and the blocks that `generic` patterns see.

use runward_rules::Generic;
use runward_syntax::Span;

use crate::SearchError;

/// A text that was read for `generic` patterns.
#[derive(Debug)]
pub struct Document<'s> {
    source: &'s str,
    pub(crate) nodes: Vec<Node>,
    skipped: bool,
}

/// One part of a document. Blocks are an `Open` and its `Close`; they come from indentation and
/// from brackets that are closed on their line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) span: Span,
    pub(crate) line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// `[A-Za-z0-9_]+`.
    Word,
    /// Any other character of ASCII, and each byte of one beyond it.
    Byte(u8),
    /// The number of the node that closes the block.
    Open(u32),
    Close,
}

/// Files of which so much is looked at to tell text from binary and minified files.
const PEEK: usize = 4096;
/// The longest text that may have lines of any length.
const SHORT: usize = 500;
const MAX_MEAN_LINE: usize = 150;

impl<'s> Document<'s> {
    /// Reads a file. A binary or minified one has no matches, as [`Document::is_skipped`] tells.
    ///
    /// # Errors
    /// If the text is too large for spans.
    pub fn read(source: &'s str, options: &Generic) -> Result<Self, SearchError> {
        if !is_readable(source) {
            return Ok(Self {
                source,
                nodes: Vec::new(),
                skipped: true,
            });
        }
        Self::read_part(source, options)
    }

    /// Reads a text that a rule asks for in so many words (`metavariable-pattern`), whatever it
    /// looks like.
    ///
    /// # Errors
    /// If the text is too large for spans.
    pub fn read_part(source: &'s str, options: &Generic) -> Result<Self, SearchError> {
        if u32::try_from(source.len()).is_err() {
            return Err(SearchError::Size);
        }
        let blanked = options
            .comment_style
            .as_deref()
            .map(|style| without_comments(source, style));
        let bytes = blanked.as_deref().unwrap_or(source.as_bytes());
        Ok(Self {
            source,
            nodes: read(bytes),
            skipped: false,
        })
    }

    #[must_use]
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// Whether the text looked binary or minified, so that `generic` patterns pass over it.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        self.skipped
    }
}

/// Whether a file is meant for people: less than 1 % of control characters, and lines of at most 150
/// bytes on average.
pub(crate) fn is_readable(source: &str) -> bool {
    let bytes = source.as_bytes();
    let bytes = bytes.get(..PEEK).unwrap_or(bytes);
    if bytes.is_empty() {
        return true;
    }
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let text = bytes.iter().filter(|byte| is_text(byte)).count();
    let control = bytes
        .iter()
        .filter(|byte| byte.is_ascii() && !is_text(byte))
        .count();
    if text + control > 0 && control * 100 >= text + control {
        return false;
    }
    lines * MAX_MEAN_LINE >= bytes.len() || bytes.len() <= SHORT
}

/// The text with spaces in the place of comments; each byte stays where it is.
fn without_comments(source: &str, style: &str) -> Vec<u8> {
    let mut bytes = source.as_bytes().to_vec();
    match style {
        "c" => blank(&mut bytes, b"/*", Some(b"*/")),
        "cpp" => {
            blank(&mut bytes, b"//", None);
            blank(&mut bytes, b"/*", Some(b"*/"));
        }
        "shell" => blank(&mut bytes, b"#", None),
        _ => {}
    }
    bytes
}

/// Blanks from each `start` to the next `end`, or to the end of its line.
fn blank(bytes: &mut [u8], start: &[u8], end: Option<&[u8]>) {
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(from) = find(rest, start).map(|from| at + from) else {
            return;
        };
        let inside = bytes.get(from + start.len()..).unwrap_or_default();
        let length = match end {
            Some(end) => match find(inside, end) {
                Some(length) => length + end.len(),
                None => return,
            },
            None => inside
                .iter()
                .position(|b| *b == b'\n')
                .unwrap_or(inside.len()),
        };
        at = from + start.len() + length;
        for byte in bytes.get_mut(from..at).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The width of a line's indentation and its length in bytes. A tab counts for eight.
pub(crate) fn indentation(line: &[u8]) -> (usize, usize) {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.fold((0, 0), |(width, length), byte| {
        (width + if *byte == b'\t' { 8 } else { 1 }, length + 1)
    })
}

fn read(bytes: &[u8]) -> Vec<Node> {
    let mut nodes = Vec::with_capacity(bytes.len() / 4);
    let mut open: Vec<usize> = Vec::new();
    let mut indents = vec![0];
    let mut tokens = Vec::new();
    let mut at = 0;
    for (line, text) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        let start = at;
        at += text.len();
        let text = text
            .strip_suffix(b"\n")
            .map_or(text, |text| text.strip_suffix(b"\r").unwrap_or(text));
        let (indent, skip) = indentation(text);
        tokens.clear();
        lex(text, skip, start, line, &mut tokens);
        let Some(first) = tokens.first() else {
            continue;
        };
        let here = first.span.start;
        while indents.last().is_some_and(|top| indent < *top) {
            indents.pop();
            close(&mut nodes, &mut open, here);
        }
        if indents.last().is_some_and(|top| indent > *top) {
            indents.push(indent);
            open_block(&mut nodes, &mut open, here);
        }
        add_line(&tokens, &mut nodes, &mut open);
    }
    let end = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    while !open.is_empty() {
        close(&mut nodes, &mut open, end);
    }
    // The whole text is a block too, whose end is always there.
    nodes.push(block_end(end));
    nodes
}

fn block_end(at: u32) -> Node {
    Node {
        kind: NodeKind::Close,
        span: Span::new(at, at),
        line: 0,
    }
}

fn open_block(nodes: &mut Vec<Node>, open: &mut Vec<usize>, at: u32) {
    open.push(nodes.len());
    nodes.push(Node {
        kind: NodeKind::Open(0),
        span: Span::new(at, at),
        line: 0,
    });
}

fn close(nodes: &mut Vec<Node>, open: &mut Vec<usize>, at: u32) {
    let here = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    if let Some(node) = open.pop().and_then(|open| nodes.get_mut(open)) {
        node.kind = NodeKind::Open(here);
        nodes.push(block_end(at));
    }
}

fn lex(text: &[u8], skip: usize, start: usize, line: u32, tokens: &mut Vec<Node>) {
    let mut at = skip;
    while let Some(byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let (kind, length) = match byte {
            b' ' | b'\t' => {
                at += 1;
                continue;
            }
            byte if is_word(*byte) => (
                NodeKind::Word,
                rest.iter().take_while(|byte| is_word(**byte)).count(),
            ),
            byte => (NodeKind::Byte(*byte), 1),
        };
        let from = u32::try_from(start + at).unwrap_or(u32::MAX);
        at += length;
        let to = u32::try_from(start + at).unwrap_or(u32::MAX);
        tokens.push(Node {
            kind,
            span: Span::new(from, to),
            line,
        });
    }
}

fn closer(kind: NodeKind) -> Option<u8> {
    match kind {
        NodeKind::Byte(b'(') => Some(b')'),
        NodeKind::Byte(b'[') => Some(b']'),
        NodeKind::Byte(b'{') => Some(b'}'),
        _ => None,
    }
}

/// Adds a line, what stands between matching brackets being a block. A bracket matches if, passing
/// over matching pairs, the next closing bracket is of its kind; others are plain punctuation.
fn add_line(tokens: &[Node], nodes: &mut Vec<Node>, open: &mut Vec<usize>) {
    // From the right: the closing bracket that is met first from each place on.
    let none = tokens.len();
    let mut next_close = vec![none; tokens.len() + 2];
    let mut partner = vec![none; tokens.len()];
    for (index, token) in tokens.iter().enumerate().rev() {
        let ahead = next_close.get(index + 1).copied().unwrap_or(none);
        let first = match token.kind {
            NodeKind::Byte(b')' | b']' | b'}') => index,
            kind => match closer(kind) {
                Some(wanted)
                    if tokens
                        .get(ahead)
                        .is_some_and(|t| t.kind == NodeKind::Byte(wanted)) =>
                {
                    if let Some(slot) = partner.get_mut(index) {
                        *slot = ahead;
                    }
                    next_close.get(ahead + 1).copied().unwrap_or(none)
                }
                _ => ahead,
            },
        };
        if let Some(slot) = next_close.get_mut(index) {
            *slot = first;
        }
    }
    let mut ends: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if ends.last() == Some(&index) {
            ends.pop();
            close(nodes, open, token.span.start);
        }
        nodes.push(*token);
        // Nothing between the brackets is no block.
        if let Some(end) = partner.get(index).copied().filter(|end| *end != none)
            && end > index + 1
        {
            ends.push(end);
            open_block(nodes, open, token.span.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(source: &str) -> String {
        let document = Document::read(source, &Generic::default()).unwrap();
        let mut out = String::new();
        for node in &document.nodes {
            match node.kind {
                NodeKind::Open(_) => out.push('<'),
                NodeKind::Close => out.push('>'),
                _ => out.push_str(node.span.text(source)),
            }
        }
        out
    }

    #[test]
    fn indentation_and_brackets_make_blocks() {
        assert_eq!(shape("a\n  b\n  c\nd\n"), "a<bc>d>");
        assert_eq!(shape("a\n    b\n  c\nd\n"), "a<b><c>d>");
        assert_eq!(shape("f(x, [y])\n"), "f(<x,[<y>]>)>");
        assert_eq!(shape("f()\n"), "f()>");
    }

    #[test]
    fn a_bracket_that_is_not_closed_on_its_line_is_punctuation() {
        assert_eq!(shape("f(\n  a\n)\n"), "f(<a>)>");
        assert_eq!(shape("(a [b)\n"), "(<a[b>)>");
        assert_eq!(shape("(a ]b)\n"), "(a]b)>");
        assert_eq!(shape("a) (b)"), "a)(<b>)>");
    }

    #[test]
    fn comments_are_blank_and_lines_stay() {
        let text = "a // b\n/* c\n*/ d";
        let blanked = without_comments(text, "cpp");
        assert_eq!(String::from_utf8(blanked).unwrap(), "a     \n    \n   d");
    }

    #[test]
    fn minified_and_binary_files_are_skipped() {
        let options = Generic::default();
        assert!(
            Document::read(&"x;".repeat(400), &options)
                .unwrap()
                .is_skipped()
        );
        assert!(
            !Document::read(&"x;".repeat(200), &options)
                .unwrap()
                .is_skipped()
        );
        assert!(
            Document::read("a\u{0}\u{1}b", &options)
                .unwrap()
                .is_skipped()
        );
    }
}
