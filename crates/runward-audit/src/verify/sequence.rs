//! Whether the events of each database follow one another without gap or repetition.

use std::{cmp::Ordering, collections::BTreeMap};

use serde::Serialize;

use crate::Record;

/// A database whose events the log holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreSeen {
    pub store: String,
    pub first_seq: i64,
    pub last_seq: i64,
    pub events: u64,
}

#[derive(Debug, Default)]
pub(super) struct Sequences(BTreeMap<String, StoreSeen>);

impl Sequences {
    /// Takes the next record; what is wrong with its number, if anything is.
    pub(super) fn take(&mut self, record: &Record) -> Option<String> {
        let (store, seq) = record.id.split_once('.')?;
        let seq: i64 = seq.parse().ok()?;
        let Some(seen) = self.0.get_mut(store) else {
            let seen = StoreSeen {
                store: store.to_owned(),
                first_seq: seq,
                last_seq: seq,
                events: 1,
            };
            self.0.insert(store.to_owned(), seen);
            return None;
        };
        seen.events += 1;
        let expected = seen.last_seq + 1;
        let problem = match seq.cmp(&expected) {
            Ordering::Equal => None,
            Ordering::Greater => Some(format!(
                "events {expected} to {} of `{store}` are missing before it",
                seq - 1
            )),
            Ordering::Less => Some(format!(
                "event {seq} of `{store}` is in the log twice or out of order"
            )),
        };
        seen.last_seq = seen.last_seq.max(seq);
        problem
    }

    pub(super) fn of(&self, store: &str) -> Option<&StoreSeen> {
        self.0.get(store)
    }

    pub(super) fn seen(&self) -> Vec<StoreSeen> {
        self.0.values().cloned().collect()
    }
}
