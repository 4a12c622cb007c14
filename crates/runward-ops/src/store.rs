//! The store itself: its schema, its backups, its soundness.

use std::{io::Write, path::Path};

use runward_db::{
    Db, DbError, Migrated, Place, VERSION,
    backup::{self, BackupInfo, Restore, RestoreInfo},
    check::{self, Problem},
    export::{self, ExportFormat},
};
use runward_model::{Action, Event, EventType, Resource, Subject};
use runward_store::Scope;
use serde::Serialize;

use crate::{Context, Ledger, Missing, OpsError, Places, Project, Settings};

/// Where the store is and what it holds.
#[derive(Debug, Serialize)]
pub struct StoreStatus {
    pub place: String,
    pub log: String,
    pub keys: String,
    pub schema: i64,
    pub newest_schema: i64,
    pub projects: u64,
    pub events: u64,
    pub waiting: u64,
}

/// Where the store is and what it holds.
pub fn status(places: &Places, ledger: &Ledger) -> Result<StoreStatus, OpsError> {
    ledger.allow(Action::ViewStore, &Resource::System)?;
    let mut projects = 0;
    let mut after: Option<String> = None;
    loop {
        let page = ledger
            .store
            .projects(&Scope::default(), after.as_deref(), 1_000)?;
        projects += page.len() as u64;
        match page.last() {
            Some(last) if page.len() == 1_000 => after = Some(last.project.name.clone()),
            _ => break,
        }
    }
    let waiting = ledger.db.read(|tx| tx.waiting().map_err(OpsError::from))?;
    Ok(StoreStatus {
        place: places.store.to_string(),
        log: places.log.display().to_string(),
        keys: places.keys.display().to_string(),
        schema: ledger.db.schema_version()?,
        newest_schema: VERSION,
        projects,
        events: ledger.trail.size()?,
        waiting,
    })
}

/// Brings the schema up to date, and records that.
pub fn migrate(
    context: &Context,
    settings: &Settings,
    project: &Project,
) -> Result<Migrated, OpsError> {
    let places = Places::of(context, settings, project)?;
    let options = Ledger::options(context, settings, &places)?;
    let migrated = Db::migrate(&places.store, options)?;
    if migrated.from != migrated.to {
        let ledger = Ledger::open_trusted(context, settings, project)?;
        let event = Event::new(
            context.now,
            EventType::StoreMigrated,
            ledger.actor(),
            Subject::new("store", &places.store),
        )
        .with_change("schema", migrated.from, migrated.to);
        ledger.record(&event)?;
    }
    Ok(migrated)
}

/// Writes everything into one file.
pub fn backup(ledger: &Ledger, file: &Path) -> Result<BackupInfo, OpsError> {
    ledger.allow(Action::ManageStore, &Resource::System)?;
    // What is known to be in the log need not be in the backup twice.
    ledger.publish()?;
    let info = backup::backup(&ledger.db, file, ledger.now)?;
    let event = Event::new(
        ledger.now,
        EventType::StoreBackedUp,
        ledger.actor(),
        Subject::new("store", ledger.db.place()),
    )
    .with_detail("sha256", info.sha256.clone())
    .with_detail("result_count", info.rows.values().sum::<u64>());
    ledger.record(&event)?;
    Ok(info)
}

/// Takes a backup's content over.
pub fn restore(
    context: &Context,
    settings: &Settings,
    project: &Project,
    file: &Path,
    replace: bool,
) -> Result<RestoreInfo, OpsError> {
    let places = Places::of(context, settings, project)?;
    let new = matches!(&places.store, Place::Sqlite(path) if !path.exists());
    if !new {
        match Ledger::open(context, settings, project, Missing::Refuse) {
            Ok(ledger) => ledger.allow(Action::ManageStore, &Resource::System)?,
            // An empty server has nobody who could be asked.
            Err(OpsError::Db(DbError::Empty { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    let options = Ledger::options(context, settings, &places)?;
    let how = Restore {
        replace,
        // What is made from other tables is in no backup.
        derive: &[&runward_store::reindex, &runward_tasks::reindex],
    };
    let info = backup::restore(file, &places.store, options, how)?;
    let ledger = Ledger::open_trusted(context, settings, project)?;
    ledger.trail.adopt(&ledger.db)?;
    let event = Event::new(
        context.now,
        EventType::StoreRestored,
        ledger.actor(),
        Subject::new("store", &places.store),
    )
    .with_detail("backup_made", info.created.to_string())
    .with_detail("former_store", info.from.clone().unwrap_or_default())
    .with_detail("events_not_published", info.waiting);
    ledger.record(&event)?;
    Ok(info)
}

/// Looks for damage.
pub fn check(ledger: &Ledger) -> Result<Vec<Problem>, OpsError> {
    ledger.allow(Action::ViewStore, &Resource::System)?;
    Ok(check::check(&ledger.db)?)
}

/// The tables that [`export()`] can write.
pub fn tables(ledger: &Ledger) -> Result<Vec<String>, OpsError> {
    Ok(export::tables(&ledger.db)?)
}

/// Writes tables as text.
pub fn export(
    ledger: &Ledger,
    format: &ExportFormat,
    out: &mut dyn Write,
) -> Result<u64, OpsError> {
    ledger.allow(Action::ManageStore, &Resource::System)?;
    let rows = export::export(&ledger.db, format, out)?;
    let event = Event::new(
        ledger.now,
        EventType::DataExported,
        ledger.actor(),
        Subject::new("store", ledger.db.place()),
    )
    .with_detail("result_count", rows);
    ledger.record(&event)?;
    Ok(rows)
}
