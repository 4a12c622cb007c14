//! `runward.database/1`: the state of the advisory database; also a part of a scan.

use std::io::Write;

use runward_model::{DatabaseInfo, DatabaseKind};
use schemars::JsonSchema;
use serde::Serialize;

use super::pretty;
use crate::ReportError;

/// The advisory database that a scan was judged from.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Database")]
pub(super) struct DatabaseJson<'a> {
    /// `full`, or `starter` for the small built-in set.
    kind: &'static str,
    path: Option<&'a str>,
    /// RFC 3339.
    updated: Option<String>,
    age_hours: Option<f64>,
    /// Older than `max_age_hours`.
    stale: bool,
    max_age_hours: u32,
    advisories: u64,
    packages: u64,
    ecosystems: Vec<EcosystemJson<'a>>,
    kev_entries: u64,
    epss_entries: u64,
    /// Records that could not be used in full.
    problems: u64,
}

/// One ecosystem's share of the database.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Ecosystem")]
struct EcosystemJson<'a> {
    ecosystem: &'a str,
    advisories: u64,
    source: &'a str,
    updated: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// `runward.database/1`.
    schema: &'static str,
    #[serde(flatten)]
    database: DatabaseJson<'a>,
}

impl<'a> From<&'a DatabaseInfo> for DatabaseJson<'a> {
    fn from(database: &'a DatabaseInfo) -> Self {
        Self {
            kind: match database.kind {
                DatabaseKind::Full => "full",
                DatabaseKind::Starter => "starter",
            },
            path: database.path.as_deref(),
            updated: database.updated.map(|at| at.to_string()),
            age_hours: database.age_hours,
            stale: database.stale,
            max_age_hours: database.max_age_hours,
            advisories: database.advisories,
            packages: database.packages,
            ecosystems: database
                .ecosystems
                .iter()
                .map(|ecosystem| EcosystemJson {
                    ecosystem: &ecosystem.ecosystem,
                    advisories: ecosystem.advisories,
                    source: &ecosystem.source,
                    updated: ecosystem.updated.map(|at| at.to_string()),
                })
                .collect(),
            kev_entries: database.kev_entries,
            epss_entries: database.epss_entries,
            problems: database.problems,
        }
    }
}

/// The JSON Schema of [`database_json`]'s document.
pub fn database_schema() -> serde_json::Value {
    super::schema::<Document<'_>>("runward.database/1", "runward db status --format json")
}

/// Writes `runward.database/1`.
pub fn database_json(database: &DatabaseInfo, out: &mut dyn Write) -> Result<(), ReportError> {
    pretty(
        &Document {
            schema: "runward.database/1",
            database: database.into(),
        },
        out,
    )
}
