//! Tar archives.

use std::{io::Cursor, sync::Arc};

use tar::{Archive, EntryType as Tar};

use crate::{
    Blob, EntryType, OddityKind,
    collect::{Collector, Full, Raw},
};

const BLOCK: u64 = 512;

/// Whether bytes begin with a tar header: its checksum is right.
pub(crate) fn is_tar(bytes: &[u8]) -> bool {
    let Some(block) = bytes.get(..512) else {
        return false;
    };
    if block.first() == Some(&0) {
        return false;
    }
    let header = tar::Header::from_byte_slice(block);
    let sum: u32 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    header.cksum().is_ok_and(|stated| stated == sum)
}

/// Reads the entries of an unpacked tarball. Its bytes are already paid for.
pub(crate) fn read(buffer: &Arc<Vec<u8>>, into: &mut Collector<'_>) {
    let mut archive = Archive::new(Cursor::new(buffer.as_slice()));
    let entries = match archive.entries_with_seek() {
        Ok(entries) => entries,
        Err(error) => return into.gap_archive(format!("it is no whole tar archive ({error})")),
    };
    let mut end = 0_u64;
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                into.gap_archive(format!(
                    "it is damaged ({error}); entries behind that are not looked at"
                ));
                return;
            }
        };
        let start = entry.raw_file_position();
        let size = entry.size();
        let stored = if entry.header().entry_type().is_gnu_sparse() {
            entry.header().entry_size().unwrap_or(size)
        } else {
            size
        };
        end = start.saturating_add(stored);
        if one(entry, buffer, into).is_err() {
            return;
        }
    }
    let behind = usize::try_from(end.div_ceil(BLOCK).saturating_mul(BLOCK)).unwrap_or(usize::MAX);
    let rest = buffer.get(behind..).unwrap_or_default();
    if rest.iter().any(|byte| *byte != 0) {
        into.odd_archive(
            OddityKind::HiddenData,
            "bytes stand behind the end of the tar archive",
        );
    }
}

fn one(
    mut entry: tar::Entry<'_, Cursor<&[u8]>>,
    buffer: &Arc<Vec<u8>>,
    into: &mut Collector<'_>,
) -> Result<(), Full> {
    let header = entry.header();
    let tar_type = header.entry_type();
    let entry_type = match tar_type {
        // What git puts before everything: the commit.
        Tar::XGlobalHeader => return Ok(()),
        Tar::Regular | Tar::Continuous | Tar::GNUSparse => EntryType::File,
        Tar::Directory => EntryType::Directory,
        Tar::Symlink => EntryType::Symlink,
        Tar::Link => EntryType::Hardlink,
        Tar::Char | Tar::Block | Tar::Fifo => EntryType::Device,
        _ => EntryType::Other,
    };
    let (mode, modified) = (header.mode().ok(), header.mtime().ok());
    let name = entry.path_bytes().into_owned();
    // An old form: a file whose name ends in a slash is a directory.
    let entry_type = match entry_type {
        EntryType::File if name.ends_with(b"/") => EntryType::Directory,
        other => other,
    };
    let link = entry.link_name_bytes().map(std::borrow::Cow::into_owned);
    let size = entry.size();
    let place = into.enter(&Raw {
        name: &name,
        entry_type,
        mode,
        link,
        modified: modified.and_then(|seconds| i64::try_from(seconds).ok()),
        declared_size: size,
    })?;
    let Some(place) = place else { return Ok(()) };
    if tar_type.is_gnu_sparse() || is_pax_sparse(&mut entry) {
        into.odd(OddityKind::Sparse, place.clone(), "the file has holes");
        into.gap(place, "sparse files are not read");
        return Ok(());
    }
    let start = usize::try_from(entry.raw_file_position()).ok();
    let end = usize::try_from(entry.raw_file_position().saturating_add(size)).ok();
    let blob = start
        .zip(end)
        .and_then(|(start, end)| Blob::part(buffer, start..end));
    match blob {
        Some(blob) => into.keep(place, blob),
        None => into.gap(place, "the archive ends before the file does"),
    }
    Ok(())
}

fn is_pax_sparse(entry: &mut tar::Entry<'_, Cursor<&[u8]>>) -> bool {
    let Ok(Some(extensions)) = entry.pax_extensions() else {
        return false;
    };
    extensions
        .filter_map(Result::ok)
        .any(|extension| extension.key_bytes().starts_with(b"GNU.sparse."))
}
