//! C2SP tlog-proof: a record, where it stands, and why that must be believed, in one text.
//!
//! <https://c2sp.org/tlog-proof>. The `extra` line carries the record itself.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{SignedCheckpoint, decimal};
use crate::hash::Hash;
use crate::limits::LIMITS;
use crate::note::{NoteError, Verified, VerifierKey};
use crate::tree;

const TITLE: &str = "c2sp.org/tlog-proof@v1";

/// A portable proof. Nothing in a parsed one may be believed before [`Proof::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub entry: Vec<u8>,
    pub index: u64,
    /// Audit path from the leaf's sibling to the root's child.
    pub path: Vec<Hash>,
    /// The signed checkpoint with all its signatures.
    pub checkpoint: String,
}

/// How many of which witnesses must have signed.
#[derive(Clone, Debug, Default)]
pub struct WitnessPolicy {
    pub witnesses: Vec<VerifierKey>,
    pub quorum: usize,
}

/// What a proof proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub index: u64,
    pub leaf: Hash,
    pub checkpoint: SignedCheckpoint,
    pub cosignatures: Vec<Verified>,
}

impl Proof {
    /// The proof as text.
    pub fn encode(&self) -> String {
        let mut out = format!("{TITLE}\n");
        if !self.entry.is_empty() {
            let _ = writeln!(out, "extra {}", STANDARD.encode(&self.entry));
        }
        let _ = writeln!(out, "index {}", self.index);
        for hash in &self.path {
            let _ = writeln!(out, "{hash}");
        }
        out + "\n" + &self.checkpoint
    }

    /// Reads a proof of at most [`crate::Limits::proof_bytes`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > LIMITS.proof_bytes {
            return Err(NoteError::Proof("it is too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NoteError::Proof("not UTF-8"))?;
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(NoteError::Proof("the checkpoint is missing"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(TITLE) {
            return Err(NoteError::Proof(
                "it does not begin with `c2sp.org/tlog-proof@v1`",
            ));
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let entry = extra
            .and_then(|line| line.strip_prefix("extra "))
            .map_or_else(
                || Ok(Vec::new()),
                |text| {
                    STANDARD
                        .decode(text)
                        .map_err(|_| NoteError::Proof("the record is not base64"))
                },
            )?;
        if entry.len() > LIMITS.entry_bytes {
            return Err(NoteError::Proof("the record is too long"));
        }
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(decimal)
            .ok_or(NoteError::Proof("the index is missing or not a number"))?;
        let mut path = Vec::new();
        for line in lines {
            if path.len() == LIMITS.proof_hashes {
                return Err(NoteError::Proof("it has too many hashes"));
            }
            path.push(Hash::from_base64(line).ok_or(NoteError::Proof("a line is not a hash"))?);
        }
        Ok(Self {
            entry,
            index,
            path,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// Verifies signatures and path. No log is needed.
    pub fn verify(&self, key: &VerifierKey, policy: &WitnessPolicy) -> Result<Proven, NoteError> {
        let checkpoint = SignedCheckpoint::parse(&self.checkpoint, key)?;
        let cosignatures = checkpoint.cosignatures(&policy.witnesses)?;
        if cosignatures.len() < policy.quorum {
            return Err(NoteError::Quorum {
                needed: policy.quorum,
                found: cosignatures.len(),
            });
        }
        let leaf = Hash::leaf(&self.entry);
        let (size, root) = (checkpoint.size, checkpoint.root);
        if !tree::verify_inclusion(leaf, self.index, size, &self.path, root) {
            let index = self.index;
            return Err(NoteError::NotIncluded { index, size });
        }
        Ok(Proven {
            index: self.index,
            leaf,
            checkpoint,
            cosignatures,
        })
    }
}
