//! What is known of names, packages and domains from elsewhere, handed in.

use jiff::Timestamp;
use runward_model::Ecosystem;

/// Known names, near names, and which names exist. [`crate::NameLists`] is the real one.
pub trait KnownNames: Sync {
    fn judge(&self, ecosystem: &Ecosystem, name: &str) -> NameFacts;

    /// Whether the name stood in a list of all names, and of when it is; `None` without a list.
    fn existence(&self, ecosystem: &Ecosystem, name: &str) -> Option<Existence>;
}

/// What is known of a name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NameFacts {
    /// Among the popular names; 1 is the most used.
    pub rank: Option<u32>,
    /// What it could be taken for, the weightiest first.
    pub near: Vec<NearName>,
    /// The team's own patterns that it matches, as evidence.
    pub patterns: Vec<String>,
    /// How many popular names it was compared with; 0: there is no list.
    pub compared_with: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NearName {
    pub popular: String,
    pub ecosystem: Ecosystem,
    pub rank: u32,
    pub weight: f64,
    pub evidence: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existence {
    pub exists: bool,
    pub as_of: Timestamp,
}

/// No lists at all.
#[derive(Debug, Clone, Copy)]
pub struct NoNames;

impl KnownNames for NoNames {
    fn judge(&self, _: &Ecosystem, _: &str) -> NameFacts {
        NameFacts::default()
    }

    fn existence(&self, _: &Ecosystem, _: &str) -> Option<Existence> {
        None
    }
}

/// Why something cannot be said.
pub type Unknown = String;

/// Advisories of malicious packages (OSV's `MAL-`), which live in the advisory database.
pub trait Malware: Sync {
    /// Those that name the package in this version. Without a version: those that name it at all,
    /// for an installer could take any. Withdrawn advisories do not count.
    fn advisories(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        version: Option<&str>,
    ) -> Result<Vec<Malicious>, Unknown>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malicious {
    /// Such as `MAL-2024-1234`.
    pub id: String,
    pub summary: Option<String>,
    /// It names some versions of the package, not any.
    pub some_versions: bool,
}

impl<F> Malware for F
where
    F: Fn(&Ecosystem, &str, Option<&str>) -> Result<Vec<Malicious>, Unknown> + Sync,
{
    fn advisories(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        version: Option<&str>,
    ) -> Result<Vec<Malicious>, Unknown> {
        self(ecosystem, name, version)
    }
}

/// No advisory database.
#[derive(Debug, Clone, Copy)]
pub struct NoMalware;

impl Malware for NoMalware {
    fn advisories(
        &self,
        _: &Ecosystem,
        _: &str,
        _: Option<&str>,
    ) -> Result<Vec<Malicious>, Unknown> {
        Err("there is no advisory database; run `runward db update`".to_owned())
    }
}

/// What is known of a mail domain, from DNS or RDAP.
pub trait Domains: Sync {
    fn state(&self, domain: &str) -> Result<DomainState, Unknown>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainState {
    /// Anybody can register it.
    Free,
    /// Since when it has its present holder, where that is told.
    Held { since: Option<Timestamp> },
}

/// No source of domain data.
#[derive(Debug, Clone, Copy)]
pub struct NoDomains;

impl Domains for NoDomains {
    fn state(&self, _: &str) -> Result<DomainState, Unknown> {
        Err("the registries of domains are not asked".to_owned())
    }
}
