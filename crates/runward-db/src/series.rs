//! Numbers given out, and the database's own name.

use std::collections::BTreeMap;

use crate::{Backend, DbError, Place, Row, Sql, Tx, connection::Connection, schema};

/// Series that are sequences on `PostgreSQL`, where the row of a counter would make writers of
/// different projects wait for each other. Each numbers the column `id` of the table of its name.
/// `outbox` may never be one: sequences leave gaps.
pub(crate) const SEQUENCES: [&str; 5] = ["projects", "scans", "findings", "transitions", "tasks"];

/// The first schema with counters and names.
pub(crate) const SINCE: i64 = 3;

/// `count` unused numbers, rising.
pub(crate) fn ids(
    tx: &mut Tx<'_>,
    series: &'static str,
    count: usize,
) -> Result<Vec<i64>, DbError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if tx.backend() == Backend::Postgres && SEQUENCES.contains(&series) {
        let mut sql = Sql::new("SELECT nextval('ids_");
        sql.push(series).push("') FROM generate_series(1, ");
        sql.push_bind(count).push(")");
        return tx.rows(sql)?.iter().map(|row| row.int(0)).collect();
    }
    let row = tx.one(
        Sql::new(
            "INSERT INTO counters (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value \
             RETURNING value",
        )
        .bind(series)
        .bind(count),
    )?;
    let last = row.int(0)?;
    Ok((last - count + 1..=last).collect())
}

/// After rows came in by another way than [`ids`] (a migration, a restore): no number that is in
/// use will be given out again, and the database has a name.
pub(crate) async fn settle(
    connection: &mut Connection,
    place: &Place,
    version: i64,
) -> Result<(), DbError> {
    if version < SINCE {
        return Ok(());
    }
    for series in SEQUENCES {
        if exists(connection, place, series).await? {
            raise(connection, place, series).await?;
        }
    }
    let name = random_name()?;
    schema::rows(
        connection,
        place,
        Sql::new(
            "INSERT INTO meta (name, value) VALUES ('store', $1) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name),
    )
    .await
    .map(drop)
}

async fn raise(
    connection: &mut Connection,
    place: &Place,
    series: &'static str,
) -> Result<(), DbError> {
    let mut sql = Sql::new("SELECT COALESCE(MAX(id), 0) FROM ");
    sql.push(series);
    let last = match schema::rows(connection, place, sql).await?.first() {
        Some(row) => row.int(0)?,
        None => 0,
    };
    let sql = at_least(connection.backend(), series, last);
    schema::rows(connection, place, sql).await.map(drop)
}

/// The statement after which no number up to `last` is given out.
fn at_least(backend: Backend, series: &'static str, last: i64) -> Sql {
    match backend {
        Backend::Sqlite => Sql::new(
            "INSERT INTO counters (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE \
             SET value = excluded.value WHERE counters.value < excluded.value",
        )
        .bind(series)
        .bind(last),
        Backend::Postgres => {
            let mut sql = Sql::new("SELECT setval('ids_");
            sql.push(series).push("', GREATEST(");
            sql.push_bind(last);
            sql.push(" + 1, nextval('ids_").push(series);
            sql.push("')), false)");
            sql
        }
    }
}

/// The last number given out of each series that is a sequence somewhere.
pub(crate) fn last(tx: &mut Tx<'_>, version: i64) -> Result<BTreeMap<String, i64>, DbError> {
    let mut series = BTreeMap::new();
    if version < SINCE {
        return Ok(series);
    }
    for name in SEQUENCES {
        let row = match tx.backend() {
            Backend::Sqlite => {
                tx.row(Sql::new("SELECT value FROM counters WHERE name = $1").bind(name))?
            }
            Backend::Postgres => {
                let mut sql = Sql::new(
                    "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM ids_",
                );
                sql.push(name);
                tx.row(sql)?
            }
        };
        let last = row.map_or(Ok(0), |row| row.int(0))?;
        series.insert(name.to_owned(), last);
    }
    Ok(series)
}

/// After rows came in by a restore: numbers go on after those of the rows and those that the
/// original gave out.
pub(crate) fn resume(
    tx: &mut Tx<'_>,
    last: &BTreeMap<String, i64>,
    version: i64,
) -> Result<(), DbError> {
    if version < SINCE {
        return Ok(());
    }
    for series in SEQUENCES {
        if let Some(last) = last.get(series) {
            let sql = at_least(tx.backend(), series, *last);
            tx.rows(sql)?;
        }
    }
    tx.on_connection(async |connection, place| settle(connection, place, version).await)
}

/// Whether the table is there yet.
async fn exists(
    connection: &mut Connection,
    place: &Place,
    table: &'static str,
) -> Result<bool, DbError> {
    let sql = Sql::new(match connection.backend() {
        Backend::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
        Backend::Postgres => {
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
        }
    });
    let rows = schema::rows(connection, place, sql.bind(table)).await?;
    rows.first()
        .map_or(Ok(false), |row: &Row| Ok(row.int(0)? > 0))
}

/// Twelve hexadecimal digits that no other database has.
pub(crate) fn random_name() -> Result<String, DbError> {
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes).map_err(|error| DbError::Random {
        reason: error.to_string(),
    })?;
    Ok(runward_model::hex(&bytes))
}
