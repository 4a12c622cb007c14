//! Reading records, roots and proofs.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use crate::checkpoint::SignedCheckpoint;
use crate::error::LogError;
use crate::hash::Hash;
use crate::journal::Frame;
use crate::log::{Inner, Log};
use crate::minimum::Minimum;
use crate::proof::Proof;
use crate::tile::{Kind, Tile, WIDTH};
use crate::tree::{self, Frontier, Nodes};

/// Subtrees from memory where they are there, else from tiles.
struct LogNodes<'a>(&'a Inner);

impl Nodes for LogNodes<'_> {
    fn node(&self, level: u32, index: u64) -> Result<Hash, LogError> {
        let (known, base) = {
            let state = self.0.state();
            (state.edge.get(level, index), state.edge.base())
        };
        known.map_or_else(|| self.0.store.nodes(base).node(level, index), Ok)
    }
}

impl Log {
    /// The bytes of a record, checked against its hash.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, LogError> {
        if index == u64::MAX {
            let size = self.size();
            return Err(LogError::OutOfRange { index, size });
        }
        let mut found = Vec::new();
        self.for_each(index..index.saturating_add(1), |_, entry| {
            found = entry.to_vec();
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    /// Calls `visit` with each record of `range` in order, each checked against its hash.
    pub fn for_each(
        &self,
        range: Range<u64>,
        mut visit: impl FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        if range.is_empty() {
            return Ok(());
        }
        self.check_range(range.end)?;
        let minimum = self.minimum_index();
        if range.start < minimum {
            let index = range.start;
            return Err(LogError::Pruned { index, minimum });
        }
        let mut index = range.start;
        while index < range.end {
            let (frame, base) = {
                let state = self.inner.state();
                (state.frame_of(index).map(Arc::clone), state.edge.base())
            };
            let (chunk, start) = match frame {
                Some(frame) => (Chunk::Frame(Arc::clone(&frame)), frame.first),
                None => self.bundle(index, base)?,
            };
            while index < range.end
                && let Some(entry) = chunk.entry(index, start)
            {
                if visit(index, entry).is_break() {
                    return Ok(());
                }
                index += 1;
            }
        }
        Ok(())
    }

    fn bundle(&self, index: u64, base: u64) -> Result<(Chunk, u64), LogError> {
        let tile = Tile::of(Kind::Entries, index / WIDTH, base)
            .filter(|tile| index % WIDTH < tile.width)
            .ok_or_else(|| {
                LogError::damaged(index, "it is neither in a bundle nor in the journal")
            })?;
        let bundle = self.inner.store.bundle(tile).map_err(|error| {
            // Another process may have pruned it.
            match Minimum::load(&self.inner.directory, &self.inner.verifier) {
                Ok(Some(Minimum { index: minimum, .. })) if index < minimum => {
                    LogError::Pruned { index, minimum }
                }
                _ => error,
            }
        })?;
        Ok((Chunk::Bundle(bundle), tile.index * WIDTH))
    }

    fn check_range(&self, end: u64) -> Result<(), LogError> {
        let size = self.size();
        // Another process may have appended since.
        if end > size && end > self.refresh()? {
            return Err(LogError::OutOfRange {
                index: end - 1,
                size: self.size(),
            });
        }
        Ok(())
    }

    fn check_size(&self, size: u64) -> Result<(), LogError> {
        if size > 0 {
            self.check_range(size)?;
        }
        Ok(())
    }

    /// RFC 6962 leaf hash of a record; also of a pruned one.
    pub fn leaf_hash(&self, index: u64) -> Result<Hash, LogError> {
        self.check_range(index.saturating_add(1))?;
        LogNodes(&self.inner).node(0, index)
    }

    /// The root of the tree of the first `size` records.
    pub fn root_at(&self, size: u64) -> Result<Hash, LogError> {
        self.check_size(size)?;
        Ok(Frontier::of(&LogNodes(&self.inner), size)?.root())
    }

    /// RFC 6962 audit path of a record in the tree of the first `size` records.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        self.check_size(size)?;
        tree::inclusion(&LogNodes(&self.inner), index, size)
    }

    /// RFC 6962 proof that the tree of `new` records extends the tree of `old` records.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, LogError> {
        self.check_size(new)?;
        tree::consistency(&LogNodes(&self.inner), old, new)
    }

    /// A stand-alone proof of a record under the newest checkpoint, or under the newest cosigned
    /// one where that covers the record.
    pub fn prove(&self, index: u64) -> Result<Proof, LogError> {
        self.check_range(index.saturating_add(1))?;
        let checkpoint = self
            .cosigned()?
            .filter(|checkpoint| checkpoint.size > index)
            .unwrap_or_else(|| self.checkpoint());
        self.prove_under(index, checkpoint)
    }

    /// A stand-alone proof of a record under a checkpoint of this log.
    pub fn prove_under(&self, index: u64, checkpoint: SignedCheckpoint) -> Result<Proof, LogError> {
        let entry = self.entry(index)?;
        let path = self.inclusion_proof(index, checkpoint.size)?;
        let leaf = Hash::leaf(&entry);
        if !tree::verify_inclusion(leaf, index, checkpoint.size, &path, checkpoint.root) {
            let what = "it does not lead to the root of the signed checkpoint";
            return Err(LogError::damaged(index, what));
        }
        Ok(Proof {
            entry,
            index,
            path,
            checkpoint: checkpoint.text,
        })
    }
}

enum Chunk {
    Frame(Arc<Frame>),
    Bundle(Arc<crate::store::Bundle>),
}

impl Chunk {
    fn entry(&self, index: u64, start: u64) -> Option<&[u8]> {
        match self {
            Self::Frame(frame) => frame.entry(index),
            Self::Bundle(bundle) => bundle.entry(index.checked_sub(start)?),
        }
    }
}
