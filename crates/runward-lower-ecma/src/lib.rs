//! JavaScript and TypeScript (with JSX) lowered to the small tree.
//!
//! [`JavaScript`] and [`TypeScript`] parse with `oxc_parser` and lower its tree node by node. A
//! pattern is first turned into text that the same parser takes (`...` becomes an identifier that
//! no program has), then goes through the same lowering, so that code and patterns cannot differ
//! in how they are read.

mod depth;
mod lower;
mod parse;
mod pattern;

use std::sync::Arc;

use runward_syntax::{
    Frontend, Language, Limits, PatternError, PatternTree, Refused, Tree, Vocabulary,
};

/// JavaScript with JSX. A file that is no JavaScript is read as TypeScript, which is near enough
/// to Flow.
#[derive(Debug, Clone, Copy, Default)]
pub struct JavaScript;

/// TypeScript, with JSX where that is what parses: a tree knows no file name.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypeScript;

impl Frontend for JavaScript {
    fn language(&self) -> Language {
        Language::JavaScript
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        let grammars = parse::javascript_for(source);
        parse::program(source, grammars, vocabulary, limits)
    }

    fn parse_pattern(
        &self,
        pattern: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        pattern::parse(pattern, vocabulary)
    }
}

impl Frontend for TypeScript {
    fn language(&self) -> Language {
        Language::TypeScript
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        parse::program(source, parse::TYPESCRIPT, vocabulary, limits)
    }

    fn parse_pattern(
        &self,
        pattern: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        pattern::parse(pattern, vocabulary)
    }
}
