//! Typed metavariables.

use runward_syntax::{Kind, NodeId};

use super::{K, Matcher};
use crate::pattern::P;

impl<'a> Matcher<'a> {
    /// `($X : T)`: an expression whose type is known to be `T`.
    pub(crate) fn typed(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let Some(wanted) = self.pattern.kid(p, 0) else {
            return;
        };
        let extra = self.p(p).extra;
        let value = self.node(t);
        self.of_type(wanted, t, &|m| m.bind(extra, value, k));
    }

    /// Whether an expression is known to be of a type.
    pub(crate) fn of_type(&mut self, wanted: P, t: NodeId, k: K<'_, 'a>) {
        let wanted_kind = self.p(wanted).kind;
        let names: &[&str] = match self.t(t).kind {
            Kind::Str | Kind::StrConcat | Kind::Interp => &["str", "string", "String"],
            Kind::Int if self.is_script() => &["int", "number", "float"],
            Kind::Int => &["int", "Int"],
            Kind::Float => &["float", "number"],
            Kind::Bool => &["bool", "boolean"],
            Kind::Null => &["None", "null"],
            Kind::New => {
                if let Some(class) = self.child(t, 0) {
                    self.expr(wanted, class, false, k);
                }
                return;
            }
            _ => &[],
        };
        if wanted_kind == Kind::Name {
            let text = self.tree.symbols.text(self.p(wanted).name);
            if names.contains(&text) {
                return k(self);
            }
        }
        if let Some(declared) = self.facts.declared_type(t) {
            self.declared(wanted, declared, k);
        }
    }

    /// A type of the pattern against the node that gave a variable its type: the type as written, or
    /// the value that it was given.
    fn declared(&mut self, wanted: P, declared: NodeId, k: K<'_, 'a>) {
        let target = self.t(declared);
        match target.kind {
            Kind::Call | Kind::New => {
                if let Some(class) = self.child(declared, 0) {
                    self.expr(wanted, class, false, k);
                }
            }
            Kind::Str
            | Kind::Int
            | Kind::Float
            | Kind::Bool
            | Kind::Null
            | Kind::StrConcat
            | Kind::Interp => self.of_type(wanted, declared, k),
            _ => self.any(wanted, declared, k),
        }
    }
}
