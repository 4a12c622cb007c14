//! Whether the database agrees with the log: its state, its numbers, its outbox and every row of
//! its index.

use runward_db::{Db, Row, Sql, Value};
use serde::Serialize;

use super::sequence::Sequences;
use crate::{
    AuditError, Envelope, Record, Trail, entries,
    index::{self, number},
    publish::{self, State},
};

/// Where the database stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatabaseVerdict {
    /// Its name in the log.
    pub store: String,
    /// Entries of the log that its index covers.
    pub indexed: u64,
    /// Rows that were compared with the log and agree.
    pub rows: u64,
    /// The last event that it recorded.
    pub last_seq: i64,
    /// Events that wait for publication.
    pub waiting: i64,
}

pub(super) struct Standing {
    store: String,
    state: State,
    last_seq: i64,
    first_waiting: Option<i64>,
    waiting: i64,
    /// Databases that share the log, as somebody has said.
    others: Vec<String>,
}

pub(super) struct Found {
    pub(super) verdict: DatabaseVerdict,
    pub(super) bad: Vec<(u64, Option<String>, String)>,
    pub(super) problems: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// Bad rows that are told one by one.
const TOLD: usize = 100;

pub(super) fn standing(db: &Db, origin: &str) -> Result<Standing, AuditError> {
    db.read(|tx| {
        let state = publish::state(tx, origin)?;
        Ok(Standing {
            others: tx.known_stores()?,
            store: tx.store_name()?,
            last_seq: tx.last_seq()?,
            first_waiting: tx.pending(state.seq, 1)?.first().map(|it| it.seq),
            waiting: tx
                .one(Sql::new("SELECT COUNT(*) FROM outbox WHERE seq > $1").bind(state.seq))?
                .int(0)?,
            state,
        })
    })
}

pub(super) fn check(
    trail: &Trail,
    db: &Db,
    standing: &Standing,
    sequences: &Sequences,
    full: bool,
) -> Result<Found, AuditError> {
    let state = &standing.state;
    let mut found = Found {
        verdict: DatabaseVerdict {
            store: standing.store.clone(),
            indexed: state.size,
            rows: 0,
            last_seq: standing.last_seq,
            waiting: standing.waiting,
        },
        bad: Vec::new(),
        problems: Vec::new(),
        notes: Vec::new(),
    };
    let log = trail.log();
    let size = log.size();
    check_state(&log, size, state, &mut found)?;
    check_numbers(standing, sequences, &mut found);
    check_others(standing, sequences, &mut found);
    if full && found.problems.is_empty() {
        check_rows(trail, db, state.size.min(size), &mut found)?;
    }
    if state.size < size {
        found.notes.push(format!(
            "the database's index is {} entries behind the log",
            size - state.size
        ));
    }
    if standing.waiting > 0 {
        found
            .notes
            .push(format!("{} events wait for publication", standing.waiting));
    }
    Ok(found)
}

fn check_state(
    log: &runward_tlog::Log,
    size: u64,
    state: &State,
    found: &mut Found,
) -> Result<(), AuditError> {
    let Some(root) = &state.root else {
        found
            .notes
            .push("the database was never published to this log".to_owned());
        return Ok(());
    };
    if state.size > size {
        found.problems.push(
            AuditError::Truncated {
                known: state.size,
                found: size,
            }
            .to_string(),
        );
    } else if log.root_at(state.size)?.to_hex() != *root {
        found
            .problems
            .push(AuditError::Rewritten { size: state.size }.to_string());
    }
    Ok(())
}

/// A log with events of a database that nobody spoke of: this one may stand in that one's place.
fn check_others(standing: &Standing, sequences: &Sequences, found: &mut Found) {
    for seen in sequences.seen() {
        if seen.store != standing.store && !standing.others.contains(&seen.store) {
            found.problems.push(format!(
                "the log holds {} events of the database `{}`, and this is `{}`: it was deleted or \
                 replaced; restore it from a backup, or where it is lost for good or shares this \
                 log on purpose, say so with `runward audit adopt`",
                seen.events, seen.store, standing.store
            ));
        }
    }
}

fn check_numbers(standing: &Standing, sequences: &Sequences, found: &mut Found) {
    let seq = standing.state.seq;
    let logged = sequences
        .of(&standing.store)
        .map_or(0, |seen| seen.last_seq);
    if logged > standing.last_seq {
        let error = AuditError::DatabaseRewound {
            store: standing.store.clone(),
            logged,
            has: format!("has not given yet (its last is {})", standing.last_seq),
        };
        found.problems.push(error.to_string());
    } else if standing.last_seq < seq {
        found.problems.push(format!(
            "the database's counter of events was set back: it is {}, and {seq} were published",
            standing.last_seq
        ));
    } else if standing.waiting != standing.last_seq - seq
        || standing.first_waiting.is_some_and(|first| first != seq + 1)
    {
        let error = AuditError::OutboxGap {
            expected: seq + 1,
            found: standing.first_waiting.unwrap_or(standing.last_seq + 1),
        };
        found.problems.push(format!(
            "{error} ({} of {} wait)",
            standing.waiting,
            standing.last_seq - seq
        ));
    }
}

/// Compares every row of the index with the row that the log's entry makes.
fn check_rows(trail: &Trail, db: &Db, size: u64, found: &mut Found) -> Result<(), AuditError> {
    let log = trail.log();
    let minimum = log.minimum_index().min(size);
    let step = u64::from(trail.limits().batch);
    let mut start = minimum;
    while start < size && found.bad.len() < TOLD {
        let end = size.min(start + step);
        let mut sql = index::select_all();
        sql.push(" WHERE idx >= ").push_bind(number(start));
        sql.push(" AND idx < ")
            .push_bind(number(end))
            .push(" ORDER BY idx");
        let rows = db.read(|tx| tx.rows(sql).map_err(AuditError::from))?;
        let mut rows = rows.iter().peekable();
        entries::each(&log, start..end, |record, _| {
            let row = rows.next_if(|row| row.int(0).is_ok_and(|at| at == number(record.index)));
            match row {
                None => found.bad.push((
                    record.index,
                    Some(record.id),
                    "the database's index lacks it".to_owned(),
                )),
                Some(row) => match differs(row, &record) {
                    None => found.verdict.rows += 1,
                    Some(column) => found.bad.push((
                        record.index,
                        Some(record.id),
                        format!("the database's index has another `{column}` than the log"),
                    )),
                },
            }
            Ok(())
        })?;
        start = end;
    }
    found.bad.truncate(TOLD);
    strangers(trail, db, minimum, found)
}

/// Rows of entries that the log does not have, or no longer.
fn strangers(trail: &Trail, db: &Db, minimum: u64, found: &mut Found) -> Result<(), AuditError> {
    let (rows, size) = db.read(|tx| {
        let size = publish::state(tx, trail.origin())?.size;
        let mut sql = Sql::new(index::SELECT);
        sql.push(" WHERE idx < ").push_bind(number(minimum));
        sql.push(" OR idx >= ")
            .push_bind(number(size))
            .push(" ORDER BY idx LIMIT 10000");
        Ok::<_, AuditError>((tx.rows(sql)?, size))
    })?;
    let mut left = 0;
    for row in rows {
        let at = row.int(0)?;
        let Ok(index) = u64::try_from(at) else {
            found
                .problems
                .push(format!("the database's index has an entry {at}"));
            continue;
        };
        if index >= size {
            let id = row.text(1)?.to_owned();
            found.bad.push((
                index,
                Some(id),
                "it is in the database's index and not in the log".to_owned(),
            ));
        } else if pruned_row_fits(trail, index, &row)? {
            left += 1;
        } else {
            let id = row.text(1)?.to_owned();
            found.bad.push((
                index,
                Some(id),
                "the database's index has another event than the log had".to_owned(),
            ));
        }
    }
    if left > 0 {
        found.notes.push(format!(
            "the index still has {left} entries that were pruned from the log"
        ));
    }
    Ok(())
}

/// The tree still has the leaf of an entry that was pruned.
fn pruned_row_fits(trail: &Trail, index: u64, row: &Row) -> Result<bool, AuditError> {
    let Some((store, seq)) = row.text(1)?.split_once('.') else {
        return Ok(false);
    };
    let envelope = Envelope {
        store,
        seq: seq.parse().unwrap_or(0),
        event: row.text(3)?,
    };
    let leaf = runward_tlog::Hash::leaf(&envelope.encode());
    Ok(trail.log().leaf_hash(index)? == leaf)
}

/// The first column that is not what the log makes of the entry.
fn differs(row: &Row, record: &Record) -> Option<&'static str> {
    let expected = index::row(record);
    let mut columns = index::COLUMNS.iter().zip(expected).enumerate();
    columns.find_map(|(at, (column, value))| {
        let same = match value {
            Value::Int(value) => row.opt_int(at).is_ok_and(|found| found == value),
            Value::Real(value) => row.opt_real(at).is_ok_and(|found| found == value),
            Value::Text(value) => row
                .opt_text(at)
                .is_ok_and(|found| found == value.as_deref()),
            Value::Bytes(value) => row
                .opt_bytes(at)
                .is_ok_and(|found| found == value.as_deref()),
        };
        (!same).then_some(*column)
    })
}
