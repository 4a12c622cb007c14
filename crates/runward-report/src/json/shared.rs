//! Parts that several documents have in common.

use runward_model::{EpssScore, Excluded, KevEntry, NotCovered, SourceRef};
use schemars::JsonSchema;
use serde::Serialize;

/// A file of the project and a line in it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Source")]
pub(super) struct Source<'a> {
    /// Relative to the scanned root, `/` between segments.
    pub(super) path: &'a str,
    /// 1-based.
    pub(super) line: u32,
}

impl<'a> From<&'a SourceRef> for Source<'a> {
    fn from(source: &'a SourceRef) -> Self {
        Self {
            path: &source.path,
            line: source.line,
        }
    }
}

/// Something that could not be looked at or judged.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotCovered")]
pub(super) struct NotCoveredJson<'a> {
    /// The file, or what else was asked for.
    path: &'a str,
    /// Why, and what to do about it.
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<&'a str>,
}

impl<'a> From<&'a NotCovered> for NotCoveredJson<'a> {
    fn from(entry: &'a NotCovered) -> Self {
        Self {
            path: &entry.path,
            reason: &entry.reason,
            line: entry.line,
            package: entry.package.as_deref(),
        }
    }
}

/// A dependency that the stated target does not install.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Excluded")]
pub(super) struct ExcludedJson<'a> {
    name: &'a str,
    /// The environment marker as written.
    marker: &'a str,
    source: Source<'a>,
    reason: &'a str,
}

impl<'a> From<&'a Excluded> for ExcludedJson<'a> {
    fn from(excluded: &'a Excluded) -> Self {
        Self {
            name: &excluded.name,
            marker: &excluded.marker,
            source: (&excluded.source).into(),
            reason: &excluded.reason,
        }
    }
}

/// An entry of CISA's catalogue of known exploited vulnerabilities.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Kev")]
pub(super) struct KevJson<'a> {
    cve: &'a str,
    /// `2026-01-31`.
    date_added: String,
    due_date: Option<String>,
    ransomware: bool,
}

impl<'a> From<&'a KevEntry> for KevJson<'a> {
    fn from(kev: &'a KevEntry) -> Self {
        Self {
            cve: &kev.cve,
            date_added: kev.date_added.to_string(),
            due_date: kev.due_date.map(|date| date.to_string()),
            ransomware: kev.ransomware,
        }
    }
}

/// FIRST's estimate that a CVE is exploited within 30 days.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Epss")]
pub(super) struct EpssJson<'a> {
    cve: &'a str,
    /// 0 to 1.
    probability: f64,
    /// 0 to 1.
    percentile: f64,
}

impl<'a> From<&'a EpssScore> for EpssJson<'a> {
    fn from(epss: &'a EpssScore) -> Self {
        Self {
            cve: &epss.cve,
            probability: epss.probability,
            percentile: epss.percentile,
        }
    }
}

/// Converts each element.
pub(super) fn each<'a, T, J: From<&'a T>>(list: &'a [T]) -> Vec<J> {
    list.iter().map(J::from).collect()
}
