//! All detectors at once.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;

use crate::{
    Confidence, Hit, Names,
    assignment::{self, Assignments},
    check,
    hit::settle,
    placeholder,
    rule::{RULES, Rule},
    shadow::Shadow,
};

/// The id under which assignments are found.
const ASSIGNMENT: &str = "assignment";

/// How much is looked at. Beyond, [`Scan::complete`] says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub text_bytes: usize,
    pub hits: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text_bytes: 1 << 20,
            hits: 1000,
        }
    }
}

/// What was found, and whether all of the text was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    pub hits: Vec<Hit>,
    pub complete: bool,
}

/// A detector, as documents list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detector {
    pub id: &'static str,
    pub name: &'static str,
    pub confidence: Confidence,
}

/// All detectors, ready to search.
#[derive(Debug, Clone)]
pub struct Detectors {
    /// `None` only if the automaton of the built-in keywords cannot be made, which a test excludes.
    keywords: Option<Arc<AhoCorasick>>,
    /// Of each keyword: the rule, or `None` for an assignment.
    owners: Arc<[Option<usize>]>,
    /// Compiled at first use: most runs meet few keywords.
    regexes: Arc<[OnceLock<Option<Regex>>]>,
    names: Names,
    limits: Limits,
}

impl Detectors {
    /// The built-in detectors.
    pub fn standard() -> Self {
        Self::with_names(Names::standard())
    }

    /// The built-in detectors, with a team's own names of secrets.
    pub fn with_names(names: Names) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut owners = Vec::new();
        for (index, rule) in RULES.iter().enumerate() {
            for keyword in rule.keywords {
                words.push((*keyword).to_owned());
                owners.push(Some(index));
            }
        }
        for keyword in assignment::KEYWORDS {
            words.push((*keyword).to_owned());
            owners.push(None);
        }
        for word in names.extra() {
            for joint in ["_", "-", " ", ""] {
                words.push(word.replace(' ', joint));
                owners.push(None);
            }
        }
        let keywords = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words)
            .ok()
            .map(Arc::new);
        Self {
            keywords,
            owners: owners.into(),
            regexes: RULES.iter().map(|_| OnceLock::new()).collect(),
            names,
            limits: Limits::default(),
        }
    }

    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The detectors that there are, by id.
    pub fn all() -> impl Iterator<Item = Detector> {
        RULES
            .iter()
            .map(Rule::listed)
            .chain(std::iter::once(Detector {
                id: ASSIGNMENT,
                name: "a value given to a secret name",
                confidence: Confidence::Medium,
            }))
    }

    /// Which names are secret.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The credentials in a text, in its order, none overlapping another. What lies beyond the
    /// limits is not looked at: [`Detectors::scan`] says whether there was such a rest.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        self.scan(text).hits
    }

    /// As [`Detectors::find`], and whether all of the text was looked at.
    pub fn scan(&self, text: &str) -> Scan {
        let mut end = text.len().min(self.limits.text_bytes);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let shadow = Shadow::new(text.get(..end).unwrap_or_default());
        let (hits, all) = self.search(&shadow.text);
        let hits = hits
            .into_iter()
            .map(|hit| Hit {
                range: shadow.original(hit.range),
                ..hit
            })
            .collect();
        Scan {
            hits: settle(hits),
            complete: all && end == text.len() && self.keywords.is_some(),
        }
    }

    fn search(&self, text: &str) -> (Vec<Hit>, bool) {
        let mut hits = Vec::new();
        let Some(keywords) = &self.keywords else {
            return (hits, false);
        };
        // Up to where each rule has already found something.
        let mut done: Vec<usize> = Vec::new();
        let mut assignments = Assignments::new(&self.names, text);
        for found in keywords.find_overlapping_iter(text) {
            let Some(owner) = self.owners.get(found.pattern().as_usize()) else {
                continue;
            };
            let keyword = found.start()..found.end();
            let hit = match *owner {
                Some(index) => {
                    if done.is_empty() {
                        done.resize(RULES.len(), 0);
                    }
                    let Some((rule, done)) = RULES.get(index).zip(done.get_mut(index)) else {
                        continue;
                    };
                    if keyword.start < *done {
                        continue;
                    }
                    let hit = self.apply(index, rule, text, &keyword);
                    if let Some(hit) = &hit {
                        *done = hit.range.end;
                    }
                    hit
                }
                None => assignments.look(keyword).map(|found| Hit {
                    detector: ASSIGNMENT,
                    range: found.range,
                    confidence: found.confidence,
                }),
            };
            if let Some(hit) = hit {
                if hits.len() >= self.limits.hits {
                    return (hits, false);
                }
                hits.push(hit);
            }
        }
        (hits, true)
    }

    fn apply(&self, index: usize, rule: &Rule, text: &str, at: &Range<usize>) -> Option<Hit> {
        let bytes = text.as_bytes();
        let joins = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let before = at.start.checked_sub(1).and_then(|before| bytes.get(before));
        if rule.back == 0 && !rule.inside_words && before.is_some_and(|byte| joins(*byte)) {
            return None;
        }
        let mut start = at.start.saturating_sub(rule.back);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        let mut end = at.start.saturating_add(rule.reach).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let window = text.get(start..end)?;
        let regex = self
            .regexes
            .get(index)?
            .get_or_init(|| rule.regex())
            .as_ref()?;
        let whole = regex.find(window)?;
        let secret = if regex.captures_len() == 1 {
            whole.range()
        } else {
            // Groups are looked for in the match only: the search for them costs by the length of
            // what it is given.
            let groups = regex.captures(window.get(..whole.end())?)?;
            groups.name("secret").map_or(whole.range(), |it| it.range())
        };
        let inner = window.get(secret.clone())?;
        if placeholder::shape(inner) {
            return None;
        }
        // The longer the format, the less a word of English occurs in it by chance.
        if rule.confidence == Confidence::High && placeholder::says_so(inner) && inner.len() < 400 {
            return None;
        }
        if rule.entropy > 0.0 && check::entropy(inner) < rule.entropy {
            return None;
        }
        let confidence = check::judge(rule.check, inner, rule.confidence)?;
        Some(Hit {
            detector: rule.id,
            range: start + secret.start..start + secret.end,
            confidence,
        })
    }
}

impl Rule {
    fn listed(&self) -> Detector {
        Detector {
            id: self.id,
            name: self.name,
            confidence: self.confidence,
        }
    }

    /// A test compiles every one, so that `None` does not happen.
    fn regex(&self) -> Option<Regex> {
        let anchor = if self.back == 0 { r"\A" } else { "" };
        Regex::new(&format!("{anchor}(?:{})", self.regex)).ok()
    }
}

#[cfg(test)]
#[path = "detectors_tests.rs"]
mod tests;
