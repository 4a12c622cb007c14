//! Package URLs as bills of materials carry them, with their qualifiers.
//!
//! `runward_model::Package::from_purl` follows the letter of the specification and writes npm
//! names and Go namespaces in lower case. Registries do not: `JSONStream` is not `jsonstream`, and
//! the advisories on `github.com/BurntSushi/toml` carry its capitals. This reader keeps the
//! spelling, and leaves it to [`Ecosystem::normalize_name`] to say which names are the same.

use runward_model::{Ecosystem, Origin, Package};
use thiserror::Error;

/// What is wrong with a package URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PurlFault {
    #[error("it does not start with `pkg:`")]
    Scheme,
    #[error("it has no valid type")]
    Type,
    #[error("it has no name")]
    Name,
    #[error("its type has no namespaces")]
    Namespace,
    #[error("a percent escape is broken or is no UTF-8")]
    Escape,
}

/// A package URL that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Purl {
    pub(crate) package: Package,
    /// Where it says that the files come from.
    pub(crate) origin: Origin,
}

impl Purl {
    pub(crate) fn parse(text: &str) -> Result<Self, PurlFault> {
        let text = text.trim();
        let scheme = text.get(..4).ok_or(PurlFault::Scheme)?;
        if !scheme.eq_ignore_ascii_case("pkg:") {
            return Err(PurlFault::Scheme);
        }
        let rest = text.get(4..).unwrap_or_default().trim_start_matches('/');
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (purl_type, rest) = rest.split_once('/').ok_or(PurlFault::Name)?;
        if !is_type(purl_type) {
            return Err(PurlFault::Type);
        }
        let (path, version) = split_version(rest);
        let mut segments = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(decode)
            .collect::<Result<Vec<_>, _>>()?;
        let name = segments.pop().unwrap_or_default();
        if name.trim().is_empty() {
            return Err(PurlFault::Name);
        }
        let ecosystem = Ecosystem::from_purl_type(purl_type);
        let name = if segments.is_empty() {
            name
        } else {
            let separator = match ecosystem {
                Ecosystem::PyPI
                | Ecosystem::CratesIo
                | Ecosystem::RubyGems
                | Ecosystem::NuGet
                | Ecosystem::Conda => return Err(PurlFault::Namespace),
                Ecosystem::Maven => ':',
                _ => '/',
            };
            let mut joined = segments.join(if separator == ':' { "." } else { "/" });
            joined.push(separator);
            joined.push_str(&name);
            joined
        };
        let version = version.map(decode).transpose()?;
        let version = version.as_deref().map(str::trim).filter(|v| !v.is_empty());
        Ok(Self {
            package: Package::new(ecosystem, &name, version),
            origin: origin(qualifiers)?,
        })
    }
}

fn is_type(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
}

/// An `@` followed by a `/` belongs to a scope that was not escaped (`pkg:npm/@babel/core`), not
/// to a version.
fn split_version(rest: &str) -> (&str, Option<&str>) {
    match rest.rsplit_once('@') {
        Some((path, version)) if !version.contains('/') => (path, Some(version)),
        _ => (rest, None),
    }
}

fn origin(qualifiers: &str) -> Result<Origin, PurlFault> {
    let mut origin = Origin::default();
    for (key, value) in qualifiers
        .split('&')
        .filter_map(|pair| pair.split_once('='))
    {
        if value.is_empty() {
            continue;
        }
        match key {
            "vcs_url" => {
                let value = decode(value)?;
                let value = value.strip_prefix("git+").unwrap_or(&value);
                let value = value.split_once('#').map_or(value, |(before, _)| before);
                // The revision follows the last `@` of the path; one before it is a user name.
                let path_start = value.find("://").map_or(0, |at| at + 3);
                let path_start = value
                    .get(path_start..)
                    .and_then(|rest| rest.find('/'))
                    .map_or(value.len(), |at| path_start + at);
                let (url, rev) = match value.rfind('@').filter(|at| *at > path_start) {
                    Some(at) => (
                        value.get(..at).unwrap_or_default(),
                        value.get(at + 1..).map(str::to_owned),
                    ),
                    None => (value, None),
                };
                return Ok(Origin::Git {
                    url: url.to_owned(),
                    rev: rev.filter(|rev| !rev.is_empty()),
                });
            }
            "download_url" => {
                return Ok(Origin::Url {
                    url: decode(value)?,
                });
            }
            "repository_url" => {
                origin = Origin::Registry {
                    index: Some(decode(value)?),
                };
            }
            _ => {}
        }
    }
    Ok(origin)
}

