//! The file around an index: a header, a table of sections, and the sections.
//!
//! ```text
//! 0    8  magic `RUNWARDA`
//! 8    4  format
//! 12   4  kind of content
//! 16   4  number of sections
//! 20   4  zero
//! 24   8  length of the file
//! 32  32  BLAKE3 of bytes 0..32 and of the section table
//! 64      section table: id u32, zero u32, offset u64, length u64, BLAKE3 of the section
//! 960     sections
//! ```
//!
//! Opening checks the header and the table, so that a file that is torn, foreign or of another
//! format is known at once. The sections' own sums are checked on request only: a scan must not
//! read all of a database of which it needs little. What a damaged section gives is checked where
//! it is read.

use std::{
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{
    bytes::Bytes,
    wire::{Reader, Wire, Writer},
};
use crate::DatabaseError;

/// Grows with every change of the layout.
pub(crate) const FORMAT: u32 = 1;

const MAGIC: &[u8; 8] = b"RUNWARDA";
const HEADER: usize = 64;
const ROW: usize = 56;
const MAX_SECTIONS: usize = 16;
const DATA: u64 = (HEADER + ROW * MAX_SECTIONS) as u64;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Advisories = 1,
    Kev = 2,
    Epss = 3,
}

struct Section {
    id: u32,
    offset: u64,
    length: u64,
    sum: [u8; 32],
}

/// Writes a file section by section.
pub(crate) struct ContainerWriter<W> {
    out: W,
    kind: Kind,
    at: u64,
    sections: Vec<Section>,
    current: Option<(u32, u64, blake3::Hasher)>,
}

impl<W: Write + Seek> ContainerWriter<W> {
    pub(crate) fn new(mut out: W, kind: Kind) -> io::Result<Self> {
        out.write_all(&[0; HEADER + ROW * MAX_SECTIONS])?;
        Ok(Self {
            out,
            kind,
            at: DATA,
            sections: Vec::new(),
            current: None,
        })
    }

    /// Ends the section before and begins one.
    pub(crate) fn begin(&mut self, id: u32) {
        self.end();
        self.current = Some((id, self.at, blake3::Hasher::new()));
    }

    fn end(&mut self) {
        if let Some((id, offset, hasher)) = self.current.take() {
            self.sections.push(Section {
                id,
                offset,
                length: self.at - offset,
                sum: *hasher.finalize().as_bytes(),
            });
        }
    }

    /// Bytes written to the current section so far.
    pub(crate) fn position(&self) -> u64 {
        self.current
            .as_ref()
            .map_or(0, |(_, offset, _)| self.at - offset)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some((_, _, hasher)) = &mut self.current {
            hasher.update(bytes);
        }
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Writes the header; the file is whole after this.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.end();
        let mut head = Writer::default();
        head.0.extend_from_slice(MAGIC);
        head.u32(FORMAT);
        head.u32(self.kind as u32);
        head.u32(u32::try_from(self.sections.len()).map_err(io::Error::other)?);
        head.u32(0);
        head.u64(self.at);
        let mut table = Writer::default();
        for section in &self.sections {
            table.u32(section.id);
            table.u32(0);
            table.u64(section.offset);
            table.u64(section.length);
            table.0.extend_from_slice(&section.sum);
        }
        let mut sum = blake3::Hasher::new();
        sum.update(&head.0);
        sum.update(&table.0);
        self.out.flush()?;
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&head.0)?;
        self.out.write_all(sum.finalize().as_bytes())?;
        self.out.write_all(&table.0)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// An opened file.
#[derive(Debug)]
pub(crate) struct Container {
    bytes: Bytes,
    path: PathBuf,
    sections: Vec<(u32, usize, usize)>,
}

impl Container {
    pub(crate) fn open(path: &Path, kind: Kind) -> Result<Self, DatabaseError> {
        let bytes = Bytes::map(path).map_err(|error| DatabaseError::unreadable(path, error))?;
        Self::new(bytes, path, kind)
    }

