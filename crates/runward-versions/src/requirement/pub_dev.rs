//! Pub: constraints of `pub_semver`: `any`, `^1.2.3`, `>=1.0.0 <2.0.0`, one version.

use super::{
    comparator::{Op, split_clauses},
    partial::Partial,
};
use crate::order::semver::{PubVersion, SemVer};

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = PubVersion(SemVer::parse(version)?);
    let bounds = parse(requirement)?;
    Some(
        bounds
            .iter()
            .all(|(op, bound)| op.holds(version.cmp(bound))),
    )
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let text = requirement.trim();
    Partial::parse(text, b"")?
        .is_full()
        .then(|| text.to_owned())
}

fn read(text: &str) -> Option<PubVersion> {
    Partial::parse(text, b"")?.is_full().then_some(())?;
    Some(PubVersion(SemVer::parse(text)?))
}

fn parse(requirement: &str) -> Option<Vec<(Op, PubVersion)>> {
    let text = requirement.trim();
    if matches!(text, "" | "any") {
        return Some(Vec::new());
    }
    if text.contains(',') {
        return None;
    }
    let mut bounds = Vec::new();
    for clause in split_clauses(text) {
        if let Some(text) = clause.strip_prefix('^') {
            let low = read(text)?;
            let base = Partial::parse(text, b"")?;
            let kept = if base.filled()[0] == 0 { 2 } else { 1 };
            bounds.push((Op::GreaterEqual, low));
            bounds.push((
                Op::Less,
                PubVersion(SemVer::with_pre(base.next(kept)?, "0")),
            ));
            continue;
        }
        if clause.starts_with("!=") || clause.starts_with('=') {
            return None;
        }
        let (op, text) = Op::take(&clause).unwrap_or((Op::Equal, &clause));
        bounds.push((op, read(text)?));
    }
    exclude_upper_prereleases(&mut bounds);
    Some(bounds)
}

/// `<2.0.0` does not allow `2.0.0-dev`, unless the lower bound is a pre-release of `2.0.0` itself.
fn exclude_upper_prereleases(bounds: &mut [(Op, PubVersion)]) {
    let lows: Vec<SemVer> = bounds
        .iter()
        .filter(|(op, bound)| {
            matches!(op, Op::Greater | Op::GreaterEqual) && bound.0.is_prerelease()
        })
        .map(|(_, bound)| bound.0.clone())
        .collect();
    for (op, bound) in bounds {
        let plain = !bound.0.is_prerelease() && bound.0.build.is_empty();
        let own = lows
            .iter()
            .any(|low| low.core.cmp_padded(&bound.0.core).is_eq());
        if *op == Op::Less && plain && !own {
            bound.0.pre = "0".into();
        }
    }
}