fn decode(text: &str) -> Result<String, PurlFault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            rest.next()
                .and_then(|digit| char::from(digit).to_digit(16))
                .and_then(|digit| u8::try_from(digit).ok())
                .ok_or(PurlFault::Escape)
        };
        let (high, low) = (digit()?, digit()?);
        bytes.push(high << 4 | low);
    }
    String::from_utf8(bytes).map_err(|_| PurlFault::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(purl: &str) -> Package {
        Purl::parse(purl).unwrap().package
    }

    #[test]
    fn names_keep_the_spelling_of_their_registry() {
        for (purl, ecosystem, name, version) in [
            (
                "pkg:npm/JSONStream@1.3.5",
                Ecosystem::Npm,
                "JSONStream",
                Some("1.3.5"),
            ),
            (
                "pkg:npm/@babel/core@7.0.0",
                Ecosystem::Npm,
                "@babel/core",
                Some("7.0.0"),
            ),
            (
                "pkg:npm/%40babel%2Fcore@7",
                Ecosystem::Npm,
                "@babel/core",
                Some("7"),
            ),
            ("pkg:npm/@babel/core", Ecosystem::Npm, "@babel/core", None),
            (
                "pkg:pypi/Zope.Interface@5.0?file_name=x",
                Ecosystem::PyPI,
                "zope-interface",
                Some("5.0"),
            ),
            (
                "PKG:PyPI/a@1%2Blocal",
                Ecosystem::PyPI,
                "a",
                Some("1+local"),
            ),
            ("pkg:pypi/a@1!2.0", Ecosystem::PyPI, "a", Some("1!2.0")),
            (
                "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar&classifier=x",
                Ecosystem::Maven,
                "org.apache.logging.log4j:log4j-core",
                Some("2.14.1"),
            ),
            (
                "pkg:golang/github.com/BurntSushi/toml@v0.3.1#cmd/tomlv",
                Ecosystem::Go,
                "github.com/BurntSushi/toml",
                Some("v0.3.1"),
            ),
            (
                "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
                Ecosystem::Other("deb".to_owned()),
                "debian/curl",
                Some("7.50.3-1"),
            ),
            (
                "pkg://cargo/serde@1.0.0",
                Ecosystem::CratesIo,
                "serde",
                Some("1.0.0"),
            ),
            ("pkg:cargo/serde@", Ecosystem::CratesIo, "serde", None),
        ] {
            assert_eq!(
                package(purl),
                Package::new(ecosystem, name, version),
                "{purl}"
            );
        }
    }

    #[test]
    fn faults_are_told_apart() {
        for (purl, fault) in [
            ("", PurlFault::Scheme),
            ("pypi/flask", PurlFault::Scheme),
            ("pkg:pypi", PurlFault::Name),
            ("pkg:pypi/@1", PurlFault::Name),
            ("pkg:p y/x", PurlFault::Type),
            ("pkg:pypi/a/b@1", PurlFault::Namespace),
            ("pkg:pypi/a%2@1", PurlFault::Escape),
            ("pkg:pypi/a%FF", PurlFault::Escape),
            ("pkö:", PurlFault::Scheme),
        ] {
            assert_eq!(Purl::parse(purl).unwrap_err(), fault, "{purl}");
        }
        assert_eq!(package("pkg:npm/%40x").name, "@x");
    }

    #[test]
    fn qualifiers_say_where_the_files_come_from() {
        let origin = |purl: &str| Purl::parse(purl).unwrap().origin;
        assert_eq!(
            origin("pkg:pypi/a@1?vcs_url=git%2Bhttps://git@example.org/a.git%40abc"),
            Origin::Git {
                url: "https://git@example.org/a.git".to_owned(),
                rev: Some("abc".to_owned())
            }
        );
        assert_eq!(
            origin("pkg:pypi/a@1?vcs_url=git%2Bssh://git%40example.org/a.git"),
            Origin::Git {
                url: "ssh://git@example.org/a.git".to_owned(),
                rev: None
            }
        );
        assert_eq!(
            origin("pkg:npm/a@1?download_url=https://example.org/a.tgz"),
            Origin::Url {
                url: "https://example.org/a.tgz".to_owned()
            }
        );
        assert_eq!(
            origin("pkg:npm/a@1?repository_url=https://npm.example.org"),
            Origin::Registry {
                index: Some("https://npm.example.org".to_owned())
            }
        );
    }
}
