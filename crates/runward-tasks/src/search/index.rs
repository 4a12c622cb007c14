//! The search index of either database.

use std::{collections::BTreeMap, fmt::Write as _};

use runward_db::{Backend, DbError, Sql, Tx};
use runward_model::{Task, TaskId};

use super::{
    SearchQuery,
    words::{GAP, Places, indexed},
};

/// Enters a task, in place of what was there.
pub(crate) fn enter(tx: &mut Tx<'_>, task: &Task) -> Result<(), DbError> {
    remove(tx, task.id)?;
    let mut places = Places::new();
    let title = indexed([task.title.as_str()], &mut places);
    let body = indexed(
        [task.description.as_str(), task.repository.as_str()]
            .into_iter()
            .chain(task.tags.iter().map(String::as_str)),
        &mut places,
    );
    match tx.backend() {
        Backend::Sqlite => tx.execute(
            Sql::new("INSERT INTO task_search (rowid, title, body) VALUES ($1, $2, $3)")
                .bind(task.id.0)
                .bind(title.join(" "))
                .bind(body.join(" ")),
        )?,
        Backend::Postgres => tx.execute(
            Sql::new(
                "INSERT INTO task_search (task, words) VALUES ($1, CAST(CAST($2 AS TEXT) AS TSVECTOR))",
            )
            .bind(task.id.0)
            .bind(vector(&title, &body)),
        )?,
    };
    Ok(())
}

fn remove(tx: &mut Tx<'_>, id: TaskId) -> Result<(), DbError> {
    let sql = match tx.backend() {
        Backend::Sqlite => Sql::new("DELETE FROM task_search WHERE rowid = $1"),
        Backend::Postgres => Sql::new("DELETE FROM task_search WHERE task = $1"),
    };
    tx.execute(sql.bind(id.0)).map(drop)
}

/// Empties the index; what fills it again is up to the caller.
pub(crate) fn clear(tx: &mut Tx<'_>) -> Result<(), DbError> {
    let sql = match tx.backend() {
        Backend::Sqlite => "INSERT INTO task_search (task_search) VALUES ('delete-all')",
        Backend::Postgres => "DELETE FROM task_search",
    };
    tx.execute(sql).map(drop)
}

/// The text form of a `tsvector`: `'word':1A,7 'other':2A`. Words are letters and digits only.
fn vector(title: &[String], body: &[String]) -> String {
    let mut places: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    // Two free places keep a phrase from spanning title and text.
    let body_start = title.len() + 3;
    for (index, word) in title.iter().enumerate() {
        places.entry(word).or_default().push((index + 1, "A"));
    }
    for (index, word) in body.iter().enumerate() {
        places
            .entry(word)
            .or_default()
            .push((body_start + index, ""));
    }
    places.remove(GAP);
    let mut text = String::new();
    for (word, places) in places {
        if !text.is_empty() {
            text.push(' ');
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "'{word}':");
        for (index, (place, weight)) in places.iter().enumerate() {
            let _ = write!(text, "{}{place}{weight}", if index == 0 { "" } else { "," });
        }
    }
    text
}

/// ` AND …`: only the tasks `t` that the query finds.
pub(crate) fn filter(sql: &mut Sql, backend: Backend, query: &SearchQuery) {
    if query.is_empty() {
        sql.push(" AND 1 = 0");
        return;
    }
    match backend {
        Backend::Sqlite => {
            if let Some(wanted) = query.fts5_wanted() {
                sql.push(" AND t.id IN (SELECT rowid FROM task_search WHERE task_search MATCH ")
                    .push_bind(wanted)
                    .push(")");
            }
            if let Some(unwanted) = query.fts5_unwanted() {
                sql.push(
                    " AND t.id NOT IN (SELECT rowid FROM task_search WHERE task_search MATCH ",
                )
                .push_bind(unwanted)
                .push(")");
            }
        }
        Backend::Postgres => {
            sql.push(" AND t.id IN (SELECT task FROM task_search WHERE words @@ CAST(CAST(")
                .push_bind(query.tsquery().unwrap_or_default())
                .push(" AS TEXT) AS TSQUERY))");
        }
    }
}

/// An expression: 0 for a task that has every wanted term in its title, else 1.
pub(crate) fn rank(sql: &mut Sql, backend: Backend, query: &SearchQuery) {
    match (backend, query.fts5_wanted(), query.tsquery_in_title()) {
        (Backend::Sqlite, Some(wanted), _) => sql
            .push("CASE WHEN t.id IN (SELECT rowid FROM task_search WHERE task_search MATCH ")
            .push_bind(format!("{{title}} : ({wanted})"))
            .push(") THEN 0 ELSE 1 END"),
        (Backend::Postgres, _, Some(wanted)) => sql
            .push("CASE WHEN t.id IN (SELECT task FROM task_search WHERE words @@ CAST(CAST(")
            .push_bind(wanted)
            .push(" AS TEXT) AS TSQUERY)) THEN 0 ELSE 1 END"),
        _ => sql.push("1"),
    };
}
