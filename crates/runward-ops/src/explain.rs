//! Everything that is known about an advisory.

use runward_advisories::{AdvisoryDetail, Database};
use runward_assess::Rated;
use runward_model::{AdvisoryMatch, DatabaseInfo};

use crate::{Context, OpsError, Settings};

/// An advisory with its rating, and the database that knows it.
#[derive(Debug)]
pub struct Explanation {
    pub advisory: AdvisoryDetail,
    pub rated: Rated,
    pub database: DatabaseInfo,
}

/// Looks an id or alias up.
pub fn advisory(context: &Context, settings: &Settings, id: &str) -> Result<Explanation, OpsError> {
    let database = Database::open_or_starter(&settings.database_directory)?;
    let info = database.info(context.now, settings.config().database.max_age_hours);
    let advisory = database.advisory(id)?.ok_or_else(|| {
        OpsError::usage(
            format!("the database knows no advisory `{id}`"),
            "check the id, or run `runward db update`",
        )
    })?;
    Ok(Explanation {
        rated: runward_assess::severity(&as_match(&advisory)),
        advisory,
        database: info,
    })
}

/// The form that rating reads.
fn as_match(detail: &AdvisoryDetail) -> AdvisoryMatch {
    AdvisoryMatch {
        id: detail.id.clone(),
        aliases: detail.aliases.clone(),
        records: detail.records.iter().map(|r| r.id.clone()).collect(),
        summary: String::new(),
        details: String::new(),
        vectors: detail.vectors.clone(),
        label: detail.records.iter().filter_map(|r| r.label).max(),
        fixed: Vec::new(),
        malicious: detail.id.starts_with("MAL-"),
        informational: detail.records.iter().find_map(|r| r.informational.clone()),
        cwes: Vec::new(),
        references: Vec::new(),
        published: None,
        modified: None,
        kev: detail.kev.clone(),
        epss: detail.epss.clone(),
    }
}
