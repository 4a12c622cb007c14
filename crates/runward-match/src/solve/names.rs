//! Names and what they stand for.

use runward_syntax::{Kind, NodeId, Symbol};

use super::{K, Matcher};
use crate::bindings::What;
use crate::equal::Bound;
use crate::pattern::{Extra, P};

/// How often a value may be put in the place of a name on the way to one match.
const MAX_SUBSTITUTIONS: u8 = 50;

impl<'a> Matcher<'a> {
    /// A pattern that is no metavariable and no literal against a name.
    pub(crate) fn versus_name(&mut self, p: P, t: NodeId, root: bool, k: K<'_, 'a>) {
        let pattern = self.p(p);
        let facts = self.facts;
        let path = facts.path(t);
        match pattern.kind {
            Kind::Name => {
                if self.name_is(p, t) {
                    k(self);
                } else if let Some([only]) = path
                    && *only == pattern.name
                {
                    k(self);
                } else if path.is_none() {
                    self.wildcard(p, t, k);
                }
            }
            Kind::Attr => match path {
                Some(path) => self.path(p, t, path, k),
                None => self.wildcard(p, t, k),
            },
            _ => {}
        }
        if !root {
            self.symbolic(p, t, k);
        }
    }

    fn name_is(&mut self, p: P, t: NodeId) -> bool {
        match self.p(p).extra {
            Extra::TextRegex(regex) => self.regex_matches(regex, self.tree.name(t)),
            _ => self.p(p).name == self.t(t).name,
        }
    }

    /// An attribute chain against the full name of an imported one.
    pub(crate) fn path(&mut self, p: P, t: NodeId, path: &[Symbol], k: K<'_, 'a>) {
        let Some((last, before)) = path.split_last() else {
            return;
        };
        let pattern = self.p(p);
        match pattern.kind {
            Kind::Metavar => {
                let value = self.part_of(t, path);
                self.bind(pattern.extra, value, k);
            }
            Kind::Name if before.is_empty() && pattern.name == *last => {
                k(self);
            }
            Kind::Attr => {
                let (Some(object), Some(field)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1))
                else {
                    return;
                };
                if self.pattern.is_dots(field) {
                    for count in (1..=path.len()).rev() {
                        let shorter = path.get(..count).unwrap_or_default();
                        self.path(object, t, shorter, k);
                    }
                    return;
                }
                let rest: K<'_, 'a> = &|m| {
                    if m.p(object).kind == Kind::Attr
                        && let Some(step) = m.pattern.kid(object, 1)
                        && m.pattern.is_dots(step)
                        && let Some(base) = m.pattern.kid(object, 0)
                    {
                        m.path(base, t, before, k);
                    }
                    m.path(object, t, before, k);
                };
                match self.p(field).kind {
                    Kind::Metavar => {
                        let value = Bound {
                            span: self.t(t).span,
                            node: Some(t),
                            what: What::Part(*last),
                            text: None,
                        };
                        self.bind(self.p(field).extra, value, rest);
                    }
                    Kind::Name if self.p(field).name == *last => rest(self),
                    _ => {}
                }
            }
            Kind::Dots => k(self),
            _ => {}
        }
    }

    fn part_of(&self, t: NodeId, path: &[Symbol]) -> Bound<'a> {
        let what = u16::try_from(path.len()).map_or(What::Text, What::Path);
        Bound {
            span: self.t(t).span,
            node: Some(t),
            what,
            text: None,
        }
    }

    /// After `from m import *`, a name that nothing else gives may be the module's.
    fn wildcard(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let dotted = self.p(p).extra == Extra::Dotted;
        if !self.wildcards || !dotted || self.index.wildcards().is_empty() {
            return;
        }
        let name = self.t(t).name;
        for module in self.index.wildcards() {
            let parts = module.len() + 1;
            if self.ends_with(p, module, name, parts) {
                return k(self);
            }
        }
    }

    /// Whether a dotted pattern is `module` and `name` put together.
    fn ends_with(&self, p: P, module: &[Symbol], name: Symbol, parts: usize) -> bool {
        let mut at = p;
        let part = |index: usize| match index.cmp(&module.len()) {
            std::cmp::Ordering::Equal => Some(name),
            _ => module.get(index).copied(),
        };
        for index in (1..parts).rev() {
            let (Some(object), Some(field)) = (self.pattern.kid(at, 0), self.pattern.kid(at, 1))
            else {
                return false;
            };
            if part(index) != Some(self.p(field).name) {
                return false;
            }
            at = object;
        }
        self.p(at).kind == Kind::Name && part(0) == Some(self.p(at).name)
    }

    /// With `symbolic_propagation`, what a name was assigned in the place of the name.
    pub(crate) fn symbolic(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let options = &self.pattern.options;
        if !options.symbolic_propagation
            || !options.constant_propagation
            || self.substitutions >= MAX_SUBSTITUTIONS
        {
            return;
        }
        let Some(value) = self.facts.value(t).filter(|value| *value != t) else {
            return;
        };
        self.substitutions += 1;
        self.expr(p, value, false, &|m| {
            let before = m.substitutions;
            k(m);
            m.substitutions = before;
        });
        self.substitutions -= 1;
    }
}
