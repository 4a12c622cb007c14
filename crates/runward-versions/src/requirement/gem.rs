//! RubyGems: `Gem::Requirement`. Pre-releases are not set apart here; only the resolver does that.

use super::comparator::{Op, all};
use crate::{
    number::Number,
    order::gem::{GemVersion, Segment},
};

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = GemVersion::parse(version)?;
    all(requirement
        .split(',')
        .map(|clause| holds(clause.trim(), &version)))
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim();
    let text = text.strip_prefix('=').unwrap_or(text).trim_start();
    GemVersion::parse(text).map(|_| text.to_owned())
}

fn holds(clause: &str, version: &GemVersion) -> Option<bool> {
    if let Some(text) = clause.strip_prefix("~>") {
        let bound = GemVersion::parse(text)?;
        let release = GemVersion::new(version.numbers().cloned().map(Segment::Number).collect());
        return Some(*version >= bound && release < bump(&bound)?);
    }
    if clause.starts_with("==") {
        return None;
    }
    let (op, text) = Op::take(clause).unwrap_or((Op::Equal, clause));
    Some(op.holds(version.cmp(&GemVersion::parse(text)?)))
}

/// `1.2.3` becomes `1.3`: the last number goes, the one before it counts up.
fn bump(bound: &GemVersion) -> Option<GemVersion> {
    let mut numbers: Vec<Number> = bound.numbers().cloned().collect();
    if numbers.len() > 1 {
        numbers.pop();
    }
    let last = numbers.pop()?;
    numbers.push(last.successor());
    Some(GemVersion::new(
        numbers.into_iter().map(Segment::Number).collect(),
    ))
}
