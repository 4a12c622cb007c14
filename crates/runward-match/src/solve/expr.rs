//! Expressions.

use runward_syntax::{Flags, Kind, Language, NodeId};

use super::{K, Matcher};
use crate::pattern::{Extra, P};

impl<'a> Matcher<'a> {
    /// An expression of the pattern against one of the file. `root`: nothing of the pattern was taken
    /// apart on the way here, so that equivalences which would only repeat a match are left out.
    pub(crate) fn expr(&mut self, p: P, t: NodeId, root: bool, k: K<'_, 'a>) {
        if !self.step() {
            return;
        }
        let (pattern, target) = (self.p(p), self.t(t));
        if !root
            && matches!(target.kind, Kind::Cast | Kind::NonNull)
            && let Some(inner) = self.child(t, 0)
        {
            self.expr(p, inner, false, k);
        }
        match pattern.kind {
            Kind::Dots => return k(self),
            Kind::Metavar => return self.metavar(p, t, root, k),
            Kind::MetavarRest => {
                let value = self.node(t);
                return self.bind(pattern.extra, value, k);
            }
            Kind::TypedMetavar => return self.typed(p, t, k),
            Kind::Deep => {
                if let Some(inner) = self.pattern.kid(p, 0) {
                    self.deep(inner, t, k);
                }
                return;
            }
            Kind::Str
            | Kind::Int
            | Kind::Float
            | Kind::Imaginary
            | Kind::Bool
            | Kind::Null
            | Kind::Regex => return self.literal(p, t, k),
            _ => {}
        }
        if target.kind == Kind::Name {
            return self.versus_name(p, t, root, k);
        }
        match pattern.kind {
            Kind::Call => self.call(p, t, k),
            Kind::Attr => self.attr(p, t, k),
            Kind::Assign => self.assign(p, t, k),
            Kind::Binary => self.binary(p, t, k),
            Kind::Unary => self.pairwise(p, t, k),
            Kind::Set | Kind::Dict => self.dict(p, t, k),
            Kind::List => self.list_literal(p, t, k),
            Kind::Comprehension => self.comprehension(p, t, k),
            Kind::Interp | Kind::StrConcat => self.interpolated(p, t, k),
            Kind::Hole => {
                if target.kind == Kind::Hole {
                    self.each_kid(p, t, &[(0, false)], k);
                }
            }
            Kind::Lambda | Kind::FuncDef => self.function(p, t, k),
            Kind::ClassDef => self.class(p, t, k),
            Kind::Name => {}
            Kind::Pair => self.pair(p, t, k),
            Kind::Yield => {
                if target.kind == Kind::Yield {
                    let (a, b) = (self.pattern.kid(p, 0), self.child(t, 0));
                    self.exactly(a, b, k);
                }
            }
            Kind::New => {
                if target.kind == Kind::New {
                    self.new_object(p, t, k);
                }
            }
            Kind::Jsx => self.jsx(p, t, k),
            Kind::Index => {
                if target.kind == Kind::Index {
                    self.each_kid(p, t, &[(0, false), (1, false)], k);
                }
            }
            Kind::Block => self.stmt(p, t, k),
            Kind::Other if self.p(p).name == target.name && target.kind == Kind::Other => {
                self.ordered(p, t, k);
            }
            kind if kind.is_statement() => self.stmt(p, t, k),
            _ => self.pairwise(p, t, k),
        }
    }

    /// Children at the given places; `true`: the pattern may leave it out.
    pub(crate) fn each_kid(&mut self, p: P, t: NodeId, places: &[(usize, bool)], k: K<'_, 'a>) {
        let Some(((at, optional), rest)) = places.split_first() else {
            return k(self);
        };
        let (a, b) = (self.pattern.kid(p, *at), self.child(t, *at));
        let next: K<'_, 'a> = &|m| m.each_kid(p, t, rest, k);
        if *optional {
            self.optional(a, b, next);
        } else {
            self.exactly(a, b, next);
        }
    }

    fn metavar(&mut self, p: P, t: NodeId, root: bool, k: K<'_, 'a>) {
        let target = self.t(t);
        if matches!(
            target.kind,
            Kind::Absent | Kind::Keyword | Kind::Pair | Kind::Args
        ) {
            return;
        }
        let value = self.node(t);
        self.bind(self.p(p).extra, value, k);
        if target.kind == Kind::Name && !root {
            self.symbolic(p, t, k);
        }
    }

