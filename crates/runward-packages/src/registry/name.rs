//! Which names a registry can have at all, and where it keeps them.
//!
//! A name comes from a command line or a file of somebody else, and becomes part of a URL. What
//! the registry's own rule does not allow is never asked for.

use runward_model::Ecosystem;

/// The rule that a name breaks.
pub(super) fn broken_rule(ecosystem: &Ecosystem, name: &str) -> Option<&'static str> {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    match ecosystem {
        Ecosystem::PyPI => {
            // https://packaging.python.org/en/latest/specifications/name-normalization/
            let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
            let bytes = name.as_bytes();
            (!ends(bytes.first()) || !ends(bytes.last()) || !bytes.iter().all(|b| inner(*b)))
                .then_some(
                    "PyPI's names have ASCII letters, digits, `-`, `_` and `.`, and begin and end \
                     with a letter or digit",
                )
                .or((bytes.len() > 200).then_some("PyPI's names have at most 200 characters"))
        }
        Ecosystem::Npm => {
            // https://github.com/npm/validate-npm-package-name, with what it still allows of old.
            let part = |part: &str| {
                !part.is_empty()
                    && !part.starts_with('.')
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-_.~!'()*".contains(&b))
            };
            let parts = match name.strip_prefix('@') {
                Some(rest) => rest
                    .split_once('/')
                    .is_some_and(|(scope, name)| part(scope) && part(name)),
                None => part(name),
            };
            (!parts || name.len() > 214).then_some(
                "npm's names have letters, digits and `-_.~`, may have a scope `@scope/`, do not \
                 begin with `.`, and have at most 214 characters",
            )
        }
        Ecosystem::CratesIo => {
            let bytes = name.as_bytes();
            (bytes.len() > 64
                || !bytes.first().is_some_and(u8::is_ascii_alphabetic)
                || !bytes
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)))
            .then_some(
                "crates.io's names have ASCII letters, digits, `-` and `_`, begin with a letter, \
                 and have at most 64 characters",
            )
        }
        _ => None,
    }
}

/// Where the sparse index keeps a lower-case crate name (the Cargo book, "Index files").
pub(super) fn sparse_path(name: &str) -> String {
    let part = |range: std::ops::Range<usize>| name.get(range).unwrap_or_default();
    match name.len() {
        0..=2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", part(0..1)),
        _ => format!("{}/{}/{name}", part(0..2), part(2..4)),
    }
}

/// The name with `-` for `_` or the other way round, where that is another name.
pub(super) fn other_spelling(name: &str) -> Option<String> {
    if name.contains('_') {
        Some(name.replace('_', "-"))
    } else {
        name.contains('-').then(|| name.replace('-', "_"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_to_the_rule_of_their_registry() {
        for (ecosystem, good, bad) in [
            (
                Ecosystem::PyPI,
                vec!["a", "zope.interface", "A_b-2"],
                vec![
                    "", "-a", "a-", "a/b", "a b", "é", "../a", "a?b", "a#b", "a%2fb",
                ],
            ),
            (
                Ecosystem::Npm,
                vec!["a", "@types/node", "JSONStream", "lodash.merge", "_"],
                vec![
                    "", ".a", "@a", "@/a", "@a/", "@a/b/c", "a/b", "@../b", "a b", "a?b", "@a/..",
                ],
            ),
            (
                Ecosystem::CratesIo,
                vec!["serde_json", "a", "A-1"],
                vec!["", "1a", "a.b", "a/b", "é", "_a"],
            ),
        ] {
            for name in good {
                assert_eq!(broken_rule(&ecosystem, name), None, "{ecosystem} {name}");
            }
            for name in bad {
                assert!(
                    broken_rule(&ecosystem, name).is_some(),
                    "{ecosystem} {name}"
                );
            }
            assert!(broken_rule(&ecosystem, &"a".repeat(300)).is_some());
        }
    }

    #[test]
    fn the_index_is_sorted_by_first_letters() {
        for (name, path) in [
            ("a", "1/a"),
            ("ab", "2/ab"),
            ("abc", "3/a/abc"),
            ("libc", "li/bc/libc"),
            ("serde_json", "se/rd/serde_json"),
        ] {
            assert_eq!(sparse_path(name), path);
        }
        assert_eq!(other_spelling("a_b"), Some("a-b".to_owned()));
        assert_eq!(other_spelling("a-b"), Some("a_b".to_owned()));
        assert_eq!(other_spelling("ab"), None);
    }
}
