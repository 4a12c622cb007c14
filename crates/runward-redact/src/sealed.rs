//! A sealed event, read back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use runward_model::{Change, EventType, Outcome, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::canonical;

/// No sealed event of any version is longer.
const LARGEST: usize = 1 << 20;

/// A sealed event. Words that a later version may have more of are texts here, and what it adds is
/// kept in `further`, so that a reader of today can show and pass on an event of tomorrow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedEvent {
    pub v: u32,
    pub timestamp: Timestamp,
    pub event_type: String,
    pub actor: SealedActor,
    pub subject: SealedSubject,
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub changes: BTreeMap<String, Change>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
    /// How its redactions were made; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redaction: Option<SealedRedaction>,
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedActor {
    pub kind: String,
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedSubject {
    pub kind: String,
    pub id: String,
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

/// With what an event's redactions were made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedRedaction {
    /// The id of the commitment key.
    pub key: String,
    /// What makes this event's commitments its own.
    pub salt: String,
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

/// Why bytes are no sealed event.
#[derive(Debug, thiserror::Error)]
pub enum UnsealError {
    #[error("the record is too large for an event: {0} bytes")]
    TooLarge(usize),
    #[error("the record is not a sealed event: {0}")]
    Format(#[from] serde_json::Error),
    #[error(
        "the event was redacted with the commitment key `{0}`, which is not among the loaded ones; \
         add that key to the file of keys"
    )]
    UnknownKey(String),
}

/// Reads a sealed event.
pub fn unseal(bytes: &[u8]) -> Result<SealedEvent, UnsealError> {
    if bytes.len() > LARGEST {
        return Err(UnsealError::TooLarge(bytes.len()));
    }
    Ok(serde_json::from_slice(bytes)?)
}

impl SealedEvent {
    /// The canonical bytes: what it was read from, if that was sealed by this program.
    pub fn to_bytes(&self) -> Result<Vec<u8>, UnsealError> {
        let mut bytes = Vec::new();
        canonical::write(&serde_json::to_value(self)?, &mut bytes);
        Ok(bytes)
    }

    /// The type, if this version knows it.
    pub fn kind(&self) -> Option<EventType> {
        EventType::from_name(&self.event_type)
    }

    /// The outcome, if this version knows it.
    pub fn outcome(&self) -> Option<Outcome> {
        [Outcome::Success, Outcome::Failure, Outcome::Denied]
            .into_iter()
            .find(|outcome| outcome.as_str() == self.outcome)
    }

    /// The severity, if there is one and this version knows it.
    pub fn severity(&self) -> Option<Severity> {
        self.severity.as_deref()?.parse().ok()
    }
}
