//! `runward.advisory/1`: one advisory, for `explain`.

use std::io::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    pretty,
    shared::{EpssJson, KevJson},
};
use crate::{AdvisoryView, ReportError};

/// One advisory: all records that are aliases of one another.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// `runward.advisory/1`.
    schema: &'static str,
    id: &'a str,
    aliases: &'a [String],
    records: &'a [String],
    summary: &'a str,
    details: &'a str,
    severity: Option<&'static str>,
    cvss_score: Option<f64>,
    vectors: &'a [String],
    cwes: &'a [String],
    malicious: bool,
    informational: Option<&'a str>,
    published: Option<String>,
    modified: Option<String>,
    withdrawn: Option<String>,
    kev: Option<KevJson<'a>>,
    epss: Option<EpssJson<'a>>,
    affected: Vec<Affected<'a>>,
    references: &'a [String],
}

/// A package that the advisory names.
#[derive(Serialize, JsonSchema)]
struct Affected<'a> {
    ecosystem: &'a str,
    package: &'a str,
    ranges: &'a [String],
    /// How many versions are enumerated besides the ranges.
    versions: usize,
    fixed: &'a [String],
}

/// The JSON Schema of [`advisory_json`]'s document.
pub fn advisory_schema() -> serde_json::Value {
    super::schema::<Document<'_>>("runward.advisory/1", "runward explain --format json")
}

/// Writes `runward.advisory/1`.
pub fn advisory_json(advisory: &AdvisoryView, out: &mut dyn Write) -> Result<(), ReportError> {
    let document = Document {
        schema: "runward.advisory/1",
        id: &advisory.id,
        aliases: &advisory.aliases,
        records: &advisory.records,
        summary: &advisory.summary,
        details: &advisory.details,
        severity: advisory.severity.map(runward_model::Severity::as_str),
        cvss_score: advisory.cvss_score,
        vectors: &advisory.vectors,
        cwes: &advisory.cwes,
        malicious: advisory.malicious,
        informational: advisory.informational.as_deref(),
        published: advisory.published.map(|at| at.to_string()),
        modified: advisory.modified.map(|at| at.to_string()),
        withdrawn: advisory.withdrawn.map(|at| at.to_string()),
        kev: advisory.kev.as_ref().map(KevJson::from),
        epss: advisory.epss.as_ref().map(EpssJson::from),
        affected: advisory
            .affected
            .iter()
            .map(|affected| Affected {
                ecosystem: &affected.ecosystem,
                package: &affected.package,
                ranges: &affected.ranges,
                versions: affected.versions,
                fixed: &affected.fixed,
            })
            .collect(),
        references: &advisory.references,
    };
    pretty(&document, out)
}
