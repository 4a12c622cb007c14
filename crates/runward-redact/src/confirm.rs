//! Whether a value is the one that was redacted.

use serde_json::Value;

use crate::{
    CommitmentKey, Redactor, SealedEvent, UnsealError,
    commitment::{EventKey, same, short},
    pointer, sealed, text,
    walk::Walk,
};

/// What a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The value that was redacted or cut there.
    Yes,
    /// Another value.
    No,
    /// Nothing was redacted there.
    NotRedacted,
    NoSuchPath,
}

impl Redactor {
    /// Reads a sealed event.
    pub fn unseal(&self, sealed: &[u8]) -> Result<SealedEvent, UnsealError> {
        sealed::unseal(sealed)
    }

    /// Whether `candidate` is what was redacted at `path`: a JSON pointer into the sealed event
    /// (`/details/password`), or names joined by points. Of a text with secrets taken out, a
    /// candidate may be one of the secrets, or all of the text.
    pub fn confirm(
        &self,
        sealed: &[u8],
        path: &str,
        candidate: &Value,
    ) -> Result<Confirmed, UnsealError> {
        let event = sealed::unseal(sealed)?;
        let path = pointer::normal(path);
        let whole = serde_json::to_value(&event)?;
        let Some(value) = whole.pointer(&path) else {
            return Ok(Confirmed::NoSuchPath);
        };
        let Some(redaction) = &event.redaction else {
            return Ok(Confirmed::NotRedacted);
        };
        let key = self.event_key(&redaction.key, &redaction.salt)?;
        let in_key = Self::in_key(&key, &path, candidate);
        let in_value = match value {
            Value::Object(map) if map.contains_key("redacted") || map.contains_key("cut") => map
                .get("commitment")
                .and_then(Value::as_str)
                .map(|written| self.holds(key, &path, written, candidate)),
            Value::String(text) if text::marks(text).next().is_some() => {
                Some(self.holds_in_text(key, &path, text, candidate))
            }
            _ => None,
        };
        Ok(match (in_value, in_key) {
            (None, None) => Confirmed::NotRedacted,
            (Some(true), _) | (_, Some(true)) => Confirmed::Yes,
            _ => Confirmed::No,
        })
    }

    fn event_key(&self, id: &str, salt: &str) -> Result<EventKey, UnsealError> {
        let mut keys = std::iter::once(&self.key).chain(&self.retired);
        let key: &CommitmentKey = keys
            .find(|key| key.id() == id)
            .ok_or_else(|| UnsealError::UnknownKey(id.to_owned()))?;
        Ok(EventKey::new(&key.mac(), id, salt))
    }

    fn holds(&self, key: EventKey, path: &str, written: &str, candidate: &Value) -> bool {
        if same(&key.written(&key.digits(path, candidate)), written) {
            return true;
        }
        // What was cut to make the event fit had been redacted before.
        let mut walk = Walk::again(self, key);
        let redacted = walk.value_at(path, candidate);
        let key = walk.key();
        same(&key.written(&key.digits(path, &redacted)), written)
    }

    fn holds_in_text(&self, key: EventKey, path: &str, text: &str, candidate: &Value) -> bool {
        let Value::String(candidate) = candidate else {
            return false;
        };
        if in_marks(&key, path, text, candidate) {
            return true;
        }
        let mut walk = Walk::again(self, key);
        same(&walk.text_at(path, candidate), text)
    }

    /// A secret in the last key of the path, which was committed to at its object's place.
    fn in_key(key: &EventKey, path: &str, candidate: &Value) -> Option<bool> {
        let (parent, name) = path.rsplit_once('/')?;
        let name = name.replace("~1", "/").replace("~0", "~");
        text::marks(&name).next()?;
        let candidate = candidate.as_str();
        Some(candidate.is_some_and(|candidate| in_marks(key, parent, &name, candidate)))
    }
}

/// Whether one of a text's marks stands for the candidate. All are compared: how long it takes
/// says nothing.
fn in_marks(key: &EventKey, path: &str, text: &str, candidate: &str) -> bool {
    let digits = key.digits_of_text(path, candidate);
    let mut found = false;
    for mark in text::marks(text) {
        let mark = text.get(mark).and_then(text::digits).unwrap_or_default();
        found |= same(mark, short(&digits));
    }
    found
}
