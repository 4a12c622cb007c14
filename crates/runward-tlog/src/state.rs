//! What a handle knows of the log: the right edge of the tree and what is still in the journal.

use std::collections::VecDeque;
use std::fs::File;
use std::sync::Arc;

use crate::checkpoint::SignedCheckpoint;
use crate::disk;
use crate::error::LogError;
use crate::hash::Hash;
use crate::journal::{self, Frame, Read};
use crate::minimum::Minimum;
use crate::note::{NoteError, VerifierKey};
use crate::store::Store;
use crate::tree::{Edge, Frontier};
use crate::witness;

/// The log as this handle sees it.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) edge: Edge,
    pub(crate) frames: VecDeque<Arc<Frame>>,
    pub(crate) bytes: usize,
    pub(crate) root: Hash,
    pub(crate) signature: [u8; 64],
    pub(crate) minimum: u64,
}

impl State {
    pub(crate) fn size(&self) -> u64 {
        self.edge.size()
    }

    pub(crate) fn checkpoint(&self, key: &VerifierKey) -> SignedCheckpoint {
        SignedCheckpoint::from_signature(key, self.size(), self.root, &self.signature)
    }

    pub(crate) fn frame_of(&self, index: u64) -> Option<&Arc<Frame>> {
        let at = self.frames.partition_point(|frame| frame.end() <= index);
        self.frames.get(at).filter(|frame| frame.first <= index)
    }

    /// Adds a durable frame; `next` is the tree it leads to.
    pub(crate) fn extend(&mut self, frame: Frame, next: Edge) {
        self.edge.absorb(next);
        self.root = frame.root;
        self.signature = frame.signature;
        self.bytes += frame.bytes.len();
        self.frames.push_back(Arc::new(frame));
    }

    /// Forgets the journal before `base`, which is in tiles now.
    pub(crate) fn rebase(&mut self, base: u64) {
        while let Some(frame) = self.frames.front()
            && frame.end() <= base
        {
            self.bytes -= frame.bytes.len();
            self.frames.pop_front();
        }
        self.edge.rebase(base);
    }

    /// Reads frames that follow this state from the bytes of a journal file. Returns the length
    /// of its whole frames; what follows them is a torn write.
    pub(crate) fn replay(&mut self, mut bytes: &[u8]) -> Result<u64, LogError> {
        let mut good = 0;
        loop {
            match journal::read(bytes) {
                Read::End | Read::Torn => return Ok(good),
                Read::Bad { index, what } => {
                    return Err(LogError::damaged(index.unwrap_or(self.size()), what));
                }
                Read::Frame(frame, leaves) => {
                    let length = frame.bytes.len();
                    good += length as u64;
                    bytes = bytes.get(length..).unwrap_or_default();
                    // Left over where the program stopped between publishing and removing.
                    if frame.end() <= self.edge.base() {
                        continue;
                    }
                    if frame.first != self.size() {
                        let what = "the journal does not continue here: records before it are gone";
                        return Err(LogError::damaged(self.size(), what));
                    }
                    let mut next = Edge::new(&self.edge.frontier());
                    for leaf in leaves {
                        next.push(leaf);
                    }
                    if next.frontier().root() != frame.root {
                        let what =
                            "the journal frame that begins here does not match its signed root";
                        return Err(LogError::damaged(frame.first, what));
                    }
                    self.extend(frame, next);
                }
            }
        }
    }
}

/// The journal file that is written to.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) start: u64,
    pub(crate) file: File,
    /// Length of the whole frames known to this handle.
    pub(crate) len: u64,
}

/// The published checkpoint, verified.
pub(crate) fn published(
    directory: &std::path::Path,
    key: &VerifierKey,
) -> Result<SignedCheckpoint, LogError> {
    let path = directory.join("checkpoint");
    let bytes = disk::read(&path)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| LogError::damaged(None, "the checkpoint is not UTF-8"))?;
    SignedCheckpoint::parse(&text, key).map_err(|error| match error {
        NoteError::Origin { expected, found } => LogError::Foreign {
            what: format!("its origin is `{found}`, the key is for `{expected}`"),
        },
        NoteError::Unsigned(name) => LogError::Foreign {
            what: format!("no signature of key `{name}` is on its checkpoint"),
        },
        other => LogError::damaged(None, format!("file `checkpoint`: {other}")),
    })
}

/// Reads the whole state. The caller holds the commit lock, so nothing changes meanwhile.
pub(crate) fn load(
    directory: &std::path::Path,
    key: &VerifierKey,
    store: &Store,
    write: bool,
) -> Result<(State, Option<Segment>, u64), LogError> {
    let checkpoint = published(directory, key)?;
    let frontier = Frontier::of(&store.nodes(checkpoint.size), checkpoint.size)?;
    if frontier.root() != checkpoint.root {
        let what = "the hash tiles do not lead to the root of the signed checkpoint";
        return Err(LogError::damaged(None, what));
    }
    let signature = checkpoint
        .log_signature(key)
        .ok_or_else(|| LogError::damaged(None, "the checkpoint's signature is cut"))?;
    let mut state = State {
        edge: Edge::new(&frontier),
        frames: VecDeque::new(),
        bytes: 0,
        root: checkpoint.root,
        signature,
        minimum: Minimum::load(directory, key)?.map_or(0, |minimum| minimum.index),
    };
    let Some(names) = journal::segments(directory)? else {
        // A published copy has no journal; a log that is written to always has one.
        return if write {
            Err(LogError::damaged(state.size(), "the journal is missing"))
        } else {
            Ok((state, None, 0))
        };
    };
    let (mut segment, mut torn) = (None, 0);
    let last = names.len().saturating_sub(1);
    for (at, name) in names.iter().enumerate() {
        let bytes = disk::read(&name.path)?;
        let len = state.replay(&bytes)?;
        let rest = bytes.len() as u64 - len;
        if at == last {
            let file = std::fs::OpenOptions::new()
                .read(true)
                .write(write)
                .open(&name.path)
                .map_err(|e| LogError::io("open", &name.path, e))?;
            torn = rest;
            segment = Some(Segment {
                start: name.start,
                file,
                len,
            });
        } else if rest > 0 {
            let what = "a journal file ends in the middle of a record";
            return Err(LogError::damaged(state.size(), what));
        }
    }
    if segment.is_none() && write {
        return Err(LogError::damaged(state.size(), "the journal is missing"));
    }
    verify_head(&state, key)?;
    // Cheap and telling: a witness saw more than there is. Its file being unreadable is for
    // `verify` to report, not a reason to stop recording.
    if let Ok(Some(cosigned)) = witness::load(directory, witness::COSIGNED, key)
        && cosigned.size > state.size()
    {
        let what = format!(
            "a witness cosigned {} records: the log was truncated or replaced by an older copy",
            cosigned.size
        );
        return Err(LogError::damaged(state.size(), what));
    }
    Ok((state, segment, torn))
}

/// One signature covers all frames before it: the root commits to them.
pub(crate) fn verify_head(state: &State, key: &VerifierKey) -> Result<(), LogError> {
    let checkpoint = state.checkpoint(key);
    match SignedCheckpoint::parse(&checkpoint.text, key) {
        Ok(_) => Ok(()),
        Err(_) => Err(LogError::damaged(
            state.frames.back().map(|frame| frame.first),
            "the journal's newest head is not signed by the log's key",
        )),
    }
}
