//! The write-ahead journal: one frame per durable group of appends.
//!
//! A frame is `header | entries | marks | root | signature`:
//!
//! - header, 28 bytes: magic `RTJ1`, length of the whole frame (u32), index of the first entry
//!   (u64), number of entries (u32), 8 bytes of SHA-256 over the 20 bytes before. Its checksum is
//!   what tells a torn frame (its file ends early) from one whose length was changed.
//! - entries in the form of a bundle: 16-bit length, bytes.
//! - marks: the first 4 bytes of each entry's leaf hash, so that damage names its record.
//! - the root after this frame and the log's Ed25519 signature over the checkpoint of that size.
//!
//! All numbers are big-endian. Because each frame ends in a signed head, acknowledged groups
//! cannot be changed without the key, and each head that was ever shown can be checked.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::LogError;
use crate::hash::{Hash, short};
use crate::limits::LIMITS;
use crate::tile;

const MAGIC: &[u8; 4] = b"RTJ1";
const HEADER: usize = 28;
const MARK: usize = 4;
const HEAD: usize = 32 + 64;

/// A frame with its entries, held until they are in bundles.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) first: u64,
    /// The frame's bytes.
    pub(crate) bytes: Vec<u8>,
    /// Where in `bytes` the entries are.
    pub(crate) spans: Vec<Range<usize>>,
    pub(crate) root: Hash,
    pub(crate) signature: [u8; 64],
}

impl Frame {
    pub(crate) fn end(&self) -> u64 {
        self.first + self.spans.len() as u64
    }

    pub(crate) fn entry(&self, index: u64) -> Option<&[u8]> {
        let at = usize::try_from(index.checked_sub(self.first)?).ok()?;
        self.bytes.get(self.spans.get(at)?.clone())
    }
}

/// Builds a frame: entries first, then the head over them.
pub(crate) struct Builder {
    first: u64,
    bytes: Vec<u8>,
    marks: Vec<u8>,
    spans: Vec<Range<usize>>,
}

impl Builder {
    pub(crate) fn new(first: u64, capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity + HEADER + HEAD);
        bytes.resize(HEADER, 0);
        Self {
            first,
            bytes,
            marks: Vec::new(),
            spans: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.spans.len() as u64
    }

    /// Adds an entry; none where it does not fit.
    pub(crate) fn push(&mut self, entry: &[u8]) -> Option<Hash> {
        let length = u16::try_from(entry.len()).ok()?;
        let leaf = Hash::leaf(entry);
        self.bytes.extend(length.to_be_bytes());
        let start = self.bytes.len();
        self.bytes.extend(entry);
        self.spans.push(start..self.bytes.len());
        let (mark, _) = leaf.0.split_at(MARK);
        self.marks.extend(mark);
        Some(leaf)
    }

    pub(crate) fn finish(mut self, root: Hash, signature: [u8; 64]) -> Option<Frame> {
        self.bytes.append(&mut self.marks);
        self.bytes.extend(root.0);
        self.bytes.extend(signature);
        let mut header = MAGIC.to_vec();
        header.extend(u32::try_from(self.bytes.len()).ok()?.to_be_bytes());
        header.extend(self.first.to_be_bytes());
        header.extend(u32::try_from(self.spans.len()).ok()?.to_be_bytes());
        header.extend(short::<8>(&[&header]));
        self.bytes.get_mut(..HEADER)?.copy_from_slice(&header);
        Some(Frame {
            first: self.first,
            bytes: self.bytes,
            spans: self.spans,
            root,
            signature,
        })
    }
}

/// What is at a place of a journal.
#[derive(Debug)]
pub(crate) enum Read {
    /// A whole frame and the leaf hashes of its entries. Its head is not yet verified.
    Frame(Frame, Vec<Hash>),
    /// The end of the journal.
    End,
    /// A write that never finished, so never was acknowledged.
    Torn,
    /// Something else than what was written.
    Bad { index: Option<u64>, what: String },
}

/// Reads the frame at the start of `bytes`, which reach to the end of the file.
pub(crate) fn read(bytes: &[u8]) -> Read {
    if bytes.is_empty() {
        return Read::End;
    }
    // A file system may have grown the file before the data arrived: zeroes are not a frame.
    let Some((header, _)) = bytes.split_at_checked(HEADER) else {
        return Read::Torn;
    };
    let Some((length, first, count)) = parse_header(header) else {
        return if bytes.iter().all(|b| *b == 0) {
            Read::Torn
        } else {
            bad(None, "the header of a journal frame was changed")
        };
    };
    let Some(frame) = bytes.get(..length) else {
        return Read::Torn;
    };
    match parse_frame(frame, first, count) {
        Ok((frame, leaves)) => Read::Frame(frame, leaves),
        Err(_) if length == bytes.len() && ends_in_zeroes(frame) => Read::Torn,
        Err(found) => {
            let (index, what) = shifted(bytes, length, first, count).unwrap_or(found);
            bad(index, what)
        }
    }
}

