//! The index of the log in the database: one row per entry, derived from the log alone.

use std::collections::BTreeMap;

use runward_db::{Db, DbError, Row, Sql, Tx, Value};

use serde::Serialize;

use crate::{AuditError, Cursor, Limits, Order, Query, Record, envelope, text};

pub(crate) const COLUMNS: [&str; 19] = [
    "idx",
    "id",
    "at",
    "type",
    "actor_kind",
    "actor",
    "token",
    "address",
    "subject_kind",
    "subject",
    "outcome",
    "severity",
    "project",
    "repository",
    "correlation",
    "result_count",
    "leaf",
    "text",
    "event",
];

pub(crate) const SELECT: &str = "SELECT idx, id, leaf, event FROM audit_events";

/// All columns, in their order.
pub(crate) fn select_all() -> Sql {
    let mut sql = Sql::new("SELECT ");
    for (number, column) in COLUMNS.iter().enumerate() {
        sql.push(if number == 0 { "" } else { ", " }).push(column);
    }
    sql.push(" FROM audit_events");
    sql
}

/// One page of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub records: Vec<Record>,
    /// Where the next page begins; absent on the last.
    pub next: Option<Cursor>,
}

/// Adds records to the index.
pub(crate) fn insert(tx: &mut Tx<'_>, records: &[Record]) -> Result<(), DbError> {
    let rows = records.iter().map(row).collect();
    tx.insert("audit_events", &COLUMNS, rows, "")
}

/// The row of a record: what is in the index, and nothing else.
pub(crate) fn row(record: &Record) -> Vec<Value> {
    let event = &record.event;
    // The database holds no NUL; the text of the event itself has it escaped.
    let clean = |text: &str| Value::from(text.replace('\0', "\u{fffd}"));
    let optional = |text: &Option<String>| {
        Value::Text(text.as_ref().map(|text| text.replace('\0', "\u{fffd}")))
    };
    vec![
        Value::from(number(record.index)),
        clean(&record.id),
        Value::from(event.timestamp),
        clean(&event.event_type),
        clean(&event.actor.kind),
        clean(&event.actor.id),
        optional(&event.actor.token),
        optional(&event.actor.address),
        clean(&event.subject.kind),
        clean(&event.subject.id),
        clean(&event.outcome),
        optional(&event.severity),
        optional(&event.project),
        optional(&event.repository),
        optional(&event.correlation),
        Value::Int(event.result_count()),
        clean(&record.hash),
        Value::from(text::searchable(event)),
        Value::from(record.sealed.as_str()),
    ]
}

/// Reads a row of [`SELECT`].
pub(crate) fn record(row: &Row) -> Result<Record, AuditError> {
    let index = row.int(0)?;
    let sealed = row.text(3)?;
    let event = serde_json::from_str(sealed).map_err(|error| AuditError::Index {
        what: format!("entry {index} in it is damaged: {error}"),
    })?;
    Ok(Record {
        index: u64::try_from(index).map_err(|_| AuditError::Index {
            what: format!("it has an entry {index}"),
        })?,
        id: row.text(1)?.to_owned(),
        hash: row.text(2)?.to_owned(),
        event,
        sealed: sealed.to_owned(),
    })
}

/// An index in the log as the database holds it.
pub(crate) fn number(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// One page of a search.
pub(crate) fn search(db: &Db, query: &Query, limits: &Limits) -> Result<Page, AuditError> {
    db.read(|tx| page(tx, query, limits))
}

pub(crate) fn page(tx: &mut Tx<'_>, query: &Query, limits: &Limits) -> Result<Page, AuditError> {
    let size = query.page_size(limits);
    let mut sql = Sql::new(SELECT);
    let sqlite = tx.backend() == runward_db::Backend::Sqlite;
    query.conditions(&mut sql, sqlite, limits)?;
    let (than, order) = match query.order {
        Order::NewestFirst => ("<", " ORDER BY at DESC, idx DESC LIMIT "),
        Order::OldestFirst => (">", " ORDER BY at, idx LIMIT "),
    };
    if let Some(cursor) = query.cursor {
        // The first condition is implied by the second, and is what an index answers.
        sql.push(" AND at ")
            .push(than)
            .push("= ")
            .push_bind(cursor.at);
        sql.push(" AND (at ")
            .push(than)
            .push(" ")
            .push_bind(cursor.at);
        sql.push(" OR idx ")
            .push(than)
            .push(" ")
            .push_bind(cursor.index)
            .push(")");
    }
    sql.push(order).push_bind(size + 1);
    let mut records = tx
        .rows(sql)?
        .iter()
        .map(record)
        .collect::<Result<Vec<_>, _>>()?;
    let more = records.len() > size as usize;
    records.truncate(size as usize);
    Ok(Page {
        next: records.last().filter(|_| more).map(Cursor::after),
        records,
    })
}

/// How many records a search has in all.
pub(crate) fn count(db: &Db, query: &Query, limits: &Limits) -> Result<u64, AuditError> {
    db.read(|tx| {
        let mut sql = Sql::new("SELECT COUNT(*) FROM audit_events");
        let sqlite = tx.backend() == runward_db::Backend::Sqlite;
        query.conditions(&mut sql, sqlite, limits)?;
        Ok(u64::try_from(tx.one(sql)?.int(0)?).unwrap_or(0))
    })
}

/// An event that is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ack {
    /// `STORE.SEQ`.
    pub id: String,
    pub index: u64,
}

/// Where the events of these ids are, in their order.
pub(crate) fn places(db: &Db, ids: &[String]) -> Result<Vec<Ack>, AuditError> {
    let mut acks = Vec::with_capacity(ids.len());
    for part in ids.chunks(500) {
        let mut sql = Sql::new("SELECT id, idx FROM audit_events WHERE id IN ");
        sql.push_list(part.iter());
        let rows = db.read(|tx| tx.rows(sql).map_err(AuditError::from))?;
        let mut found = BTreeMap::new();
        for row in &rows {
            found.insert(row.text(0)?.to_owned(), row.int(1)?);
        }
        for id in part {
            let place = found.get(id).and_then(|index| u64::try_from(*index).ok());
            acks.push(Ack {
                id: id.clone(),
                index: place.ok_or_else(|| AuditError::NotFound { wanted: id.clone() })?,
            });
        }
    }
    Ok(acks)
}

/// The record of an index (`17`) or an id (`0123456789ab.17`).
pub(crate) fn get(db: &Db, wanted: &str) -> Result<Record, AuditError> {
    let mut sql = Sql::new(SELECT);
    match wanted.split_once('.') {
        None => {
            let index: i64 = wanted.parse().map_err(|_| wrong_name(wanted))?;
            sql.push(" WHERE idx = ").push_bind(index);
        }
        Some((store, seq)) => {
            if !envelope::is_store_name(store) || envelope::number(seq).is_none() {
                return Err(wrong_name(wanted));
            }
            sql.push(" WHERE id = ")
                .push_bind(wanted)
                .push(" ORDER BY idx");
        }
    }
    let row = db.read(|tx| tx.row(sql).map_err(AuditError::from))?;
    row.as_ref().map_or_else(
        || {
            Err(AuditError::NotFound {
                wanted: wanted.to_owned(),
            })
        },
        record,
    )
}

fn wrong_name(wanted: &str) -> AuditError {
    AuditError::Query {
        what: format!("`{}` names no event", wanted.escape_debug()),
        help: "give its index (`17`) or its id (`0123456789ab.17`)".to_owned(),
    }
}
