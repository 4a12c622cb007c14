//! One connection to either database.

use std::future::poll_fn;

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection,
    TypeInfo as _, ValueRef as _, postgres::PgRow, sqlite::SqliteRow,
};

use crate::{Row, Sql, Value, column::Column};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub(crate) enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// A query of one backend with its values bound.
macro_rules! query {
    ($sql:expr) => {{
        let sql = $sql;
        let mut query = sqlx::query(AssertSqlSafe(sql.text));
        for value in sql.values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Real(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Connection {
    pub(crate) fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs a script of several statements without values.
    pub(crate) async fn script(&mut self, text: String) -> sqlx::Result<()> {
        let script = sqlx::raw_sql(AssertSqlSafe(text));
        match self {
            Self::Sqlite(connection) => connection.execute(script).await.map(drop),
            Self::Postgres(connection) => connection.execute(script).await.map(drop),
        }
    }

    /// The number of rows that it changed.
    pub(crate) async fn execute(&mut self, sql: Sql) -> sqlx::Result<u64> {
        match self {
            Self::Sqlite(connection) => query!(sql.for_sqlite())
                .execute(&mut **connection)
                .await
                .map(|done| done.rows_affected()),
            Self::Postgres(connection) => query!(sql)
                .execute(&mut **connection)
                .await
                .map(|done| done.rows_affected()),
        }
    }

    /// Runs a statement whose values are arrays, which only `PostgreSQL` has.
    pub(crate) async fn execute_columns(
        &mut self,
        text: String,
        columns: Vec<Column>,
    ) -> sqlx::Result<u64> {
        let Self::Postgres(connection) = self else {
            return Err(sqlx::Error::Protocol("SQLite has no arrays".to_owned()));
        };
        let mut query = sqlx::query(AssertSqlSafe(text));
        for column in columns {
            query = match column {
                Column::Int(values) => query.bind(values),
                Column::Real(values) => query.bind(values),
                Column::Text(values) => query.bind(values),
                Column::Bytes(values) => query.bind(values),
            };
        }
        query
            .execute(&mut **connection)
            .await
            .map(|done| done.rows_affected())
    }

    pub(crate) async fn rows(&mut self, sql: Sql) -> sqlx::Result<Vec<Row>> {
        match self {
            Self::Sqlite(connection) => query!(sql.for_sqlite())
                .fetch_all(&mut **connection)
                .await?
                .iter()
                .map(sqlite_row)
                .collect(),
            Self::Postgres(connection) => query!(sql)
                .fetch_all(&mut **connection)
                .await?
                .iter()
                .map(postgres_row)
                .collect(),
        }
    }

    /// Hands over row by row; the whole answer is never in memory.
    pub(crate) async fn each<E>(
        &mut self,
        sql: Sql,
        mut work: impl FnMut(Row) -> Result<(), E>,
    ) -> sqlx::Result<Result<(), E>> {
        macro_rules! drain {
            ($connection:expr, $sql:expr, $read:expr) => {{
                let mut stream = query!($sql).fetch(&mut **$connection);
                while let Some(row) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
                    if let Err(error) = work($read(&row?)?) {
                        return Ok(Err(error));
                    }
                }
                Ok(Ok(()))
            }};
        }
        match self {
            Self::Sqlite(connection) => drain!(connection, sql.for_sqlite(), sqlite_row),
            Self::Postgres(connection) => drain!(connection, sql, postgres_row),
        }
    }

    pub(crate) async fn close(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        }
    }
}

fn sqlite_row(row: &SqliteRow) -> sqlx::Result<Row> {
    (0..row.len())
        .map(|column| {
            let raw = row.try_get_raw(column)?;
            if raw.is_null() {
                return Ok(Value::Text(None));
            }
            let name = raw.type_info().name().to_owned();
            Ok(match name.as_str() {
                "INTEGER" => Value::Int(row.try_get(column)?),
                "REAL" => Value::Real(row.try_get(column)?),
                "BLOB" => Value::Bytes(row.try_get(column)?),
                _ => Value::Text(row.try_get(column)?),
            })
        })
        .collect::<sqlx::Result<_>>()
        .map(Row)
}

fn postgres_row(row: &PgRow) -> sqlx::Result<Row> {
    (0..row.len())
        .map(|column| {
            let raw = row.try_get_raw(column)?;
            if raw.is_null() {
                return Ok(Value::Text(None));
            }
            let name = raw.type_info().name().to_owned();
            Ok(match name.as_str() {
                "INT8" => Value::Int(row.try_get(column)?),
                "INT4" => Value::Int(row.try_get::<Option<i32>, _>(column)?.map(i64::from)),
                "BOOL" => Value::Int(row.try_get::<Option<bool>, _>(column)?.map(i64::from)),
                "FLOAT8" => Value::Real(row.try_get(column)?),
                "FLOAT4" => Value::Real(row.try_get::<Option<f32>, _>(column)?.map(f64::from)),
                "BYTEA" => Value::Bytes(row.try_get(column)?),
                // What a function for its effect returns.
                "VOID" => Value::Text(None),
                // A sum of integers.
                "NUMERIC" => numeric(raw.as_bytes().map_err(sqlx::Error::Decode)?)
                    .ok_or_else(|| sqlx::Error::Decode("a number out of range".into()))?,
                _ => Value::Text(row.try_get(column)?),
            })
        })
        .collect::<sqlx::Result<_>>()
        .map(Row)
}

/// `PostgreSQL`'s exact numbers in its binary format (`numeric_send`): four fields of 16 bits
/// (digits, weight of the first, sign, digits shown after the point), then digits to base 10,000.
fn numeric(bytes: &[u8]) -> Option<Value> {
    let mut fields = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|field| i16::from_be_bytes(*field));
    let (count, weight, sign, shown) = (
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    );
    let negative = match sign {
        0 => false,
        0x4000 => true,
        _ => return None,
    };
    let digits: Vec<i16> = fields.collect();
    if digits.len() != usize::try_from(count).ok()? {
        return None;
    }
    if shown > 0 {
        let mut value = 0.0;
        for (digit, place) in digits.iter().zip(0..) {
            value += f64::from(*digit) * 10_000_f64.powi(i32::from(weight) - place);
        }
        return Some(Value::Real(Some(if negative { -value } else { value })));
    }
    let mut value: i64 = 0;
    for place in 0..=weight {
        let digit = usize::try_from(place)
            .ok()
            .and_then(|place| digits.get(place))
            .copied()
            .unwrap_or(0);
        value = value.checked_mul(10_000)?;
        value = if negative {
            value.checked_sub(i64::from(digit))?
        } else {
            value.checked_add(i64::from(digit))?
        };
    }
    Some(Value::Int(Some(value)))
}
