//! Operators, references and calls.

use runward_syntax::{Kind, Op};

use super::cursor::Parser;
use super::made::Id;
use crate::metavar::span;

/// Those that are the beginning of another come after it; how tightly they bind.
const OPERATORS: &[(&str, Op, u8)] = &[
    ("||", Op::Or, 0),
    ("&&", Op::And, 1),
    ("==", Op::Eq, 2),
    ("!=", Op::NotEq, 2),
    ("<=", Op::LessEq, 3),
    (">=", Op::GreaterEq, 3),
    ("<", Op::Less, 3),
    (">", Op::Greater, 3),
    ("+", Op::Add, 4),
    ("-", Op::Sub, 4),
    ("*", Op::Mul, 5),
    ("/", Op::Div, 5),
    ("%", Op::Mod, 5),
];

impl Parser<'_> {
    /// Any expression; nothing is read where none begins.
    pub(super) fn expression(&mut self) -> Option<Id> {
        self.deeper(Self::conditional)
    }

    fn conditional(&mut self) -> Option<Id> {
        let test = self.binary(0)?;
        self.skip_to_operator(&["?"]);
        if !self.take("?") {
            return Some(test);
        }
        let start = self.made.start(test);
        self.skip();
        let yes = self.operand_of_conditional();
        self.skip_to_operator(&[":"]);
        if !self.take(":") {
            self.error("a `:` and another value are missing");
        }
        self.skip();
        let no = self.operand_of_conditional();
        let place = self.since(start);
        Some(self.made.node(Kind::Conditional, place, &[test, yes, no]))
    }

    fn operand_of_conditional(&mut self) -> Id {
        let value = self.expression();
        value.unwrap_or_else(|| {
            self.error("a value is missing");
            self.made.absent(self.end)
        })
    }

    fn binary(&mut self, least: u8) -> Option<Id> {
        let mut left = self.unary()?;
        while let Some((length, op, strength)) = self.operator().filter(|(.., is)| *is >= least) {
            let (at, end) = (self.at, self.end);
            self.pass(length);
            self.skip();
            let Some(right) = self.binary(strength + 1) else {
                self.error("a value is missing");
                (self.at, self.end) = (at + length, end);
                break;
            };
            let place = self.since(self.made.start(left));
            left = self.made.operation(Kind::Binary, op, place, &[left, right]);
        }
        Some(left)
    }

    fn operator(&mut self) -> Option<(usize, Op, u8)> {
        self.skip_to_operator(&["&&", "||"]);
        let rest = self.rest();
        let is_more = rest.starts_with("<...") || rest.starts_with("<<");
        let (text, op, strength) = OPERATORS
            .iter()
            .find(|(text, ..)| rest.starts_with(text) && !is_more)?;
        Some((text.len(), *op, *strength))
    }

    fn unary(&mut self) -> Option<Id> {
        let mut signs = Vec::new();
        loop {
            let op = match self.peek() {
                Some('-') => Op::Minus,
                Some('!') => Op::Not,
                _ => break,
            };
            signs.push((self.at, op));
            self.pass(1);
            self.skip_inside();
        }
        let Some(mut value) = self.postfix() else {
            if let Some((at, _)) = signs.first() {
                self.at = *at;
            }
            return None;
        };
        for (start, op) in signs.into_iter().rev() {
            let place = self.since(start);
            value = self.made.operation(Kind::Unary, op, place, &[value]);
        }
        Some(value)
    }

    /// A value with all that is read from it.
    pub(super) fn postfix(&mut self) -> Option<Id> {
        let start = self.at;
        let mut value = self.primary()?;
        while let Some(next) = self.step(start, value) {
            value = next;
        }
        Some(value)
    }

    fn step(&mut self, start: usize, value: Id) -> Option<Id> {
        let rest = self.rest();
        if let Some(after) = rest.strip_prefix('.')
            && !rest.starts_with("...")
        {
            return self.attribute_of(start, value, after);
        }
        if rest.starts_with('[') {
            return self.index(start, value);
        }
        let is_name = matches!(self.made.kind(value), Kind::Name | Kind::Metavar);
        let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if is_name && rest.get(space..).is_some_and(|rest| rest.starts_with('(')) {
            self.at += space;
            let arguments = self.level(Self::arguments)?;
            let place = self.since(start);
            return Some(self.made.node(Kind::Call, place, &[value, arguments]));
        }
        None
    }

    /// `.name`, `.*` and the old `.0`.
    fn attribute_of(&mut self, start: usize, value: Id, after: &str) -> Option<Id> {
        let begin = self.at;
        self.pass(1);
        let inside = self.at;
        if self.take("*") {
            let all = self.made.leaf(Kind::Other, "*", self.since(inside));
            return Some(
                self.made
                    .node(Kind::Index, self.since(start), &[value, all]),
            );
        }
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let text = self.pass(digits);
            let number = self.made.leaf(Kind::Int, text, self.since(inside));
            return Some(
                self.made
                    .node(Kind::Index, self.since(start), &[value, number]),
            );
        }
        if self.is_pattern {
            self.skip_inside();
        }
        let Some(field) = self.dots().or_else(|| self.word()) else {
            self.error("a name belongs behind the `.`");
            self.end = begin + 1;
            return None;
        };
        if self.is_pattern && self.made.kind(field) == Kind::Dots {
            self.skip_inside();
        }
        Some(
            self.made
                .node(Kind::Attr, self.since(start), &[value, field]),
        )
    }

    /// `[index]` and `[*]`.
    fn index(&mut self, start: usize, value: Id) -> Option<Id> {
        self.deeper(|this| {
            this.pass(1);
            let index = this.bracketed(true, |this| {
                this.skip();
                let inside = this.at;
                if this.take("*") {
                    return this.made.leaf(Kind::Other, "*", span(inside, inside + 1));
                }
                let index = this.expression();
                this.skip();
                index.unwrap_or_else(|| {
                    this.error("an index is missing");
                    this.made.absent(this.end)
                })
            });
            this.skip();
            if !this.take("]") {
                this.error("a `]` is missing");
            }
            Some(
                this.made
                    .node(Kind::Index, this.since(start), &[value, index]),
            )
        })
    }

    fn arguments(&mut self) -> Id {
        let start = self.at;
        self.pass(1);
        let all = self.elements(")");
        self.made.node(Kind::Args, self.since(start), &all)
    }
}
