//! When two values of one metavariable are the same code.

use runward_resolve::{Constant, Facts};
use runward_syntax::{Flags, Kind, NodeId, Span, Symbol, Tree};

use crate::bindings::{Value, What};
use crate::pattern::{float, int};

/// A value while matching; cheap to copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound<'a> {
    pub(crate) span: Span,
    pub(crate) node: Option<NodeId>,
    pub(crate) what: What,
    pub(crate) text: Option<&'a str>,
}

impl<'a> Bound<'a> {
    pub(crate) fn node(t: NodeId, span: Span) -> Self {
        Self {
            span,
            node: Some(t),
            what: What::Node,
            text: None,
        }
    }

    pub(crate) fn nodes(first: NodeId, last: NodeId, span: Span) -> Self {
        let what = if first == last {
            What::Node
        } else {
            What::Nodes(last)
        };
        Self {
            span,
            node: Some(first),
            what,
            text: None,
        }
    }

    pub(crate) fn nothing(at: u32) -> Self {
        Self {
            span: Span::new(at, at),
            node: None,
            what: What::Nothing,
            text: None,
        }
    }

    pub(crate) fn content(t: NodeId, span: Span) -> Self {
        Self {
            span,
            node: Some(t),
            what: What::Content,
            text: None,
        }
    }

    /// What tells two values at one place apart.
    pub(crate) fn what_key(&self) -> (u8, u32) {
        match self.what {
            What::Node => (0, 0),
            What::Nodes(last) => (1, u32::try_from(last.index()).unwrap_or(u32::MAX)),
            What::Nothing => (2, 0),
            What::Content => (3, 0),
            What::Path(count) => (4, u32::from(count)),
            What::Part(_) => (5, 0),
            What::Text => (6, 0),
        }
    }

    pub(crate) fn from_value(value: &'a Value) -> Self {
        Self {
            span: value.span,
            node: value.node,
            what: value.what,
            text: value.text.as_deref(),
        }
    }
}

/// What the comparison may look at.
#[derive(Clone, Copy)]
pub(crate) struct Comparer<'a> {
    pub(crate) tree: Option<&'a Tree>,
    pub(crate) facts: Option<&'a Facts>,
    pub(crate) source: &'a str,
    /// `unify_ids_strictly`.
    pub(crate) strict: bool,
    /// `constant_propagation`.
    pub(crate) constants: bool,
}

