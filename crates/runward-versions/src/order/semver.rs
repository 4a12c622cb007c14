//! npm, crates.io, Hex: [SemVer 2.0](https://semver.org), read leniently, as advisories and old
//! registry entries need it: a leading `v` or `=`, missing or additional parts, leading zeros, and
//! npm's old `1.2.3beta` (a pre-release without its hyphen). Build metadata has no rank.

use std::cmp::Ordering;

use crate::{
    number::{Number, Numbers, compare_digits, is_digits},
    scan::Scan,
};

#[derive(Debug, Clone)]
pub(crate) struct SemVer {
    pub(crate) core: Numbers,
    /// Dotted identifiers; empty for a release.
    pub(crate) pre: Box<str>,
    /// Dotted identifiers; empty for none.
    pub(crate) build: Box<str>,
}

fn identifiers(text: &str) -> Option<Box<str>> {
    let valid = text.split('.').all(|identifier| {
        !identifier.is_empty()
            && identifier
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    valid.then(|| text.into())
}

/// SemVer 2.0, rule 11.4: numbers by value and below texts, texts by ASCII, the shorter list first.
pub(crate) fn compare_identifiers(a: &str, b: &str, texts: fn(&str, &str) -> Ordering) -> Ordering {
    let mut a = a.split('.');
    let mut b = b.split('.');
    loop {
        let ordering = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (is_digits(a), is_digits(b)) {
                (true, true) => compare_digits(a, b),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => texts(a, b),
            },
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// A pre-release stands before its release.
pub(crate) fn compare_pre(a: &str, b: &str, texts: fn(&str, &str) -> Ordering) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => compare_identifiers(a, b, texts),
    }
}

impl SemVer {
    pub(crate) fn release(parts: [u64; 3]) -> Self {
        Self::with_pre(parts, "")
    }

    pub(crate) fn with_pre(parts: [u64; 3], pre: &str) -> Self {
        Self {
            core: Numbers::of(&parts),
            pre: pre.into(),
            build: "".into(),
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan::new(text.trim());
        scan.one(|byte| byte == b'=');
        scan.word("v");
        Self::parse_from(scan)
    }

    /// Reads the rest after a prefix that is the ecosystem's own.
    pub(crate) fn parse_from(mut scan: Scan<'_>) -> Option<Self> {
        let mut core = Numbers::default();
        core.push(Number::parse(scan.digits())?);
        loop {
            let mut ahead = scan;
            let part = ahead
                .one(|byte| byte == b'.')
                .and_then(|_| Number::parse(ahead.digits()));
            let Some(part) = part else { break };
            core.push(part);
            scan = ahead;
        }
        let (before_build, build) = match scan.rest.split_once('+') {
            Some((before, build)) => (before, identifiers(build)?),
            None => (scan.rest, "".into()),
        };
        let pre = if before_build.is_empty() {
            "".into()
        } else {
            let text = before_build
                .strip_prefix(['-', '.'])
                .unwrap_or(before_build);
            identifiers(text)?
        };
        Some(Self { core, pre, build })
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }

    /// The first three parts where they fit 64 bits, which requirements are evaluated on.
    pub(crate) fn triple(&self) -> Option<[u64; 3]> {
        Some([
            self.core.small(0)?,
            self.core.small(1)?,
            self.core.small(2)?,
        ])
    }
}

impl Ord for SemVer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.core
            .cmp_padded(&other.core)
            .then_with(|| compare_pre(&self.pre, &other.pre, str::cmp))
    }
}

super::ordered_by_cmp!(SemVer);

/// Pub (`pub_semver`): SemVer, but a build stands after its plain version and builds are ordered
/// like pre-releases.
#[derive(Debug, Clone)]
pub(crate) struct PubVersion(pub(crate) SemVer);

impl Ord for PubVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0).then_with(|| {
            match (self.0.build.is_empty(), other.0.build.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => compare_identifiers(&self.0.build, &other.0.build, str::cmp),
            }
        })
    }
}

super::ordered_by_cmp!(PubVersion);
