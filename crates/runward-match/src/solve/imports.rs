//! Imports.

use runward_syntax::{Kind, NodeId, Span};

use super::{K, Matcher};
use crate::equal::Bound;
use crate::pattern::{Extra, P};

impl<'a> Matcher<'a> {
    pub(crate) fn import(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let target = self.t(t).kind;
        if self.is_script() && target == Kind::VarDef {
            return self.import_versus_require(p, t, k);
        }
        if !matches!(target, Kind::Import | Kind::ImportFrom) {
            return;
        }
        self.or_else(
            &|m, k| m.import_as_is(p, t, k),
            &|m, k| m.import_normal(p, t, k),
            k,
        );
    }

    fn import_as_is(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.p(p).kind != self.t(t).kind {
            return;
        }
        let (Some(path), Some(target_path)) = (self.pattern.kid(p, 0), self.child(t, 0)) else {
            return;
        };
        self.module(path, target_path, &|m| {
            if m.p(p).kind == Kind::Import {
                return m.each_kid(p, t, &[(1, true)], k);
            }
            let (Some(names), Some(target_names)) = (m.pattern.kid(p, 1), m.child(t, 1)) else {
                return;
            };
            let wanted: Vec<P> = m
                .kids(names)
                .iter()
                .copied()
                .filter(|name| !m.pattern.is_dots(*name))
                .collect();
            let ts = m.list(target_names);
            m.unordered(
                &wanted,
                &ts,
                None,
                true,
                &|m, p, t, k| m.imported(p, t, k),
                k,
            );
        });
    }

    /// One imported name.
    fn imported(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.p(p).kind != Kind::ImportName {
            let Some(name) = self.child(t, 0) else { return };
            return self.ident(p, name, k);
        }
        let (Some(name), Some(target)) = (self.pattern.kid(p, 0), self.child(t, 0)) else {
            return;
        };
        self.ident(name, target, &|m| m.each_kid(p, t, &[(1, true)], k));
    }

    /// A module or one whose name begins with it.
    fn module(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.p(p).kind != Kind::Path {
            let value = self.node(t);
            return self.bind(self.p(p).extra, value, k);
        }
        let (ps, ts) = (self.kids(p), self.list(t));
        match (ps, ts.as_slice()) {
            ([text], [target])
                if self.p(*text).kind == Kind::Str && self.t(*target).kind == Kind::Str =>
            {
                self.file(*text, *target, k);
            }
            _ => {
                if self.same_level(p, t) {
                    self.dotted_prefix(ps, &ts, k);
                }
            }
        }
    }

    /// Relative modules begin with as many dots as they go up.
    fn same_level(&self, p: P, t: NodeId) -> bool {
        if let [only] = self.kids(p)
            && self.p(*only).kind == Kind::Metavar
        {
            return true;
        }
        let dots = |text: &str| text.bytes().take_while(|byte| *byte == b'.').count();
        dots(self.tree.symbols.text(self.p(p).name)) == dots(self.tree.name(t))
    }

    /// `"m"` is also `"m/lib"`.
    fn file(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let pattern = self.p(p);
        if pattern.extra != Extra::Nothing || pattern.name == self.t(t).name {
            return self.text_literal(p, t, k);
        }
        let wanted = self.tree.symbols.text(pattern.name);
        let rest = self.tree.name(t).strip_prefix(wanted);
        if rest.is_some_and(|rest| rest.starts_with(['/', '\\'])) {
            k(self);
        }
    }

    fn dotted_prefix(&mut self, ps: &[P], ts: &[NodeId], k: K<'_, 'a>) {
        match (ps, ts) {
            ([], _) => k(self),
            ([only], [first, ..]) if self.p(*only).kind == Kind::Metavar => {
                let last = ts.last().copied().unwrap_or(*first);
                let span = Span::new(self.t(*first).span.start, self.t(last).span.end);
                let value = if ts.len() == 1 {
                    self.node(*first)
                } else {
                    Bound::nodes(*first, last, span)
                };
                self.bind(self.p(*only).extra, value, k);
            }
            ([p, rest @ ..], [t, left @ ..]) => {
                self.ident(*p, *t, &|m| m.dotted_prefix(rest, left, k));
            }
            _ => {}
        }
    }

