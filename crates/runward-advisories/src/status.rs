//! What `db status` shows.

use std::path::Path;

use jiff::Timestamp;
use runward_model::DatabaseInfo;
use serde::Serialize;

use crate::{Database, DatabaseError, manifest::EcosystemFile};

/// A database on disk, in full.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatabaseStatus {
    pub info: DatabaseInfo,
    pub ecosystems: Vec<EcosystemStatus>,
    /// Bytes on disk of the generation in use.
    pub bytes: u64,
    /// The first problems that were met when it was made, in words.
    pub problems: Vec<String>,
}

/// One ecosystem, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EcosystemStatus {
    pub ecosystem: String,
    pub source: String,
    pub updated: Timestamp,
    pub advisories: u64,
    pub withdrawn: u64,
    pub packages: u64,
    pub problems: u64,
    /// The newest change of a record: an old date shows a source that is no longer kept up. None
    /// where no record says when it changed.
    pub newest_record: Option<Timestamp>,
}

/// The state of the database in a directory; `None` where there is none.
pub fn status(
    dir: &Path,
    now: Timestamp,
    max_age_hours: u32,
) -> Result<Option<DatabaseStatus>, DatabaseError> {
    let Some(database) = Database::open(dir)? else {
        return Ok(None);
    };
    Ok(Some(DatabaseStatus {
        info: database.info(now, max_age_hours),
        ecosystems: database.manifest.ecosystems.iter().map(ecosystem).collect(),
        bytes: database.bytes(),
        problems: database.problems()?,
    }))
}

/// Reads all of the database in a directory and compares it with its sums; false where there is
/// none.
pub fn verify(dir: &Path) -> Result<bool, DatabaseError> {
    match Database::open(dir)? {
        Some(database) => database.verify().map(|()| true),
        None => Ok(false),
    }
}

fn ecosystem(item: &EcosystemFile) -> EcosystemStatus {
    EcosystemStatus {
        ecosystem: item.ecosystem.clone(),
        source: item.source(),
        updated: item.origin.read,
        advisories: item.advisories,
        withdrawn: item.withdrawn,
        packages: item.packages,
        problems: item.problems,
        newest_record: item.newest,
    }
}
