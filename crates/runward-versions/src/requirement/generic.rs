//! Ecosystems without a notation of their own here: comparisons joined by commas.

use super::comparator::{Op, all};
use crate::order::generic::GenericVersion;

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = GenericVersion::parse(version)?;
    all(requirement.split(',').map(|clause| {
        // A bare version may mean "exactly" or "at least"; nobody can tell.
        let (op, text) = Op::take(clause.trim())?;
        Some(op.holds(version.cmp(&GenericVersion::parse(text)?)))
    }))
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim().strip_prefix('=')?;
    let text = text.strip_prefix('=').unwrap_or(text).trim();
    let plain = !text.contains([',', '*', '<', '>', '=', '|', ' ']);
    (plain && GenericVersion::parse(text).is_some()).then(|| text.to_owned())
}
