//! The handle on a database.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::{self, ThreadId},
};

use runward_model::Event;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::{
    Backend, DbError, Place, Tx,
    connection::Connection,
    failure::{failure, is_lost},
    open,
    schema::Wanted,
};

/// Turns an event into the bytes that are stored and later hashed: redacted, in canonical form.
pub type Sealer = dyn Fn(&Event) -> Result<Vec<u8>, String> + Send + Sync;

/// What a handle is opened with.
#[derive(Clone)]
pub struct Options {
    pub sealer: Arc<Sealer>,
    /// Whether an older schema, or an empty schema on a server, is brought up to date. A new or
    /// empty file always is.
    pub migrate: bool,
    /// How long a writer waits for another.
    pub busy: std::time::Duration,
}

/// What a writing transaction keeps others from changing meanwhile. `SQLite` has one writer at a
/// time whatever is asked; on `PostgreSQL`, writers under different locks go side by side, unless
/// one has [`Lock::Whole`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Findings and scans of one project.
    Project(i64),
    Tasks,
    Access,
    /// Publication of the outbox.
    Publish,
    /// The schema and what concerns the whole database.
    Whole,
}

impl Lock {
    /// The second number of `pg_advisory_xact_lock`; the first is the schema's. 0 is the whole.
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::Whole => 0,
            Self::Publish => 1,
            Self::Tasks => 2,
            Self::Access => 3,
            // Two projects with the same rest only wait for each other.
            Self::Project(id) => i32::try_from(id.rem_euclid(1 << 30))
                .unwrap_or(0)
                .saturating_add(16),
        }
    }
}

/// A schema that was brought up to date; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    pub from: i64,
    pub to: i64,
}

/// A database. Blocking; can be shared between threads, whose calls take turns. A connection to a
/// server that was lost is made again at the next transaction.
pub struct Db {
    place: Place,
    options: Options,
    /// The schema that was found or made on opening.
    version: i64,
    inner: Mutex<Inner>,
    /// The thread whose transaction is open.
    owner: Mutex<Option<ThreadId>>,
}

struct Inner {
    /// Both are `None` only while the handle is being dropped.
    runtime: Option<Runtime>,
    connection: Option<Connection>,
    /// The connection is of no more use.
    lost: bool,
}

impl Db {
    /// Opens the database and checks (or, as `options` say, brings up to date) its schema.
    pub fn open(place: &Place, options: Options) -> Result<Self, DbError> {
        let wanted = if options.migrate {
            Wanted::Newest
        } else {
            Wanted::AsIs
        };
        Self::open_at(place, options, wanted).map(|(db, _)| db)
    }

    /// Brings the schema up to date, or makes it.
    pub fn migrate(place: &Place, options: Options) -> Result<Migrated, DbError> {
        Self::open_at(place, options, Wanted::Newest).map(|(_, migrated)| migrated)
    }

    pub(crate) fn open_at(
        place: &Place,
        options: Options,
        wanted: Wanted,
    ) -> Result<(Self, Migrated), DbError> {
        refuse_inside_runtime()?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| DbError::Open {
                place: place.to_string(),
                reason: error.to_string(),
            })?;
        let (connection, (from, to)) = runtime.block_on(open::open(place, &options, wanted))?;
        let db = Self {
            place: place.clone(),
            options,
            version: to,
            inner: Mutex::new(Inner {
                runtime: Some(runtime),
                connection: Some(connection),
                lost: false,
            }),
            owner: Mutex::new(None),
        };
        Ok((db, Migrated { from, to }))
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    pub fn backend(&self) -> Backend {
        match self.place {
            Place::Postgres(_) => Backend::Postgres,
            Place::Sqlite(_) | Place::Memory => Backend::Sqlite,
        }
    }

