//! The team's decisions to take packages in whatever speaks against them.

use globset::{GlobBuilder, GlobMatcher};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use runward_model::{Allowed, Ecosystem};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowEntry {
    /// The exact name, or a pattern with `*` and `?`.
    pub name: String,
    /// Any, where it is not given.
    #[serde(default)]
    pub ecosystem: Option<Ecosystem>,
    /// A requirement in the ecosystem's notation; any version, also an open one, without it.
    #[serde(default)]
    pub version: Option<String>,
    pub reason: String,
    pub author: String,
    /// The last day on which it counts, in UTC.
    pub expires: Date,
    /// Also where an advisory calls the package malicious.
    #[serde(default)]
    pub known_malicious: bool,
}

/// An entry that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AllowError {
    #[error(
        "the allowlist entry `{name}` is not a usable name pattern: {problem}; mend the pattern"
    )]
    Pattern { name: String, problem: String },
    #[error("the allowlist entry `{name}` has no {field}; say why, and who decided")]
    Empty { name: String, field: &'static str },
}

/// Decisions, ready to be looked up.
#[derive(Debug, Default)]
pub struct AllowList {
    entries: Vec<(AllowEntry, Name)>,
}

#[derive(Debug)]
enum Name {
    Exact(String),
    Pattern(Box<GlobMatcher>),
}

/// What the list has for a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Nothing,
    Allowed(Allowed),
    /// There is an entry, and this is why it does not count.
    NotUsed(String),
}

impl AllowList {
    pub fn new(entries: impl IntoIterator<Item = AllowEntry>) -> Result<Self, AllowError> {
        let mut list = Self::default();
        for entry in entries {
            for (field, text) in [("reason", &entry.reason), ("author", &entry.author)] {
                if text.trim().is_empty() {
                    return Err(AllowError::Empty {
                        name: entry.name,
                        field,
                    });
                }
            }
            let name = matcher(&entry.name).map_err(|problem| AllowError::Pattern {
                name: entry.name.clone(),
                problem,
            })?;
            list.entries.push((entry, name));
        }
        Ok(list)
    }

    /// The first entry that counts; where none does, why not.
    pub fn find(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        version: Option<&str>,
        known_malicious: bool,
        now: Timestamp,
    ) -> Found {
        let today = now.to_zoned(TimeZone::UTC).date();
        let mut found = Found::Nothing;
        for (entry, pattern) in &self.entries {
            if entry
                .ecosystem
                .as_ref()
                .is_some_and(|only| only != ecosystem)
                || !pattern.matches(ecosystem, name)
                || !covers(entry, ecosystem, version)
            {
                continue;
            }
            let (expires, author) = (entry.expires, &entry.author);
            if expires < today {
                found = Found::NotUsed(format!(
                    "the allowlist entry `{}` by {author} expired on {expires}",
                    entry.name
                ));
            } else if known_malicious && !entry.known_malicious {
                found = Found::NotUsed(format!(
                    "the allowlist entry `{}` by {author} does not speak of a package that is \
                     known to be malicious",
                    entry.name
                ));
            } else {
                return Found::Allowed(Allowed {
                    reason: entry.reason.clone(),
                    author: author.clone(),
                    expires,
                });
            }
        }
        found
    }
}

/// An entry for some versions says nothing of an open one, nor of one that cannot be read.
fn covers(entry: &AllowEntry, ecosystem: &Ecosystem, version: Option<&str>) -> bool {
    match (&entry.version, version) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(requirement), Some(version)) => {
            runward_versions::allows(ecosystem, requirement, version) == Some(true)
        }
    }
}

fn matcher(name: &str) -> Result<Name, String> {
    if name.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if !name.contains(['*', '?']) {
        return Ok(Name::Exact(name.to_owned()));
    }
    // `*` stays within a scope: `@acme/*` is not `@acme/a/b`, and `*` alone is no scoped name.
    GlobBuilder::new(name)
        .literal_separator(true)
        .case_insensitive(true)
        .build()
        .map(|glob| Name::Pattern(Box::new(glob.compile_matcher())))
        .map_err(|error| error.kind().to_string())
}

/// Whether `name` is meant by an exact name or a pattern.
#[derive(Debug)]
pub(crate) struct NamePattern(Name);

impl NamePattern {
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        matcher(pattern).map(Self)
    }

    pub(crate) fn matches(&self, ecosystem: &Ecosystem, name: &str) -> bool {
        self.0.matches(ecosystem, name)
    }
}

