//! The tokens of an expression.

use runward_syntax::Span;

use super::ExpressionError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Number(&'a str),
    /// What stands between the quotes, and whether it is an f-string.
    Text(&'a str, bool),
    /// With the dollar.
    Metavar(&'a str),
    /// A name or a word such as `and`.
    Name(&'a str),
    Mark(&'a str),
}

/// Longest first.
const MARKS: [&str; 23] = [
    "**", "//", "<<", ">>", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "&", "|",
    "^", "~", "(", ")", "[", "]",
];

pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token with its place; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(Token<'a>, Span)>, ExpressionError> {
        self.skip_blank();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        if let Some((prefix, quote)) = text_start(rest) {
            return self.text(prefix, quote).map(Some);
        }
        let (token, length): (fn(&'a str) -> Token<'a>, usize) = match first {
            '$' => (Token::Metavar, metavar_length(rest)),
            '0'..='9' | '.' => (Token::Number, number_length(rest)),
            letter if letter.is_alphabetic() || letter == '_' => (
                Token::Name,
                length_while(rest, |c| c.is_alphanumeric() || c == '_'),
            ),
            _ => {
                let mark = MARKS
                    .iter()
                    .chain(&[",", "."])
                    .find(|mark| rest.starts_with(**mark));
                (Token::Mark, mark.map_or(0, |mark| mark.len()))
            }
        };
        if length == 0 {
            let hint = match first {
                '=' => "; equality is `==`",
                '!' => "; write `not`",
                _ => "",
            };
            return Err(ExpressionError {
                message: format!("`{}` is not expected here{hint}", first.escape_debug()),
                span: self.span(self.at, self.at + first.len_utf8()),
            });
        }
        let start = self.at;
        self.at += length;
        let text = self.text.get(start..self.at).unwrap_or_default();
        // A dot that begins no number: `re.match`.
        let token = if text == "." {
            Token::Mark(text)
        } else {
            token(text)
        };
        Ok(Some((token, self.span(start, self.at))))
    }

    fn text(&mut self, prefix: usize, quote: &str) -> Result<(Token<'a>, Span), ExpressionError> {
        let start = self.at;
        let formatted = self
            .rest()
            .get(..prefix)
            .unwrap_or_default()
            .contains(['f', 'F']);
        let from = start + prefix + quote.len();
        let inner = self.text.get(from..).unwrap_or_default();
        let Some(length) = text_length(inner, quote) else {
            return Err(ExpressionError {
                message: "a text that is not closed".to_owned(),
                span: self.span(start, self.text.len()),
            });
        };
        self.at = from + length + quote.len();
        let token = Token::Text(inner.get(..length).unwrap_or_default(), formatted);
        Ok((token, self.span(start, self.at)))
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = length_while(rest, char::is_whitespace);
            let comment = match rest.get(blank..).unwrap_or_default() {
                tail if tail.starts_with('#') => length_while(tail, |c| c != '\n'),
                _ => 0,
            };
            if blank + comment == 0 {
                return;
            }
            self.at += blank + comment;
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[expect(clippy::unused_self, reason = "reads as the lexer's place")]
    fn span(&self, start: usize, end: usize) -> Span {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(number(start), number(end))
    }
}

fn length_while(text: &str, wanted: impl Fn(char) -> bool) -> usize {
    text.find(|c| !wanted(c)).unwrap_or(text.len())
}

/// `$X`, `$...X`, `$1`; 0 for a dollar alone.
fn metavar_length(text: &str) -> usize {
    let name = text.strip_prefix('$').unwrap_or_default();
    let (dots, name) = match name.strip_prefix("...") {
        Some(rest) => (3, rest),
        None => (0, name),
    };
    match length_while(name, |c| c.is_ascii_alphanumeric() || c == '_') {
        0 => 0,
        length => 1 + dots + length,
    }
}

fn number_length(text: &str) -> usize {
    let mut last = ' ';
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    for (at, c) in text.char_indices() {
        let exponent = matches!(c, '+' | '-') && matches!(last, 'e' | 'E') && !hexadecimal;
        if !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.') || exponent) {
            return at;
        }
        // `.match` after a name is no number.
        if at == 1 && text.starts_with('.') && !c.is_ascii_digit() {
            return 1;
        }
        last = c;
    }
    text.len()
}

/// The length of the prefix (`r`, `f`, `b`, `u`) and the quotes that begin a text.
fn text_start(text: &str) -> Option<(usize, &'static str)> {
    let prefix = length_while(text, |c| "rRfFbBuU".contains(c));
    let rest = text.get(prefix..)?;
    let quote = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| rest.starts_with(quote))?;
    (prefix <= 2).then_some((prefix, quote))
}

fn text_length(text: &str, quote: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        if rest.starts_with(quote) {
            return Some(at);
        }
        let mut characters = rest.chars();
        let first = characters.next()?;
        at += first.len_utf8();
        if first == '\\' {
            at += characters.next()?.len_utf8();
        }
    }
    None
}
