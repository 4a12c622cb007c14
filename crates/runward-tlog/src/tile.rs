//! C2SP tlog-tiles: names and contents of tiles and entry bundles.
//!
//! <https://c2sp.org/tlog-tiles>

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::hash::Hash;

/// Hashes or entries of a full tile or bundle.
pub(crate) const WIDTH: u64 = 256;

/// What a tile holds: hashes of tree level `8·l`, or entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Hashes(u32),
    Entries,
}

/// One tile: kind, index, width (256 is full).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Tile {
    pub(crate) kind: Kind,
    pub(crate) index: u64,
    pub(crate) width: u64,
}

impl Tile {
    /// The tile `index` of `kind` as it is in a tree of `size`; none where that is empty.
    pub(crate) fn of(kind: Kind, index: u64, size: u64) -> Option<Self> {
        let level = match kind {
            Kind::Hashes(level) => level,
            Kind::Entries => 0,
        };
        let width = (size >> (8 * level))
            .checked_sub(index.checked_mul(WIDTH)?)?
            .min(WIDTH);
        (width > 0).then_some(Self { kind, index, width })
    }

    pub(crate) fn full(self) -> Self {
        Self {
            width: WIDTH,
            ..self
        }
    }

    /// The path relative to the log's directory.
    pub(crate) fn name(self) -> String {
        let kind = match self.kind {
            Kind::Hashes(level) => level.to_string(),
            Kind::Entries => "entries".to_owned(),
        };
        let mut index = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            index = format!("x{:03}/{index}", rest % 1000);
            rest /= 1000;
        }
        if self.width == WIDTH {
            format!("tile/{kind}/{index}")
        } else {
            format!("tile/{kind}/{index}.p/{}", self.width)
        }
    }

    pub(crate) fn path(self, directory: &Path) -> PathBuf {
        directory.join(self.name())
    }

    /// The directory that holds the partial forms of this tile.
    pub(crate) fn partials(self, directory: &Path) -> PathBuf {
        directory.join(format!("{}.p", self.full().name()))
    }
}

/// The hashes of a tile; none unless it has exactly `width`.
pub(crate) fn hashes(bytes: &[u8], width: u64) -> Option<Vec<Hash>> {
    let (chunks, rest) = bytes.as_chunks::<32>();
    (rest.is_empty() && chunks.len() as u64 == width)
        .then(|| chunks.iter().map(|chunk| Hash(*chunk)).collect())
}

/// The tree over up to 256 hashes that form complete subtrees of a power-of-two count.
pub(crate) fn root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        let (pairs, _) = row.as_chunks::<2>();
        row = pairs.iter().map(|[l, r]| Hash::node(*l, *r)).collect();
    }
    row.first().copied().unwrap_or_else(Hash::empty)
}

/// Where a bundle stops being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadBundle {
    /// Entries that were read before.
    pub(crate) entries: usize,
    pub(crate) what: &'static str,
}

/// The spans of the entries of a bundle (16-bit big-endian length, then the entry), at most `limit`.
pub(crate) fn spans(bytes: &[u8], limit: usize) -> (Vec<Range<usize>>, Option<BadBundle>) {
    let mut spans = Vec::with_capacity(limit.min(256));
    let mut at = 0;
    while spans.len() < limit {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some((length, rest)) = rest.split_first_chunk::<2>() else {
            let what = if rest.is_empty() {
                "it is missing: the file ends before it"
            } else {
                "its length is cut"
            };
            let entries = spans.len();
            return (spans, Some(BadBundle { entries, what }));
        };
        let length = usize::from(u16::from_be_bytes(*length));
        if length > rest.len() {
            let entries = spans.len();
            let what = "it is cut short or its length was changed";
            return (spans, Some(BadBundle { entries, what }));
        }
        spans.push(at + 2..at + 2 + length);
        at += 2 + length;
    }
    let bad = (at != bytes.len()).then_some(BadBundle {
        entries: spans.len(),
        what: "more bytes follow than records belong here",
    });
    (spans, bad)
}

/// Reads the entries of an entry bundle; the entry point of the fuzzer.
pub fn parse_bundle(bytes: &[u8]) -> Result<Vec<&[u8]>, &'static str> {
    let mut count = 0;
    let mut at = 0;
    while let Some(length) = bytes.get(at..).and_then(|b| b.split_first_chunk::<2>()) {
        at += 2 + usize::from(u16::from_be_bytes(*length.0));
        count += 1;
    }
    let (spans, bad) = spans(bytes, count);
    match bad {
        Some(bad) => Err(bad.what),
        None => Ok(spans
            .into_iter()
            .filter_map(|span| bytes.get(span))
            .collect()),
    }
}
