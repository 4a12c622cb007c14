//! Shell scripts, by the grammar of tree-sitter.

mod command;
mod expression;
mod guard;
mod lower;
mod pattern;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use runward_syntax::{
    Builder, Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Symbols,
    Tree, Vocabulary,
};

use crate::metavar::{check_size, finish, pattern as pattern_tree, pattern_builder, span};
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
        check_size(source, limits)?;
        let mut build = Builder::new(Symbols::new(Arc::clone(vocabulary)), *limits);
        build.open(Kind::Program, span(0, source.len()));
        let part = Part {
            text: source,
            base: 0,
            is_pattern: false,
            depth: limits.depth,
        };
        lower(&part, &mut build).map_err(|error| Refused {
            reason: error.to_string(),
            span: None,
        })?;
        build.close();
        finish(build)
    }

    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        let prepared = prepare(text);
        let mut build = pattern_builder();
        build.open(Kind::Program, span(0, prepared.len()));
        let part = Part {
            text: &prepared,
            base: 0,
            is_pattern: true,
            depth: 200,
        };
        lower(&part, &mut build).map_err(|error| PatternError {
            message: error.to_string(),
            span: span(0, text.len()),
        })?;
        build.close();
        pattern_tree(build, text, vocabulary, root)
    }
}

/// A single statement stands for itself, a single expression too, and a command of one word for
/// that word, as a command or as an argument.
fn root(tree: &Tree) -> NodeId {
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
        (Some(word), None) => word,
        _ => value,
    }
}
