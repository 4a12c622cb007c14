//! The textual step that makes a pattern readable for the parser.
//!
//! Each of `$X`, `$...X`, `...`, `<... …>` and `$X: T` is replaced by something of the same length,
//! so that every offset in the result is an offset in the pattern.

use crate::scan::{Kind, Scanner, Token, is_word};
use crate::shape::offset;
use crate::sigil::{Sigil, Sigils};

/// The rewritten pattern, and what stood where.
pub(crate) fn rewrite(pattern: &str) -> (String, Sigils) {
    let tokens = tokens(pattern);
    let mut rewrite = Rewrite {
        pattern,
        tokens: &tokens,
        text: pattern.as_bytes().to_vec(),
        sigils: Sigils::default(),
        levels: Vec::new(),
    };
    rewrite.all();
    rewrite.sigils.sort();
    let text = String::from_utf8(rewrite.text).unwrap_or_else(|_| pattern.to_owned());
    (text, rewrite.sigils)
}

/// The tokens of a pattern without comments, and without line ends between brackets.
fn tokens(pattern: &str) -> Vec<Token> {
    let mut depth = 0_usize;
    Scanner::of_pattern(pattern)
        .filter(|token| {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Newline => return depth == 0,
                Kind::Comment => return false,
                _ => {}
            }
            true
        })
        .collect()
}

#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// A brace with a pair or a `**` in it.
    dict: bool,
    /// A parenthesis in which `name: type` is a pattern of its own (no parameters).
    typed: bool,
    lambda: bool,
}

struct Rewrite<'s> {
    pattern: &'s str,
    tokens: &'s [Token],
    text: Vec<u8>,
    sigils: Sigils,
    levels: Vec<Level>,
}

