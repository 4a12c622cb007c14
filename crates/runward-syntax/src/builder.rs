//! Making a tree.

use crate::{Flags, Kind, Limits, Node, NodeId, Op, Span, Symbol, Symbols, SyntaxError, Tree};

/// Makes a [`Tree`] from the top down: [`Builder::open`] a node, add its children, [`Builder::close`]
/// it. Past a limit nothing more is added and [`Builder::finish`] says so.
#[derive(Debug)]
pub struct Builder {
    nodes: Vec<Node>,
    open: Vec<NodeId>,
    pub symbols: Symbols,
    pub errors: Vec<SyntaxError>,
    limits: Limits,
    full: bool,
}

/// A tree would have been larger or deeper than its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its tree is larger or deeper than the limits")]
pub struct Full;

impl Builder {
    #[must_use]
    pub fn new(symbols: Symbols, limits: Limits) -> Self {
        Self {
            nodes: Vec::new(),
            open: Vec::new(),
            symbols,
            errors: Vec::new(),
            limits,
            full: false,
        }
    }

    /// Begins a node; what is added until the matching [`Builder::close`] is its children.
    pub fn open(&mut self, kind: Kind, span: Span) -> NodeId {
        self.open_with(kind, Op::None, Flags::NONE, Symbol::EMPTY, span)
    }

    pub fn open_with(
        &mut self,
        kind: Kind,
        op: Op,
        flags: Flags,
        name: Symbol,
        span: Span,
    ) -> NodeId {
        let id = NodeId::at(self.nodes.len());
        if self.nodes.len() >= self.limits.nodes || self.open.len() >= self.limits.depth {
            self.full = true;
        } else {
            self.nodes.push(Node {
                kind,
                op,
                flags,
                name,
                span,
                last: id,
                parent: self.open.last().copied().unwrap_or(id),
            });
        }
        self.open.push(id);
        id
    }

    /// Ends the node that was opened last.
    pub fn close(&mut self) {
        let last = NodeId::at(self.nodes.len().saturating_sub(1));
        if let Some(id) = self.open.pop()
            && let Some(node) = self.nodes.get_mut(id.index())
        {
            node.last = last.max(id);
        }
    }

    /// A node without children.
    pub fn leaf(&mut self, kind: Kind, text: &str, span: Span) -> NodeId {
        self.leaf_with(kind, Flags::NONE, text, span)
    }

    pub fn leaf_with(&mut self, kind: Kind, flags: Flags, text: &str, span: Span) -> NodeId {
        let name = self.symbols.intern(text);
        let id = self.open_with(kind, Op::None, flags, name, span);
        self.close();
        id
    }

    /// In the place of an optional child that the source does not have.
    pub fn absent(&mut self, at: u32) {
        self.open(Kind::Absent, Span::new(at, at));
        self.close();
    }

    /// Changes a node that is already there, open or closed.
    pub fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.index())
    }

    /// The nodes so far, the open ones with an unset `last`.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Whether a limit was reached; a lowering may stop early then.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The tree.
    ///
    /// # Errors
    /// If a limit was reached, or if nothing was added.
    pub fn finish(mut self) -> Result<Tree, Full> {
        while !self.open.is_empty() {
            self.close();
        }
        if self.full || self.nodes.is_empty() {
            return Err(Full);
        }
        Ok(Tree {
            nodes: self.nodes,
            symbols: self.symbols,
            errors: self.errors,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Vocabulary;

    fn builder(limits: Limits) -> Builder {
        Builder::new(Symbols::new(Arc::new(Vocabulary::new())), limits)
    }

    #[test]
    fn a_subtree_is_a_range_and_children_hop_over_theirs() {
        let mut build = builder(Limits::default());
        build.open(Kind::Call, Span::new(0, 4));
        build.leaf(Kind::Name, "f", Span::new(0, 1));
        build.open(Kind::Args, Span::new(1, 4));
        build.leaf(Kind::Int, "1", Span::new(2, 3));
        build.close();
        build.close();
        let tree = build.finish().unwrap();
        let children: Vec<_> = tree.children(NodeId::ROOT).collect();
        assert_eq!(children, [NodeId(1), NodeId(2)]);
        assert_eq!(tree.name(NodeId(1)), "f");
        assert_eq!(tree.subtree(NodeId(2)).count(), 2);
        assert!(tree.is_within(NodeId(3), NodeId(2)));
        assert!(!tree.is_within(NodeId(1), NodeId(2)));
        assert_eq!(
            tree.ancestors(NodeId(3)).collect::<Vec<_>>(),
            [NodeId(2), NodeId(0)]
        );
    }

    #[test]
    fn a_limit_is_an_error_and_not_a_smaller_tree() {
        let mut build = builder(Limits {
            depth: 3,
            ..Limits::default()
        });
        for _ in 0..5 {
            build.open(Kind::List, Span::default());
        }
        assert!(build.is_full());
        assert_eq!(build.finish().unwrap_err(), Full);
    }
}
