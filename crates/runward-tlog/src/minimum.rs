//! The minimum index of a pruned log: a signed statement, so that nobody without the key can pass
//! off a deletion as a prune.

use std::path::Path;

use crate::checkpoint::decimal;
use crate::disk;
use crate::error::LogError;
use crate::keys::Keys;
use crate::note::{Note, NoteError, VerifierKey};

const FILE: &str = "minimum-index";
/// Not an origin line of any checkpoint: it holds a space.
const TITLE: &str = "runward-tlog minimum index v1";

/// Records before `index` are not kept; the statement was made at tree size `size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Minimum {
    pub(crate) index: u64,
    pub(crate) size: u64,
}

impl Minimum {
    pub(crate) fn sign(self, keys: &Keys) -> String {
        let text = format!(
            "{TITLE}\n{}\n{}\n{}\n",
            keys.origin(),
            self.index,
            self.size
        );
        keys.sign(&text).encode()
    }

    pub(crate) fn parse(bytes: &[u8], key: &VerifierKey) -> Result<Self, NoteError> {
        let note = Note::parse(bytes)?;
        note.verify(&[key])?;
        let mut lines = note.text.split('\n');
        let title = lines.next() == Some(TITLE) && lines.next() == Some(key.name());
        let index = lines.next().and_then(decimal);
        let size = lines.next().and_then(decimal);
        match (title, index, size) {
            (true, Some(index), Some(size)) if index <= size => Ok(Self { index, size }),
            _ => Err(NoteError::Malformed(
                "it is not a minimum index of this log",
            )),
        }
    }

    pub(crate) fn load(directory: &Path, key: &VerifierKey) -> Result<Option<Self>, LogError> {
        let bytes = match disk::read(&directory.join(FILE)) {
            Err(error) if error.is_not_found() => return Ok(None),
            other => other?,
        };
        Self::parse(&bytes, key)
            .map(Some)
            .map_err(|e| LogError::damaged(None, format!("file `{FILE}`: {e}")))
    }

    pub(crate) fn save(self, directory: &Path, keys: &Keys) -> Result<(), LogError> {
        disk::replace(&directory.join(FILE), self.sign(keys).as_bytes())
    }
}
