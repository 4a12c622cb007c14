//! npm: ranges of `node-semver`.
//!
//! A pre-release is allowed only where a comparator of the same alternative names a pre-release of
//! the very same numbers.

use super::{
    comparator::{Op, split_clauses},
    partial::Partial,
};
use crate::order::semver::SemVer;

type Comparator = (Op, SemVer);

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let alternatives = parse(requirement)?;
    let version = SemVer::parse(version)?;
    Some(
        alternatives
            .iter()
            .any(|comparators| satisfies(comparators, &version)),
    )
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim();
    let text = text.strip_prefix('=').unwrap_or(text).trim_start();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let partial = Partial::parse(text, WILDCARDS)?;
    partial.is_full().then(|| text.to_owned())
}

const WILDCARDS: &[u8] = b"xX*";

fn satisfies(comparators: &[Comparator], version: &SemVer) -> bool {
    let within = comparators
        .iter()
        .all(|(op, bound)| op.holds(version.cmp(bound)));
    within
        && (!version.is_prerelease()
            || comparators.iter().any(|(_, bound)| {
                bound.is_prerelease() && bound.core.cmp_padded(&version.core).is_eq()
            }))
}

/// Alternatives of comparators that hold together.
fn parse(requirement: &str) -> Option<Vec<Vec<Comparator>>> {
    requirement.split("||").map(alternative).collect()
}

fn alternative(text: &str) -> Option<Vec<Comparator>> {
    let mut comparators = Vec::new();
    if let Some((from, to)) = text.split_once(" - ") {
        let from = partial(from.trim())?;
        let to = partial(to.trim())?;
        if !from.numbers.is_empty() {
            comparators.push((Op::GreaterEqual, lowest(&from)));
        }
        comparators.extend(up_to(&to)?);
        return Some(comparators);
    }
    // Commas are no separators here; a text with one is not npm's.
    if text.contains(',') {
        return None;
    }
    for clause in split_clauses(text) {
        comparators.extend(clause_comparators(&clause)?);
    }
    Some(comparators)
}

fn partial(text: &str) -> Option<Partial> {
    let text = text.strip_prefix('=').unwrap_or(text).trim_start();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    Partial::parse(text, WILDCARDS)
}

/// A partial version outside `^`, `~` and hyphen ranges.
fn comparable(text: &str) -> Option<Partial> {
    partial(text).filter(|base| !base.number_after_wildcard)
}

fn lowest(partial: &Partial) -> SemVer {
    SemVer::with_pre(partial.filled(), &partial.pre)
}

/// Below the numbers and their pre-releases.
fn below(numbers: [u64; 3]) -> Comparator {
    (Op::Less, SemVer::with_pre(numbers, "0"))
}

/// At most what a partial version covers.
fn up_to(to: &Partial) -> Option<Vec<Comparator>> {
    Some(match to.numbers.len() {
        0 => Vec::new(),
        3 => vec![(Op::LessEqual, lowest(to))],
        kept => vec![below(to.next(kept)?)],
    })
}

fn clause_comparators(clause: &str) -> Option<Vec<Comparator>> {
    if let Some(text) = clause.strip_prefix('^') {
        let base = partial(text)?;
        let written = base.numbers.len();
        // The leftmost number that is not zero stays; all that is written where all are zero.
        let kept = base
            .numbers
            .iter()
            .position(|number| *number != 0)
            .map_or(written, |place| place + 1);
        return between(&base, kept);
    }
    if let Some(text) = clause
        .strip_prefix("~>")
        .or_else(|| clause.strip_prefix('~'))
    {
        let base = partial(text)?;
        let kept = base.numbers.len().min(2);
        return between(&base, kept);
    }
    let Some((op, text)) = Op::take(clause) else {
        return exactly(&comparable(clause)?);
    };
    // npm knows neither `!=` nor `==`.
    if clause.starts_with("!=") || clause.starts_with("==") {
        return None;
    }
    let base = comparable(text)?;
    if base.is_full() {
        return Some(vec![(op, lowest(&base))]);
    }
    let kept = base.numbers.len();
    Some(match op {
        Op::Equal => return exactly(&base),
        Op::NotEqual => return None,
        Op::GreaterEqual if kept == 0 => Vec::new(),
        Op::GreaterEqual => vec![(Op::GreaterEqual, lowest(&base))],
        Op::LessEqual => return up_to(&base),
        // Nothing is below or above everything.
        Op::Less | Op::Greater if kept == 0 => vec![below([0; 3])],
        Op::Less => vec![below(base.filled())],
        Op::Greater => vec![(Op::GreaterEqual, SemVer::release(base.next(kept)?))],
    })
}

fn exactly(base: &Partial) -> Option<Vec<Comparator>> {
    if base.is_full() {
        return Some(vec![(Op::Equal, lowest(base))]);
    }
    between(base, base.numbers.len())
}

/// From a version up to the end of what shares its first `kept` numbers.
fn between(base: &Partial, kept: usize) -> Option<Vec<Comparator>> {
    if kept == 0 {
        return Some(Vec::new());
    }
    Some(vec![
        (Op::GreaterEqual, lowest(base)),
        below(base.next(kept)?),
    ])
}
