//! Calls, and what is like one.

use runward_syntax::{Kind, NodeId, Symbol};

use super::{Argument, Builder, Call, Exp, ExpressionKind, InstructionKind, Key, Offset, Place};

/// Functions and methods that hand the elements of something to a function.
const HIGHER: &[&str] = &[
    "map",
    "filter",
    "sorted",
    "reduce",
    "sort",
    "min",
    "max",
    "forEach",
    "flatMap",
    "some",
    "every",
    "find",
    "findIndex",
    "findLast",
    "reduceRight",
    "then",
    "starmap",
    "takewhile",
    "dropwhile",
    "filterfalse",
    "groupby",
    "accumulate",
];

impl Builder<'_> {
    pub(super) fn call(&mut self, node: NodeId, void: bool) -> Exp {
        let tree = self.tree;
        let mark = self.lambdas.len();
        let Some(callee) = tree.child(node, 0) else {
            return self.unit();
        };
        if let Some(object) = self.concat_object(callee) {
            let object = self.expression(object);
            let mut parts = vec![object];
            parts.extend(self.arguments(node).iter().map(|argument| argument.value));
            let result = self.special(node, parts);
            self.lambdas_since(mark);
            return result;
        }
        let is_higher = self.is_higher(callee);
        let callee = self.expression(callee);
        let arguments = self.arguments(node);
        let given = if is_higher && self.lambdas.len() > mark {
            self.given_to_lambdas(callee, &arguments)
        } else {
            Vec::new()
        };
        let result = self.called(node, callee, arguments, void);
        self.given = given;
        self.lambdas_since(mark);
        result
    }

    /// Whether what is called calls the functions that it is given with parts of its other
    /// arguments, or of the object that it is a method of.
    pub(super) fn is_higher(&self, callee: NodeId) -> bool {
        let name = match self.kind(callee) {
            Kind::Name => Some(callee),
            Kind::Attr => self.tree.child(callee, 1),
            _ => None,
        };
        name.is_some_and(|name| HIGHER.contains(&self.tree.name(name)))
    }

    fn given_to_lambdas(&mut self, callee: Exp, arguments: &[Argument]) -> Vec<Exp> {
        let object = match self.kind_of(callee) {
            Some(ExpressionKind::Read(place)) if !place.offsets.is_empty() => {
                let mut object = place.clone();
                object.offsets.pop();
                Some(object)
            }
            _ => None,
        };
        let object = object.map(|object| self.read(object, None, None));
        let is_lambda = |exp: Exp| {
            let node = self
                .expressions
                .get(exp.0 as usize)
                .and_then(|exp| exp.node);
            node.is_some_and(|node| matches!(self.kind(node), Kind::Lambda | Kind::FuncDef))
        };
        let arguments = arguments.iter().map(|argument| argument.value);
        object
            .into_iter()
            .chain(arguments.filter(|value| !is_lambda(*value)))
            .collect()
    }

    /// The object of `object.concat(…)`.
    fn concat_object(&self, callee: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let method = tree.child(callee, 1)?;
        (self.kind(callee) == Kind::Attr && tree.name(method) == "concat")
            .then(|| tree.child(callee, 0))?
    }

    fn called(&mut self, node: NodeId, callee: Exp, arguments: Vec<Argument>, void: bool) -> Exp {
        let span = self.span(node);
        let call = Call {
            node: Some(node),
            callee,
            arguments: arguments.into(),
            is_higher: self
                .tree
                .child(node, 0)
                .is_some_and(|callee| self.is_higher(callee)),
        };
        if void {
            self.instruction(InstructionKind::Call(call), None, Some(span));
            return self.unit();
        }
        let target = self.temporary();
        self.instruction(
            InstructionKind::Call(call),
            Some(target.clone()),
            Some(span),
        );
        self.read(target, None, Some(node))
    }

    /// The arguments of a `Call` or `New`.
    fn arguments(&mut self, node: NodeId) -> Vec<Argument> {
        let tree = self.tree;
        let Some(args) = tree.child(node, 1) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for arg in tree.children(args) {
            let kind = self.kind(arg);
            let name: Option<Symbol> = (kind == Kind::Keyword)
                .then(|| tree.child(arg, 0).map(|name| tree.node(name).name))
                .flatten();
            let value = self.expression(arg);
            all.push(Argument {
                value,
                name,
                is_spread: matches!(kind, Kind::Spread | Kind::SpreadDict),
            });
        }
        all
    }

    /// `target = new C(…)`.
    pub(super) fn construct(&mut self, node: NodeId, target: Place) {
        let mark = self.lambdas.len();
        let arguments = self.arguments(node);
        let callee = self.unit();
        let span = self.span(node);
        self.instruction(
            InstructionKind::New(Call {
                node: Some(node),
                callee,
                arguments: arguments.into(),
                is_higher: false,
            }),
            Some(target),
            Some(span),
        );
        self.lambdas_since(mark);
    }

    /// `a << b` as a statement is taken as a call of a method of `a`.
    pub(super) fn binary_for_effect(&mut self, node: NodeId, left: NodeId, right: NodeId) -> Exp {
        let left = self.expression(left);
        let right = self.expression(right);
        let mut object = self.variable_of(left);
        let span = self.span(node);
        object.offsets.push(Offset {
            key: Key::Any,
            index: None,
            place: None,
            variable: None,
        });
        let callee = self.read(object, None, None);
        self.instruction(
            InstructionKind::Call(Call {
                node: None,
                callee,
                arguments: vec![Argument {
                    value: right,
                    name: None,
                    is_spread: false,
                }]
                .into(),
                is_higher: false,
            }),
            None,
            Some(span),
        );
        self.unit()
    }

    /// `` tag`…` ``: a call with the pieces.
    pub(super) fn tagged(&mut self, node: NodeId) -> Exp {
        let tree = self.tree;
        let Some(tag) = tree.child(node, 0) else {
            return self.unit();
        };
        let callee = self.expression(tag);
        let mut arguments = Vec::new();
        if let Some(template) = tree.child(node, 1) {
            let parts: Vec<NodeId> = match self.kind(template) {
                Kind::Interp => tree.children(template).collect(),
                _ => vec![template],
            };
            for value in self.all(parts) {
                arguments.push(Argument {
                    value,
                    name: None,
                    is_spread: false,
                });
            }
        }
        self.called(node, callee, arguments, false)
    }

    /// `<Tag a={b}>{c}</Tag>` is `Tag({children: [c], a: b})`; a fragment is what it holds.
    pub(super) fn jsx(&mut self, node: NodeId, void: bool) -> Exp {
        let tree = self.tree;
        let span = self.span(node);
        let mut body = Vec::new();
        for child in self
            .present(node, 2)
            .into_iter()
            .flat_map(|body| tree.children(body))
        {
            match self.kind(child) {
                Kind::JsxText | Kind::Absent => {}
                Kind::Jsx => body.push(self.jsx(child, false)),
                _ => {
                    let span = self.span(child);
                    let value = self.expression(child);
                    let kept = self.variable_of(value);
                    body.push(self.read(kept, Some(span), Some(child)));
                }
            }
        }
        let tag = self.present(node, 0);
        let callee = tag.map(|tag| self.expression(tag));
        let mut fields = Vec::new();
        for attribute in self
            .present(node, 1)
            .into_iter()
            .flat_map(|attributes| tree.children(attributes))
        {
            let value = match self.kind(attribute) {
                Kind::JsxAttr => self.present(attribute, 1),
                _ => tree.child(attribute, 0),
            };
            if let Some(value) = value {
                let span = self.span(value);
                let exp = self.expression(value);
                let kept = self.variable_of(exp);
                fields.push(self.read(kept, Some(span), Some(value)));
            }
        }
        let body = self.exp(ExpressionKind::Sequence(body.into()), None, None);
        let Some(callee) = callee else {
            fields.push(body);
            return self.exp(
                ExpressionKind::Sequence(fields.into()),
                Some(span),
                Some(node),
            );
        };
        fields.insert(0, body);
        let record = self.exp(ExpressionKind::Bag(fields.into()), None, None);
        let argument = Argument {
            value: record,
            name: None,
            is_spread: false,
        };
        self.called(node, callee, vec![argument], void)
    }
}
