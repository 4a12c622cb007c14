//! NuGet: up to four numbers, then SemVer 2.0 pre-release labels that ignore case; build metadata
//! has no rank.

use std::cmp::Ordering;

use crate::{
    number::Numbers,
    order::semver::{SemVer, compare_pre},
    scan::Scan,
};

#[derive(Debug, Clone)]
pub(crate) struct NuGetVersion {
    pub(crate) core: Numbers,
    pub(crate) pre: Box<str>,
}

/// .NET's ordinal comparison folds case upward.
fn ignoring_case(a: &str, b: &str) -> Ordering {
    a.bytes()
        .map(|byte| byte.to_ascii_uppercase())
        .cmp(b.bytes().map(|byte| byte.to_ascii_uppercase()))
}

impl NuGetVersion {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan::new(text.trim());
        scan.word("v");
        let SemVer { core, pre, .. } = SemVer::parse_from(scan)?;
        (core.len() <= 4).then_some(Self { core, pre })
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }
}

impl Ord for NuGetVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.core
            .cmp_padded(&other.core)
            .then_with(|| compare_pre(&self.pre, &other.pre, ignoring_case))
    }
}

super::ordered_by_cmp!(NuGetVersion);
