//! From the outbox to the log, and from the log to the index.
//!
//! One step is one database transaction under [`Lock::Publish`]: append to the log (durable), then
//! index rows, state and the end of the outbox rows, which commit together. A crash in between
//! leaves the log ahead of the state; the next step finds its own events there, sees that they are
//! those of the outbox, and only does the second half. So every event is in the log once.
//!
//! What the log holds of this database beyond the state must still be in the outbox, byte for
//! byte. Where it is not, the database was put back to an earlier time.

use std::collections::BTreeSet;

use runward_db::{Backend, Db, DbError, Lock, Sql, Tx};
use runward_tlog::{Hash, Log};

use crate::{
    AuditError, Envelope, Limits, Record, entries,
    index::{self, number},
};

/// What a publication did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// Events of this database that were published.
    pub events: u64,
    /// Their places in the log, without those of other databases in between.
    pub first: Option<u64>,
    /// The log's size afterwards.
    pub size: u64,
    /// What kept the feeds from following. The events are safe all the same.
    pub feeds: Option<String>,
    /// Entries that were pruned before the feeds had them.
    pub left_out_of_feeds: u64,
}

/// How far the database got in this log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) size: u64,
    pub(crate) root: Option<String>,
    /// The last event of this database in the log.
    pub(crate) seq: i64,
}

/// The name (in `meta`) of the store that the state belongs to: a restored database has another
/// one, and its events count from 1 again.
const STATE_STORE: &str = "audit_state_store";

/// Where an injected fault strikes; for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    BeforeAppend,
    AfterAppend,
    AfterIndex,
    AfterState,
}

pub(crate) struct Publisher<'a> {
    pub(crate) log: &'a Log,
    pub(crate) origin: &'a str,
    pub(crate) limits: &'a Limits,
    pub(crate) fault: &'a dyn Fn(Step) -> Result<(), AuditError>,
}

/// What one step did.
enum Progress {
    Done,
    Indexed,
    Appended { events: u64, first: u64 },
}

