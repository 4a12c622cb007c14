//! All detectors at once.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;

use crate::{
    Confidence, Hit, Names, Severity, Verify,
    assignment::{self, Assignments},
    check,
    hit::settle,
    mark, named, placeholder,
    rule::{RULES, Rule},
    shadow::Shadow,
};

/// The id under which assignments are found.
pub(crate) const ASSIGNMENT: &str = "assignment";

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
    pub severity: Severity,
    /// More about it; may be empty.
    pub description: &'static str,
    /// Where to revoke what it finds: an address, a command, or a place in a console.
    pub rotate: &'static str,
    /// How to ask whether what it finds is alive.
    pub verify: Option<Verify>,
}

/// Whose keyword it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Rule(usize),
    Assignment,
    Mark(usize),
}

/// What a keyword led to.
pub(crate) enum Seen {
    Rule {
        index: usize,
        range: Range<usize>,
        confidence: Confidence,
    },
    Assignment(assignment::Assigned),
    /// The words of a comment that silences: which, and where they start.
    Mark(usize, usize),
}

/// All detectors, ready to search.
#[derive(Debug, Clone)]
pub struct Detectors {
    /// `None` only if the automaton of the built-in keywords cannot be made, which a test excludes.
    keywords: Option<Arc<AhoCorasick>>,
    /// Of each keyword.
    owners: Arc<[Owner]>,
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
                owners.push(Owner::Rule(index));
            }
        }
        for keyword in assignment::KEYWORDS {
            words.push((*keyword).to_owned());
            owners.push(Owner::Assignment);
        }
        for word in names.extra() {
            for joint in ["_", "-", " ", ""] {
                words.push(word.replace(' ', joint));
                owners.push(Owner::Assignment);
            }
        }
        for (index, words_of) in mark::WORDS.iter().enumerate() {
            words.push((*words_of).to_owned());
            owners.push(Owner::Mark(index));
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
                severity: Severity::High,
                description: "a password or key that a setting, a constant or a field is given",
                rotate: "change it where it is used",
                verify: None,
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
        let all = self.each(text, |seen| {
            let hit = match seen {
                Seen::Rule {
                    index,
                    range,
                    confidence,
                } => RULES.get(index).map(|rule| Hit {
                    detector: rule.id,
                    range,
                    confidence,
                }),
                Seen::Assignment(found) => Some(Hit {
                    detector: ASSIGNMENT,
                    range: found.range,
                    confidence: found.confidence,
                }),
                Seen::Mark(..) => None,
            };
            if hit.is_some() && hits.len() >= self.limits.hits {
                return false;
            }
            hits.extend(hit);
            true
        });
        (hits, all)
    }

    /// What there is in a text, in the order of the keywords, until told to stop (`false`).
    pub(crate) fn each(&self, text: &str, mut tell: impl FnMut(Seen) -> bool) -> bool {
        let Some(keywords) = &self.keywords else {
            return false;
        };
        // Up to where each rule has already found something.
        let mut done: Vec<usize> = Vec::new();
        let mut assignments = Assignments::new(&self.names, text);
        for found in keywords.find_overlapping_iter(text) {
            let Some(owner) = self.owners.get(found.pattern().as_usize()) else {
                continue;
            };
            let keyword = found.start()..found.end();
            let seen = match *owner {
                Owner::Rule(index) => {
                    if done.is_empty() {
                        done.resize(RULES.len(), 0);
                    }
                    let Some((rule, done)) = RULES.get(index).zip(done.get_mut(index)) else {
                        continue;
                    };
                    if keyword.start < *done {
                        continue;
                    }
                    self.apply(index, rule, text, &keyword)
                        .map(|(range, confidence)| {
                            *done = range.end;
                            Seen::Rule {
                                index,
                                range,
                                confidence,
                            }
                        })
                }
                Owner::Assignment => assignments.look(keyword).map(Seen::Assignment),
                Owner::Mark(index) => Some(Seen::Mark(index, keyword.start)),
            };
            if seen.is_some_and(|seen| !tell(seen)) {
                return false;
            }
        }
        true
    }

    fn apply(
        &self,
        index: usize,
        rule: &Rule,
        text: &str,
        at: &Range<usize>,
    ) -> Option<(Range<usize>, Confidence)> {
        let bytes = text.as_bytes();
        if rule.back == 0 && !rule.inside_words && in_word(bytes, at.start) {
            return None;
        }
        let from = if rule.named {
            named::value_of(text, at, rule.need)?
        } else {
            at.start
        };
        let mut start = from.saturating_sub(rule.back);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        let mut end = from.saturating_add(rule.reach).min(text.len());
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
        if rule.named && !named::ends(window.as_bytes().get(whole.end())) {
            return None;
        }
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
        Some((start + secret.start..start + secret.end, confidence))
    }
}

/// Whether what starts here goes on from a word before it. The last letter of an escape (`\n`,
/// `%3D`) belongs to none.
fn in_word(bytes: &[u8], start: usize) -> bool {
    let before = bytes
        .get(start.saturating_sub(3)..start)
        .unwrap_or_default();
    match before {
        [.., b'\\', b'n' | b'r' | b't'] | [] => false,
        [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => false,
        [.., last] => last.is_ascii_alphanumeric() || matches!(last, b'_' | b'-'),
    }
}

impl Rule {
    pub(crate) fn listed(&self) -> Detector {
        Detector {
            id: self.id,
            name: self.name,
            confidence: self.confidence,
            severity: self.severity,
            description: self.description,
            rotate: self.rotate,
            verify: self.verify,
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
