//! C2SP signed notes: text with detached signatures of named keys.
//!
//! <https://c2sp.org/signed-note>

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature as Ed25519, VerifyingKey};

use crate::hash::short;
use crate::limits::LIMITS;

/// Why a note, key or cosignature was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    #[error("malformed note: {0}; get it again from its source")]
    Malformed(&'static str),
    #[error("malformed key: {0}; expected the form `name+hash+base64`")]
    Key(&'static str),
    #[error("malformed checkpoint: {0}; get it again from the log")]
    Checkpoint(&'static str),
    #[error("malformed proof: {0}; get it again from the log")]
    Proof(&'static str),
    #[error("no signature of `{0}` is on the note; check which key belongs to it")]
    Unsigned(String),
    #[error("the signature of `{0}` is wrong: the text was changed or another key signed it")]
    BadSignature(String),
    #[error(
        "the checkpoint is of log `{found}`, not of `{expected}`; use the checkpoint of this log"
    )]
    Origin { expected: String, found: String },
    #[error("{found} of {needed} required witnesses signed; ask more witnesses for a cosignature")]
    Quorum { needed: usize, found: usize },
    #[error(
        "record {index} is not proven by the checkpoint of {size} records: the entry or the proof was changed"
    )]
    NotIncluded { index: u64, size: u64 },
    #[error("the cosignature is on another checkpoint than the log's; ask the witness again")]
    OtherCheckpoint,
}

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Type 0x01: Ed25519 over the note text.
    Ed25519,
    /// Type 0x04: a timestamped `cosignature/v1` of a witness over a checkpoint.
    Cosignature,
}

impl Algorithm {
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }
}

/// A public key with its name: `name+hash+base64` (a C2SP *vkey*).
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    algorithm: Algorithm,
    key: VerifyingKey,
}

/// Whether `name` may stand in a signature line.
pub(crate) fn valid_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LIMITS.name_bytes
        && !name
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

impl VerifierKey {
    pub(crate) fn new(name: &str, algorithm: Algorithm, key: VerifyingKey) -> Self {
        let id = short::<4>(&[name.as_bytes(), b"\n", &[algorithm.byte()], key.as_bytes()]);
        Self {
            name: name.to_owned(),
            id: u32::from_be_bytes(id),
            algorithm,
            key,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn id(&self) -> u32 {
        self.id
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks one signature of this key over `text`.
    fn check(&self, text: &str, signature: &[u8]) -> Option<Verified> {
        let verified = |time| Verified {
            name: self.name.clone(),
            id: self.id,
            time,
        };
        match self.algorithm {
            Algorithm::Ed25519 => {
                self.ed25519(text.as_bytes(), signature)?;
                Some(verified(None))
            }
            Algorithm::Cosignature => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                if i64::try_from(time).is_err() {
                    return None;
                }
                let message = cosigned_message(text, time);
                self.ed25519(message.as_bytes(), signature)?;
                Some(verified(Some(time)))
            }
        }
    }

    fn ed25519(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        let signature = Ed25519::from_slice(signature).ok()?;
        self.key.verify_strict(message, &signature).ok()
    }
}

/// C2SP tlog-cosignature, "Ed25519 signed message".
pub(crate) fn cosigned_message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut material = vec![self.algorithm.byte()];
        material.extend(self.key.as_bytes());
        write!(
            f,
            "{}+{:08x}+{}",
            self.name,
            self.id,
            STANDARD.encode(material)
        )
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let text = text.trim_end_matches(['\n', '\r']);
        let (name, rest) = text.split_once('+').ok_or(NoteError::Key("no `+`"))?;
        let (id, material) = rest.split_once('+').ok_or(NoteError::Key("no hash"))?;
        if !valid_name(name) {
            return Err(NoteError::Key(
                "the name is empty, too long or holds spaces",
            ));
        }
        let material = STANDARD
            .decode(material)
            .map_err(|_| NoteError::Key("not base64"))?;
        let (algorithm, key) = match material.split_first() {
            Some((1, key)) => (Algorithm::Ed25519, key),
            Some((4, key)) => (Algorithm::Cosignature, key),
            _ => return Err(NoteError::Key("unknown key type, only 1 and 4 are known")),
        };
        let key = <[u8; 32]>::try_from(key).map_err(|_| NoteError::Key("not 32 bytes long"))?;
        let key =
            VerifyingKey::from_bytes(&key).map_err(|_| NoteError::Key("not a curve point"))?;
        let key = Self::new(name, algorithm, key);
        // Compared as text: upper-case hex is not the form of the specification.
        if format!("{:08x}", key.id) == id {
            Ok(key)
        } else {
            Err(NoteError::Key("the hash does not belong to name and key"))
        }
    }
}

