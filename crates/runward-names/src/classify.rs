//! What stands between two names.

use crate::Kind;
use crate::fold::{joined, look, words};

/// How `name` comes to be taken for `popular`; `None` where it does not. Both are canonical.
pub(crate) fn classify(name: &str, popular: &str) -> Option<Kind> {
    if name == popular {
        return None;
    }
    if joined(name) == joined(popular) {
        return Some(if name.contains('@') || popular.contains('@') {
            Kind::Scope
        } else {
            Kind::Separator
        });
    }
    if look(name) == look(popular) {
        return Some(Kind::Homoglyph);
    }
    if let Some(kind) = edit(name.as_bytes(), popular.as_bytes()) {
        return Some(kind);
    }
    let words = (words(name), words(popular));
    matches!(words, (Some(one), Some(other)) if one == other).then_some(Kind::SwappedWords)
}

/// The one edit between two names, if it is one.
pub(crate) fn edit(name: &[u8], popular: &[u8]) -> Option<Kind> {
    let pairs = || name.iter().zip(popular);
    let prefix = pairs().take_while(|(one, other)| one == other).count();
    let shorter = name.len().min(popular.len());
    let suffix = (name.iter().rev().zip(popular.iter().rev()))
        .take_while(|(one, other)| one == other)
        .count()
        .min(shorter - prefix);
    let ends_in_s =
        |longer: &[u8]| prefix == shorter && longer.ends_with(b"s") && !longer.ends_with(b"ss");
    match (name.len(), popular.len()) {
        (one, other) if one == other => match one - prefix - suffix {
            1 => Some(substitution(*name.get(prefix)?, *popular.get(prefix)?)),
            2 => {
                let swapped = name.get(prefix)? == popular.get(prefix + 1)?
                    && name.get(prefix + 1)? == popular.get(prefix)?;
                swapped.then_some(Kind::Swap)
            }
            _ => None,
        },
        (one, other) if one + 1 == other && prefix + suffix == one => Some(if ends_in_s(popular) {
            Kind::Plural
        } else {
            Kind::Omission
        }),
        (one, other) if one == other + 1 && prefix + suffix == other => {
            let inserted = name.get(prefix)?;
            Some(if ends_in_s(name) {
                Kind::Plural
            } else if prefix == other && inserted.is_ascii_digit() {
                Kind::Version
            } else if prefix > 0 && name.get(prefix - 1) == Some(inserted) {
                Kind::Repetition
            } else {
                Kind::Insertion
            })
        }
        _ => None,
    }
}

fn substitution(one: u8, other: u8) -> Kind {
    if beside(one, other) {
        Kind::Keyboard
    } else if (one ^ other).is_power_of_two() {
        Kind::BitFlip
    } else {
        Kind::Substitution
    }
}

const ROWS: [&[u8]; 4] = [b"1234567890-", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// Whether two keys of a QWERTY keyboard touch. Each row begins half a key further right.
fn beside(one: u8, other: u8) -> bool {
    let place = |byte: u8| {
        (0i8..).zip(ROWS).find_map(|(row, keys)| {
            let column = (0i8..).zip(keys).find(|&(_, &key)| key == byte)?.0;
            Some((row, column))
        })
    };
    let (Some((row, column)), Some((other_row, other_column))) = (place(one), place(other)) else {
        return false;
    };
    match other_row - row {
        0 => (column - other_column).abs() == 1,
        1 => matches!(column - other_column, 0 | 1),
        -1 => matches!(other_column - column, 0 | 1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_is_told() {
        for (name, popular, kind) in [
            ("reqests", "requests", Kind::Omission),
            ("requewsts", "requests", Kind::Insertion),
            ("reqquests", "requests", Kind::Repetition),
            ("requestss", "requests", Kind::Repetition),
            ("reqeusts", "requests", Kind::Swap),
            ("rewuests", "requests", Kind::Keyboard),
            ("kequests", "requests", Kind::Substitution),
            ("pequests", "requests", Kind::BitFlip),
            ("request", "requests", Kind::Plural),
            ("flasks", "flask", Kind::Plural),
            ("requests2", "requests", Kind::Version),
            ("p1llow", "pillow", Kind::Homoglyph),
            ("rnatplotlib", "matplotlib", Kind::Homoglyph),
            ("scikitlearn", "scikit-learn", Kind::Separator),
            ("num-py", "numpy", Kind::Separator),
            ("dateutil-python", "python-dateutil", Kind::SwappedWords),
            ("types-node", "@types/node", Kind::Scope),
            ("@tpyes/node", "@types/node", Kind::Swap),
        ] {
            assert_eq!(classify(name, popular), Some(kind), "{name} {popular}");
        }
        for (name, popular) in [
            ("requests", "requests"),
            ("flask", "click"),
            ("", "requests"),
        ] {
            assert_eq!(classify(name, popular), None, "{name} {popular}");
        }
    }

    #[test]
    fn keys_touch_in_and_across_rows() {
        for (one, other) in [
            (b'q', b'w'),
            (b'q', b'a'),
            (b'w', b'a'),
            (b'o', b'0'),
            (b'1', b'q'),
        ] {
            assert!(beside(one, other) && beside(other, one), "{one} {other}");
        }
        for (one, other) in [(b'q', b's'), (b'q', b'z'), (b'a', b'l'), (b'.', b'l')] {
            assert!(!beside(one, other) && !beside(other, one), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn any_names_are_classified(one in any::<String>(), other in any::<String>()) {
            let _ = classify(&one, &other);
        }

        #[test]
        fn every_edit_is_seen(name in "[a-z][a-z0-9-]{0,12}[a-z]", at in any::<prop::sample::Index>(),
                              letter in "[a-z0-9]") {
            let at = at.index(name.len());
            let mut inserted = name.clone();
            inserted.insert_str(at, &letter);
            prop_assert!(classify(&inserted, &name).is_some());
            let mut omitted = name.clone();
            omitted.remove(at);
            prop_assert!(classify(&omitted, &name).is_some());
            let mut changed = name.clone();
            changed.replace_range(at..=at, &letter);
            prop_assert_eq!(classify(&changed, &name).is_some(), changed != name);
        }
    }
}
