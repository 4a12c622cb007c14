//! The same questions to `pep440_rs` and `semver`, the crates that uv and Cargo are built on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail"
)]

use std::str::FromStr;

use proptest::prelude::*;
use runward_model::Ecosystem;
use runward_versions::{allows, compare};

fn number() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["0", "1", "2", "3", "10", "20240101"]).prop_map(str::to_owned)
}

fn separator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", ".", "-", "_"])
}

fn pick(words: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop::sample::select(words.to_vec())
}

fn pep440() -> impl Strategy<Value = String> {
    let release = prop::collection::vec(number(), 1..5).prop_map(|parts| parts.join("."));
    let suffix = |words: &[&'static str]| {
        prop::option::weighted(0.3, (separator(), pick(words), separator(), number()))
            .prop_map(|found| found.map_or(String::new(), |(a, b, c, d)| format!("{a}{b}{c}{d}")))
    };
    let local = prop::option::weighted(
        0.2,
        pick(&["+a", "+1", "+1.a", "+ubuntu-1", "+A_2", "+10.0"]),
    )
    .prop_map(Option::unwrap_or_default);
    (
        pick(&["", "", "", "v", "1!"]),
        release,
        suffix(&["a", "b", "c", "rc", "alpha", "BETA", "pre", "preview"]),
        suffix(&["post", "rev", "r"]),
        suffix(&["dev"]),
        local,
    )
        .prop_map(|(prefix, release, pre, post, dev, local)| {
            format!("{prefix}{release}{pre}{post}{dev}{local}")
        })
}

fn semver_text() -> impl Strategy<Value = String> {
    let pre = pick(&[
        "",
        "",
        "",
        "-0",
        "-1",
        "-alpha",
        "-alpha.1",
        "-alpha.beta",
        "-beta.11",
        "-rc.2",
        "-x-y",
    ]);
    let build = pick(&["", "", "+b", "+1.2"]);
    (small(), small(), small(), pre, build)
        .prop_map(|(a, b, c, pre, build)| format!("{a}.{b}.{c}{pre}{build}"))
}

fn small() -> impl Strategy<Value = &'static str> {
    pick(&["0", "0", "1", "2", "10"])
}

fn cargo_requirement() -> impl Strategy<Value = String> {
    let part = (
        small(),
        small(),
        small(),
        pick(&["", "", "-alpha", "-alpha.1", "-0"]),
        0_u8..5,
    )
        .prop_map(|(a, b, c, pre, shape)| match shape {
            0 => a.to_owned(),
            1 => format!("{a}.{b}"),
            2 => format!("{a}.*"),
            3 => format!("{a}.{b}.*"),
            _ => format!("{a}.{b}.{c}{pre}"),
        });
    let clause = (pick(&["", "^", "~", "=", ">", ">=", "<", "<=", "> "]), part)
        .prop_map(|(op, part)| format!("{op}{part}"));
    prop::collection::vec(clause, 1..3).prop_map(|clauses| clauses.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn pep440_rs_orders_alike(a in pep440(), b in pep440()) {
        let theirs = match (pep440_rs::Version::from_str(&a), pep440_rs::Version::from_str(&b)) {
            (Ok(a), Ok(b)) => Some(a.cmp(&b)),
            _ => None,
        };
        prop_assert_eq!(compare(&Ecosystem::PyPI, &a, &b).ok(), theirs, "`{}` `{}`", a, b);
    }

    /// Final releases only: which pre-releases a specifier takes is not part of `pep440_rs`.
    #[test]
    fn pep440_rs_specifies_alike(
        op in pick(&["==", "!=", "<=", ">=", "<", ">", "~="]),
        bound in pep440(),
        parts in prop::collection::vec(number(), 1..4),
    ) {
        let requirement = format!("{op}{bound}");
        let version = parts.join(".");
        let theirs = pep440_rs::VersionSpecifiers::from_str(&requirement)
            .ok()
            .map(|specifiers| specifiers.contains(&version.parse().unwrap()));
        prop_assert_eq!(
            allows(&Ecosystem::PyPI, &requirement, &version), theirs,
            "`{}` `{}`", requirement, version
        );
    }

    #[test]
    fn semver_orders_alike(a in semver_text(), b in semver_text()) {
        let theirs = semver::Version::parse(&a).unwrap().cmp_precedence(&semver::Version::parse(&b).unwrap());
        prop_assert_eq!(compare(&Ecosystem::CratesIo, &a, &b).unwrap(), theirs);
    }

    #[test]
    fn semver_requires_alike(requirement in cargo_requirement(), version in semver_text()) {
        let theirs = semver::VersionReq::parse(&requirement)
            .ok()
            .map(|requirement| requirement.matches(&semver::Version::parse(&version).unwrap()));
        prop_assert_eq!(
            allows(&Ecosystem::CratesIo, &requirement, &version), theirs,
            "`{}` `{}`", requirement, version
        );
    }
}
