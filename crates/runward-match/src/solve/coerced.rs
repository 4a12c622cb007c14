//! HCL turns texts into numbers and booleans, and back: `"150"` is `150`.

use runward_resolve::Constant;
use runward_syntax::{Kind, Language, NodeId};

use super::Matcher;
use crate::pattern::{Extra, P, float, int};

impl Matcher<'_> {
    /// Whether a literal of another kind has the pattern's value.
    pub(crate) fn is_coerced(&self, p: P, t: NodeId) -> bool {
        let (kind, target) = (self.p(p).kind, self.t(t).kind);
        let is_literal = matches!(target, Kind::Str | Kind::Int | Kind::Float | Kind::Bool);
        self.language() == Language::Terraform
            && is_literal
            && kind != target
            && self.is_written(p, self.tree.name(t), target)
    }

    /// The same for a constant.
    pub(crate) fn is_coerced_constant(&self, p: P, constant: &Constant) -> bool {
        self.language() == Language::Terraform
            && match constant {
                Constant::Str(text) => self.is_written(p, self.tree.symbols.text(*text), Kind::Str),
                Constant::Int(value) => self.is_written(p, &value.to_string(), Kind::Int),
                Constant::Float(value) => self.is_written(p, &value.to_string(), Kind::Float),
                Constant::Bool(value) => self.is_written(p, &value.to_string(), Kind::Bool),
                Constant::AnyStr | Constant::AnyNumber | Constant::Literal(_) => false,
            }
    }

    /// Whether a text, or a number or a boolean of this text, is what the pattern says.
    fn is_written(&self, p: P, text: &str, kind: Kind) -> bool {
        let pattern = self.p(p);
        match (pattern.kind, pattern.extra, kind) {
            (Kind::Int, Extra::Int(value), Kind::Str) => int(text) == Some(value),
            (Kind::Float, Extra::Float(value), Kind::Str) => float(text) == Some(value),
            (Kind::Bool, _, Kind::Str) => self.pattern_text(p) == Some(text),
            (Kind::Str, Extra::Nothing, _) => self.pattern_text(p).is_some_and(|own| match kind {
                Kind::Int => int(own).is_some() && int(own) == int(text),
                Kind::Float => float(own).is_some() && float(own) == float(text),
                Kind::Bool => own == text,
                _ => false,
            }),
            _ => false,
        }
    }

    /// The text of a leaf of the pattern.
    fn pattern_text(&self, p: P) -> Option<&str> {
        let symbol = self.p(p).name;
        symbol.in_vocabulary()?;
        Some(self.tree.symbols.text(symbol))
    }
}
