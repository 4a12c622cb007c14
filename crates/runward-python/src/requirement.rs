//! One requirement as Python writes it: `name[extras]>=1,<2; marker` or `name @ url ; marker`.

use std::str::FromStr;

use pep440_rs::VersionSpecifier;
use runward_model::Ecosystem;
use thiserror::Error;

/// The parts of a requirement, borrowed from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requirement<'a> {
    pub(crate) name: &'a str,
    /// Normalized.
    pub(crate) extras: Vec<String>,
    /// Without parentheses; empty where any version will do.
    pub(crate) specifier: &'a str,
    pub(crate) url: Option<&'a str>,
    pub(crate) marker: Option<&'a str>,
}

#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum RequirementError {
    #[error("expected a package name")]
    Name,
    #[error("expected `]` after the extras")]
    Extras,
    #[error("expected a URL after `@`")]
    Url,
    #[error("expected `)` after the version specifier")]
    Parenthesis,
    #[error("`{0}` is not a version specifier")]
    Specifier(String),
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Whether a whole text is a package name.
pub(crate) fn is_name(text: &str) -> bool {
    text.chars().all(is_name_character)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Reads a requirement and checks its version specifier.
pub(crate) fn parse(text: &str) -> Result<Requirement<'_>, RequirementError> {
    let requirement = parse_leniently(text)?;
    check_specifier(requirement.specifier)?;
    Ok(requirement)
}

/// Reads a requirement whatever its version specifier says: the metadata of old releases holds
/// specifiers that are no longer valid, and the edge they state still counts.
pub(crate) fn parse_leniently(text: &str) -> Result<Requirement<'_>, RequirementError> {
    let text = text.trim();
    let end = text
        .find(|c: char| !is_name_character(c))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !is_name(name) {
        return Err(RequirementError::Name);
    }
    let (extras, rest) = extras(rest.trim_start())?;
    if let Some(after) = rest.strip_prefix('@') {
        let after = after.trim_start();
        let end = after.find(char::is_whitespace).unwrap_or(after.len());
        let (url, rest) = after.split_at(end);
        // `url; marker` is not what the grammar says, but it is what people mean.
        let (url, rest) = match url.strip_suffix(';') {
            Some(url) => (url, rest),
            None => (url, rest.trim_start()),
        };
        if url.is_empty() || url.starts_with(';') {
            return Err(RequirementError::Url);
        }
        let marker = rest.trim_start().trim_start_matches(';').trim();
        return Ok(Requirement {
            name,
            extras,
            specifier: "",
            url: Some(url),
            marker: Some(marker).filter(|marker| !marker.is_empty()),
        });
    }
    let (specifier, marker) = match rest.split_once(';') {
        Some((specifier, marker)) => (specifier, Some(marker.trim())),
        None => (rest, None),
    };
    let mut specifier = specifier.trim();
    if let Some(inner) = specifier.strip_prefix('(') {
        specifier = inner
            .strip_suffix(')')
            .ok_or(RequirementError::Parenthesis)?
            .trim();
    }
    Ok(Requirement {
        name,
        extras,
        specifier,
        url: None,
        marker: marker.filter(|marker| !marker.is_empty()),
    })
}

fn extras(text: &str) -> Result<(Vec<String>, &str), RequirementError> {
    let Some(inner) = text.strip_prefix('[') else {
        return Ok((Vec::new(), text));
    };
    let (list, rest) = inner.split_once(']').ok_or(RequirementError::Extras)?;
    let mut extras = Vec::new();
    for extra in list
        .split(',')
        .map(str::trim)
        .filter(|extra| !extra.is_empty())
    {
        if !is_name(extra) {
            return Err(RequirementError::Extras);
        }
        extras.push(Ecosystem::PyPI.normalize_name(extra));
    }
    Ok((extras, rest.trim_start()))
}

/// The clauses of a version specifier.
pub(crate) fn clauses(specifier: &str) -> impl Iterator<Item = &str> {
    specifier
        .split(',')
        .map(str::trim)
        .filter(|clause| !clause.is_empty())
}

fn check_specifier(specifier: &str) -> Result<(), RequirementError> {
    for clause in clauses(specifier) {
        let arbitrary = clause
            .strip_prefix("===")
            .is_some_and(|version| is_token(version.trim()));
        if !arbitrary && VersionSpecifier::from_str(clause).is_err() {
            return Err(RequirementError::Specifier(clause.to_owned()));
        }
    }
    Ok(())
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// What a version specifier says about the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pin<'a> {
    /// Many versions satisfy it.
    Open,
    Exact(&'a str),
    /// No version satisfies it.
    Contradiction,
}

/// The version that `==` or `===` names, unless with a wildcard.
pub(crate) fn pin(specifier: &str) -> Pin<'_> {
    let exact = clauses(specifier).filter_map(|clause| {
        if let Some(version) = clause.strip_prefix("===") {
            return Some(version.trim());
        }
        let version = clause.strip_prefix("==")?.trim();
        (!version.ends_with(".*")).then_some(version)
    });
    let mut pin = Pin::Open;
    for version in exact {
        pin = match pin {
            Pin::Exact(other) if !same_version(other, version) => return Pin::Contradiction,
            Pin::Exact(other) => Pin::Exact(other),
            _ => Pin::Exact(version),
        };
    }
    if let Pin::Exact(version) = pin
        && !allows(specifier, version)
    {
        return Pin::Contradiction;
    }
    pin
}

