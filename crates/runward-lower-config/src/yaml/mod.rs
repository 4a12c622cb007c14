//! YAML 1.2, its plain scalars read as those of YAML 1.1.

mod lower;
mod pattern;
mod places;
mod scalar;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use runward_syntax::{
    Builder, Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Symbols,
    Tree, Vocabulary,
};

use crate::metavar::{check_size, finish, pattern, pattern_builder};

/// YAML.
#[derive(Debug, Clone, Copy, Default)]
pub struct Yaml;

impl Frontend for Yaml {
    fn language(&self) -> Language {
        Language::Yaml
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        check_size(source, limits)?;
        let mut build = Builder::new(Symbols::new(Arc::clone(vocabulary)), *limits);
        lower::lower(source, &mut build, false);
        finish(build)
    }

    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        let mut build = pattern_builder();
        lower::lower(&pattern::prepare(text), &mut build, true);
        pattern(build, text, vocabulary, root)
    }
}

/// The value of the one document; a mapping or a sequence of one element stands for the element.
fn root(tree: &Tree) -> NodeId {
    let statement = tree.child(NodeId::ROOT, 0).unwrap_or(NodeId::ROOT);
    let value = tree.child(statement, 0).unwrap_or(statement);
    if !matches!(tree.kind(value), Kind::Dict | Kind::List) {
        return value;
    }
    let mut children = tree.children(value);
    match (children.next(), children.next()) {
        (Some(only), None) => only,
        _ => value,
    }
}
