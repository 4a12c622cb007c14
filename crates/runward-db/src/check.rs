//! Whether a database is sound.

use std::fmt;

use crate::{
    Backend, Db, DbError, Sql, Tx, VERSION,
    objects::{self, Object},
    series,
};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// A table, an index, a setting.
    pub subject: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl Problem {
    fn new(subject: &str, problem: impl Into<String>) -> Self {
        Self {
            subject: subject.to_owned(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.subject, self.problem)
    }
}

/// Rows that refer to others without the database's guard: a table, its column, the table whose
/// `id` it holds.
const REFERENCES: [(&str, &str, &str); 8] = [
    ("scans", "project", "projects"),
    ("findings", "project", "projects"),
    ("payloads", "finding", "findings"),
    ("finding_reporters", "finding", "findings"),
    ("finding_ids", "finding", "findings"),
    ("former_fingerprints", "finding", "findings"),
    ("transitions", "finding", "findings"),
    ("transitions", "scan", "scans"),
];

/// Looks at everything. What it finds is in the answer; an error says that it could not look.
pub fn check(db: &Db) -> Result<Vec<Problem>, DbError> {
    let mut problems = Vec::new();
    match db.backend() {
        Backend::Sqlite => {
            problems.extend(db.read(sqlite_pages)?);
            problems.extend(db.read(sqlite_objects)?);
        }
        Backend::Postgres => {
            problems.extend(db.read(postgres_settings)?);
            problems.extend(db.read(postgres_columns)?);
            problems.extend(db.read(postgres_objects)?);
            postgres_contents(db, &mut problems)?;
        }
    }
    if problems.is_empty() {
        // These read the tables that were found to be there.
        problems.extend(db.read(references)?);
        problems.extend(db.read(numbers)?);
    }
    Ok(problems)
}

fn sqlite_pages(tx: &mut Tx<'_>) -> Result<Vec<Problem>, DbError> {
    let mut problems = Vec::new();
    for row in tx.rows("PRAGMA integrity_check(100)")? {
        let said = row.text(0)?;
        if said != "ok" {
            problems.push(Problem::new("file", format!("{said}; restore a backup")));
        }
    }
    for row in tx.rows("PRAGMA foreign_key_check")? {
        problems.push(Problem::new(
            row.text(0)?,
            format!("a row refers to one of `{}` that is missing", row.text(2)?),
        ));
    }
    Ok(problems)
}

fn sqlite_objects(tx: &mut Tx<'_>) -> Result<Vec<Problem>, DbError> {
    let found = objects::list(tx)?;
    let expected = objects::objects(VERSION)?;
    let mut problems = Vec::new();
    for object in expected.iter() {
        match found.iter().find(|it| it.name == object.name) {
            None => problems.push(Problem::new(
                &object.name,
                "it is missing; restore a backup",
            )),
            Some(other) if other != object => {
                problems.push(Problem::new(&object.name, "it is not as Runward makes it"));
            }
            Some(_) => {}
        }
    }
    let foreign = |object: &&Object| expected.iter().all(|it| it.name != object.name);
    for object in found.iter().filter(foreign) {
        problems.push(Problem::new(&object.name, "it is not Runward's; remove it"));
    }
    Ok(problems)
}

fn postgres_settings(tx: &mut Tx<'_>) -> Result<Vec<Problem>, DbError> {
    let mut problems = Vec::new();
    for (name, good, why) in [
        (
            "fsync",
            "on",
            "a crash of the server can lose or damage what was acknowledged",
        ),
        (
            "full_page_writes",
            "on",
            "a crash of the server can damage pages",
        ),
        (
            "synchronous_commit",
            "",
            "a crash of the server can lose what was acknowledged",
        ),
        (
            "server_encoding",
            "UTF8",
            "texts may not be kept as they are",
        ),
    ] {
        let row = tx.one(Sql::new("SELECT current_setting($1)").bind(name))?;
        let value = row.text(0)?;
        if value == "off" || (!good.is_empty() && value != good) {
            problems.push(Problem::new(name, format!("it is `{value}`: {why}")));
        }
    }
    Ok(problems)
}

fn postgres_columns(tx: &mut Tx<'_>) -> Result<Vec<Problem>, DbError> {
    let mut problems = Vec::new();
    for table in objects::tables(VERSION)?.iter() {
        let found = tx.rows(
            Sql::new(
                "SELECT column_name::text, data_type::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = $1",
            )
            .bind(&table.name),
        )?;
        if found.is_empty() {
            problems.push(Problem::new(&table.name, "it is missing; restore a backup"));
            continue;
        }
        for column in &table.columns {
            let kind = found
                .iter()
                .find(|row| row.text(0).ok() == Some(column.name.as_str()))
                .map(|row| row.text(1))
                .transpose()?;
            if kind != Some(column.kind.postgres()) {
                let problem = format!("the column `{}` is missing or of another type", column.name);
                problems.push(Problem::new(&table.name, problem));
            }
        }
        for row in &found {
            let name = row.text(0)?;
            if table.columns.iter().all(|it| it.name != name) {
                let problem = format!("the column `{name}` is not Runward's; remove it");
                problems.push(Problem::new(&table.name, problem));
            }
        }
    }
    Ok(problems)
}

/// Indexes that lack, and what on our tables could change what a statement does. Other tables in
/// the schema are none of our business.
fn postgres_objects(tx: &mut Tx<'_>) -> Result<Vec<Problem>, DbError> {
    let mut problems = Vec::new();
    let found = tx.rows(
        "SELECT c.relname::text, CASE WHEN i.indisvalid THEN 1 ELSE 0 END FROM pg_class AS c \
         JOIN pg_namespace AS n ON n.oid = c.relnamespace \
         JOIN pg_index AS i ON i.indexrelid = c.oid WHERE n.nspname = current_schema()",
    )?;
    for name in objects::postgres_indexes() {
        let index = found.iter().find(|row| row.text(0).ok() == Some(name));
        match index.map(|row| row.int(1)).transpose()? {
            None => problems.push(Problem::new(name, "the index is missing")),
            Some(0) => problems.push(Problem::new(name, "the index is invalid; REINDEX it")),
            Some(_) => {}
        }
    }
    let tables = objects::tables(VERSION)?;
    let changing = tx.rows(
        "SELECT c.relname::text, t.tgname::text FROM pg_trigger AS t \
         JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE NOT t.tgisinternal AND n.nspname = current_schema() \
         UNION ALL SELECT tablename::text, rulename::text FROM pg_rules \
         WHERE schemaname = current_schema() \
         UNION ALL SELECT tablename::text, policyname::text FROM pg_policies \
         WHERE schemaname = current_schema() ORDER BY 1, 2",
    )?;
    for row in &changing {
        let table = row.text(0)?;
        if tables.iter().any(|it| it.name == table) {
            let problem = format!("`{}` on it is not Runward's; remove it", row.text(1)?);
            problems.push(Problem::new(table, problem));
        }
    }
    Ok(problems)
}

/// Reads every row, and has the server check its indexes where it can. Each look is a transaction
/// of its own: an error ends one.
fn postgres_contents(db: &Db, problems: &mut Vec<Problem>) -> Result<(), DbError> {
    let mut looks: Vec<(String, String)> = Vec::new();
    for table in objects::tables(VERSION)?.iter() {
        // The text of a whole row needs every part of it.
        let sql = format!(
            "SELECT SUM(LENGTH(CAST(t AS TEXT))) FROM {} AS t",
            table.name
        );
        looks.push((table.name.clone(), sql));
    }
    let amcheck = db.read(|tx| tx.row("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"))?;
    if amcheck.is_some() {
        let indexes: Vec<String> = db.read::<_, DbError>(|tx| {
            tx.rows(
                "SELECT c.relname::text FROM pg_class AS c \
                 JOIN pg_namespace AS n ON n.oid = c.relnamespace \
                 JOIN pg_am AS a ON a.oid = c.relam JOIN pg_index AS i ON i.indexrelid = c.oid \
                 WHERE a.amname = 'btree' AND n.nspname = current_schema()",
            )?
            .iter()
            .map(|row| row.text(0).map(str::to_owned))
            .collect()
        })?;
        let ours = objects::postgres_indexes();
        for index in indexes.into_iter().filter(|it| ours.contains(&it.as_str())) {
            let sql = format!("SELECT bt_index_check('{index}'::regclass, true)");
            looks.push((index, sql));
        }
    }
    for (subject, sql) in looks {
        match db.read::<_, DbError>(|tx| tx.rows(Sql::trusted(sql)).map(drop)) {
            Ok(()) => {}
            // The function may be another user's.
            Err(DbError::Failed { reason, .. }) if reason.contains("permission denied") => {}
            Err(DbError::Failed { reason, .. } | DbError::Damaged { reason }) => {
                problems.push(Problem::new(
                    &subject,
                    format!("{reason}; restore a backup"),
                ));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn references(tx: &mut Tx<'_>) -> Result<Vec<Problem>, DbError> {
    let mut problems = Vec::new();
    for (table, column, target) in REFERENCES {
        let sql = format!(
            "SELECT COUNT(*) FROM {table} AS t WHERE t.{column} IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM {target} AS o WHERE o.id = t.{column})"
        );
        let count = tx.one(Sql::trusted(sql))?.int(0)?;
        if count > 0 {
            let problem = format!("{count} rows refer to rows of `{target}` that are missing");
            problems.push(Problem::new(table, problem));
        }
    }
    let bare = "SELECT COUNT(*) FROM findings AS f \
                WHERE NOT EXISTS (SELECT 1 FROM payloads AS p WHERE p.finding = f.id)";
    let count = tx.one(bare)?.int(0)?;
    if count > 0 {
        problems.push(Problem::new(
            "findings",
            format!("{count} rows have no payload"),
        ));
    }
    Ok(problems)
}

/// Numbers given out, and the outbox.
fn numbers(tx: &mut Tx<'_>) -> Result<Vec<Problem>, DbError> {
    let mut problems = Vec::new();
    let last = series::last(tx, VERSION)?;
    for series in series::SEQUENCES {
        let sql = format!("SELECT COALESCE(MAX(id), 0) FROM {series}");
        let used = tx.one(Sql::trusted(sql))?.int(0)?;
        if last.get(series).is_none_or(|last| *last < used) {
            let problem = format!("number {used} is in use and would be given out again");
            problems.push(Problem::new(series, problem));
        }
    }
    let row = tx.one("SELECT COUNT(*), MIN(seq), MAX(seq) FROM outbox")?;
    if let (Some(first), Some(end)) = (row.opt_int(1)?, row.opt_int(2)?) {
        if first < 1 || row.int(0)? != end.saturating_sub(first).saturating_add(1) {
            problems.push(Problem::new("outbox", "events are missing between others"));
        }
        if end != tx.last_seq()? {
            problems.push(Problem::new(
                "outbox",
                "its last event is not the last counted",
            ));
        }
    }
    let name = tx.meta("store")?.unwrap_or_default();
    if name.len() != 12 || !name.bytes().all(|it| it.is_ascii_hexdigit()) {
        problems.push(Problem::new("meta", "the database has no name of its own"));
    }
    Ok(problems)
}
