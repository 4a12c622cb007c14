//! JSON, with the comments, trailing commas, bare words and single quotes that people write.

mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use runward_syntax::{
    Frontend, Language, Limits, NodeId, PatternError, PatternTree, Refused, Tree, Vocabulary,
};

use crate::read::{self, PATTERN_DEPTH};
use parse::Parser;

/// JSON.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl Frontend for Json {
    fn language(&self) -> Language {
        Language::Json
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        read::file(source, vocabulary, limits, |build| {
            read::program(build, source.len(), |build| {
                Parser::new(source, build, false, limits.depth).file();
            });
            Ok(())
        })
    }

    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        let lower = |build: &mut _| {
            Parser::new(text, build, true, PATTERN_DEPTH).pattern();
            Ok(())
        };
        read::pattern(text, vocabulary, lower, |_| NodeId::ROOT)
    }
}
