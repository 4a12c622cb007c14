//! Archives and directories of records, read in bounded batches on all cores.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ReaderAt, ZipArchive,
    ZipArchiveEntryWayfinder, ZipLocator,
};
use rayon::prelude::*;

use super::prepare::{Prepared, prepare};
use crate::Limits;

/// Unpacked bytes that one batch holds at most (one record may be larger).
const BATCH_BYTES: u64 = 32 << 20;
const BATCH_ENTRIES: usize = 512;

/// One file of a source.
#[derive(Debug)]
pub(crate) enum Item {
    Record(Box<Prepared>),
    /// It cannot be used; the reason in words.
    Unread {
        file: String,
        reason: String,
    },
}

/// Why a source cannot be used as a whole.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// In words.
    Refused(String),
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Takes how many files are done, of how many, and the next one.
pub(crate) type Each<'a> = &'a mut dyn FnMut((u64, u64), Item) -> io::Result<()>;

/// Reads every record of a zip archive on disk.
pub(crate) fn read_zip_file(path: &Path, limits: &Limits, each: Each<'_>) -> Result<(), ReadError> {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let archive = ZipArchive::from_file(File::open(path)?, &mut buffer).map_err(|e| no_zip(&e))?;
    read_archive(&archive, &mut buffer, limits, each)
}

/// Reads every record of a zip archive in memory.
pub(crate) fn read_zip(bytes: &[u8], limits: &Limits, each: Each<'_>) -> Result<(), ReadError> {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let archive = ZipLocator::new()
        .locate_in_reader(bytes, &mut buffer, bytes.len() as u64)
        .map_err(|(_, error)| no_zip(&error))?;
    read_archive(&archive, &mut buffer, limits, each)
}

fn no_zip(error: &rawzip::Error) -> ReadError {
    ReadError::Refused(format!("it is no whole zip archive ({error})"))
}

/// What the directory of an archive says of one file.
#[derive(Debug, Clone, Copy)]
struct Entry {
    number: usize,
    place: ZipArchiveEntryWayfinder,
    offset: u64,
    method: CompressionMethod,
    encrypted: bool,
    json: bool,
}

/// Sizes are checked against what the archive states before anything is unpacked, and sizes and
/// CRCs against what comes out.
fn read_archive<R: ReaderAt + Sync>(
    archive: &ZipArchive<R>,
    buffer: &mut [u8],
    limits: &Limits,
    each: Each<'_>,
) -> Result<(), ReadError> {
    let entries = directory(archive, buffer, limits)?;
    let total = entries.len() as u64;
    let mut rest = entries.as_slice();
    let mut done = 0;
    while !rest.is_empty() {
        let (batch, after) = rest
            .split_at_checked(batch_length(rest, limits))
            .unwrap_or((rest, &[]));
        let items: Vec<Item> = batch
            .par_iter()
            .map(|entry| read_entry(archive, entry, limits))
            .collect();
        for item in items {
            done += 1;
            each((done, total), item)?;
        }
        rest = after;
    }
    Ok(())
}

/// The files of an archive, without directories.
fn directory<R: ReaderAt>(
    archive: &ZipArchive<R>,
    buffer: &mut [u8],
    limits: &Limits,
) -> Result<Vec<Entry>, ReadError> {
    let refused = |reason: String| Err(ReadError::Refused(reason));
    let stated = archive.entries_hint();
    if stated > limits.max_entries as u64 {
        return refused(format!(
            "it has {stated} files, over the limit of {}",
            limits.max_entries
        ));
    }
    let mut entries = Vec::new();
    let (mut count, mut unpacked) = (0_usize, 0_u64);
    let mut records = archive.entries(buffer);
    while let Some(record) = records.next_entry().map_err(|e| no_zip(&e))? {
        count += 1;
        if count as u64 > stated {
            break;
        }
        if record.is_dir() {
            continue;
        }
        unpacked = unpacked.saturating_add(record.uncompressed_size_hint());
        entries.push(Entry {
            number: count,
            place: record.wayfinder(),
            offset: record.local_header_offset(),
            method: record.compression_method(),
            encrypted: record.flags().is_encrypted(),
            json: record
                .file_path()
                .as_bytes()
                .to_ascii_lowercase()
                .ends_with(b".json"),
        });
    }
    if count as u64 != stated {
        return refused(format!(
            "its directory has not the {stated} files that it states"
        ));
    }
    if unpacked > limits.max_total_bytes {
        return refused(format!(
            "unpacked, it is {unpacked} bytes, over the limit of {}",
            limits.max_total_bytes
        ));
    }
    // Two files over the same bytes are the trick of zip bombs, and nothing that an archive of
    // records needs.
    entries.sort_by_key(|entry| entry.offset);
    let end = |entry: &Entry| {
        entry
            .offset
            .saturating_add(entry.place.compressed_size_hint())
    };
    if entries
        .iter()
        .zip(entries.iter().skip(1))
        .any(|(first, second)| first.offset == second.offset || end(first) > second.offset)
    {
        return refused("its files overlap one another".to_owned());
    }
    Ok(entries)
}

