//! Poetry's version constraints: `^1.2`, `~1.2`, `1.*`, `>=1,<2`, `1.0 || ^2`, and a bare `1.2`,
//! which means exactly that version.

use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifier};

/// Alternatives, each a conjunction.
pub(crate) type Alternatives = Vec<Vec<VersionSpecifier>>;

/// Most alternatives that are looked at.
const MAX_ALTERNATIVES: usize = 64;

/// Reads a constraint; `None` where it is none.
pub(crate) fn parse(text: &str) -> Option<Alternatives> {
    let mut alternatives = Vec::new();
    for alternative in text
        .split('|')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        if alternatives.len() >= MAX_ALTERNATIVES {
            return None;
        }
        let mut conjunction = Vec::new();
        for clause in clauses(alternative) {
            conjunction.extend(self::clause(&clause)?);
        }
        alternatives.push(conjunction);
    }
    (!alternatives.is_empty()).then_some(alternatives)
}

/// Clauses are divided by commas or by white space; an operator may stand apart from its version.
fn clauses(text: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    let mut open = false;
    for word in text
        .split([',', ' ', '\t', '\n'])
        .filter(|word| !word.is_empty())
    {
        match clauses.last_mut() {
            Some(last) if open => last.push_str(word),
            _ => clauses.push(word.to_owned()),
        }
        open = word
            .chars()
            .all(|c| matches!(c, '<' | '>' | '=' | '!' | '~' | '^'));
    }
    clauses
}

fn clause(text: &str) -> Option<Vec<VersionSpecifier>> {
    if matches!(text, "*" | "x" | "==*" | ">=*") {
        return Some(Vec::new());
    }
    if let Some(version) = text.strip_prefix('^') {
        return caret(version);
    }
    if let Some(version) = text.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        return tilde(version);
    }
    let specifier =
        if text.starts_with(['<', '>', '!']) || text.starts_with("==") || text.starts_with("~=") {
            text.to_owned()
        } else if let Some(version) = text.strip_prefix('=') {
            format!("=={version}")
        } else {
            format!("=={text}")
        };
    VersionSpecifier::from_str(&specifier)
        .ok()
        .map(|clause| vec![clause])
}

fn between(low: Version, release: Vec<u64>) -> Option<Vec<VersionSpecifier>> {
    let high = Version::new(release).with_epoch(low.epoch());
    Some(vec![
        VersionSpecifier::from_version(Operator::GreaterThanEqual, low).ok()?,
        VersionSpecifier::from_version(Operator::LessThan, high).ok()?,
    ])
}

/// Up to the next change of the leftmost part that is not zero.
fn caret(text: &str) -> Option<Vec<VersionSpecifier>> {
    let low = Version::from_str(text.trim()).ok()?;
    let release = low.release().to_vec();
    let position = release
        .iter()
        .position(|part| *part != 0)
        .unwrap_or(release.len().saturating_sub(1));
    between(low, bumped(&release, position)?)
}

/// Up to the next minor version, or major where no minor is given.
fn tilde(text: &str) -> Option<Vec<VersionSpecifier>> {
    let low = Version::from_str(text.trim()).ok()?;
    let release = low.release().to_vec();
    let position = usize::from(release.len() > 1);
    between(low, bumped(&release, position)?)
}

fn bumped(release: &[u64], position: usize) -> Option<Vec<u64>> {
    let mut bumped: Vec<u64> = release.iter().copied().take(position + 1).collect();
    let last = bumped.last_mut()?;
    *last = last.checked_add(1)?;
    Some(bumped)
}

/// The one version that a constraint names.
pub(crate) fn exact(text: &str) -> Option<&str> {
    let version = text.trim();
    let version = version
        .strip_prefix("===")
        .or_else(|| version.strip_prefix("=="))
        .or_else(|| version.strip_prefix('='))
        .unwrap_or(version)
        .trim();
    // What still has an operator or a wildcard is no version.
    Version::from_str(version).is_ok().then_some(version)
}

/// The environment marker that says the same of Python's version; `None` where any will do.
pub(crate) fn python_marker(constraint: &str) -> Option<String> {
    let alternatives = parse(constraint)?;
    if alternatives.iter().any(Vec::is_empty) {
        return None;
    }
    let several = alternatives.len() > 1;
    let markers: Vec<String> = alternatives
        .iter()
        .map(|all| {
            let terms: Vec<String> = all.iter().map(python_term).collect();
            let joined = terms.join(" and ");
            if several && terms.len() > 1 {
                format!("({joined})")
            } else {
                joined
            }
        })
        .collect();
    Some(markers.join(" or "))
}

fn python_term(clause: &VersionSpecifier) -> String {
    let text = clause.to_string();
    let end = text
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(text.len());
    let (operator, version) = text.split_at(end);
    // `>3.8` is true for 3.8.1, which `python_version` cannot tell from 3.8.
    let full = clause.version().release().len() > 2
        || matches!(
            clause.operator(),
            Operator::GreaterThan | Operator::LessThanEqual
        );
    let variable = if full {
        "python_full_version"
    } else {
        "python_version"
    };
    format!("{variable} {} \"{version}\"", operator.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allows(constraint: &str, version: &str) -> bool {
        let version = Version::from_str(version).unwrap();
        parse(constraint)
            .unwrap()
            .iter()
            .any(|all| all.iter().all(|clause| clause.contains(&version)))
    }

    #[test]
    fn constraints_mean_what_poetry_says() {
        for (constraint, inside, outside) in [
            ("^1.2.3", "1.9", "2.0"),
            ("^0.2.3", "0.2.9", "0.3"),
            ("^0.0.3", "0.0.3", "0.0.4"),
            ("^0.0", "0.0.9", "0.1"),
            ("^0", "0.9", "1.0"),
            ("~1.2.3", "1.2.9", "1.3"),
            ("~1", "1.9", "2.0"),
            ("~=1.2", "1.9", "2.0"),
            ("1.*", "1.5", "2.0"),
            ("1.2", "1.2.0", "1.2.1"),
            (">= 1.0 <2.0", "1.5", "2.0"),
            ("<1 || >=2,<3", "2.5", "1.5"),
            ("!=1.5", "1.4", "1.5"),
        ] {
            assert!(allows(constraint, inside), "{constraint} {inside}");
            assert!(!allows(constraint, outside), "{constraint} {outside}");
        }
        assert!(allows("*", "1"));
        assert_eq!(parse("^x"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn only_a_bare_version_is_exact() {
        assert_eq!(exact("1.2.3"), Some("1.2.3"));
        assert_eq!(exact("== 1.2.3"), Some("1.2.3"));
        for open in ["^1", "~1", "1.*", ">=1", "*", "1 || 2", "1,2"] {
            assert_eq!(exact(open), None, "{open}");
        }
    }

    #[test]
    fn python_constraints_become_markers() {
        for (constraint, marker) in [
            (
                "^3.8",
                Some("python_version >= \"3.8\" and python_version < \"4\""),
            ),
            ("<3.9", Some("python_version < \"3.9\"")),
            (
                "~2.7 || ^3.6.1",
                Some(
                    "(python_version >= \"2.7\" and python_version < \"2.8\") or (python_full_version >= \"3.6.1\" and python_version < \"4\")",
                ),
            ),
            ("*", None),
        ] {
            assert_eq!(python_marker(constraint).as_deref(), marker, "{constraint}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\^~<>=!0-9a-z.*|, ]{0,40}") {
            let _ = (parse(&text), exact(&text), python_marker(&text));
        }
    }
}
