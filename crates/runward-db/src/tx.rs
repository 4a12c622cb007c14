//! A transaction.

use std::fmt::Write as _;

use runward_model::Event;
use tokio::runtime::Runtime;

use crate::{
    Backend, DbError, Lock, Place, Row, Sealer, Sql, Value,
    column::columns as in_columns,
    connection::Connection,
    failure::{commit_failure, failure, is_lost},
    outbox, schema, series,
};

/// Rows of one `INSERT`. Few sizes are few statements, all of which stay prepared.
const CHUNKS: [usize; 4] = [100, 25, 5, 1];

/// Rows of one `INSERT` whose values are arrays.
const ARRAY: usize = 1_000;

/// `SQLite` takes 32,766 values in a statement, `PostgreSQL` 65,535.
const VALUES: usize = 32_000;

/// A transaction. After a statement that failed, no other runs and nothing is kept.
pub struct Tx<'a> {
    place: &'a Place,
    sealer: &'a Sealer,
    runtime: &'a Runtime,
    connection: &'a mut Connection,
    /// Set where the connection turns out to be of no more use.
    lost: &'a mut bool,
    /// Sealed events, in the order in which they happened.
    events: Vec<Vec<u8>>,
    /// A statement failed.
    failed: bool,
    /// Neither completed nor undone yet.
    open: bool,
}

impl<'a> Tx<'a> {
    /// Of a transaction that was just begun.
    pub(crate) fn new(
        place: &'a Place,
        sealer: &'a Sealer,
        runtime: &'a Runtime,
        connection: &'a mut Connection,
        lost: &'a mut bool,
    ) -> Self {
        Self {
            place,
            sealer,
            runtime,
            connection,
            lost,
            events: Vec::new(),
            failed: false,
            open: true,
        }
    }

    pub fn backend(&self) -> Backend {
        self.connection.backend()
    }

    /// Runs a statement; the number of rows that it changed.
    pub fn execute(&mut self, sql: impl Into<Sql>) -> Result<u64, DbError> {
        self.usable()?;
        let done = self.runtime.block_on(self.connection.execute(sql.into()));
        self.checked(done)
    }

    pub fn rows(&mut self, sql: impl Into<Sql>) -> Result<Vec<Row>, DbError> {
        self.usable()?;
        let done = self.runtime.block_on(self.connection.rows(sql.into()));
        self.checked(done)
    }

    /// The first row, where there is one.
    pub fn row(&mut self, sql: impl Into<Sql>) -> Result<Option<Row>, DbError> {
        Ok(self.rows(sql)?.into_iter().next())
    }

    /// The first row of an answer that always has one.
    pub fn one(&mut self, sql: impl Into<Sql>) -> Result<Row, DbError> {
        self.row(sql)?.ok_or_else(|| DbError::Damaged {
            reason: "a row is missing".to_owned(),
        })
    }

    /// Hands over row by row, without holding the answer in memory. `work` may not use a database.
    pub fn each<E: From<DbError>>(
        &mut self,
        sql: impl Into<Sql>,
        work: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        self.usable()?;
        let done = self
            .runtime
            .block_on(self.connection.each(sql.into(), work));
        self.checked(done)?
    }

    /// Inserts many rows in few statements. `suffix` follows the values (`ON CONFLICT …`).
    pub fn insert(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: Vec<Vec<Value>>,
        suffix: &'static str,
    ) -> Result<(), DbError> {
        self.insert_into(table, columns, rows, suffix)
    }

    /// The same for names that are known to be the schema's.
    pub(crate) fn insert_into(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
        suffix: &str,
    ) -> Result<(), DbError> {
        let mut rows = rows.into_iter();
        if self.backend() == Backend::Postgres {
            loop {
                let chunk: Vec<_> = rows.by_ref().take(ARRAY).collect();
                if chunk.is_empty() {
                    return Ok(());
                }
                self.insert_columns(table, columns, chunk, suffix)?;
            }
        }
        self.insert_values(table, columns, rows, suffix)
    }

    /// Inserts rows as one array for each column, for `PostgreSQL`.
    fn insert_columns(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
        suffix: &str,
    ) -> Result<(), DbError> {
        let arrays = match in_columns(rows) {
            Ok(arrays) => arrays,
            Err(rows) => {
                return self.insert_values(table, columns, rows.into_iter(), suffix);
            }
        };
        let mut text = format!(
            "INSERT INTO {table} ({}) SELECT * FROM UNNEST(",
            columns.join(", ")
        );
        for (number, array) in (1..).zip(&arrays) {
            let separator = if number == 1 { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}${number}::{}", array.array());
        }
        text.push_str(") ");
        text.push_str(suffix);
        self.usable()?;
        let done = self
            .runtime
            .block_on(self.connection.execute_columns(text, arrays));
        self.checked(done).map(drop)
    }

