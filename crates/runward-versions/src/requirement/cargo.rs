//! crates.io: requirements as Cargo reads them: `1.2` is `^1.2`, commas join.
//!
//! A pre-release is allowed only where a comparator names a pre-release of the very same numbers.

use super::{comparator::Op, partial::Partial};
use crate::order::semver::SemVer;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Compare(Op),
    Caret,
    Tilde,
    Any,
}

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let comparators = parse(requirement)?;
    let version = SemVer::parse(version)?;
    let triple = version.triple()?;
    let within = comparators
        .iter()
        .all(|(kind, bound)| holds(*kind, bound, &version, triple));
    let pre_allowed = !version.is_prerelease()
        || comparators
            .iter()
            .any(|(_, bound)| bound.is_full() && !bound.pre.is_empty() && bound.filled() == triple);
    Some(within && pre_allowed)
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim().strip_prefix('=')?.trim_start();
    Partial::parse(text, b"")?
        .is_full()
        .then(|| text.to_owned())
}

fn parse(requirement: &str) -> Option<Vec<(Kind, Partial)>> {
    let text = requirement.trim();
    if text.is_empty() {
        return None;
    }
    let text = text.strip_suffix(',').unwrap_or(text);
    text.split(',')
        .map(|clause| comparator(clause.trim()))
        .collect()
}

fn comparator(clause: &str) -> Option<(Kind, Partial)> {
    let (kind, text) = if let Some(text) = clause.strip_prefix('^') {
        (Kind::Caret, text)
    } else if let Some(text) = clause.strip_prefix('~') {
        (Kind::Tilde, text)
    } else if clause.starts_with("==") || clause.starts_with("!=") {
        return None;
    } else if let Some((op, text)) = Op::take(clause) {
        (Kind::Compare(op), text)
    } else {
        (Kind::Caret, clause)
    };
    let partial =
        Partial::parse(text.trim_start(), b"*xX").filter(|base| !base.number_after_wildcard)?;
    let kind = match kind {
        _ if partial.numbers.is_empty() => Kind::Any,
        // A wildcard without operator covers exactly what it stands for.
        Kind::Caret if partial.wildcard && !clause.starts_with('^') => Kind::Compare(Op::Equal),
        kind => kind,
    };
    Some((kind, partial))
}

fn holds(kind: Kind, bound: &Partial, version: &SemVer, triple: [u64; 3]) -> bool {
    let written = bound.numbers.len();
    let ordering = if bound.is_full() {
        version.cmp(&SemVer::with_pre(bound.filled(), &bound.pre))
    } else {
        triple.iter().take(written).cmp(bound.numbers.iter())
    };
    // `=1.2` covers the releases of 1.2 only.
    let covered_pre = !bound.is_full() && ordering.is_eq() && version.is_prerelease();
    let same = |kept: usize| {
        triple
            .iter()
            .zip(&bound.numbers)
            .take(kept)
            .all(|(a, b)| a == b)
    };
    match kind {
        Kind::Any => true,
        Kind::Compare(op) => op.holds(ordering) && !covered_pre,
        Kind::Tilde => ordering.is_ge() && same(written.min(2)) && !covered_pre,
        Kind::Caret => {
            let kept = bound
                .numbers
                .iter()
                .position(|number| *number != 0)
                .map_or(written, |place| place + 1);
            ordering.is_ge() && same(kept)
        }
    }
}
