//! Archives for tests, made in memory.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Cursor, Write as _};

use runward_archives::{Archive, Limits, OddityKind, open};
use zip::{ZipWriter, write::SimpleFileOptions};

pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A header with the name's bytes as they are; `tar::Builder` refuses what is of interest here.
pub(crate) fn header(name: &[u8], size: u64, kind: tar::EntryType, link: &[u8]) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(1_700_000_000);
    header.set_entry_type(kind);
    header.set_cksum();
    header
}

pub(crate) fn entry(name: &[u8], content: &[u8]) -> Vec<u8> {
    typed(name, content, tar::EntryType::Regular, b"")
}

pub(crate) fn typed(name: &[u8], content: &[u8], kind: tar::EntryType, link: &[u8]) -> Vec<u8> {
    let mut out = header(name, content.len() as u64, kind, link)
        .as_bytes()
        .to_vec();
    out.extend(content);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

pub(crate) fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut out = entries.concat();
    out.extend([0; 1024]);
    out
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn read(name: &str, bytes: &[u8]) -> Archive {
    open(name, bytes, &Limits::default()).unwrap()
}

pub(crate) fn kinds(archive: &Archive) -> Vec<OddityKind> {
    archive.oddities.iter().map(|oddity| oddity.kind).collect()
}

pub(crate) fn text<'a>(archive: &'a Archive, path: &str) -> &'a str {
    std::str::from_utf8(archive.tree.get(path).unwrap()).unwrap()
}
