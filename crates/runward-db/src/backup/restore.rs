//! Restoring a backup.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
};

use super::{
    BackupError, Contents, backup,
    read::{Limits, inspect, walk},
};
use crate::{
    Backend, Db, DbError, Lock, Options, Place, Sql, Tx, VERSION, Value,
    migrations::DERIVED,
    objects::{self, Table},
    schema::Wanted,
    series,
};

/// Makes what is derived from the restored rows (tables for search).
pub type Derive<'a> = dyn Fn(&mut Tx<'_>) -> Result<(), DbError> + 'a;

/// How to restore.
#[derive(Default, Clone, Copy)]
pub struct Restore<'a> {
    /// Whether what the database holds now is given up.
    pub replace: bool,
    /// Run in order, in the same transaction, when all rows are there.
    pub derive: &'a [&'a Derive<'a>],
}

/// A backup that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreInfo {
    /// The version of the schema of the backup. What was restored has the newest.
    pub schema: i64,
    pub created: jiff::Timestamp,
    /// The name of the database that the backup was made from.
    pub from: Option<String>,
    /// The name of this database from now on.
    pub store: String,
    /// Rows of each table of the backup.
    pub rows: BTreeMap<String, u64>,
    /// Events that were not known to be in the audit log when the backup was made, and are not
    /// published from here.
    pub waiting: u64,
}

/// Restores a backup into an empty database, or in the place of what is there: all of it or, where
/// anything fails, nothing.
pub fn restore(
    file: &Path,
    place: &Place,
    options: Options,
    how: Restore<'_>,
) -> Result<RestoreInfo, BackupError> {
    let contents = inspect(open(file)?, Limits::default())?;
    let staged = if contents.schema < VERSION {
        Some(Staged::new(file, &contents, &options)?)
    } else {
        None
    };
    let current = staged.as_ref().map_or(file, |it| it.file.as_path());
    refuse_filled(place, &options, how)?;
    let (db, _) = Db::open_at(place, options, Wanted::Newest)?;
    let store = db.write(Lock::Whole, |tx| {
        let tables = objects::tables(VERSION)?;
        if !how.replace && !is_empty(tx, &tables)? {
            return Err(BackupError::Db(DbError::NotEmpty {
                place: place.to_string(),
            }));
        }
        clear(tx, &tables)?;
        load(tx, current, &contents)?;
        let store = tx.rename_store()?;
        match &contents.store {
            Some(former) => {
                tx.set_meta("restored_from", former)?;
                tx.know_store(former)?;
            }
            None => drop(tx.execute("DELETE FROM meta WHERE name = 'restored_from'")?),
        }
        for derive in how.derive {
            derive(tx)?;
        }
        Ok(store)
    })?;
    Ok(RestoreInfo {
        schema: contents.schema,
        created: contents.created,
        from: contents.store,
        store,
        waiting: contents.rows.get("outbox").copied().unwrap_or(0),
        rows: contents.rows,
    })
}

fn open(file: &Path) -> Result<File, BackupError> {
    File::open(file).map_err(|source| BackupError::Read {
        file: file.to_owned(),
        source,
    })
}

/// An older backup, brought up to date in a database of its own.
struct Staged {
    file: PathBuf,
    // Deleted when dropped.
    _directory: tempfile::TempDir,
}

impl Staged {
    fn new(file: &Path, contents: &Contents, options: &Options) -> Result<Self, BackupError> {
        let failed = |source| BackupError::Write {
            file: std::env::temp_dir(),
            source,
        };
        let directory = tempfile::tempdir().map_err(failed)?;
        let place = Place::Sqlite(directory.path().join("staged.db"));
        let wanted = Wanted::Exactly(contents.schema);
        let (db, _) = Db::open_at(&place, options.clone(), wanted)?;
        db.write::<_, BackupError>(Lock::Whole, |tx| {
            clear(tx, &objects::tables(contents.schema)?)?;
            load(tx, file, contents)
        })?;
        drop(db);
        Db::migrate(&place, options.clone())?;
        let newest = directory.path().join("staged.backup");
        backup(
            &Db::open(&place, options.clone())?,
            &newest,
            contents.created,
        )?;
        Ok(Self {
            file: newest,
            _directory: directory,
        })
    }
}

