//! The lines of the feeds: each a function of one entry of the log and nothing else, so that a
//! line can be checked by making it again.

use serde_json::{Map, Value};

use super::{Feed, python};
use crate::Record;

/// The line of an entry, without the line end.
pub(super) fn line(feed: Feed, record: &Record, entry: &str) -> String {
    let mut line = String::with_capacity(entry.len() + 512);
    flat(record, &mut line);
    if feed == Feed::Structured {
        // The bytes that were hashed, as they are: compact, so that a search for `"event_type": "`
        // finds each event once.
        line.push_str(", \"entry\": ");
        line.push_str(entry);
    }
    line.push('}');
    line
}

/// The names that scripts know first, the rest after them; the brace is left open.
fn flat(record: &Record, line: &mut String) {
    let event = &record.event;
    let task = (event.subject.kind == "task").then_some(event.subject.id.as_str());
    line.push('{');
    for (name, text) in [
        ("timestamp", Some(event.timestamp.to_string().as_str())),
        ("event_type", Some(event.event_type.as_str())),
        ("user_id", Some(event.actor.id.as_str())),
        ("task_id", task),
        ("repository", event.repository.as_deref()),
        ("result", Some(event.outcome.as_str())),
    ] {
        field(name, text, line);
    }
    line.push_str("\"details\": ");
    python::object(&event.details, line);
    line.push_str(", \"changes\": ");
    python::object(&event.changes, line);
    line.push_str(", ");
    let subject = format!("{}:{}", event.subject.kind, event.subject.id);
    for (name, text) in [
        ("subject", Some(subject.as_str())),
        ("actor_kind", Some(event.actor.kind.as_str())),
        ("address", event.actor.address.as_deref()),
        ("severity", event.severity.as_deref()),
        ("project", event.project.as_deref()),
        ("reason", event.reason.as_deref()),
        ("correlation", event.correlation.as_deref()),
        ("id", Some(record.id.as_str())),
        ("hash", Some(record.hash.as_str())),
    ] {
        field(name, text, line);
    }
    line.push_str("\"index\": ");
    line.push_str(&record.index.to_string());
}

fn field(name: &str, text: Option<&str>, line: &mut String) {
    python::string(name, line);
    line.push_str(": ");
    match text {
        Some(text) => python::string(text, line),
        None => line.push_str("null"),
    }
    line.push_str(", ");
}

/// The index of the entry that a line was made of.
pub(super) fn index(line: &[u8]) -> Option<u64> {
    let fields: Map<String, Value> = serde_json::from_slice(line).ok()?;
    fields.get("index")?.as_u64()
}
