//! Patterns of `generic` rules.

use runward_rules::Generic;
use runward_syntax::{PatternError, Span};

use crate::{Document, Required, SearchError, alien, document::is_readable, space};

/// A pattern that is ready to be searched.
#[derive(Debug)]
pub struct GenericPattern {
    engine: Engine,
    required: Required,
    options: Generic,
}

#[derive(Debug)]
enum Engine {
    Space(space::Pattern),
    Alien(alien::Pattern),
}

/// Where a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenericMatch {
    pub span: Span,
    /// `$X` and `$...X` by name, in the order of their names.
    pub bindings: Vec<(String, Span)>,
}

/// Reads a pattern.
///
/// # Errors
/// If the pattern is empty, or has a sequence of ellipses that could be split in several ways.
pub fn compile(pattern: &str, options: &Generic) -> Result<GenericPattern, PatternError> {
    let engine = if options.aliengrep {
        Engine::Alien(alien::Pattern::compile(pattern, options)?)
    } else {
        Engine::Space(space::Pattern::compile(pattern, options)?)
    };
    let required = match &engine {
        Engine::Space(pattern) => pattern.required(),
        Engine::Alien(pattern) => pattern.required(),
    };
    Ok(GenericPattern {
        engine,
        required,
        options: options.clone(),
    })
}

impl GenericPattern {
    /// Everywhere the pattern matches, in order of the start; with `spans`, only what lies within
    /// one of them.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn find(
        &self,
        source: &str,
        spans: Option<&[Span]>,
    ) -> Result<Vec<GenericMatch>, SearchError> {
        self.find_in(&Document::read(source, &self.options)?, spans)
    }

    /// Everywhere the pattern matches in a part of a file that a rule asks for by its metavariable,
    /// whatever that part looks like.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn find_in_part(&self, part: &str) -> Result<Vec<GenericMatch>, SearchError> {
        self.find_in(&Document::read_part(part, &self.options)?, None)
    }

    /// Whether [`Self::find`] does not look at a file, since it seems to be binary or minified.
    #[must_use]
    pub fn passes_over(&self, source: &str) -> bool {
        matches!(self.engine, Engine::Space(_)) && !is_readable(source)
    }

    /// The same on a text that was read before, with the same comment style.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn find_in(
        &self,
        document: &Document<'_>,
        spans: Option<&[Span]>,
    ) -> Result<Vec<GenericMatch>, SearchError> {
        let mut found = match &self.engine {
            Engine::Space(pattern) => pattern.search(document, spans)?,
            Engine::Alien(pattern) => pattern.search(document.source())?,
        };
        if let Some(spans) = spans {
            found.retain(|one| spans.iter().any(|span| span.contains(one.span)));
        }
        Ok(found)
    }

    /// What a text must contain.
    #[must_use]
    pub fn required(&self) -> &Required {
        &self.required
    }
}
