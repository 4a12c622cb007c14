//! Slips from popular names are found, popular names are not flagged.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::too_many_lines,
    reason = "tests"
)]

use std::sync::LazyLock;

use runward_model::Ecosystem;
use runward_names::{Kind, Names, Strength};

static NAMES: LazyLock<Names> = LazyLock::new(Names::builtin);

/// A small generator with a seed, so that each run sees the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn letter(&mut self) -> char {
        char::from(b"abcdefghijklmnopqrstuvwxyz0123456789-"[self.below(37)])
    }

    /// One edit of `name`, of five sorts in turn.
    fn edit(&mut self, name: &str, sort: usize) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        let at = self.below(letters.len());
        match sort {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, self.letter()),
            2 => letters.insert(at, letters[at]),
            3 => letters[at] = self.letter(),
            _ if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => letters.push(self.letter()),
        }
        letters.into_iter().collect()
    }
}

/// Twenty edits of each of the 1,000 most popular names, of each sort; all but the known are flagged.
/// `tools/packages/names-compare.py` does the same with every possible edit.
#[test]
fn every_single_edit_of_popular_names_is_flagged() {
    let names = &NAMES;
    for ecosystem in [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::CratesIo] {
        let mut random = Random(0x5eed);
        let popular = names.popular(&ecosystem).unwrap();
        let (mut flagged, mut missed) = (0, Vec::new());
        for name in popular.names().take(1_000) {
            for sort in 0..20 {
                let edited = random.edit(name, sort % 5);
                let judged = names.judge(&ecosystem, &edited);
                let same = judged.name == name || judged.name.is_empty();
                if judged.rank.is_some() || same {
                    continue;
                }
                if judged.near.is_empty() {
                    missed.push(edited);
                } else {
                    flagged += 1;
                }
            }
        }
        assert!(flagged > 15_000, "{ecosystem}: {flagged}");
        let share = missed.len() * 1_000 / flagged;
        assert!(
            share < 2,
            "{ecosystem}: {} of {flagged} missed: {missed:?}",
            missed.len()
        );
    }
}

#[test]
fn popular_names_are_known() {
    let names = &NAMES;
    for (ecosystem, count) in [(Ecosystem::PyPI, 14_985), (Ecosystem::CratesIo, 1_717)] {
        let popular = names.popular(&ecosystem).unwrap();
        assert_eq!(popular.len(), count);
        for (rank, name) in (1..).zip(popular.names()) {
            let judged = names.judge(&ecosystem, name);
            assert_eq!((judged.rank, judged.near.len()), (Some(rank), 0), "{name}");
        }
    }
    // A few old npm names differ in case only, and are one here.
    let npm = names.popular(&Ecosystem::Npm).unwrap();
    assert!((9_990..=10_000).contains(&npm.len()), "{}", npm.len());
}

/// How often an honest but less known name is flagged: those of rank 5,001 on, as if unlisted.
#[test]
fn few_less_known_names_would_be_strong() {
    let names = &NAMES;
    let less_known: Vec<&str> = names
        .popular(&Ecosystem::PyPI)
        .unwrap()
        .names()
        .skip(5_000)
        .collect();
    let (mut strong, mut flagged) = (0, 0);
    for name in &less_known {
        if let Some(near) = names.as_if_unlisted(&Ecosystem::PyPI, name).first() {
            flagged += 1;
            strong += usize::from(near.strength == Strength::Strong);
        }
    }
    assert!(
        flagged * 100 < less_known.len() * 8,
        "{flagged} of {}",
        less_known.len()
    );
    assert!(
        strong * 100 < less_known.len(),
        "{strong} of {}",
        less_known.len()
    );
    assert!(strong > 0, "`git-python` and the like are in the list");
}

