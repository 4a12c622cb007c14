//! Strings and here-documents, with what is interpolated in them.

use runward_syntax::Kind;

use super::cursor::Parser;
use super::made::Id;
use crate::metavar::span;

/// Here-documents in what is interpolated in another one: each is looked through again.
const MAX_HEREDOCS: u8 = 4;

impl Parser<'_> {
    /// `"…"`.
    pub(super) fn quoted(&mut self) -> Option<Id> {
        self.deeper(|this| {
            let start = this.at;
            this.pass(1);
            let inside = this.at;
            let pieces = this.pieces(true);
            let until = this.at;
            if !this.take("\"") {
                this.error("this string is not closed");
                this.end = this.at;
            }
            Some(this.template(start, (inside, until), &pieces))
        })
    }

    /// `<<EOT` up to a line with nothing but `EOT`. Its text is that without the white space around.
    pub(super) fn heredoc(&mut self) -> Option<Id> {
        let start = self.at;
        let head = self.rest().strip_prefix("<<")?;
        let head = head.strip_prefix('-').unwrap_or(head);
        let line = head.lines().next().unwrap_or_default();
        let mark = line.trim();
        let is_mark = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-');
        if mark.is_empty() || !mark.chars().all(is_mark) || self.heredocs >= MAX_HEREDOCS {
            return None;
        }
        self.deeper(|this| {
            this.drop_line();
            let text = this.rest().strip_prefix('\n').unwrap_or_default();
            let from = this.limit - text.len();
            let (length, after) = until_mark(text, mark).unwrap_or_else(|| {
                this.error("this here-document is not closed");
                (text.len(), text.len())
            });
            let inside = text.get(..length).unwrap_or_default();
            let begin = from + inside.len() - inside.trim_start().len();
            let until = begin + inside.trim().len();
            let limit = std::mem::replace(&mut this.limit, until.max(begin));
            this.at = begin;
            this.heredocs += 1;
            let pieces = this.pieces(false);
            this.heredocs -= 1;
            this.limit = limit;
            (this.at, this.end) = (from + after, from + after);
            Some(this.template(start, (begin, until.max(begin)), &pieces))
        })
    }

    /// One string where nothing is interpolated; else its pieces.
    fn template(&mut self, start: usize, inside: (usize, usize), pieces: &[Id]) -> Id {
        let place = self.since(start);
        if pieces
            .iter()
            .all(|piece| self.made.kind(*piece) == Kind::Str)
        {
            let text = self.source.get(inside.0..inside.1).unwrap_or_default();
            return self.made.leaf(Kind::Str, text, place);
        }
        self.made.node(Kind::Interp, place, pieces)
    }

    /// The pieces up to a quote, which is left, or up to the end.
    fn pieces(&mut self, is_quoted: bool) -> Vec<Id> {
        let mut pieces = Vec::new();
        let mut from = self.at;
        while let Some(char) = self.peek().filter(|_| !self.is_done()) {
            let rest = self.rest();
            match char {
                '"' | '\n' if is_quoted => break,
                '\\' if is_quoted => {
                    self.drop_one();
                    if !self.rest().starts_with('\n') {
                        self.drop_one();
                    }
                }
                // `$${` and `%%{` are the text `${` and `%{`.
                '$' | '%' if rest.starts_with("$${") || rest.starts_with("%%{") => self.at += 3,
                '$' | '%' if rest.starts_with("${") || rest.starts_with("%{") => {
                    self.text(from, &mut pieces);
                    if let Some(hole) = self.deeper(|this| Some(this.hole(char == '%'))) {
                        pieces.push(hole);
                    }
                    from = self.at;
                }
                _ => self.at += char.len_utf8(),
            }
        }
        self.at = self.at.min(self.limit);
        self.text(from, &mut pieces);
        pieces
    }

    fn text(&mut self, from: usize, pieces: &mut Vec<Id>) {
        let text = self.source.get(from..self.at).unwrap_or_default();
        if !text.is_empty() {
            let place = span(from, self.at);
            pieces.push(self.made.leaf(Kind::Str, text, place));
        }
    }

    /// `${expression}`, `%{ if test }`, `%{ endif }`.
    fn hole(&mut self, is_directive: bool) -> Id {
        let start = self.at;
        self.pass(2);
        self.take("~");
        let inside = self.bracketed(true, |this| {
            this.skip();
            let inside = if is_directive {
                this.directive()
            } else {
                this.expression()
            };
            this.skip();
            inside
        });
        self.take("~");
        let inside = inside.unwrap_or_else(|| self.made.absent(self.end));
        if !self.take("}") {
            self.error("a `}` is missing");
            let rest = self.rest();
            let line = rest.lines().next().unwrap_or_default();
            match line.find(['}', '"']) {
                Some(at) if line.get(at..).is_some_and(|after| after.starts_with('}')) => {
                    self.pass(at + 1);
                }
                Some(at) => {
                    self.pass(at);
                }
                None => {
                    self.pass(line.len());
                }
            }
        }
        let format = self.made.absent(self.end);
        self.made
            .node(Kind::Hole, self.since(start), &[inside, format])
    }

    fn directive(&mut self) -> Option<Id> {
        if self.is_word("if") {
            self.pass(2);
            self.skip();
            return self.expression();
        }
        if self.is_word("for") {
            let start = self.at;
            let header = self.for_header();
            return Some(self.made.node(Kind::CompFor, self.since(start), &header));
        }
        let start = self.at;
        let length = self.word_length();
        let word = self.pass(length);
        (length > 0).then(|| self.made.leaf(Kind::Other, word, self.since(start)))
    }
}

/// The bytes before the line that ends a here-document, and those with that line's mark.
fn until_mark(text: &str, mark: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim() == mark {
            return Some((at, at + line.trim_end().len()));
        }
        at += line.len();
    }
    None
}