    fn insert_values(
        &mut self,
        table: &str,
        columns: &[&str],
        mut rows: impl ExactSizeIterator<Item = Vec<Value>>,
        suffix: &str,
    ) -> Result<(), DbError> {
        let mut left = rows.len();
        while left > 0 {
            let size = CHUNKS
                .into_iter()
                .find(|size| *size <= left && size * columns.len() <= VALUES)
                .unwrap_or(1);
            left = left.saturating_sub(size);
            let mut sql = Sql::trusted(format!(
                "INSERT INTO {table} ({}) VALUES ",
                columns.join(", ")
            ));
            for (index, row) in rows.by_ref().take(size).enumerate() {
                sql.push(if index == 0 { "" } else { ", " });
                sql.push_list(row);
            }
            sql.text.push(' ');
            sql.text.push_str(suffix);
            self.execute(sql)?;
        }
        Ok(())
    }

    /// `count` unused numbers of a series (`scans`, `findings`, `tasks`, …), rising.
    pub fn ids(&mut self, series: &'static str, count: usize) -> Result<Vec<i64>, DbError> {
        series::ids(self, series, count)
    }

    /// Records what happened: stored with this transaction, or not at all, and published to the
    /// audit log afterwards.
    pub fn emit(&mut self, event: &Event) -> Result<(), DbError> {
        let sealed = (self.sealer)(event).map_err(|reason| DbError::Event { reason })?;
        self.events.push(sealed);
        Ok(())
    }

    /// Runs what works on the bare connection.
    pub(crate) fn on_connection<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Connection, &Place) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.usable()?;
        let done = self.runtime.block_on(work(self.connection, self.place));
        self.failed |= done.is_err();
        done
    }

    pub(crate) fn schema_version(&mut self) -> Result<i64, DbError> {
        self.on_connection(async |connection, place| schema::version(connection, place).await)
    }

    /// Waits for others under the same lock; everybody shares that of the whole.
    pub(crate) fn lock(&mut self, lock: Lock) -> Result<(), DbError> {
        if self.backend() == Backend::Sqlite {
            return Ok(());
        }
        let sql = match lock {
            Lock::Whole => Sql::new(schema::LOCK_WHOLE),
            lock => Sql::new(schema::LOCK_PART).bind(lock.number()),
        };
        self.rows(sql).map(drop)
    }

    /// Another process, a newer Runward even, may have migrated since the handle was opened.
    pub(crate) fn expect_schema(&mut self, version: i64) -> Result<(), DbError> {
        let row = self.one(match self.backend() {
            Backend::Sqlite => "PRAGMA user_version",
            Backend::Postgres => schema::FIND_VERSION,
        })?;
        let found = row.int(0)?;
        if found == version {
            return Ok(());
        }
        Err(if found > schema::VERSION {
            DbError::NewerSchema {
                place: self.place.to_string(),
                found,
                known: schema::VERSION,
            }
        } else {
            DbError::Failed {
                place: self.place.to_string(),
                reason: "its schema was changed meanwhile: start again".to_owned(),
            }
        })
    }

    pub(crate) fn commit(mut self, writes: bool) -> Result<(), DbError> {
        // Events get their numbers last, so that numbers rise in the order of commits and the one
        // row that gives them out is held only for a moment.
        let events = std::mem::take(&mut self.events);
        if !events.is_empty() {
            if !writes {
                return Err(DbError::Event {
                    reason: "it was emitted where things are only read".to_owned(),
                });
            }
            outbox::store(&mut self, events)?;
        }
        if writes {
            // PostgreSQL would answer a COMMIT with a rollback, and call that a success.
            self.usable()?;
        }
        let done = self
            .runtime
            .block_on(self.connection.execute("COMMIT".into()));
        match done {
            Ok(_) => {
                self.open = false;
                Ok(())
            }
            Err(error) => {
                self.note(&error);
                // Nothing was changed that could be half done.
                if writes {
                    Err(commit_failure(self.place, &error))
                } else {
                    Ok(())
                }
            }
        }
    }

    fn usable(&self) -> Result<(), DbError> {
        if self.failed {
            return Err(DbError::Failed {
                place: self.place.to_string(),
                reason: "a statement before this one failed, which undid the transaction"
                    .to_owned(),
            });
        }
        Ok(())
    }

    fn checked<T>(&mut self, done: sqlx::Result<T>) -> Result<T, DbError> {
        done.map_err(|error| {
            self.note(&error);
            failure(self.place, &error)
        })
    }

    fn note(&mut self, error: &sqlx::Error) {
        self.failed = true;
        if is_lost(error) && *self.place != Place::Memory {
            *self.lost = true;
        }
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if !self.open || *self.lost {
            return;
        }
        let done = self
            .runtime
            .block_on(self.connection.execute("ROLLBACK".into()));
        // SQLite refuses where the failure itself undid the transaction. PostgreSQL never does.
        if done.is_err() && self.backend() == Backend::Postgres {
            *self.lost = true;
        }
    }
}
