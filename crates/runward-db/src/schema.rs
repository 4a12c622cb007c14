//! The schema and its versions.

use crate::{
    Backend, DbError, Place, Sql, connection::Connection, failure::failure, migrations::MIGRATIONS,
    objects, series,
};

/// The version that this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful")]
pub const VERSION: i64 = MIGRATIONS.len() as i64;

/// Marks an `SQLite` file as ours (`RnWd` in ASCII), so that another program's database is never
/// touched.
const APPLICATION_ID: i64 = 0x526e_5764;

/// Excludes every other migration and, on `PostgreSQL`, every writer: they share this lock.
pub(crate) const LOCK_WHOLE: &str = "SELECT pg_advisory_xact_lock((SELECT oid::int4 FROM pg_namespace \
     WHERE nspname = current_schema()), 0)";

/// Shares that one and excludes writers of the same part.
pub(crate) const LOCK_PART: &str = "SELECT pg_advisory_xact_lock_shared(s.key, 0), pg_advisory_xact_lock(s.key, $1::int4) \
     FROM (SELECT oid::int4 AS key FROM pg_namespace WHERE nspname = current_schema()) AS s";

/// The version on a server, where there is one.
pub(crate) const FIND_VERSION: &str = "SELECT version FROM runward_schema";

/// What to do about a schema that is not of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Leave an older one alone.
    AsIs,
    /// The newest.
    Newest,
    /// Up to a version, for data of that version: an empty database only.
    Exactly(i64),
    /// Whatever it is.
    #[cfg(test)]
    Old,
}

/// The schema's version; 0 for an empty database. Refuses a foreign one and a newer one. Changes
/// nothing.
pub(crate) async fn version(connection: &mut Connection, place: &Place) -> Result<i64, DbError> {
    let found = match connection.backend() {
        Backend::Sqlite => sqlite_version(connection, place).await?,
        Backend::Postgres => postgres_version(connection, place).await?,
    };
    if found > VERSION {
        return Err(DbError::NewerSchema {
            place: place.to_string(),
            found,
            known: VERSION,
        });
    }
    Ok(found)
}

/// Brings the schema to where it is wanted, or says why that cannot be. Returns the versions
/// before and after.
pub(crate) async fn ready(
    connection: &mut Connection,
    place: &Place,
    wanted: Wanted,
) -> Result<(i64, i64), DbError> {
    let found = version(connection, place).await?;
    let target = target(connection.backend(), place, wanted, found)?;
    objects::refuse_foreign(connection, place).await?;
    if found == target {
        return Ok((found, found));
    }
    let begin = match connection.backend() {
        Backend::Sqlite => "BEGIN IMMEDIATE",
        Backend::Postgres => "BEGIN",
    };
    run(connection, place, begin).await?;
    let done = match locked(connection, place, wanted).await {
        Ok(done) => run(connection, place, "COMMIT").await.map(|()| done),
        Err(error) => Err(error),
    };
    if done.is_err() {
        // Where this fails the connection is gone, and the transaction with it.
        run(connection, place, "ROLLBACK").await.ok();
    }
    done
}

fn target(backend: Backend, place: &Place, wanted: Wanted, found: i64) -> Result<i64, DbError> {
    match wanted {
        Wanted::Exactly(version) if found == 0 => Ok(version),
        Wanted::Exactly(_) => Err(DbError::NotEmpty {
            place: place.to_string(),
        }),
        #[cfg(test)]
        Wanted::Old => Ok(found),
        Wanted::Newest => Ok(VERSION),
        Wanted::AsIs if found == VERSION => Ok(VERSION),
        // A new file is nobody's yet. An empty schema on a server may be the wrong one.
        Wanted::AsIs if found == 0 && backend == Backend::Sqlite => Ok(VERSION),
        Wanted::AsIs if found == 0 => Err(DbError::Empty {
            place: place.to_string(),
        }),
        Wanted::AsIs => Err(DbError::OlderSchema {
            place: place.to_string(),
            found,
            known: VERSION,
        }),
    }
}

