//! The handle on the findings of a database.

use std::sync::Arc;

use runward_db::{Backend, Db, DbError, Lock, Options, Place, Sql, Tx};

use crate::{ProjectId, StoreError};

/// Projects, findings, scans and state changes in a database. Can be shared between threads; calls
/// take turns.
#[derive(Clone)]
pub struct Store {
    db: Arc<Db>,
}

impl Store {
    /// The findings of a database that is open.
    pub fn new(db: Arc<Db>) -> Self {
        Self { db }
    }

    /// Opens a database; see [`Db::open`].
    pub fn open(place: &Place, options: Options) -> Result<Self, StoreError> {
        Ok(Self::new(Arc::new(Db::open(place, options)?)))
    }

    pub fn db(&self) -> &Arc<Db> {
        &self.db
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.db.read(work)
    }

    /// Changes one project, while nobody else does.
    pub(crate) fn write<T, E>(
        &self,
        project: ProjectId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<DbError>,
    {
        self.db.write(Lock::Project(project.0), |tx| {
            hold(tx, &[project])?;
            work(tx)
        })
    }

    /// Changes several projects at once.
    pub(crate) fn write_all<T, E>(
        &self,
        projects: &[ProjectId],
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<DbError>,
    {
        let first = projects.iter().min().map_or(0, |project| project.0);
        self.db.write(Lock::Project(first), |tx| {
            hold(tx, projects)?;
            work(tx)
        })
    }
}

/// Makes the index behind text search again, after rows came in by another way than this crate (a
/// restored backup).
pub fn reindex(tx: &mut Tx<'_>) -> Result<(), DbError> {
    crate::text::rebuild(tx).map_err(|error| match error {
        StoreError::Db(error) => error,
        other => DbError::Damaged {
            reason: other.to_string(),
        },
    })
}

/// Keeps other writers from these projects until the transaction ends. The lock that a transaction
/// starts with is of one project only; rows are locked in one order, so that nobody waits in a
/// circle. `SQLite` has one writer at a time anyway.
fn hold(tx: &mut Tx<'_>, projects: &[ProjectId]) -> Result<(), DbError> {
    if tx.backend() == Backend::Sqlite {
        return Ok(());
    }
    let mut sql = Sql::new("SELECT id FROM projects WHERE id IN ");
    sql.push_list(projects.iter().map(|project| project.0));
    sql.push(" ORDER BY id FOR NO KEY UPDATE");
    tx.rows(sql).map(drop)
}
