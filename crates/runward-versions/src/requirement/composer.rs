//! Packagist: constraints of `composer/semver`.
//!
//! Ranges begin and end at the lowest development version (`<2.0` is below `2.0.0.0-dev`), as
//! Composer has them. Which stability a project accepts is decided elsewhere; pre-releases inside
//! a range are allowed.

use std::cmp::Ordering;

use super::comparator::{Op, all, any};
use crate::{
    number::{Number, Numbers},
    order::composer::{ComposerVersion, Stability, Written, stability_flag, written},
    scan::Scan,
};

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = ComposerVersion::parse(version)?;
    any(alternatives(requirement).map(|text| alternative(text.trim(), &version)))
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = without_alias(requirement.trim());
    let text = text
        .strip_prefix("==")
        .or_else(|| text.strip_prefix('='))
        .unwrap_or(text)
        .trim();
    let text = without_flag(text).0;
    match ComposerVersion::parse(text)? {
        // A branch moves.
        ComposerVersion::Branch(_) => None,
        ComposerVersion::Numbered(_) => written(text).map(|_| text.to_owned()),
    }
}

/// `|` and `||`.
fn alternatives(requirement: &str) -> impl Iterator<Item = &str> {
    requirement
        .split("||")
        .flat_map(|alternative| alternative.split('|'))
}

fn without_alias(text: &str) -> &str {
    text.split_once(" as ")
        .map_or(text, |(version, _)| version.trim_end())
}

/// The text before `@stability`, and the stability.
fn without_flag(text: &str) -> (&str, Option<Stability>) {
    match text.rsplit_once('@') {
        Some((version, flag)) => match stability_flag(flag.trim()) {
            Some(stability) => (version.trim_end(), Some(stability)),
            None => (text, None),
        },
        None => (text, None),
    }
}

fn alternative(text: &str, version: &ComposerVersion) -> Option<bool> {
    let text = without_alias(text);
    if let Some((from, to)) = text.split_once(" - ") {
        return hyphen(from.trim(), to.trim(), version);
    }
    let clauses = super::comparator::split_clauses(text);
    if clauses.is_empty() {
        return None;
    }
    all(clauses.iter().map(|clause| holds(clause, version)))
}

fn at_least(bound: &ComposerVersion, version: &ComposerVersion) -> bool {
    compares(Op::GreaterEqual, version, bound)
}

/// Branches match themselves only, and no comparison but `!=` holds across the kinds.
fn compares(op: Op, version: &ComposerVersion, bound: &ComposerVersion) -> bool {
    match (version, bound) {
        (ComposerVersion::Numbered(_), ComposerVersion::Numbered(_)) => {
            op.holds(version.cmp(bound))
        }
        (ComposerVersion::Branch(a), ComposerVersion::Branch(b)) => match op {
            Op::Equal => a == b,
            Op::NotEqual => a != b,
            _ => false,
        },
        _ => op == Op::NotEqual,
    }
}

/// The first `kept` numbers of four, then zeros, as a development version.
fn floor(numbers: &Numbers, kept: usize) -> ComposerVersion {
    let mut floor = Numbers::default();
    for place in 0..4 {
        floor.push(if place < kept {
            numbers.at(place)
        } else {
            Number::ZERO
        });
    }
    ComposerVersion::dev(floor)
}

/// The lowest version above everything that shares the first `kept` numbers.
fn ceiling(numbers: &Numbers, kept: usize) -> ComposerVersion {
    let mut next = Numbers::default();
    for place in 0..4 {
        next.push(match (place + 1).cmp(&kept) {
            Ordering::Less => numbers.at(place),
            Ordering::Equal => numbers.at(place).successor(),
            Ordering::Greater => Number::ZERO,
        });
    }
    ComposerVersion::dev(next)
}

/// A written version as a lower bound: without a modifier it begins at its development version.
fn lower(written: Written) -> ComposerVersion {
    if written.modifier.is_empty() && written.classical {
        return floor(&written.numbers, 4);
    }
    written.into_version()
}

