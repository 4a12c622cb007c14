//! The published part of a log, recomputed from its records by several threads.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::hash::Hash;
use crate::store::Store;
use crate::tile::{self, Kind, Tile, WIDTH};
use crate::tree::Frontier;

use super::{Bad, Problem};

/// Which records must be there in full: all of `kept`; hash tiles of level 0 too, unless `sparse`.
pub(super) struct Extent<'a> {
    pub(super) size: u64,
    pub(super) kept: &'a [Range<u64>],
    /// An archive: tiles of records that are not kept may be absent.
    pub(super) sparse: bool,
}

/// What a scan found.
#[derive(Default)]
pub(super) struct Scan {
    /// Per full tile the hash over its 256 records.
    row: Vec<Hash>,
    /// Leaf hashes of the last, partial tile.
    tail: Vec<Hash>,
    /// The same as the stored hash tiles say it.
    stored_row: Vec<Option<Hash>>,
    stored_tail: Option<Vec<Hash>>,
    /// The level-1 row as stored.
    upper_row: Vec<Option<Hash>>,
    /// The first record of each bundle that does not match its hash tile, and whether the bundle
    /// was complete, so that the tree over it can tell which of the two is right.
    mismatches: Vec<(Bad, bool)>,
    pub(super) problems: Vec<Problem>,
    pub(super) records: u64,
    pub(super) bytes: u64,
}

/// One tile's outcome.
#[derive(Default)]
struct Checked {
    leaves: Option<Vec<Hash>>,
    stored: Option<Vec<Hash>>,
    mismatch: Option<Bad>,
    /// More bytes than records belong there.
    trailing: bool,
    problem: Option<Problem>,
    records: u64,
    bytes: u64,
}

fn check_tile(store: &Store, index: u64, extent: &Extent<'_>) -> Checked {
    let mut checked = Checked::default();
    let Some(entries) = Tile::of(Kind::Entries, index, extent.size) else {
        return checked;
    };
    let (start, end) = (index * WIDTH, index * WIDTH + entries.width);
    let kept = extent
        .kept
        .iter()
        .any(|range| range.start < end && start < range.end);
    let hashes = Tile {
        kind: Kind::Hashes(0),
        ..entries
    };
    let width = usize::try_from(entries.width).unwrap_or(0);
    match store.bytes(hashes) {
        Ok((bytes, full)) => {
            let expected = if full { WIDTH } else { entries.width };
            checked.stored = tile::hashes(&bytes, expected);
            if let Some(stored) = &mut checked.stored {
                stored.truncate(width);
            } else {
                checked.problem = Some(Problem::file(hashes.name(), "it has the wrong length"));
            }
        }
        Err(_) if extent.sparse && !kept => {}
        Err(error) => checked.problem = Some(Problem::unreadable(hashes.name(), &error)),
    }
    if kept {
        check_bundle(store, entries, &mut checked);
    }
    checked
}

fn check_bundle(store: &Store, tile: Tile, checked: &mut Checked) {
    let start = tile.index * WIDTH;
    let (bytes, full) = match store.bytes(tile) {
        Ok(read) => read,
        Err(error) => {
            let what = format!("bundle `{}` cannot be read: {error}", tile.name());
            checked.mismatch = Some(Bad { index: start, what });
            return;
        }
    };
    let count = if full { WIDTH } else { tile.width };
    let (mut spans, broken) = tile::spans(&bytes, usize::try_from(count).unwrap_or(0));
    spans.truncate(usize::try_from(tile.width).unwrap_or(0));
    let leaves: Vec<_> = spans
        .iter()
        .map(|span| Hash::leaf(bytes.get(span.clone()).unwrap_or_default()))
        .collect();
    let stored = checked.stored.iter().flatten();
    let differs = (start..)
        .zip(leaves.iter().zip(stored))
        .find(|(_, (leaf, stored))| leaf != stored)
        .map(|(index, _)| Bad {
            index,
            what: "its bytes do not match its hash".to_owned(),
        });
    let broken = broken.map(|broken| Bad {
        index: start + broken.entries as u64,
        what: broken.what.to_owned(),
    });
    checked.bytes = bytes.len() as u64;
    checked.records = leaves.len() as u64;
    checked.trailing = broken.is_some();
    checked.mismatch = differs.or(broken);
    if leaves.len() as u64 == tile.width {
        checked.leaves = Some(leaves);
    }
}

