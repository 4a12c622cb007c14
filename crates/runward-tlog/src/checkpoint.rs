//! C2SP checkpoints: signed tree heads as notes.
//!
//! <https://c2sp.org/tlog-checkpoint>

use crate::hash::Hash;
use crate::keys::Keys;
use crate::note::{Algorithm, Note, NoteError, Signature, Verified, VerifierKey};

/// A tree head whose signature by the log's key was verified (or just made).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    /// The whole note: body, blank line, signatures.
    pub text: String,
    body: String,
}

/// The text that is signed.
pub(crate) fn body(origin: &str, size: u64, root: Hash) -> String {
    format!("{origin}\n{size}\n{root}\n")
}

/// Decimal without leading zeroes.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

impl SignedCheckpoint {
    /// Reads a checkpoint and verifies the signature of the log's key.
    pub fn parse(text: &str, key: &VerifierKey) -> Result<Self, NoteError> {
        let note = Note::parse(text.as_bytes())?;
        let (origin, size, root) = parse_body(&note.text)?;
        if origin != key.name() {
            return Err(NoteError::Origin {
                expected: key.name().to_owned(),
                found: origin,
            });
        }
        note.verify(&[key])?;
        Ok(Self {
            origin,
            size,
            root,
            text: note.encode(),
            body: note.text,
        })
    }

    pub(crate) fn from_signature(
        key: &VerifierKey,
        size: u64,
        root: Hash,
        signature: &[u8; 64],
    ) -> Self {
        let body = body(key.name(), size, root);
        let line = Signature {
            name: key.name().to_owned(),
            id: key.id(),
            bytes: signature.to_vec(),
        };
        Self {
            origin: key.name().to_owned(),
            size,
            root,
            text: format!("{body}\n{}", line.line()),
            body,
        }
    }

    pub(crate) fn sign(keys: &Keys, size: u64, root: Hash) -> Self {
        let signature = keys.sign_bytes(&body(keys.origin(), size, root));
        Self::from_signature(keys.verifier(), size, root, &signature)
    }

    /// The signed text without signatures.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The log key's own raw signature.
    pub(crate) fn log_signature(&self, key: &VerifierKey) -> Option<[u8; 64]> {
        Note::parse(self.text.as_bytes())
            .ok()?
            .signatures
            .into_iter()
            .find(|s| s.is_of(key))
            .and_then(|s| s.bytes.try_into().ok())
    }

    /// The cosignatures on this checkpoint by any of `witnesses`; a wrong one is an error.
    pub fn cosignatures(&self, witnesses: &[VerifierKey]) -> Result<Vec<Verified>, NoteError> {
        let note = Note::parse(self.text.as_bytes())?;
        let keys: Vec<_> = witnesses
            .iter()
            .filter(|key| key.algorithm() == Algorithm::Cosignature)
            .collect();
        match note.verify(&keys) {
            Err(NoteError::Unsigned(_)) => Ok(Vec::new()),
            other => other,
        }
    }

    /// This checkpoint with more signatures; the same key's signature is replaced.
    pub(crate) fn with(&self, more: &[Signature]) -> Result<Self, NoteError> {
        let mut note = Note::parse(self.text.as_bytes())?;
        for signature in more {
            note.signatures
                .retain(|s| s.name != signature.name || s.id != signature.id);
            note.signatures.push(signature.clone());
        }
        Ok(Self {
            text: note.encode(),
            ..self.clone()
        })
    }
}

/// Origin, size and root of a checkpoint's text; extension lines are allowed and ignored.
pub(crate) fn parse_body(text: &str) -> Result<(String, u64, Hash), NoteError> {
    let mut lines = text
        .strip_suffix('\n')
        .ok_or(NoteError::Checkpoint("the last line is cut"))?
        .split('\n');
    let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
        return Err(NoteError::Checkpoint("lines are missing"));
    };
    if origin.is_empty() || lines.any(str::is_empty) {
        return Err(NoteError::Checkpoint("it holds an empty line"));
    }
    let size = decimal(size).ok_or(NoteError::Checkpoint("the size is not a number"))?;
    let root = Hash::from_base64(root).ok_or(NoteError::Checkpoint("the root is not a hash"))?;
    if size == 0 && root != Hash::empty() {
        return Err(NoteError::Checkpoint("an empty tree has another root"));
    }
    Ok((origin.to_owned(), size, root))
}
