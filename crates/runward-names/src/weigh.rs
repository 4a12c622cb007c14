//! What a nearness is worth.
//!
//! weight = kind × rank × length. A slip of the finger is worth more than a changed word, a target
//! that everybody installs more than one that few do; and short names are near everything, so that
//! for four letters or fewer nearness says little. The figures are set so that of honest names that
//! are not popular few are strong (`tools/packages/names-compare.py` counts them).

use crate::{Kind, Strength};

/// From here on a nearness is told.
const TOLD: f64 = 1.0;
/// From here on few honest names have it.
const STRONG: f64 = 4.0;
/// Every slip from a name up to this rank is told, however short the name is.
const ALWAYS_UP_TO_RANK: u32 = 1_000;

/// Weight and strength of a nearness; `None` where it is worth nothing.
pub(crate) fn weigh(kind: Kind, rank: u32, letters: usize) -> Option<(f64, Strength)> {
    let mut weight = of_kind(kind) * of_rank(rank) * of_length(letters);
    if is_slip(kind) && rank <= ALWAYS_UP_TO_RANK {
        weight = weight.max(TOLD);
    }
    if weight < TOLD {
        return None;
    }
    // Two digits are more than enough to tell, and easier to read.
    let weight = (weight * 10.0).round() / 10.0;
    let strength = if weight >= STRONG {
        Strength::Strong
    } else {
        Strength::Weak
    };
    Some((weight, strength))
}

/// What one wrong key or glance makes, in contrast to another choice of words.
pub(crate) fn is_slip(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Omission
            | Kind::Insertion
            | Kind::Repetition
            | Kind::Swap
            | Kind::Substitution
            | Kind::Keyboard
            | Kind::BitFlip
            | Kind::Homoglyph
            | Kind::Separator
            | Kind::Plural
            | Kind::Scope
            | Kind::Version
    )
}

fn of_kind(kind: Kind) -> f64 {
    match kind {
        Kind::Homoglyph => 9.0,
        Kind::Swap | Kind::Repetition => 8.0,
        Kind::Omission | Kind::Keyboard | Kind::NearScope => 7.0,
        Kind::Separator | Kind::Scope | Kind::Insertion | Kind::BitFlip => 6.0,
        Kind::Substitution | Kind::Plural => 5.5,
        Kind::SwappedWords => 4.0,
        Kind::Version => 3.5,
        Kind::ChangedAffix | Kind::LostAffix => 3.0,
        Kind::Affix => 2.8,
        Kind::Unscoped | Kind::OtherEcosystem => 2.0,
    }
}

fn of_rank(rank: u32) -> f64 {
    match rank {
        0..=500 => 1.0,
        501..=2_000 => 0.8,
        2_001..=5_000 => 0.55,
        _ => 0.35,
    }
}

fn of_length(letters: usize) -> f64 {
    match letters {
        0..=3 => 0.15,
        4 => 0.25,
        5 => 0.45,
        6 => 0.65,
        7 => 0.85,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_known_names_are_strong_and_short_ones_weak() {
        assert_eq!(
            weigh(Kind::Swap, 12, 8).map(|it| it.1),
            Some(Strength::Strong)
        );
        assert_eq!(
            weigh(Kind::Affix, 40, 5).map(|it| it.1),
            Some(Strength::Weak)
        );
        assert_eq!(
            weigh(Kind::Substitution, 30, 3),
            Some((1.0, Strength::Weak))
        );
        assert_eq!(weigh(Kind::Substitution, 1_001, 3), None);
    }

    #[test]
    fn higher_rank_and_length_never_weigh_less() {
        for kind in Kind::ALL {
            let weight = |rank, letters| weigh(kind, rank, letters).map_or(0.0, |it| it.0);
            for letters in 0..20 {
                for rank in 1..15_000 {
                    assert!(weight(rank, letters) >= weight(rank + 1, letters));
                    assert!(weight(rank, letters + 1) >= weight(rank, letters));
                    assert!(weight(rank, letters) <= 10.0);
                }
            }
        }
    }
}
