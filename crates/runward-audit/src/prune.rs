//! Removing old entries: archived first, recorded first, and provable as long as the log lives.

use std::path::Path;

use jiff::Timestamp;
use runward_db::{Db, Lock, Sql};
use runward_model::{Actor, Event, EventType, Subject};
use serde::Serialize;

use crate::{AuditError, Trail, index::number};

/// What a prune did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PruneReport {
    /// Entries that are in the archive now, and no longer in the log.
    pub entries: u64,
    /// The first entry that the log still has.
    pub minimum_index: u64,
}

/// Entries are pruned by whole bundles, which have this many (C2SP `tlog-tiles`).
const BUNDLE: u64 = 256;

impl Trail {
    /// Removes the entries before the first one that is as young as `before`, as far as they fill
    /// whole bundles. The event that says
    /// so is in the log before anything is removed.
    pub fn prune(
        &self,
        db: &Db,
        before: Timestamp,
        archive: &Path,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<PruneReport, AuditError> {
        // The feeds must have what goes.
        let published = self.publish(db, u64::MAX)?;
        if let Some(problem) = published.feeds {
            return Err(AuditError::Output { what: problem });
        }
        let log = self.log();
        let first = log.minimum_index();
        let young = Sql::new("SELECT MIN(idx) FROM audit_events WHERE at >= $1").bind(before);
        let young = db.read(|tx| Ok::<_, AuditError>(tx.one(young)?.opt_int(0)?))?;
        let end = young.map_or(published.size, |index| u64::try_from(index).unwrap_or(0));
        let end = end / BUNDLE * BUNDLE;
        if end <= first {
            drop_rows(db, first)?;
            return Ok(PruneReport {
                entries: 0,
                minimum_index: first,
            });
        }
        let event = Event::new(
            now,
            EventType::AuditPruned,
            actor.clone(),
            Subject::new("audit", self.origin()),
        )
        .with_detail("before", before.to_string())
        .with_detail("first_index", first)
        .with_detail("end_index", end)
        .with_detail("entries", end - first)
        .with_detail("archive", archive.display().to_string())
        .with_detail("tree_size", published.size)
        .with_detail("root", log.root_at(published.size)?.to_hex());
        self.record(db, &[event])?;
        log.prune(end, archive)?;
        let minimum = log.minimum_index();
        drop_rows(db, minimum)?;
        Ok(PruneReport {
            entries: minimum - first,
            minimum_index: minimum,
        })
    }
}

/// Drops the index rows of entries that are no longer in the log; also those that a prune left that
/// was interrupted.
fn drop_rows(db: &Db, minimum: u64) -> Result<(), AuditError> {
    db.write(Lock::Publish, |tx| {
        let sql = Sql::new("DELETE FROM audit_events WHERE idx < $1");
        tx.execute(sql.bind(number(minimum)))?;
        Ok(())
    })
}
