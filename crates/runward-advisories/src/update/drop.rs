//! Takes an ecosystem out of the database.

use std::path::Path;

use jiff::Timestamp;

use super::{generation::NewGeneration, lock, source};
use crate::{
    UpdateError,
    manifest::{self, EcosystemFile, Manifest},
};

/// What is no longer in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedEcosystem {
    pub ecosystem: String,
    pub advisories: u64,
    pub packages: u64,
}

/// Takes an ecosystem (by its OSV name, in any case) out of the database in `dir`: its packages
/// are not judged any more, and its age no longer counts.
pub fn drop_ecosystem(
    dir: &Path,
    ecosystem: &str,
    now: Timestamp,
) -> Result<DroppedEcosystem, UpdateError> {
    let wanted = source::ecosystem(ecosystem)?;
    // Before the lock: looking for a database makes no directory.
    present(dir)?;
    let _lock = lock::UpdateLock::take(dir, now)?;
    let mut manifest = present(dir)?;
    let is_wanted = |item: &EcosystemFile| item.ecosystem.eq_ignore_ascii_case(&wanted);
    let Some(dropped) = manifest.ecosystems.iter().find(|item| is_wanted(item)) else {
        let names: Vec<&str> = manifest
            .ecosystems
            .iter()
            .map(|item| item.ecosystem.as_str())
            .collect();
        return Err(UpdateError::NotInDatabase {
            name: wanted,
            has: if names.is_empty() {
                "no ecosystems".to_owned()
            } else {
                names.join(", ")
            },
        });
    };
    let dropped = DroppedEcosystem {
        ecosystem: dropped.ecosystem.clone(),
        advisories: dropped.advisories,
        packages: dropped.packages,
    };
    let generation = NewGeneration::start(dir)?;
    manifest.ecosystems.retain(|item| !is_wanted(item));
    let feeds = manifest.kev.iter().chain(&manifest.epss);
    for file in manifest
        .ecosystems
        .iter()
        .map(|item| &item.file)
        .chain(feeds.map(|feed| &feed.file))
    {
        generation.carry_over(file)?;
    }
    generation.switch(dir, &manifest)?;
    Ok(dropped)
}

fn present(dir: &Path) -> Result<Manifest, UpdateError> {
    match manifest::current(dir)? {
        Some(generation) => Ok(Manifest::read(&generation)?),
        None => Err(UpdateError::NoDatabase {
            path: dir.display().to_string(),
        }),
    }
}
