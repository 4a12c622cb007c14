//! What was seen, before it is weighed.

use std::collections::{BTreeMap, BTreeSet};

use runward_model::{Location, Position, Signal};

use crate::context::Context;

/// Characters of evidence.
const MOST: usize = 160;

/// One thing in one place.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) id: String,
    pub(crate) weight: f64,
    pub(crate) evidence: String,
    pub(crate) location: Option<Location>,
    pub(crate) context: Context,
    pub(crate) behaviours: BTreeSet<String>,
}

impl Seen {
    /// Something about a file as a whole.
    pub(crate) fn file(id: &str, weight: f64, path: &str, evidence: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            weight,
            evidence: evidence.into(),
            location: Some(at(path, 1, 1)),
            context: Context::Library,
            behaviours: BTreeSet::new(),
        }
    }

    pub(crate) fn doing(mut self, behaviour: &str, context: Context) -> Self {
        self.behaviours.insert(behaviour.to_owned());
        self.context = context;
        self
    }
}

/// A signal of this weight or less says nothing alone.
const WEAK: f64 = 1.5;
/// So many of them count.
const MOST_WEAK: usize = 2;

/// A point of a file.
pub(crate) fn at(path: &str, line: u32, column: u32) -> Location {
    let start = Position { line, column };
    Location {
        path: path.to_owned(),
        start,
        end: start,
    }
}

/// One signal for each id: the heaviest, with how often the same was seen.
pub(crate) fn signals(seen: Vec<Seen>) -> Vec<Signal> {
    let mut best: BTreeMap<String, (Seen, usize)> = BTreeMap::new();
    for one in seen {
        if one.weight <= 0.0 {
            continue;
        }
        match best.get_mut(&one.id) {
            Some((known, times)) => {
                *times += 1;
                if one.weight > known.weight {
                    *known = one;
                }
            }
            None => {
                best.insert(one.id.clone(), (one, 1));
            }
        }
    }
    let mut signals: Vec<Signal> = best
        .into_values()
        .map(|(one, times)| Signal {
            id: one.id,
            weight: one.weight,
            evidence: match times {
                1 => shown(&one.evidence),
                times => format!("{} ({times} places)", shown(&one.evidence)),
            },
            location: one.location,
        })
        .collect();
    signals.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
    // A large package does a little of everything; what comes together is weighed elsewhere.
    for weak in signals
        .iter_mut()
        .filter(|one| one.weight <= WEAK)
        .skip(MOST_WEAK)
    {
        weak.weight = 0.0;
    }
    signals
}

/// One line without characters that play tricks.
pub(crate) fn shown(text: &str) -> String {
    let line: String = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .map(|c| {
            if c.is_control() || crate::bytes::is_hidden(c) {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_counts_once_with_its_heaviest_place() {
        let signals = signals(vec![
            Seen::file("a", 1.0, "x", "one"),
            Seen::file("a", 3.0, "y", "two\n\u{202E}lines"),
            Seen::file("b", 2.0, "z", "other"),
            Seen::file("c", 0.0, "z", "nothing"),
        ]);
        let short: Vec<(&str, f64)> = signals.iter().map(|s| (s.id.as_str(), s.weight)).collect();
        assert_eq!(short, [("a", 3.0), ("b", 2.0)]);
        assert_eq!(signals[0].evidence, "two \u{FFFD}lines (2 places)");
    }

    #[test]
    fn weak_signals_do_not_add_up_to_a_strong_one() {
        let many = (0..9).map(|n| Seen::file(&format!("w{n}"), 0.8, "x", "weak"));
        let signals = signals(many.chain([Seen::file("s", 3.0, "x", "strong")]).collect());
        assert_eq!(signals.len(), 10);
        let sum: f64 = signals.iter().map(|one| one.weight).sum();
        assert!((sum - 4.6).abs() < 1e-9, "{sum}");
    }
}