/// Whether two spellings name one version.
pub(crate) fn same_version(one: &str, other: &str) -> bool {
    use pep440_rs::Version;
    one == other
        || match (Version::from_str(one), Version::from_str(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
}

/// The clauses that can be compared with a version.
pub(crate) fn comparable(specifier: &str) -> Vec<VersionSpecifier> {
    clauses(specifier)
        .filter_map(|clause| VersionSpecifier::from_str(clause).ok())
        .collect()
}

/// Whether a version satisfies a specifier; what cannot be compared counts as satisfied.
pub(crate) fn allows(specifier: &str, version: &str) -> bool {
    let Ok(version) = pep440_rs::Version::from_str(version) else {
        return true;
    };
    comparable(specifier)
        .iter()
        .all(|clause| clause.contains(&version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_told_apart() {
        let requirement =
            parse("requests [security, Tests_x] (>=2.8.1, ==2.8.*) ; python_version<'2.7'")
                .unwrap();
        assert_eq!(requirement.name, "requests");
        assert_eq!(requirement.extras, ["security", "tests-x"]);
        assert_eq!(requirement.specifier, ">=2.8.1, ==2.8.*");
        assert_eq!(requirement.marker, Some("python_version<'2.7'"));
        let direct = parse("pip @ https://x.org/pip-1.0.zip?a;b ; os_name=='nt'").unwrap();
        assert_eq!(direct.url, Some("https://x.org/pip-1.0.zip?a;b"));
        assert_eq!(direct.marker, Some("os_name=='nt'"));
        assert_eq!(
            parse("a @ https://x; os_name=='nt'").unwrap().url,
            Some("https://x")
        );
        assert_eq!(parse("a>=1,").unwrap().specifier, ">=1,");
        assert_eq!(parse("a;").unwrap().marker, None);
        assert_eq!(parse("a === foo_bar").unwrap().specifier, "=== foo_bar");
    }

    #[test]
    fn what_is_no_requirement_is_refused() {
        for text in [
            "",
            "-a",
            "a-",
            "[x]",
            "a[x",
            "a[x!]",
            "a @",
            "a @ ;x",
            "a=1",
            "a 1.0",
            "a==1 2",
            "a>=",
            "a(>=1",
            "a>=1.*",
            "a~=1",
            "ä",
            "a==1 --hash",
            "a===b c",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse_leniently("a>=1.*").is_ok());
    }

    #[test]
    fn only_exact_clauses_pin() {
        for (specifier, expected) in [
            ("== 1.0", Pin::Exact("1.0")),
            ("===1.0-weird", Pin::Exact("1.0-weird")),
            ("==1.*", Pin::Open),
            (">=1,<=1", Pin::Open),
            ("~=1.0", Pin::Open),
            ("", Pin::Open),
            (">=1, ==1.2.0, ==1.2", Pin::Exact("1.2.0")),
            ("==1,==2", Pin::Contradiction),
            ("==1,>=2", Pin::Contradiction),
            ("==1!2.0+local", Pin::Exact("1!2.0+local")),
        ] {
            assert_eq!(pin(specifier), expected, "{specifier}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
            if let Ok(requirement) = parse(&text) {
                let _ = pin(requirement.specifier);
            }
        }

        /// Whatever a strict parser accepts is accepted with the same parts.
        #[test]
        fn parts_equal_those_of_a_strict_parser(
            text in "[a-zA-Z]{1,2}([-_.]?[a-z0-9]){0,2} ?(\\[[a-z]{1,2}(, ?[a-z]{1,2})?\\])? ?((==|>=|<|~=|!=) ?[0-9]{1,2}\\.[0-9](\\.\\*|rc1|\\+a)?(, ?<[0-9])?)?( ?; os_name == 'nt')?"
        ) {
            let strict = pep508_rs::Requirement::<pep508_rs::VerbatimUrl>::from_str(&text);
            let ours = parse(&text);
            prop_assert_eq!(strict.is_ok(), ours.is_ok(), "{}: {:?}", text, strict);
            if let (Ok(strict), Ok(ours)) = (strict, ours) {
                let name = Ecosystem::PyPI.normalize_name(ours.name);
                prop_assert_eq!(strict.name.to_string(), name);
                prop_assert_eq!(strict.extras.len(), ours.extras.len());
                let specifiers = clauses(ours.specifier)
                    .map(|clause| VersionSpecifier::from_str(clause).unwrap())
                    .collect::<pep440_rs::VersionSpecifiers>();
                match strict.version_or_url {
                    Some(pep508_rs::VersionOrUrl::VersionSpecifier(expected)) => {
                        prop_assert_eq!(expected, specifiers);
                    }
                    _ => prop_assert!(ours.specifier.is_empty()),
                }
            }
        }
    }
}
