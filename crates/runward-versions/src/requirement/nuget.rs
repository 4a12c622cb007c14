//! NuGet: `1.0` is "1.0 or later"; intervals; floating versions such as `1.*` and `1.0.0-*`.

use super::interval::{Interval, take};
use crate::{number::Numbers, order::nuget::NuGetVersion};

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = NuGetVersion::parse(version)?;
    let text = requirement.trim();
    if text.contains('*') {
        return floating(text, &version);
    }
    match interval(text) {
        Some(interval) => Some(interval.contains(&version)),
        None => Some(version >= NuGetVersion::parse(text)?),
    }
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim();
    interval(text).filter(Interval::is_point)?;
    text.strip_prefix('[')?
        .strip_suffix(']')?
        .split(',')
        .next()
        .map(|version| version.trim().to_owned())
}

fn interval(text: &str) -> Option<Interval<NuGetVersion>> {
    let (interval, rest) = take(text, NuGetVersion::parse)?;
    rest.trim().is_empty().then_some(interval)
}

/// `*`, `1.*`, `1.2.*` and with pre-releases `*-*`, `1.*-*`, `1.0.0-*`, `1.0.0-rc.*`.
fn floating(text: &str, version: &NuGetVersion) -> Option<bool> {
    let (numbers, pre) = match text.split_once('-') {
        Some((numbers, pre)) => (numbers, Some(pre)),
        None => (text, None),
    };
    let pre_allowed = match pre {
        None => !version.is_prerelease(),
        Some(pre) => {
            let prefix = pre.strip_suffix('*')?;
            !version.is_prerelease()
                || version
                    .pre
                    .get(..prefix.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        }
    };
    let numbers_match = match numbers.strip_suffix('*') {
        Some("") => true,
        Some(prefix) => {
            let prefix = Numbers::parse_dotted(prefix.strip_suffix('.')?)?;
            version.core.starts_with(&prefix)
        }
        // `1.0.0-*` is the pre-releases of 1.0.0 and 1.0.0 itself.
        None => Numbers::parse_dotted(numbers)?
            .cmp_padded(&version.core)
            .is_eq(),
    };
    Some(pre_allowed && numbers_match)
}
