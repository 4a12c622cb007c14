//! Shell scripts, by the grammar of tree-sitter.

mod command;
mod expression;
mod guard;
mod lines;
mod lower;
mod pattern;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use runward_syntax::{
    Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Span, Tree,
    Vocabulary,
};

use crate::read::{self, PATTERN_DEPTH};
pub(crate) use lower::{Part, lower};
pub(crate) use pattern::prepare;

/// Shell scripts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bash;

impl Frontend for Bash {
    fn language(&self) -> Language {
        Language::Bash
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        read::file(source, vocabulary, limits, |build| {
            let part = Part {
                text: source,
                base: 0,
                is_pattern: false,
                depth: limits.depth,
            };
            read::program(build, source.len(), |build| lower(&part, build))
                .map_err(|error| error.to_string())
        })
    }

    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        let prepared = prepare(text);
        let part = Part {
            text: &prepared,
            base: 0,
            is_pattern: true,
            depth: PATTERN_DEPTH,
        };
        let lower = |build: &mut _| {
            read::program(build, prepared.len(), |build| lower(&part, build))
                .map_err(|error| error.to_string())
        };
        read::pattern(text, vocabulary, lower, |tree| root(tree, &prepared))
    }
}

/// A single statement stands for itself, a single expression too, and one word for that word, as a
/// command or as an argument, unless a semicolon or a redirection makes it a command.
fn root(tree: &Tree, text: &str) -> NodeId {
    let mut statements = tree.children(NodeId::ROOT);
    let (Some(only), None) = (statements.next(), statements.next()) else {
        return NodeId::ROOT;
    };
    if tree.kind(only) != Kind::ExprStmt {
        return only;
    }
    let value = tree.child(only, 0).unwrap_or(only);
    let is_command = tree.kind(value) == Kind::Call
        && tree
            .child(value, 0)
            .is_some_and(|name| tree.name(name) == lower::COMMAND);
    let words = tree.child(value, 1).filter(|_| is_command);
    let mut words = words
        .map(|words| tree.children(words))
        .into_iter()
        .flatten();
    match (words.next(), words.next()) {
        (Some(word), None) if is_all(place(tree, word), text) => word,
        _ => value,
    }
}

fn place(tree: &Tree, id: NodeId) -> Span {
    tree.nodes()
        .get(id.index())
        .map(|node| node.span)
        .unwrap_or_default()
}

/// Whether nothing but comments stands around a place.
fn is_all(place: Span, text: &str) -> bool {
    let is_nothing = |text: &str| {
        text.lines()
            .map(str::trim)
            .all(|line| line.is_empty() || line.starts_with('#'))
    };
    let before = text.get(..place.start as usize).unwrap_or_default();
    let after = text.get(place.end as usize..).unwrap_or_default();
    is_nothing(before) && is_nothing(after)
}
