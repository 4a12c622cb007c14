//! Keyed commitments.
//!
//! Each event has a salt: a MAC over all of the event as it was. From it comes the event's own key,
//! and a commitment is a MAC under that key over the place and the canonical bytes of the value. So
//! - without the key nothing can be guessed, not even a boolean;
//! - equal values have different commitments in different events, and at different places of one,
//!   so that a reader of the log cannot tell who shares a password or that a flag did not change;
//! - the same event is always sealed into the same bytes.

use hmac::{Hmac, KeyInit, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::canonical::{self, Sink};

pub(crate) type Mac = Hmac<Sha256>;

/// How many hexadecimal digits of a commitment stand in a text.
pub(crate) const SHORT: usize = 16;

struct Hashing(Mac);

impl Sink for Hashing {
    fn put(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// A MAC of what is written, in hexadecimal digits.
pub(crate) fn mac(keyed: &Mac, domain: &str, write: impl FnOnce(&mut dyn FnMut(&[u8]))) -> String {
    let mut mac = keyed.clone();
    mac.update(domain.as_bytes());
    mac.update(&[0]);
    write(&mut |bytes| mac.update(bytes));
    runward_model::hex(&mac.finalize().into_bytes())
}

pub(crate) fn keyed(secret: &[u8]) -> Mac {
    // HMAC takes keys of any length; the error cannot occur, and the fallback hides nothing that
    // a longer key would have shown.
    Mac::new_from_slice(secret).unwrap_or_else(|_| Mac::new(&hmac::digest::Key::<Mac>::default()))
}

/// The key of one event.
pub(crate) struct EventKey {
    pub(crate) id: String,
    pub(crate) salt: String,
    mac: Mac,
}

impl EventKey {
    pub(crate) fn new(key: &Mac, id: &str, salt: &str) -> Self {
        let derived = mac(key, "runward.redact.event.1", |put| put(salt.as_bytes()));
        Self {
            id: id.to_owned(),
            salt: salt.to_owned(),
            mac: keyed(derived.as_bytes()),
        }
    }

    /// The digits of the commitment to a value at a place.
    pub(crate) fn digits(&self, path: &str, value: &Value) -> String {
        self.digits_of(path, |sink| canonical::write(value, sink))
    }

    pub(crate) fn digits_of_text(&self, path: &str, text: &str) -> String {
        self.digits_of(path, |sink| canonical::text(text, sink))
    }

    pub(crate) fn digits_of_list(&self, path: &str, items: &[Value]) -> String {
        self.digits_of(path, |sink| {
            sink.put(b"[");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    sink.put(b",");
                }
                canonical::write(item, sink);
            }
            sink.put(b"]");
        })
    }

    fn digits_of(&self, path: &str, write: impl FnOnce(&mut Hashing)) -> String {
        let mut mac = self.mac.clone();
        mac.update(b"runward.redact.value.1\0");
        mac.update(&(path.len() as u64).to_be_bytes());
        mac.update(path.as_bytes());
        let mut hashing = Hashing(mac);
        write(&mut hashing);
        runward_model::hex(&hashing.0.finalize().into_bytes())
    }

    /// A commitment as it is written into an event.
    pub(crate) fn written(&self, digits: &str) -> String {
        format!("hmac-sha256:{}:{digits}", self.id)
    }
}

/// The part of a commitment that stands in a text.
pub(crate) fn short(digits: &str) -> &str {
    digits.get(..SHORT).unwrap_or(digits)
}

/// Compares without telling by time where the difference is.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
