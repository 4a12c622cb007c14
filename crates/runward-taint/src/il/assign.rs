//! Places, and what is assigned to them.

use runward_resolve::Constant;
use runward_syntax::{Kind, NodeId, Span};

use super::{Base, Builder, Exp, ExpressionKind, Key, Offset, Place};

impl Builder<'_> {
    /// The place that an expression names; what is no place is kept in a temporary first.
    pub(super) fn place(&mut self, node: NodeId) -> Place {
        let tree = self.tree;
        let span = self.span(node);
        match self.kind(node) {
            Kind::Name if self.is_self(node) => Place {
                base: Base::This { at: span },
                offsets: Vec::new(),
            },
            Kind::Name => {
                let variable = self.variable(node);
                Place::variable(variable, Some(span))
            }
            Kind::This | Kind::Super => Place {
                base: Base::This { at: span },
                offsets: Vec::new(),
            },
            Kind::Attr | Kind::Index => {
                let (Some(object), Some(part)) = (tree.child(node, 0), tree.child(node, 1)) else {
                    return self.temporary();
                };
                let mut place = self.nested(object);
                let is_field = self.kind(node) == Kind::Attr;
                let is_first = place.offsets.is_empty() && matches!(place.base, Base::This { .. });
                let variable = (is_field && is_first).then(|| {
                    let variable = self.variable(part);
                    self.fields.note(tree.node(part).name, variable);
                    variable
                });
                let (key, index) = if is_field {
                    (Key::Field(tree.node(part).name), None)
                } else {
                    let index = self.expression(part);
                    (self.key(part), Some(index))
                };
                place.offsets.push(Offset {
                    key,
                    index,
                    place: Some(span),
                    variable,
                });
                place
            }
            _ => {
                let value = self.expression(node);
                self.kept(value, Some(span))
            }
        }
    }

    fn nested(&mut self, object: NodeId) -> Place {
        let span = self.span(object);
        let value = self.expression(object);
        self.kept(value, Some(span))
    }

    /// The place that holds a value: its own, or a temporary.
    fn kept(&mut self, value: Exp, span: Option<Span>) -> Place {
        if let Some(ExpressionKind::Read(place)) = self.kind_of(value) {
            return place.clone();
        }
        let temporary = self.temporary();
        self.assign_to(temporary.clone(), value, span);
        temporary
    }

    /// A variable that holds a value: its own, or a temporary.
    pub(super) fn variable_of(&mut self, value: Exp) -> Place {
        if let Some(ExpressionKind::Read(place)) = self.kind_of(value)
            && place.offsets.is_empty()
        {
            return place.clone();
        }
        let temporary = self.temporary();
        self.assign_to(temporary.clone(), value, None);
        temporary
    }

    /// `self` in Python, wherever it stands.
    fn is_self(&self, name: NodeId) -> bool {
        !self.is_ecma() && self.tree.name(name) == "self"
    }

    fn key(&self, index: NodeId) -> Key {
        let node = self.tree.node(index);
        match node.kind {
            Kind::Str => Key::Text(node.name),
            Kind::Int => self.tree.name(index).parse().map_or(Key::Any, Key::Number),
            _ => match self.facts.constant(index) {
                Some(Constant::Str(text)) => Key::Text(*text),
                Some(Constant::Int(number)) => i64::try_from(*number).map_or(Key::Any, Key::Number),
                _ => Key::Any,
            },
        }
    }

    /// Assigns a value; gives what the assignment is worth as an expression.
    pub(super) fn assign(&mut self, target: NodeId, value: Exp, place: Option<Span>) -> Exp {
        let tree = self.tree;
        match self.kind(target) {
            Kind::Name | Kind::Attr | Kind::Index => {
                let span = self.span(target);
                let to = self.place(target);
                self.assign_to(to.clone(), value, place);
                self.read(to, Some(span), Some(target))
            }
            Kind::Tuple | Kind::List => {
                let whole = self.temporary();
                self.assign_to(whole.clone(), value, place);
                let parts: Vec<NodeId> = tree.children(target).collect();
                let mut values = Vec::with_capacity(parts.len());
                for (index, part) in parts.into_iter().enumerate() {
                    let key = i64::try_from(index).map_or(Key::Any, Key::Number);
                    values.push(self.assign_part(part, &whole, key, place));
                }
                let span = self.span(target);
                self.exp(
                    ExpressionKind::Sequence(values.into()),
                    Some(span),
                    Some(target),
                )
            }
            Kind::Dict => {
                let whole = self.variable_of(value);
                self.assign_fields(target, &whole);
                let span = self.span(target);
                self.exp(ExpressionKind::Opaque(None), Some(span), Some(target))
            }
            Kind::VarDef => match tree.child(target, 0) {
                Some(inner) => self.assign(inner, value, place),
                None => self.unit(),
            },
            // `*rest`, `...rest`, `{a = default}`, `[a = default]`.
            Kind::Spread | Kind::Assign => match tree.child(target, 0) {
                Some(inner) => {
                    let value = self.beyond(target, value);
                    self.assign(inner, value, place)
                }
                None => self.unit(),
            },
            _ => {
                let temporary = self.temporary();
                self.assign_to(temporary, value, place);
                self.opaque(target)
            }
        }
    }

    fn assign_part(&mut self, part: NodeId, whole: &Place, key: Key, place: Option<Span>) -> Exp {
        let span = self.span(part);
        let mut from = whole.clone();
        from.offsets.push(Offset {
            key,
            index: None,
            place: None,
            variable: None,
        });
        let value = self.read(from, Some(span), None);
        self.assign(part, value, place)
    }

    /// `{a, b: c, d: {e}} = whole`.
    fn assign_fields(&mut self, pattern: NodeId, whole: &Place) {
        let tree = self.tree;
        for pair in tree.children(pattern) {
            match self.kind(pair) {
                Kind::Pair => {
                    let (Some(key), Some(target)) = (tree.child(pair, 0), tree.child(pair, 1))
                    else {
                        continue;
                    };
                    let span = self.span(key);
                    let mut from = whole.clone();
                    from.offsets.push(Offset {
                        key: match self.kind(key) {
                            Kind::Name => Key::Field(tree.node(key).name),
                            Kind::Str => Key::Text(tree.node(key).name),
                            _ => Key::Any,
                        },
                        index: None,
                        place: None,
                        variable: None,
                    });
                    if self.kind(target) == Kind::Dict {
                        self.assign_fields(target, &from);
                    } else {
                        let value = self.read(from, Some(span), None);
                        self.assign(target, value, Some(span));
                    }
                }
                Kind::Spread => {
                    let span = self.span(pair);
                    let value = self.read(whole.clone(), Some(span), None);
                    self.assign(pair, value, Some(span));
                }
                _ => {}
            }
        }
    }

    /// What a loop or a `with` binds.
    pub(super) fn bind(&mut self, pattern: NodeId, value: Exp, place: Option<Span>) {
        let tree = self.tree;
        match self.kind(pattern) {
            Kind::Name | Kind::Spread => {
                self.assign(pattern, value, place);
            }
            // Semgrep knows no patterns in the loops of JavaScript.
            Kind::Tuple | Kind::List | Kind::Dict if self.is_ecma() => {
                let value = self.beyond(pattern, value);
                self.assign(pattern, value, place);
            }
            Kind::Tuple | Kind::List => {
                let whole = self.temporary();
                self.assign_to(whole.clone(), value, place);
                let parts: Vec<NodeId> = tree.children(pattern).collect();
                for (index, part) in parts.into_iter().enumerate() {
                    let key = i64::try_from(index).map_or(Key::Any, Key::Number);
                    let span = self.span(part);
                    let mut from = whole.clone();
                    from.offsets.push(Offset {
                        key,
                        index: None,
                        place: None,
                        variable: None,
                    });
                    let value = self.read(from, Some(span), None);
                    self.bind(part, value, Some(span));
                }
            }
            Kind::VarDef => {
                if let Some(inner) = tree.child(pattern, 0) {
                    self.bind(inner, value, place);
                }
            }
            _ => {}
        }
    }
}
