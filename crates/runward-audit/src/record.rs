//! An event as the log has it.

use jiff::Timestamp;
use runward_model::EventType;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::{AuditError, Envelope};

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Its place in the log, from 0.
    pub index: u64,
    /// `STORE.SEQ`.
    pub id: String,
    /// The hash of its leaf in the log's tree, in hexadecimal.
    pub hash: String,
    pub event: RecordedEvent,
    /// The event's bytes as they were sealed.
    #[serde(skip)]
    pub sealed: String,
}

impl Record {
    /// Reads an entry of the log.
    pub fn from_entry(index: u64, hash: String, entry: &[u8]) -> Result<Self, AuditError> {
        let bad = |what| AuditError::Entry { index, what };
        let envelope = Envelope::decode(entry).map_err(bad)?;
        Ok(Self {
            index,
            id: envelope.id(),
            hash,
            event: envelope.event().map_err(bad)?,
            sealed: envelope.event.to_owned(),
        })
    }

    /// One line of JSON that holds the event as it was sealed.
    pub fn to_json(&self) -> String {
        format!(
            r#"{{"index":{},"id":"{}","hash":"{}","event":{}}}"#,
            self.index, self.id, self.hash, self.sealed
        )
    }
}

/// A redacted event, read with tolerance: a later Runward may add fields and event types, and
/// redaction may put an object where text was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedEvent {
    pub timestamp: Timestamp,
    /// The name of an [`EventType`], or of one that this Runward does not know yet.
    pub event_type: String,
    pub actor: RecordedActor,
    pub subject: RecordedSubject,
    pub outcome: String,
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    pub project: Option<String>,
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    pub repository: Option<String>,
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    pub severity: Option<String>,
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    pub reason: Option<String>,
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    pub correlation: Option<String>,
    #[serde(
        default,
        deserialize_with = "object",
        skip_serializing_if = "Map::is_empty"
    )]
    pub changes: Map<String, Value>,
    #[serde(
        default,
        deserialize_with = "object",
        skip_serializing_if = "Map::is_empty"
    )]
    pub details: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedActor {
    pub kind: String,
    pub id: String,
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    pub token: Option<String>,
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    pub address: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedSubject {
    pub kind: String,
    pub id: String,
}

impl RecordedEvent {
    /// The event's type, unless a later Runward made it.
    pub fn kind(&self) -> Option<EventType> {
        EventType::from_name(&self.event_type)
    }

    /// How many things a list or an export gave out.
    pub fn result_count(&self) -> Option<i64> {
        self.details.get("result_count").and_then(Value::as_i64)
    }

    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name).and_then(Value::as_str)
    }

    /// Whether it was told by another program, and not seen by Runward itself.
    pub fn is_reported(&self) -> bool {
        self.details.get("reported").and_then(Value::as_bool) == Some(true)
    }

    /// The validation errors of a refused input.
    pub fn validation_errors(&self) -> Vec<String> {
        strings(self.details.get("validation_errors"))
    }

    /// The attack patterns that an input had: `sql/comment`.
    pub fn attack_patterns(&self) -> Vec<String> {
        strings(self.details.get("patterns"))
    }
}

/// The texts of a list: its strings, or of its objects what identifies them.
fn strings(list: Option<&Value>) -> Vec<String> {
    let items = match list {
        Some(Value::Array(items)) => items.as_slice(),
        Some(Value::Null) | None => &[],
        Some(single) => std::slice::from_ref(single),
    };
    items.iter().map(label).collect()
}

fn label(item: &Value) -> String {
    let Value::Object(fields) = item else {
        return plain(item);
    };
    let of = |name: &str| fields.get(name).map(plain);
    match (of("category"), of("id")) {
        (Some(category), Some(id)) => return format!("{category}/{id}"),
        (Some(one), None) | (None, Some(one)) => return one,
        (None, None) => {}
    }
    match (of("field"), of("problem").or_else(|| of("message"))) {
        (Some(field), Some(problem)) => format!("{field}: {problem}"),
        (None, Some(problem)) => problem,
        _ => item.to_string(),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn text<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(input)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

fn object<'de, D: Deserializer<'de>>(input: D) -> Result<Map<String, Value>, D::Error> {
    Ok(match Value::deserialize(input)? {
        Value::Null => Map::new(),
        Value::Object(map) => map,
        other => Map::from_iter([("value".to_owned(), other)]),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn later_fields_and_redacted_texts_are_read() {
        let event: RecordedEvent = serde_json::from_value(json!({
            "v": 1, "timestamp": "2026-02-18T12:00:00Z", "event_type": "from_the_future",
            "actor": {"kind": "robot", "id": "r2", "model": 2},
            "subject": {"kind": "task", "id": "7"}, "outcome": "maybe", "colour": "red",
            "reason": {"cut": "bytes"}, "details": [1, 2],
        }))
        .unwrap();
        assert_eq!(event.kind(), None);
        assert_eq!(event.reason.as_deref(), Some(r#"{"cut":"bytes"}"#));
        assert_eq!(event.details["value"], json!([1, 2]));
    }

    #[test]
    fn patterns_and_errors_have_short_names() {
        let event: RecordedEvent = serde_json::from_value(json!({
            "timestamp": "2026-02-18T12:00:00Z", "event_type": "task_validation_failure",
            "actor": {"kind": "account", "id": "ann"},
            "subject": {"kind": "task", "id": "new"}, "outcome": "failure",
            "details": {
                "validation_errors": ["title: too long", {"field": "tags", "problem": "too many"}],
                "patterns": [{"category": "sql", "id": "comment", "field": "title"}, "xss"],
            },
        }))
        .unwrap();
        assert_eq!(
            event.validation_errors(),
            ["title: too long", "tags: too many"]
        );
        assert_eq!(event.attack_patterns(), ["sql/comment", "xss"]);
    }
}