/// One signature line, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub name: String,
    pub id: u32,
    pub bytes: Vec<u8>,
}

impl Signature {
    pub(crate) fn line(&self) -> String {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend(&self.bytes);
        format!("— {} {}\n", self.name, STANDARD.encode(bytes))
    }

    fn parse(line: &str) -> Result<Self, NoteError> {
        let rest = line
            .strip_prefix("— ")
            .ok_or(NoteError::Malformed("a signature line lacks its dash"))?;
        let (name, signature) = rest
            .split_once(' ')
            .ok_or(NoteError::Malformed("a signature line lacks its signature"))?;
        if !valid_name(name) {
            return Err(NoteError::Malformed("a signature line has a bad key name"));
        }
        let signature = STANDARD
            .decode(signature)
            .map_err(|_| NoteError::Malformed("a signature is not base64"))?;
        let (id, bytes) = signature
            .split_first_chunk::<4>()
            .filter(|(_, rest)| !rest.is_empty())
            .ok_or(NoteError::Malformed("a signature is too short"))?;
        Ok(Self {
            name: name.to_owned(),
            id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        })
    }

    pub(crate) fn is_of(&self, key: &VerifierKey) -> bool {
        self.name == key.name && self.id == key.id
    }
}

/// A parsed note; nothing in it may be believed before [`Note::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The signed text, its last newline included.
    pub text: String,
    pub signatures: Vec<Signature>,
}

/// A signature that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub name: String,
    pub id: u32,
    /// The time of a cosignature, in seconds since 1970.
    pub time: Option<u64>,
}

impl Note {
    /// Reads a note of at most [`crate::Limits::note_bytes`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > LIMITS.note_bytes {
            return Err(NoteError::Malformed("it is too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NoteError::Malformed("not UTF-8"))?;
        if text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Malformed("it holds control characters"));
        }
        let (text, lines) = text
            .rfind("\n\n")
            .and_then(|at| text.split_at_checked(at + 1))
            .and_then(|(text, rest)| Some((text, rest.strip_prefix('\n')?)))
            .ok_or(NoteError::Malformed("no signatures"))?;
        let lines = lines
            .strip_suffix('\n')
            .ok_or(NoteError::Malformed("the last line is cut"))?;
        let signatures = parse_signatures(lines)?;
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Verifies every signature of a known key. A bad one fails the note; so does having none.
    pub fn verify(&self, keys: &[&VerifierKey]) -> Result<Vec<Verified>, NoteError> {
        let mut verified: Vec<Verified> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = keys.iter().find(|key| signature.is_of(key)) else {
                continue;
            };
            let checked = key
                .check(&self.text, &signature.bytes)
                .ok_or_else(|| NoteError::BadSignature(key.name.clone()))?;
            // A key counts once, however often it signed.
            if !verified
                .iter()
                .any(|v| v.name == key.name && v.id == key.id)
            {
                verified.push(checked);
            }
        }
        if verified.is_empty() {
            let names: Vec<_> = keys.iter().map(|key| key.name.as_str()).collect();
            return Err(NoteError::Unsigned(names.join("`, `")));
        }
        Ok(verified)
    }

    /// The note as text.
    pub fn encode(&self) -> String {
        self.signatures
            .iter()
            .fold(format!("{}\n", self.text), |out, s| out + &s.line())
    }
}

/// Signature lines, without the last newline.
pub(crate) fn parse_signatures(lines: &str) -> Result<Vec<Signature>, NoteError> {
    if lines.split('\n').count() > LIMITS.note_signatures {
        return Err(NoteError::Malformed("too many signatures"));
    }
    lines.split('\n').map(Signature::parse).collect()
}
