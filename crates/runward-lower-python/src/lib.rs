//! Python lowered to the small tree.
//!
//! Ruff's parser reads the text, and recovers where it can; `lower` turns its tree into ours. What
//! the parser does not keep or cannot take is seen to beside it: brackets that only group and nesting
//! without end (`shape`), Python 2 (`legacy`), and what only patterns say (`rewrite`).
//!
//! Spans are those that rules are reported with: a parenthesised expression has its parentheses, a
//! `with` begins at its first expression, a `for` ends before its `else`, each of `import a, b` begins
//! at `import`, a decorated function begins at its first decorator.

mod error;
mod legacy;
mod lower;
mod pattern;
mod rewrite;
mod scan;
mod shape;
mod sigil;

use std::sync::Arc;

use ruff_python_ast::ModModule;
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use runward_syntax::{
    Builder, Frontend, Kind, Language, Limits, PatternError, PatternTree, Refused, Span, Symbols,
    Tree, Vocabulary,
};

use crate::lower::Lower;
use crate::sigil::Sigils;

/// Python 3.14, and what is left of Python 2 in old code: `print` and `exec` statements,
/// `except E, e`, `raise E, "text"`, `<>`, backquotes, old numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Python;

impl Frontend for Python {
    fn language(&self) -> Language {
        Language::Python
    }

    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused> {
        let groups = shape::shape(source, limits)?;
        let mut sigils = Sigils::default();
        let mut module = module(source)?;
        if error::harmful(module.errors()).next().is_some()
            && let Some((text, legacy)) = legacy::rewrite(source)
        {
            let old = self::module(&text)?;
            let count = |module: &Parsed<ModModule>| error::harmful(module.errors()).count();
            if count(&old) < count(&module) {
                (module, sigils) = (old, legacy);
            }
        }
        let notes = error::notes(module.errors());
        if let (true, Some(note)) = (module.suite().is_empty(), notes.first()) {
            return Err(Refused {
                reason: note.message.clone(),
                span: Some(note.span),
            });
        }
        let builder = Builder::new(Symbols::new(Arc::clone(vocabulary)), *limits);
        let mut lower = Lower::new(source, &groups, &sigils, builder);
        lower
            .build
            .open(Kind::Program, Span::new(0, shape::offset(source.len())));
        lower.statements(module.suite());
        lower.build.errors = notes;
        lower.build.finish().map_err(|full| Refused {
            reason: full.to_string(),
            span: None,
        })
    }

    fn parse_pattern(
        &self,
        pattern: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError> {
        pattern::parse(pattern, vocabulary)
    }
}

fn module(source: &str) -> Result<Parsed<ModModule>, Refused> {
    parse_unchecked(source, ParseOptions::from(Mode::Module))
        .try_into_module()
        .ok_or_else(|| Refused {
            reason: String::from("no module"),
            span: None,
        })
}

#[cfg(test)]
mod tests;