impl Scan {
    /// Reads and hashes everything below `extent.size`.
    pub(super) fn run(
        store: &Store,
        extent: &Extent<'_>,
        threads: usize,
        progress: Option<&(dyn Fn(u64, u64) + Sync)>,
    ) -> Self {
        let tiles = extent.size.div_ceil(WIDTH);
        let next = AtomicU64::new(0);
        let results = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        if index >= tiles {
                            break;
                        }
                        let one = Reduced::new(index, extent, check_tile(store, index, extent));
                        results
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(one);
                        if let Some(progress) = progress
                            && index % 64 == 63
                        {
                            progress((index + 1) * WIDTH, extent.size);
                        }
                    }
                });
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|one| one.index);
        let mut scan = Self {
            upper_row: upper_row(store, extent.size),
            ..Self::default()
        };
        for one in results {
            scan.take(one, extent);
        }
        scan.check_upper(store, extent);
        if !extent.sparse {
            scan.check_partials(store, extent);
        }
        scan
    }

    fn take(&mut self, one: Reduced, extent: &Extent<'_>) {
        self.records += one.records;
        self.bytes += one.bytes;
        let decided = one.root.is_some() || one.tail.is_some();
        self.mismatches
            .extend(one.mismatch.map(|bad| (bad, decided && !one.trailing)));
        self.problems.extend(one.problem);
        if (one.index + 1) * WIDTH > extent.size {
            self.tail = one.tail.or(one.stored_tail.clone()).unwrap_or_default();
            self.stored_tail = one.stored_tail;
            return;
        }
        let upper = self.upper_row.get(self.row.len()).copied().flatten();
        // A hole is filled with something wrong, so that no root can match by accident.
        let value = one.root.or(one.stored).or(upper);
        self.row.push(value.unwrap_or(Hash([0; 32])));
        self.stored_row.push(one.stored);
    }

    /// Compares stored tiles of level 1 and above with what the records give.
    fn check_upper(&mut self, store: &Store, extent: &Extent<'_>) {
        let mut row = self.row.clone();
        for level in 1.. {
            if row.is_empty() {
                break;
            }
            for (index, chunk) in (0..).zip(row.chunks(256)) {
                let Some(tile) = Tile::of(Kind::Hashes(level), index, extent.size) else {
                    continue;
                };
                match store.tile(tile) {
                    Ok(hashes) if hashes.as_slice() == chunk => {}
                    Ok(_) => {
                        let what = "it does not match the records below it";
                        self.problems.push(Problem::file(tile.name(), what));
                    }
                    Err(error) => self.problems.push(Problem::unreadable(tile.name(), &error)),
                }
            }
            row = row.chunks_exact(256).map(tile::root).collect();
        }
    }

    /// Earlier partial forms of the last tiles, which older checkpoints refer to, must be the
    /// beginning of the present form.
    fn check_partials(&mut self, store: &Store, extent: &Extent<'_>) {
        let kept = |index| extent.kept.iter().any(|r| index * WIDTH < r.end);
        for kind in (0..8).map(Kind::Hashes).chain([Kind::Entries]) {
            let level = if let Kind::Hashes(level) = kind {
                level
            } else {
                0
            };
            let last = (extent.size >> (8 * level)) / WIDTH;
            let Some(tile) = Tile::of(kind, last, extent.size) else {
                continue;
            };
            if kind == Kind::Entries && !kept(last) {
                continue;
            }
            let Ok((whole, _)) = store.bytes(tile) else {
                continue;
            };
            for width in store
                .partial_widths(tile)
                .filter(|width| *width < tile.width)
            {
                let partial = Tile { width, ..tile };
                let begins = |bytes: &[u8]| {
                    let complete = match kind {
                        Kind::Hashes(_) => bytes.len() as u64 == width * 32,
                        Kind::Entries => {
                            let width = usize::try_from(width).unwrap_or(0);
                            tile::spans(bytes, width).1.is_none()
                        }
                    };
                    complete && whole.starts_with(bytes)
                };
                // One that is gone by now was replaced by its full form meanwhile.
                if store
                    .bytes(partial)
                    .is_ok_and(|(bytes, full)| !full && !begins(&bytes))
                {
                    let what = "it is not the beginning of the present tile";
                    self.problems.push(Problem::file(partial.name(), what));
                }
            }
        }
    }

    /// The tree of the first `size` records, as recomputed.
    pub(super) fn frontier(&self, store: &Store, extent: &Extent<'_>, size: u64) -> Frontier {
        let full = usize::try_from(size / WIDTH).unwrap_or(usize::MAX);
        let rest = usize::try_from(size % WIDTH).unwrap_or(0);
        let leaves = if rest == 0 {
            Vec::new()
        } else if full == self.row.len() {
            self.tail.clone()
        } else {
            let checked = check_tile(store, size / WIDTH, extent);
            checked.leaves.or(checked.stored).unwrap_or_default()
        };
        fold(
            self.row.iter().take(full).copied(),
            leaves.get(..rest).unwrap_or_default(),
        )
    }

    /// Given the signed root, whether all is well, and if not which record is the first bad one.
    pub(super) fn judge(&mut self, root: Hash, good_until: u64) -> (Frontier, Option<Bad>) {
        let computed = fold(self.row.iter().copied(), &self.tail);
        if computed.root() == root {
            // The records are right, so a hash tile that differs is what was changed.
            for (bad, decided) in std::mem::take(&mut self.mismatches) {
                if decided {
                    let what = format!("hash tile of record {} does not match it", bad.index);
                    self.problems.push(Problem::record(bad.index, &what));
                } else {
                    return (computed, Some(bad));
                }
            }
            return (computed, None);
        }
        // Some stored row leads to the signed root: it says what the records must be.
        let stored: Option<Vec<_>> = self.stored_row.iter().copied().collect();
        let stored_tail = self.stored_tail.clone().unwrap_or_default();
        let upper: Option<Vec<_>> = self.upper_row.iter().copied().collect();
        let tails = [stored_tail, self.tail.clone()];
        for row in [stored, upper].into_iter().flatten() {
            for tail in &tails {
                let reference = fold(row.iter().copied(), tail);
                if reference.root() == root {
                    let bad = self.first_difference(&row, tail);
                    return (reference, Some(bad));
                }
            }
        }
        let bad = self.mismatches.first().map(|(bad, _)| bad.clone());
        let bad = bad.unwrap_or_else(|| Bad {
            index: good_until,
            what: "from here on the tree does not lead to the signed root; \
                   which record was changed cannot be told"
                .to_owned(),
        });
        (computed, Some(bad))
    }

    fn first_difference(&self, row: &[Hash], tail: &[Hash]) -> Bad {
        let differs = row.iter().zip(&self.row).position(|(a, b)| a != b);
        let tile = differs.unwrap_or(row.len()) as u64;
        let start = tile * WIDTH;
        let named = self
            .mismatches
            .iter()
            .map(|(bad, _)| bad)
            .find(|bad| bad.index >= start && bad.index < start + WIDTH);
        let trusted = differs
            .is_none_or(|at| self.stored_row.get(at).copied().flatten() == row.get(at).copied());
        if let Some(bad) = named.filter(|_| trusted) {
            return bad.clone();
        }
        let inside = if differs.is_none() {
            tail.iter().zip(&self.tail).position(|(a, b)| a != b)
        } else {
            None
        };
        Bad {
            index: start + inside.unwrap_or(0) as u64,
            what: "a record of the bundle that begins here was changed together with its hash tile"
                .to_owned(),
        }
    }
}

