use std::fmt;

use runward_model::Ecosystem;
use serde::{Deserialize, Serialize};

/// How a name comes to be taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// A character is missing: `reqests`.
    Omission,
    /// A character too many: `requewsts`.
    Insertion,
    /// A character typed twice: `reqquests`.
    Repetition,
    /// Two neighbours exchanged: `reqeusts`.
    Swap,
    /// Another character: `kequests`.
    Substitution,
    /// The key beside the right one: `rewuests`.
    Keyboard,
    /// A character that differs in one bit, as a memory error makes it: `bequests`.
    BitFlip,
    /// Characters that look alike: `rnatplotlib`, `p1llow`, Cyrillic letters.
    Homoglyph,
    /// Separators added, removed or moved: `scikitlearn`, `num-py`.
    Separator,
    /// The words in another order: `dateutil-python`.
    SwappedWords,
    /// A digit added at the end, as for another version: `requests3`.
    Version,
    /// A customary prefix or suffix added: `python-requests`, `requests-cli`.
    Affix,
    /// The prefix or suffix left out: `dateutil` for `python-dateutil`.
    LostAffix,
    /// One prefix or suffix for another: `python-jwt` for `pyjwt`.
    ChangedAffix,
    /// Singular for plural or the other way round: `request`.
    Plural,
    /// A scoped name written without its scope's marks: `types-node` for `@types/node`.
    Scope,
    /// A scope that is nearly a popular one: `@bable/core`.
    NearScope,
    /// A scoped package's name without its scope: `compiler-sfc` for `@vue/compiler-sfc`.
    Unscoped,
    /// A package that is known in another registry only: `lodash` on `PyPI`.
    OtherEcosystem,
}

impl Kind {
    pub const ALL: [Self; 19] = [
        Self::Omission,
        Self::Insertion,
        Self::Repetition,
        Self::Swap,
        Self::Substitution,
        Self::Keyboard,
        Self::BitFlip,
        Self::Homoglyph,
        Self::Separator,
        Self::SwappedWords,
        Self::Version,
        Self::Affix,
        Self::LostAffix,
        Self::ChangedAffix,
        Self::Plural,
        Self::Scope,
        Self::NearScope,
        Self::Unscoped,
        Self::OtherEcosystem,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Omission => "omission",
            Self::Insertion => "insertion",
            Self::Repetition => "repetition",
            Self::Swap => "swap",
            Self::Substitution => "substitution",
            Self::Keyboard => "keyboard",
            Self::BitFlip => "bit-flip",
            Self::Homoglyph => "homoglyph",
            Self::Separator => "separator",
            Self::SwappedWords => "swapped-words",
            Self::Version => "version",
            Self::Affix => "affix",
            Self::LostAffix => "lost-affix",
            Self::ChangedAffix => "changed-affix",
            Self::Plural => "plural",
            Self::Scope => "scope",
            Self::NearScope => "near-scope",
            Self::Unscoped => "unscoped",
            Self::OtherEcosystem => "other-ecosystem",
        }
    }

    /// What stands between the two names, to go before "`requests`".
    fn relation(self) -> &'static str {
        match self {
            Self::Omission => "one character less than",
            Self::Insertion => "one character more than",
            Self::Repetition => "one character doubled in",
            Self::Swap => "two characters swapped in",
            Self::Substitution => "one character changed in",
            Self::Keyboard => "one key beside",
            Self::BitFlip => "one bit away from",
            Self::Homoglyph => "looks like",
            Self::Separator => "other separators than in",
            Self::SwappedWords => "the words of another order in",
            Self::Version => "a digit added to",
            Self::Affix => "a prefix or suffix added to",
            Self::LostAffix => "a prefix or suffix less than",
            Self::ChangedAffix => "another prefix or suffix than",
            Self::Plural => "singular or plural of",
            Self::Scope => "the scope written otherwise than in",
            Self::NearScope => "a scope that is nearly the one of",
            Self::Unscoped => "without the scope of",
            Self::OtherEcosystem => "the name of",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What nearness alone is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Honest packages often have such names: something else must speak against them too.
    Weak,
    /// Few honest packages have such names.
    Strong,
}

/// A popular package that a name could be taken for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// In canonical spelling.
    pub popular: String,
    /// Of the popular package; another than the name's for [`Kind::OtherEcosystem`] only.
    pub ecosystem: Ecosystem,
    /// 1 is the most used.
    pub rank: u32,
    pub kind: Kind,
    /// 1 to 10, by kind, rank and length.
    pub weight: f64,
    pub strength: Strength,
}

impl Near {
    /// One line: ``two characters swapped in `requests` (PyPI rank 12)``.
    pub fn evidence(&self) -> String {
        let relation = self.kind.relation();
        let (popular, ecosystem, rank) = (&self.popular, &self.ecosystem, self.rank);
        format!("{relation} `{popular}` ({ecosystem} rank {rank})")
    }
}