impl Name {
    fn matches(&self, ecosystem: &Ecosystem, name: &str) -> bool {
        let canonical = runward_names::canonical(ecosystem, name);
        match self {
            Self::Exact(exact) => runward_names::canonical(ecosystem, exact) == canonical,
            Self::Pattern(glob) => glob.is_match(name) || glob.is_match(&canonical),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> AllowEntry {
        AllowEntry {
            name: name.to_owned(),
            ecosystem: Some(Ecosystem::PyPI),
            version: None,
            reason: "our own".to_owned(),
            author: "ann".to_owned(),
            expires: "2026-12-01".parse().unwrap(),
            known_malicious: false,
        }
    }

    fn find(entry: AllowEntry, name: &str, version: Option<&str>, malicious: bool) -> Found {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let list = AllowList::new([entry]).unwrap();
        list.find(&Ecosystem::PyPI, name, version, malicious, now)
    }

    #[test]
    fn names_are_compared_as_the_registry_does_and_patterns_match() {
        assert!(matches!(
            find(entry("My_Tool"), "my-tool", None, false),
            Found::Allowed(_)
        ));
        assert!(matches!(
            find(entry("my-*"), "My_Tool", None, false),
            Found::Allowed(_)
        ));
        assert_eq!(find(entry("my-*"), "amy-tool", None, false), Found::Nothing);
        let npm = AllowEntry {
            ecosystem: Some(Ecosystem::Npm),
            ..entry("my-tool")
        };
        assert_eq!(find(npm, "my-tool", None, false), Found::Nothing);
        let any = AllowEntry {
            ecosystem: None,
            ..entry("my-tool")
        };
        assert!(matches!(
            find(any, "my-tool", None, false),
            Found::Allowed(_)
        ));
    }

    #[test]
    fn an_entry_counts_through_its_last_day() {
        let until = |day: &str| AllowEntry {
            expires: day.parse().unwrap(),
            ..entry("x")
        };
        assert!(matches!(
            find(until("2026-11-22"), "x", None, false),
            Found::Allowed(_)
        ));
        let Found::NotUsed(why) = find(until("2026-11-21"), "x", None, false) else {
            panic!("expired");
        };
        assert!(why.contains("ann expired on 2026-11-21"), "{why}");
    }

    #[test]
    fn a_requirement_needs_a_version_that_it_allows() {
        let pinned = AllowEntry {
            version: Some(">=1,<2".to_owned()),
            ..entry("x")
        };
        assert!(matches!(
            find(pinned.clone(), "x", Some("1.5"), false),
            Found::Allowed(_)
        ));
        assert_eq!(
            find(pinned.clone(), "x", Some("2.0"), false),
            Found::Nothing
        );
        assert_eq!(find(pinned.clone(), "x", Some("?"), false), Found::Nothing);
        assert_eq!(find(pinned, "x", None, false), Found::Nothing);
    }

    #[test]
    fn malice_must_be_spoken_of() {
        assert!(matches!(
            find(entry("x"), "x", None, true),
            Found::NotUsed(_)
        ));
        let explicit = AllowEntry {
            known_malicious: true,
            ..entry("x")
        };
        assert!(matches!(find(explicit, "x", None, true), Found::Allowed(_)));
    }

    #[test]
    fn a_later_entry_may_count_where_an_earlier_expired() {
        let old = AllowEntry {
            expires: "2020-01-01".parse().unwrap(),
            ..entry("x")
        };
        let list = AllowList::new([old, entry("x")]).unwrap();
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        assert!(matches!(
            list.find(&Ecosystem::PyPI, "x", None, false, now),
            Found::Allowed(_)
        ));
    }

    #[test]
    fn entries_need_a_reason_an_author_and_a_pattern_that_works() {
        let silent = AllowEntry {
            reason: " ".to_owned(),
            ..entry("x")
        };
        assert_eq!(
            AllowList::new([silent]).unwrap_err().to_string(),
            "the allowlist entry `x` has no reason; say why, and who decided"
        );
        assert!(matches!(
            AllowList::new([entry("a[*")]),
            Err(AllowError::Pattern { .. })
        ));
        assert!(matches!(
            AllowList::new([entry("")]),
            Err(AllowError::Pattern { .. })
        ));
    }
}
