//! Which rules a file can match at all, from one pass over its bytes.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use runward_match::Requirement;
use rustc_hash::FxHashMap;

/// What one rule needs, with texts as places in the common list.
#[derive(Debug, Clone)]
enum Need {
    Anything,
    Text(u32),
    All(Vec<Need>),
    Any(Vec<Need>),
}

/// Looks for the texts of all rules at once.
#[derive(Debug)]
pub(crate) struct Prefilter {
    automaton: Option<AhoCorasick>,
    needs: Vec<Need>,
    texts: usize,
}

impl Prefilter {
    /// One requirement a rule.
    #[must_use]
    pub(crate) fn new(requirements: &[Requirement]) -> Self {
        let mut places: FxHashMap<Box<str>, u32> = FxHashMap::default();
        let mut texts: Vec<Box<str>> = Vec::new();
        let mut needs: Vec<Need> = requirements
            .iter()
            .map(|requirement| need(requirement, &mut places, &mut texts))
            .collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA).filter(|_| texts.len() < 2_000))
            .build(texts.iter().map(|text| text.as_bytes()))
            .ok();
        if automaton.is_none() {
            // Too much to build: then every rule looks for itself.
            needs.fill(Need::Anything);
        }
        Self {
            automaton,
            needs,
            texts: texts.len(),
        }
    }

    /// The places of the rules that the file may match, among those asked for.
    #[must_use]
    pub(crate) fn candidates(&self, source: &[u8], asked: &[usize]) -> Vec<usize> {
        let mut present = vec![false; self.texts];
        let mut left = self.texts;
        if let Some(automaton) = &self.automaton {
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
        }
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
}

fn need(
    requirement: &Requirement,
    places: &mut FxHashMap<Box<str>, u32>,
    texts: &mut Vec<Box<str>>,
) -> Need {
    match requirement {
        Requirement::Anything => Need::Anything,
        Requirement::Literal(text) if text.is_empty() => Need::Anything,
        Requirement::Literal(text) => {
            let place = *places.entry(text.as_ref().into()).or_insert_with(|| {
                texts.push(text.as_ref().into());
                u32::try_from(texts.len() - 1).unwrap_or(u32::MAX)
            });
            Need::Text(place)
        }
        Requirement::All(each) => {
            Need::All(each.iter().map(|one| need(one, places, texts)).collect())
        }
        Requirement::Any(each) => {
            Need::Any(each.iter().map(|one| need(one, places, texts)).collect())
        }
    }
}

fn holds(need: &Need, present: &[bool]) -> bool {
    match need {
        Need::Anything => true,
        Need::Text(place) => present.get(*place as usize).copied().unwrap_or(true),
        Need::All(each) => each.iter().all(|one| holds(one, present)),
        Need::Any(each) => each.iter().any(|one| holds(one, present)),
    }
}