fn hyphen(from: &str, to: &str, version: &ComposerVersion) -> Option<bool> {
    let low = lower(written(from)?);
    let to = written(to)?;
    let within = if to.numbers.len() > 2 || !to.modifier.is_empty() {
        compares(Op::LessEqual, version, &to.into_version())
    } else {
        compares(Op::Less, version, &ceiling(&to.numbers, to.numbers.len()))
    };
    Some(at_least(&low, version) && within)
}

fn holds(clause: &str, version: &ComposerVersion) -> Option<bool> {
    let (text, flag) = without_flag(clause);
    if text.is_empty() && flag.is_some() {
        return Some(true);
    }
    if is_wildcard(text.strip_prefix(['v', 'V']).unwrap_or(text)) {
        return Some(true);
    }
    if let Some(text) = text.strip_prefix('~') {
        let base = written(text).filter(|base| base.classical)?;
        let numbers = base.numbers.clone();
        let kept = numbers.len().saturating_sub(1).max(1);
        return Some(range(&lower(base), &ceiling(&numbers, kept), version));
    }
    if let Some(text) = text.strip_prefix('^') {
        let base = written(text).filter(|base| base.classical)?;
        let numbers = base.numbers.clone();
        // The leftmost number that is not zero stays, among those written, three at most.
        let kept = (0..numbers.len().min(3))
            .find(|place| !numbers.at(*place).is_zero())
            .unwrap_or(numbers.len().min(3).saturating_sub(1))
            + 1;
        return Some(range(&lower(base), &ceiling(&numbers, kept), version));
    }
    if let Some(numbers) = x_range(text) {
        let kept = numbers.len();
        return Some(range(
            &floor(&numbers, kept),
            &ceiling(&numbers, kept),
            version,
        ));
    }
    let (op, text) = match text.strip_prefix("<>") {
        Some(text) => (Op::NotEqual, text.trim_start()),
        None => Op::take(text).unwrap_or((Op::Equal, text)),
    };
    // `>=1.*` and the like are errors in Composer as well.
    let bound = bound(op, text, flag)?;
    Some(compares(op, version, &bound))
}

fn range(low: &ComposerVersion, high: &ComposerVersion, version: &ComposerVersion) -> bool {
    at_least(low, version) && compares(Op::Less, version, high)
}

fn bound(op: Op, text: &str, flag: Option<Stability>) -> Option<ComposerVersion> {
    let stable =
        |text: &str| written(text).filter(|base| base.modifier.is_empty() && base.classical);
    if let Some(base) = stable(text) {
        // `>=1.0@beta` begins at the first beta, `<2.0` below every version of 2.0.
        let word = match flag.filter(|_| op != Op::Equal) {
            Some(Stability::Candidate) => Some("RC"),
            Some(Stability::Beta) => Some("beta"),
            Some(Stability::Alpha) => Some("alpha"),
            _ => None,
        };
        if let Some(word) = word {
            return ComposerVersion::parse(&format!("{text}-{word}"));
        }
        let from_dev = flag == Some(Stability::Dev) && op != Op::Equal;
        if from_dev || matches!(op, Op::Less | Op::GreaterEqual) {
            return Some(floor(&base.numbers, 4));
        }
    }
    ComposerVersion::parse(text)
}

fn is_wildcard(text: &str) -> bool {
    !text.is_empty() && text.split('.').all(|part| matches!(part, "*" | "x" | "X"))
}

/// The numbers of `1.*`, `1.2.x`, `1.*.*`.
fn x_range(text: &str) -> Option<Numbers> {
    let mut scan = Scan::new(text);
    scan.word("v");
    let mut numbers = Numbers::default();
    numbers.push(Number::parse(scan.digits())?);
    let mut wildcards = 0;
    while scan.one(|byte| byte == b'.').is_some() {
        if scan
            .one(|byte| matches!(byte, b'*' | b'x' | b'X'))
            .is_some()
        {
            wildcards += 1;
        } else if wildcards == 0 && numbers.len() < 3 {
            numbers.push(Number::parse(scan.digits())?);
        } else {
            return None;
        }
    }
    (scan.is_done() && wildcards > 0).then_some(numbers)
}