fn batch_length(entries: &[Entry], limits: &Limits) -> usize {
    let mut bytes = 0_u64;
    let mut length = 0;
    for entry in entries.iter().take(BATCH_ENTRIES) {
        // What is over the limit is not unpacked.
        bytes += entry
            .place
            .uncompressed_size_hint()
            .min(limits.max_entry_bytes);
        if length > 0 && bytes > BATCH_BYTES {
            break;
        }
        length += 1;
    }
    length
}

fn read_entry<R: ReaderAt>(archive: &ZipArchive<R>, entry: &Entry, limits: &Limits) -> Item {
    unpack(archive, entry, limits)
        .and_then(|json| prepare(&json, limits))
        .map_or_else(
            |reason| Item::Unread {
                file: name_of(archive, entry),
                reason,
            },
            |record| Item::Record(Box::new(record)),
        )
}

fn unpack<R: ReaderAt>(
    archive: &ZipArchive<R>,
    entry: &Entry,
    limits: &Limits,
) -> Result<Vec<u8>, String> {
    let size = entry.place.uncompressed_size_hint();
    if !entry.json {
        return Err("it is no JSON file".to_owned());
    }
    if entry.encrypted {
        return Err("it is encrypted".to_owned());
    }
    if size > limits.max_entry_bytes {
        return Err(format!(
            "it is {size} bytes, over the limit of {}",
            limits.max_entry_bytes
        ));
    }
    if size > 1 << 20 && size / entry.place.compressed_size_hint().max(1) > limits.max_ratio {
        return Err(format!(
            "it unpacks to over {} times its size",
            limits.max_ratio
        ));
    }
    let damaged = |error: &dyn std::fmt::Display| format!("it cannot be unpacked ({error})");
    let local = archive.get_entry(entry.place).map_err(|e| damaged(&e))?;
    let mut json = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    // The verifier compares size and CRC when the end is reached; one byte more than stated shows
    // that there is more.
    let result = match entry.method {
        CompressionMethod::STORE => local
            .verifying_reader(local.reader())
            .take(size + 1)
            .read_to_end(&mut json),
        CompressionMethod::DEFLATE => local
            .verifying_reader(DeflateDecoder::new(local.reader()))
            .take(size + 1)
            .read_to_end(&mut json),
        other => return Err(format!("it is packed in a way that is not read ({other})")),
    };
    result.map_err(|error| damaged(&error))?;
    if json.len() as u64 == size {
        Ok(json)
    } else {
        Err("it does not have the size that the archive states".to_owned())
    }
}

/// A file's name, from beside its content; kept nowhere, since it is needed for messages only.
fn name_of<R: ReaderAt>(archive: &ZipArchive<R>, entry: &Entry) -> String {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    archive
        .get_entry(entry.place)
        .and_then(|local| {
            let header = local.local_header(&mut buffer)?;
            Ok(shown(&String::from_utf8_lossy(
                header.file_path().as_bytes(),
            )))
        })
        .unwrap_or_else(|_| format!("file {}", entry.number))
}

