//! A parser that goes on after an error.

use runward_syntax::{Builder, Flags, Kind, Op, Symbol, SyntaxError};

use crate::metavar::{span, special};

/// So many errors are told one by one.
const MAX_ERRORS: usize = 100;

pub(super) struct Parser<'s, 'b> {
    source: &'s str,
    at: usize,
    build: &'b mut Builder,
    is_pattern: bool,
    depth: usize,
    /// The end of the last token.
    end: usize,
}

impl<'s, 'b> Parser<'s, 'b> {
    pub(super) fn new(
        source: &'s str,
        build: &'b mut Builder,
        is_pattern: bool,
        depth: usize,
    ) -> Self {
        let at = if source.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            source,
            at,
            build,
            is_pattern,
            depth,
            end: at,
        }
    }

    /// One value, or several in a row as files of one value a line have them.
    pub(super) fn file(&mut self) {
        loop {
            self.skip();
            let start = self.at;
            if start >= self.source.len() || self.build.is_full() {
                return;
            }
            let statement = self.build.open(Kind::ExprStmt, span(start, start));
            if !self.value() {
                self.error("no value begins here");
                self.at += self.peek().map_or(1, char::len_utf8);
                self.build.absent(crate::metavar::small(start));
            }
            let here = span(start, self.end.max(start));
            if let Some(node) = self.build.node_mut(statement) {
                node.span = here;
            }
            self.build.close();
        }
    }

    /// A value, or a pair that stands alone.
    pub(super) fn pattern(&mut self) {
        self.skip();
        if self.is_pair() {
            self.member();
        } else if !self.value() {
            self.error("the pattern is empty or does not begin with a value");
        }
        self.skip();
        // Of a pair that was taken out of its object.
        self.take(",");
        self.skip();
        if self.at < self.source.len() {
            self.error("nothing can follow the value here; put a `{` around several pairs");
        }
    }

    /// Whether a key and a colon stand here.
    fn is_pair(&mut self) -> bool {
        let start = self.at;
        let end = match self.peek() {
            Some(quote @ ('"' | '\'')) => string_end(self.source, start, quote).map(|(_, end)| end),
            _ => Some(start + self.word_length()).filter(|end| *end > start),
        };
        let Some(end) = end else { return false };
        self.at = end;
        self.skip();
        let found = self.peek() == Some(':');
        self.at = start;
        found
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error(&mut self, message: &str) {
        if self.build.errors.len() < MAX_ERRORS {
            let end = self.at + self.peek().map_or(0, char::len_utf8);
            self.build.errors.push(SyntaxError {
                span: span(self.at, end),
                message: message.to_owned(),
            });
        }
    }

    /// White space and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(char::is_whitespace);
            self.at += rest.len() - trimmed.len();
            let length = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if let Some(inside) = trimmed.strip_prefix("/*") {
                inside.find("*/").map_or(trimmed.len(), |end| end + 4)
            } else {
                return;
            };
            self.at += length;
        }
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
            self.end = self.at;
        }
        found
    }

    /// One value; false, with nothing read, where none begins.
    fn value(&mut self) -> bool {
        if self.depth == 0 || self.build.is_full() {
            // The builder notices the depth too; this keeps the stack small.
            self.build.open(Kind::Absent, span(self.at, self.at));
            self.build.close();
            self.give_up();
            return true;
        }
        self.depth -= 1;
        let found = match self.peek() {
            Some('{') => {
                self.list(Kind::Dict, "{", "}");
                true
            }
            Some('[') => {
                self.list(Kind::List, "[", "]");
                true
            }
            Some(quote @ ('"' | '\'' | '`')) => self.string(quote, false),
            Some('<') if self.is_pattern && self.rest().starts_with("<...") => self.deep(),
            Some('-' | '+') => self.signed(),
            Some('0'..='9') => self.number(),
            Some(_) => self.word(),
            None => false,
        };
        self.depth += 1;
        found
    }

    /// Too deep: the rest is left out and the file refused.
    fn give_up(&mut self) {
        self.error("values are nested too deeply");
        self.at = self.source.len();
        while !self.build.is_full() && !self.is_pattern {
            self.build.open(Kind::List, span(self.at, self.at));
        }
    }

    fn list(&mut self, kind: Kind, open: &str, close: &str) {
        let start = self.at;
        let node = self.build.open(kind, span(start, start));
        self.take(open);
        loop {
            self.skip();
            if self.take(close) {
                break;
            }
            if self.at >= self.source.len() || self.build.is_full() {
                self.error(if kind == Kind::Dict {
                    "a `}` is missing"
                } else {
                    "a `]` is missing"
                });
                break;
            }
            if self.take(",") {
                continue;
            }
            let here = self.at;
            if matches!(self.peek(), Some('}' | ']')) {
                // The other kind of bracket: it closes an outer value.
                self.error("this bracket closes another kind");
                break;
            }
            let found = if kind == Kind::Dict && self.is_pair() {
                self.member();
                true
            } else if kind == Kind::Dict && !self.is_pattern {
                self.error("a key and a `:` belong here");
                false
            } else {
                self.value()
            };
            if !found || self.at == here {
                if kind == Kind::List {
                    self.error("no value begins here");
                }
                self.recover();
            }
        }
        let here = span(start, self.end.max(start));
        if let Some(node) = self.build.node_mut(node) {
            node.span = here;
        }
        self.build.close();
    }

    /// To the next comma or bracket, and past at least one character.
    fn recover(&mut self) {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let after = rest.get(first..).unwrap_or_default();
        let found = after.find([',', '}', ']', '{', '[', '"', '\n']);
        self.at += first + found.unwrap_or(after.len());
    }

    fn member(&mut self) {
        let start = self.at;
        let pair = self.build.open(Kind::Pair, span(start, start));
        match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                self.string(quote, true);
            }
            _ => self.bare(true),
        }
        self.skip();
        self.take(":");
        self.skip();
        if !self.value() {
            self.error("a value is missing");
            self.build.absent(crate::metavar::small(self.at));
        }
        let here = span(start, self.end.max(start));
        if let Some(node) = self.build.node_mut(pair) {
            node.span = here;
        }
        self.build.close();
    }

    fn string(&mut self, quote: char, is_key: bool) -> bool {
        let start = self.at;
        let (inside, end) = if let Some(found) = string_end(self.source, start, quote) {
            found
        } else {
            self.error("this string is not closed");
            let line = self.rest().find('\n').unwrap_or(self.rest().len());
            (span(start + 1, start + line.max(1)), start + line.max(1))
        };
        let text = inside.text(self.source);
        let kind = match special(text) {
            Some(Kind::Metavar) if is_key && self.is_pattern => Kind::Metavar,
            _ => Kind::Str,
        };
        self.build.leaf(kind, text, span(start, end));
        self.at = end;
        self.end = end;
        true
    }

    /// `<... value ...>`.
    fn deep(&mut self) -> bool {
        let start = self.at;
        let node = self.build.open(Kind::Deep, span(start, start));
        self.take("<...");
        self.skip();
        if !self.value() {
            self.error("a value belongs between `<...` and `...>`");
        }
        self.skip();
        if !self.take("...>") {
            self.error("`<...` is not closed with `...>`");
        }
        let here = span(start, self.end);
        if let Some(node) = self.build.node_mut(node) {
            node.span = here;
        }
        self.build.close();
        true
    }

    /// A negative number is one operator and one number, as in the languages that JSON is part of.
    fn signed(&mut self) -> bool {
        let start = self.at;
        let op = if self.rest().starts_with('-') {
            Op::Minus
        } else {
            Op::Plus
        };
        let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if !self.rest().get(1..).is_some_and(is_number) {
            return false;
        }
        let node = self.build.open_with(
            Kind::Unary,
            op,
            Flags::NONE,
            Symbol::EMPTY,
            span(start, start),
        );
        self.at += 1;
        self.number();
        let here = span(start, self.end);
        if let Some(node) = self.build.node_mut(node) {
            node.span = here;
        }
        self.build.close();
        true
    }

    fn number(&mut self) -> bool {
        let start = self.at;
        let rest = self.rest();
        let mut previous = ' ';
        let is_part = |char: char| {
            let signed = matches!(char, '+' | '-') && matches!(previous, 'e' | 'E');
            previous = char;
            char.is_ascii_alphanumeric() || char == '.' || char == '_' || signed
        };
        let length = rest.len() - rest.trim_start_matches(is_part).len();
        let text = rest.get(..length).unwrap_or_default();
        let is_hex = text.starts_with("0x") || text.starts_with("0X");
        let is_float = !is_hex && text.contains(['.', 'e', 'E']);
        self.at += length;
        self.end = self.at;
        let kind = if is_float { Kind::Float } else { Kind::Int };
        self.build.leaf(kind, text, span(start, self.at));
        true
    }

    /// The bytes of a bare word, and of what patterns have in its place.
    fn word_length(&self) -> usize {
        let rest = self.rest();
        let skip = if self.is_pattern && rest.starts_with("$...") {
            4
        } else {
            0
        };
        if self.is_pattern && rest.starts_with("...") {
            return 3;
        }
        let after = rest.get(skip..).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        skip + after.find(|c| !is_part(c)).unwrap_or(after.len())
    }

    fn word(&mut self) -> bool {
        if self.word_length() == 0 {
            return false;
        }
        self.bare(false);
        true
    }

    fn bare(&mut self, is_key: bool) {
        let length = self.word_length();
        let start = self.at;
        let text = self.rest().get(..length).unwrap_or_default();
        let kind = match special(text).filter(|_| self.is_pattern) {
            Some(kind) => kind,
            None if is_key => Kind::Str,
            None => match text {
                "true" | "false" => Kind::Bool,
                "null" => Kind::Null,
                _ => Kind::Name,
            },
        };
        self.at += length;
        self.end = self.at;
        self.build.leaf(kind, text, span(start, self.at));
    }
}

/// The inside of a string and its end.
fn string_end(source: &str, start: usize, quote: char) -> Option<(runward_syntax::Span, usize)> {
    let bytes = source.as_bytes();
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            // A string ends with its line, or one lost quote would take the rest of the file.
            b'\n' if quote != '`' => return None,
            byte if char::from(*byte) == quote => return Some((span(start + 1, at), at + 1)),
            _ => at += 1,
        }
    }
}
