//! Zip archives.

use std::io::Read;

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive, time::ZipDateTimeKind,
};

use crate::{
    Blob, EntryType, OddityKind,
    collect::{Collector, Raw},
    names::shown,
};

/// A data descriptor behind a file, the longest form.
const DESCRIPTOR: u64 = 24;
const S_IFMT: u32 = 0o170_000;
const S_IFLNK: u32 = 0o120_000;

/// Whether bytes begin as a zip does, or are an empty one.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// What the directory says of one file.
struct Listed {
    name: Vec<u8>,
    place: ZipArchiveEntryWayfinder,
    offset: u64,
    method: CompressionMethod,
    encrypted: bool,
    packed: u64,
    size: u64,
    crc: u32,
    mode: u32,
    modified: Option<i64>,
    is_dir: bool,
}

/// Reads the entries; `Err` with words where it is no zip.
pub(crate) fn read(bytes: &[u8], into: &mut Collector<'_>) -> Result<(), String> {
    let archive = ZipArchive::from_slice(bytes)
        .map_err(|error| format!("it is no whole zip archive ({error})"))?;
    let stated = archive.entries_hint();
    let mut listed = Vec::new();
    let mut records = archive.entries();
    loop {
        let record = match records.next_entry() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => {
                into.gap_archive(format!(
                    "its directory is damaged ({error}); entries behind that are not looked at"
                ));
                break;
            }
        };
        if listed.len() >= into.limits.max_entries {
            into.gap_archive("it has too many entries; the rest is not looked at");
            break;
        }
        listed.push(Listed {
            name: record.file_path().as_ref().to_vec(),
            place: record.wayfinder(),
            offset: record.local_header_offset(),
            method: record.compression_method(),
            encrypted: record.flags().is_encrypted(),
            packed: record.compressed_size_hint(),
            size: record.uncompressed_size_hint(),
            crc: record.crc32(),
            mode: record.mode().value(),
            modified: modified(&record.last_modified()),
            is_dir: record.is_dir(),
        });
    }
    if listed.len() as u64 != stated {
        into.odd_archive(
            OddityKind::HeaderMismatch,
            format!(
                "its end states {stated} entries, its directory has {}",
                listed.len()
            ),
        );
    }
    layout(&archive, bytes, &listed, into);
    for one in listed {
        if !entry(&archive, &one, into) {
            break;
        }
    }
    Ok(())
}

fn modified(time: &ZipDateTimeKind) -> Option<i64> {
    let ZipDateTimeKind::Utc(time) = time else {
        return None;
    };
    Some(time.to_unix())
}

/// Looks for files over the same bytes and bytes that belong to no file.
fn layout(
    archive: &ZipSliceArchive<&[u8]>,
    bytes: &[u8],
    listed: &[Listed],
    into: &mut Collector<'_>,
) {
    let mut ranges: Vec<(u64, u64, usize)> = Vec::with_capacity(listed.len());
    for (number, one) in listed.iter().enumerate() {
        if let Ok(found) = archive.get_entry(one.place) {
            let (_, end) = found.compressed_data_range();
            ranges.push((one.offset, end, number));
        }
    }
    ranges.sort_unstable();
    let mut last = 0_u64;
    let mut overlapping = Vec::new();
    let (mut hidden, mut first) = (0_u64, true);
    for (start, end, number) in &ranges {
        if *start < last && !first {
            overlapping.push(*number);
        }
        let gap = start.saturating_sub(last);
        if first && gap > 0 {
            into.odd_archive(
                OddityKind::HiddenData,
                format!("{gap} bytes stand before its first entry"),
            );
        } else if gap > DESCRIPTOR {
            hidden += gap;
        }
        first = false;
        last = last.max(*end);
    }
    let directory = archive.directory_offset();
    let gap = directory.saturating_sub(last);
    if gap > DESCRIPTOR && !ranges.is_empty() {
        hidden += gap;
    }
    if hidden > 0 {
        into.odd_archive(
            OddityKind::HiddenData,
            format!("{hidden} bytes between its entries belong to none"),
        );
    }
    let behind = (bytes.len() as u64).saturating_sub(archive.end_offset());
    if behind > 0 {
        into.odd_archive(
            OddityKind::HiddenData,
            format!("{behind} bytes stand behind its end"),
        );
    }
    if let Some(number) = overlapping.first() {
        let name = listed.get(*number).map(|one| one.name.as_slice());
        let name = shown(&String::from_utf8_lossy(name.unwrap_or_default()));
        into.odd_archive(
            OddityKind::Overlap,
            format!(
                "{} entries lie over the bytes of others, the first is `{name}`",
                overlapping.len()
            ),
        );
    }
}