/// All pending steps, in the transaction that is open: an interruption leaves the version before.
async fn locked(
    connection: &mut Connection,
    place: &Place,
    wanted: Wanted,
) -> Result<(i64, i64), DbError> {
    if connection.backend() == Backend::Postgres {
        rows(connection, place, LOCK_WHOLE).await?;
    }
    // Two processes may get here at once: the version counts only under the lock.
    let found = version(connection, place).await?;
    let target = target(connection.backend(), place, wanted, found)?;
    upgrade(connection, place, found, target).await?;
    Ok((found, target))
}

/// The steps from one version to another, in the transaction that is open.
pub(crate) async fn upgrade(
    connection: &mut Connection,
    place: &Place,
    from: i64,
    to: i64,
) -> Result<(), DbError> {
    let backend = connection.backend();
    for (migration, number) in MIGRATIONS.iter().zip(1..) {
        if number <= from || number > to {
            continue;
        }
        let own = match backend {
            Backend::Sqlite => migration.sqlite,
            Backend::Postgres => migration.postgres,
        };
        for script in [migration.common, own] {
            run(connection, place, script).await?;
        }
    }
    mark(connection, place, to).await?;
    series::settle(connection, place, to).await
}

/// Writes the version down.
async fn mark(connection: &mut Connection, place: &Place, version: i64) -> Result<(), DbError> {
    let script = match connection.backend() {
        Backend::Sqlite => {
            format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};")
        }
        Backend::Postgres => format!(
            "CREATE TABLE IF NOT EXISTS runward_schema (version BIGINT NOT NULL); \
             DELETE FROM runward_schema; INSERT INTO runward_schema VALUES ({version});"
        ),
    };
    connection
        .script(script)
        .await
        .map_err(|error| failure(place, &error))
}

async fn sqlite_version(connection: &mut Connection, place: &Place) -> Result<i64, DbError> {
    let rows = rows(
        connection,
        place,
        "SELECT a.application_id, v.user_version, (SELECT COUNT(*) FROM sqlite_master) \
         FROM pragma_application_id AS a, pragma_user_version AS v",
    )
    .await?;
    let row = rows.first().ok_or_else(|| foreign(place))?;
    match (row.int(0)?, row.int(1)?, row.int(2)?) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, version, _) if version >= 1 => Ok(version),
        _ => Err(foreign(place)),
    }
}

async fn postgres_version(connection: &mut Connection, place: &Place) -> Result<i64, DbError> {
    let found = rows(
        connection,
        place,
        "SELECT current_schema()::text, (SELECT COUNT(*) FROM pg_class AS c \
         JOIN pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE n.nspname = current_schema() AND c.relname = 'runward_schema')",
    )
    .await?;
    let row = found.first().ok_or_else(|| foreign(place))?;
    if row.opt_text(0)?.is_none() {
        return Err(DbError::Open {
            place: place.to_string(),
            reason: "none of the schemas in its search path exists: create one, or correct \
                     `options=-csearch_path%3D…`"
                .to_owned(),
        });
    }
    if row.int(1)? == 0 {
        return Ok(0);
    }
    let found = rows(connection, place, FIND_VERSION).await?;
    match found.as_slice() {
        [row] => Ok(row.int(0)?),
        _ => Err(foreign(place)),
    }
}

fn foreign(place: &Place) -> DbError {
    DbError::NotRunward {
        place: place.to_string(),
    }
}

async fn run(
    connection: &mut Connection,
    place: &Place,
    script: &'static str,
) -> Result<(), DbError> {
    connection
        .script(script.to_owned())
        .await
        .map_err(|error| failure(place, &error))
}

pub(crate) async fn rows(
    connection: &mut Connection,
    place: &Place,
    sql: impl Into<Sql>,
) -> Result<Vec<crate::Row>, DbError> {
    connection
        .rows(sql.into())
        .await
        .map_err(|error| failure(place, &error))
}

#[cfg(test)]
mod tests;