/// Names the record where bytes were taken out of a frame or put into it: everything behind that
/// place has moved, so the frame's real end is where the next one begins.
fn shifted(bytes: &[u8], length: usize, first: u64, count: usize) -> Option<Bad> {
    // What was put in can be no longer than what one frame holds.
    let reach = bytes.get(..length.saturating_mul(2)).unwrap_or(bytes);
    let end = reach
        .windows(HEADER)
        .enumerate()
        .skip(HEADER)
        .find(|(_, window)| window.starts_with(MAGIC) && parse_header(window).is_some())
        .map(|(at, _)| at)
        .filter(|at| *at != length)?;
    parse_frame(bytes.get(..end)?, first, count).err()
}

fn bad(index: impl Into<Option<u64>>, what: &str) -> Read {
    Read::Bad {
        index: index.into(),
        what: what.to_owned(),
    }
}

/// A signed head is never all zeroes: the last blocks of this frame did not reach the disk.
fn ends_in_zeroes(frame: &[u8]) -> bool {
    frame.iter().rev().take(HEAD).all(|b| *b == 0)
}

fn parse_header(header: &[u8]) -> Option<(usize, u64, usize)> {
    let (fields, check) = header.split_at_checked(20)?;
    if check != short::<8>(&[fields]) {
        return None;
    }
    let rest = fields.strip_prefix(MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (first, rest) = rest.split_first_chunk::<8>()?;
    let count = u32::from_be_bytes(rest.try_into().ok()?);
    Some((
        usize::try_from(u32::from_be_bytes(*length)).ok()?,
        u64::from_be_bytes(*first),
        usize::try_from(count).ok()?,
    ))
}

type Bad = (u64, &'static str);

fn parse_frame(frame: &[u8], first: u64, count: usize) -> Result<(Frame, Vec<Hash>), Bad> {
    let tail = count
        .checked_mul(MARK)
        .and_then(|marks| marks.checked_add(HEAD))
        .ok_or((first, "a journal frame has an impossible count"))?;
    let end = frame
        .len()
        .checked_sub(tail)
        .filter(|end| *end >= HEADER && first.checked_add(count as u64).is_some())
        .ok_or((first, "a journal frame is shorter than its records"))?;
    let body = frame.get(HEADER..end).unwrap_or_default();
    let (marks, head) = frame
        .get(end..)
        .and_then(|rest| rest.split_at_checked(count * MARK))
        .ok_or((first, "a journal frame is cut"))?;
    let (spans, broken) = tile::spans(body, count);
    let mut leaves = Vec::with_capacity(spans.len());
    for ((index, span), mark) in (first..).zip(&spans).zip(marks.chunks(MARK)) {
        let leaf = Hash::leaf(body.get(span.clone()).unwrap_or_default());
        if !leaf.0.starts_with(mark) {
            return Err((index, "its bytes were changed in the journal"));
        }
        leaves.push(leaf);
    }
    if let Some(broken) = broken {
        return Err((first + broken.entries as u64, broken.what));
    }
    let (root, signature) = head
        .split_first_chunk::<32>()
        .ok_or((first, "a journal frame lacks its head"))?;
    let signature = signature
        .try_into()
        .map_err(|_| (first, "a journal frame lacks its signature"))?;
    let frame = Frame {
        first,
        bytes: frame.to_vec(),
        spans: spans
            .into_iter()
            .map(|span| span.start + HEADER..span.end + HEADER)
            .collect(),
        root: Hash(*root),
        signature,
    };
    Ok((frame, leaves))
}

/// A journal file; its name is the index of its first entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SegmentName {
    pub(crate) start: u64,
    pub(crate) path: PathBuf,
}

pub(crate) fn directory(log: &Path) -> PathBuf {
    log.join("journal")
}

pub(crate) fn segment(log: &Path, start: u64) -> PathBuf {
    directory(log).join(format!("{start:020}"))
}

/// The journal files in order; none if there is no journal directory.
pub(crate) fn segments(log: &Path) -> Result<Option<Vec<SegmentName>>, LogError> {
    let directory = directory(log);
    let list = match std::fs::read_dir(&directory) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|e| LogError::io("list", &directory, e))?,
    };
    let mut found = Vec::new();
    for item in list {
        let item = item.map_err(|e| LogError::io("list", &directory, e))?;
        let name = item.file_name();
        let start = name
            .to_str()
            .filter(|name| name.len() == 20 && name.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|name| name.parse().ok());
        if let Some(start) = start {
            found.push(SegmentName {
                start,
                path: item.path(),
            });
        }
    }
    found.sort();
    Ok(Some(found))
}

/// Reads all frames of a journal file; the entry point of the fuzzer. Counts entries.
pub fn scan(mut bytes: &[u8]) -> Result<usize, String> {
    let mut entries = 0;
    loop {
        match read(bytes) {
            Read::Frame(frame, leaves) => {
                entries += leaves.len();
                bytes = bytes.get(frame.bytes.len()..).unwrap_or_default();
            }
            Read::End | Read::Torn => return Ok(entries),
            Read::Bad { what, .. } => return Err(what),
        }
    }
}

/// Whether an entry can be framed at all.
pub(crate) fn check_entry(entry: &[u8]) -> Result<(), LogError> {
    if entry.len() > LIMITS.entry_bytes {
        return Err(LogError::TooLarge {
            size: entry.len(),
            limit: LIMITS.entry_bytes,
        });
    }
    Ok(())
}
