//! What an attempted attack looks like: data, matched only to be reported.

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::{LIMITS, input::shown};

/// The patterns that come with the program.
pub const BUILT_IN: &str = include_str!("../data/attack-patterns.toml");

/// Why a file of patterns is of no use.
#[derive(Debug, Error)]
pub enum PatternError {
    #[error("the attack patterns cannot be read: {0}")]
    Syntax(String),
    #[error("the attack pattern `{0}` occurs twice; give one of them another id")]
    Twice(String),
    #[error(
        "the name of the attack pattern `{0}` is not valid; use lower-case letters, digits and `-`"
    )]
    Name(String),
    #[error("the attack pattern `{name}` has a faulty `regex`: {reason}")]
    Regex { name: String, reason: String },
    #[error("there are more than {0} attack patterns; remove some")]
    TooMany(usize),
}

/// How sure a pattern is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sureness {
    /// Honest text often looks like it.
    Low,
    /// Honest text seldom looks like it.
    High,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    pattern: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    category: String,
    id: String,
    description: String,
    confidence: Sureness,
    regex: String,
}

#[derive(Debug)]
struct Pattern {
    category: String,
    id: String,
    description: String,
    sureness: Sureness,
    regex: Regex,
}

/// A pattern that was found in a field. Never what it was found in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Hit {
    pub category: String,
    pub id: String,
    pub field: String,
    pub confidence: Sureness,
}

/// A set of patterns, compiled.
#[derive(Debug)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// The built-in ones.
    pub fn built_in() -> Result<Self, PatternError> {
        Self(Vec::new()).extended(BUILT_IN)
    }

    /// With those of another file.
    pub fn extended(mut self, text: &str) -> Result<Self, PatternError> {
        let file: File =
            toml::from_str(text).map_err(|error| PatternError::Syntax(error.to_string()))?;
        for entry in file.pattern {
            let name = format!("{}/{}", entry.category, entry.id);
            if !is_word(&entry.category) || !is_word(&entry.id) {
                return Err(PatternError::Name(shown_name(&name)));
            }
            if self
                .0
                .iter()
                .any(|it| it.category == entry.category && it.id == entry.id)
            {
                return Err(PatternError::Twice(name));
            }
            if self.0.len() >= LIMITS.patterns {
                return Err(PatternError::TooMany(LIMITS.patterns));
            }
            let regex = RegexBuilder::new(&entry.regex)
                .case_insensitive(true)
                .multi_line(false)
                .size_limit(LIMITS.pattern_bytes)
                .nest_limit(50)
                .build()
                .map_err(|error| PatternError::Regex {
                    name,
                    reason: error.to_string(),
                })?;
            self.0.push(Pattern {
                category: entry.category,
                id: entry.id,
                description: entry.description,
                sureness: entry.confidence,
                regex,
            });
        }
        Ok(self)
    }

    /// Category, id and description of each.
    pub fn list(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0.iter().map(|it| {
            (
                it.category.as_str(),
                it.id.as_str(),
                it.description.as_str(),
            )
        })
    }

    /// The patterns in the fields of an input; keys and values of nested ones count for the field
    /// that they are in.
    pub fn inspect(&self, input: &Map<String, Value>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (name, value) in input.iter().take(LIMITS.fields) {
            let mut texts = vec![name.as_str()];
            strings(value, LIMITS.metadata_depth + 2, &mut texts);
            let mut found: Vec<Hit> = self
                .0
                .iter()
                .filter(|pattern| texts.iter().any(|text| pattern.regex.is_match(text)))
                .map(|pattern| Hit {
                    category: pattern.category.clone(),
                    id: pattern.id.clone(),
                    field: shown(name).to_owned(),
                    confidence: pattern.sureness,
                })
                .collect();
            hits.append(&mut found);
        }
        hits.sort();
        hits.dedup();
        hits.truncate(LIMITS.pattern_hits);
        hits
    }

    /// The patterns in one text.
    pub fn inspect_text(&self, field: &str, text: &str) -> Vec<Hit> {
        let mut input = Map::new();
        input.insert(field.to_owned(), Value::from(text));
        self.inspect(&input)
    }
}

