//! What the schema consists of, and what does not belong to it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::{
    Backend, Db, DbError, Options, Place, Row, Sql, Tx, Value,
    connection::Connection,
    migrations::{DERIVED, MIGRATIONS},
    schema::{Wanted, rows},
};

/// The types that the schema uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Int,
    Real,
    Text,
    Bytes,
}

impl Kind {
    /// Of a column as it is declared for `SQLite`.
    fn declared(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "BIGINT" | "INTEGER" => Some(Self::Int),
            "DOUBLE PRECISION" => Some(Self::Real),
            "TEXT" => Some(Self::Text),
            "BYTEA" => Some(Self::Bytes),
            _ => None,
        }
    }

    /// The type in `PostgreSQL`'s catalogue.
    pub(crate) fn postgres(self) -> &'static str {
        match self {
            Self::Int => "bigint",
            Self::Real => "double precision",
            Self::Text => "text",
            Self::Bytes => "bytea",
        }
    }

    /// The value of a column of this kind.
    pub(crate) fn value(self, row: &Row, column: usize) -> Result<Value, DbError> {
        Ok(match self {
            Self::Int => Value::Int(row.opt_int(column)?),
            Self::Real => Value::Real(row.opt_real(column)?),
            Self::Text => Value::Text(row.opt_text(column)?.map(str::to_owned)),
            Self::Bytes => Value::Bytes(row.opt_bytes(column)?.map(<[u8]>::to_vec)),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// A table that holds data, the same on both databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The columns of the primary key.
    pub(crate) key: Vec<String>,
}

impl Table {
    /// `SELECT a, b FROM t ORDER BY key`, so that two databases with the same data read the same.
    pub(crate) fn select(&self, backend: Backend) -> Sql {
        let columns: Vec<&str> = self.columns.iter().map(|it| it.name.as_str()).collect();
        let key: Vec<String> = self
            .key
            .iter()
            .map(|name| {
                let is_text = self
                    .columns
                    .iter()
                    .any(|it| it.name == *name && it.kind == Kind::Text);
                format!("{name}{}", if is_text { by_bytes(backend) } else { "" })
            })
            .collect();
        Sql::trusted(format!(
            "SELECT {} FROM {} ORDER BY {}",
            columns.join(", "),
            self.name,
            key.join(", ")
        ))
    }
}

/// The order by bytes, whatever the language of the server.
fn by_bytes(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => " COLLATE BINARY",
        Backend::Postgres => " COLLATE \"C\"",
    }
}

/// Something that a migration made in `SQLite`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: String,
    pub(crate) name: String,
    sql: Option<String>,
}

struct Model {
    tables: Arc<Vec<Table>>,
    objects: Arc<Vec<Object>>,
}

/// The tables of a version of the schema that hold data, in the order in which they are made.
pub(crate) fn tables(version: i64) -> Result<Arc<Vec<Table>>, DbError> {
    model(version, |model| Arc::clone(&model.tables))
}

/// All that is in an `SQLite` file of a version of the schema.
pub(crate) fn objects(version: i64) -> Result<Arc<Vec<Object>>, DbError> {
    model(version, |model| Arc::clone(&model.objects))
}

/// Read from a database that the migrations make, so that there is no second list to keep.
fn model<T>(version: i64, part: impl Fn(&Model) -> T) -> Result<T, DbError> {
    static KNOWN: Mutex<BTreeMap<i64, Model>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(model) = known.get(&version) {
        return Ok(part(model));
    }
    let made = make(version)?;
    let part = part(&made);
    known.insert(version, made);
    Ok(part)
}

fn make(version: i64) -> Result<Model, DbError> {
    let options = Options {
        sealer: Arc::new(|_| Err("nothing happens here".to_owned())),
        migrate: true,
        busy: std::time::Duration::from_secs(1),
    };
    let (db, _) = Db::open_at(&Place::Memory, options, Wanted::Exactly(version))?;
    db.read(|tx| {
        let names = tx.rows(
            "SELECT m.name FROM sqlite_master AS m \
             JOIN pragma_table_list AS l ON l.name = m.name AND l.schema = 'main' \
             WHERE m.type = 'table' AND l.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY m.rowid",
        )?;
        let mut tables = Vec::new();
        for name in &names {
            let name = name.text(0)?;
            if !DERIVED.contains(&name) {
                tables.push(table(tx, name)?);
            }
        }
        Ok(Model {
            tables: Arc::new(tables),
            objects: Arc::new(list(tx)?),
        })
    })
}