impl Rewrite<'_> {
    fn token(&self, index: usize) -> Option<Token> {
        self.tokens.get(index).copied()
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.token(index).map(|token| token.kind)
    }

    fn before(&self, index: usize) -> Option<Kind> {
        self.kind(index.checked_sub(1)?)
    }

    fn word(&self, index: usize) -> &str {
        self.token(index)
            .and_then(|token| self.pattern.get(token.start..token.end))
            .unwrap_or_default()
    }

    fn put(&mut self, at: usize, with: &[u8]) {
        if let Some(place) = self.text.get_mut(at..at + with.len()) {
            place.copy_from_slice(with);
        }
    }

    fn mark(&mut self, at: usize, sigil: Sigil) {
        self.sigils.push(offset(at), sigil);
    }

    fn all(&mut self) {
        // In `from . import x` and `from ... import x` the dots are what they are.
        let mut from = false;
        for (index, token) in self.tokens.iter().copied().enumerate() {
            let begins = matches!(
                self.before(index),
                None | Some(Kind::Newline | Kind::Semicolon)
            );
            match token.kind {
                Kind::Open => self.open(index),
                Kind::Close => {
                    self.levels.pop();
                }
                Kind::Colon => {
                    if let Some(level) = self.levels.last_mut() {
                        level.lambda = false;
                    }
                }
                Kind::Word => match self.word(index) {
                    "from" if begins => from = true,
                    "import" => from = false,
                    "lambda" => {
                        if let Some(level) = self.levels.last_mut() {
                            level.lambda = true;
                        }
                    }
                    word if word.starts_with('$') => self.metavariable(index, token),
                    _ => {}
                },
                Kind::Dots if from && self.before(index) != Some(Kind::Dot) => {}
                Kind::Dots => self.dots(index, token),
                Kind::DeepOpen => {
                    let at = self.apart(token.start);
                    let call: &[u8] = if at > token.start { b" __(" } else { b"___(" };
                    self.put(token.start, call);
                    self.mark(at, Sigil::Deep);
                }
                Kind::DeepClose => self.put(token.start, b"   )"),
                Kind::Newline if self.levels.is_empty() => from = false,
                _ => {}
            }
        }
    }

    /// Where a name may begin: right after a letter would make one word of two.
    fn apart(&self, at: usize) -> usize {
        let before = at.checked_sub(1).and_then(|at| self.text.get(at));
        at + usize::from(before.is_some_and(|byte| is_word(*byte)))
    }

    fn open(&mut self, index: usize) {
        let mut level = Level::default();
        match self.word(index) {
            "{" => level.dict = self.is_dict(index),
            "(" => {
                let definition = index >= 2 && self.word(index - 2) == "def";
                level.typed = !definition;
            }
            _ => {}
        }
        self.levels.push(level);
    }

    fn is_dict(&self, open: usize) -> bool {
        let mut depth = 0_usize;
        let mut lambda = false;
        for index in open + 1..self.tokens.len() {
            match self.kind(index) {
                Some(Kind::Open) => depth += 1,
                Some(Kind::Close) if depth == 0 => return false,
                Some(Kind::Close) => depth -= 1,
                Some(Kind::Word) if depth == 0 && self.word(index) == "lambda" => lambda = true,
                Some(Kind::Colon) if depth == 0 && lambda => lambda = false,
                Some(Kind::Colon) if depth == 0 => return true,
                Some(Kind::Operator)
                    if depth == 0
                        && matches!(self.before(index), Some(Kind::Open | Kind::Comma))
                        && self.word(index) == "*"
                        && self.word(index + 1) == "*" =>
                {
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Whether a token is a whole element of a dictionary.
    fn is_entry(&self, index: usize) -> bool {
        self.levels.last().is_some_and(|level| level.dict)
            && matches!(self.before(index), Some(Kind::Open | Kind::Comma))
            && matches!(self.kind(index + 1), Some(Kind::Comma | Kind::Close))
    }

    fn dots(&mut self, index: usize, token: Token) {
        if self.is_entry(index) {
            self.put(token.start, b"**_");
            self.mark(token.start + 2, Sigil::Dots);
            return;
        }
        let at = self.apart(token.start);
        let name: &[u8] = if at > token.start { b" __" } else { b"___" };
        self.put(token.start, name);
        self.mark(at, Sigil::Dots);
    }

    fn metavariable(&mut self, index: usize, token: Token) {
        let word = self.word(index);
        if let Some(name) = word.strip_prefix("$...") {
            if !is_metavariable(name) {
                return;
            }
            if self.is_entry(index) {
                self.put(token.start, b"**__");
                self.mark(token.start + 2, Sigil::Rest);
            } else {
                self.put(token.start, b"____");
                self.mark(token.start, Sigil::Rest);
            }
            return;
        }
        // `$x` is accepted as a name that nothing has.
        let name = word.strip_prefix('$').unwrap_or_default();
        if name.is_empty() {
            return;
        }
        let known = is_metavariable(name);
        self.put(token.start, b"_");
        if !known {
            return;
        }
        let level = self.levels.last().copied().unwrap_or_default();
        let typed = level.typed
            && !level.lambda
            && matches!(self.before(index), Some(Kind::Open | Kind::Comma));
        if let (true, Some(colon)) = (typed, self.token(index + 1))
            && colon.kind == Kind::Colon
        {
            self.put(colon.start, b"<");
            self.mark(token.start, Sigil::Typed);
        } else {
            self.mark(token.start, Sigil::Metavar);
        }
    }
}

/// The name of a metavariable without its dollar.
fn is_metavariable(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_uppercase() || letter == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pattern: &str) -> String {
        let (text, _) = rewrite(pattern);
        assert_eq!(text.len(), pattern.len());
        text
    }

    #[test]
    fn every_sigil_becomes_a_name_of_its_length() {
        assert_eq!(text("$X = f(..., $...A)"), "_X = f(___, ____A)");
        assert_eq!(text("$X. ... .f()"), "_X. ___ .f()");
        assert_eq!(text("$X.....f()"), "_X.___.f()");
        assert_eq!(text("f(<... $X ...>)"), "f(___( _X    ))");
        assert_eq!(text("not<... $X ...>"), "not __( _X    )");
        assert_eq!(text("f($X: int, $Y : a.b)"), "f(_X< int, _Y < a.b)");
    }

    #[test]
    fn parameters_keep_their_types() {
        assert_eq!(text("def f($X: int): ..."), "def f(_X: int): ___");
        assert_eq!(text("f(lambda $A, $B: $C)"), "f(lambda _A, _B: _C)");
    }

    #[test]
    fn dots_among_pairs_are_written_as_a_spread() {
        assert_eq!(text("{..., $K: $V, ...}"), "{**_, _K: _V, **_}");
        assert_eq!(text("{..., $X, ...}"), "{___, _X, ___}");
        assert_eq!(text("{...: ...}"), "{___: ___}");
        assert_eq!(text("{'a': {...}, ...}"), "{'a': {___}, **_}");
        assert_eq!(text("{..., **$X}"), "{**_, **_X}");
        assert_eq!(text("{\n ...,\n 'a': ...\n}"), "{\n **_,\n 'a': ___\n}");
    }

    #[test]
    fn strings_comments_and_relative_imports_stay() {
        for same in [
            "'$X ...'",
            "f'... $X {a}'",
            "from ... import x",
            "a # ... $X",
        ] {
            assert_eq!(text(same), same);
        }
        assert_eq!(text("f'...{$X}...'"), "f'...{_X}...'");
        assert_eq!(text("from $M import ..."), "from _M import ___");
    }
}
