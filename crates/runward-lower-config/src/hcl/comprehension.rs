//! `for` within lists, objects and templates.

use runward_syntax::{Kind, Op};

use super::body::Shape;
use super::cursor::Parser;
use super::made::Id;

impl Parser<'_> {
    /// `for a, b in c : …` behind the bracket that opens a list or an object.
    pub(super) fn comprehension(&mut self, start: usize, close: &str) -> Option<Id> {
        let (at, end) = (self.at, self.end);
        self.skip();
        let is_key = matches!(self.shape(), Some(Shape::Attribute | Shape::Pair));
        let is_for = self.is_word("for") && !is_key;
        if !is_for {
            (self.at, self.end) = (at, end);
            return None;
        }
        Some(self.bracketed(true, |this| this.comprehension_inside(start, close)))
    }

    fn comprehension_inside(&mut self, start: usize, close: &str) -> Id {
        let begin = self.at;
        let header = self.for_header();
        let ends = self.since(begin);
        let header = self.made.node(Kind::CompFor, ends, &header);
        self.skip();
        if !self.take(":") {
            self.error("a `:` is missing");
        }
        self.skip();
        let from = self.at;
        let mut element = self.part("a value is missing");
        self.skip();
        let is_object = self.take("=>");
        if is_object {
            self.skip();
            let value = self.part("a value is missing");
            // `…` groups the values of one key.
            self.take("...");
            element = self
                .made
                .node(Kind::Pair, self.since(from), &[element, value]);
        }
        let mut all = vec![element, header];
        self.skip();
        let from = self.at;
        if self.is_word("if") {
            self.pass(2);
            self.skip();
            let test = self.part("a condition is missing");
            all.push(self.made.node(Kind::CompIf, self.since(from), &[test]));
            self.skip();
        }
        if !self.take(close) {
            self.error(&format!("a `{close}` is missing"));
        }
        let op = if is_object { Op::Dict } else { Op::List };
        let place = self.since(start);
        self.made.operation(Kind::Comprehension, op, place, &all)
    }

    /// `for a, b in c`: the names and what they are of.
    pub(super) fn for_header(&mut self) -> [Id; 2] {
        self.pass(3);
        self.skip();
        let start = self.at;
        let mut names = Vec::new();
        while !self.is_word("in") {
            let Some(name) = self.dots().or_else(|| self.word()) else {
                self.error("a name belongs here");
                break;
            };
            names.push(name);
            self.skip();
            self.take(",");
            self.skip();
        }
        let target = match names.as_slice() {
            [only] => *only,
            names => self.made.node(Kind::Tuple, self.since(start), names),
        };
        if self.is_word("in") {
            self.pass(2);
        }
        self.skip();
        [target, self.part("a value is missing")]
    }

    fn part(&mut self, missing: &str) -> Id {
        let value = self.expression();
        value.unwrap_or_else(|| {
            self.error(missing);
            self.made.absent(self.end)
        })
    }
}
