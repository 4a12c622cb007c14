//! Where in a tree the nodes of a kind, or with a name that some rule knows, are.

use std::sync::OnceLock;

use runward_resolve::Facts;
use runward_syntax::{Kind, NodeId, Symbol, Tree};

/// The nodes of one tree by kind and by name; built once for a file.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The end of each kind's nodes in `by_kind`.
    kind_ends: Vec<u32>,
    by_kind: Vec<NodeId>,
    /// Symbol, node; in this order.
    named: Vec<(u32, NodeId)>,
    /// The dotted names of modules that `from m import *` brings in at the top level.
    wildcards: Vec<Box<[Symbol]>>,
}

const KINDS: usize = 256;

impl Index {
    /// Looks at every node of a tree once. Names that are imported are also found by the parts of
    /// what they stand for.
    #[must_use]
    pub fn new(tree: &Tree, facts: Option<&Facts>) -> Self {
        let nodes = tree.nodes();
        let mut counts = [0_u32; KINDS];
        let mut named: Vec<(u32, NodeId)> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            if let Some(count) = counts.get_mut(node.kind as usize) {
                *count += 1;
            }
            if node.name == Symbol::EMPTY {
                continue;
            }
            let id = NodeId::at(at);
            if let Some(place) = place(node.name) {
                named.push((place, id));
            }
            if node.kind == Kind::Name
                && let Some(path) = facts.and_then(|facts| facts.path(id))
            {
                named.extend(
                    path.iter()
                        .filter(|part| **part != node.name)
                        .filter_map(|part| place(*part))
                        .map(|part| (part, id)),
                );
            }
        }
        let mut next = [0_u32; KINDS];
        let mut total = 0;
        for (next, count) in next.iter_mut().zip(counts) {
            *next = total;
            total += count;
        }
        let mut by_kind = vec![NodeId::ROOT; nodes.len()];
        for (at, node) in nodes.iter().enumerate() {
            if let Some(place) = next.get_mut(node.kind as usize) {
                if let Some(slot) = by_kind.get_mut(*place as usize) {
                    *slot = NodeId::at(at);
                }
                *place += 1;
            }
        }
        named.sort_unstable();
        Self {
            kind_ends: next.to_vec(),
            by_kind,
            named,
            wildcards: wildcards(tree),
        }
    }

    /// The index of a file without a tree.
    #[must_use]
    pub fn nothing() -> &'static Self {
        static NOTHING: OnceLock<Index> = OnceLock::new();
        NOTHING.get_or_init(Self::default)
    }

    /// The nodes of a kind, in preorder.
    #[must_use]
    pub fn kind(&self, kind: Kind) -> &[NodeId] {
        let end = |at: usize| self.kind_ends.get(at).map_or(0, |end| *end as usize);
        let start = (kind as usize).checked_sub(1).map_or(0, end);
        self.by_kind
            .get(start..end(kind as usize))
            .unwrap_or_default()
    }

    /// The nodes with a name of the vocabulary, and the imported names that stand for something with
    /// this part, in preorder.
    #[must_use]
    pub fn named(&self, symbol: Symbol) -> impl ExactSizeIterator<Item = NodeId> + '_ {
        let found = place(symbol).map_or(&[][..], |place| {
            let start = self.named.partition_point(|(other, _)| *other < place);
            let rest = self.named.get(start..).unwrap_or_default();
            let count = rest.partition_point(|(other, _)| *other == place);
            rest.get(..count).unwrap_or_default()
        });
        found.iter().map(|(_, node)| *node)
    }

    pub(crate) fn wildcards(&self) -> &[Box<[Symbol]>] {
        &self.wildcards
    }
}

fn place(symbol: Symbol) -> Option<u32> {
    symbol.in_vocabulary().and_then(|at| u32::try_from(at).ok())
}

fn wildcards(tree: &Tree) -> Vec<Box<[Symbol]>> {
    tree.children(NodeId::ROOT)
        .filter(|node| tree.kind(*node) == Kind::ImportFrom)
        .filter(|node| {
            tree.child(*node, 1).is_some_and(|names| {
                tree.children(names).any(|name| {
                    tree.child(name, 0)
                        .is_some_and(|word| tree.name(word) == "*")
                })
            })
        })
        .filter_map(|node| tree.child(node, 0))
        .map(|path| {
            tree.children(path)
                .filter(|part| tree.kind(*part) == Kind::Name)
                .map(|part| tree.node(part).name)
                .collect()
        })
        .collect()
}
