use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, Look};
use runward_model::Ecosystem;
use thiserror::Error;

use crate::{Limits, Names, canonical};

/// Bytes that one compiled pattern may take.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Names that a team finds suspicious, as regular expressions with the reason, such as
/// `.*-?db$` ("assistants like to invent database helpers").
#[derive(Debug, Default)]
pub struct Patterns {
    patterns: Vec<(Regex, PatternMatch)>,
}

/// A pattern that a name matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternMatch {
    pub pattern: String,
    pub reason: String,
}

/// A pattern that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    #[error(
        "`{pattern}` is not a regular expression: {problem} at character {character}; mend the pattern"
    )]
    Syntax {
        pattern: String,
        problem: String,
        /// Counted from 1.
        character: usize,
    },
    #[error("`{pattern}` is too large a regular expression; make its repetitions smaller")]
    TooLarge { pattern: String },
    #[error("there are more than {limit} suspicious patterns; join some with `|`")]
    TooMany { limit: usize },
}

impl Patterns {
    /// Compiles patterns, each with its reason.
    pub fn compile<'a>(
        patterns: impl IntoIterator<Item = (&'a str, &'a str)>,
        limits: &Limits,
    ) -> Result<Self, PatternError> {
        let mut compiled = Vec::new();
        for (pattern, reason) in patterns {
            if compiled.len() >= limits.max_patterns {
                return Err(PatternError::TooMany {
                    limit: limits.max_patterns,
                });
            }
            let told = PatternMatch {
                pattern: pattern.to_owned(),
                reason: reason.to_owned(),
            };
            compiled.push((whole(pattern)?, told));
        }
        Ok(Self { patterns: compiled })
    }

    /// The first pattern that the whole of `name` matches, as written or in canonical spelling.
    /// Popular names are exempt.
    pub fn find(&self, names: &Names, ecosystem: &Ecosystem, name: &str) -> Option<&PatternMatch> {
        let canonical = canonical(ecosystem, name);
        let (_, found) = self
            .patterns
            .iter()
            .find(|(regex, _)| regex.is_match(&canonical) || regex.is_match(name.trim()))?;
        let known = names
            .popular(ecosystem)
            .is_some_and(|list| list.rank(&canonical).is_some());
        (!known).then_some(found)
    }
}

/// A pattern is meant for the whole name, whether or not it says so with `^` and `$`.
///
/// The ends are put on what was parsed, not on the text: there a bracket or a comment of the pattern
/// could take them in. Positions in errors are as the user counts them.
fn whole(pattern: &str) -> Result<Regex, PatternError> {
    let parsed = regex_syntax::parse(pattern).map_err(|error| {
        let (problem, at) = match &error {
            regex_syntax::Error::Parse(it) => (it.kind().to_string(), it.span().start.offset),
            regex_syntax::Error::Translate(it) => (it.kind().to_string(), it.span().start.offset),
            _ => ("not understood".to_owned(), 0),
        };
        let before = pattern.get(..at).unwrap_or_default();
        PatternError::Syntax {
            pattern: pattern.to_owned(),
            problem,
            character: before.chars().count() + 1,
        }
    })?;
    let whole = Hir::concat(vec![Hir::look(Look::Start), parsed, Hir::look(Look::End)]);
    RegexBuilder::new(&whole.to_string())
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|_| PatternError::TooLarge {
            pattern: pattern.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(pattern: &str, name: &str) -> bool {
        let patterns = Patterns::compile([(pattern, "why")], &Limits::default()).unwrap();
        patterns
            .find(&Names::builtin(), &Ecosystem::PyPI, name)
            .is_some()
    }

    #[test]
    fn a_pattern_is_for_the_whole_name() {
        assert!(found(r".*-?db$", "quick-db"));
        assert!(found(r".*-?db$", "Quick_DB"));
        assert!(found(r"quick|fast", "fast"));
        assert!(!found(r"quick|fast", "faster"));
        assert!(!found(r"db", "quick-db"));
        assert!(found(r"auto_.*", "auto_tool"));
        assert!(found(r"(?x) auto .* # invented", "autotool"));
    }

    #[test]
    fn popular_names_are_exempt() {
        assert!(!found(r".*-?db$", "duckdb"));
        assert!(found(r".*-?db$", "duckyduckdb"));
    }

    #[test]
    fn errors_say_where() {
        let error = |pattern| Patterns::compile([(pattern, "")], &Limits::default()).unwrap_err();
        assert_eq!(
            error("é(ab").to_string(),
            "`é(ab` is not a regular expression: unclosed group at character 2; mend the pattern"
        );
        assert!(matches!(
            error("a)|(b"),
            PatternError::Syntax { character: 2, .. }
        ));
        assert!(matches!(
            error("a{999}{999}"),
            PatternError::TooLarge { .. }
        ));
        let limits = Limits {
            max_patterns: 1,
            ..Limits::default()
        };
        let error = Patterns::compile([("a", ""), ("b", "")], &limits).unwrap_err();
        assert_eq!(error, PatternError::TooMany { limit: 1 });
    }

    proptest! {
        #[test]
        fn any_pattern_is_read_or_refused(pattern in any::<String>(), name in any::<String>()) {
            if let Ok(patterns) = Patterns::compile([(pattern.as_str(), "")], &Limits::default()) {
                let _ = patterns.find(&Names::none(), &Ecosystem::Npm, &name);
            }
        }
    }
}