    fn call(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let target = self.t(t);
        if target.kind == Kind::Decorator {
            return self.decorator_as_call(p, t, k);
        }
        if target.kind != Kind::Call {
            return;
        }
        let (Some(callee), Some(args)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1)) else {
            return;
        };
        let (Some(target_callee), Some(target_args)) = (self.child(t, 0), self.child(t, 1)) else {
            return;
        };
        let target_callee = self.without_types(callee, target_callee);
        self.expr(callee, target_callee, false, &|m| {
            m.args(args, target_args, k);
        });
    }

    /// `f<T>(…)` is `f(…)` to a pattern that has no types.
    fn without_types(&self, p: P, t: NodeId) -> NodeId {
        if self.t(t).kind == Kind::TypeApply && self.p(p).kind != Kind::TypeApply {
            self.child(t, 0).unwrap_or(t)
        } else {
            t
        }
    }

    fn new_object(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (Some(class), Some(target)) = (self.pattern.kid(p, 0), self.child(t, 0)) else {
            return;
        };
        let target = self.without_types(class, target);
        self.exactly(Some(class), Some(target), &|m| {
            m.each_kid(p, t, &[(1, false)], k);
        });
    }

    /// `f($X)` finds `@f(a)` and, without arguments, `@f`.
    fn decorator_as_call(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let Some(inner) = self.child(t, 0).filter(|_| self.pattern.options.attr_expr) else {
            return;
        };
        match self.t(inner).kind {
            Kind::Call => self.call(p, inner, k),
            Kind::Name | Kind::Attr => {
                let (Some(callee), Some(args)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1))
                else {
                    return;
                };
                let no_args = self.kids(args);
                self.expr(callee, inner, false, &|m| {
                    m.arg_list(no_args, &[], None, 0, k);
                });
            }
            _ => {}
        }
    }

    fn attr(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (Some(object), Some(field)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1)) else {
            return;
        };
        if self.pattern.is_dots(field) {
            return self.chain(object, t, k);
        }
        let chained = |flags: Flags| flags.has(Flags::OPTIONAL);
        if self.t(t).kind != Kind::Attr || chained(self.p(p).flags) != chained(self.t(t).flags) {
            return;
        }
        let (Some(target_object), Some(target_field)) = (self.child(t, 0), self.child(t, 1)) else {
            return;
        };
        // The field first: it is what most often differs.
        let step = self
            .pattern
            .kid(object, 1)
            .filter(|_| self.p(object).kind == Kind::Attr)
            .is_some_and(|field| self.pattern.is_dots(field));
        self.field(field, target_field, &|m| {
            m.expr(object, target_object, false, k);
            // `o. ... .f` finds `o.f` as well.
            if step && let Some(base) = m.pattern.kid(object, 0) {
                m.expr(base, target_object, false, k);
            }
        });
    }

    /// The name of an attribute.
    pub(crate) fn field(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        match pattern.kind {
            Kind::Metavar => {
                let value = self.node(t);
                self.bind(pattern.extra, value, k);
            }
            Kind::Name => self.ident(p, t, k),
            Kind::Dots => k(self),
            _ if target.kind != Kind::Name => self.expr(p, t, false, k),
            _ => {}
        }
    }

    /// `o. ...`: the object, or what any number of attributes and calls were made on.
    fn chain(&mut self, object: P, t: NodeId, k: K<'_, 'a>) {
        let mut at = t;
        let inner = |m: &Self, at: NodeId| match m.t(at).kind {
            Kind::Attr => m.child(at, 0),
            Kind::Call => m
                .child(at, 0)
                .filter(|callee| m.t(*callee).kind == Kind::Attr)
                .and_then(|callee| m.child(callee, 0)),
            _ => None,
        };
        if inner(self, t).is_none() {
            return;
        }
        loop {
            self.expr(object, at, false, k);
            let Some(next) = inner(self, at) else { return };
            at = next;
        }
    }

    fn assign(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (Some(left), Some(right)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1)) else {
            return;
        };
        let target = self.t(t);
        let value_at = match target.kind {
            Kind::Assign => 1,
            Kind::VarDef if self.pattern.options.vardef_assign => 2,
            Kind::Field if self.pattern.options.vardef_assign => 3,
            _ => return,
        };
        let name_at = usize::from(target.kind == Kind::Field);
        let (Some(name), Some(value)) = (self.child(t, name_at), self.tree.present(t, value_at))
        else {
            return;
        };
        self.expr(left, name, false, &|m| m.expr(right, value, false, k));
        self.tuple_assign(left, right, name, value, k);
    }

    /// `a, b = 1, 2` is also `a = 1` and `b = 2`.
    fn tuple_assign(&mut self, left: P, right: P, name: NodeId, value: NodeId, k: K<'_, 'a>) {
        if self.t(name).kind != Kind::Tuple || self.t(value).kind != Kind::Tuple {
            return;
        }
        let (names, values) = (self.list(name), self.list(value));
        if names.len() != values.len() {
            return;
        }
        for (name, value) in names.into_iter().zip(values) {
            self.expr(left, name, false, &|m| m.expr(right, value, false, k));
        }
    }

    fn list_literal(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let target = self.t(t);
        match target.kind {
            Kind::List => self.ordered(p, t, k),
            Kind::Comprehension => self.dots_versus_comprehension(p, t, k),
            _ => {}
        }
    }

    /// `[...]` and `{...}` are also comprehensions of their sort.
    fn dots_versus_comprehension(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        use runward_syntax::Op;
        let only_dots = matches!(self.kids(p), [only] if self.pattern.is_dots(*only));
        let sort = match self.p(p).kind {
            Kind::List => self.t(t).op == Op::List,
            Kind::Set | Kind::Dict => matches!(self.t(t).op, Op::Set | Op::Dict),
            _ => false,
        };
        if only_dots && sort {
            k(self);
        }
    }

    /// Sets, dictionaries, objects and mappings: in any order.
    fn dict(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let target = self.t(t).kind;
        if target == Kind::Comprehension {
            return self.dots_versus_comprehension(p, t, k);
        }
        if !matches!(target, Kind::Set | Kind::Dict) {
            return;
        }
        let kids = self.kids(p);
        let dots = kids.iter().any(|kid| self.pattern.is_dots(*kid));
        let wanted: Vec<P> = kids
            .iter()
            .copied()
            .filter(|kid| !self.pattern.is_dots(*kid))
            .collect();
        if wanted.is_empty() && dots {
            return k(self);
        }
        let ts = self.list(t);
        if self.p(p).kind != target && !(wanted.is_empty() && ts.is_empty()) {
            return;
        }
        let open = self.is_script() || self.language() == Language::Terraform;
        let less = dots || (open && self.pattern.options.implicit_ellipsis);
        self.unordered(&wanted, &ts, None, less, &|m, p, t, k| m.any(p, t, k), k);
    }

    /// `key: value`.
    pub(crate) fn pair(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let kind = self.t(t).kind;
        let (Some(key), Some(value)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1)) else {
            return;
        };
        match kind {
            Kind::Pair => {}
            // A method of an object is a field with a function.
            Kind::FuncDef | Kind::Field if self.pattern.is_dots(value) => {
                if let Some(name) = self.child(t, 1) {
                    self.key(key, name, k);
                }
                return;
            }
            Kind::Keyword if self.is_part(p) => {}
            _ => return,
        }
        let (Some(target_key), Some(target_value)) = (self.child(t, 0), self.child(t, 1)) else {
            return;
        };
        self.key(key, target_key, &|m| m.any(value, target_value, k));
    }

    fn is_part(&self, p: P) -> bool {
        p == self.pattern.root
    }

    /// A key; in scripts `a` and `"a"` are the same one.
    fn key(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        let names = |kind| matches!(kind, Kind::Name | Kind::Str);
        if self.is_script() && names(target.kind) {
            match pattern.kind {
                Kind::Metavar => {
                    let value = self.node(t);
                    return self.bind(pattern.extra, value, k);
                }
                Kind::Name | Kind::Str => return self.ident(p, t, k),
                _ => {}
            }
        }
        self.expr(p, t, false, k);
    }

    fn comprehension(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.t(t).kind == Kind::Comprehension && self.p(p).op == self.t(t).op {
            self.ordered(p, t, k);
        }
    }

    /// Whether flags that mean something to a pattern are there.
    pub(crate) fn modifiers_ok(&self, p: P, t: NodeId) -> bool {
        let script = Flags(
            Flags::ASYNC.0
                | Flags::STATIC.0
                | Flags::GETTER.0
                | Flags::SETTER.0
                | Flags::GENERATOR.0,
        );
        self.flags_ok(
            p,
            t,
            if self.is_script() {
                script
            } else {
                Flags::ASYNC
            },
        )
    }

    /// Two identifiers, not looked up.
    pub(crate) fn ident(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        match pattern.extra {
            Extra::TextRegex(regex) => {
                if self.regex_matches(regex, self.tree.name(t)) {
                    k(self);
                }
            }
            Extra::Slot(_) | Extra::TextSlot(_) | Extra::Anonymous => {
                let value = self.node(t);
                self.bind(pattern.extra, value, k);
            }
            Extra::AnyText => k(self),
            _ => {
                if pattern.name == target.name && matches!(target.kind, Kind::Name | Kind::Str) {
                    k(self);
                }
            }
        }
    }
}
