//! Pruning: old entry bundles go to an archive; all hashes stay, so every proof stays valid.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::checkpoint::decimal;
use crate::disk;
use crate::error::LogError;
use crate::log::{Inner, Log, lock, open_lock};
use crate::minimum::Minimum;
use crate::note::VerifierKey;
use crate::state;
use crate::tile::{Kind, Tile, WIDTH};
use crate::verify::{self, VerifyOptions, whole_bundles};

/// What a prune did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// The records that went, whole bundles only.
    pub range: Range<u64>,
    /// Records before this index are no longer kept.
    pub minimum_index: u64,
    pub archive: PathBuf,
    /// Bytes of the bundles that were archived and removed.
    pub bytes: u64,
}

const MANIFEST: &str = "archived-";

impl Log {
    /// Archives the bundles that lie wholly before `before_index` in `archive_dir`, verifies the
    /// archive, then removes them. The archive can be verified without the log
    /// ([`crate::verify::archive`]); several prunes may share one.
    pub fn prune(&self, before_index: u64, archive_dir: &Path) -> Result<Pruned, LogError> {
        let keys = self.inner.check_usable()?;
        let checkpoint = self.publish()?;
        let lock_file = open_lock(&self.inner.directory, "lock.publish", true)?;
        let _locked = lock(&lock_file, true)?;
        if before_index > checkpoint.size {
            return Err(LogError::OutOfRange {
                index: before_index,
                size: checkpoint.size,
            });
        }
        let inner = &self.inner;
        let from = Minimum::load(&inner.directory, &inner.verifier)?.map_or(0, |m| m.index);
        let to = whole_bundles(before_index).max(from);
        let mut pruned = Pruned {
            range: from..to,
            minimum_index: to,
            archive: archive_dir.to_path_buf(),
            bytes: 0,
        };
        if from == to {
            inner.remove_bundles(to)?;
            return Ok(pruned);
        }
        let minimum = Minimum {
            index: to,
            size: checkpoint.size,
        };
        pruned.bytes = inner.archive(&pruned.range, archive_dir)?;
        let name = format!("{MANIFEST}{from}-{to}");
        disk::replace(&archive_dir.join(name), minimum.sign(keys).as_bytes())?;
        check_archive(archive_dir, &inner.verifier)?;
        // Stated before it is done: a crash between leaves bundles that the next prune removes.
        minimum.save(&inner.directory, keys)?;
        inner.state_mut().minimum = to;
        inner.remove_bundles(to)?;
        Ok(pruned)
    }
}

fn check_archive(archive: &Path, key: &VerifierKey) -> Result<(), LogError> {
    let report = verify::archive(archive, key, &VerifyOptions::default())?;
    if report.ok {
        return Ok(());
    }
    let index = report.first_bad.as_ref().map(|bad| bad.index);
    let what = report.first_bad.map_or_else(
        || {
            report
                .problems
                .first()
                .map_or_else(String::new, ToString::to_string)
        },
        |bad| bad.what,
    );
    let archive = archive.display();
    let what = format!("nothing was pruned, the archive in `{archive}` does not verify: {what}");
    Err(LogError::damaged(index, what))
}

impl Inner {
    /// Copies bundles and their hash tiles, all upper tiles and the right edge, then the
    /// checkpoint: a log directory with holes.
    fn archive(&self, range: &Range<u64>, archive: &Path) -> Result<u64, LogError> {
        let checkpoint = state::published(&self.directory, &self.verifier)?;
        let size = checkpoint.size;
        let mut bytes = 0;
        for index in range.start / WIDTH..range.end / WIDTH {
            for kind in [Kind::Entries, Kind::Hashes(0)] {
                let copied = self.copy_tile(Tile::of(kind, index, size), archive)?;
                bytes += if kind == Kind::Entries { copied } else { 0 };
            }
        }
        self.copy_tile(Tile::of(Kind::Hashes(0), size / WIDTH, size), archive)?;
        for level in 1..8 {
            for index in 0..(size >> (8 * level)).div_ceil(WIDTH) {
                self.copy_tile(Tile::of(Kind::Hashes(level), index, size), archive)?;
            }
        }
        let text = checkpoint.text.as_bytes();
        disk::replace(&archive.join("checkpoint"), text)?;
        Ok(bytes)
    }

    fn copy_tile(&self, tile: Option<Tile>, archive: &Path) -> Result<u64, LogError> {
        let Some(tile) = tile else { return Ok(0) };
        let (bytes, full) = self.store.bytes(tile)?;
        let tile = if full { tile.full() } else { tile };
        let path = tile.path(archive);
        let parent = path.parent().unwrap_or(archive);
        disk::create_dir(parent)?;
        disk::replace(&path, &bytes)?;
        Ok(bytes.len() as u64)
    }

    /// Removes bundles below the minimum that are still there. They are looked for from the
    /// newest down to the first gap and removed from the oldest up, so that what a crash leaves is
    /// found again, and repeated prunes do not walk over all that ever was.
    fn remove_bundles(&self, minimum: u64) -> Result<(), LogError> {
        let bundles = (0..minimum / WIDTH).rev().map(|index| {
            let tile = Tile {
                kind: Kind::Entries,
                index,
                width: WIDTH,
            };
            tile.path(&self.directory)
        });
        let found: Vec<_> = bundles.take_while(|path| path.exists()).collect();
        let mut directories = BTreeSet::new();
        for path in found.iter().rev() {
            disk::remove(path)?;
            directories.extend(path.parent().map(Path::to_path_buf));
        }
        self.store.forget();
        directories.iter().try_for_each(|dir| disk::sync_dir(dir))
    }
}

/// The ranges that an archive holds, each with its signed statement.
pub(crate) fn archived(archive: &Path, key: &VerifierKey) -> Result<Vec<Range<u64>>, LogError> {
    let list = fs::read_dir(archive).map_err(|e| LogError::io("list", archive, e))?;
    let mut ranges = Vec::new();
    for item in list {
        let item = item.map_err(|e| LogError::io("list", archive, e))?;
        let name = item.file_name();
        let Some((from, to)) = name
            .to_str()
            .and_then(|name| name.strip_prefix(MANIFEST))
            .and_then(|range| range.split_once('-'))
            .and_then(|(from, to)| Some((decimal(from)?, decimal(to)?)))
        else {
            continue;
        };
        let minimum = Minimum::parse(&disk::read(&item.path())?, key)?;
        if minimum.index != to || from > to {
            let what = format!(
                "the name of `{}` is not what it states",
                item.path().display()
            );
            return Err(LogError::damaged(None, what));
        }
        ranges.push(from..to);
    }
    ranges.sort_by_key(|range| range.start);
    Ok(ranges)
}
