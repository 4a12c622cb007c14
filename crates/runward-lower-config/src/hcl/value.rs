//! Literals, lists and objects.

use runward_syntax::Kind;

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
            '[' => self.level(Self::list),
            '{' => self.level(Self::object),
            '(' => self.level(Self::parenthesized),
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

    fn parenthesized(&mut self) -> Id {
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
        inside.unwrap_or_else(|| {
            self.error("the parentheses are empty");
            self.made.absent(start)
        })
    }

    fn list(&mut self) -> Id {
        let start = self.at;
        self.pass(1);
        if let Some(made) = self.comprehension(start, "]") {
            return made;
        }
        let all = self.elements("]");
        self.made.node(Kind::List, self.since(start), &all)
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

    fn object(&mut self) -> Id {
        let start = self.at;
        self.pass(1);
        if let Some(made) = self.comprehension(start, "}") {
            return made;
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
            if let Some(member) = self.member() {
                all.push(member);
            } else {
                self.error("a key and a value belong here");
                self.drop_one();
            }
        }
        self.made.node(Kind::Dict, self.since(start), &all)
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
}
