//! Terraform and the other files in HCL, by a parser that goes on after an error.

mod body;
mod comprehension;
mod cursor;
mod expression;
#[cfg(test)]
mod hostile;
mod made;
mod template;
#[cfg(test)]
mod tests;
mod value;

use std::sync::Arc;

use runward_syntax::{
    Builder, Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Tree,
    Vocabulary,
};

use crate::read::{self, PATTERN_DEPTH};
use cursor::Parser;

/// Terraform and HCL.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hcl;

impl Frontend for Hcl {
    fn language(&self) -> Language {
        Language::Terraform
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        read::file(source, vocabulary, limits, |build| {
            let parser = Parser::new(source, false, limits.depth, limits.nodes);
            lower(parser, source.len(), build)
        })
    }

    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        let lower = |build: &mut Builder| {
            let parser = Parser::new(text, true, PATTERN_DEPTH, text.len().saturating_mul(4) + 16);
            lower(parser, text.len(), build)
        };
        read::pattern(text, vocabulary, lower, root)
    }
}

fn lower(mut parser: Parser<'_>, length: usize, build: &mut Builder) -> Result<(), String> {
    let statements = if parser.is_pattern {
        parser.pattern()
    } else {
        parser.file()
    };
    if parser.too_deep {
        return Err("blocks or values are nested too deeply".to_owned());
    }
    if parser.made.is_full() {
        return Err("its tree is larger than the limits".to_owned());
    }
    build.errors.append(&mut parser.errors);
    read::program(build, length, |build| parser.made.emit(&statements, build));
    Ok(())
}

/// A single statement stands for itself, and a block or an expression for that.
fn root(tree: &Tree) -> NodeId {
    let mut statements = tree.children(NodeId::ROOT);
    let (Some(only), None) = (statements.next(), statements.next()) else {
        return NodeId::ROOT;
    };
    if tree.kind(only) == Kind::ExprStmt {
        tree.child(only, 0).unwrap_or(only)
    } else {
        only
    }
}