    /// `from a import b` is also `import a.b`, where the pattern renames nothing.
    fn import_normal(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let Some(path) = self.pattern.kid(p, 0) else {
            return;
        };
        if self.p(path).kind != Kind::Path {
            return;
        }
        let parts = self.kids(path);
        let file = matches!(parts, [only] if self.p(*only).kind == Kind::Str);
        let renames = |m: &Self, name: P| {
            m.pattern
                .kid(name, 1)
                .is_some_and(|alias| m.p(alias).kind != Kind::Absent)
        };
        let mut wanted: Vec<Vec<P>> = Vec::new();
        if self.p(p).kind == Kind::Import {
            if renames(self, p) {
                return;
            }
            wanted.push(parts.to_vec());
        } else {
            if file {
                return;
            }
            let names = self
                .pattern
                .kid(p, 1)
                .map_or(&[][..], |names| self.kids(names));
            for name in names {
                if self.pattern.is_dots(*name) {
                    continue;
                }
                if renames(self, *name) {
                    return;
                }
                let own = self.pattern.kid(*name, 0).unwrap_or(*name);
                wanted.push(parts.iter().copied().chain([own]).collect());
            }
        }
        let Some(target_path) = self.child(t, 0) else {
            return;
        };
        if !self.same_level(path, target_path) {
            return;
        }
        let target_parts = self.list(target_path);
        let is_file = matches!(target_parts.as_slice(), [only] if self.t(*only).kind == Kind::Str);
        let mut given: Vec<Vec<NodeId>> = Vec::new();
        match self.child(t, 1) {
            Some(names) if self.t(t).kind == Kind::ImportFrom && !is_file => {
                for name in self.tree.children(names) {
                    let own = self.child(name, 0).unwrap_or(name);
                    let star = self.tree.name(own) == "*";
                    let tail = (!star).then_some(own);
                    given.push(target_parts.iter().copied().chain(tail).collect());
                }
            }
            _ => given.push(target_parts.into_vec()),
        }
        self.normal_pairs(&wanted, &given, k);
    }

    fn normal_pairs(&mut self, wanted: &[Vec<P>], given: &[Vec<NodeId>], k: K<'_, 'a>) {
        let Some((ps, rest)) = wanted.split_first() else {
            return k(self);
        };
        if !self.step() {
            return;
        }
        for ts in given {
            match (ps.as_slice(), ts.as_slice()) {
                ([text], [target])
                    if self.p(*text).kind == Kind::Str && self.t(*target).kind == Kind::Str =>
                {
                    self.file(*text, *target, &|m| m.normal_pairs(rest, given, k));
                }
                _ => self.dotted_prefix(ps, ts, &|m| m.normal_pairs(rest, given, k)),
            }
        }
    }

    /// `import {x} from 'm'` finds `const {x} = require('m')`, and `import 'm'` `const x = require('m')`.
    fn import_versus_require(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let Some(path) = self.pattern.kid(p, 0) else {
            return;
        };
        let [text] = self.kids(path) else { return };
        let Some(module) = self
            .tree
            .present(t, 2)
            .and_then(|value| self.required_module(value))
        else {
            return;
        };
        if self.p(*text).name != self.t(module).name {
            return;
        }
        let Some(target) = self.child(t, 0) else {
            return;
        };
        if self.p(p).kind == Kind::Import {
            let bare = self
                .pattern
                .kid(p, 1)
                .is_none_or(|alias| self.p(alias).kind == Kind::Absent);
            if bare && matches!(self.t(target).kind, Kind::Name | Kind::Dict) {
                k(self);
            }
            return;
        }
        let names = self
            .pattern
            .kid(p, 1)
            .map_or(&[][..], |names| self.kids(names));
        if self.t(target).kind != Kind::Dict {
            if names.is_empty() && self.t(target).kind == Kind::Name {
                k(self);
            }
            return;
        }
        let wanted: Vec<P> = names
            .iter()
            .copied()
            .filter(|name| !self.pattern.is_dots(*name))
            .collect();
        let fields = self.list(target);
        self.unordered(
            &wanted,
            &fields,
            None,
            true,
            &|m, p, t, k| m.import_versus_field(p, t, k),
            k,
        );
    }

    fn import_versus_field(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.t(t).kind != Kind::Pair {
            return;
        }
        let (Some(name), Some(key), Some(local)) =
            (self.pattern.kid(p, 0), self.child(t, 0), self.child(t, 1))
        else {
            return;
        };
        let alias = self
            .pattern
            .kid(p, 1)
            .filter(|alias| self.p(*alias).kind != Kind::Absent);
        self.ident(name, key, &|m| m.ident(alias.unwrap_or(name), local, k));
    }

    /// The string in `require('m')`.
    fn required_module(&self, value: NodeId) -> Option<NodeId> {
        if self.t(value).kind != Kind::Call {
            return None;
        }
        let (callee, args) = (self.child(value, 0)?, self.child(value, 1)?);
        if self.tree.name(callee) != "require" {
            return None;
        }
        self.child(args, 0)
            .filter(|arg| self.t(*arg).kind == Kind::Str)
    }
}
