//! Definitions of functions, classes, variables and fields.

use runward_syntax::{Flags, Kind, NodeId};

use super::{K, Matcher};
use crate::pattern::P;

impl<'a> Matcher<'a> {
    /// A function of any sort: declared, an expression, an arrow, a method.
    pub(crate) fn function(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p).kind, self.t(t).kind);
        let (p_at, name) = match pattern {
            Kind::FuncDef => (3, self.pattern.kid(p, 1)),
            _ => (0, None),
        };
        if !self.modifiers_ok(p, t) {
            return;
        }
        let signature = |m: &mut Self, t: NodeId, t_at: usize, k: K<'_, 'a>| {
            let (a, b) = (m.pattern.kid(p, p_at), m.child(t, t_at));
            m.exactly(a, b, &|m| {
                let (a, b) = (m.pattern.kid(p, p_at + 1), m.child(t, t_at + 1));
                m.optional(a, b, &|m| {
                    let (a, b) = (m.pattern.kid(p, p_at + 2), m.child(t, t_at + 2));
                    m.function_body(a, b, k);
                });
            });
        };
        match (pattern, target) {
            (Kind::FuncDef, Kind::FuncDef) => {
                self.each_kid(p, t, &[(0, true)], &|m| {
                    let (a, b) = (name, m.tree.present(t, 1));
                    m.entity(a, b, &|m| {
                        m.each_kid(p, t, &[(2, true)], &|m| signature(m, t, 3, k));
                    });
                });
            }
            (Kind::Lambda, Kind::Lambda) => signature(self, t, 0, k),
            // A function without a name finds any.
            (Kind::FuncDef, Kind::Lambda) => {
                let nameless = name.is_none_or(|name| {
                    self.p(name).kind == Kind::Absent || self.pattern.is_dots(name)
                });
                if nameless {
                    signature(self, t, 0, k);
                }
            }
            (Kind::Lambda, Kind::FuncDef)
                if self.is_script()
                    && (self.t(t).flags.has(Flags::METHOD)
                        || self.tree.present(t, 1).is_none()) =>
            {
                signature(self, t, 3, k);
            }
            // A field whose value is a function is a method.
            (Kind::FuncDef, Kind::Pair | Kind::Field) if self.is_script() => {
                let (name_at, value_at) = if target == Kind::Field {
                    (1, 3)
                } else {
                    (0, 1)
                };
                let Some(value) = self
                    .tree
                    .present(t, value_at)
                    .filter(|value| matches!(self.t(*value).kind, Kind::Lambda))
                else {
                    return;
                };
                if !self.modifiers_ok(p, value) {
                    return;
                }
                let Some(target_name) = self.child(t, name_at) else {
                    return;
                };
                self.entity(name, Some(target_name), &|m| signature(m, value, 0, k));
            }
            _ => {}
        }
    }

    /// The name of a definition.
    fn entity(&mut self, p: Option<P>, t: Option<NodeId>, k: K<'_, 'a>) {
        let p = p.filter(|p| self.p(*p).kind != Kind::Absent);
        match (p, t) {
            (None, None) => k(self),
            // A function expression may well have a name.
            (None, Some(_)) if self.is_script() => k(self),
            (Some(p), _) if self.pattern.is_dots(p) => k(self),
            (Some(p), Some(t)) => {
                if matches!(self.p(p).kind, Kind::Name | Kind::Str) {
                    self.ident(p, t, k);
                } else {
                    self.any(p, t, k);
                }
            }
            _ => {}
        }
    }

    fn function_body(&mut self, p: Option<P>, t: Option<NodeId>, k: K<'_, 'a>) {
        let Some(p) = p.filter(|p| self.p(*p).kind != Kind::Absent) else {
            return k(self);
        };
        let Some(t) = t.filter(|t| self.t(*t).kind != Kind::Absent) else {
            return;
        };
        let (pattern, target) = (self.p(p).kind, self.t(t).kind);
        if pattern != Kind::Block || target == Kind::Block {
            if pattern != Kind::Block && target == Kind::Block && self.is_script() {
                // `x => e` is `x => { return e }`.
                if let [only] = self.list(t).as_slice()
                    && self.t(*only).kind == Kind::Return
                    && let Some(value) = self.tree.present(*only, 0)
                {
                    self.expr(p, value, false, k);
                }
                return;
            }
            return self.block_or_one(p, t, k);
        }
        // The target is only an expression, which is what it returns.
        let wanted: Vec<P> = self
            .kids(p)
            .iter()
            .copied()
            .filter(|p| !self.pattern.is_dots(*p))
            .collect();
        match wanted.as_slice() {
            [] if !self.kids(p).is_empty() => k(self),
            [only] if matches!(self.p(*only).kind, Kind::Return) => self.stmt(*only, t, k),
            [only] if self.p(*only).kind == Kind::ExprStmt => {
                if let Some(e) = self.pattern.kid(*only, 0) {
                    if self.p(e).kind == Kind::Metavar {
                        self.expr(e, t, false, k);
                    } else {
                        self.deep(e, t, k);
                    }
                }
            }
            _ => {}
        }
    }

    /// Decorators in any order (unless the rule says otherwise); the code may have more.
    pub(crate) fn decorators(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let ts = self.list(t);
        let ps = self.kids(p);
        if self.pattern.options.decorators_order_matters {
            self.subsequence(ps, &ts, k);
        } else {
            let wanted: Vec<P> = ps
                .iter()
                .copied()
                .filter(|p| !self.pattern.is_dots(*p))
                .collect();
            self.unordered(&wanted, &ts, None, true, &|m, p, t, k| m.any(p, t, k), k);
        }
    }

    /// `@d` is `@d()`.
    pub(crate) fn decorator(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (Some(p), Some(t)) = (self.pattern.kid(p, 0), self.child(t, 0)) else {
            return;
        };
        let named = |kind| matches!(kind, Kind::Name | Kind::Attr | Kind::Metavar);
        match (self.p(p).kind, self.t(t).kind) {
            (pattern, Kind::Call) if named(pattern) => {
                let (Some(callee), Some(args)) = (self.child(t, 0), self.child(t, 1)) else {
                    return;
                };
                if self.tree.children(args).next().is_none() {
                    self.expr(p, callee, false, k);
                }
            }
            (Kind::Call, target) if named(target) => {
                let (Some(callee), Some(args)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1))
                else {
                    return;
                };
                let args = self.kids(args);
                self.expr(callee, t, false, &|m| m.arg_list(args, &[], None, 0, k));
            }
            _ => self.expr(p, t, false, k),
        }
    }

    fn subsequence(&mut self, ps: &[P], ts: &[NodeId], k: K<'_, 'a>) {
        let Some((p, rest)) = ps.split_first() else {
            return k(self);
        };
        for (at, t) in ts.iter().enumerate() {
            let left = ts.get(at + 1..).unwrap_or_default();
            self.any(*p, *t, &|m| m.subsequence(rest, left, k));
        }
    }

    pub(crate) fn class(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let target = self.t(t).kind;
        if target != Kind::ClassDef {
            return;
        }
        self.each_kid(p, t, &[(0, true)], &|m| {
            let (a, b) = (m.pattern.kid(p, 1), m.tree.present(t, 1));
            m.entity(a, b, &|m| {
                m.each_kid(p, t, &[(2, true), (3, true)], &|m| m.class_body(p, t, k));
            });
        });
    }

    /// Bases in order; the code may have more.
    pub(crate) fn bases(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if !self.is_script() {
            let ts = self.list(t);
            return self.sequence(self.kids(p), &ts, true, &|m, p, t, k| m.any(p, t, k), k);
        }
        // What is implemented comes in any order.
        let implements = |m: &Self, p: P| m.p(p).kind == Kind::Keyword;
        let kids = self.kids(p);
        let extends: Vec<P> = kids
            .iter()
            .copied()
            .filter(|p| !implements(self, *p))
            .collect();
        let others: Vec<P> = kids
            .iter()
            .copied()
            .filter(|p| implements(self, *p))
            .collect();
        let (other_ts, ts): (Vec<NodeId>, Vec<NodeId>) = self
            .tree
            .children(t)
            .partition(|t| self.t(*t).kind == Kind::Keyword);
        self.sequence(&extends, &ts, true, &|m, p, t, k| m.any(p, t, k), &|m| {
            m.unordered(
                &others,
                &other_ts,
                None,
                true,
                &|m, p, t, k| m.any(p, t, k),
                k,
            );
        });
    }

    /// Members in any order; the code may have more.
    fn class_body(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (Some(a), Some(b)) = (self.pattern.kid(p, 4), self.child(t, 4)) else {
            return;
        };
        if self.p(a).kind == Kind::Absent {
            return k(self);
        }
        let kids = self.kids(a);
        let dots = kids.iter().any(|kid| self.pattern.is_dots(*kid));
        let wanted: Vec<P> = kids
            .iter()
            .copied()
            .filter(|kid| !self.pattern.is_dots(*kid))
            .collect();
        let ts = self.list(b);
        let less = dots || self.pattern.options.implicit_ellipsis;
        let before = self.extent;
        self.unordered(
            &wanted,
            &ts,
            None,
            less,
            &|m, p, t, k| m.stmt(p, t, k),
            &|m| {
                let inner = m.extent;
                m.extent = before;
                k(m);
                m.extent = inner;
            },
        );
    }

    pub(crate) fn var_def(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        if target.kind == Kind::Field {
            return self.member(p, t, (0, 1, 2), k);
        }
        if target.kind == Kind::Export
            && let Some(inner) = self.child(t, 0)
        {
            return self.var_def(p, inner, k);
        }
        if target.kind != Kind::VarDef {
            return;
        }
        let words = Flags(Flags::CONST.0 | Flags::LET.0 | Flags::VAR.0);
        let (asked, is) = (pattern.flags.0 & words.0, target.flags.0 & words.0);
        let any_word = asked == Flags::VAR.0 && self.pattern.options.let_is_var;
        if asked != is && !any_word && asked != 0 {
            return;
        }
        let (Some(name), Some(target_name)) = (self.pattern.kid(p, 0), self.child(t, 0)) else {
            return;
        };
        self.any(name, target_name, &|m| {
            m.each_kid(p, t, &[(1, true), (2, false)], k);
        });
    }

    pub(crate) fn field_def(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        match self.t(t).kind {
            Kind::Field => self.each_kid(p, t, &[(0, true)], &|m| m.member(p, t, (1, 2, 3), k)),
            Kind::VarDef => {
                let (Some(name), Some(target_name)) = (self.pattern.kid(p, 1), self.child(t, 0))
                else {
                    return;
                };
                self.any(name, target_name, &|m| {
                    let (a, b) = (m.pattern.kid(p, 2), m.child(t, 1));
                    m.optional(a, b, &|m| {
                        let (a, b) = (m.pattern.kid(p, 3), m.child(t, 2));
                        m.exactly(a, b, k);
                    });
                });
            }
            _ => {}
        }
    }

    /// Name, type and value of a pattern against a field.
    fn member(&mut self, p: P, t: NodeId, places: (usize, usize, usize), k: K<'_, 'a>) {
        if !self.modifiers_ok(p, t) {
            return;
        }
        let (Some(name), Some(target_name)) = (self.pattern.kid(p, places.0), self.child(t, 1))
        else {
            return;
        };
        self.any(name, target_name, &|m| {
            let (a, b) = (m.pattern.kid(p, places.1), m.child(t, 2));
            m.optional(a, b, &|m| {
                let (a, b) = (m.pattern.kid(p, places.2), m.child(t, 3));
                m.exactly(a, b, k);
            });
        });
    }

    pub(crate) fn export(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let default = self.flags_ok(p, t, Flags::DEFAULT);
        if self.t(t).kind == Kind::Export && default {
            self.ordered(p, t, k);
        }
    }
}
