//! Reading tiles and bundles from the directory, with a small cache.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::disk;
use crate::error::LogError;
use crate::hash::Hash;
use crate::tile::{self, Kind, Tile, WIDTH};
use crate::tree::Nodes;

/// Tiles kept in memory: 8 KB each; a proof of 10 M records needs three.
const CACHED_TILES: usize = 64;

/// A decoded entry bundle.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) bytes: Vec<u8>,
    pub(crate) spans: Vec<Range<usize>>,
}

impl Bundle {
    pub(crate) fn entry(&self, at: u64) -> Option<&[u8]> {
        let span = self.spans.get(usize::try_from(at).ok()?)?;
        self.bytes.get(span.clone())
    }
}

#[derive(Debug, Default)]
struct Cache {
    tiles: VecDeque<(Tile, Arc<Vec<Hash>>)>,
    bundle: Option<(Tile, Arc<Bundle>)>,
}

/// The published files of a log.
#[derive(Debug)]
pub(crate) struct Store {
    directory: PathBuf,
    cache: Mutex<Cache>,
}

impl Store {
    pub(crate) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_path_buf(),
            cache: Mutex::default(),
        }
    }

    /// The bytes of a tile; where its partial form is gone, the full one serves (as C2SP allows).
    /// Returns whether it is the full one.
    pub(crate) fn bytes(&self, tile: Tile) -> Result<(Vec<u8>, bool), LogError> {
        if tile.width < WIDTH {
            match disk::read(&tile.path(&self.directory)) {
                Err(error) if error.is_not_found() => {}
                other => return other.map(|bytes| (bytes, false)),
            }
        }
        disk::read(&tile.full().path(&self.directory)).map(|bytes| (bytes, true))
    }

    /// The widths in which a partial form of `tile` is there.
    pub(crate) fn partial_widths(&self, tile: Tile) -> impl Iterator<Item = u64> {
        let list = std::fs::read_dir(tile.partials(&self.directory));
        list.into_iter()
            .flatten()
            .filter_map(|item| item.ok()?.file_name().to_str()?.parse().ok())
            .filter(|width| (1..WIDTH).contains(width))
    }

    /// The hashes of a tile, not verified against anything.
    pub(crate) fn tile(&self, tile: Tile) -> Result<Arc<Vec<Hash>>, LogError> {
        if let Some(found) = self.cached(tile) {
            return Ok(found);
        }
        let (bytes, full) = self.bytes(tile).map_err(|e| missing(tile, e))?;
        let width = if full { WIDTH } else { tile.width };
        let mut hashes = tile::hashes(&bytes, width).ok_or_else(|| {
            let what = format!("hash tile `{}` has the wrong length", tile.name());
            LogError::damaged(None, what)
        })?;
        hashes.truncate(usize::try_from(tile.width).unwrap_or(usize::MAX));
        let hashes = Arc::new(hashes);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.tiles.len() >= CACHED_TILES {
            cache.tiles.pop_back();
        }
        cache.tiles.push_front((tile, Arc::clone(&hashes)));
        Ok(hashes)
    }

    fn cached(&self, tile: Tile) -> Option<Arc<Vec<Hash>>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let at = cache.tiles.iter().position(|(t, _)| *t == tile)?;
        let hit = cache.tiles.remove(at)?;
        let hashes = Arc::clone(&hit.1);
        cache.tiles.push_front(hit);
        Some(hashes)
    }

    /// A bundle whose every entry matches its hash tile.
    pub(crate) fn bundle(&self, tile: Tile) -> Result<Arc<Bundle>, LogError> {
        {
            let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((cached, bundle)) = &cache.bundle
                && *cached == tile
            {
                return Ok(Arc::clone(bundle));
            }
        }
        let start = tile.index * WIDTH;
        let (bytes, full) = self.bytes(tile).map_err(|e| missing(tile, e))?;
        let count = if full { WIDTH } else { tile.width };
        let (mut spans, bad) = tile::spans(&bytes, usize::try_from(count).unwrap_or(0));
        let hashes = self.tile(Tile {
            kind: Kind::Hashes(0),
            ..tile
        })?;
        for ((index, span), hash) in (start..).zip(&spans).zip(hashes.iter()) {
            if Hash::leaf(bytes.get(span.clone()).unwrap_or_default()) != *hash {
                let what = "its bytes do not match its hash";
                return Err(LogError::damaged(index, what));
            }
        }
        if let Some(bad) = bad {
            return Err(LogError::damaged(start + bad.entries as u64, bad.what));
        }
        spans.truncate(usize::try_from(tile.width).unwrap_or(usize::MAX));
        let bundle = Arc::new(Bundle { bytes, spans });
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.bundle = Some((tile, Arc::clone(&bundle)));
        Ok(bundle)
    }

    pub(crate) fn forget(&self) {
        *self.cache.lock().unwrap_or_else(PoisonError::into_inner) = Cache::default();
    }

    /// The complete subtrees within the first `size` leaves.
    pub(crate) fn nodes(&self, size: u64) -> TileNodes<'_> {
        TileNodes { store: self, size }
    }
}

fn missing(tile: Tile, error: LogError) -> LogError {
    if !error.is_not_found() {
        return error;
    }
    let index = (tile.kind == Kind::Entries).then_some(tile.index * WIDTH);
    LogError::damaged(index, format!("file `{}` is missing", tile.name()))
}

/// Subtree hashes computed from the tiles of a tree of `size`.
pub(crate) struct TileNodes<'a> {
    store: &'a Store,
    size: u64,
}

impl Nodes for TileNodes<'_> {
    fn node(&self, level: u32, index: u64) -> Result<Hash, LogError> {
        let out_of_range = LogError::OutOfRange {
            index,
            size: self.size,
        };
        let height = level % 8;
        let first = index << height;
        let tile = Tile::of(Kind::Hashes(level / 8), first / WIDTH, self.size);
        let hashes = self.store.tile(tile.ok_or(out_of_range.clone())?)?;
        let start = usize::try_from(first % WIDTH).unwrap_or(usize::MAX);
        hashes
            .get(start..start + (1 << height))
            .map(tile::root)
            .ok_or(out_of_range)
    }
}
