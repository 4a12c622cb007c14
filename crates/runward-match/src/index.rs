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
    /// By symbol of the vocabulary: the end of its nodes in `by_name`.
    name_ends: Vec<u32>,
    by_name: Vec<NodeId>,
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
        let mut named: Vec<(u32, NodeId)> = Vec::with_capacity(nodes.len() / 4);
        for (at, node) in nodes.iter().enumerate() {
            if node.name == Symbol::EMPTY {
                continue;
            }
            let id = NodeId::at(at);
            named.extend(place(node.name).map(|place| (place, id)));
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
        let kinds = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| (node.kind as u32, NodeId::at(at)));
        let (kind_ends, by_kind) = grouped(KINDS, kinds);
        let vocabulary = tree.symbols.vocabulary().len();
        let (name_ends, by_name) = grouped(vocabulary, named.iter().copied());
        Self {
            kind_ends,
            by_kind,
            name_ends,
            by_name,
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
        group(&self.kind_ends, &self.by_kind, kind as usize)
    }

    /// The nodes with a name of the vocabulary, and the imported names that stand for something with
    /// this part, in preorder.
    #[must_use]
    pub fn named(&self, symbol: Symbol) -> &[NodeId] {
        let nodes = symbol
            .in_vocabulary()
            .map(|place| group(&self.name_ends, &self.by_name, place));
        nodes.unwrap_or_default()
    }

    pub(crate) fn wildcards(&self) -> &[Box<[Symbol]>] {
        &self.wildcards
    }
}

/// Nodes sorted by a small number, keeping their order otherwise, and where those of each number end.
fn grouped(
    groups: usize,
    all: impl ExactSizeIterator<Item = (u32, NodeId)> + Clone,
) -> (Vec<u32>, Vec<NodeId>) {
    let mut next = vec![0_u32; groups];
    for (group, _) in all.clone() {
        if let Some(count) = next.get_mut(group as usize) {
            *count += 1;
        }
    }
    let mut total = 0;
    for next in &mut next {
        total += std::mem::replace(next, total);
    }
    let mut sorted = vec![NodeId::ROOT; all.len()];
    for (group, node) in all {
        if let Some(place) = next.get_mut(group as usize) {
            if let Some(slot) = sorted.get_mut(*place as usize) {
                *slot = node;
            }
            *place += 1;
        }
    }
    (next, sorted)
}

fn group<'n>(ends: &[u32], nodes: &'n [NodeId], at: usize) -> &'n [NodeId] {
    let end = |at: usize| ends.get(at).map_or(0, |end| *end as usize);
    let start = at.checked_sub(1).map_or(0, end);
    nodes.get(start..end(at)).unwrap_or_default()
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
