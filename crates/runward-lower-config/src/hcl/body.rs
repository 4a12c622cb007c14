//! Files, blocks and attributes.

use runward_syntax::Kind;

use super::cursor::Parser;
use super::made::Id;
use crate::metavar::span;

/// Labels of a block that are looked through for its `{`.
const MAX_LABELS: usize = 8;

/// What an element of a body begins as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `key =`.
    Attribute,
    /// `key :`, which only objects have.
    Pair,
    /// `type "label" {`.
    Block,
}

impl Parser<'_> {
    pub(super) fn file(&mut self) -> Vec<Id> {
        let mut all = Vec::new();
        loop {
            self.skip();
            if self.is_done() {
                return all;
            }
            match self.element() {
                Some(element) => all.push(element),
                None => self.drop_element(),
            }
        }
    }

    /// Statements as of a body, or a single expression.
    pub(super) fn pattern(&mut self) -> Vec<Id> {
        self.skip();
        if self.is_done() {
            self.error("the pattern is empty");
            return Vec::new();
        }
        if self.shape() == Some(Shape::Pair) {
            return self.single(Self::member);
        }
        let start = self.at;
        if self.shape().is_none() && !self.rest().starts_with("...") {
            return self.single(|this| {
                let value = this.expression()?;
                Some(this.made.node(Kind::ExprStmt, this.since(start), &[value]))
            });
        }
        self.file()
    }

    /// A pattern of one thing alone, which may have the comma of the list that it is taken from.
    fn single(&mut self, read: impl FnOnce(&mut Self) -> Option<Id>) -> Vec<Id> {
        let found = read(self);
        self.skip();
        self.take(",");
        self.skip();
        if found.is_none() || !self.is_done() {
            self.error("only attributes and blocks can follow one another; this is neither");
        }
        found.into_iter().collect()
    }

    fn drop_element(&mut self) {
        self.error("an attribute or a block belongs here");
        if self.rest().starts_with(['}', ']', ')']) {
            self.drop_one();
        } else {
            self.drop_line();
        }
    }

    /// What begins here, by what follows the key.
    pub(super) fn shape(&mut self) -> Option<Shape> {
        let start = self.at;
        let end = self.end;
        let found = self.shape_ahead();
        (self.at, self.end) = (start, end);
        found
    }

    fn shape_ahead(&mut self) -> Option<Shape> {
        let is_word = self.word_length() > 0;
        self.pass_label()?;
        self.skip();
        let rest = self.rest();
        if rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>") {
            return Some(Shape::Attribute);
        }
        if rest.starts_with(':') {
            return Some(Shape::Pair);
        }
        if !is_word {
            return None;
        }
        for _ in 0..MAX_LABELS {
            if self.rest().starts_with('{') {
                return Some(Shape::Block);
            }
            self.pass_label()?;
            self.skip();
        }
        None
    }

    /// Past an identifier or a string without anything special in it.
    fn pass_label(&mut self) -> Option<()> {
        let length = match self.word_length() {
            0 => {
                let inside = self.rest().strip_prefix('"')?;
                let end = inside.find(['"', '\n', '\\'])?;
                inside.get(end..)?.starts_with('"').then_some(end + 2)?
            }
            length => length,
        };
        self.pass(length);
        Some(())
    }

    /// An attribute or a block; in a pattern also `...` or `<... expression ...>`.
    fn element(&mut self) -> Option<Id> {
        match self.shape() {
            Some(Shape::Attribute) => self.deeper(Self::attribute),
            Some(Shape::Block) => self.deeper(Self::block),
            _ if self.is_pattern => {
                let start = self.at;
                let value = if self.rest().starts_with("<...") {
                    self.primary()?
                } else {
                    self.dots()?
                };
                Some(self.made.node(Kind::ExprStmt, self.since(start), &[value]))
            }
            _ => None,
        }
    }

    /// `key = value`.
    fn attribute(&mut self) -> Option<Id> {
        let start = self.at;
        let key = self.label()?;
        self.skip();
        self.take("=");
        Some(self.assigned(start, key))
    }

    /// The rest of an attribute or of an element of an object, behind its `=`.
    pub(super) fn assigned(&mut self, start: usize, key: Id) -> Id {
        let ty = self.made.absent(self.end);
        let value = self.value_of_key();
        let place = self.since(start);
        self.made.node(Kind::VarDef, place, &[key, ty, value])
    }

    pub(super) fn value_of_key(&mut self) -> Id {
        let end = self.end;
        self.skip();
        // The next attribute, where the value of this one was forgotten.
        let is_next = self
            .source
            .get(end..self.at)
            .is_some_and(|gap| gap.contains('\n'))
            && self.shape().is_some();
        let value = if is_next {
            None
        } else {
            self.bracketed(false, Self::expression)
        };
        value.unwrap_or_else(|| {
            self.error("a value is missing");
            self.made.absent(end)
        })
    }

    /// An identifier or a string; the place of the latter is that of its text, as Semgrep has it.
    fn label(&mut self) -> Option<Id> {
        let start = self.at;
        if let Some(word) = self.word() {
            return Some(word);
        }
        self.pass_label()?;
        let text = self.source.get(start + 1..self.end - 1)?;
        let place = span(start + 1, self.end - 1);
        Some(self.made.leaf(Kind::Str, text, place))
    }

    /// `type "label" { … }`: a call of the type with the labels and an object.
    pub(super) fn block(&mut self) -> Option<Id> {
        let start = self.at;
        let kind = self.word()?;
        self.skip();
        let inside = self.at;
        let mut arguments = Vec::new();
        while !self.rest().starts_with('{') {
            arguments.push(self.label()?);
            self.skip();
        }
        arguments.push(self.body());
        let arguments = self.made.node(Kind::Args, self.since(inside), &arguments);
        let place = self.since(start);
        let call = self.made.node(Kind::Call, place, &[kind, arguments]);
        Some(self.made.node(Kind::ExprStmt, place, &[call]))
    }

    fn body(&mut self) -> Id {
        let start = self.at;
        self.take("{");
        let mut all = Vec::new();
        loop {
            self.skip();
            if self.take("}") {
                break;
            }
            if self.is_done() {
                self.error("a `}` is missing");
                break;
            }
            if self.take(",") {
                continue;
            }
            match self.element() {
                Some(element) => all.push(element),
                None => self.drop_element(),
            }
        }
        self.made.node(Kind::Dict, self.since(start), &all)
    }
}
