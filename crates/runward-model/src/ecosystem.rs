//! Package ecosystems, under the names that OSV and package URLs give them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A family of packages that shares one registry, one name rule and one version order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Ecosystem {
    PyPI,
    Npm,
    CratesIo,
    Go,
    RubyGems,
    Packagist,
    Maven,
    NuGet,
    Hex,
    Pub,
    Conda,
    /// Any other, by its package URL type (`deb`, `apk`, `generic`, `swift`, …).
    Other(String),
}

impl Ecosystem {
    /// The ecosystems that Runward matches against advisories.
    pub const MATCHED: [Self; 10] = [
        Self::PyPI,
        Self::Npm,
        Self::CratesIo,
        Self::Go,
        Self::RubyGems,
        Self::Packagist,
        Self::Maven,
        Self::NuGet,
        Self::Hex,
        Self::Pub,
    ];

    /// The name in OSV's schema, also used in Runward's own JSON: `PyPI`, `npm`, `crates.io`, …
    pub fn osv_name(&self) -> &str {
        match self {
            Self::PyPI => "PyPI",
            Self::Npm => "npm",
            Self::CratesIo => "crates.io",
            Self::Go => "Go",
            Self::RubyGems => "RubyGems",
            Self::Packagist => "Packagist",
            Self::Maven => "Maven",
            Self::NuGet => "NuGet",
            Self::Hex => "Hex",
            Self::Pub => "Pub",
            Self::Conda => "conda",
            Self::Other(name) => name,
        }
    }

    /// The type of a package URL: `pypi`, `npm`, `cargo`, `golang`, …
    pub fn purl_type(&self) -> &str {
        match self {
            Self::PyPI => "pypi",
            Self::Npm => "npm",
            Self::CratesIo => "cargo",
            Self::Go => "golang",
            Self::RubyGems => "gem",
            Self::Packagist => "composer",
            Self::Maven => "maven",
            Self::NuGet => "nuget",
            Self::Hex => "hex",
            Self::Pub => "pub",
            Self::Conda => "conda",
            Self::Other(name) => name,
        }
    }

    /// The ecosystem of a package URL type.
    pub fn from_purl_type(purl_type: &str) -> Self {
        match purl_type.to_ascii_lowercase().as_str() {
            "pypi" => Self::PyPI,
            "npm" => Self::Npm,
            "cargo" => Self::CratesIo,
            "golang" => Self::Go,
            "gem" => Self::RubyGems,
            "composer" => Self::Packagist,
            "maven" => Self::Maven,
            "nuget" => Self::NuGet,
            "hex" => Self::Hex,
            "pub" => Self::Pub,
            "conda" => Self::Conda,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The ecosystem of an OSV name; a suffix such as in `Debian:12` is kept in [`Self::Other`],
    /// and dropped where it names a registry (`Maven:https://…`).
    pub fn from_osv_name(name: &str) -> Self {
        let base = name.split(':').next().unwrap_or(name);
        Self::MATCHED
            .into_iter()
            .chain([Self::Conda])
            .find(|known| known.osv_name().eq_ignore_ascii_case(base))
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }

    /// The form under which a name is compared: PEP 503 for PyPI, lower case where the registry
    /// ignores case, otherwise as it is.
    pub fn normalize_name(&self, name: &str) -> String {
        match self {
            Self::PyPI => normalize_pep503(name),
            Self::Packagist | Self::NuGet | Self::Hex | Self::Pub | Self::Conda => {
                name.trim().to_ascii_lowercase()
            }
            _ => name.trim().to_owned(),
        }
    }
}

/// PEP 503: runs of `-`, `_` and `.` become one `-`, letters lower case.
fn normalize_pep503(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    let mut separator = false;
    for character in name.trim().chars() {
        if matches!(character, '-' | '_' | '.') {
            separator = true;
            continue;
        }
        if separator {
            normalized.push('-');
            separator = false;
        }
        normalized.push(character.to_ascii_lowercase());
    }
    if separator {
        normalized.push('-');
    }
    normalized
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.osv_name())
    }
}

impl From<Ecosystem> for String {
    fn from(ecosystem: Ecosystem) -> Self {
        ecosystem.osv_name().to_owned()
    }
}

impl From<String> for Ecosystem {
    fn from(name: String) -> Self {
        Self::from_osv_name(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_pep_503() {
        for (raw, normalized) in [
            ("Flask", "flask"),
            ("zope.interface", "zope-interface"),
            ("ruamel_.-yaml", "ruamel-yaml"),
            ("a__b", "a-b"),
        ] {
            assert_eq!(Ecosystem::PyPI.normalize_name(raw), normalized);
        }
    }

    #[test]
    fn osv_names_round_trip() {
        for ecosystem in Ecosystem::MATCHED {
            assert_eq!(Ecosystem::from_osv_name(ecosystem.osv_name()), ecosystem);
            assert_eq!(Ecosystem::from_purl_type(ecosystem.purl_type()), ecosystem);
        }
        assert_eq!(Ecosystem::from_osv_name("conda"), Ecosystem::Conda);
        assert_eq!(
            Ecosystem::from_osv_name("Debian:12"),
            Ecosystem::Other("Debian:12".to_owned())
        );
        assert_eq!(
            Ecosystem::from_osv_name("Maven:https://repo.example.org"),
            Ecosystem::Maven
        );
    }
}
