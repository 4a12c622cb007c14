//! The parser's tree into the small one.

mod case;
mod definition;
mod expression;
mod statement;
mod text;

use ruff_python_ast::{Expr, Identifier};
use ruff_text_size::{Ranged, TextRange, TextSize};
use runward_syntax::{Builder, Flags, Kind, NodeId, Op, Span, Symbol};
use rustc_hash::FxHashMap;

use crate::shape::Groups;
use crate::sigil::{Sigil, Sigils};

pub(crate) struct Lower<'s> {
    /// The text as written; the parser may have read a rewritten one of the same length.
    source: &'s str,
    groups: &'s Groups,
    sigils: &'s Sigils,
    /// Names come again and again: one look-up each instead of two.
    names: FxHashMap<&'s str, Symbol>,
    pub(crate) build: Builder,
}

impl<'s> Lower<'s> {
    pub(crate) fn new(
        source: &'s str,
        groups: &'s Groups,
        sigils: &'s Sigils,
        build: Builder,
    ) -> Self {
        Self {
            source,
            groups,
            sigils,
            names: FxHashMap::default(),
            build,
        }
    }

    fn sigil(&self, at: TextSize) -> Option<Sigil> {
        self.sigils.at(at.to_u32())
    }

    fn text(&self, range: TextRange) -> &'s str {
        span(range).text(self.source)
    }

    fn symbol(&mut self, text: &'s str) -> Symbol {
        if let Some(symbol) = self.names.get(text) {
            return *symbol;
        }
        let symbol = self.build.symbols.intern(text);
        self.names.insert(text, symbol);
        symbol
    }

    fn open(&mut self, kind: Kind, span: Span) -> NodeId {
        self.build.open(kind, span)
    }

    fn open_op(&mut self, kind: Kind, op: Op, span: Span) {
        self.build
            .open_with(kind, op, Flags::NONE, Symbol::EMPTY, span);
    }

    fn open_flags(&mut self, kind: Kind, flags: Flags, span: Span) {
        self.build
            .open_with(kind, Op::None, flags, Symbol::EMPTY, span);
    }

    fn open_other(&mut self, label: &'static str, span: Span) {
        let name = self.build.symbols.intern(label);
        self.build
            .open_with(Kind::Other, Op::None, Flags::NONE, name, span);
    }

    fn close(&mut self) {
        self.build.close();
    }

    fn absent(&mut self, at: u32) {
        self.build.absent(at);
    }

    fn empty(&mut self, kind: Kind, span: Span) {
        self.build.open(kind, span);
        self.build.close();
    }

    /// A leaf whose name is its text.
    fn word(&mut self, kind: Kind, range: TextRange) {
        let name = self.symbol(self.text(range));
        self.build
            .open_with(kind, Op::None, Flags::NONE, name, span(range));
        self.build.close();
    }

    /// A name, or what a pattern has in its place.
    fn name(&mut self, range: TextRange) {
        let kind = match self.sigil(range.start()) {
            Some(Sigil::Dots) => return self.empty(Kind::Dots, span(range)),
            Some(Sigil::Metavar | Sigil::Typed) => Kind::Metavar,
            Some(Sigil::Rest) => return self.rest(range),
            _ => Kind::Name,
        };
        self.word(kind, range);
    }

    /// `$...X`; the parser's name for it may begin behind the dollar.
    fn rest(&mut self, range: TextRange) {
        let before = self.source.get(..range.start().to_usize() + 1);
        let dollar = before.and_then(|before| before.rfind('$'));
        let start = dollar.map_or(range.start(), |at| {
            TextSize::try_from(at).unwrap_or(range.start())
        });
        self.word(Kind::MetavarRest, TextRange::new(start, range.end()));
    }

    fn identifier(&mut self, identifier: &Identifier) {
        self.name(identifier.range);
    }

    fn optional(&mut self, expression: Option<&Expr>, at: u32) {
        match expression {
            Some(expression) => self.expression(expression),
            None => self.absent(at),
        }
    }

    fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    /// The span of an expression, with the parentheses around it.
    fn span_of(&self, expression: &Expr) -> Span {
        self.groups.around(span(expression.range()))
    }

    /// Whether an expression is a pattern's `...`.
    fn is_dots(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Name(name) => self.sigil(name.range.start()) == Some(Sigil::Dots),
            _ => false,
        }
    }

    /// The first place at or after `from` where `byte` stands outside comments.
    fn find(&self, byte: u8, from: u32) -> u32 {
        let bytes = self.source.as_bytes();
        let mut at = from;
        let mut comment = false;
        while let Some(found) = bytes.get(at as usize) {
            match found {
                b'\n' => comment = false,
                b'#' => comment = true,
                _ if *found == byte && !comment => return at,
                _ => {}
            }
            at += 1;
        }
        from
    }
}

pub(crate) fn span(range: TextRange) -> Span {
    Span::new(range.start().to_u32(), range.end().to_u32())
}