/// One entry; `false` ends the archive.
fn entry(archive: &ZipSliceArchive<&[u8]>, one: &Listed, into: &mut Collector<'_>) -> bool {
    let is_link = one.mode & S_IFMT == S_IFLNK;
    let entry_type = match (one.is_dir, is_link) {
        (true, _) => EntryType::Directory,
        (false, true) => EntryType::Symlink,
        (false, false) => EntryType::File,
    };
    let unpacked = if one.is_dir {
        Ok(Vec::new())
    } else {
        unpack(archive, one, into)
    };
    let link = match &unpacked {
        Ok(target) if is_link => Some(target.clone()),
        _ => None,
    };
    let place = into.enter(&Raw {
        name: &one.name,
        entry_type,
        mode: (one.mode != 0).then_some(one.mode & 0o7777),
        link,
        modified: one.modified,
        declared_size: one.size,
    });
    let Ok(place) = place else { return false };
    let shown_name = || shown(&String::from_utf8_lossy(&one.name));
    for (kind, detail) in mismatches(archive, one) {
        into.odd(kind, place.clone().unwrap_or_else(shown_name), detail);
    }
    match (unpacked, place) {
        (Ok(content), Some(place)) => into.keep(place, Blob::new(content)),
        (Ok(_), None) => {}
        (Err(why), place) => {
            let place = place.unwrap_or_else(shown_name);
            if let Some(kind) = why.odd {
                into.odd(kind, place.clone(), why.reason.clone());
            }
            into.gap(place, why.reason);
        }
    }
    true
}

/// What the header before the file says against the directory.
fn mismatches(archive: &ZipSliceArchive<&[u8]>, one: &Listed) -> Vec<(OddityKind, String)> {
    let Ok(found) = archive.get_entry(one.place) else {
        return Vec::new();
    };
    let local = found.local_header();
    let mut odd = Vec::new();
    let mut differs = |what: &str| {
        odd.push((
            OddityKind::HeaderMismatch,
            format!("the header before the file has another {what} than the directory"),
        ));
    };
    if local.file_path().as_ref() != one.name.as_slice() {
        differs("name");
    }
    if local.compression_method() != one.method {
        differs("way of packing");
    }
    if local.flags().is_encrypted() != one.encrypted {
        differs("word on encryption");
    }
    // A streaming writer states sizes behind the file.
    if !local.flags().has_data_descriptor() {
        if local.uncompressed_size_hint() != one.size || local.compressed_size_hint() != one.packed
        {
            differs("size");
        }
        if local.crc32() != one.crc {
            differs("checksum");
        }
    }
    odd
}

struct Unread {
    reason: String,
    odd: Option<OddityKind>,
}

impl From<String> for Unread {
    fn from(reason: String) -> Self {
        Self { reason, odd: None }
    }
}

fn unpack(
    archive: &ZipSliceArchive<&[u8]>,
    one: &Listed,
    into: &mut Collector<'_>,
) -> Result<Vec<u8>, Unread> {
    if one.encrypted {
        return Err(Unread {
            reason: "it is encrypted".to_owned(),
            odd: Some(OddityKind::Encrypted),
        });
    }
    let limits = into.limits;
    if one.size > limits.max_file_bytes {
        let most = limits.max_file_bytes;
        return Err(format!(
            "{} bytes are over the limit of {most} for one file",
            one.size
        )
        .into());
    }
    if one.size > limits.ratio_floor_bytes && one.size / one.packed.max(1) > limits.max_ratio {
        return Err(Unread {
            reason: format!("it unpacks to over {} times its size", limits.max_ratio),
            odd: Some(OddityKind::Bomb),
        });
    }
    if !into.budget.take_bytes(one.size) {
        return Err("the archive is over the limit on unpacked bytes"
            .to_owned()
            .into());
    }
    let damaged = |error: &dyn std::fmt::Display| format!("it cannot be unpacked ({error})");
    let found = archive.get_entry(one.place).map_err(|e| damaged(&e))?;
    // One byte more than stated shows that there is more. The room grows with what comes out: what is
    // stated may be a lie.
    let mut content = Vec::new();
    let most = one.size.saturating_add(1);
    let result = match one.method {
        CompressionMethod::STORE => found
            .verifying_reader(found.data())
            .take(most)
            .read_to_end(&mut content),
        CompressionMethod::DEFLATE => found
            .verifying_reader(DeflateDecoder::new(found.data()))
            .take(most)
            .read_to_end(&mut content),
        CompressionMethod::BZIP2 => found
            .verifying_reader(bzip2::read::BzDecoder::new(found.data()))
            .take(most)
            .read_to_end(&mut content),
        other => return Err(format!("it is packed in a way that is not read ({other})").into()),
    };
    result.map_err(|error| damaged(&error))?;
    if content.len() as u64 == one.size {
        Ok(content)
    } else {
        Err("it does not have the size that the archive states"
            .to_owned()
            .into())
    }
}
