//! Regular expressions as rules write them: PCRE2 with UTF-8 and without Unicode properties, on the
//! fastest engine that has what the expression needs.

mod class;
mod emit;
mod engine;
mod literals;
mod parse;
mod replace;
mod syntax;
#[cfg(test)]
mod tests;

use runward_syntax::Span;

use crate::{RegexError, Required, SearchError};
use engine::Engines;

/// A regular expression.
#[derive(Debug)]
pub struct Regex {
    text: String,
    names: Vec<Option<String>>,
    required: Required,
    engines: Engines,
}

/// A match and its groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    groups: Vec<Option<Span>>,
}

impl Captures {
    /// The whole match.
    #[must_use]
    pub fn span(&self) -> Span {
        self.get(0).unwrap_or_default()
    }

    /// A group by number, from 1; `None` where it took no part in the match.
    #[must_use]
    pub fn get(&self, group: usize) -> Option<Span> {
        self.groups.get(group).copied().flatten()
    }

    /// The number of groups, the whole match being one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Never true: the whole match is always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

impl Regex {
    /// Reads an expression of `pattern-regex` or `pattern-not-regex`, where `^` and `$` stand for
    /// the ends of lines. The engine is built at the first search.
    ///
    /// # Errors
    /// If it is no expression of PCRE2, or uses the little of it that is not supported.
    pub fn compile(text: &str) -> Result<Self, RegexError> {
        Self::with_multiline(text, true)
    }

    /// Reads an expression of `metavariable-regex` or `fix-regex`, where `^` and `$` stand for the
    /// ends of the text.
    ///
    /// # Errors
    /// As [`Self::compile`].
    pub fn compile_condition(text: &str) -> Result<Self, RegexError> {
        Self::with_multiline(text, false)
    }

    fn with_multiline(text: &str, multiline: bool) -> Result<Self, RegexError> {
        let node = parse::parse(text, multiline)?;
        let mut names = vec![None];
        group_names(&node, &mut names);
        literals::check_properties(&node).map_err(|message| RegexError {
            message,
            span: Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX)),
        })?;
        Ok(Self {
            text: text.to_owned(),
            names,
            required: literals::required(&node),
            engines: Engines::new(node),
        })
    }

    /// Builds the engine now, which finds what [`Self::compile`] cannot know: an expression that is
    /// too large.
    ///
    /// # Errors
    /// If no engine takes the expression.
    pub fn build(&self) -> Result<(), RegexError> {
        self.engines.build().map_err(|message| RegexError {
            message,
            span: Span::new(0, u32::try_from(self.text.len()).unwrap_or(u32::MAX)),
        })
    }

    /// As written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of the groups by their numbers; the one at 0 is the whole match.
    #[must_use]
    pub fn group_names(&self) -> &[Option<String>] {
        &self.names
    }

    /// What a text must contain for a match.
    #[must_use]
    pub fn required(&self) -> &Required {
        &self.required
    }

    /// All matches, none overlapping another.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn find_all(&self, source: &str) -> Result<Vec<Captures>, SearchError> {
        let mut found = Vec::new();
        self.engines.find(source, &mut |captures| {
            found.push(captures);
            true
        })?;
        Ok(found)
    }

    /// Whether there is a match anywhere.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn is_match(&self, source: &str) -> Result<bool, SearchError> {
        let mut any = false;
        self.engines.find(source, &mut |_| {
            any = true;
            false
        })?;
        Ok(any)
    }

    /// The match that begins where the text begins.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn find_at_start(&self, source: &str) -> Result<Option<Captures>, SearchError> {
        self.engines.find_at_start(source)
    }

    /// Whether a match begins where the text begins.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn is_match_at_start(&self, source: &str) -> Result<bool, SearchError> {
        self.engines.is_match_at_start(source)
    }

    /// Replaces the first `count` matches, or all; `\1`, `\g<1>` and `\g<name>` in the replacement
    /// stand for groups.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn replace(
        &self,
        source: &str,
        replacement: &str,
        count: Option<usize>,
    ) -> Result<String, SearchError> {
        replace::replace(self, source, replacement, count)
    }
}

fn group_names(node: &syntax::Node, names: &mut Vec<Option<String>>) {
    node.any(&mut |node| {
        if let syntax::Node::Capture { name, .. } = node {
            names.push(name.clone());
        }
        false
    });
}
