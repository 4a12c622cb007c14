//! The tree.

use std::fmt;

use crate::{Kind, Op, Span, Symbol, Symbols};

/// A node of one tree. Ids are in preorder: a node's descendants are the ids after it, up to
/// [`Node::last`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    pub const ROOT: Self = Self(0);

    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The id at a place in [`Tree::nodes`].
    #[must_use]
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// What else is true of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub u16);

impl Flags {
    pub const NONE: Self = Self(0);
    pub const ASYNC: Self = Self(1);
    pub const GENERATOR: Self = Self(1 << 1);
    pub const ARROW: Self = Self(1 << 2);
    pub const STATIC: Self = Self(1 << 3);
    pub const GETTER: Self = Self(1 << 4);
    pub const SETTER: Self = Self(1 << 5);
    pub const METHOD: Self = Self(1 << 6);
    pub const OPTIONAL: Self = Self(1 << 7);
    /// `const`, `var` without `LET` or `CONST` is `VAR`.
    pub const CONST: Self = Self(1 << 8);
    pub const LET: Self = Self(1 << 9);
    pub const VAR: Self = Self(1 << 10);
    pub const STAR: Self = Self(1 << 11);
    pub const DSTAR: Self = Self(1 << 12);
    pub const BYTES: Self = Self(1 << 13);
    pub const RAW: Self = Self(1 << 14);
    pub const SHORTHAND: Self = Self(1 << 15);
    /// For `for`: `of` rather than `in`.
    pub const OF: Self = Self(1 << 3);
    pub const WALRUS: Self = Self(1 << 3);
    pub const DEFAULT: Self = Self(1 << 4);

    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// A node; see [`Kind`] for its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub kind: Kind,
    pub op: Op,
    pub flags: Flags,
    pub name: Symbol,
    pub span: Span,
    /// The last descendant, or the node itself.
    pub last: NodeId,
    /// The root is its own parent.
    pub parent: NodeId,
}

/// A place where the parser gave up for a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub span: Span,
    pub message: String,
}

/// A source text as a tree.
#[derive(Debug, Clone)]
pub struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub symbols: Symbols,
    /// Empty where the whole text was understood.
    pub errors: Vec<SyntaxError>,
}

impl Tree {
    /// All nodes in preorder; never empty.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A node of this tree. An id of another tree gives some node of this one, never a panic.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes
            .get(id.index())
            .or_else(|| self.nodes.first())
            .unwrap_or(&NOTHING)
    }

    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The text of a node's name.
    #[must_use]
    pub fn name(&self, id: NodeId) -> &str {
        self.symbols.text(self.node(id).name)
    }

    #[must_use]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children {
            tree: self,
            next: id.0 + 1,
            last: self.node(id).last.0,
        }
    }

    /// The child at a place, from 0.
    #[must_use]
    pub fn child(&self, id: NodeId, index: usize) -> Option<NodeId> {
        self.children(id).nth(index)
    }

    /// The child at a place, unless it is [`Kind::Absent`] there.
    #[must_use]
    pub fn present(&self, id: NodeId, index: usize) -> Option<NodeId> {
        self.child(id, index)
            .filter(|child| self.kind(*child) != Kind::Absent)
    }

    /// The node and all its descendants, in preorder.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..=self.node(id).last.0).map(NodeId)
    }

    #[must_use]
    pub fn is_within(&self, inner: NodeId, outer: NodeId) -> bool {
        outer <= inner && inner <= self.node(outer).last
    }

    /// The parents of a node, nearest first, without the node itself.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut at = id;
        std::iter::from_fn(move || {
            let parent = self.node(at).parent;
            (parent != at).then(|| {
                at = parent;
                parent
            })
        })
    }
}

const NOTHING: Node = Node {
    kind: Kind::Absent,
    op: Op::None,
    flags: Flags::NONE,
    name: Symbol::EMPTY,
    span: Span { start: 0, end: 0 },
    last: NodeId::ROOT,
    parent: NodeId::ROOT,
};

/// The children of a node, in order.
#[derive(Debug, Clone)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    last: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next > self.last {
            return None;
        }
        let id = NodeId(self.next);
        self.next = self.tree.node(id).last.0 + 1;
        Some(id)
    }
}
