//! The schema and its versions.

use sqlx::{Connection as _, Row as _, SqliteConnection};

use crate::error::{Failure, StoreError};

/// Migrations in order; each brings the schema from the version before to its own. A released one
/// never changes.
const MIGRATIONS: [(i64, &str); 1] = [(1, include_str!("../migrations/0001_initial.sql"))];

/// The version that this program writes.
pub(crate) const VERSION: i64 = 1;

/// Marks the file as ours (`RnWd` in ASCII), so that another program's database is never touched.
const APPLICATION_ID: i64 = 0x526e_5764;

/// Brings the schema up to date, or says why that cannot be.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), Failure> {
    if version(connection).await? == VERSION {
        return check_objects(connection).await;
    }
    // Two processes may get here at once: the version counts only under the write lock.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let found = version(&mut transaction).await?;
    for (number, sql) in MIGRATIONS {
        if number > found {
            sqlx::raw_sql(sql).execute(&mut *transaction).await?;
        }
    }
    sqlx::raw_sql("PRAGMA application_id = 1382963044; PRAGMA user_version = 1;")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// The schema's version; 0 for an empty file.
async fn version(connection: &mut SqliteConnection) -> Result<i64, Failure> {
    let pragma = "SELECT a.application_id, v.user_version, \
                  (SELECT COUNT(*) FROM sqlite_master) AS objects \
                  FROM pragma_application_id AS a, pragma_user_version AS v";
    let row = sqlx::query(pragma).fetch_one(connection).await?;
    let application: i64 = row.try_get(0)?;
    let version: i64 = row.try_get(1)?;
    let objects: i64 = row.try_get(2)?;
    match (application, version, objects) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, 1..=VERSION, _) => Ok(version),
        (APPLICATION_ID, newer, _) if newer > VERSION => Err(Failure::Store(
            // The path is known at the edge.
            StoreError::NewerSchema {
                path: std::path::PathBuf::new(),
                found: newer,
                known: VERSION,
            },
        )),
        _ => Err(Failure::Store(StoreError::NotRunward {
            path: std::path::PathBuf::new(),
        })),
    }
}

/// A database may come with a project from elsewhere: one with triggers or views, which ours has
/// not, could change what a statement does.
async fn check_objects(connection: &mut SqliteConnection) -> Result<(), Failure> {
    let foreign: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type IN ('trigger', 'view')")
            .fetch_one(connection)
            .await?;
    if foreign > 0 {
        return Err(Failure::Store(StoreError::NotRunward {
            path: std::path::PathBuf::new(),
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_migration_is_the_version_and_the_mark_is_ours() {
        assert_eq!(MIGRATIONS.last().map(|(number, _)| *number), Some(VERSION));
        assert_eq!(APPLICATION_ID, 1_382_963_044);
    }
}
