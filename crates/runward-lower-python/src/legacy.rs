//! Statements and literals of Python 2, rewritten so that a parser of Python 3 reads them.
//!
//! `print x` becomes `yield x` and `exec x` becomes `not  x`: as long, and with the same operands.
//! The lowering turns them into the calls that they are. What has no value for a rule (`L` after a
//! number, the file of `print >>file`) is blanked. `async` and `await` were names then: they become
//! other names, whose text the lowering takes from the source. A comment behind a backslash, which
//! the rule language allows, becomes one more continuation.

use crate::scan::{Kind, Scanner, Token};
use crate::shape::offset;
use crate::sigil::{Sigil, Sigils};

/// The rewritten text, or `None` if nothing in it is Python 2's.
pub(crate) fn rewrite(source: &str) -> Option<(String, Sigils)> {
    let (comments, tokens): (Vec<Token>, Vec<Token>) =
        Scanner::new(source).partition(|token| token.kind == Kind::Comment);
    let mut rewrite = Rewrite {
        source,
        text: source.as_bytes().to_vec(),
        sigils: Sigils::default(),
        changed: false,
    };
    for comment in comments {
        rewrite.comment(comment);
    }
    rewrite.all(&tokens);
    if !rewrite.changed {
        return None;
    }
    rewrite.sigils.sort();
    let text = String::from_utf8(rewrite.text).ok()?;
    Some((text, rewrite.sigils))
}

/// Tokens to look through for the end of what is printed: enough for any, and no square.
const LONGEST_PRINT: usize = 500;

struct Rewrite<'s> {
    source: &'s str,
    text: Vec<u8>,
    sigils: Sigils,
    changed: bool,
}