impl Comparer<'_> {
    /// About how many nodes a comparison looks at.
    pub(crate) fn cost(&self, one: &Bound<'_>) -> u64 {
        match (one.node, self.tree) {
            (Some(node), Some(tree)) => {
                let last = tree.node(node).last.index();
                (last.saturating_sub(node.index()) / 8) as u64
            }
            _ => 1,
        }
    }

    pub(crate) fn same_values(&self, one: &Value, other: &Value) -> bool {
        self.same(&Bound::from_value(one), &Bound::from_value(other))
    }

    pub(crate) fn same(&self, one: &Bound<'_>, other: &Bound<'_>) -> bool {
        if one.text.is_some() || other.text.is_some() {
            return self.text(one) == self.text(other);
        }
        match (one.what, other.what) {
            (What::Node, What::Node) => match (one.node, other.node, self.tree) {
                (Some(one), Some(other), Some(tree)) => self.nodes(tree, one, other),
                _ => self.text(one) == self.text(other),
            },
            (What::Nodes(last), What::Nodes(other_last)) => {
                match (one.node, other.node, self.tree) {
                    (Some(a), Some(b), Some(tree)) => {
                        self.range(tree, a, tree.node(last).last, b, tree.node(other_last).last)
                    }
                    _ => false,
                }
            }
            (What::Nothing, What::Nothing) => true,
            (What::Content, What::Content) | (What::Text, _) | (_, What::Text) => {
                self.text(one) == self.text(other)
            }
            // `"$X"` and the name `$X`, where the name is no variable of the file.
            (What::Content, What::Node) => self.content_is_name(one, other),
            (What::Node, What::Content) => self.content_is_name(other, one),
            (What::Path(_) | What::Part(_), What::Path(_) | What::Part(_) | What::Node)
            | (What::Node, What::Path(_) | What::Part(_)) => self.dotted(one) == self.dotted(other),
            _ => false,
        }
    }

    fn content_is_name(&self, content: &Bound<'_>, name: &Bound<'_>) -> bool {
        let (Some(tree), Some(node)) = (self.tree, name.node) else {
            return false;
        };
        tree.kind(node) == Kind::Name
            && self
                .facts
                .is_none_or(|facts| facts.variable(node).is_none())
            && self.text(content) == tree.name(node)
    }

    fn text<'b>(&'b self, one: &'b Bound<'_>) -> &'b str {
        match (one.text, one.what, self.tree) {
            (Some(text), ..) => text,
            (None, What::Part(symbol), Some(tree)) => tree.symbols.text(symbol),
            _ => one.span.text(self.source),
        }
    }

    /// A name or a full name, part by part.
    fn dotted(&self, one: &Bound<'_>) -> Option<Vec<Symbol>> {
        let (tree, node) = (self.tree?, one.node?);
        match one.what {
            What::Part(symbol) => Some(vec![symbol]),
            What::Path(count) => Some(
                self.facts?
                    .path(node)?
                    .iter()
                    .take(count as usize)
                    .copied()
                    .collect(),
            ),
            _ => {
                let mut parts = Vec::new();
                let mut at = node;
                while tree.kind(at) == Kind::Attr {
                    parts.push(tree.node(tree.child(at, 1)?).name);
                    at = tree.child(at, 0)?;
                }
                (tree.kind(at) == Kind::Name).then(|| parts.push(tree.node(at).name))?;
                parts.reverse();
                Some(parts)
            }
        }
    }

    /// Two subtrees, spans aside.
    fn nodes(&self, tree: &Tree, one: NodeId, other: NodeId) -> bool {
        if one == other {
            return true;
        }
        let (a, b) = (tree.node(one), tree.node(other));
        // A statement that is only an expression, and that expression.
        if a.kind != b.kind {
            if a.kind == Kind::Param || b.kind == Kind::Param {
                return self.param(tree, one, other);
            }
            return self.constants && self.constant_is(tree, one, other);
        }
        self.range(tree, one, a.last, other, b.last)
    }

    /// A parameter and a use of its name.
    fn param(&self, tree: &Tree, one: NodeId, other: NodeId) -> bool {
        let name = |node| match tree.kind(node) {
            Kind::Param => tree.child(node, 0),
            _ => Some(node),
        };
        match (name(one), name(other)) {
            (Some(one), Some(other)) => {
                tree.kind(one) == tree.kind(other) && self.nodes(tree, one, other)
            }
            _ => false,
        }
    }

    fn range(&self, tree: &Tree, a: NodeId, a_last: NodeId, b: NodeId, b_last: NodeId) -> bool {
        let count = a_last.index().saturating_sub(a.index());
        if count != b_last.index().saturating_sub(b.index()) {
            return false;
        }
        let alone = count == 0;
        (0..=count).all(|step| {
            let (one, other) = (NodeId::at(a.index() + step), NodeId::at(b.index() + step));
            let (x, y) = (tree.node(one), tree.node(other));
            if x.kind != y.kind
                || x.op != y.op
                || x.last.index() - one.index() != y.last.index() - other.index()
            {
                return false;
            }
            match x.kind {
                Kind::Name => x.name == y.name && self.variables(one, other, alone),
                Kind::Str => {
                    x.name == y.name && x.flags.has(Flags::BYTES) == y.flags.has(Flags::BYTES)
                }
                Kind::Int => x.name == y.name || int(tree.name(one)) == int(tree.name(other)),
                Kind::Float => x.name == y.name || float(tree.name(one)) == float(tree.name(other)),
                _ => x.name == y.name,
            }
        })
    }

    /// A name that is resolved is not another one of the same text; a name that is not may be.
    fn variables(&self, one: NodeId, other: NodeId, _alone: bool) -> bool {
        let Some(facts) = self.facts else {
            return true;
        };
        match (facts.variable(one), facts.variable(other)) {
            (Some(one), Some(other)) => !self.strict || one == other,
            _ => true,
        }
    }

    /// A name that is known to be a constant, and that constant.
    fn constant_is(&self, tree: &Tree, one: NodeId, other: NodeId) -> bool {
        let (name, literal) = match (tree.kind(one), tree.kind(other)) {
            (Kind::Name, _) => (one, other),
            (_, Kind::Name) => (other, one),
            _ => return false,
        };
        let Some(constant) = self.facts.and_then(|facts| facts.constant(name)) else {
            return false;
        };
        let node = tree.node(literal);
        match (node.kind, constant) {
            (Kind::Str, Constant::Str(text)) => node.name == *text,
            (Kind::Int, Constant::Int(value)) => int(tree.name(literal)) == Some(*value),
            (Kind::Bool, Constant::Bool(value)) => tree
                .name(literal)
                .eq_ignore_ascii_case(if *value { "true" } else { "false" }),
            (Kind::Float, Constant::Float(value)) => float(tree.name(literal)) == Some(*value),
            _ => false,
        }
    }
}
