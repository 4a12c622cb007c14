//! Words, strings and expansions.

use runward_syntax::{Kind, Span};
use tree_sitter::Node;

use super::lower::{CONCAT, EXPAND, Lowering, PROCESS, QUOTED, SUBSTITUTION, children, named};
use super::pattern::{DEEP, decode, next_rest};
use crate::metavar::{is_metavar, span, special};

impl<'s> Lowering<'s, '_> {
    pub(super) fn expression(&mut self, node: Node<'_>) {
        self.deeper(|this| this.any_expression(node));
    }

    fn any_expression(&mut self, node: Node<'_>) {
        let place = self.place(node);
        match node.kind() {
            "command_name" => match named(node).first() {
                Some(word) => self.expression(*word),
                None => self.word(node),
            },
            "string" | "translated_string" => self.string(node),
            "raw_string" => {
                let text = self.text_of(node);
                let inside = text
                    .strip_prefix('\'')
                    .and_then(|text| text.strip_suffix('\''));
                self.leaf(Kind::Str, inside.unwrap_or(text), node);
            }
            "concatenation" => {
                let parts = named(node);
                self.call(CONCAT, place, |this| {
                    for part in parts {
                        this.expression(part);
                    }
                });
            }
            "simple_expansion" => self.simple_expansion(node),
            "expansion" => self.expansion(node),
            "command_substitution" => self.substitution(node),
            "process_substitution" => {
                self.call(PROCESS, place, |this| this.single(&children(node), place));
            }
            "arithmetic_expansion" => self.leaf(Kind::Other, "$(())", node),
            "array" => {
                self.build.open(Kind::List, place);
                for element in named(node) {
                    self.expression(element);
                }
                self.build.close();
            }
            "ERROR" => {
                self.error(node, "no word of the shell can be read here");
                self.leaf(Kind::Other, "error", node);
            }
            "variable_assignment" => self.command(node),
            _ => self.word(node),
        }
    }

    fn word(&mut self, node: Node<'_>) {
        let text = self.text_of(node);
        self.word_text(text, node);
    }

    fn word_text(&mut self, text: &str, node: Node<'_>) {
        if self.is_pattern {
            if let Some(written) = decode(text) {
                let kind = special(&written).unwrap_or(Kind::Metavar);
                return self.leaf(kind, &written, node);
            }
            if text == "..." {
                return self.leaf(Kind::Dots, text, node);
            }
        }
        self.leaf(Kind::Str, text, node);
    }

    /// A name that is written or that a pattern has a metavariable for.
    pub(super) fn name(&mut self, node: Node<'_>) {
        let text = self.text_of(node);
        match decode(text).filter(|_| self.is_pattern) {
            Some(written) => self.leaf(Kind::Metavar, &written, node),
            None => self.leaf(Kind::Name, text, node),
        }
    }

    /// A string in double quotes: its text where it is nothing else, as without the quotes.
    fn string(&mut self, node: Node<'_>) {
        let parts = named(node);
        let place = self.place(node);
        if let [only] = parts.as_slice()
            && only.kind() == "string_content"
        {
            let text = self.inside_quotes(node);
            let is_special = text == "..." || next_rest(text).is_some();
            if !(self.is_pattern && is_special) {
                return self.leaf(Kind::Str, text, node);
            }
        }
        self.call(QUOTED, place, |this| {
            // White space between expansions has no node of its own.
            let mut at =
                node.start_byte() + this.text_of(node).find('"').map_or(0, |quote| quote + 1);
            for part in parts {
                this.string_text(at, part.start_byte());
                if part.kind() == "string_content" {
                    this.string_text(part.start_byte(), part.end_byte());
                } else {
                    this.expression(part);
                }
                at = part.end_byte();
            }
            this.string_text(at, node.end_byte().saturating_sub(1));
        });
    }

    fn inside_quotes(&self, node: Node<'_>) -> &'s str {
        let text = self.text_of(node);
        let text = text.strip_prefix('$').unwrap_or(text);
        let text = text.strip_prefix('"').unwrap_or(text);
        text.strip_suffix('"').unwrap_or(text)
    }

    /// The text between two expansions in a string.
    fn string_text(&mut self, start: usize, end: usize) {
        let text = self.text;
        let mut at = start;
        while at < end {
            let rest = text.get(at..end).unwrap_or_default();
            let (before, length) = match next_rest(rest).filter(|_| self.is_pattern) {
                Some((before, length)) => (before, length),
                None => (rest.len(), 0),
            };
            self.string_piece(rest.get(..before).unwrap_or_default(), at);
            if length > 0 {
                let word = rest.get(before..before + length).unwrap_or_default();
                let written = decode(word).unwrap_or_default();
                let place = self.offset(at + before, at + before + length);
                self.build.leaf(Kind::MetavarRest, &written, place);
            }
            at += before + length.max(usize::from(before == 0));
        }
    }

    fn string_piece(&mut self, text: &str, at: usize) {
        if !text.is_empty() {
            let kind = if self.is_pattern && text == "..." {
                Kind::Dots
            } else {
                Kind::Str
            };
            let place = self.offset(at, at + text.len());
            self.build.leaf(kind, text, place);
        }
    }

    fn offset(&self, start: usize, end: usize) -> Span {
        let base = self.base();
        span(base + start, base + end)
    }

    /// `$X`: in a pattern a metavariable if it is in capitals.
    fn simple_expansion(&mut self, node: Node<'_>) {
        let text = self.text_of(node);
        if self.is_pattern && is_metavar(text) {
            return self.leaf(Kind::Metavar, text, node);
        }
        let place = self.place(node);
        let name = text.strip_prefix('$').unwrap_or(text);
        let inner = Span::new(place.start.saturating_add(1).min(place.end), place.end);
        self.call(EXPAND, place, |this| {
            this.build.leaf(Kind::Name, name, inner);
        });
    }

    /// `${X}`, and what gives a changed value of it; elements of arrays are not looked into.
    fn expansion(&mut self, node: Node<'_>) {
        let place = self.place(node);
        let first = named(node).into_iter().next();
        match first {
            Some(name) if matches!(name.kind(), "variable_name" | "special_variable_name") => {
                self.call(EXPAND, place, |this| this.name(name));
            }
            _ => self.leaf(Kind::Other, "${}", node),
        }
    }

    fn substitution(&mut self, node: Node<'_>) {
        let place = self.place(node);
        let parts = children(node);
        let is_deep = self.is_pattern
            && self
                .text_of(node)
                .strip_prefix("$(")
                .is_some_and(|text| text.starts_with(DEEP));
        if is_deep {
            self.build.open(Kind::Deep, place);
            self.single(&parts, place);
            self.build.close();
            return;
        }
        self.call(SUBSTITUTION, place, |this| this.single(&parts, place));
    }
}
