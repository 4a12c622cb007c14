//! Records for tests.

mod events;

use events::{events, time};
use runward_model::{Actor, Event, EventType, Subject};

use crate::{Envelope, Record, RecordedEvent};

pub(crate) const STORE: &str = "0123456789ab";

/// A record whose event was changed.
pub(crate) fn record(change: impl FnOnce(&mut RecordedEvent)) -> Record {
    let event = Event::new(
        time(0),
        EventType::TaskCreated,
        Actor::account("ann"),
        Subject::new("task", 7),
    );
    let mut event: RecordedEvent =
        serde_json::from_value(serde_json::to_value(&event).unwrap()).unwrap();
    change(&mut event);
    of(0, &serde_json::to_string(&event).unwrap())
}

/// The record of a sealed event.
pub(crate) fn of(index: u64, event: &str) -> Record {
    let envelope = Envelope {
        store: STORE,
        seq: i64::try_from(index).unwrap() + 1,
        event,
    };
    let entry = envelope.encode();
    let hash = runward_tlog::Hash::leaf(&entry).to_hex();
    Record::from_entry(index, hash, &entry).unwrap()
}

pub(crate) fn one_of_each() -> Vec<Record> {
    let each = events().into_iter().enumerate();
    each.map(|(index, event)| of(index as u64, &serde_json::to_string(&event).unwrap()))
        .collect()
}
