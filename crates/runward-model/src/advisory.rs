//! What is known about a vulnerability that was matched.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::Severity;

/// A CVSS vector string and the advisory record that states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CvssVector {
    /// As written: `CVSS:3.1/AV:N/…`, `CVSS:4.0/…`, or a v2 vector without prefix.
    pub vector: String,
    pub record: String,
}

/// An entry of CISA's catalogue of known exploited vulnerabilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KevEntry {
    pub cve: String,
    pub date_added: Date,
    /// CISA's own deadline for US agencies.
    pub due_date: Option<Date>,
    pub ransomware: bool,
}

/// FIRST's estimate that a CVE is exploited within 30 days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpssScore {
    pub cve: String,
    /// 0 to 1.
    pub probability: f64,
    /// 0 to 1.
    pub percentile: f64,
}

/// One vulnerability that affects one package version: all records that are aliases of one
/// another (PYSEC, GHSA, CVE, …) as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdvisoryMatch {
    /// The record that stands for the group: `MAL-` first, then the ecosystem's own database
    /// (PYSEC, RUSTSEC, GO), GHSA, CVE, any other.
    pub id: String,
    /// Every other identifier of the group, sorted.
    pub aliases: Vec<String>,
    /// The ids of the database records that match the version, sorted.
    pub records: Vec<String>,
    pub summary: String,
    pub details: String,
    pub vectors: Vec<CvssVector>,
    /// The database's own word, where a record has one (`database_specific.severity`).
    pub label: Option<Severity>,
    /// Versions that fix it, above the matched version, in the ecosystem's order: one for each
    /// branch that has a fix.
    pub fixed: Vec<String>,
    /// A malicious-package entry (`MAL-`).
    pub malicious: bool,
    /// `unmaintained`, `unsound`, `notice`: not a vulnerability by itself.
    pub informational: Option<String>,
    pub cwes: Vec<String>,
    pub references: Vec<String>,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    pub kev: Option<KevEntry>,
    pub epss: Option<EpssScore>,
}

impl AdvisoryMatch {
    /// Every identifier, the group's own first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// The identifier that outlives regrouping best: the lowest CVE, else the lowest GHSA, else
    /// the id.
    pub fn stable_id(&self) -> &str {
        let lowest = |prefix: &str| self.ids().filter(|id| id.starts_with(prefix)).min();
        lowest("CVE-")
            .or_else(|| lowest("GHSA-"))
            .unwrap_or(&self.id)
    }
}
