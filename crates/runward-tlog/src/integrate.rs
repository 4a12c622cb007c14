//! Integration: the journal becomes tiles, bundles and a published checkpoint.
//!
//! Order is what makes a crash harmless: tiles are durable before the checkpoint names them, the
//! checkpoint is durable before the journal goes. Repeating a step writes the same bytes.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use crate::checkpoint::SignedCheckpoint;
use crate::disk;
use crate::error::LogError;
use crate::journal::{self, Frame};
use crate::log::{Inner, Log, lock, open_lock};
use crate::state::{self, Segment};
use crate::tile::{Kind, Tile, WIDTH};
use crate::tree::Nodes as _;

impl Log {
    /// Integrates the journal into tiles and publishes a checkpoint for it.
    pub fn publish(&self) -> Result<SignedCheckpoint, LogError> {
        let result = self.inner.publish();
        if result.is_ok() {
            self.inner.worker().error = None;
        }
        result
    }

    /// Why the last background integration failed, until one succeeds. Records are safe in the
    /// journal meanwhile.
    pub fn background_error(&self) -> Option<LogError> {
        self.inner.worker().error.clone()
    }
}

impl Inner {
    /// Starts the background integration where enough has gathered.
    pub(crate) fn integrate_if_due(self: &Arc<Self>) {
        let due = {
            let state = self.state();
            state.size() - state.edge.base() >= self.options.journal_records
                || state.bytes >= self.options.journal_bytes
        };
        if !due || !self.options.background {
            return;
        }
        let mut worker = self.worker();
        if worker.running {
            return;
        }
        worker.running = true;
        let inner = Arc::clone(self);
        // The handle of the thread before this one has ended: dropping it detaches nothing alive.
        worker.handle = Some(std::thread::spawn(move || {
            let result = inner.publish();
            let mut worker = inner.worker();
            worker.running = false;
            worker.error = result.err();
        }));
    }

    pub(crate) fn publish(&self) -> Result<SignedCheckpoint, LogError> {
        self.check_usable()?;
        let _turn = self
            .publishing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let lock_file = open_lock(&self.directory, "lock.publish", true)?;
        let _locked = lock(&lock_file, true)?;

        let begun = {
            let mut writer = self.writer();
            self.with_lock(&mut writer, true, Self::begin)?
        };
        let Some(begun) = begun else {
            return state::published(&self.directory, &self.verifier);
        };
        self.write_tiles(&begun)?;
        let path = self.directory.join("checkpoint");
        disk::replace(&path, begun.checkpoint.text.as_bytes())?;
        {
            let mut writer = self.writer();
            self.with_lock(&mut writer, true, |inner, _| {
                inner.state_mut().rebase(begun.checkpoint.size);
                inner.remove_segments(begun.checkpoint.size)
            })?;
        }
        self.remove_partials(begun.base, begun.checkpoint.size)?;
        Ok(begun.checkpoint)
    }

    /// Fixes what is to be integrated and lets later records go to a new journal file.
    fn begin(&self, segment: &mut Option<Segment>) -> Result<Option<Begun>, LogError> {
        self.catch_up(segment, true)?;
        let published = state::published(&self.directory, &self.verifier)?;
        let size = self.state().size();
        if published.size > size {
            let what = "the published checkpoint is ahead of the journal";
            return Err(LogError::damaged(size, what));
        }
        if published.size > self.state().edge.base() {
            self.state_mut().rebase(published.size);
        }
        if published.size == size {
            self.remove_segments(size)?;
            return Ok(None);
        }
        if segment.as_ref().is_none_or(|s| s.start != size) {
            let path = journal::segment(&self.directory, size);
            disk::replace(&path, b"")?;
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(&path)
                .map_err(|e| LogError::io("open", &path, e))?;
            *segment = Some(Segment {
                start: size,
                file,
                len: 0,
            });
        }
        let state = self.state();
        Ok(Some(Begun {
            base: state.edge.base(),
            checkpoint: state.checkpoint(&self.verifier),
            frames: state.frames.iter().map(Arc::clone).collect(),
        }))
    }

