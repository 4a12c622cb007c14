//! Dockerfiles: instructions by a parser of its own, the commands in them as shell scripts.

mod instruction;
mod lines;
mod lower;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use runward_syntax::{
    Builder, Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Symbols,
    Tree, Vocabulary,
};

use crate::Bash;
use crate::metavar::{check_size, finish, pattern, pattern_builder, span};
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
        check_size(source, limits)?;
        let mut build = Builder::new(Symbols::new(Arc::clone(vocabulary)), *limits);
        build.open(Kind::Program, span(0, source.len()));
        Lowering::new(source, &mut build, false, limits.depth).file();
        build.close();
        finish(build)
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
        let mut build = pattern_builder();
        build.open(Kind::Program, span(0, text.len()));
        Lowering::new(text, &mut build, true, 200).file();
        build.close();
        pattern(build, text, vocabulary, root)
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
