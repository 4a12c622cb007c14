//! Dockerfiles: instructions by a parser of its own, the commands in them as shell scripts.

mod instruction;
mod lines;
mod lower;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use runward_syntax::{
    Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Tree, Vocabulary,
};

use crate::Bash;
use crate::read::{self, PATTERN_DEPTH};
use lower::Lowering;

/// Dockerfiles.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dockerfile;

impl Frontend for Dockerfile {
    fn language(&self) -> Language {
        Language::Dockerfile
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        read::file(source, vocabulary, limits, |build| {
            read::program(build, source.len(), |build| {
                Lowering::new(source, build, false, limits.depth).file();
            });
            Ok(())
        })
    }

    /// Instructions, or else a script, which matches in the commands of instructions.
    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        if !lines::is_dockerfile(text) {
            return Bash.parse_pattern(text, vocabulary);
        }
        let lower = |build: &mut _| {
            read::program(build, text.len(), |build| {
                Lowering::new(text, build, true, PATTERN_DEPTH).file();
            });
            Ok(())
        };
        read::pattern(text, vocabulary, lower, root)
    }
}

fn root(tree: &Tree) -> NodeId {
    let mut statements = tree.children(NodeId::ROOT);
    match (statements.next(), statements.next()) {
        (Some(only), None) if tree.kind(only) == Kind::ExprStmt => {
            tree.child(only, 0).unwrap_or(only)
        }
        (Some(only), None) => only,
        _ => NodeId::ROOT,
    }
}
