//! Literals, and what is known to be one.

use runward_resolve::Constant;
use runward_syntax::{Flags, Kind, NodeId, Span};

use super::{K, Matcher};
use crate::bindings::What;
use crate::equal::Bound;
use crate::pattern::{Extra, P, float, int};

impl<'a> Matcher<'a> {
    /// A literal of the pattern against an expression.
    pub(crate) fn literal(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        match (pattern.kind, target.kind) {
            (Kind::Str, Kind::Str) => return self.text_literal(p, t, k),
            (Kind::Regex, Kind::Regex) => return self.regex_literal(p, t, k),
            (Kind::Int, Kind::Int) => {
                let same = match pattern.extra {
                    Extra::Int(value) => int(self.tree.name(t)) == Some(value),
                    _ => pattern.name == target.name,
                };
                return if same {
                    k(self);
                };
            }
            (Kind::Int | Kind::Float, Kind::Int | Kind::Float) => {
                if pattern.kind != target.kind && !self.is_script() {
                    return;
                }
                let value = match pattern.extra {
                    #[expect(clippy::cast_precision_loss, reason = "numbers of scripts are such")]
                    Extra::Int(value) => Some(value as f64),
                    Extra::Float(value) => Some(value),
                    _ => None,
                };
                let text = self.tree.name(t);
                #[expect(clippy::cast_precision_loss, reason = "numbers of scripts are such")]
                let other = float(text).or_else(|| int(text).map(|value| value as f64));
                let same = pattern.name == target.name || (value.is_some() && value == other);
                return if same {
                    k(self);
                };
            }
            (Kind::Bool | Kind::Null | Kind::Imaginary, kind) if kind == pattern.kind => {
                let same = pattern.name == target.name || pattern.kind == Kind::Null;
                return if same {
                    k(self);
                };
            }
            (Kind::Str, Kind::Interp) if self.is_script() => {
                // A template without holes is a string.
                let pieces = self.list(t);
                if let [only] = pieces.as_slice()
                    && self.t(*only).kind == Kind::Str
                {
                    return self.text_literal(p, *only, k);
                }
            }
            _ if self.is_coerced(p, t) => return k(self),
            _ => {}
        }
        if pattern.kind == Kind::Regex {
            // Known by its place: texts of expressions are no constants of their own.
            let value = self
                .facts
                .value(t)
                .filter(|value| self.t(*value).kind == Kind::Regex);
            if let Some(value) = value.filter(|_| self.pattern.options.constant_propagation) {
                self.regex_literal(p, value, k);
            }
            return;
        }
        if pattern.kind == Kind::Null {
            return;
        }
        if self.pattern.options.constant_propagation
            && let Some(constant) = self.facts.constant(t)
        {
            self.constant(p, t, constant, k);
        }
    }

    fn constant(&mut self, p: P, t: NodeId, constant: &'a Constant, k: K<'_, 'a>) {
        let pattern = self.p(p);
        match (pattern.kind, constant) {
            (Kind::Str, Constant::Str(text)) => {
                let value = Bound {
                    span: self.written_at(t),
                    node: Some(t),
                    what: What::Content,
                    text: Some(self.tree.symbols.text(*text)),
                };
                if pattern.flags.has(Flags::BYTES) {
                    return;
                }
                match pattern.extra {
                    Extra::AnyText => k(self),
                    Extra::TextSlot(_) => self.bind(pattern.extra, value, k),
                    Extra::TextRegex(regex)
                        if self.regex_matches(regex, value.text.unwrap_or_default()) =>
                    {
                        k(self);
                    }
                    _ if pattern.name == *text => k(self),
                    _ => {}
                }
            }
            (Kind::Str, Constant::AnyStr) if pattern.extra == Extra::AnyText => k(self),
            (Kind::Int, Constant::Int(value)) if pattern.extra == Extra::Int(*value) => k(self),
            (Kind::Float, Constant::Float(value)) if pattern.extra == Extra::Float(*value) => {
                k(self);
            }
            (Kind::Bool, Constant::Bool(value)) => {
                let known = Some(pattern.name)
                    == self.tree.symbols.get(if *value { "true" } else { "false" });
                if known {
                    k(self);
                }
            }
            _ if self.is_coerced_constant(p, constant) => k(self),
            _ => {}
        }
    }

    /// Where a constant is written, if it stands as it is in one place.
    fn written_at(&self, t: NodeId) -> Span {
        let value = self
            .facts
            .value(t)
            .filter(|value| self.t(*value).kind == Kind::Str);
        value.map_or(NOWHERE, |value| self.content(value))
    }

