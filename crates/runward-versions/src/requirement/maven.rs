//! Maven: hard ranges such as `[1.0,2.0),[3.0,)`, and soft requirements.
//!
//! A bare version is a wish, not a bound: Maven takes another one where something else asks for it
//! first, so that it allows everything, though it is what a build uses by itself.

use super::interval::{Interval, take};
use crate::order::maven::MavenVersion;

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = MavenVersion::parse(version)?;
    match parse(requirement)? {
        Requirement::Soft => Some(true),
        Requirement::Hard(intervals) => {
            Some(intervals.iter().any(|interval| interval.contains(&version)))
        }
    }
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim();
    match parse(text)? {
        Requirement::Soft => {
            let moving = ["latest", "release"]
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word));
            (!moving).then(|| text.to_owned())
        }
        Requirement::Hard(intervals) => match intervals.as_slice() {
            [interval] if interval.is_point() => text
                .strip_prefix('[')?
                .strip_suffix(']')?
                .split(',')
                .next()
                .map(|version| version.trim().to_owned()),
            _ => None,
        },
    }
}

enum Requirement {
    Soft,
    Hard(Vec<Interval<MavenVersion>>),
}

fn parse(requirement: &str) -> Option<Requirement> {
    let mut rest = requirement.trim();
    if !rest.starts_with(['[', '(']) {
        return MavenVersion::parse(rest).map(|_| Requirement::Soft);
    }
    let mut intervals = Vec::new();
    while !rest.is_empty() {
        let (interval, after) = take(rest, MavenVersion::parse)?;
        intervals.push(interval);
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) if !next.trim().is_empty() => next.trim_start(),
            Some(_) => return None,
            None => after,
        };
    }
    Some(Requirement::Hard(intervals))
}
