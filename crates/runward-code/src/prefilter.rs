//! Which rules a file can match at all, from one pass over its bytes.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use runward_match::Requirement;
use rustc_hash::FxHashMap;

use crate::words::Words;

/// What one rule needs, with texts as places in the common lists.
#[derive(Debug, Clone)]
enum Need {
    Anything,
    Word(u32),
    Text(u32),
    All(Vec<Need>),
    Any(Vec<Need>),
}

/// Looks for the texts of all rules at once.
#[derive(Debug)]
pub(crate) struct Prefilter {
    words: Words,
    automaton: Option<AhoCorasick>,
    needs: Vec<Need>,
    texts: usize,
}

/// What of the lists a file has.
struct Present {
    words: Vec<bool>,
    texts: Vec<bool>,
}

impl Prefilter {
    /// One requirement a rule.
    #[must_use]
    pub(crate) fn new(requirements: &[Requirement]) -> Self {
        let mut lists = Lists::default();
        let mut needs: Vec<Need> = requirements
            .iter()
            .map(|requirement| lists.need(requirement))
            .collect();
        let texts = lists.texts.len();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA).filter(|_| texts < 2_000))
            .build(lists.texts.iter().map(|text| text.as_bytes()))
            .ok();
        if automaton.is_none() {
            // Too much to build: then every rule looks for itself.
            needs.fill(Need::Anything);
        }
        Self {
            words: lists.words,
            automaton: automaton.filter(|_| texts > 0),
            needs,
            texts,
        }
    }

    /// The places of the rules that the file may match, among those asked for.
    #[must_use]
    pub(crate) fn candidates(&self, source: &[u8], asked: &[usize]) -> Vec<usize> {
        let present = Present {
            words: self.words.of(source),
            texts: self.texts_of(source),
        };
        asked
            .iter()
            .copied()
            .filter(|rule| {
                self.needs
                    .get(*rule)
                    .is_none_or(|need| holds(need, &present))
            })
            .collect()
    }

    fn texts_of(&self, source: &[u8]) -> Vec<bool> {
        let mut present = vec![false; self.texts];
        let mut left = self.texts;
        let Some(automaton) = &self.automaton else {
            return present;
        };
        for found in automaton.find_overlapping_iter(source) {
            if let Some(flag) = present.get_mut(found.pattern().as_usize())
                && !*flag
            {
                *flag = true;
                left -= 1;
                if left == 0 {
                    break;
                }
            }
        }
        present
    }
}

/// The texts of all rules, each once.
#[derive(Default)]
struct Lists {
    words: Words,
    places: FxHashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Lists {
    fn need(&mut self, requirement: &Requirement) -> Need {
        match requirement {
            Requirement::Anything => Need::Anything,
            Requirement::Literal(text) | Requirement::Word(text) if text.is_empty() => {
                Need::Anything
            }
            Requirement::Word(text) => Need::Word(self.words.add(text)),
            Requirement::Literal(text) => {
                let texts = &mut self.texts;
                let place = self.places.entry(text.as_ref().into()).or_insert_with(|| {
                    texts.push(text.as_ref().into());
                    u32::try_from(texts.len() - 1).unwrap_or(u32::MAX)
                });
                Need::Text(*place)
            }
            Requirement::All(each) => {
                // The longest is the rarest, as a rule, and one that is absent is enough.
                let mut each: Vec<&Requirement> = each.iter().collect();
                each.sort_by_key(|one| std::cmp::Reverse(length(one)));
                Need::All(each.into_iter().map(|one| self.need(one)).collect())
            }
            Requirement::Any(each) => Need::Any(each.iter().map(|one| self.need(one)).collect()),
        }
    }
}

/// Of the shortest text that satisfies a requirement.
fn length(requirement: &Requirement) -> usize {
    match requirement {
        Requirement::Anything => 0,
        Requirement::Literal(text) | Requirement::Word(text) => text.len(),
        Requirement::All(each) => each.iter().map(length).max().unwrap_or_default(),
        Requirement::Any(each) => each.iter().map(length).min().unwrap_or_default(),
    }
}

fn holds(need: &Need, present: &Present) -> bool {
    let is_in = |list: &[bool], place: u32| list.get(place as usize).copied().unwrap_or(true);
    match need {
        Need::Anything => true,
        Need::Word(place) => is_in(&present.words, *place),
        Need::Text(place) => is_in(&present.texts, *place),
        Need::All(each) => each.iter().all(|one| holds(one, present)),
        Need::Any(each) => each.iter().any(|one| holds(one, present)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_candidate_where_all_that_it_needs_is() {
        let word = |text: &str| Requirement::Word(text.into());
        let prefilter = Prefilter::new(&[
            Requirement::All(vec![word("os"), Requirement::Literal("sys".into())]),
            Requirement::Any(vec![word("eval"), word("exec")]),
            Requirement::Any(Vec::new()),
            Requirement::Anything,
        ]);
        let of = |source: &str| prefilter.candidates(source.as_bytes(), &[0, 1, 2, 3]);
        assert_eq!(of("import os; os.system(x)"), [0, 3]);
        assert_eq!(of("cost.system(exec)"), [1, 3]);
        assert_eq!(of("medieval"), [3]);
    }
}
