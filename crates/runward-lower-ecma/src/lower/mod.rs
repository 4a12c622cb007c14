//! From the parser's tree to the small one.

mod binding;
mod class;
mod expression;
mod function;
mod jsx;
mod literal;
mod module;
mod object;
mod operator;
mod statement;
mod types;

use oxc_ast::ast::{Expression, Program, PropertyKey};
use oxc_span::GetSpan as _;
use runward_syntax::{Builder, Flags, Kind, NodeId, Op, Span, Symbol};

use crate::pattern::stand_in::{StandIn, stand_in};

/// One file, or one pattern, being lowered.
pub(crate) struct Lower<'s> {
    build: Builder,
    source: &'s str,
    /// Whether identifiers may be the stand-ins of a pattern.
    pattern: bool,
}

pub(crate) fn span(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end)
}

impl<'s> Lower<'s> {
    pub(crate) fn new(build: Builder, source: &'s str, pattern: bool) -> Self {
        Self {
            build,
            source,
            pattern,
        }
    }

    pub(crate) fn program(mut self, program: &Program<'_>) -> Builder {
        self.node(Kind::Program, span(program.span), |this| {
            this.directives(&program.directives);
            this.statements(&program.body);
        });
        self.build
    }

    /// A file that is one expression, such as an object without anything around it.
    pub(crate) fn expression_program(mut self, expression: &Expression<'_>) -> Builder {
        let end = u32::try_from(self.source.len()).unwrap_or(u32::MAX);
        self.node(Kind::Program, Span::new(0, end), |this| {
            this.node(Kind::ExprStmt, span(expression.span()), |this| {
                this.expression(expression);
            });
        });
        self.build
    }

    fn node(&mut self, kind: Kind, at: Span, children: impl FnOnce(&mut Self)) -> NodeId {
        self.node_with(kind, Op::None, Flags::NONE, Symbol::EMPTY, at, children)
    }

    fn flagged(
        &mut self,
        kind: Kind,
        flags: Flags,
        at: Span,
        children: impl FnOnce(&mut Self),
    ) -> NodeId {
        self.node_with(kind, Op::None, flags, Symbol::EMPTY, at, children)
    }

    fn operation(
        &mut self,
        kind: Kind,
        op: Op,
        at: Span,
        children: impl FnOnce(&mut Self),
    ) -> NodeId {
        self.node_with(kind, op, Flags::NONE, Symbol::EMPTY, at, children)
    }

    fn node_with(
        &mut self,
        kind: Kind,
        op: Op,
        flags: Flags,
        name: Symbol,
        at: Span,
        children: impl FnOnce(&mut Self),
    ) -> NodeId {
        let id = self.build.open_with(kind, op, flags, name, at);
        // Past a limit the tree is thrown away; going on would only deepen the recursion.
        if !self.build.is_full() {
            children(self);
        }
        self.build.close();
        id
    }

    /// A [`Kind::Other`].
    fn other(&mut self, label: &str, at: Span, children: impl FnOnce(&mut Self)) -> NodeId {
        let name = self.build.symbols.intern(label);
        self.node_with(Kind::Other, Op::None, Flags::NONE, name, at, children)
    }

    fn leaf(&mut self, kind: Kind, text: &str, at: Span) -> NodeId {
        self.build.leaf(kind, text, at)
    }

    fn absent(&mut self, at: u32) {
        self.build.absent(at);
    }

    fn text(&self, at: Span) -> &'s str {
        at.text(self.source)
    }

    /// An identifier anywhere: a name in code; in a pattern perhaps a metavariable or dots.
    fn name(&mut self, text: &str, at: Span) -> NodeId {
        if !self.pattern {
            return self.leaf(Kind::Name, text, at);
        }
        match stand_in(text) {
            Some(StandIn::Dots) => self.leaf(Kind::Dots, "", at),
            Some(StandIn::Rest(name)) => self.leaf(Kind::MetavarRest, &format!("$...{name}"), at),
            Some(StandIn::Metavar) => self.leaf(Kind::Metavar, text, at),
            None => self.leaf(Kind::Name, text, at),
        }
    }

    /// Whether an identifier stands for any number of things: `...` or `$...X`.
    fn is_many(&self, text: &str) -> bool {
        self.pattern && matches!(stand_in(text), Some(StandIn::Dots | StandIn::Rest(_)))
    }

    /// Whether an identifier stands for `...`.
    fn is_dots(&self, text: &str) -> bool {
        self.pattern && matches!(stand_in(text), Some(StandIn::Dots))
    }

    /// A key of an object or of a class. Quoted or not, it is a name, since the two mean the same.
    fn key(&mut self, key: &PropertyKey<'_>, computed: bool) {
        let at = span(key.span());
        match key {
            PropertyKey::StaticIdentifier(name) => {
                self.name(&name.name, at);
            }
            PropertyKey::PrivateIdentifier(_) => {
                let text = self.text(at);
                self.leaf(Kind::Name, text, at);
            }
            PropertyKey::StringLiteral(_) if !computed => self.quoted_key(at),
            other => {
                let Some(expression) = other.as_expression() else {
                    return self.absent(at.start);
                };
                if computed {
                    self.node(Kind::Computed, at, |this| this.expression(expression));
                } else {
                    self.expression(expression);
                }
            }
        }
    }

    fn quoted_key(&mut self, at: Span) {
        let text = unquoted(self.text(at));
        if self.pattern && (text == "..." || text.starts_with("=~/")) {
            self.leaf(Kind::Str, text, at);
        } else {
            self.name(text, at);
        }
    }
}

/// What stands between the quotes.
fn unquoted(text: &str) -> &str {
    let mut inner = text.chars();
    inner.next();
    inner.next_back();
    inner.as_str()
}
