//! YAML 1.2, its plain scalars read as those of YAML 1.1.

mod lower;
mod pattern;
mod places;
mod scalar;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use runward_syntax::{
    Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Tree, Vocabulary,
};

use crate::read;

/// Bytes of a file: short entries in brackets cost the parser a microsecond a byte.
const MAX_BYTES: usize = 4 << 20;

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
        let limits = Limits {
            bytes: limits.bytes.min(MAX_BYTES),
            ..*limits
        };
        read::file(source, vocabulary, &limits, |build| {
            lower::lower(source, build, false);
            Ok(())
        })
    }

    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        let lower = |build: &mut _| {
            lower::lower(&pattern::prepare(text), build, true);
            Ok(())
        };
        read::pattern(text, vocabulary, lower, root)
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
