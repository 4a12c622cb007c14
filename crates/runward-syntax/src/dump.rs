//! A tree as text, for tests and for `rules show --tree`.

use std::fmt::Write as _;

use crate::{NodeId, Op, Tree};

impl Tree {
    /// One line a node, indented by depth: kind, operator, name, and the span where asked.
    #[must_use]
    pub fn dump(&self, spans: bool) -> String {
        let mut out = String::new();
        let mut ends: Vec<NodeId> = Vec::new();
        for (index, node) in self.nodes().iter().enumerate() {
            let id = NodeId::at(index);
            while ends.last().is_some_and(|end| *end < id) {
                ends.pop();
            }
            for _ in &ends {
                out.push_str("  ");
            }
            let _ = write!(out, "{:?}", node.kind);
            if node.op != Op::None {
                let _ = write!(out, " {:?}", node.op);
            }
            let name = self.symbols.text(node.name);
            if !name.is_empty() {
                let _ = write!(out, " {name:?}");
            }
            if node.flags.0 != 0 {
                let _ = write!(out, " {:?}", node.flags);
            }
            if spans {
                let _ = write!(out, " {}..{}", node.span.start, node.span.end);
            }
            out.push('\n');
            if node.last > id {
                ends.push(node.last);
            }
        }
        out
    }
}
