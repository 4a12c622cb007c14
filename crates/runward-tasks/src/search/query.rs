//! What people type into a search, and what the databases are asked.
//!
//! Words are all searched for; `"a phrase"` in that order; `-word` and `-"a phrase"` must be absent;
//! `word*` is a beginning. Everything else is punctuation. Nothing of what was typed reaches a
//! database's own query language: it gets quoted words without any special character.

use super::words::words;
use crate::LIMITS;

/// One thing to look for: words that follow one another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub words: Vec<String>,
    /// The last word is only the beginning of one.
    pub prefix: bool,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    pub wanted: Vec<Term>,
    pub unwanted: Vec<Term>,
}

impl SearchQuery {
    /// Every text is a query; one without any word finds nothing.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text;
        while query.wanted.len() + query.unwanted.len() < LIMITS.query_terms {
            rest = rest.trim_start();
            if rest.is_empty() {
                break;
            }
            let negated = rest
                .strip_prefix('-')
                .filter(|it| it.starts_with(|it: char| it == '"' || it.is_alphanumeric()));
            let body = negated.unwrap_or(rest);
            let (term, after) = match body.strip_prefix('"') {
                // Without its second quote, a phrase goes on to the end.
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => body.split_at(
                    body.find(|it: char| it.is_whitespace() || it == '"')
                        .unwrap_or(body.len()),
                ),
            };
            let (prefix, after) = if term.ends_with('*') {
                (true, after)
            } else if body.starts_with('"') && after.starts_with('*') {
                (true, after.strip_prefix('*').unwrap_or(after))
            } else {
                (false, after)
            };
            let words = words(term);
            if !words.is_empty() {
                let term = Term { words, prefix };
                match negated {
                    Some(_) => query.unwanted.push(term),
                    None => query.wanted.push(term),
                }
            }
            rest = after;
        }
        query
    }

    /// Without any word to look for or to avoid.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// All wanted terms for `SQLite` FTS5, each a quoted string.
    pub(crate) fn fts5_wanted(&self) -> Option<String> {
        join(&self.wanted, " AND ", fts5)
    }

    /// Any unwanted term for `SQLite` FTS5.
    pub(crate) fn fts5_unwanted(&self) -> Option<String> {
        join(&self.unwanted, " OR ", fts5)
    }

    /// The whole query as the text form of a `tsquery`.
    pub(crate) fn tsquery(&self) -> Option<String> {
        let wanted = self.wanted.iter().map(|it| tsquery(it, ""));
        let unwanted = self
            .unwanted
            .iter()
            .map(|it| format!("!({})", tsquery(it, "")));
        let parts: Vec<String> = wanted.chain(unwanted).collect();
        (!parts.is_empty()).then(|| parts.join(" & "))
    }

    /// All wanted terms, in titles only.
    pub(crate) fn tsquery_in_title(&self) -> Option<String> {
        join(&self.wanted, " & ", |it| tsquery(it, "A"))
    }
}

fn join(terms: &[Term], with: &str, one: impl Fn(&Term) -> String) -> Option<String> {
    let parts: Vec<String> = terms.iter().map(one).collect();
    (!parts.is_empty()).then(|| parts.join(with))
}

fn fts5(term: &Term) -> String {
    let star = if term.prefix { " *" } else { "" };
    format!("\"{}\"{star}", term.words.join(" "))
}

fn tsquery(term: &Term, weight: &str) -> String {
    let last = term.words.len().saturating_sub(1);
    let words: Vec<String> = term
        .words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let star = if term.prefix && index == last {
                "*"
            } else {
                ""
            };
            if star.is_empty() && weight.is_empty() {
                format!("'{word}'")
            } else {
                format!("'{word}':{star}{weight}")
            }
        })
        .collect();
    format!("({})", words.join(" <-> "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_language_is_small() {
        let query = SearchQuery::parse("Fix \"sql injection\" -draft pre* foo-bar --force '; DROP");
        assert_eq!(
            query.fts5_wanted().unwrap(),
            "\"fix\" AND \"sql injection\" AND \"pre\" * AND \"foo bar\" AND \"force\" AND \"drop\""
        );
        assert_eq!(query.fts5_unwanted().unwrap(), "\"draft\"");
        assert_eq!(
            SearchQuery::parse("a \"b c\"* -d").tsquery().unwrap(),
            "('a') & ('b' <-> 'c':*) & !(('d'))"
        );
        for nothing in ["", " ", "\"", "--", "* ( ) \" : ' \\", "😀", "-", "\"\"*"] {
            assert!(SearchQuery::parse(nothing).is_empty(), "{nothing}");
        }
        assert_eq!(SearchQuery::parse("\"open phrase").wanted.len(), 1);
    }

    proptest! {
        #[test]
        fn every_text_is_a_query(text in any::<String>()) {
            let query = SearchQuery::parse(&text);
            prop_assert!(query.wanted.len() + query.unwanted.len() <= LIMITS.query_terms);
        }
    }
}
