//! Conda: `>=1.2,<2`, `1.2|1.3`, `=1.2` and `1.2.*` (begins with), `==1.2`, `~=1.2`.

use super::comparator::{Op, all, any};
use crate::order::conda::CondaVersion;

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = CondaVersion::parse(version)?;
    if requirement.contains(['(', ')', '^']) {
        return None;
    }
    any(requirement.split('|').map(|alternative| {
        all(alternative
            .split(',')
            .map(|clause| holds(clause.trim(), &version)))
    }))
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim();
    let text = text.strip_prefix("==").unwrap_or(text).trim_start();
    if text.contains('*') {
        return None;
    }
    CondaVersion::parse(text).map(|_| text.to_owned())
}

fn holds(clause: &str, version: &CondaVersion) -> Option<bool> {
    if clause == "*" {
        return Some(true);
    }
    if let Some(text) = clause.strip_prefix("~=") {
        let (prefix, _) = text.rsplit_once('.')?;
        return Some(
            *version >= CondaVersion::parse(text)?
                && version.starts_with(&CondaVersion::parse(prefix)?),
        );
    }
    let fuzzy = clause.starts_with('=') && !clause.starts_with("==");
    let (op, text) = Op::take(clause).unwrap_or((Op::Equal, clause));
    let prefix = text
        .strip_suffix('*')
        .map(|text| text.strip_suffix('.').unwrap_or(text));
    let bound = CondaVersion::parse(prefix.unwrap_or(text))?;
    if !fuzzy && prefix.is_none() {
        return Some(op.holds(version.cmp(&bound)));
    }
    match op {
        Op::Equal => Some(version.starts_with(&bound)),
        Op::NotEqual => Some(!version.starts_with(&bound)),
        // `>=1.2.*` is written often and meant without its star.
        Op::GreaterEqual | Op::Greater | Op::Less | Op::LessEqual => {
            Some(op.holds(version.cmp(&bound)))
        }
    }
}