/// All that is in an `SQLite` file, but for what `SQLite` keeps for itself.
pub(crate) fn list(tx: &mut Tx<'_>) -> Result<Vec<Object>, DbError> {
    tx.rows(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         ORDER BY name",
    )?
    .iter()
    .map(|row| {
        Ok(Object {
            kind: row.text(0)?.to_owned(),
            name: row.text(1)?.to_owned(),
            sql: row.opt_text(2)?.map(str::to_owned),
        })
    })
    .collect()
}

/// The indexes that the migrations make in `PostgreSQL`.
pub(crate) fn postgres_indexes() -> Vec<&'static str> {
    let mut indexes = Vec::new();
    for migration in &MIGRATIONS {
        for script in [migration.common, migration.postgres] {
            let words: Vec<&'static str> = script
                .lines()
                .filter(|line| !line.trim_start().starts_with("--"))
                .flat_map(|line| line.split([' ', ';', '(']))
                .filter(|word| !word.is_empty())
                .collect();
            for three in words.windows(3) {
                match *three {
                    ["CREATE" | "UNIQUE", "INDEX", name] => indexes.push(name),
                    ["DROP", "INDEX", name] => indexes.retain(|it| *it != name),
                    _ => {}
                }
            }
        }
    }
    indexes
}

fn table(tx: &mut Tx<'_>, name: &str) -> Result<Table, DbError> {
    let found = tx.rows(
        Sql::new("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid").bind(name),
    )?;
    let mut columns = Vec::new();
    let mut key = Vec::new();
    for row in &found {
        let column = row.text(0)?.to_owned();
        if row.int(2)? > 0 {
            key.push((row.int(2)?, column.clone()));
        }
        let kind = Kind::declared(row.text(1)?).ok_or_else(|| DbError::Damaged {
            reason: format!("the column `{column}` of `{name}` has a type of its own"),
        })?;
        columns.push(Column { name: column, kind });
    }
    key.sort();
    Ok(Table {
        name: name.to_owned(),
        columns,
        key: key.into_iter().map(|(_, name)| name).collect(),
    })
}

/// An `SQLite` file may come with a project from elsewhere: one with triggers or views that are
/// not ours could change what a statement does.
pub(crate) async fn refuse_foreign(
    connection: &mut Connection,
    place: &Place,
) -> Result<(), DbError> {
    if connection.backend() == Backend::Postgres {
        return Ok(());
    }
    let found = rows(
        connection,
        place,
        "SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'view') \
         OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL%')",
    )
    .await?;
    for row in found {
        if !is_ours(row.opt_text(0)?.unwrap_or_default()) {
            return Err(DbError::NotRunward {
                place: place.to_string(),
            });
        }
    }
    Ok(())
}

/// Whether a migration made it: `SQLite` keeps the text of a statement as it was written.
fn is_ours(statement: &str) -> bool {
    !statement.is_empty()
        && MIGRATIONS.iter().any(|migration| {
            [migration.common, migration.sqlite].iter().any(|script| {
                script.match_indices(statement).any(|(at, found)| {
                    script
                        .get(at.saturating_add(found.len())..)
                        .is_some_and(|rest| rest.trim_start().starts_with(';'))
                })
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VERSION;

    #[test]
    fn every_version_has_tables_with_keys() {
        for version in 1..=VERSION {
            let tables = tables(version).unwrap();
            assert!(tables.iter().any(|it| it.name == "findings"), "{version}");
            for table in tables.iter() {
                assert!(!table.key.is_empty(), "{} has no primary key", table.name);
                assert!(!DERIVED.contains(&table.name.as_str()));
            }
        }
    }

    #[test]
    fn only_whole_statements_of_a_migration_are_ours() {
        let ours = "CREATE VIRTUAL TABLE task_search USING fts5 (\n    title, body, content = '', \
                    contentless_delete = 1, tokenize = \"ascii tokenchars '_'\"\n)";
        assert!(is_ours(ours));
        assert!(!is_ours(""));
        assert!(!is_ours(
            "CREATE VIRTUAL TABLE task_search USING fts5 (\n    title, body"
        ));
        assert!(!is_ours(
            "CREATE TRIGGER t AFTER INSERT ON scans BEGIN DELETE FROM scans; END"
        ));
    }
}