impl Rewrite<'_> {
    fn word(&self, token: Token) -> &str {
        self.source.get(token.start..token.end).unwrap_or_default()
    }

    fn put(&mut self, at: usize, with: &[u8]) {
        if let Some(place) = self.text.get_mut(at..at + with.len()) {
            place.copy_from_slice(with);
            self.changed = true;
        }
    }

    fn blank(&mut self, start: usize, end: usize) {
        for byte in self.text.get_mut(start..end).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
                self.changed = true;
            }
        }
    }

    fn all(&mut self, tokens: &[Token]) {
        let mut depth = 0_usize;
        let mut begins = true;
        for (index, token) in tokens.iter().enumerate() {
            let rest = tokens.get(index + 1..).unwrap_or_default();
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Word if begins => {
                    self.statement(*token, rest);
                    self.old_name(*token, None, rest);
                }
                Kind::Word => {
                    let before = index.checked_sub(1).and_then(|index| tokens.get(index));
                    self.old_name(*token, before, rest);
                }
                Kind::Number => self.number(*token),
                Kind::Str => self.prefix(*token),
                Kind::Operator => self.operator(*token, rest),
                _ => {}
            }
            begins = match token.kind {
                Kind::Newline | Kind::Semicolon | Kind::Colon => depth == 0,
                _ => false,
            };
        }
    }

    fn statement(&mut self, word: Token, rest: &[Token]) {
        let Some(next) = rest.first() else { return };
        let at = offset(word.start);
        match self.word(word) {
            "print" => {
                let file = next.kind == Kind::Operator && self.word(*next).starts_with(">>");
                if file {
                    let mut near = rest.iter().take(LONGEST_PRINT);
                    let Some(to) = near.find(|token| ends(token.kind, true)) else {
                        return;
                    };
                    let comma = to.kind == Kind::Comma;
                    self.blank(next.start, if comma { to.end } else { to.start });
                } else if !self.is_operand(*next) && !Self::is_printed(rest) {
                    return;
                }
                self.put(word.start, b"yield");
                self.sigils.push(at, Sigil::Print);
            }
            "exec" if self.is_operand(*next) => {
                self.put(word.start, b"not ");
                self.sigils.push(at, Sigil::Exec);
            }
            _ => {}
        }
    }

    /// Whether a token after `print` can only begin what is printed.
    fn is_operand(&self, token: Token) -> bool {
        match token.kind {
            Kind::Word => !matches!(
                self.word(token),
                "and" | "as" | "for" | "if" | "in" | "is" | "or" | "from" | "else"
            ),
            Kind::Str | Kind::Number | Kind::FStart => true,
            Kind::Open => self.word(token) != "(",
            Kind::Operator => matches!(self.word(token), "`" | "~"),
            _ => false,
        }
    }

    /// Whether what is in parentheses after `print` is only the beginning: `print ("%s") % x`.
    fn is_printed(rest: &[Token]) -> bool {
        let mut depth = 0_usize;
        for (index, token) in rest.iter().enumerate() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let next = rest.get(index + 1).map_or(Kind::Newline, |next| next.kind);
                return index > 0 && !ends(next, false);
            }
            if index > LONGEST_PRINT {
                return false;
            }
        }
        false
    }

    fn old_name(&mut self, token: Token, before: Option<&Token>, rest: &[Token]) {
        let next = rest.first();
        let old = match self.word(token) {
            "async" => !next.is_some_and(|next| {
                next.kind == Kind::Word && matches!(self.word(*next), "def" | "with" | "for")
            }),
            "await" => {
                before.is_some_and(|before| before.kind == Kind::Dot)
                    || next.is_none_or(|next| {
                        matches!(
                            next.kind,
                            Kind::Operator | Kind::Comma | Kind::Close | Kind::Dot | Kind::Newline
                        )
                    })
            }
            _ => false,
        };
        if old {
            self.put(token.start, b"_");
        }
    }

    fn comment(&mut self, token: Token) {
        let before = self.source.get(..token.start).unwrap_or_default();
        let line = before.trim_end_matches([' ', '\t']);
        let joined = line
            .strip_suffix('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .is_some_and(|line| line.ends_with('\\'));
        if joined {
            let end = token.start + self.word(token).trim_end().len();
            self.blank(token.start, end);
            self.put(end - 1, b"\\");
        }
    }

    /// `0777` and `10L`.
    fn number(&mut self, token: Token) {
        let word = self.word(token);
        let long = word.ends_with(['l', 'L']);
        let digits = word.trim_end_matches(['l', 'L']);
        let octal = digits.len() > 1
            && digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.bytes().any(|byte| byte != b'0');
        if long {
            self.blank(token.end - 1, token.end);
        }
        if octal {
            self.put(token.start, b"1");
        }
    }

    /// `ur"…"`: the `u` goes.
    fn prefix(&mut self, token: Token) {
        let word = self.word(token).as_bytes();
        if let [b'u' | b'U', b'r' | b'R', b'"' | b'\'', ..] = word {
            self.put(token.start, b" ");
        }
    }

    fn operator(&mut self, token: Token, rest: &[Token]) {
        match self.word(token) {
            "<>" => self.put(token.start, b"!="),
            "`" => {
                let close = rest
                    .iter()
                    .take_while(|token| !ends(token.kind, false))
                    .find(|other| self.word(**other) == "`")
                    .copied();
                let open = self.text.get(token.start) == Some(&b'`');
                if let (true, Some(close)) = (open, close) {
                    self.put(token.start, b"(");
                    self.put(close.start, b")");
                }
            }
            _ => {}
        }
    }
}

fn ends(kind: Kind, comma: bool) -> bool {
    matches!(kind, Kind::Newline | Kind::Semicolon) || comma && kind == Kind::Comma
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> Option<String> {
        rewrite(source).map(|(text, _)| text)
    }

    #[test]
    fn statements_become_expressions_of_the_same_length() {
        assert_eq!(text("print x, y").unwrap(), "yield x, y");
        assert_eq!(text("if a: print 'x'").unwrap(), "if a: yield 'x'");
        assert_eq!(text("print >>f, x").unwrap(), "yield      x");
        assert_eq!(text("exec code in ns").unwrap(), "not  code in ns");
        assert_eq!(text("x = 0777 + 10L").unwrap(), "x = 1777 + 10 ");
        assert_eq!(text("x = `y` <> ur'z'").unwrap(), "x = (y) !=  r'z'");
        assert_eq!(text("print ('%s') % x").unwrap(), "yield ('%s') % x");
        assert_eq!(text("f(async=1)").unwrap(), "f(_sync=1)");
        assert_eq!(text("x =\\\n # c\n 1").unwrap(), "x =\\\n   \\\n 1");
    }

    #[test]
    fn what_is_python_3_stays() {
        assert_eq!(
            text("print(x)\nprint\nprint = 1\nf(print, exec)\nawait x"),
            None
        );
        assert_eq!(text("0, 0.5, 00, 1_000, 0xFF, 'print x'"), None);
    }
}