impl Publisher<'_> {
    /// Publishes up to `limit` waiting events, after it has brought the index up to the log.
    pub(crate) fn publish(&self, db: &Db, limit: u64) -> Result<Published, AuditError> {
        let mut published = Published::default();
        while published.events < limit {
            let batch = u32::try_from(limit - published.events)
                .unwrap_or(u32::MAX)
                .min(self.limits.batch);
            match self.step(db, batch)? {
                Progress::Done => break,
                Progress::Indexed => {}
                Progress::Appended { events, first } => {
                    published.events += events;
                    published.first.get_or_insert(first);
                }
            }
        }
        published.size = self.log.size();
        Ok(published)
    }

    /// Brings the index up to the log, without publishing.
    pub(crate) fn catch_up(&self, db: &Db) -> Result<u64, AuditError> {
        let before = db.read(|tx| state(tx, self.origin))?.size;
        loop {
            match self.step(db, 0)? {
                Progress::Done => break,
                Progress::Indexed | Progress::Appended { .. } => {}
            }
        }
        let after = db.read(|tx| state(tx, self.origin))?.size;
        Ok(after.saturating_sub(before))
    }

    fn step(&self, db: &Db, batch: u32) -> Result<Progress, AuditError> {
        // Most of the time there is nothing to do, and nobody has to wait for a look.
        if db.read(|tx| self.idle(tx, batch))? {
            return Ok(Progress::Done);
        }
        db.write(Lock::Publish, |tx| {
            if tx.backend() == Backend::Postgres {
                // Should a crash of the server lose this commit, the log is ahead of the state, and
                // the next step repairs that. The events themselves were committed durably.
                tx.execute("SET LOCAL synchronous_commit TO OFF")?;
            }
            self.locked_step(tx, batch)
        })
    }

    fn idle(&self, tx: &mut Tx<'_>, batch: u32) -> Result<bool, AuditError> {
        let state = state(tx, self.origin)?;
        self.check_known(&state)?;
        if state.size < self.log.size() || (state.size == 0 && state.root.is_none()) {
            return Ok(false);
        }
        // What was given and not published waits, or was removed.
        let given = tx.last_seq()?;
        Ok(if batch == 0 {
            given >= state.seq
        } else {
            given == state.seq
        })
    }

    fn locked_step(&self, tx: &mut Tx<'_>, batch: u32) -> Result<Progress, AuditError> {
        let store = tx.store_name()?;
        let state = state(tx, self.origin)?;
        self.check_known(&state)?;
        if state.root.is_none() {
            self.check_first(tx, &store)?;
        }
        let last = tx.last_seq()?;
        if last < state.seq {
            return Err(rewound(
                &store,
                state.seq,
                format!("has not given yet (its last is {last})"),
            ));
        }
        let size = self.log.size();
        if state.size < size {
            return self.index_tail(tx, &store, &state, size);
        }
        if batch == 0 {
            self.save(tx, &store, &state)?;
            return Ok(Progress::Done);
        }
        self.append(tx, &store, &state, batch, last)
    }

    /// The log must still be the one that the state was written for.
    fn check_known(&self, state: &State) -> Result<(), AuditError> {
        // Looked at after the state was read: the log is then at least as far as it says.
        let found = self.log.refresh()?;
        if found < state.size {
            return Err(AuditError::Truncated {
                known: state.size,
                found,
            });
        }
        let Some(root) = &state.root else {
            return Ok(());
        };
        if self.log.root_at(state.size)?.to_hex() != *root {
            return Err(AuditError::Rewritten { size: state.size });
        }
        Ok(())
    }

    /// A database without state for this log: it is new to the log, or was made new by a restore.
    fn check_first(&self, tx: &mut Tx<'_>, store: &str) -> Result<(), AuditError> {
        let other = tx.row("SELECT log FROM audit_state ORDER BY log")?;
        let known = tx.meta(STATE_STORE)?;
        if let Some(row) = other
            && known.as_deref() == Some(store)
        {
            return Err(AuditError::OtherLog {
                known: row.text(0)?.to_owned(),
                found: self.origin.to_owned(),
            });
        }
        // Rows of another log's index; this log's are made from the log itself.
        tx.execute("DELETE FROM audit_events")?;
        Ok(())
    }

    /// Takes entries that are in the log, and not in the index: another process's, another
    /// database's, or our own of a publication that did not end.
    fn index_tail(
        &self,
        tx: &mut Tx<'_>,
        store: &str,
        state: &State,
        size: u64,
    ) -> Result<Progress, AuditError> {
        let start = state.size.max(self.log.minimum_index());
        let end = size.min(start.saturating_add(self.limits.catch_up));
        let mut records = Vec::new();
        let mut own = Vec::new();
        entries::each(self.log, start..end, |record, text| {
            let envelope = Envelope::decode(text.as_bytes()).map_err(|what| AuditError::Entry {
                index: record.index,
                what,
            })?;
            if envelope.store == store {
                own.push((envelope.seq, record.sealed.clone()));
            }
            records.push(record);
            Ok(())
        })?;
        let seq = check_own(tx, store, state.seq, &own)?;
        index::insert(tx, &records)?;
        (self.fault)(Step::AfterIndex)?;
        let state = State {
            size: end,
            root: Some(self.log.root_at(end)?.to_hex()),
            seq,
        };
        self.save(tx, store, &state)?;
        if seq > 0 {
            tx.forget(seq)?;
        }
        (self.fault)(Step::AfterState)?;
        Ok(Progress::Indexed)
    }

    fn append(
        &self,
        tx: &mut Tx<'_>,
        store: &str,
        state: &State,
        batch: u32,
        given: i64,
    ) -> Result<Progress, AuditError> {
        let pending = tx.pending(state.seq, batch)?;
        let mut entries = Vec::with_capacity(pending.len());
        for (expected, waits) in (state.seq + 1..).zip(&pending) {
            if waits.seq != expected {
                return Err(AuditError::OutboxGap {
                    expected,
                    found: waits.seq,
                });
            }
            let event = std::str::from_utf8(&waits.event)
                .map_err(|error| damaged_event(waits.seq, &error.to_string()))?;
            let envelope = Envelope {
                store,
                seq: waits.seq,
                event,
            };
            entries.push(envelope.encode());
        }
        // `given` was read before, so that an event of this very moment is not taken for a gap.
        let end = pending.last().map_or(state.seq, |last| last.seq);
        if pending.len() < batch as usize && end < given {
            return Err(AuditError::OutboxGap {
                expected: end + 1,
                found: given + 1,
            });
        }
        let Some(last) = pending.last() else {
            self.save(tx, store, state)?;
            return Ok(Progress::Done);
        };
        // What cannot be read back must not get into the log.
        let mut records = Vec::with_capacity(entries.len());
        for (offset, (entry, waits)) in entries.iter().zip(&pending).enumerate() {
            let hash = Hash::leaf(entry).to_hex();
            let record = Record::from_entry(state.size + offset as u64, hash, entry)
                .map_err(|error| damaged_event(waits.seq, &error.to_string()))?;
            records.push(record);
        }
        (self.fault)(Step::BeforeAppend)?;
        // Another database may have appended to the same log meanwhile: the next step takes its
        // entries in first.
        let Ok(range) = self.log.append_if(state.size, &entries)? else {
            return Ok(Progress::Indexed);
        };
        (self.fault)(Step::AfterAppend)?;
        index::insert(tx, &records)?;
        (self.fault)(Step::AfterIndex)?;
        let state = State {
            size: range.end,
            root: Some(self.log.root_at(range.end)?.to_hex()),
            seq: last.seq,
        };
        self.save(tx, store, &state)?;
        tx.forget(last.seq)?;
        (self.fault)(Step::AfterState)?;
        Ok(Progress::Appended {
            events: entries.len() as u64,
            first: range.start,
        })
    }

    fn save(&self, tx: &mut Tx<'_>, store: &str, state: &State) -> Result<(), AuditError> {
        let root = match &state.root {
            Some(root) => root.clone(),
            None => self.log.root_at(state.size)?.to_hex(),
        };
        tx.execute(
            Sql::new(
                "INSERT INTO audit_state (log, size, root, seq) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (log) DO UPDATE SET size = excluded.size, root = excluded.root, \
                 seq = excluded.seq",
            )
            .bind(self.origin)
            .bind(number(state.size))
            .bind(root)
            .bind(state.seq),
        )?;
        if tx.meta(STATE_STORE)?.as_deref() != Some(store) {
            tx.set_meta(STATE_STORE, store)?;
        }
        Ok(())
    }

    /// Makes the index again from the log.
    pub(crate) fn reindex(&self, db: &Db) -> Result<u64, AuditError> {
        // State and log must fit before anything is thrown away.
        self.catch_up(db)?;
        db.write(Lock::Publish, |tx| {
            let state = state(tx, self.origin)?;
            tx.execute("DELETE FROM audit_events")?;
            let mut records = Vec::new();
            let start = self.log.minimum_index().min(state.size);
            entries::each(self.log, start..state.size, |record, _| {
                records.push(record);
                if records.len() >= self.limits.batch as usize {
                    index::insert(tx, &records)?;
                    records.clear();
                }
                Ok(())
            })?;
            index::insert(tx, &records)?;
            Ok(state.size - start)
        })
    }

    /// Takes this log as it is for this database, which was recorded in another log, or in more of
    /// this one. What is missing stays missing: verification goes on reporting it. The other
    /// databases that the log has events of are known from now on.
    pub(crate) fn adopt(&self, db: &Db) -> Result<(), AuditError> {
        let size = self.log.size();
        let store = db.read(|tx| tx.store_name().map_err(AuditError::from))?;
        let mut highest = 0;
        let mut others = BTreeSet::new();
        entries::each(self.log, self.log.minimum_index()..size, |record, _| {
            if let Some((name, seq)) = record.id.split_once('.') {
                if name == store {
                    highest = highest.max(seq.parse().unwrap_or(0));
                } else {
                    others.insert(name.to_owned());
                }
            }
            Ok(())
        })?;
        db.write(Lock::Publish, |tx| {
            for other in &others {
                tx.know_store(other)?;
            }
            let last = tx.last_seq()?;
            if highest > last {
                let has = format!("has not given yet (its last is {last})");
                return Err(rewound(&store, highest, has));
            }
            let published = tx
                .pending(0, 1)?
                .first()
                .map_or(last, |first| first.seq - 1);
            let state = State {
                size,
                root: None,
                seq: highest.max(published),
            };
            tx.forget(state.seq)?;
            tx.execute("DELETE FROM audit_state")?;
            self.save(tx, &store, &state)
        })?;
        self.reindex(db).map(drop)
    }
}

