//! PEP 508 requirements and what the Python package managers take beside them.

use std::str::FromStr;

use pep440_rs::VersionSpecifiers;

use super::{is_path, is_url, is_vcs};
use crate::{Requested, Source};

/// Which notation a manager takes beside PEP 508.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Python {
    /// Nothing else.
    Plain,
    /// `ruff@0.4`, `ruff@latest` (uvx, uv tool install).
    AtVersion,
    /// `requests@^2`, `requests^2`, `requests>=2` (Poetry).
    Poetry,
}

const ARCHIVES: [&str; 8] = [
    ".whl", ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tbz", ".tar.xz", ".tar",
];

/// Reads what an argument asks for; the error says what is wrong with it.
pub(crate) fn python(written: &str, notation: Python) -> Result<Requested, String> {
    let text = written.trim();
    if text.is_empty() {
        return Err("an empty requirement".to_owned());
    }
    if is_vcs(text) || is_url(text) || is_path(text) {
        return Ok(direct(text, written));
    }
    let wrong = || format!("`{written}` is not a requirement");
    let (name, rest) = name(text).ok_or_else(wrong)?;
    let (extras, rest) = extras(rest).ok_or_else(wrong)?;
    let rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix('@') {
        return at(name, extras, after, written, notation).ok_or_else(wrong);
    }
    // A path, unless it can only be a requirement.
    let archive = ARCHIVES
        .iter()
        .any(|end| text.to_ascii_lowercase().ends_with(end));
    let before_version = rest
        .split_once([';', '=', '<', '>', '~', '!'])
        .map_or(rest, |it| it.0);
    if before_version.contains(['/', '\\']) || (archive && before_version == rest) {
        return Ok(direct(text, written));
    }
    let mut requested = Requested::new(Some(name), Source::Registry, written);
    requested.extras = extras;
    let (specifiers, marker) = match rest.split_once(';') {
        Some((specifiers, marker)) => (specifiers, Some(marker.trim().to_owned())),
        None => (rest, None),
    };
    requested.marker = marker.filter(|marker| !marker.is_empty());
    let specifiers = specifiers.trim();
    let bare = specifiers
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(specifiers)
        .trim();
    if bare.is_empty() {
        return Ok(requested);
    }
    let understood = notation == Python::Poetry && bare.starts_with(['^', '~', '*', '='])
        || VersionSpecifiers::from_str(bare).is_ok();
    if !understood {
        return Err(wrong());
    }
    requested.requirement = Some(bare.to_owned());
    Ok(requested)
}

/// `name @ URL`, or a version after the sign where the manager takes one.
fn at(
    name: &str,
    extras: Vec<String>,
    after: &str,
    written: &str,
    notation: Python,
) -> Option<Requested> {
    let (target, marker) = match after.split_once(" ;") {
        Some((target, marker)) => (target.trim(), Some(marker.trim().to_owned())),
        None => (after.trim(), None),
    };
    let direct = is_vcs(target) || is_url(target) || is_path(target);
    let mut requested = if direct {
        self::direct(target, written)
    } else if notation == Python::Plain || target.is_empty() || target.contains('/') {
        return None;
    } else {
        let mut requested = Requested::new(None, Source::Registry, written);
        requested.requirement = Some(target.to_owned());
        requested
    };
    requested.name = Some(name.to_owned());
    requested.extras = extras;
    requested.marker = marker;
    Some(requested)
}

/// A repository, URL or path; the name is what its fragment or file name tells.
fn direct(text: &str, written: &str) -> Requested {
    let egg = text.split_once('#').and_then(|(_, fragment)| {
        let egg = fragment
            .split('&')
            .find_map(|part| part.strip_prefix("egg="))?;
        name(egg).map(|(name, _)| name)
    });
    let file = || {
        let path = text.split(['#', '?']).next()?;
        let file = path.rsplit(['/', '\\']).next()?;
        file.strip_suffix(".whl")?
            .split('-')
            .next()
            .filter(|name| !name.is_empty())
    };
    let source = if is_vcs(text) {
        Source::Vcs(text.to_owned())
    } else if is_url(text) && !text.starts_with("file:") {
        Source::Url(text.to_owned())
    } else {
        Source::Path(text.to_owned())
    };
    Requested::new(egg.or_else(file), source, written)
}

