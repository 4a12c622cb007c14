//! A name for a secret that does not give it away.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// The key under which fingerprints are made. Without it, a fingerprint says nothing of the secret:
/// a plain hash of a short password can be guessed.
#[derive(Clone)]
pub struct FingerprintKey(Hmac<Sha256>);

impl FingerprintKey {
    /// Any bytes; 32 random ones are best.
    #[allow(
        clippy::default_trait_access,
        reason = "the key's type is of a crate that this one need not name"
    )]
    pub fn new(bytes: &[u8]) -> Self {
        // HMAC takes a key of any length: the error of this function does not occur.
        Self(Hmac::new_from_slice(bytes).unwrap_or_else(|_| Hmac::new(&Default::default())))
    }

    /// The same for the same secret, wherever it stands.
    pub(crate) fn of(&self, secret: &str) -> Fingerprint {
        Fingerprint(hex(&self.tag("runward-secret/1", secret)))
    }

    /// Which key it is, for a baseline to say: sixteen hexadecimal digits.
    pub fn id(&self) -> String {
        let mut id = hex(&self.tag("runward-secret-key/1", ""));
        id.truncate(16);
        id
    }

    fn tag(&self, purpose: &str, text: &str) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FingerprintKey({})", self.id())
    }
}

/// HMAC-SHA-256 of a secret, as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_of_the_secret_and_the_key() {
        let (one, other) = (FingerprintKey::new(b"one"), FingerprintKey::new(b"other"));
        assert_eq!(one.of("a"), one.of("a"));
        assert_ne!(one.of("a"), one.of("b"));
        assert_ne!(one.of("a"), other.of("a"));
        assert_eq!(one.of("a").as_str().len(), 64);
        assert_eq!((one.id().len(), one.id() == other.id()), (16, false));
        assert_eq!(format!("{one:?}"), format!("FingerprintKey({})", one.id()));
    }
}
