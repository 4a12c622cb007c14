//! What holds for all versions: no text stops the program, and each order is total.

use std::cmp::Ordering;

use proptest::prelude::*;
use runward_model::Ecosystem;
use runward_versions::{Version, allows, compare, is_prerelease, pinned, same, step};

fn ecosystems() -> impl Strategy<Value = Ecosystem> {
    let mut all = Ecosystem::MATCHED.to_vec();
    all.push(Ecosystem::Conda);
    all.push(Ecosystem::Other("generic".to_owned()));
    prop::sample::select(all)
}

/// Texts made of what versions are made of.
fn version_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "0",
        "1",
        "2",
        "10",
        "01",
        "99999999999999999999",
        ".",
        ".",
        ".",
        "-",
        "-",
        "_",
        "+",
        "!",
        "~",
        "a",
        "b",
        "rc",
        "alpha",
        "beta",
        "dev",
        "post",
        "pre",
        "snapshot",
        "sp",
        "final",
        "ga",
        "p",
        "patch",
        "x",
        "v",
        "go",
        "*",
        "dev-",
        "é",
    ]);
    prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.concat())
}

fn requirement_like() -> impl Strategy<Value = String> {
    let clause = (
        prop::sample::select(vec![
            "", "=", "==", "===", "!=", ">=", "<=", ">", "<", "~>", "~=", "~", "^", "[", "(",
            " - ", ",", "|", "||", " and ", " or ", "@",
        ]),
        version_like(),
        prop::sample::select(vec!["", ",", " ", "||", "]", ")", ".*", "@dev", "-*"]),
    );
    prop::collection::vec(clause, 1..4).prop_map(|clauses| {
        let texts: Vec<String> = clauses
            .into_iter()
            .map(|(a, b, c)| format!("{a}{b}{c}"))
            .collect();
        texts.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_read_or_refused(
        ecosystem in ecosystems(),
        a in prop::collection::vec(any::<u8>(), 0..64),
        b in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let (a, b) = (String::from_utf8_lossy(&a), String::from_utf8_lossy(&b));
        let _ = compare(&ecosystem, &a, &b);
        let _ = allows(&ecosystem, &a, &b);
        let _ = pinned(&ecosystem, &a);
        let _ = step(&ecosystem, &a, &b);
        let _ = is_prerelease(&ecosystem, &a);
    }

    #[test]
    fn requirements_never_panic_and_pins_are_allowed(
        ecosystem in ecosystems(),
        requirement in requirement_like(),
        version in version_like(),
    ) {
        let _ = allows(&ecosystem, &requirement, &version);
        if let Some(pin) = pinned(&ecosystem, &requirement) {
            prop_assert_eq!(allows(&ecosystem, &requirement, &pin), Some(true), "`{}` pins `{}`", requirement, pin);
        }
    }

    #[test]
    fn orders_are_total(
        ecosystem in ecosystems(),
        texts in prop::collection::vec(version_like(), 3..12),
    ) {
        let versions: Vec<(Version, &String)> = texts
            .iter()
            .filter_map(|text| Some((Version::parse(&ecosystem, text).ok()?, text)))
            .collect();
        for (a, text) in &versions {
            prop_assert_eq!(a.cmp(a), Ordering::Equal);
            let spaced = format!(" {text} ");
            prop_assert!(same(&ecosystem, text, &spaced));
            for (b, other) in &versions {
                prop_assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{} {}", text, other);
                prop_assert_eq!(a == b, a.cmp(b).is_eq());
                prop_assert_eq!(same(&ecosystem, text, other), a == b);
                for (c, third) in &versions {
                    if a <= b && b <= c {
                        prop_assert!(a <= c, "`{}` <= `{}` <= `{}`", text, other, third);
                    }
                    if a == b {
                        prop_assert_eq!(a.cmp(c), b.cmp(c));
                    }
                }
            }
        }
    }

    #[test]
    fn mixed_versions_sort(
        texts in prop::collection::vec((ecosystems(), version_like()), 3..30),
    ) {
        let mut versions: Vec<Version> = texts
            .iter()
            .filter_map(|(ecosystem, text)| Version::parse(ecosystem, text).ok())
            .collect();
        versions.sort();
        prop_assert!(versions.is_sorted());
    }

    #[test]
    fn padding_and_prefixes_do_not_matter_on_pypi(
        parts in prop::collection::vec(0_u32..50, 1..5),
        zeros in 0_usize..4,
    ) {
        let dotted: Vec<String> = parts.iter().map(u32::to_string).collect();
        let text = dotted.join(".");
        let padded = format!("v{text}{}", ".0".repeat(zeros));
        prop_assert!(same(&Ecosystem::PyPI, &text, &padded));
        let pin = pinned(&Ecosystem::PyPI, &format!("=={padded}"));
        prop_assert_eq!(pin, Some(padded));
    }
}

#[test]
fn deep_and_long_texts_end() {
    for piece in [
        "1-", "1.", "a-", "1a", "-", "(", "[1,", "^", "||", "1 ", "~>1,", "a.1-",
    ] {
        let text = piece.repeat(8_000);
        for ecosystem in Ecosystem::MATCHED {
            let _ = compare(&ecosystem, &text, &text);
            let _ = allows(&ecosystem, &text, "1.0.0");
            let _ = pinned(&ecosystem, &text);
        }
    }
}