/// The name at the beginning, as PEP 508 has it, and what follows.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|character: char| !(character.is_alphanumeric() || "-_.".contains(character)))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    // Letters outside ASCII are not allowed in a name, and taken here, so that look-alikes are told
    // from what they look like.
    let ends = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    (ends(name.chars().next()) && ends(name.chars().last())).then_some((name, rest))
}

fn extras(text: &str) -> Option<(Vec<String>, &str)> {
    let Some(inside) = text.trim_start().strip_prefix('[') else {
        return Some((Vec::new(), text));
    };
    let (extras, rest) = inside.split_once(']')?;
    let extras = extras
        .split(',')
        .map(str::trim)
        .filter(|extra| !extra.is_empty());
    Some((extras.map(str::to_owned).collect(), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Requested {
        python(text, Python::Plain).unwrap()
    }

    #[test]
    fn requirements_are_taken_apart() {
        let requested =
            read("requests [security, socks] >= 2.8.1, == 2.8.* ; python_version < '3'");
        assert_eq!(requested.name.as_deref(), Some("requests"));
        assert_eq!(requested.extras, ["security", "socks"]);
        assert_eq!(requested.requirement.as_deref(), Some(">= 2.8.1, == 2.8.*"));
        assert_eq!(requested.marker.as_deref(), Some("python_version < '3'"));
        assert_eq!(requested.source, Source::Registry);
        for (text, name, requirement) in [
            ("requests", "requests", None),
            ("Zope.Interface==5", "Zope.Interface", Some("==5")),
            ("requests (>=2)", "requests", Some(">=2")),
            ("torch===2.1+cu118", "torch", Some("===2.1+cu118")),
            ("r\u{435}quests", "r\u{435}quests", None),
        ] {
            let requested = read(text);
            assert_eq!(requested.name.as_deref(), Some(name));
            assert_eq!(requested.requirement.as_deref(), requirement);
        }
    }

    #[test]
    fn what_is_not_from_an_index_is_told_so() {
        let vcs = "git+https://example.org/x.git@v1#egg=tool[a]&subdirectory=b";
        assert_eq!(read(vcs).name.as_deref(), Some("tool"));
        assert_eq!(read(vcs).source, Source::Vcs(vcs.to_owned()));
        let url = "https://example.org/some_tool-1.0-py3-none-any.whl#sha256=00";
        assert_eq!(read(url).name.as_deref(), Some("some_tool"));
        assert_eq!(read(url).source, Source::Url(url.to_owned()));
        let named = read("tool[a] @ https://example.org/tool.zip ; os_name == 'nt'");
        assert_eq!(named.name.as_deref(), Some("tool"));
        assert_eq!(named.marker.as_deref(), Some("os_name == 'nt'"));
        assert_eq!(
            named.source,
            Source::Url("https://example.org/tool.zip".to_owned())
        );
        for path in [
            ".",
            "./x",
            "../x[dev]",
            "/x",
            "~/x",
            "src/x",
            "x-1.0.tar.gz",
            "c:\\x",
            "file:///x",
            "file:x",
            "x.whl",
        ] {
            assert_eq!(read(path).source, Source::Path(path.to_owned()), "{path}");
        }
    }

    #[test]
    fn notations_of_managers() {
        let requirement = |text, notation| python(text, notation).map(|it| it.requirement);
        assert_eq!(
            requirement("ruff@0.4", Python::AtVersion),
            Ok(Some("0.4".to_owned()))
        );
        assert_eq!(
            requirement("ruff@latest", Python::AtVersion),
            Ok(Some("latest".to_owned()))
        );
        assert!(requirement("ruff@0.4", Python::Plain).is_err());
        assert_eq!(
            requirement("x@^2", Python::Poetry),
            Ok(Some("^2".to_owned()))
        );
        assert_eq!(
            requirement("x^2", Python::Poetry),
            Ok(Some("^2".to_owned()))
        );
        assert!(requirement("x^2", Python::Plain).is_err());
    }

    #[test]
    fn what_is_no_requirement_is_an_error() {
        for text in ["", " ", "-", "x ==", "x[", "x y", "!x", "x=1", "@x", "x @"] {
            assert!(python(text, Python::Plain).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            for notation in [Python::Plain, Python::AtVersion, Python::Poetry] {
                let _ = python(&text, notation);
            }
        }
    }
}