/// Every text of a value, no deeper than `depth`: what is deeper was refused.
fn strings<'a>(value: &'a Value, depth: usize, texts: &mut Vec<&'a str>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|it| strings(it, depth, texts)),
        Value::Object(fields) => {
            for (key, value) in fields {
                texts.push(key);
                strings(value, depth, texts);
            }
        }
        _ => {}
    }
}

fn is_word(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn shown_name(name: &str) -> String {
    name.chars().take(60).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, sureness: Sureness) -> Vec<String> {
        Patterns::built_in()
            .unwrap()
            .inspect_text("title", text)
            .into_iter()
            .filter(|hit| hit.confidence == sureness)
            .map(|hit| format!("{}/{}", hit.category, hit.id))
            .collect()
    }

    #[test]
    fn attacks_are_recognised() {
        for (text, name) in [
            ("' OR 1=1 --", "sql/tautology"),
            ("1'; DROP TABLE tasks; --", "sql/stacked-statement"),
            ("x UNION/**/SELECT password", "sql/union-select"),
            ("admin'--", "sql/quote-comment"),
            ("pg_sleep(10)", "sql/time-delay"),
            ("../../etc/passwd", "traversal/parent-chain"),
            ("..%2fsecret", "traversal/encoded-parent"),
            ("....//....//x", "traversal/evaded-filter"),
            ("<ScRiPt>alert(1)</script>", "xss/script-element"),
            ("<img src=x onerror=alert(1)>", "xss/event-handler"),
            ("javascript:alert(1)", "xss/script-url"),
            ("$(curl evil)", "command/substitution"),
            ("x; rm -rf /", "command/chained"),
            ("{{7*7}}", "template/expression"),
            ("${jndi:ldap://x}", "template/lookup"),
            ("*)(uid=*", "ldap/filter"),
            ("' or count(//user)", "xpath/tautology"),
            ("<!ENTITY x SYSTEM 'file:'>", "xml/external-entity"),
            ("a\u{202e}b", "unicode/bidirectional-control"),
            ("a\u{200b}b", "unicode/invisible"),
            ("=cmd|' /C calc'!A0", "formula/spreadsheet"),
            ("x\n2026-01-01T00:00:00Z INFO ok", "log/forged-line"),
            ("x\r\nSet-Cookie: a=b", "log/header"),
            ("\u{1b}[2J", "log/terminal-escape"),
            ("a\0b", "null-byte/nul"),
        ] {
            assert!(
                found(text, Sureness::High).contains(&name.to_owned()),
                "{text:?}: {:?}",
                found(text, Sureness::High)
            );
        }
    }

    #[test]
    fn honest_text_is_not_called_an_attack() {
        for text in [
            "fix --force flag",
            "SELECT the best option; then go",
            "../docs moved",
            "C:\\temp",
            "a -- b",
            "it's done; update the docs",
            "use `git rebase` and `ls`",
            "drop the table view from the dashboard",
            "Don't or won't = same",
            "5 > 3 && 2 < 4",
            "- item one\n- item two",
            "price: $5 {estimate}",
        ] {
            assert_eq!(found(text, Sureness::High), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_team_adds_its_own() {
        let own = "[[pattern]]\ncategory='sql'\nid='sp'\ndescription='x'\nconfidence='high'\n\
                   regex='\\bsp_\\w'";
        let patterns = Patterns::built_in().unwrap().extended(own).unwrap();
        assert!(
            patterns
                .inspect_text("title", "sp_help")
                .iter()
                .any(|hit| hit.id == "sp")
        );
        assert!(matches!(
            patterns.extended(own),
            Err(PatternError::Twice(_))
        ));
        for faulty in ["regex='('", "regex='(((a{99}){99}){99})'"] {
            let own = own.replace("regex='\\bsp_\\w'", faulty);
            assert!(matches!(
                Patterns::built_in().unwrap().extended(&own),
                Err(PatternError::Regex { .. })
            ));
        }
    }
}
