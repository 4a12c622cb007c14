//! The graph of the steps of a function.

use runward_syntax::Span;

use super::{Exp, Instruction, Variable};

/// The place of a node in [`Graph::nodes`].
pub(crate) type NodeIndex = u32;

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Nothing,
    Instruction(Box<Instruction>),
    /// A condition, or what is thrown.
    Evaluate(Exp),
    Return {
        value: Exp,
        /// The word `return`.
        word: Option<Span>,
    },
    /// A value is given by a generator.
    Yield(Exp),
    /// Here a generator goes on after it gave a value. In Semgrep it does not.
    Resume,
    /// A lambda begins: its parameters are new variables, which hold what it is given.
    Lambda {
        parameters: Box<[(Variable, Span)]>,
        given: Box<[Exp]>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) step: Step,
    pub(crate) next: Vec<NodeIndex>,
    pub(crate) before: Vec<NodeIndex>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
}

/// The node at which a function is entered, and the one at which it is left.
pub(crate) const ENTRY: NodeIndex = 0;
pub(crate) const EXIT: NodeIndex = 1;

impl Graph {
    pub(crate) fn new() -> Self {
        let mut graph = Self::default();
        graph.add(Step::Nothing);
        graph.add(Step::Nothing);
        graph
    }

    pub(crate) fn add(&mut self, step: Step) -> NodeIndex {
        let index = u32::try_from(self.nodes.len()).unwrap_or(EXIT);
        self.nodes.push(Node {
            step,
            next: Vec::new(),
            before: Vec::new(),
        });
        index
    }

    pub(crate) fn node(&self, index: NodeIndex) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    pub(crate) fn link(&mut self, from: NodeIndex, to: NodeIndex) {
        if let Some(node) = self.nodes.get_mut(from as usize) {
            if node.next.contains(&to) {
                return;
            }
            node.next.push(to);
        }
        if let Some(node) = self.nodes.get_mut(to as usize) {
            node.before.push(from);
        }
    }

    /// The nodes that can be reached, each after those before it as far as there are no loops.
    pub(crate) fn order(&self) -> Vec<NodeIndex> {
        let mut seen = vec![false; self.nodes.len()];
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut open: Vec<(NodeIndex, usize)> = vec![(ENTRY, 0)];
        if let Some(first) = seen.first_mut() {
            *first = true;
        }
        while let Some((node, child)) = open.pop() {
            let next = self
                .node(node)
                .and_then(|node| node.next.get(child).copied());
            let Some(next) = next else {
                order.push(node);
                continue;
            };
            open.push((node, child + 1));
            if let Some(seen) = seen.get_mut(next as usize)
                && !*seen
            {
                *seen = true;
                open.push((next, 0));
            }
        }
        order.reverse();
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_ordered_before_what_follows_it() {
        let mut graph = Graph::new();
        let head = graph.add(Step::Nothing);
        let body = graph.add(Step::Nothing);
        graph.link(ENTRY, head);
        graph.link(head, body);
        graph.link(body, head);
        graph.link(head, EXIT);
        let order = graph.order();
        assert_eq!(order.len(), 4);
        assert_eq!(order[..2], [ENTRY, head]);
        graph.add(Step::Nothing);
        assert_eq!(graph.order().len(), 4, "what cannot be reached is left out");
    }
}
