//! The outline of a Python text: words, brackets, strings, line ends.
//!
//! Much less than a lexer. It is there for what has to be known *before* parsing: how deep a text
//! nests (the parser has no limit), which brackets only group, where a pattern's `...` and `$X`
//! stand and where Python 2 wrote a statement that Python 3 does not have.

use memchr::{memchr, memchr2, memchr3};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier, a keyword, or a pattern's `$X` and `$...X`.
    Word,
    Number,
    /// A string literal with its prefix, unless it has holes.
    Str,
    /// The prefix and the quotes that begin an f-string, and those that end it.
    FStart,
    FEnd,
    /// Text inside an f-string.
    FText,
    Open,
    Close,
    Comma,
    Semicolon,
    Colon,
    Dot,
    /// `...`.
    Dots,
    /// `<...` and `...>`, only in patterns.
    DeepOpen,
    DeepClose,
    Operator,
    Newline,
    Comment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quote {
    byte: u8,
    triple: bool,
}

/// What surrounds the place, inside an f-string.
#[derive(Debug, Clone, Copy)]
enum Mode {
    Text(Quote),
    /// Code between braces; how many brackets are open in it.
    Hole(u32),
    /// What follows the colon of a hole.
    Format(Quote),
}

#[derive(Debug)]
pub(crate) struct Scanner<'s> {
    bytes: &'s [u8],
    at: usize,
    modes: Vec<Mode>,
    patterns: bool,
}

impl<'s> Scanner<'s> {
    pub(crate) fn new(source: &'s str) -> Self {
        Self {
            bytes: source.as_bytes(),
            at: 0,
            modes: Vec::new(),
            patterns: false,
        }
    }

    /// Reads `$X`, `<...` and `...>` as well.
    pub(crate) fn of_pattern(source: &'s str) -> Self {
        Self {
            patterns: true,
            ..Self::new(source)
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn token(&mut self, kind: Kind, end: usize) -> Token {
        let start = self.at;
        self.at = end.min(self.bytes.len());
        Token {
            kind,
            start,
            end: self.at,
        }
    }

    fn words(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(|byte| is_word(*byte)) {
            at += 1;
        }
        at
    }

    fn is_at(&self, at: usize, text: &[u8]) -> bool {
        self.bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(text))
    }

    fn code(&mut self) -> Option<Token> {
        loop {
            match self.byte(self.at) {
                b' ' | b'\t' | b'\r' | b'\x0c' => self.at += 1,
                b'\\' if self.byte(self.at + 1) == b'\n' => self.at += 2,
                b'\\' if self.is_at(self.at + 1, b"\r\n") => self.at += 3,
                0 if self.at >= self.bytes.len() => return None,
                _ => break,
            }
        }
        let at = self.at;
        let byte = self.byte(at);
        Some(match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word_or_string(),
            b'0'..=b'9' => {
                let end = self.number(at);
                self.token(Kind::Number, end)
            }
            b'"' | b'\'' => self.string(at, false),
            b'(' | b'[' | b'{' => {
                if let Some(Mode::Hole(open)) = self.modes.last_mut() {
                    *open += 1;
                }
                self.token(Kind::Open, at + 1)
            }
            b')' | b']' | b'}' => {
                match self.modes.last_mut() {
                    Some(Mode::Hole(0)) => {
                        self.modes.pop();
                    }
                    Some(Mode::Hole(open)) => *open -= 1,
                    _ => {}
                }
                self.token(Kind::Close, at + 1)
            }
            b'\n' => self.token(Kind::Newline, at + 1),
            b'#' => {
                let rest = self.bytes.get(at..).unwrap_or_default();
                let length = memchr(b'\n', rest);
                self.token(Kind::Comment, at + length.unwrap_or(rest.len()))
            }
            b',' => self.token(Kind::Comma, at + 1),
            b';' => self.token(Kind::Semicolon, at + 1),
            b':' => self.colon(at),
            b'.' => self.dot(at),
            b'$' if self.patterns => {
                let name = if self.is_at(at + 1, b"...") {
                    at + 4
                } else {
                    at + 1
                };
                let end = self.words(name);
                self.token(Kind::Word, end)
            }
            b'<' if self.patterns && self.is_at(at + 1, b"...") => {
                self.token(Kind::DeepOpen, at + 4)
            }
            _ => {
                let mut end = at + 1;
                while is_operator(self.byte(end)) {
                    end += 1;
                }
                // A sign or a star that begins the next operand is part of the run; no reader
                // of the outline minds, except that patterns put `<...` after an operator.
                if self.patterns {
                    end = at + 1;
                }
                self.token(Kind::Operator, end)
            }
        })
    }

