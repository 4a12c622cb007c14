//! The way in.

use runward_model::Event;
use runward_secrets::Detectors;

use crate::{
    CommitmentKey, Limits, Rules,
    canonical::{self, Header},
    commitment::Mac,
    cut,
    walk::Walk,
};

/// Redacts and seals events.
#[derive(Debug)]
pub struct Redactor {
    pub(crate) key: CommitmentKey,
    pub(crate) retired: Vec<CommitmentKey>,
    pub(crate) rules: Rules,
    pub(crate) detectors: Detectors,
    mac: Mac,
}

/// An event without its secrets, and what was taken out.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted {
    pub event: Event,
    pub redactions: Vec<Redaction>,
}

/// Something that was taken out of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// A JSON pointer into the sealed event.
    pub path: String,
    /// `field:description`, `name:password`, a detector's id, or `cut:…`.
    pub rule: String,
    pub commitment: String,
}

/// Why an event could not be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error(
        "the event is too large to be recorded: {bytes} bytes of at most {limit} even after its \
         details were cut; shorten its names and reason"
    )]
    TooLarge { bytes: usize, limit: usize },
}

impl Redactor {
    /// A redactor that commits with `key`.
    pub fn new(key: CommitmentKey, rules: Rules) -> Self {
        Self {
            mac: key.mac(),
            key,
            retired: Vec::new(),
            detectors: Detectors::with_names(rules.names.clone()),
            rules,
        }
    }

    /// With keys that are no longer used, to confirm what was redacted with them.
    #[must_use]
    pub fn with_retired(mut self, keys: impl IntoIterator<Item = CommitmentKey>) -> Self {
        self.retired.extend(keys);
        self
    }

    /// The event without its secrets. The given one is left as it is.
    pub fn redact(&self, event: &Event) -> Redacted {
        let mut walk = Walk::of(self, event, &self.mac);
        Redacted {
            event: walk.event(event),
            redactions: walk.redactions,
        }
    }

    /// The bytes to store and to hash: redacted, bounded and canonical. The same event always gives
    /// the same bytes under the same key and rules.
    pub fn seal(&self, event: &Event) -> Result<Vec<u8>, SealError> {
        let mut walk = Walk::of(self, event, &self.mac);
        let mut redacted = walk.event(event);
        let limit = self.rules.limits.sealed_bytes.max(50_000);
        let mut bytes = Vec::with_capacity(1024);
        write(&redacted, &walk, &mut bytes);
        // An estimate of what is gained may be a little off: a second look settles it.
        for _ in 0..3 {
            if bytes.len() <= limit {
                return Ok(bytes);
            }
            let excess = bytes.len() - limit;
            cut::shorten(&mut redacted, &mut walk, excess + 200);
            bytes.clear();
            write(&redacted, &walk, &mut bytes);
        }
        if bytes.len() <= limit {
            return Ok(bytes);
        }
        Err(SealError::TooLarge {
            bytes: bytes.len(),
            limit,
        })
    }

    /// How much of an event is kept.
    pub fn limits(&self) -> &Limits {
        &self.rules.limits
    }
}

fn write(event: &Event, walk: &Walk<'_>, bytes: &mut Vec<u8>) {
    let header = walk.used_key().map(|key| Header {
        key: &key.id,
        salt: &key.salt,
    });
    canonical::event(event, header.as_ref(), bytes);
}

#[cfg(test)]
#[path = "redactor_tests.rs"]
mod tests;
