//! The handle on a database.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::{
    LIMITS, StoreError,
    error::{Failure, primary_code},
    schema,
};

/// A project's findings, scans and state changes on disk. Can be shared between threads; calls
/// take turns.
pub struct Store {
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Both are `None` only while the store is being dropped.
    runtime: Option<Runtime>,
    connection: Option<SqliteConnection>,
}

impl Store {
    /// Opens the database, making it and its directory where they do not exist, and brings its
    /// schema up to date.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let problem = |reason: String| StoreError::Open {
            path: path.to_owned(),
            reason,
        };
        if let Some(parent) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            fs::create_dir_all(parent)
                .map_err(|error| problem(format!("its directory cannot be made: {error}")))?;
        }
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => {}
            // A project from elsewhere may bring such a link to have another file written to.
            Ok(metadata) if metadata.is_symlink() => {
                return Err(problem(
                    "it is a symbolic link; name the file that it points to".to_owned(),
                ));
            }
            Ok(_) => return Err(problem("it is not a file; name another".to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(problem(error.to_string())),
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true);
        Self::connect(path.to_owned(), options, true)
    }

    /// A database that lives as long as the handle.
    pub fn in_memory() -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().in_memory(true);
        Self::connect(PathBuf::from(":memory:"), options, false)
    }

    fn connect(
        path: PathBuf,
        options: SqliteConnectOptions,
        on_disk: bool,
    ) -> Result<Self, StoreError> {
        refuse_inside_runtime()?;
        let options = options
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(LIMITS.busy_seconds))
            // Functions that a foreign schema names must not run.
            .pragma("trusted_schema", "OFF")
            // A scan's changes fit in memory (16 MiB of pages), so that each page is written once.
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "MEMORY")
            // A finding takes 2 to 4 KiB: larger pages, fewer system calls. For new files only.
            .page_size(16_384)
            .row_buffer_size(1_024)
            .disable_statement_logging();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Open {
                path: path.clone(),
                reason: error.to_string(),
            })?;
        let connected: Result<SqliteConnection, Failure> = runtime.block_on(async {
            let mut connection = options.connect().await?;
            if on_disk {
                write_ahead(&mut connection).await?;
            }
            schema::migrate(&mut connection).await?;
            Ok(connection)
        });
        match connected {
            Ok(connection) => Ok(Self {
                path,
                inner: Mutex::new(Inner {
                    runtime: Some(runtime),
                    connection: Some(connection),
                }),
            }),
            Err(failure) => Err(with_path(failure.at(&path), &path)),
        }
    }

    /// Problems that `SQLite` finds in the file; empty where it is sound. For `runward doctor`.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.run(async |connection| {
            let lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(20)")
                .fetch_all(connection)
                .await?;
            Ok(lines.into_iter().filter(|line| line != "ok").collect())
        })
    }

    /// Runs reads; each statement sees the database as it is then.
    pub(crate) fn run<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        refuse_inside_runtime()?;
        let mut guard = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner {
            runtime,
            connection,
        } = &mut *guard;
        let (Some(runtime), Some(connection)) = (runtime.as_ref(), connection.as_mut()) else {
            return Err(StoreError::Database {
                path: self.path.clone(),
                reason: "it is closed".to_owned(),
            });
        };
        runtime
            .block_on(work(connection))
            .map_err(|failure| failure.at(&self.path))
    }

    /// Runs a transaction that takes the write lock at its start, so that what it reads cannot
    /// change before it writes; an error undoes it all.
    pub(crate) fn transact<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.run(async |connection| {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            let done = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(done)
        })
    }
}

impl Drop for Store {
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

fn refuse_inside_runtime() -> Result<(), StoreError> {
    match Handle::try_current() {
        Ok(_) => Err(StoreError::InsideRuntime),
        Err(_) => Ok(()),
    }
}

/// Switches a new database to write-ahead logging, so that readers do not wait for a writer. A
/// file system without it (some network mounts) keeps the rollback journal, which is as safe.
async fn write_ahead(connection: &mut SqliteConnection) -> Result<(), Failure> {
    const TRIES: u32 = 200;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut *connection)
        .await?;
    if mode == "wal" {
        return Ok(());
    }
    for attempt in 1.. {
        // The switch needs the file for itself, and SQLite does not wait for that.
        match sqlx::query("PRAGMA journal_mode = WAL")
            .execute(&mut *connection)
            .await
        {
            Err(error) if matches!(primary_code(&error), Some(5 | 6)) && attempt < TRIES => {
                thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error.into()),
            Ok(_) => break,
        }
    }
    Ok(())
}

/// Fills in the path of errors that are made where it is not known.
fn with_path(error: StoreError, at: &Path) -> StoreError {
    match error {
        StoreError::NewerSchema { found, known, .. } => StoreError::NewerSchema {
            path: at.to_owned(),
            found,
            known,
        },
        StoreError::NotRunward { .. } => StoreError::NotRunward {
            path: at.to_owned(),
        },
        other => other,
    }
}
