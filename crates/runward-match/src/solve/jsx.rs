//! JSX.

use runward_syntax::{Kind, NodeId};

use super::{K, Matcher};
use crate::pattern::P;

impl<'a> Matcher<'a> {
    pub(crate) fn jsx(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.t(t).kind != Kind::Jsx {
            return;
        }
        self.each_kid(p, t, &[(0, false), (1, false), (2, false)], k);
    }

    /// Attributes in any order; the code may have more.
    pub(crate) fn jsx_attrs(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let kids = self.kids(p);
        let dots = kids.iter().any(|kid| self.pattern.is_dots(*kid));
        let wanted: Vec<P> = kids
            .iter()
            .copied()
            .filter(|kid| !self.pattern.is_dots(*kid))
            .collect();
        let less = dots || self.pattern.options.xml_attrs_implicit_ellipsis;
        let ts = self.list(t);
        self.unordered(
            &wanted,
            &ts,
            None,
            less,
            &|m, p, t, k| m.jsx_attr(p, t, k),
            k,
        );
    }

    fn jsx_attr(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.p(p).kind != Kind::JsxAttr || self.t(t).kind != Kind::JsxAttr {
            return self.any(p, t, k);
        }
        let (Some(name), Some(target)) = (self.pattern.kid(p, 0), self.child(t, 0)) else {
            return;
        };
        self.ident(name, target, &|m| m.each_kid(p, t, &[(1, false)], k));
    }

    /// What stands between the tags; a pattern without anything there says nothing about it.
    pub(crate) fn jsx_body(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let ps = self.kids(p);
        let ts = self.list(t);
        if self.pattern.options.xml_children_ordered {
            self.sequence(ps, &ts, true, &|m, p, t, k| m.jsx_child(p, t, k), k);
        } else {
            let dots = ps.iter().any(|kid| self.pattern.is_dots(*kid));
            let wanted: Vec<P> = ps
                .iter()
                .copied()
                .filter(|kid| !self.pattern.is_dots(*kid))
                .collect();
            self.unordered(
                &wanted,
                &ts,
                None,
                dots,
                &|m, p, t, k| m.jsx_child(p, t, k),
                k,
            );
        }
    }

    fn jsx_child(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p).kind, self.t(t).kind);
        match (pattern, target) {
            (Kind::JsxText, Kind::JsxText) => {
                let blank = |text: &str| text.chars().all(char::is_whitespace);
                if blank(self.tree.name(t)) && blank(self.tree.symbols.text(self.p(p).name)) {
                    return k(self);
                }
                self.text_literal(p, t, k);
            }
            (Kind::Metavar, Kind::JsxText) => {
                let value = crate::equal::Bound::content(t, self.t(t).span);
                self.bind(self.p(p).extra, value, k);
            }
            (Kind::JsxText, _) | (_, Kind::JsxText) | (Kind::Metavar, Kind::Jsx) => {}
            _ => self.any(p, t, k),
        }
    }
}