    /// The version of the schema that the database has now.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the bare method is for one lifetime only"
    )]
    pub fn schema_version(&self) -> Result<i64, DbError> {
        self.read(|tx| tx.schema_version())
    }

    /// Reads from one snapshot: everything that `work` sees held at one moment. What would change
    /// something is an error.
    pub fn read<T, E: From<DbError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let begin = match self.backend() {
            Backend::Sqlite => "PRAGMA query_only = ON; BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        self.transact(begin, None, work)
    }

    /// Changes, all or nothing: an error undoes everything, the events that were emitted included.
    /// So does a statement that failed, even where `work` passes over its error.
    pub fn write<T, E: From<DbError>>(
        &self,
        lock: Lock,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let begin = match self.backend() {
            Backend::Sqlite => "PRAGMA query_only = OFF; BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        self.transact(begin, Some(lock), work)
    }

    fn transact<T, E: From<DbError>>(
        &self,
        begin: &'static str,
        lock: Option<Lock>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        refuse_inside_runtime()?;
        Owner::refuse_nested(&self.owner)?;
        let mut guard = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let _owner = Owner::enter(&self.owner);
        let Inner {
            runtime,
            connection,
            lost,
        } = &mut *guard;
        let (Some(runtime), Some(connection)) = (runtime.as_ref(), connection.as_mut()) else {
            return Err(DbError::Failed {
                place: self.place.to_string(),
                reason: "it is closed".to_owned(),
            }
            .into());
        };
        self.begin(runtime, connection, lost, begin)?;
        let mut tx = Tx::new(
            &self.place,
            &*self.options.sealer,
            runtime,
            connection,
            lost,
        );
        // Where this or `work` fails or panics, dropping the transaction undoes it.
        if let Some(lock) = lock {
            tx.lock(lock)?;
            tx.expect_schema(self.version)?;
        }
        let value = work(&mut tx)?;
        tx.commit(lock.is_some())?;
        Ok(value)
    }

    /// Begins a transaction, on a new connection where the old one is gone: nothing was done in it
    /// yet, so that this is the one moment to try again.
    fn begin(
        &self,
        runtime: &Runtime,
        connection: &mut Connection,
        lost: &mut bool,
        begin: &'static str,
    ) -> Result<(), DbError> {
        if !*lost {
            match runtime.block_on(connection.execute(begin.into())) {
                Ok(_) => return Ok(()),
                Err(error) if is_lost(&error) && self.place != Place::Memory => {}
                Err(error) => return Err(failure(&self.place, &error)),
            }
        }
        *lost = true;
        let opened = open::open(&self.place, &self.options, Wanted::AsIs);
        let (opened, _) = runtime.block_on(opened)?;
        *connection = opened;
        *lost = false;
        runtime
            .block_on(connection.execute(begin.into()))
            .map(drop)
            .map_err(|error| failure(&self.place, &error))
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        let (Some(runtime), Some(connection)) = (inner.runtime.take(), inner.connection.take())
        else {
            return;
        };
        if Handle::try_current().is_ok() {
            // Asynchronous code may not wait here. The next opening folds in the log.
            drop(connection);
            runtime.shutdown_background();
        } else {
            // Closing folds the write-ahead log into the file; where it fails, the next opening
            // does it.
            let _ = runtime.block_on(connection.close());
        }
    }
}

/// Marks the thread that works in a transaction: one that began another on the same handle would
/// wait for itself.
struct Owner<'a>(&'a Mutex<Option<ThreadId>>);

impl<'a> Owner<'a> {
    fn refuse_nested(owner: &Mutex<Option<ThreadId>>) -> Result<(), DbError> {
        let owner = owner.lock().unwrap_or_else(PoisonError::into_inner);
        if *owner == Some(thread::current().id()) {
            return Err(DbError::Nested);
        }
        Ok(())
    }

    fn enter(owner: &'a Mutex<Option<ThreadId>>) -> Self {
        *owner.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
        Self(owner)
    }
}

impl Drop for Owner<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn refuse_inside_runtime() -> Result<(), DbError> {
    match Handle::try_current() {
        Ok(_) => Err(DbError::InsideRuntime),
        Err(_) => Ok(()),
    }
}
