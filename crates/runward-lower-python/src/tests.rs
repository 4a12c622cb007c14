//! What the tree of a text is.

use std::sync::Arc;

use runward_syntax::{Frontend as _, Kind, Limits, NodeId, PatternTree, Tree, Vocabulary};

use crate::Python;

fn tree(source: &str) -> Tree {
    Python
        .parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap()
}

/// The tree of a text that has no errors, on one line: `Kind "name"[child, child]`.
fn code(source: &str) -> String {
    let tree = tree(source);
    assert_eq!(tree.errors, [], "{source}");
    let all: Vec<_> = tree
        .children(NodeId::ROOT)
        .map(|id| brief(&tree, id))
        .collect();
    all.join("; ")
}

fn try_pattern(text: &str) -> Result<PatternTree, runward_syntax::PatternError> {
    let mut vocabulary = Vocabulary::new();
    let mut pattern = Python.parse_pattern(text, &mut vocabulary)?;
    pattern.freeze(&Arc::new(vocabulary));
    Ok(pattern)
}

fn pattern(text: &str) -> String {
    let pattern = try_pattern(text).unwrap();
    brief(&pattern.tree, pattern.root)
}

fn brief(tree: &Tree, id: NodeId) -> String {
    let node = tree.node(id);
    let mut out = match node.kind {
        Kind::Absent => return String::from("-"),
        Kind::Name | Kind::Metavar | Kind::MetavarRest | Kind::Int => tree.name(id).to_owned(),
        Kind::Str => format!("{:?}", tree.name(id)),
        Kind::Dots => String::from("..."),
        kind => format!("{kind:?}"),
    };
    if node.op != runward_syntax::Op::None {
        out = format!("{out} {:?}", node.op);
    }
    if matches!(
        node.kind,
        Kind::Other | Kind::Path | Kind::TypedMetavar | Kind::ParamSep
    ) {
        out = format!("{out} {}", tree.name(id));
    }
    let children: Vec<_> = tree.children(id).map(|child| brief(tree, child)).collect();
    if !children.is_empty() {
        out = format!("{out}[{}]", children.join(", "));
    }
    out
}

/// The texts of all nodes of a kind.
fn spans(source: &str, kind: Kind) -> Vec<&str> {
    let tree = tree(source);
    tree.nodes()
        .iter()
        .filter(|node| node.kind == kind)
        .map(|node| node.span.text(source))
        .collect()
}

mod code;
mod hostile;
mod legacy;
mod patterns;
mod spans;