/// Before the schema of what is there is touched.
fn refuse_filled(place: &Place, options: &Options, how: Restore<'_>) -> Result<(), BackupError> {
    if how.replace {
        return Ok(());
    }
    let mut options = options.clone();
    options.migrate = false;
    match Db::open(place, options) {
        Err(DbError::OlderSchema { .. }) => Err(BackupError::Db(DbError::NotEmpty {
            place: place.to_string(),
        })),
        Err(DbError::Empty { .. }) | Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether it holds nothing but facts about itself.
fn is_empty(tx: &mut Tx<'_>, tables: &[Table]) -> Result<bool, DbError> {
    for table in tables {
        if matches!(table.name.as_str(), "meta" | "counters") {
            continue;
        }
        let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        if tx.row(Sql::trusted(sql))?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Empties every table, in any order: who refers to whom is checked at the end.
fn clear(tx: &mut Tx<'_>, tables: &[Table]) -> Result<(), DbError> {
    match tx.backend() {
        Backend::Sqlite => {
            tx.execute("PRAGMA defer_foreign_keys = ON")?;
            // Rows come in an order that suits one index of several; 128 MiB, for this handle.
            tx.execute("PRAGMA cache_size = -131072")?;
            for table in tables {
                tx.execute(Sql::trusted(format!("DELETE FROM {}", table.name)))?;
            }
            let derived = tx.rows("SELECT name FROM sqlite_master WHERE type = 'table'")?;
            for row in &derived {
                let name = row.text(0)?;
                if DERIVED.contains(&name) {
                    // The command by which FTS5 empties a table that keeps no text.
                    let sql = format!("INSERT INTO {name} ({name}) VALUES ('delete-all')");
                    tx.execute(Sql::trusted(sql))?;
                }
            }
        }
        Backend::Postgres => {
            let names: Vec<&str> = tables
                .iter()
                .map(|it| it.name.as_str())
                .chain(DERIVED)
                .collect();
            tx.execute(Sql::trusted(format!("TRUNCATE {}", names.join(", "))))?;
        }
    }
    Ok(())
}

/// Loads a file that was found to be whole.
fn load(tx: &mut Tx<'_>, file: &Path, contents: &Contents) -> Result<(), BackupError> {
    const ROWS: usize = 500;
    // A batch of wide rows stays small in memory, too.
    const BYTES: usize = 4 << 20;
    let references = References::defer(tx)?;
    let mut name = String::new();
    let mut columns: Vec<String> = Vec::new();
    let mut batch: Vec<Vec<Value>> = Vec::new();
    let mut bytes = 0_usize;
    let read = walk(open(file)?, Limits::default(), |table, row| {
        if table.name != name || batch.len() >= ROWS || bytes >= BYTES {
            insert(tx, &name, &columns, std::mem::take(&mut batch))?;
            bytes = 0;
            name.clone_from(&table.name);
            columns = table.columns.iter().map(|it| it.name.clone()).collect();
        }
        bytes = bytes.saturating_add(row.iter().map(size).sum());
        batch.push(row);
        Ok(())
    })?;
    insert(tx, &name, &columns, batch)?;
    if read.rows != contents.rows && contents.schema == read.schema {
        return Err(BackupError::Bad {
            line: 0,
            reason: "it changed while it was restored".to_owned(),
        });
    }
    series::resume(tx, &read.series, read.schema)?;
    references.check(tx)?;
    Ok(())
}

fn insert(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[String],
    rows: Vec<Vec<Value>>,
) -> Result<(), DbError> {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    tx.insert_into(table, &columns, rows, "")
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(Some(text)) => text.len(),
        Value::Bytes(Some(bytes)) => bytes.len(),
        _ => 8,
    }
}

/// The foreign keys of `PostgreSQL`, checked at the end for as long as rows come in any order.
/// `SQLite` has a switch for that.
struct References(Vec<(String, String)>);

impl References {
    fn defer(tx: &mut Tx<'_>) -> Result<Self, DbError> {
        if tx.backend() == Backend::Sqlite {
            tx.execute("PRAGMA defer_foreign_keys = ON")?;
            return Ok(Self(Vec::new()));
        }
        let found = tx.rows(
            "SELECT quote_ident(t.relname), quote_ident(c.conname) FROM pg_constraint AS c \
             JOIN pg_class AS t ON t.oid = c.conrelid \
             JOIN pg_namespace AS n ON n.oid = c.connamespace \
             WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2",
        )?;
        let mut references = Vec::new();
        for row in &found {
            let (table, name) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
            let known = objects::tables(VERSION)?;
            if known.iter().any(|it| it.name == table) {
                references.push((table, name));
            }
        }
        for (table, name) in &references {
            tx.execute(Sql::trusted(format!(
                "ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED"
            )))?;
        }
        Ok(Self(references))
    }

    fn check(self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        if tx.backend() == Backend::Sqlite {
            return match tx.row("PRAGMA foreign_key_check")? {
                None => Ok(()),
                Some(row) => Err(DbError::Damaged {
                    reason: format!("a row of `{}` refers to one that is missing", row.text(0)?),
                }),
            };
        }
        tx.execute("SET CONSTRAINTS ALL IMMEDIATE")?;
        for (table, name) in &self.0 {
            tx.execute(Sql::trusted(format!(
                "ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE"
            )))?;
        }
        Ok(())
    }
}
