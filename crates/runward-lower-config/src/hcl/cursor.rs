//! Where the parser stands, and the small things that it reads.

use runward_syntax::{Kind, Span, SyntaxError};

use super::made::{Id, Made};
use crate::metavar::{is_metavar_name, span, special};

/// So many errors are told one by one.
const MAX_ERRORS: usize = 100;
/// White space that is looked through for an operator at the beginning of the next line.
const MAX_AHEAD: usize = 200;

pub(super) struct Parser<'s> {
    pub(super) source: &'s str,
    pub(super) at: usize,
    /// What is read ends here: the file, or the text of a here-document.
    pub(super) limit: usize,
    /// The end of the last token.
    pub(super) end: usize,
    pub(super) is_pattern: bool,
    /// Within brackets, where the end of a line is white space.
    pub(super) in_brackets: bool,
    /// Here-documents around the place.
    pub(super) heredocs: u8,
    pub(super) made: Made<'s>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) too_deep: bool,
    depth: usize,
}

impl<'s> Parser<'s> {
    pub(super) fn new(source: &'s str, is_pattern: bool, depth: usize, nodes: usize) -> Self {
        let at = if source.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            source,
            at,
            limit: source.len(),
            end: at,
            is_pattern,
            in_brackets: false,
            heredocs: 0,
            made: Made::new(nodes),
            errors: Vec::new(),
            too_deep: false,
            depth,
        }
    }

    pub(super) fn rest(&self) -> &'s str {
        self.source.get(self.at..self.limit).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.limit || self.too_deep || self.made.is_full()
    }

    /// From a place to the end of what was read last.
    pub(super) fn since(&self, start: usize) -> Span {
        span(start, self.end.max(start))
    }

    pub(super) fn error(&mut self, message: &str) {
        if self.errors.len() < MAX_ERRORS {
            let end = self.at + self.peek().map_or(0, char::len_utf8);
            self.errors.push(SyntaxError {
                span: span(self.at, end),
                message: message.to_owned(),
            });
        }
    }

    /// Past so many bytes, which are a token.
    pub(super) fn pass(&mut self, length: usize) -> &'s str {
        let start = self.at;
        self.at = start.saturating_add(length).min(self.limit);
        self.end = self.at;
        self.source.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.pass(text.len());
        }
        found
    }

    /// Past one character, whatever it is.
    pub(super) fn drop_one(&mut self) {
        let length = self.peek().map_or(0, char::len_utf8);
        self.at = (self.at + length).min(self.limit);
    }

    /// To the end of the line, and past one character if there is one.
    pub(super) fn drop_line(&mut self) {
        self.drop_one();
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// White space with the ends of lines, and comments.
    pub(super) fn skip(&mut self) {
        self.skip_while(char::is_whitespace);
    }

    /// What separates the parts of an expression here.
    pub(super) fn skip_inside(&mut self) {
        if self.in_brackets {
            self.skip();
        } else {
            self.skip_while(|char| char.is_whitespace() && char != '\n');
        }
    }

    fn skip_while(&mut self, is_space: impl Fn(char) -> bool) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(&is_space);
            self.at += rest.len() - trimmed.len();
            let length = if trimmed.starts_with('#') || trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if let Some(inside) = trimmed.strip_prefix("/*") {
                inside.find("*/").map_or(trimmed.len(), |end| end + 4)
            } else {
                return;
            };
            self.at += length;
        }
    }

    /// Goes to an operator that begins the next line, if it is one of these.
    pub(super) fn skip_to_operator(&mut self, operators: &[&str]) {
        self.skip_inside();
        let rest = self.rest();
        let space = rest
            .bytes()
            .take(MAX_AHEAD)
            .take_while(u8::is_ascii_whitespace)
            .count();
        let below = rest.get(space..).unwrap_or_default();
        if operators.iter().any(|one| below.starts_with(one)) {
            self.at += space;
        }
    }

    /// Runs one level deeper, or notes that this is too deep.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == 0 {
            self.too_deep = true;
        }
        if self.is_done() {
            return None;
        }
        self.depth -= 1;
        let found = work(self);
        self.depth += 1;
        found
    }

    /// [`Self::deeper`] for what always makes a node.
    pub(super) fn level(&mut self, work: impl FnOnce(&mut Self) -> Id) -> Option<Id> {
        self.deeper(|this| Some(work(this)))
    }

    /// Runs where the ends of lines are white space, or where they are not.
    pub(super) fn bracketed<T>(&mut self, is: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.in_brackets, is);
        let found = work(self);
        self.in_brackets = before;
        found
    }

    /// The bytes of an identifier, or of the metavariable in its place.
    pub(super) fn word_length(&self) -> usize {
        let rest = self.rest();
        let sign = match rest.strip_prefix('$') {
            Some(after) if self.is_pattern && after.starts_with("...") => 4,
            Some(_) if self.is_pattern => 1,
            _ => 0,
        };
        let after = rest.get(sign..).unwrap_or_default();
        let is_part =
            |char: char| char.is_alphanumeric() || char == '_' || (char == '-' && sign == 0);
        let length = after
            .find(|char: char| !is_part(char))
            .unwrap_or(after.len());
        let name = after.get(..length).unwrap_or_default();
        let is_word = if sign == 0 {
            name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        } else {
            is_metavar_name(name)
        };
        if is_word { sign + length } else { 0 }
    }

    /// An identifier, or what a pattern has in its place.
    pub(super) fn word(&mut self) -> Option<Id> {
        let length = self.word_length();
        if length == 0 {
            return None;
        }
        let start = self.at;
        let text = self.pass(length);
        let kind = special(text).filter(|_| self.is_pattern);
        Some(
            self.made
                .leaf(kind.unwrap_or(Kind::Name), text, self.since(start)),
        )
    }

    /// Whether a certain word stands here.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.rest().starts_with(word) && self.word_length() == word.len()
    }

    /// `...` of a pattern.
    pub(super) fn dots(&mut self) -> Option<Id> {
        let start = self.at;
        if !self.is_pattern || !self.take("...") {
            return None;
        }
        Some(self.made.leaf(Kind::Dots, "...", self.since(start)))
    }
}
