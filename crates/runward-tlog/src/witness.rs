//! Witnesses: what is sent to them and what comes back (C2SP tlog-witness, tlog-cosignature).

use std::fmt::Write as _;

use crate::checkpoint::SignedCheckpoint;
use crate::disk;
use crate::error::LogError;
use crate::log::{Log, lock, open_lock};
use crate::note::{Algorithm, Note, NoteError, Verified, VerifierKey, parse_signatures};
use crate::state;

/// The newest checkpoint that a witness cosigned.
pub(crate) const COSIGNED: &str = "cosigned";
/// The checkpoint that was last sent to witnesses.
const REQUESTED: &str = "cosigned.requested";

impl Log {
    /// The newest checkpoint with a cosignature of a configured witness, if there is one.
    pub fn cosigned(&self) -> Result<Option<SignedCheckpoint>, LogError> {
        let found = self.stored(COSIGNED)?;
        Ok(found.filter(|checkpoint| {
            checkpoint
                .cosignatures(&self.inner.options.witnesses)
                .is_ok_and(|cosignatures| !cosignatures.is_empty())
        }))
    }

    fn stored(&self, name: &str) -> Result<Option<SignedCheckpoint>, LogError> {
        load(&self.inner.directory, name, &self.inner.verifier)
    }

    /// The body of an `add-checkpoint` request, from the last cosigned size on.
    pub fn witness_request(&self) -> Result<String, LogError> {
        let old = self.cosigned()?.map_or(0, |checkpoint| checkpoint.size);
        self.witness_request_from(old)
    }

    /// The body of an `add-checkpoint` request, from the size that a witness answered with.
    pub fn witness_request_from(&self, old: u64) -> Result<String, LogError> {
        let checkpoint = self.publish()?;
        let proof = self.consistency_proof(old, checkpoint.size)?;
        let path = self.inner.directory.join(REQUESTED);
        disk::replace(&path, checkpoint.text.as_bytes())?;
        let mut body = format!("old {old}\n");
        for hash in proof {
            let _ = writeln!(body, "{hash}");
        }
        Ok(body + "\n" + &checkpoint.text)
    }

    /// Takes the cosignatures of configured witnesses from a cosigned checkpoint or from the bare
    /// signature lines of a witness's answer, stores them and publishes them with the checkpoint.
    pub fn add_cosignature(&self, text: &str) -> Result<Vec<Verified>, LogError> {
        self.inner.check_usable()?;
        let lock_file = open_lock(&self.inner.directory, "lock.publish", true)?;
        let _locked = lock(&lock_file, true)?;
        let published = state::published(&self.inner.directory, &self.inner.verifier)?;
        let bare = text.starts_with('—');
        let (signatures, candidates) = if bare {
            let lines = text.strip_suffix('\n').unwrap_or(text);
            let mut candidates = vec![published.clone()];
            candidates.extend(self.stored(REQUESTED)?);
            (parse_signatures(lines)?, candidates)
        } else {
            let checkpoint = SignedCheckpoint::parse(text, &self.inner.verifier)?;
            (Note::parse(text.as_bytes())?.signatures, vec![checkpoint])
        };
        let mut refused = NoteError::OtherCheckpoint;
        for candidate in candidates {
            match self.accept(&candidate, &signatures) {
                Ok((checkpoint, verified)) => {
                    self.keep(&checkpoint, &published)?;
                    return Ok(verified);
                }
                Err(error) => refused = error,
            }
        }
        Err(refused.into())
    }

    fn accept(
        &self,
        candidate: &SignedCheckpoint,
        signatures: &[crate::note::Signature],
    ) -> Result<(SignedCheckpoint, Vec<Verified>), NoteError> {
        let witnesses: Vec<_> = self
            .inner
            .options
            .witnesses
            .iter()
            .filter(|key| key.algorithm() == Algorithm::Cosignature)
            .collect();
        let known: Vec<_> = signatures
            .iter()
            .filter(|signature| witnesses.iter().any(|key| signature.is_of(key)))
            .cloned()
            .collect();
        let note = Note {
            text: candidate.body().to_owned(),
            signatures: known.clone(),
        };
        let verified = note.verify(&witnesses)?;
        let root = self
            .root_at(candidate.size)
            .map_err(|_| NoteError::OtherCheckpoint)?;
        if root != candidate.root {
            return Err(NoteError::OtherCheckpoint);
        }
        Ok((candidate.with(&known)?, verified))
    }

    fn keep(
        &self,
        checkpoint: &SignedCheckpoint,
        published: &SignedCheckpoint,
    ) -> Result<(), LogError> {
        let witnesses = &self.inner.options.witnesses;
        let mut merged = checkpoint.clone();
        let before = self.stored(COSIGNED)?;
        if let Some(before) = before {
            if before.size > checkpoint.size {
                return Ok(());
            }
            if before.body() == checkpoint.body() {
                // Cosignatures of other witnesses on the same head stay.
                let ours = Note::parse(checkpoint.text.as_bytes())?.signatures;
                merged = before.with(&ours)?;
            }
        }
        merged.cosignatures(witnesses)?;
        let directory = &self.inner.directory;
        disk::replace(&directory.join(COSIGNED), merged.text.as_bytes())?;
        if published.body() == merged.body() {
            disk::replace(&directory.join("checkpoint"), merged.text.as_bytes())?;
        }
        Ok(())
    }
}

/// A checkpoint kept beside the log; one that is not signed by the log's key is damage.
pub(crate) fn load(
    directory: &std::path::Path,
    name: &str,
    key: &VerifierKey,
) -> Result<Option<SignedCheckpoint>, LogError> {
    let bytes = match disk::read(&directory.join(name)) {
        Err(error) if error.is_not_found() => return Ok(None),
        other => other?,
    };
    let text = String::from_utf8_lossy(&bytes);
    SignedCheckpoint::parse(&text, key)
        .map(Some)
        .map_err(|e| LogError::damaged(None, format!("file `{name}`: {e}")))
}

/// The checkpoints that stand beside a log, for verification: file name and what it holds.
pub(crate) fn stored(
    directory: &std::path::Path,
    key: &VerifierKey,
) -> [(&'static str, Result<Option<SignedCheckpoint>, LogError>); 2] {
    [COSIGNED, REQUESTED].map(|name| (name, load(directory, name, key)))
}
