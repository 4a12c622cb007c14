use std::io::Write;

use jiff::Timestamp;
use runward_model::Ecosystem;

use crate::canonical::canonical;
use crate::container::{self, CHECKSUM_BYTES, Content, Header, Rest};
use crate::rice::{Reader, Writer};
use crate::{Limits, NamesError};

/// Which share of names that do not exist is taken to exist: 2^-28, one in 268 million.
const RATE_BITS: u32 = 28;
/// Names between two entries of the directory.
const BLOCK: usize = 128;
/// A directory entry: the first value of its block, and the bit after it.
const ENTRY_BYTES: usize = 16;

/// Whether a name exists in a registry, as of a date.
///
/// Names are kept as sorted hashes of 28 bits and the width of their number, in Rice's code (a Golomb
/// coded set). A name of the list is always found. One that is not is found by chance once in 268
/// million times. For 886,000 names this takes 3.4 MB.
#[derive(Debug)]
pub struct ExistenceIndex<B> {
    bytes: B,
    header: Header,
    /// Bytes before the payload.
    start: usize,
}

/// What has been built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    pub names: u64,
    pub bytes: u64,
}

/// Collects names in any order, for an index.
#[derive(Debug)]
pub struct ExistenceBuilder {
    ecosystem: Ecosystem,
    hashes: Vec<u64>,
    max_names: usize,
}

impl ExistenceBuilder {
    pub fn new(ecosystem: Ecosystem, limits: &Limits) -> Self {
        Self {
            ecosystem,
            hashes: Vec::new(),
            max_names: limits.max_names,
        }
    }

    /// Adds a name in any spelling.
    pub fn push(&mut self, name: &str) -> Result<(), NamesError> {
        if self.hashes.len() >= self.max_names {
            let limit = u64::try_from(self.max_names).unwrap_or(u64::MAX);
            return Err(NamesError::TooMuch {
                what: "names",
                limit,
            });
        }
        self.hashes.push(hash(&canonical(&self.ecosystem, name)));
        Ok(())
    }

    /// Writes the index of what was added. A registry without names is an error: a list that came
    /// empty must not make every name look invented.
    pub fn finish(
        mut self,
        source: &str,
        as_of: Timestamp,
        out: &mut impl Write,
    ) -> Result<Built, NamesError> {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        if self.hashes.is_empty() {
            return Err(NamesError::Empty);
        }
        let names = u64::try_from(self.hashes.len()).unwrap_or(u64::MAX);
        let mut directory = Vec::new();
        let mut gaps = Writer::default();
        for block in self.hashes.chunks(BLOCK) {
            let mut values = block.iter().map(|&hash| value(hash, names));
            let Some(mut last) = values.next() else {
                continue;
            };
            directory.extend_from_slice(&last.to_le_bytes());
            directory.extend_from_slice(&gaps.position().to_le_bytes());
            for value in values {
                gaps.write(value - last, RATE_BITS);
                last = value;
            }
        }
        let header = Header {
            ecosystem: self.ecosystem,
            as_of,
            source: source.to_owned(),
            count: names,
        };
        let payload = [directory.as_slice(), &gaps.into_bytes()];
        let bytes = container::write(out, Content::Existence, &header, &payload)?;
        Ok(Built { names, bytes })
    }
}

impl<B: AsRef<[u8]>> ExistenceIndex<B> {
    /// An index that [`ExistenceBuilder::finish`] wrote, in memory or mapped. Damage is an error.
    pub fn open(bytes: B) -> Result<Self, NamesError> {
        let (header, payload) = container::open(bytes.as_ref(), Content::Existence)?;
        let start = bytes.as_ref().len() - payload.len() - CHECKSUM_BYTES;
        let index = Self {
            bytes,
            header,
            start,
        };
        match index.directory() {
            Some(_) if index.header.count > 0 => Ok(index),
            _ => Err(NamesError::Damaged("its directory cannot be read")),
        }
    }

    pub fn ecosystem(&self) -> &Ecosystem {
        &self.header.ecosystem
    }

    /// When the registry's list was fetched.
    pub fn as_of(&self) -> Timestamp {
        self.header.as_of
    }

    pub fn source(&self) -> &str {
        &self.header.source
    }

    /// How many names exist.
    pub fn count(&self) -> u64 {
        self.header.count
    }

    /// Whether `name`, in any spelling, exists.
    pub fn contains(&self, name: &str) -> Result<bool, NamesError> {
        self.find(&canonical(&self.header.ecosystem, name))
            .ok_or(NamesError::Damaged("a block cannot be read"))
    }

    /// Directory and gaps.
    fn directory(&self) -> Option<(&[u8], &[u8])> {
        let bytes = self.bytes.as_ref();
        let payload = bytes.get(self.start..bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
        let blocks = usize::try_from(self.header.count).ok()?.div_ceil(BLOCK);
        payload.split_at_checked(blocks.checked_mul(ENTRY_BYTES)?)
    }

    fn find(&self, name: &str) -> Option<bool> {
        let wanted = value(hash(name), self.header.count);
        let (directory, gaps) = self.directory()?;
        let entries = directory.as_chunks::<ENTRY_BYTES>().0;
        let first = |entry: &[u8; ENTRY_BYTES]| Rest(entry).u64().unwrap_or(u64::MAX);
        let block = entries.partition_point(|entry| first(entry) <= wanted);
        let Some(block) = block.checked_sub(1) else {
            return Some(false);
        };
        let mut entry = Rest(entries.get(block)?);
        let (mut last, bits) = (entry.u64()?, entry.u64()?);
        let count = usize::try_from(self.header.count).ok()?;
        let in_block = count.saturating_sub(block.checked_mul(BLOCK)?).min(BLOCK);
        let mut reader = Reader::at(gaps, bits);
        for _ in 1..in_block {
            if last >= wanted {
                break;
            }
            last = last.checked_add(reader.read(RATE_BITS)?)?;
        }
        Some(last == wanted)
    }
}

fn hash(name: &str) -> u64 {
    let hash = blake3::hash(name.as_bytes());
    hash.as_bytes()
        .first_chunk()
        .map_or(0, |first| u64::from_le_bytes(*first))
}

/// A hash brought into `0..names << 28`, in the same order.
fn value(hash: u64, names: u64) -> u64 {
    let scaled = (u128::from(hash) * (u128::from(names) << RATE_BITS)) >> 64;
    u64::try_from(scaled).unwrap_or(u64::MAX)
}