    /// A string of the pattern against one of the file.
    pub(crate) fn text_literal(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        // `"…"` is a string with any prefix, `b"…"` one with that prefix.
        let prefix = |flags: Flags| flags.0 & (Flags::BYTES | Flags::RAW).0;
        if prefix(pattern.flags) != 0 && prefix(pattern.flags) != prefix(target.flags) {
            return;
        }
        match pattern.extra {
            Extra::AnyText => k(self),
            Extra::TextSlot(_) => {
                let value = Bound::content(t, self.content(t));
                self.bind(pattern.extra, value, k);
            }
            Extra::TextRegex(regex) => {
                if self.regex_matches(regex, self.tree.name(t)) {
                    k(self);
                }
            }
            _ => {
                if pattern.name == target.name {
                    k(self);
                }
            }
        }
    }

    /// Where the text between the quotes of a string is.
    pub(crate) fn content(&self, t: NodeId) -> Span {
        content_span(self.source, self.t(t).span, self.tree.name(t))
    }

    fn regex_literal(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let pattern = self.p(p);
        let same = match pattern.extra {
            Extra::AnyText => true,
            Extra::TextSlot(_) => {
                let value = Bound::content(t, self.content(t));
                return self.bind(pattern.extra, value, &|m| m.each_kid(p, t, &[(0, true)], k));
            }
            _ => pattern.name == self.t(t).name,
        };
        if same {
            self.each_kid(p, t, &[(0, true)], k);
        }
    }

    pub(crate) fn regex_matches(&mut self, regex: u16, text: &str) -> bool {
        self.steps = self.steps.saturating_sub(text.len() as u64 / 64);
        let Some(regex) = self.pattern.regexes.get(regex as usize) else {
            return false;
        };
        // A search that was given up is no answer: it ends as one that ran out of steps.
        regex.is_match(text).unwrap_or_else(|_| {
            self.steps = 0;
            false
        })
    }

    /// f-strings, templates and neighbouring strings, piece by piece.
    pub(crate) fn interpolated(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        let pieces = self.kids(p);
        if target.kind != pattern.kind {
            return;
        }
        let ts = self.list(t);
        self.concat(pieces, &ts, k);
    }

    fn concat(&mut self, ps: &[P], ts: &[NodeId], k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        let Some((p, rest)) = ps.split_first() else {
            return if ts.is_empty() {
                k(self);
            };
        };
        let pattern = self.p(*p);
        if pattern.kind == Kind::Dots
            || (pattern.kind == Kind::Str && pattern.extra == Extra::AnyText)
        {
            if rest.is_empty() {
                return k(self);
            }
            for at in 0..=ts.len() {
                self.concat(rest, ts.get(at..).unwrap_or_default(), k);
            }
            return;
        }
        if let (Kind::Str, Extra::TextSlot(slot)) = (pattern.kind, pattern.extra)
            && self
                .pattern
                .slots
                .get(slot as usize)
                .is_some_and(|name| name.starts_with("$..."))
        {
            for at in 0..=ts.len() {
                let (taken, left) = ts.split_at_checked(at).unwrap_or_default();
                let value = self.run(taken, left.first().copied());
                self.bind(pattern.extra, value, &|m| m.concat(rest, left, k));
            }
            return;
        }
        if let Some((t, left)) = ts.split_first() {
            let is_text = self.t(*t).kind == Kind::Str;
            if is_text && pattern.kind != Kind::Str {
                return;
            }
            self.expr(*p, *t, false, &|m| m.concat(rest, left, k));
        }
    }
}

/// The place of a value that is written nowhere.
const NOWHERE: Span = Span {
    start: u32::MAX,
    end: u32::MAX,
};

/// Bytes that stand before the text of most strings: `rb"""`.
const MOST_BEFORE: usize = 6;

/// The bytes between the quotes of a string whose text is known.
pub(crate) fn content_span(source: &str, span: Span, text: &str) -> Span {
    let whole = span.text(source);
    // After a prefix and the quotes, nearly always.
    let near =
        (0..MOST_BEFORE).find(|at| whole.get(*at..).is_some_and(|rest| rest.starts_with(text)));
    let Some(at) = near.or_else(|| whole.find(text)) else {
        return span;
    };
    // An empty text stands between the quotes and not before the first.
    let at = if text.is_empty() { whole.len() / 2 } else { at };
    let start = span
        .start
        .saturating_add(u32::try_from(at).unwrap_or_default());
    Span::new(
        start,
        start.saturating_add(u32::try_from(text.len()).unwrap_or_default()),
    )
}
