//! What a registry tells of a package, in one form for all registries.

use std::collections::BTreeMap;

use jiff::Timestamp;
use runward_model::{Ecosystem, Unevaluated};

/// All that a registry tells of one package, as far as signals need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    pub ecosystem: Ecosystem,
    /// As the registry spells it.
    pub name: String,
    /// Oldest first where the registry dates them, else in its own order.
    pub releases: Vec<Release>,
    /// What an installer would take without a version.
    pub latest: Option<String>,
    /// When the package was first published, where the registry says it of the package itself.
    pub created: Option<Timestamp>,
    pub downloads: Option<Downloads>,
    /// Who may publish, as the registry knows it: cannot be claimed by the package.
    pub owners: Vec<Person>,
    /// Whom the package names as its authors and maintainers: can be claimed.
    pub authors: Vec<Person>,
    pub repository: Option<String>,
    /// Label and address.
    pub links: Vec<(String, String)>,
    pub summary: Option<String>,
    pub has_description: bool,
    pub state: State,
    /// When the registry gave this answer.
    pub as_of: Timestamp,
    /// Why an older answer had to do.
    pub stale: Option<String>,
    /// What the registry does not tell, or failed to.
    pub gaps: Vec<Unevaluated>,
}

/// What the registry says of a package as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Active,
    /// No longer maintained, by its owners' word.
    Archived,
    /// The registry keeps the name after it removed the package, or holds it back for review.
    Removed(String),
    /// Taken down by its owners; the name can be taken again.
    Unpublished(Option<Timestamp>),
}

/// How often a package was downloaded in the last days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Downloads {
    pub count: u64,
    pub days: u32,
}

impl Downloads {
    pub fn per_week(self) -> u64 {
        self.count.saturating_mul(7) / u64::from(self.days.max(1))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Person {
    pub name: Option<String>,
    pub email: Option<String>,
}

impl Person {
    /// The domain of the address, lower case.
    pub fn domain(&self) -> Option<String> {
        let (_, domain) = self.email.as_deref()?.rsplit_once('@')?;
        let domain = domain
            .trim()
            .trim_end_matches(['.', '>'])
            .to_ascii_lowercase();
        let plain = domain
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
        (plain && domain.contains('.') && domain.len() <= 253).then_some(domain)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Release {
    pub version: String,
    pub uploaded: Option<Timestamp>,
    /// Taken back by its owners, with their reason (may be empty).
    pub yanked: Option<String>,
    /// The owners advise against it, with their words.
    pub deprecated: Option<String>,
    pub artefacts: Vec<Artefact>,
    /// `None` where the registry does not tell.
    pub dependencies: Option<Vec<Dependency>>,
    /// Programs that run on installation, by their event; `None` where the registry does not
    /// tell.
    pub install_scripts: Option<BTreeMap<String, String>>,
    /// Commands that the release installs, and their files.
    pub commands: BTreeMap<String, String>,
    pub publisher: Option<Person>,
    /// Published by a build service that the owners trust, not by a person.
    pub trusted_publisher: bool,
    /// Whether the registry holds a statement of where it was built; `None`: not told.
    pub provenance: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Artefact {
    pub file: String,
    pub url: String,
    pub size: Option<u64>,
    /// By algorithm: `sha256` in hex, `sha512` in base64 for npm.
    pub hashes: BTreeMap<String, String>,
    pub uploaded: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    pub name: String,
    /// As the registry writes it; for PyPI the whole PEP 508 text.
    pub requirement: String,
    pub kind: DependencyKind,
    /// Platform of a Rust crate's dependency.
    pub target: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyKind {
    Normal,
    Optional,
    Build,
    Development,
    Peer,
}

impl Metadata {
    /// An answer that holds nothing yet.
    pub fn new(ecosystem: Ecosystem, name: &str, as_of: Timestamp) -> Self {
        Self {
            ecosystem,
            name: name.to_owned(),
            releases: Vec::new(),
            latest: None,
            created: None,
            downloads: None,
            owners: Vec::new(),
            authors: Vec::new(),
            repository: None,
            links: Vec::new(),
            summary: None,
            has_description: false,
            state: State::Active,
            as_of,
            stale: None,
            gaps: Vec::new(),
        }
    }

    /// When the package was first published.
    pub fn first_release(&self) -> Option<Timestamp> {
        let oldest = self.releases.iter().filter_map(|r| r.uploaded).min();
        match (self.created, oldest) {
            (Some(created), Some(oldest)) => Some(created.min(oldest)),
            (created, oldest) => created.or(oldest),
        }
    }

    pub fn last_release(&self) -> Option<Timestamp> {
        self.releases.iter().filter_map(|r| r.uploaded).max()
    }

    /// The release of a version, as its ecosystem compares versions.
    pub fn release(&self, version: &str) -> Option<&Release> {
        self.releases
            .iter()
            .find(|r| r.version == version)
            .or_else(|| {
                self.releases
                    .iter()
                    .find(|r| runward_versions::same(&self.ecosystem, &r.version, version))
            })
    }

    pub(crate) fn gap(&mut self, signal: &str, reason: impl Into<String>) {
        self.gaps.push(Unevaluated {
            signal: signal.to_owned(),
            reason: reason.into(),
        });
    }

    /// Oldest first; undated releases keep their order, before the dated ones.
    pub(crate) fn sort_releases(&mut self) {
        self.releases.sort_by_key(|r| r.uploaded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_come_from_addresses_only() {
        let domain = |email: &str| {
            Person {
                name: None,
                email: Some(email.to_owned()),
            }
            .domain()
        };
        assert_eq!(domain("a@Example.ORG"), Some("example.org".to_owned()));
        assert_eq!(
            domain("A <a@b@example.org>"),
            Some("example.org".to_owned())
        );
        for bad in ["", "a", "a@", "a@localhost", "a@b c.de", "a@x/y.de"] {
            assert_eq!(domain(bad), None, "{bad}");
        }
    }

    #[test]
    fn downloads_are_compared_by_the_week() {
        assert_eq!(
            Downloads {
                count: 910,
                days: 91
            }
            .per_week(),
            70
        );
        assert_eq!(Downloads { count: 5, days: 0 }.per_week(), 35);
        assert_eq!(
            Downloads {
                count: u64::MAX,
                days: 7
            }
            .per_week(),
            u64::MAX / 7
        );
    }

    #[test]
    fn the_first_release_is_the_oldest_date_of_all() {
        let at = |s: &str| Some(s.parse::<Timestamp>().unwrap());
        let mut data = Metadata::new(Ecosystem::PyPI, "x", Timestamp::UNIX_EPOCH);
        assert_eq!(data.first_release(), None);
        data.releases = ["2024-01-02T00:00:00Z", "2023-01-02T00:00:00Z"]
            .map(|day| Release {
                uploaded: at(day),
                ..Release::default()
            })
            .to_vec();
        assert_eq!(data.first_release(), at("2023-01-02T00:00:00Z"));
        data.created = at("2022-01-01T00:00:00Z");
        assert_eq!(data.first_release(), at("2022-01-01T00:00:00Z"));
        assert_eq!(data.last_release(), at("2024-01-02T00:00:00Z"));
    }
}
