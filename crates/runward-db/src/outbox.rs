//! Events that wait for publication, and facts about the database.

use crate::{DbError, Sql, Tx, Value, series};

/// A sealed event that is not known to be in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub seq: i64,
    pub event: Vec<u8>,
}

/// Stores sealed events under the next numbers.
pub(crate) fn store(tx: &mut Tx<'_>, events: Vec<Vec<u8>>) -> Result<(), DbError> {
    let numbers = series::ids(tx, "outbox", events.len())?;
    let rows = numbers
        .into_iter()
        .zip(events)
        .map(|(seq, event)| vec![Value::from(seq), Value::from(event)])
        .collect();
    tx.insert("outbox", &["seq", "event"], rows, "")
}

/// The row of `meta` with the names of other databases, separated by spaces.
const KNOWN_STORES: &str = "known_stores";

impl Tx<'_> {
    /// This database's own name: what `seq` numbers are counted under in the log.
    pub fn store_name(&mut self) -> Result<String, DbError> {
        self.meta("store")?.ok_or_else(|| DbError::Damaged {
            reason: "it lost its own name; restore a backup".to_owned(),
        })
    }

    /// The events after a number, in order.
    pub fn pending(&mut self, after: i64, limit: u32) -> Result<Vec<Pending>, DbError> {
        let sql = Sql::new("SELECT seq, event FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2");
        self.rows(sql.bind(after).bind(limit))?
            .iter()
            .map(|row| {
                Ok(Pending {
                    seq: row.int(0)?,
                    event: row.bytes(1)?.to_vec(),
                })
            })
            .collect()
    }

    /// How many events there are that the log is not known to have.
    pub fn waiting(&mut self) -> Result<u64, DbError> {
        let counted = self.row("SELECT COUNT(*) FROM outbox")?;
        let counted = counted.map_or(Ok(0), |row| row.int(0))?;
        Ok(u64::try_from(counted).unwrap_or(0))
    }

    /// The number of the last event; 0 where there was none yet.
    pub fn last_seq(&mut self) -> Result<i64, DbError> {
        self.row("SELECT value FROM counters WHERE name = 'outbox'")?
            .map_or(Ok(0), |row| row.int(0))
    }

    /// Deletes the events up to a number, which the log has now. Their numbers are not given out
    /// again.
    pub fn forget(&mut self, through: i64) -> Result<(), DbError> {
        self.execute(Sql::new("DELETE FROM outbox WHERE seq <= $1").bind(through))
            .map(drop)
    }

    pub fn meta(&mut self, name: &str) -> Result<Option<String>, DbError> {
        self.row(Sql::new("SELECT value FROM meta WHERE name = $1").bind(name))?
            .map(|row| row.text(0).map(str::to_owned))
            .transpose()
    }

    pub fn set_meta(&mut self, name: &str, value: &str) -> Result<(), DbError> {
        let sql = Sql::new(
            "INSERT INTO meta (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        );
        self.execute(sql.bind(name).bind(value)).map(drop)
    }

    /// The databases, beside this one, that may have events in its log: the names that it had
    /// before, and those that somebody has spoken of.
    pub fn known_stores(&mut self) -> Result<Vec<String>, DbError> {
        let known = self.meta(KNOWN_STORES)?.unwrap_or_default();
        Ok(known.split_whitespace().map(str::to_owned).collect())
    }

    pub fn know_store(&mut self, name: &str) -> Result<(), DbError> {
        let mut known = self.known_stores()?;
        if !known.iter().any(|it| it == name) {
            known.push(name.to_owned());
        }
        self.set_meta(KNOWN_STORES, &known.join(" "))
    }

    /// Gives the database a new name, under which events are counted from 1 again. For a copy that
    /// lives on: were it to go on under the old name, the log could not tell it from the original
    /// set back. Events that wait are dropped: the log has them from the original or never will.
    pub fn rename_store(&mut self) -> Result<String, DbError> {
        let name = series::random_name()?;
        if let Some(former) = self.meta("store")? {
            self.know_store(&former)?;
        }
        self.set_meta("store", &name)?;
        self.execute("DELETE FROM outbox")?;
        self.execute("DELETE FROM counters WHERE name = 'outbox'")?;
        Ok(name)
    }
}