/// Own events beyond the state must be those that wait in the outbox.
fn check_own(
    tx: &mut Tx<'_>,
    store: &str,
    mut seq: i64,
    own: &[(i64, String)],
) -> Result<i64, AuditError> {
    if own.is_empty() {
        return Ok(seq);
    }
    let limit = u32::try_from(own.len()).unwrap_or(u32::MAX);
    let pending = tx.pending(seq, limit)?;
    for (position, (logged, sealed)) in own.iter().enumerate() {
        if *logged != seq + 1 {
            return Err(rewound(
                store,
                *logged,
                format!("has as published or missing (its next is {})", seq + 1),
            ));
        }
        match pending.get(position) {
            Some(waits) if waits.seq == *logged && waits.event == sealed.as_bytes() => {}
            Some(waits) if waits.seq == *logged => {
                return Err(rewound(
                    store,
                    *logged,
                    "has with another content".to_owned(),
                ));
            }
            _ => return Err(rewound(store, *logged, "does not have".to_owned())),
        }
        seq = *logged;
    }
    Ok(seq)
}

/// The state of this database in a log. A database that got a new name begins at its first event.
pub(crate) fn state(tx: &mut Tx<'_>, origin: &str) -> Result<State, AuditError> {
    let row =
        tx.row(Sql::new("SELECT size, root, seq FROM audit_state WHERE log = $1").bind(origin))?;
    let Some(row) = row else {
        return Ok(State {
            size: 0,
            root: None,
            seq: 0,
        });
    };
    let store = tx.store_name()?;
    let same = tx.meta(STATE_STORE)?.is_none_or(|known| known == store);
    Ok(State {
        size: u64::try_from(row.int(0)?).map_err(|_| DbError::Damaged {
            reason: "the size of the audit log is negative".to_owned(),
        })?,
        root: Some(row.text(1)?.to_owned()),
        seq: if same { row.int(2)? } else { 0 },
    })
}

fn rewound(store: &str, logged: i64, has: String) -> AuditError {
    AuditError::DatabaseRewound {
        store: store.to_owned(),
        logged,
        has,
    }
}

fn damaged_event(seq: i64, what: &str) -> AuditError {
    AuditError::Database(DbError::Damaged {
        reason: format!("event {seq}, which waits for publication, cannot be read: {what}"),
    })
}