    fn remove_segments(&self, size: u64) -> Result<(), LogError> {
        let names = journal::segments(&self.directory)?.unwrap_or_default();
        // Only where a file for later records exists: the newest one always stays.
        let newest = names.last().map_or(0, |name| name.start);
        for name in names {
            if name.start < size && name.start < newest {
                disk::remove(&name.path)?;
            }
        }
        Ok(())
    }

    fn write_tiles(&self, begun: &Begun) -> Result<(), LogError> {
        let (base, size) = (begun.base, begun.checkpoint.size);
        let mut directories = BTreeSet::new();
        for index in base / WIDTH..=(size - 1) / WIDTH {
            if let Some(tile) = Tile::of(Kind::Entries, index, size) {
                let bytes = self.bundle_bytes(begun, tile)?;
                self.put_tile(tile, &bytes, &mut directories)?;
            }
        }
        for level in 0..8 {
            let (old, new) = (base >> (8 * level), size >> (8 * level));
            if old == new {
                break;
            }
            for index in old / WIDTH..=(new - 1) / WIDTH {
                if let Some(tile) = Tile::of(Kind::Hashes(level), index, size) {
                    let bytes = self.tile_bytes(begun, level, tile)?;
                    self.put_tile(tile, &bytes, &mut directories)?;
                }
            }
        }
        directories.iter().try_for_each(|dir| disk::sync_dir(dir))
    }

    fn put_tile(
        &self,
        tile: Tile,
        bytes: &[u8],
        directories: &mut BTreeSet<PathBuf>,
    ) -> Result<(), LogError> {
        let path = tile.path(&self.directory);
        let parent = path.parent().unwrap_or(Path::new("."));
        disk::create_dir(parent)?;
        disk::put(&path, bytes)?;
        directories.insert(parent.to_path_buf());
        Ok(())
    }

    fn bundle_bytes(&self, begun: &Begun, tile: Tile) -> Result<Vec<u8>, LogError> {
        let start = tile.index * WIDTH;
        let mut bytes = Vec::new();
        if begun.base > start {
            let old = Tile {
                width: begun.base - start,
                ..tile
            };
            let bundle = self.store.bundle(old)?;
            let end = bundle.spans.last().map_or(0, |span| span.end);
            bytes.extend(bundle.bytes.get(..end).unwrap_or_default());
        }
        for index in begun.base.max(start)..start + tile.width {
            let entry = begun
                .entry(index)
                .ok_or_else(|| LogError::damaged(index, "it is not in the journal"))?;
            let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
            bytes.extend(length.to_be_bytes());
            bytes.extend(entry);
        }
        Ok(bytes)
    }

    fn tile_bytes(&self, begun: &Begun, level: u32, tile: Tile) -> Result<Vec<u8>, LogError> {
        let mut bytes = Vec::new();
        let published = self.store.nodes(begun.base);
        let start = tile.index * WIDTH;
        for index in start..start + tile.width {
            // Completed since: in memory; before: in the tile that this one replaces.
            let known = self.state().edge.get(8 * level, index);
            let hash = known.map_or_else(|| published.node(8 * level, index), Ok)?;
            bytes.extend(hash.0);
        }
        Ok(bytes)
    }

    /// Partial tiles may go once their full one is there.
    fn remove_partials(&self, base: u64, size: u64) -> Result<(), LogError> {
        let kinds = (0..8).map(Kind::Hashes).chain([Kind::Entries]);
        for kind in kinds {
            let level = if let Kind::Hashes(level) = kind {
                level
            } else {
                0
            };
            // Only the tile that was partial before can have partial forms.
            let index = (base >> (8 * level)) / WIDTH;
            let Some(tile) = Tile::of(kind, index, size).filter(|tile| tile.width == WIDTH) else {
                continue;
            };
            let directory = tile.partials(&self.directory);
            match fs::remove_dir_all(&directory) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err(LogError::io("remove", &directory, e));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What one integration covers.
struct Begun {
    base: u64,
    checkpoint: SignedCheckpoint,
    frames: Vec<Arc<Frame>>,
}

impl Begun {
    fn entry(&self, index: u64) -> Option<&[u8]> {
        let at = self.frames.partition_point(|frame| frame.end() <= index);
        self.frames.get(at)?.entry(index)
    }
}
