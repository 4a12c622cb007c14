//! The words of instructions: quotes and variables.

use runward_syntax::{Kind, Span};

use super::lower::{CONCAT, EXPAND, Lowering};
use crate::metavar::{is_metavar, is_metavar_name, span, special};

/// A word and where it begins in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Word<'t> {
    pub(super) fn span(self) -> Span {
        span(self.at, self.at + self.text.len())
    }

    pub(super) fn part(self, start: usize, end: usize) -> Word<'t> {
        Word {
            text: self.text.get(start..end).unwrap_or_default(),
            at: self.at + start,
        }
    }

    pub(super) fn trim(self) -> Word<'t> {
        let trimmed = self.text.trim_start();
        let skipped = self.text.len() - trimmed.len();
        Word {
            text: trimmed.trim_end(),
            at: self.at + skipped,
        }
    }

    /// Before and after the first of a character that is not within quotes or braces.
    pub(super) fn split_at(self, separator: char) -> Option<(Word<'t>, Word<'t>)> {
        let at = self.find(|char| char == separator)?;
        let after = at + separator.len_utf8();
        Some((self.part(0, at), self.part(after, self.text.len())))
    }

    /// The first character outside of quotes and braces that is wanted.
    pub(super) fn find(self, wanted: impl Fn(char) -> bool) -> Option<usize> {
        let mut quote = None;
        let mut braces = 0_usize;
        let mut previous = ' ';
        let mut escaped = false;
        for (at, char) in self.text.char_indices() {
            let is_plain = quote.is_none() && braces == 0 && !escaped;
            if is_plain && wanted(char) {
                return Some(at);
            }
            match char {
                _ if escaped => {}
                '\\' if quote != Some('\'') => {
                    escaped = true;
                    previous = char;
                    continue;
                }
                '"' | '\'' if quote == Some(char) => quote = None,
                '"' | '\'' if quote.is_none() => quote = Some(char),
                '{' if previous == '$' && quote != Some('\'') => braces += 1,
                '}' if braces > 0 => braces -= 1,
                _ => {}
            }
            escaped = false;
            previous = char;
        }
        None
    }

    /// The words, split at white space.
    pub(super) fn words(self) -> Vec<Word<'t>> {
        let mut words = Vec::new();
        let mut rest = self.trim();
        while !rest.text.is_empty() {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.text.len());
            words.push(rest.part(0, end));
            rest = rest.part(end, rest.text.len()).trim();
        }
        words
    }
}

/// A part of a word.
enum Fragment<'t> {
    Text(Word<'t>),
    Quoted(Word<'t>, Word<'t>),
    /// In double quotes: its parts.
    Double(Word<'t>, Vec<Fragment<'t>>),
    /// The whole and the name of the variable.
    Variable(Word<'t>, Word<'t>),
    Metavar(Word<'t>),
}

impl Lowering<'_, '_> {
    /// A word as an expression: a text, a variable, or several in a row.
    pub(super) fn string(&mut self, word: Word<'_>) {
        if self.is_pattern
            && let Some(kind) = special(word.text)
        {
            self.build.leaf(kind, word.text, word.span());
            return;
        }
        let fragments = self.fragments(word, false);
        self.concat(&fragments, word.span(), word);
    }

    fn concat(&mut self, fragments: &[Fragment<'_>], place: Span, whole: Word<'_>) {
        match fragments {
            [] => {
                self.build.leaf(Kind::Str, "", whole.span());
            }
            [only] => self.fragment(only),
            several => self.call(CONCAT, place, |this| {
                for fragment in several {
                    this.fragment(fragment);
                }
            }),
        }
    }

    fn fragment(&mut self, fragment: &Fragment<'_>) {
        match fragment {
            Fragment::Text(word) => {
                self.build.leaf(Kind::Str, word.text, word.span());
            }
            Fragment::Quoted(whole, inside) => {
                self.build.leaf(Kind::Str, inside.text, whole.span());
            }
            Fragment::Double(whole, parts) => match parts.as_slice() {
                [Fragment::Text(word)] => {
                    self.build.leaf(Kind::Str, word.text, whole.span());
                }
                parts => self.concat(parts, whole.span(), *whole),
            },
            Fragment::Variable(whole, name) => {
                let kind = if is_metavar(name.text) && self.is_pattern {
                    Kind::Metavar
                } else {
                    Kind::Name
                };
                let (text, place) = (name.text, name.span());
                self.call(EXPAND, whole.span(), |this| {
                    this.build.leaf(kind, text, place);
                });
            }
            Fragment::Metavar(word) => {
                self.build.leaf(Kind::Metavar, word.text, word.span());
            }
        }
    }

    fn fragments<'t>(&self, word: Word<'t>, in_quotes: bool) -> Vec<Fragment<'t>> {
        let mut fragments = Vec::new();
        let mut plain = 0;
        let mut at = 0;
        while let Some(char) = word.text.get(at..).and_then(|rest| rest.chars().next()) {
            let found = match char {
                '\\' => {
                    let next = word.text.get(at + 1..).and_then(|rest| rest.chars().next());
                    at += 1 + next.map_or(0, char::len_utf8);
                    continue;
                }
                '\'' | '"' if !in_quotes => self.quoted(word, at, char),
                '$' => self.variable(word, at),
                _ => None,
            };
            match found {
                Some((fragment, end)) => {
                    if at > plain {
                        fragments.push(Fragment::Text(word.part(plain, at)));
                    }
                    fragments.push(fragment);
                    at = end;
                    plain = end;
                }
                None => at += char.len_utf8(),
            }
        }
        if at.min(word.text.len()) > plain {
            fragments.push(Fragment::Text(word.part(plain, word.text.len())));
        }
        fragments
    }

    fn quoted<'t>(&self, word: Word<'t>, at: usize, quote: char) -> Option<(Fragment<'t>, usize)> {
        let after = word.text.get(at + 1..)?;
        let mut escaped = false;
        let length = after.find(|char| {
            let ends = char == quote && !escaped;
            escaped = char == '\\' && !escaped && quote == '"';
            ends
        })?;
        let (inside, end) = (word.part(at + 1, at + 1 + length), at + length + 2);
        let whole = word.part(at, end);
        Some(if quote == '\'' {
            (Fragment::Quoted(whole, inside), end)
        } else {
            (Fragment::Double(whole, self.fragments(inside, true)), end)
        })
    }

    fn variable<'t>(&self, word: Word<'t>, at: usize) -> Option<(Fragment<'t>, usize)> {
        let after = word.text.get(at + 1..)?;
        let name_length = |text: &str| {
            text.bytes()
                .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                .count()
        };
        if let Some(inside) = after.strip_prefix('{') {
            let dollar = usize::from(inside.starts_with('$'));
            let name = dollar + name_length(inside.get(dollar..)?);
            let close = inside.find('}')?;
            let name = word.part(at + 2, at + 2 + name.min(close));
            let end = at + 2 + close + 1;
            return Some((Fragment::Variable(word.part(at, end), name), end));
        }
        let length = name_length(after);
        if length == 0 {
            return None;
        }
        let end = at + 1 + length;
        let name = word.part(at + 1, end);
        let whole = word.part(at, end);
        Some(if self.is_pattern && is_metavar_name(name.text) {
            (Fragment::Metavar(whole), end)
        } else {
            (Fragment::Variable(whole, name), end)
        })
    }
}
