//! Literals.

use oxc_ast::ast::{RegExpLiteral, TemplateLiteral};
use runward_syntax::{Kind, Span};

use super::{Lower, span, unquoted};

impl Lower<'_> {
    pub(super) fn string(&mut self, at: Span, shown: Span) {
        let text = unquoted(self.text(at));
        self.leaf(Kind::Str, text, shown);
    }

    /// All numbers of the language are one type; what is written as a whole number is an `Int`.
    pub(super) fn number(&mut self, at: Span, shown: Span) {
        let text = self.text(at);
        let radix = text.starts_with("0x") || text.starts_with("0X");
        let whole = radix || !text.contains(['.', 'e', 'E']);
        self.leaf(if whole { Kind::Int } else { Kind::Float }, text, shown);
    }

    pub(super) fn regex(&mut self, literal: &RegExpLiteral<'_>, shown: Span) {
        let at = span(literal.span);
        let pattern = &literal.regex.pattern.text;
        let name = self.build.symbols.intern(pattern);
        let flags_from = at.start + u32::try_from(pattern.len()).unwrap_or_default() + 2;
        let flags = Span::new(flags_from.min(at.end), at.end);
        self.node_with(
            Kind::Regex,
            runward_syntax::Op::None,
            runward_syntax::Flags::NONE,
            name,
            shown,
            |this| {
                if flags.start == flags.end {
                    this.absent(flags.end);
                } else {
                    let text = this.text(flags);
                    this.leaf(Kind::Str, text, flags);
                }
            },
        );
    }

    pub(super) fn template(&mut self, template: &TemplateLiteral<'_>, shown: Span) {
        self.node(Kind::Interp, shown, |this| {
            let mut expressions = template.expressions.iter();
            for quasi in &template.quasis {
                let at = span(quasi.span);
                let raw = &quasi.value.raw;
                if !raw.is_empty() {
                    this.leaf(Kind::Str, raw, at);
                }
                if let Some(expression) = expressions.next() {
                    let hole = span(oxc_span::GetSpan::span(expression));
                    this.node(Kind::Hole, hole, |this| {
                        this.expression(expression);
                        this.absent(hole.end);
                    });
                }
            }
        });
    }
}
