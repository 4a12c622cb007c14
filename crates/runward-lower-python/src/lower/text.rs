//! Strings.

use ruff_python_ast::{
    self as ast, AnyStringFlags, BytesLiteral, ConversionFlag, FString, FStringPart,
    InterpolatedElement, InterpolatedStringElement, StringFlags, StringLiteral, TString,
};
use ruff_text_size::TextRange;
use runward_syntax::{Flags, Kind, Op, Span};

use super::{Lower, span};

impl Lower<'_> {
    pub(super) fn strings(&mut self, strings: &ast::ExprStringLiteral, at: Span) {
        match strings.value.as_slice() {
            [one] => self.plain(one, at),
            parts => {
                self.open(Kind::StrConcat, at);
                for part in parts {
                    self.plain(part, span(part.range));
                }
                self.close();
            }
        }
    }

    pub(super) fn byte_strings(&mut self, strings: &ast::ExprBytesLiteral, at: Span) {
        match strings.value.as_slice() {
            [one] => self.bytes(one, at),
            parts => {
                self.open(Kind::StrConcat, at);
                for part in parts {
                    self.bytes(part, span(part.range));
                }
                self.close();
            }
        }
    }

    pub(super) fn f_strings(&mut self, strings: &ast::ExprFString, at: Span) {
        match strings.value.as_slice() {
            [FStringPart::FString(one)] => self.f_string(one, at),
            parts => {
                self.open(Kind::StrConcat, at);
                for part in parts {
                    match part {
                        FStringPart::Literal(part) => self.plain(part, span(part.range)),
                        FStringPart::FString(part) => self.f_string(part, span(part.range)),
                    }
                }
                self.close();
            }
        }
    }

    pub(super) fn t_strings(&mut self, strings: &ast::ExprTString, at: Span) {
        match strings.value.as_slice() {
            [one] => self.t_string(one, at),
            parts => {
                self.open(Kind::StrConcat, at);
                for part in parts {
                    self.t_string(part, span(part.range));
                }
                self.close();
            }
        }
    }

    fn plain(&mut self, part: &StringLiteral, at: Span) {
        self.quoted(part.range, part.flags.into(), at);
    }

    fn bytes(&mut self, part: &BytesLiteral, at: Span) {
        self.quoted(part.range, part.flags.into(), at);
    }

    fn quoted(&mut self, range: TextRange, flags: AnyStringFlags, at: Span) {
        let inside = Span::new(
            (range.start() + flags.opener_len()).to_u32(),
            range.end().to_u32() - flags.closer_len().to_u32(),
        );
        let mut marks = Flags::NONE;
        if flags.is_byte_string() {
            marks = marks | Flags::BYTES;
        }
        if flags.is_raw_string() {
            marks = marks | Flags::RAW;
        }
        let name = self.build.symbols.intern(inside.text(self.source));
        self.build.open_with(Kind::Str, Op::None, marks, name, at);
        self.close();
    }

    fn f_string(&mut self, part: &FString, at: Span) {
        let flags = AnyStringFlags::from(part.flags);
        self.interpolated(part.elements.iter(), flags.is_raw_string(), at);
    }

    fn t_string(&mut self, part: &TString, at: Span) {
        let flags = AnyStringFlags::from(part.flags);
        self.interpolated(part.elements.iter(), flags.is_raw_string(), at);
    }

    fn interpolated<'e>(
        &mut self,
        elements: impl Iterator<Item = &'e InterpolatedStringElement>,
        raw: bool,
        at: Span,
    ) {
        let flags = if raw { Flags::RAW } else { Flags::NONE };
        self.open_flags(Kind::Interp, flags, at);
        self.elements(elements);
        self.close();
    }

    fn elements<'e>(&mut self, elements: impl Iterator<Item = &'e InterpolatedStringElement>) {
        for element in elements {
            if self.build.is_full() {
                return;
            }
            match element {
                InterpolatedStringElement::Literal(text) => {
                    self.piece(span(text.range));
                }
                InterpolatedStringElement::Interpolation(hole) => self.hole(hole),
            }
        }
    }

    fn piece(&mut self, at: Span) {
        let text = at.text(self.source);
        self.build.leaf(Kind::Str, text, at);
    }

    /// What follows the expression (`=`, `!r`, `:>8`) is one format made of pieces.
    fn hole(&mut self, hole: &InterpolatedElement) {
        let at = span(hole.range);
        self.open(Kind::Hole, at);
        self.expression(&hole.expression);
        let begin = self.span_of(&hole.expression).end;
        let end = at.end.saturating_sub(1).max(begin);
        let plain = hole.debug_text.is_none()
            && hole.conversion == ConversionFlag::None
            && hole.format_spec.is_none();
        if plain {
            self.absent(end);
        } else {
            self.open(Kind::Interp, Span::new(begin, end));
            let spec = hole.format_spec.as_deref();
            let stop = spec.map_or(end, |spec| spec.range.start().to_u32());
            self.piece(Span::new(begin, stop.max(begin)));
            if let Some(spec) = spec {
                self.elements(spec.elements.iter());
            }
            self.close();
        }
        self.close();
    }
}