    fn word_or_string(&mut self) -> Token {
        let start = self.at;
        let end = self.words(start);
        let quoted = matches!(self.byte(end), b'"' | b'\'');
        if quoted && end - start <= 2 {
            let prefix = self.bytes.get(start..end).unwrap_or_default();
            let known = prefix
                .iter()
                .all(|byte| matches!(byte.to_ascii_lowercase(), b'r' | b'b' | b'u' | b'f' | b't'));
            if known {
                let holes = prefix
                    .iter()
                    .any(|byte| matches!(byte.to_ascii_lowercase(), b'f' | b't'));
                return self.string(end, holes);
            }
        }
        self.token(Kind::Word, end)
    }

    fn number(&self, start: usize) -> usize {
        let mut at = start;
        loop {
            let byte = self.byte(at);
            let exponent = matches!(byte, b'+' | b'-')
                && at > start
                && matches!(self.byte(at - 1), b'e' | b'E')
                && self.byte(start + 1) != b'x';
            let point = byte == b'.' && !(self.patterns && self.is_at(at, b"..."));
            if !is_word(byte) && !exponent && !point {
                return at;
            }
            at += 1;
        }
    }

    fn colon(&mut self, at: usize) -> Token {
        if let Some(Mode::Hole(0)) = self.modes.last() {
            self.modes.pop();
            let quote = match self.modes.last() {
                Some(Mode::Text(quote) | Mode::Format(quote)) => *quote,
                _ => Quote {
                    byte: b'"',
                    triple: false,
                },
            };
            self.modes.push(Mode::Format(quote));
            return self.token(Kind::Colon, at + 1);
        }
        if self.byte(at + 1) == b'=' {
            return self.token(Kind::Operator, at + 2);
        }
        self.token(Kind::Colon, at + 1)
    }

    fn dot(&mut self, at: usize) -> Token {
        if self.byte(at + 1).is_ascii_digit() {
            let end = self.number(at + 1);
            return self.token(Kind::Number, end);
        }
        if !self.is_at(at, b"...") {
            return self.token(Kind::Dot, at + 1);
        }
        if self.patterns && self.byte(at + 3) == b'>' && self.byte(at + 4) != b'=' {
            return self.token(Kind::DeepClose, at + 4);
        }
        // `$X.....f()` is `$X`, a dot, the dots, a dot.
        if self.patterns && self.is_at(at, b".....") {
            return self.token(Kind::Dot, at + 1);
        }
        self.token(Kind::Dots, at + 3)
    }

