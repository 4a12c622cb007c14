//! Nodes made from the bottom up.
//!
//! What an operator or an index stands behind is read before it, and the builder wants it after; so
//! nodes are kept here until the whole text has been read.

use runward_syntax::{Builder, Flags, Kind, Op, Span, Symbol};

use crate::metavar::{small, span};

/// A node that was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id(u32);

#[derive(Debug, Clone, Copy)]
struct Node<'s> {
    kind: Kind,
    op: Op,
    name: &'s str,
    span: Span,
    /// Its children are a chain from the first one on.
    first: Option<Id>,
    next: Option<Id>,
}

#[derive(Debug)]
pub(super) struct Made<'s> {
    nodes: Vec<Node<'s>>,
    limit: usize,
    is_full: bool,
}

impl<'s> Made<'s> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            nodes: Vec::new(),
            limit,
            is_full: false,
        }
    }

    /// Whether there were more nodes than are allowed; they make no tree then.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    pub(super) fn leaf(&mut self, kind: Kind, name: &'s str, span: Span) -> Id {
        self.add(kind, Op::None, name, span, &[])
    }

    pub(super) fn node(&mut self, kind: Kind, span: Span, children: &[Id]) -> Id {
        self.add(kind, Op::None, "", span, children)
    }

    pub(super) fn operation(&mut self, kind: Kind, op: Op, span: Span, children: &[Id]) -> Id {
        self.add(kind, op, "", span, children)
    }

    pub(super) fn absent(&mut self, at: usize) -> Id {
        self.leaf(Kind::Absent, "", span(at, at))
    }

    fn add(&mut self, kind: Kind, op: Op, name: &'s str, span: Span, children: &[Id]) -> Id {
        let id = Id(small(self.nodes.len()));
        if self.nodes.len() >= self.limit {
            self.is_full = true;
            return id;
        }
        // What is missing at the end of a broken text has its place behind the white space there.
        let mut span = span;
        let nexts = children.iter().skip(1).copied().map(Some);
        for (child, next) in children.iter().zip(nexts.chain([None])) {
            if let Some(node) = self.nodes.get_mut(child.0 as usize) {
                node.next = next;
                span.start = span.start.min(node.span.start);
                span.end = span.end.max(node.span.end);
            }
        }
        self.nodes.push(Node {
            kind,
            op,
            name,
            span,
            first: children.first().copied(),
            next: None,
        });
        id
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
        let node = self.nodes.get(id.0 as usize);
        node.map_or(Kind::Absent, |node| node.kind)
    }

    pub(super) fn start(&self, id: Id) -> usize {
        let node = self.nodes.get(id.0 as usize);
        node.map_or(0, |node| node.span.start as usize)
    }

    /// Adds nodes with all below them to the tree.
    pub(super) fn emit(&self, roots: &[Id], build: &mut Builder) {
        // `None` ends the node that was begun last.
        let mut steps: Vec<Option<Id>> = roots.iter().rev().copied().map(Some).collect();
        while let Some(step) = steps.pop() {
            let Some(id) = step else {
                build.close();
                continue;
            };
            let Some(node) = self.nodes.get(id.0 as usize) else {
                continue;
            };
            if build.is_full() {
                return;
            }
            let name = if node.name.is_empty() {
                Symbol::EMPTY
            } else {
                build.symbols.intern(node.name)
            };
            build.open_with(node.kind, node.op, Flags::NONE, name, node.span);
            steps.push(None);
            let from = steps.len();
            let mut next = node.first;
            while let Some(child) = next {
                steps.push(Some(child));
                next = self.nodes.get(child.0 as usize).and_then(|node| node.next);
            }
            if let Some(children) = steps.get_mut(from..) {
                children.reverse();
            }
        }
    }
}
