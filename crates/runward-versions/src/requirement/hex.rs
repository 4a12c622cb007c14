//! Hex: requirements of Elixir's `Version`: `~> 1.2`, `>= 1.0.0 and < 2.0.0`, `or`.

use super::{
    comparator::{Op, all, any},
    partial::Partial,
};
use crate::order::semver::SemVer;

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = SemVer::parse(version)?;
    any(requirement.split(" or ").map(|alternative| {
        all(alternative
            .split(" and ")
            .map(|clause| holds(clause.trim(), &version)))
    }))
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim();
    let text = text.strip_prefix("==").unwrap_or(text).trim_start();
    Partial::parse(text, b"")?
        .is_full()
        .then(|| text.to_owned())
}

fn holds(clause: &str, version: &SemVer) -> Option<bool> {
    if let Some(text) = clause.strip_prefix("~>") {
        let base = Partial::parse(text.trim_start(), b"")?;
        let kept = base.numbers.len().checked_sub(1)?.max(1);
        let low = SemVer::with_pre(base.filled(), &base.pre);
        // The upper bound's own pre-releases are above what is meant.
        let high = SemVer::with_pre(base.next(kept)?, "0");
        return Some(*version >= low && *version < high);
    }
    let (op, text) = match Op::take(clause) {
        Some(found) => found,
        None => match clause.strip_prefix('!') {
            Some(text) => (Op::NotEqual, text.trim_start()),
            None => (Op::Equal, clause),
        },
    };
    let base = Partial::parse(text, b"")?;
    Some(op.holds(version.cmp(&SemVer::with_pre(base.filled(), &base.pre))))
}