    /// A string whose quotes begin at `quote`; the prefix stands at the scanner's place.
    fn string(&mut self, quote: usize, holes: bool) -> Token {
        let byte = self.byte(quote);
        let triple = self.byte(quote + 1) == byte && self.byte(quote + 2) == byte;
        let inside = quote + if triple { 3 } else { 1 };
        if holes {
            self.modes.push(Mode::Text(Quote { byte, triple }));
            return self.token(Kind::FStart, inside);
        }
        let mut at = inside;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let next = if triple {
                memchr2(b'\\', byte, rest)
            } else {
                memchr3(b'\\', b'\n', byte, rest)
            };
            let Some(next) = next else {
                return self.token(Kind::Str, self.bytes.len());
            };
            at += next;
            match self.byte(at) {
                b'\\' => at += 2,
                b'\n' => return self.token(Kind::Str, at),
                _ if !triple => return self.token(Kind::Str, at + 1),
                _ if self.byte(at + 1) == byte && self.byte(at + 2) == byte => {
                    return self.token(Kind::Str, at + 3);
                }
                _ => at += 1,
            }
        }
    }

    /// The next piece of an f-string's text or of a format.
    fn text(&mut self, quote: Quote, format: bool) -> Option<Token> {
        let mut at = self.at;
        loop {
            let Some(&byte) = self.bytes.get(at) else {
                return (at > self.at).then(|| self.token(Kind::FText, at));
            };
            let ends = byte == quote.byte
                && (!quote.triple
                    || self.byte(at + 1) == quote.byte && self.byte(at + 2) == quote.byte);
            let stops =
                ends || byte == b'{' || format && byte == b'}' || byte == b'\n' && !quote.triple;
            if !stops {
                let escaped = byte == b'\\' && !matches!(self.byte(at + 1), b'{' | b'}');
                at += if escaped { 2 } else { 1 };
                continue;
            }
            if byte == b'{' && !format && self.byte(at + 1) == b'{' {
                at += 2;
                continue;
            }
            if at > self.at {
                return Some(self.token(Kind::FText, at));
            }
            return Some(self.end_of_text(byte, ends, quote, format));
        }
    }

    fn end_of_text(&mut self, byte: u8, ends: bool, quote: Quote, format: bool) -> Token {
        let at = self.at;
        if byte == b'{' {
            self.modes.push(Mode::Hole(0));
            return self.token(Kind::Open, at + 1);
        }
        self.modes.pop();
        if format && byte == b'}' {
            return self.token(Kind::Close, at + 1);
        }
        if format {
            // The string ends inside a format: its text ends as well.
            self.modes.pop();
        }
        let length = match (ends, quote.triple) {
            (true, true) => 3,
            (true, false) => 1,
            // An unclosed string ends with its line; the line end is read again.
            (false, _) => 0,
        };
        self.token(Kind::FEnd, at + length)
    }
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        match self.modes.last().copied() {
            Some(Mode::Text(quote)) => self.text(quote, false),
            Some(Mode::Format(quote)) => self.text(quote, true),
            _ => self.code(),
        }
    }
}

#[inline]
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<' | b'>' | b'='
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(Kind, &str)> {
        Scanner::new(source)
            .map(|token| (token.kind, source.get(token.start..token.end).unwrap()))
            .collect()
    }

    #[test]
    fn strings_are_one_token_whatever_is_in_them() {
        assert_eq!(
            texts("f('(', r\"\\\"\", '''\n''')"),
            [
                (Kind::Word, "f"),
                (Kind::Open, "("),
                (Kind::Str, "'('"),
                (Kind::Comma, ","),
                (Kind::Str, "r\"\\\"\""),
                (Kind::Comma, ","),
                (Kind::Str, "'''\n'''"),
                (Kind::Close, ")"),
            ]
        );
    }

    #[test]
    fn a_hole_of_an_f_string_is_code_and_its_format_is_text() {
        assert_eq!(
            texts("f'a{{{x!r:>{w}}b'"),
            [
                (Kind::FStart, "f'"),
                (Kind::FText, "a{{"),
                (Kind::Open, "{"),
                (Kind::Word, "x"),
                (Kind::Operator, "!"),
                (Kind::Word, "r"),
                (Kind::Colon, ":"),
                (Kind::FText, ">"),
                (Kind::Open, "{"),
                (Kind::Word, "w"),
                (Kind::Close, "}"),
                (Kind::Close, "}"),
                (Kind::FText, "b"),
                (Kind::FEnd, "'"),
            ]
        );
    }

    #[test]
    fn nested_f_strings_may_use_the_same_quotes() {
        let kinds: Vec<_> = texts("f\"{f\"{1}\"}\" + x").iter().map(|t| t.0).collect();
        assert_eq!(
            kinds,
            [
                Kind::FStart,
                Kind::Open,
                Kind::FStart,
                Kind::Open,
                Kind::Number,
                Kind::Close,
                Kind::FEnd,
                Kind::Close,
                Kind::FEnd,
                Kind::Operator,
                Kind::Word,
            ]
        );
    }

    #[test]
    fn patterns_have_tokens_of_their_own() {
        let source = "$X. ... .f($...A, <... $Y ...>).....g()";
        let found: Vec<_> = Scanner::of_pattern(source)
            .map(|token| source.get(token.start..token.end).unwrap())
            .collect();
        assert_eq!(
            found,
            [
                "$X", ".", "...", ".", "f", "(", "$...A", ",", "<...", "$Y", "...>", ")", ".",
                "...", ".", "g", "(", ")"
            ]
        );
    }
}
