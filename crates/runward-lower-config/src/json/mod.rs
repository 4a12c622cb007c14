//! JSON, with the comments, trailing commas, bare words and single quotes that people write.

mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use runward_syntax::{
    Builder, Frontend, Kind, Language, Limits, NodeId, PatternError, PatternTree, Refused, Span,
    Symbols, Tree, Vocabulary,
};

use crate::metavar::{check_size, finish, pattern, pattern_builder};
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
        check_size(source, limits)?;
        let mut build = Builder::new(Symbols::new(Arc::clone(vocabulary)), *limits);
        build.open(
            Kind::Program,
            Span::new(0, crate::metavar::small(source.len())),
        );
        Parser::new(source, &mut build, false, limits.depth).file();
        build.close();
        finish(build)
    }

    fn parse_pattern(
        &self,
        text: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        let mut build = pattern_builder();
        Parser::new(text, &mut build, true, 200).pattern();
        pattern(build, text, vocabulary, |_| NodeId::ROOT)
    }
}
