//! How far an upgrade goes.

use runward_model::Ecosystem;

use crate::{Version, number::Numbers};

/// The part of a version that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The third part or a later one, a pre-release, or nothing.
    Patch,
    Minor,
    Major,
    /// A version cannot be read, or has no numbers.
    Unclear,
}

/// Which part changes between two versions, in either direction.
///
/// npm, crates.io and Packagist promise compatibility only behind the leftmost part that is not
/// zero, so that `0.3` to `0.4` and `0.0.3` to `0.0.4` are [`Step::Major`]; Pub makes that promise
/// for minor versions only (`0.3` to `0.4` is major, `0.0.3` to `0.0.4` is a patch). A change of
/// epoch is [`Step::Major`].
pub fn step(ecosystem: &Ecosystem, from: &str, to: &str) -> Step {
    let (Ok(from), Ok(to)) = (
        Version::parse(ecosystem, from),
        Version::parse(ecosystem, to),
    ) else {
        return Step::Unclear;
    };
    if from == to {
        return Step::Patch;
    }
    let (Some(before), Some(after)) = (from.release(), to.release()) else {
        return Step::Unclear;
    };
    if !from.same_epoch(&to) {
        return Step::Major;
    }
    // `before` and `after` agree up to the place, so one of them is enough to look for zeros.
    match before.first_difference(&after) {
        Some(0) => Step::Major,
        Some(1) if zero_is_unstable(ecosystem) && zeros(&before, 1) => Step::Major,
        Some(2) if zero_zero_is_unstable(ecosystem) && zeros(&before, 2) => Step::Major,
        Some(1) => Step::Minor,
        Some(_) | None => Step::Patch,
    }
}

fn zeros(release: &Numbers, parts: usize) -> bool {
    (0..parts).all(|place| release.at(place).is_zero())
}

fn zero_is_unstable(ecosystem: &Ecosystem) -> bool {
    matches!(
        ecosystem,
        Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Packagist | Ecosystem::Pub
    )
}

fn zero_zero_is_unstable(ecosystem: &Ecosystem) -> bool {
    zero_is_unstable(ecosystem) && *ecosystem != Ecosystem::Pub
}
