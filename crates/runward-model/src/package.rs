//! A package and its package URL.

use serde::{Deserialize, Serialize};

use crate::Ecosystem;

/// A package of an ecosystem, by its normalized name and, where it is known, its version.
///
/// A name carries its namespace in the ecosystem's own notation: `@babel/core`,
/// `org.apache.logging.log4j:log4j-core`, `github.com/gin-gonic/gin`, `symfony/http-kernel`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    pub ecosystem: Ecosystem,
    pub name: String,
    pub version: Option<String>,
}

impl Package {
    /// A package with its name normalized as its ecosystem compares names.
    pub fn new(ecosystem: Ecosystem, name: &str, version: Option<&str>) -> Self {
        let name = ecosystem.normalize_name(name);
        Self {
            ecosystem,
            name,
            version: version.map(|version| version.trim().to_owned()),
        }
    }

    /// The canonical package URL, with the version where it is known.
    pub fn purl(&self) -> String {
        let (namespace, name) = match self.ecosystem {
            Ecosystem::Maven => split_last(&self.name, ':'),
            Ecosystem::PyPI | Ecosystem::CratesIo | Ecosystem::RubyGems | Ecosystem::NuGet => {
                (None, self.name.as_str())
            }
            _ => split_last(&self.name, '/'),
        };
        let mut purl = format!("pkg:{}/", self.ecosystem.purl_type());
        if let Some(namespace) = namespace {
            for segment in namespace.split('/').filter(|segment| !segment.is_empty()) {
                encode(&mut purl, segment);
                purl.push('/');
            }
        }
        encode(&mut purl, name);
        if let Some(version) = &self.version {
            purl.push('@');
            encode(&mut purl, version);
        }
        purl
    }
}

fn split_last(name: &str, separator: char) -> (Option<&str>, &str) {
    match name.rsplit_once(separator) {
        Some((namespace, rest)) => (Some(namespace), rest),
        None => (None, name),
    }
}

/// Percent-encodes as the package URL specification asks: unreserved characters and `:` stay.
fn encode(purl: &mut String, text: &str) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':') {
            purl.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(purl, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purls_are_canonical() {
        for (ecosystem, name, version, purl) in [
            (
                Ecosystem::PyPI,
                "Zope.Interface",
                "5.0",
                "pkg:pypi/zope-interface@5.0",
            ),
            (
                Ecosystem::Npm,
                "@babel/core",
                "7.0.0",
                "pkg:npm/%40babel/core@7.0.0",
            ),
            (
                Ecosystem::Maven,
                "org.apache:commons",
                "1.0",
                "pkg:maven/org.apache/commons@1.0",
            ),
            (
                Ecosystem::Go,
                "github.com/gin-gonic/gin",
                "v1.9.0",
                "pkg:golang/github.com/gin-gonic/gin@v1.9.0",
            ),
            (
                Ecosystem::CratesIo,
                "time",
                "0.1.0+b",
                "pkg:cargo/time@0.1.0%2Bb",
            ),
        ] {
            let package = Package::new(ecosystem, name, Some(version));
            assert_eq!(package.purl(), purl);
        }
    }
}
