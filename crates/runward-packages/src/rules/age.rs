//! What the dates and numbers of releases say.

use super::{Evidence, Facts, day, days, days_between};
use crate::{
    metadata::{Metadata, Release},
    signals as ids,
};

/// A jump is more than this many major versions.
const JUMP: u64 = 10;
/// From this major version on, a first release is implausible, unless it is a date.
const HIGH_MAJOR: u64 = 50;
/// With more releases, a high number is a history.
const FEW_RELEASES: usize = 3;

pub(super) fn evaluate(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    young(facts, data, evidence);
    if data.releases.len() == 1 && !facts.is_popular() {
        let version = data.releases.first().map_or("", |r| r.version.as_str());
        evidence.add(
            ids::SINGLE_RELEASE,
            format!("{version} is the only release"),
        );
    }
    if !facts.is_popular() {
        implausible(data, evidence);
    }
    let dated: Vec<&Release> = data
        .releases
        .iter()
        .filter(|r| r.uploaded.is_some())
        .collect();
    // Releases are sorted by date, the undated before.
    if let [.., before, newest] = dated.as_slice() {
        revived(facts, before, newest, evidence);
        jump(facts, data, newest, evidence);
    }
}

fn young(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    let Some(first) = data.first_release() else {
        let told = data.gaps.iter().find(|gap| gap.signal == ids::YOUNG);
        let reason = told.map_or("the registry does not date its releases", |gap| &gap.reason);
        for id in [ids::YOUNG, ids::REVIVED] {
            evidence.skip(id, reason);
        }
        return;
    };
    // A date in the future is a registry's wrong clock, and young all the same.
    let age = days_between(first, facts.now).max(0);
    if age < i64::from(facts.policy.young_days) {
        evidence.add(
            ids::YOUNG,
            format!("first released {} ago, on {}", days(age), day(first)),
        );
    }
}

fn revived(facts: &Facts<'_>, before: &Release, newest: &Release, evidence: &mut Evidence) {
    let (Some(before_at), Some(newest_at)) = (before.uploaded, newest.uploaded) else {
        return;
    };
    let gap = days_between(before_at, newest_at);
    let since = days_between(newest_at, facts.now);
    if gap > i64::from(facts.policy.silent_days) && since <= i64::from(facts.policy.recent_days) {
        evidence.add(
            ids::REVIVED,
            format!(
                "{} of {} is the first release since {} of {}",
                newest.version,
                day(newest_at),
                before.version,
                day(before_at)
            ),
        );
    }
}

/// Compares the newest release with the highest before it: branches are maintained side by side.
fn jump(facts: &Facts<'_>, data: &Metadata, newest: &Release, evidence: &mut Evidence) {
    let is_chosen = facts
        .chosen(data)
        .is_some_and(|chosen| chosen.version == newest.version);
    let Some(major) = major(&newest.version) else {
        return;
    };
    let highest = data
        .releases
        .iter()
        .filter(|r| r.version != newest.version)
        .filter_map(|r| Some((self::major(&r.version)?, &r.version)))
        .max();
    if let Some((before, version)) = highest
        && is_chosen
        && major > before.saturating_add(JUMP)
        && !is_date(major)
    {
        evidence.add(
            ids::VERSION_JUMP,
            format!("{} follows {version}", newest.version),
        );
    }
}

fn implausible(data: &Metadata, evidence: &mut Evidence) {
    if data.releases.len() > FEW_RELEASES {
        return;
    }
    let majors = data.releases.iter().map(|r| (major(&r.version), r));
    let high = majors
        .filter_map(|(number, release)| Some((number?, release)))
        .find(|(number, _)| *number >= HIGH_MAJOR && !is_date(*number));
    if let Some((_, release)) = high {
        evidence.add(
            ids::IMPLAUSIBLE_VERSION,
            format!(
                "{} is among the first {} releases",
                release.version,
                data.releases.len()
            ),
        );
    }
}

/// The first number of a version; an epoch (`1!`) is passed over.
fn major(version: &str) -> Option<u64> {
    let version = version.trim().trim_start_matches(['v', 'V', '=']);
    let version = version.split_once('!').map_or(version, |(_, rest)| rest);
    let digits = version
        .find(|c: char| !c.is_ascii_digit())
        .map_or(version, |end| version.get(..end).unwrap_or_default());
    if digits.len() > 18 {
        return Some(u64::MAX);
    }
    digits.parse().ok()
}

/// Years, year and month, and days written as one number are how some projects count.
fn is_date(major: u64) -> bool {
    let month = |m: u64| (1..=12).contains(&m);
    let year = |y: u64| (1990..=2100).contains(&y);
    year(major)
        || (year(major / 100) && month(major % 100))
        || (year(major / 10_000) && month(major / 100 % 100) && (1..=31).contains(&(major % 100)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_are_the_first_numbers() {
        for (version, expected) in [
            ("1.2.3", Some(1)),
            ("v99", Some(99)),
            ("2!7.1", Some(7)),
            ("", None),
            ("dev", None),
            ("99999999999999999999999", Some(u64::MAX)),
        ] {
            assert_eq!(major(version), expected, "{version}");
        }
    }

    #[test]
    fn dates_are_no_high_versions() {
        for date in [2024, 202_412, 20_241_231] {
            assert!(is_date(date), "{date}");
        }
        for number in [99, 999, 9_999, 202_413, 20_241_232, u64::MAX] {
            assert!(!is_date(number), "{number}");
        }
    }
}