/// A tile's outcome with full rows of leaves reduced to their root.
struct Reduced {
    index: u64,
    root: Option<Hash>,
    stored: Option<Hash>,
    tail: Option<Vec<Hash>>,
    stored_tail: Option<Vec<Hash>>,
    mismatch: Option<Bad>,
    /// More bytes than records belong there.
    trailing: bool,
    problem: Option<Problem>,
    records: u64,
    bytes: u64,
}

impl Reduced {
    fn new(index: u64, extent: &Extent<'_>, checked: Checked) -> Self {
        let full = (index + 1) * WIDTH <= extent.size;
        let (root, tail) = match checked.leaves {
            Some(leaves) if full => (Some(tile::root(&leaves)), None),
            other => (None, other),
        };
        let (stored, stored_tail) = match checked.stored {
            Some(hashes) if full => (Some(tile::root(&hashes)), None),
            other => (None, other),
        };
        Self {
            index,
            root,
            stored,
            tail,
            stored_tail,
            mismatch: checked.mismatch,
            trailing: checked.trailing,
            problem: checked.problem,
            records: checked.records,
            bytes: checked.bytes,
        }
    }
}

fn upper_row(store: &Store, size: u64) -> Vec<Option<Hash>> {
    let mut row = Vec::new();
    for index in 0..size.div_ceil(WIDTH * WIDTH) {
        let Some(tile) = Tile::of(Kind::Hashes(1), index, size) else {
            break;
        };
        match store.tile(tile) {
            Ok(hashes) => row.extend(hashes.iter().copied().map(Some)),
            Err(_) => row.extend((0..tile.width).map(|_| None)),
        }
    }
    row
}

fn fold(row: impl Iterator<Item = Hash>, tail: &[Hash]) -> Frontier {
    let mut frontier = Frontier::default();
    for hash in row {
        frontier.push(8, hash);
    }
    for leaf in tail {
        frontier.push(0, *leaf);
    }
    frontier
}