    /// `path` is for messages only.
    pub(crate) fn new(bytes: Bytes, path: &Path, kind: Kind) -> Result<Self, DatabaseError> {
        let damaged = |reason: &str| DatabaseError::damaged(path, reason);
        let (head, rest) = bytes
            .split_at_checked(HEADER)
            .ok_or_else(|| damaged("it is cut short"))?;
        let mut reader = Reader(head);
        let cut = |_| damaged("it is cut short");
        if reader.take(8).map_err(cut)? != MAGIC {
            return Err(damaged("it is no advisory index"));
        }
        let format = reader.u32().map_err(cut)?;
        if format != FORMAT {
            return Err(DatabaseError::OtherFormat {
                path: path.display().to_string(),
                found: format,
                supported: FORMAT,
            });
        }
        let found_kind = reader.u32().map_err(cut)?;
        let count = reader.u32().map_err(cut)? as usize;
        let _zero = reader.u32().map_err(cut)?;
        let length = reader.u64().map_err(cut)?;
        let stated = reader.take(32).map_err(cut)?;
        if found_kind != kind as u32 || count > MAX_SECTIONS {
            return Err(damaged("its header makes no sense"));
        }
        let table = rest
            .get(..count * ROW)
            .ok_or_else(|| damaged("it is cut short"))?;
        let mut sum = blake3::Hasher::new();
        sum.update(head.get(..32).unwrap_or_default());
        sum.update(table);
        if sum.finalize().as_bytes() != stated {
            return Err(damaged("its header does not have the sum that it states"));
        }
        if length != bytes.len() as u64 {
            return Err(damaged("its length is not the one that it states"));
        }
        let sections =
            read_table(table, bytes.len()).map_err(|_| damaged("its sections overrun"))?;
        Ok(Self {
            bytes,
            path: path.to_path_buf(),
            sections,
        })
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// A section's bytes; none where the file has no such section.
    pub(crate) fn section(&self, id: u32) -> &[u8] {
        self.sections
            .iter()
            .find(|(found, ..)| *found == id)
            .and_then(|(_, offset, length)| self.bytes.get(*offset..)?.get(..*length))
            .unwrap_or_default()
    }

    /// Reads all of the file and compares every section with its sum.
    pub(crate) fn verify(&self) -> Result<(), DatabaseError> {
        let table = self.bytes.get(HEADER..).unwrap_or_default();
        for (index, (id, ..)) in self.sections.iter().enumerate() {
            let stated = table
                .get(index * ROW + 24..)
                .and_then(|rest| rest.first_chunk::<32>());
            if stated != Some(blake3::hash(self.section(*id)).as_bytes()) {
                return Err(self.damaged(&format!("section {id} does not have its sum")));
            }
        }
        Ok(())
    }

    pub(crate) fn damaged(&self, reason: &str) -> DatabaseError {
        DatabaseError::damaged(&self.path, reason)
    }
}

fn read_table(table: &[u8], file_length: usize) -> Wire<Vec<(u32, usize, usize)>> {
    use super::wire::Damaged;
    let mut reader = Reader(table);
    let mut sections = Vec::new();
    while !reader.0.is_empty() {
        let id = reader.u32()?;
        let _zero = reader.u32()?;
        let offset = usize::try_from(reader.u64()?).map_err(|_| Damaged)?;
        let length = usize::try_from(reader.u64()?).map_err(|_| Damaged)?;
        reader.take(32)?;
        if offset
            .checked_add(length)
            .is_none_or(|end| end > file_length)
        {
            return Err(Damaged);
        }
        sections.push((id, offset, length));
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = ContainerWriter::new(Cursor::new(Vec::new()), Kind::Kev).unwrap();
        writer.begin(7);
        writer.write(b"hello ").unwrap();
        assert_eq!(writer.position(), 6);
        writer.write(b"world").unwrap();
        writer.begin(9);
        writer.finish().unwrap().into_inner()
    }

    fn open(bytes: Vec<u8>) -> Result<Container, DatabaseError> {
        Container::new(Bytes::Owned(bytes), Path::new("x"), Kind::Kev)
    }

    #[test]
    fn sections_round_trip() {
        let container = open(sample()).unwrap();
        assert_eq!(container.section(7), b"hello world");
        assert!(container.section(9).is_empty());
        assert!(container.section(1).is_empty());
        container.verify().unwrap();
    }

    #[test]
    fn every_single_flipped_byte_is_noticed() {
        let whole = sample();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            let noticed = match open(bytes) {
                Err(_) => true,
                Ok(container) => container.verify().is_err(),
            };
            // The unused rows of the table carry nothing.
            let unused = (HEADER + 2 * ROW..HEADER + MAX_SECTIONS * ROW).contains(&at);
            assert!(noticed || unused, "byte {at}");
        }
    }

    #[test]
    fn every_cut_is_noticed() {
        let whole = sample();
        for length in 0..whole.len() {
            assert!(open(whole[..length].to_vec()).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn another_format_is_named() {
        let mut bytes = sample();
        bytes[8] = 99;
        let error = open(bytes).unwrap_err();
        assert!(matches!(
            error,
            DatabaseError::OtherFormat { found: 99, .. }
        ));
        assert!(error.to_string().contains("runward db update"));
    }
}