#[test]
fn each_kind_is_told_with_what_it_is_near() {
    let names = &NAMES;
    for (ecosystem, name, popular, kind, strength) in [
        (
            Ecosystem::PyPI,
            "reqeusts",
            "requests",
            Kind::Swap,
            Strength::Strong,
        ),
        (
            Ecosystem::PyPI,
            "Requessts",
            "requests",
            Kind::Repetition,
            Strength::Strong,
        ),
        (
            Ecosystem::PyPI,
            "r\u{435}quests",
            "requests",
            Kind::Homoglyph,
            Strength::Strong,
        ),
        (
            Ecosystem::PyPI,
            "rnatplotlib",
            "matplotlib",
            Kind::Homoglyph,
            Strength::Strong,
        ),
        (
            Ecosystem::PyPI,
            "scikitlearn",
            "scikit-learn",
            Kind::Separator,
            Strength::Strong,
        ),
        (
            Ecosystem::PyPI,
            "pyjwt2",
            "pyjwt",
            Kind::Version,
            Strength::Weak,
        ),
        (
            Ecosystem::PyPI,
            "python-requests",
            "requests",
            Kind::Affix,
            Strength::Weak,
        ),
        (
            Ecosystem::PyPI,
            "dateutil-python",
            "python-dateutil",
            Kind::SwappedWords,
            Strength::Strong,
        ),
        (
            Ecosystem::PyPI,
            "lodash",
            "lodash",
            Kind::OtherEcosystem,
            Strength::Weak,
        ),
        (
            Ecosystem::Npm,
            "types-node",
            "@types/node",
            Kind::Scope,
            Strength::Strong,
        ),
        (
            Ecosystem::Npm,
            "@bable/core",
            "@babel/core",
            Kind::Swap,
            Strength::Strong,
        ),
        (
            Ecosystem::Npm,
            "@bable/unknown",
            "@babel/types",
            Kind::NearScope,
            Strength::Strong,
        ),
        (
            Ecosystem::Npm,
            "helper-plugin-utils",
            "@babel/helper-plugin-utils",
            Kind::Unscoped,
            Strength::Weak,
        ),
        (
            Ecosystem::Npm,
            "expres",
            "express",
            Kind::Omission,
            Strength::Strong,
        ),
        (
            Ecosystem::Npm,
            "lodahs",
            "lodash",
            Kind::Swap,
            Strength::Strong,
        ),
        (
            Ecosystem::CratesIo,
            "serde_jsom",
            "serde-json",
            Kind::Keyboard,
            Strength::Strong,
        ),
        (
            Ecosystem::CratesIo,
            "tokioo",
            "tokio",
            Kind::Repetition,
            Strength::Weak,
        ),
    ] {
        let judged = names.judge(&ecosystem, name);
        assert_eq!(judged.rank, None, "{name}");
        let near = judged
            .near
            .first()
            .unwrap_or_else(|| panic!("{name} is near nothing"));
        assert_eq!(
            (near.popular.as_str(), near.kind),
            (popular, kind),
            "{name}"
        );
        assert_eq!(near.strength, strength, "{name} {}", near.weight);
        assert!((1.0..=10.0).contains(&near.weight) && near.evidence().contains(popular));
    }
    for name in ["my-company-billing", "a-name-that-nobody-has", "zzzz", ""] {
        assert_eq!(names.judge(&Ecosystem::PyPI, name).near, [], "{name}");
    }
    let other = names.judge(&Ecosystem::Hex, "anything");
    assert!(!other.compared && other.near.is_empty());
}

#[test]
fn a_slip_in_a_scope_is_weak_as_only_its_owner_publishes_there() {
    let judged = NAMES.judge(&Ecosystem::Npm, "@babel/coree");
    assert_eq!(judged.near[0].strength, Strength::Weak);
}

#[test]
fn any_length_is_answered() {
    let names = &NAMES;
    for length in [1, 100, 214, 215, 100_000] {
        let _ = names.judge(&Ecosystem::PyPI, &"a-".repeat(length));
        let _ = names.judge(&Ecosystem::Npm, &format!("@{}/x", "\u{435}".repeat(length)));
    }
}

mod any {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_name_is_answered(name in any::<String>()) {
            for ecosystem in [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::CratesIo] {
                let _ = NAMES.judge(&ecosystem, &name);
            }
        }
    }
}
