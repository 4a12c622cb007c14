//! Connecting.

use std::{fs, io, path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use crate::{
    DbError, Options, Place,
    connection::Connection,
    failure::{connecting, failure, primary_code},
    schema::{self, Wanted},
};

/// How long a server may take to answer.
const CONNECT: Duration = Duration::from_secs(10);

/// Statements that stay prepared. Lists of different lengths are different statements.
const PREPARED: usize = 256;

/// Connects and sees to the schema. The versions before and after come with it.
pub(crate) async fn open(
    place: &Place,
    options: &Options,
    wanted: Wanted,
) -> Result<(Connection, (i64, i64)), DbError> {
    let mut connection = connect(place, options).await?;
    if let Place::Sqlite(_) = place {
        // Somebody else's file is left exactly as it is.
        schema::version(&mut connection, place).await?;
        write_ahead(&mut connection, place).await?;
    }
    let versions = schema::ready(&mut connection, place, wanted).await?;
    Ok((connection, versions))
}

/// Connects, and changes nothing yet.
pub(crate) async fn connect(place: &Place, options: &Options) -> Result<Connection, DbError> {
    match place {
        Place::Sqlite(path) => {
            check_file(place, path)?;
            let file = SqliteConnectOptions::new().filename(path);
            sqlite(place, file, options).await
        }
        Place::Memory => {
            let memory = SqliteConnectOptions::new().in_memory(true);
            sqlite(place, memory, options).await
        }
        Place::Postgres(url) => postgres(place, url, options).await,
    }
}

async fn postgres(place: &Place, url: &str, options: &Options) -> Result<Connection, DbError> {
    let parsed = crate::place::server(url)?
        .application_name("runward")
        .options([("lock_timeout", options.busy.as_millis().to_string())])
        // Compiling the plan of a query takes longer here than running it.
        .options([("jit", "off")])
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging();
    let connected = tokio::time::timeout(CONNECT, parsed.connect()).await;
    let connection = connected
        .map_err(|_| DbError::Open {
            place: place.to_string(),
            reason: format!("no answer within {} seconds", CONNECT.as_secs()),
        })?
        .map_err(|error| connecting(place, &error))?;
    let mut connection = Connection::Postgres(Box::new(connection));
    // A change that is acknowledged survives a crash of the server, whatever the server's default.
    connection
        .rows(
            "SELECT set_config('synchronous_commit', 'on', false) \
             WHERE current_setting('synchronous_commit') = 'off'"
                .into(),
        )
        .await
        .map_err(|error| failure(place, &error))?;
    Ok(connection)
}

/// Makes the file where there is none, for its owner alone: it tells where a project is weak.
/// `SQLite` gives the files beside it the same permissions.
fn check_file(place: &Place, path: &Path) -> Result<(), DbError> {
    let problem = |reason: String| DbError::Open {
        place: place.to_string(),
        reason,
    };
    if let Some(parent) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        make_directory(parent)
            .map_err(|error| problem(format!("its directory cannot be made: {error}")))?;
    }
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        // A project from elsewhere may bring such a link to have another file written to.
        Ok(metadata) if metadata.is_symlink() => Err(problem(
            "it is a symbolic link; name the file that it points to".to_owned(),
        )),
        Ok(_) => Err(problem("it is not a file; name another".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match make(path) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            made => made.map_err(|error| problem(format!("it cannot be made: {error}"))),
        },
        Err(error) => Err(problem(error.to_string())),
    }
}

fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn make(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

async fn sqlite(
    place: &Place,
    file: SqliteConnectOptions,
    options: &Options,
) -> Result<Connection, DbError> {
    let connection = file
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.busy)
        // Functions that a foreign schema names must not run.
        .pragma("trusted_schema", "OFF")
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "MEMORY")
        // Indexes are written at random places: small pages, and pages that many transactions
        // change are folded into the file once for all of them. The log may take 64 MB for that.
        .page_size(4_096)
        .pragma("wal_autocheckpoint", "16384")
        .row_buffer_size(1_024)
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|error| failure(place, &error))?;
    Ok(Connection::Sqlite(Box::new(connection)))
}

/// Switches a new database to write-ahead logging, so that readers do not wait for a writer. A
/// file system without it (some network mounts) keeps the rollback journal, which is as safe.
async fn write_ahead(connection: &mut Connection, place: &Place) -> Result<(), DbError> {
    const TRIES: u32 = 200;
    let mode = connection
        .rows("PRAGMA journal_mode".into())
        .await
        .map_err(|error| failure(place, &error))?;
    if mode
        .first()
        .is_some_and(|row| row.text(0).ok() == Some("wal"))
    {
        return Ok(());
    }
    for attempt in 1.. {
        // The switch needs the file for itself, and SQLite does not wait for that.
        match connection.rows("PRAGMA journal_mode = WAL".into()).await {
            Err(error) if matches!(primary_code(&error), Some(5 | 6)) && attempt < TRIES => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            // A file that cannot be written can still be read.
            Err(error) if primary_code(&error) == Some(8) => break,
            Err(error) => return Err(failure(place, &error)),
            Ok(_) => break,
        }
    }
    Ok(())
}
