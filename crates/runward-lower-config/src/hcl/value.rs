//! Literals, lists and objects.

use runward_syntax::{Kind, Op};

use super::body::Shape;
use super::cursor::Parser;
use super::made::Id;

impl Parser<'_> {
    /// A value by itself.
    pub(super) fn primary(&mut self) -> Option<Id> {
        let rest = self.rest();
        match self.peek()? {
            '"' => self.quoted(),
            '<' if self.is_pattern && rest.starts_with("<...") => self.deeper(Self::deep),
            '<' if rest.starts_with("<<") => self.heredoc(),
            '.' => self.dots(),
            '[' => self.deeper(Self::list),
            '{' => self.deeper(Self::object),
            '(' => self.deeper(Self::parenthesized),
            '0'..='9' => Some(self.number()),
            _ => self.name_or_constant(),
        }
    }

    fn name_or_constant(&mut self) -> Option<Id> {
        let start = self.at;
        let kind = if self.is_word("true") || self.is_word("false") {
            Kind::Bool
        } else if self.is_word("null") {
            Kind::Null
        } else {
            let word = self.word()?;
            if !self.rest().starts_with("::") || self.made.kind(word) != Kind::Name {
                return Some(word);
            }
            // `provider::name::function`.
            while self.rest().starts_with("::") {
                self.pass(2);
                self.pass(self.word_length());
            }
            Kind::Name
        };
        if kind != Kind::Name {
            self.pass(self.word_length());
        }
        let text = self.source.get(start..self.at).unwrap_or_default();
        Some(self.made.leaf(kind, text, self.since(start)))
    }

    fn number(&mut self) -> Id {
        let start = self.at;
        let rest = self.rest().as_bytes();
        let digits = |from: usize| {
            let after = rest.iter().skip(from);
            after.take_while(|byte| byte.is_ascii_digit()).count()
        };
        let whole = digits(0);
        let mut length = whole;
        if rest.get(length) == Some(&b'.') && digits(length + 1) > 0 {
            length += 1 + digits(length + 1);
        }
        if matches!(rest.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits(length + 1 + sign);
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let text = self.pass(length);
        let kind = if length == whole {
            Kind::Int
        } else {
            Kind::Float
        };
        self.made.leaf(kind, text, self.since(start))
    }

    /// `<... expression ...>`.
    fn deep(&mut self) -> Option<Id> {
        let start = self.at;
        self.pass(4);
        let inside = self.bracketed(true, |this| {
            this.skip();
            let inside = this.expression();
            this.skip();
            inside
        });
        if inside.is_none() {
            self.error("an expression belongs between `<...` and `...>`");
        }
        if !self.take("...>") {
            self.error("`<...` is not closed with `...>`");
        }
        Some(self.made.node(Kind::Deep, self.since(start), &[inside?]))
    }

    fn parenthesized(&mut self) -> Option<Id> {
        let start = self.at;
        self.pass(1);
        let inside = self.bracketed(true, |this| {
            this.skip();
            let inside = this.expression();
            this.skip();
            inside
        });
        if !self.take(")") {
            self.error("a `)` is missing");
        }
        Some(inside.unwrap_or_else(|| {
            self.error("the parentheses are empty");
            self.made.absent(start)
        }))
    }

    fn list(&mut self) -> Option<Id> {
        let start = self.at;
        self.pass(1);
        if let Some(made) = self.comprehension(start, "]") {
            return Some(made);
        }
        let all = self.elements("]");
        Some(self.made.node(Kind::List, self.since(start), &all))
    }

    /// Expressions with commas between them, up to a bracket.
    pub(super) fn elements(&mut self, close: &str) -> Vec<Id> {
        self.bracketed(true, |this| {
            let mut all = Vec::new();
            loop {
                this.skip();
                if this.take(close) || this.ends_unclosed(close) {
                    return all;
                }
                if this.take(",") {
                    continue;
                }
                let start = this.at;
                let Some(mut value) = this.expression() else {
                    this.error("no value begins here");
                    this.drop_one();
                    continue;
                };
                // `f(list...)`.
                if this.rest().starts_with("...") && !this.rest().starts_with("...>") {
                    this.pass(3);
                    value = this.made.node(Kind::Spread, this.since(start), &[value]);
                }
                all.push(value);
                this.skip();
                if !this.rest().starts_with(',') && !this.rest().starts_with(close) {
                    this.error(&format!("a `,` or a `{close}` is missing"));
                    // What goes on like a body is one.
                    if this.rest().starts_with(['=', '{']) || this.shape().is_some() {
                        return all;
                    }
                }
            }
        })
    }

    /// Whether nothing more can be inside of these brackets: the end, or a bracket of another kind.
    fn ends_unclosed(&mut self, close: &str) -> bool {
        let ends = self.is_done() || self.rest().starts_with(['}', ']', ')']);
        if ends {
            self.error(&format!("a `{close}` is missing"));
        }
        ends
    }

    fn object(&mut self) -> Option<Id> {
        let start = self.at;
        self.pass(1);
        if let Some(made) = self.comprehension(start, "}") {
            return Some(made);
        }
        let mut all = Vec::new();
        loop {
            self.skip();
            if self.take("}") || self.ends_unclosed("}") {
                break;
            }
            if self.take(",") {
                continue;
            }
            if let Some(dots) = self.dots() {
                all.push(dots);
                continue;
            }
            match self.member() {
                Some(member) => all.push(member),
                None => {
                    self.error("a key and a value belong here");
                    self.drop_one();
                }
            }
        }
        Some(self.made.node(Kind::Dict, self.since(start), &all))
    }

    /// `key = value` or `key : value`; a pattern can have a block of a body instead.
    pub(super) fn member(&mut self) -> Option<Id> {
        if self.is_pattern && self.shape() == Some(Shape::Block) {
            return self.deeper(Self::block);
        }
        let start = self.at;
        let key = self.deeper(Self::postfix)?;
        self.skip();
        if self.take(":") {
            let value = self.value_of_key();
            return Some(self.made.node(Kind::Pair, self.since(start), &[key, value]));
        }
        if !self.take("=") {
            self.error("a `=` and a value are missing");
        }
        Some(self.assigned(start, key))
    }

    /// `for a, b in c : …` behind the bracket that opens a list or an object.
    fn comprehension(&mut self, start: usize, close: &str) -> Option<Id> {
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