/// The `.json` files of a directory, sorted; links are not followed.
pub(crate) fn json_files(dir: &Path, limits: &Limits) -> Result<Vec<PathBuf>, ReadError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        let is_json = path
            .extension()
            .is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"));
        if is_json && entry.file_type()?.is_file() {
            if files.len() == limits.max_entries {
                return Err(ReadError::Refused(format!(
                    "it has over {} files",
                    limits.max_entries
                )));
            }
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Reads single record files.
pub(crate) fn read_files(
    files: &[PathBuf],
    limits: &Limits,
    each: Each<'_>,
) -> Result<(), ReadError> {
    let mut done = 0;
    for batch in files.chunks(256) {
        let items: Vec<Item> = batch
            .par_iter()
            .map(|path| read_file(path, limits))
            .collect();
        for item in items {
            done += 1;
            each((done, files.len() as u64), item)?;
        }
    }
    Ok(())
}

fn read_file(path: &Path, limits: &Limits) -> Item {
    let mut json = Vec::new();
    let read = File::open(path)
        .and_then(|file| file.take(limits.max_entry_bytes + 1).read_to_end(&mut json));
    let result = match read {
        Err(error) => Err(error.to_string()),
        Ok(_) if json.len() as u64 > limits.max_entry_bytes => Err(format!(
            "it is over the limit of {} bytes",
            limits.max_entry_bytes
        )),
        Ok(_) => prepare(&json, limits),
    };
    match result {
        Ok(record) => Item::Record(Box::new(record)),
        Err(reason) => Item::Unread {
            file: path
                .file_name()
                .map(|name| shown(&name.to_string_lossy()))
                .unwrap_or_default(),
            reason,
        },
    }
}

fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read(bytes: &[u8], limits: &Limits) -> Result<(Vec<String>, Vec<String>), ReadError> {
        let (mut records, mut unread) = (Vec::new(), Vec::new());
        read_zip(bytes, limits, &mut |_, item| {
            match item {
                Item::Record(record) => records.push(record.id),
                Item::Unread { file, reason } => unread.push(format!("{file}: {reason}")),
            }
            Ok(())
        })?;
        Ok((records, unread))
    }

    #[test]
    fn what_is_no_record_is_reported_and_the_rest_read() {
        let bytes = archive(&[
            ("A-1.json", br#"{"id":"A-1"}"#),
            ("notes.txt", b"hello"),
            ("B-1.json", b"not json"),
            ("A-2.json", br#"{"id":"A-2"}"#),
        ]);
        let (records, unread) = read(&bytes, &Limits::default()).unwrap();
        assert_eq!(records, ["A-1", "A-2"]);
        assert_eq!(unread.len(), 2, "{unread:?}");
        assert!(unread[0].starts_with("notes.txt"));
    }

    #[test]
    fn bombs_are_refused() {
        let zeros = vec![b' '; 4 << 20];
        let bytes = archive(&[("a.json", &zeros), ("b.json", br#"{"id":"B"}"#)]);
        let (records, unread) = read(&bytes, &Limits::default()).unwrap();
        assert_eq!(records, ["B"]);
        assert!(unread[0].contains("times its size"), "{unread:?}");
        let small = Limits {
            max_entry_bytes: 1_000,
            ..Limits::default()
        };
        assert!(read(&bytes, &small).unwrap().1[0].contains("limit"));
        for limits in [
            Limits {
                max_total_bytes: 1_000,
                ..Limits::default()
            },
            Limits {
                max_entries: 1,
                ..Limits::default()
            },
        ] {
            assert!(matches!(read(&bytes, &limits), Err(ReadError::Refused(_))));
        }
    }

    #[test]
    fn a_flipped_bit_in_the_content_is_noticed() {
        let mut bytes = archive(&[("a.json", br#"{"id":"A-1","summary":"stored as it is"}"#)]);
        let at = bytes
            .windows(2)
            .position(|pair| pair == b"A-")
            .unwrap_or(45);
        bytes[at] ^= 4;
        let (records, unread) = read(&bytes, &Limits::default()).unwrap();
        assert!(records.is_empty());
        assert_eq!(unread.len(), 1);
    }

    #[test]
    fn a_cut_archive_is_refused() {
        let bytes = archive(&[("a.json", br#"{"id":"A-1"}"#)]);
        assert!(read(&bytes[..bytes.len() - 10], &Limits::default()).is_err());
        assert!(read(b"<html>", &Limits::default()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, at in 0_usize..200, with: u8) {
            let limits = Limits::default();
            let _ = read(&bytes, &limits);
            let mut near = archive(&[("a.json", br#"{"id":"A-1"}"#)]);
            if let Some(byte) = near.get_mut(at) {
                *byte = with;
            }
            let _ = read(&near, &limits);
        }
    }
}
