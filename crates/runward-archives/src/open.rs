//! Archives, and the archives inside them.

use std::sync::Arc;

use runward_model::NotCovered;
use thiserror::Error;

use crate::{
    ArchiveTree, Blob, Entry, EntryType, Format, Limits, Oddity, OddityKind,
    collect::{Collector, Raw},
    compressed::{self, Compression},
    names::shown,
    tarball, zipped,
};

/// An archive that was opened.
#[derive(Debug, Clone)]
pub struct Archive {
    pub format: Format,
    /// Its files, and those of the archives in it.
    pub tree: ArchiveTree,
    /// Every entry, in the order of the archive.
    pub entries: Vec<Entry>,
    pub oddities: Vec<Oddity>,
    pub not_covered: Vec<NotCovered>,
}

/// Why an archive was not opened.
#[derive(Debug, Error)]
pub enum ArchiveError {
    #[error(
        "`{name}` is no zip, tar, gzip, bzip2 or xz archive; name the file as the registry serves it"
    )]
    Unknown { name: String },
    #[error("`{name}` is {size} bytes, over the limit of {limit}; look at it by hand")]
    TooLarge { name: String, size: u64, limit: u64 },
    #[error("`{name}` cannot be read: {reason}; fetch it again")]
    Damaged { name: String, reason: String },
}

/// Opens an archive. `name` is for messages and for what a gzip without a name holds.
pub fn open(name: &str, bytes: &[u8], limits: &Limits) -> Result<Archive, ArchiveError> {
    let size = bytes.len() as u64;
    if size > limits.max_compressed_bytes {
        return Err(ArchiveError::TooLarge {
            name: shown(name),
            size,
            limit: limits.max_compressed_bytes,
        });
    }
    let mut collector = Collector::new(limits);
    let file_name = shown(name.rsplit(['/', '\\']).next().unwrap_or(name));
    collector.start(&file_name, 0);
    let format = match read(&file_name, bytes, false, &mut collector) {
        Read::Done(format) => format,
        Read::NoArchive => return Err(ArchiveError::Unknown { name: file_name }),
        Read::Damaged(reason) => {
            return Err(ArchiveError::Damaged {
                name: file_name,
                reason,
            });
        }
    };
    if !name_fits(&file_name, format) {
        collector.odd_archive(
            OddityKind::WrongName,
            format!("its content is {}", format.as_str()),
        );
    }
    let found = collector.finish();
    nested(found, &mut collector);
    collector.close();
    Ok(Archive {
        format,
        tree: collector.tree,
        entries: collector.entries,
        oddities: collector.oddities,
        not_covered: collector.not_covered,
    })
}

enum Read {
    Done(Format),
    NoArchive,
    Damaged(String),
}

/// Reads one archive into the collector.
fn read(name: &str, bytes: &[u8], inner: bool, into: &mut Collector<'_>) -> Read {
    // A zip is read from its end: Python takes what stands before it for a launcher.
    let by_name = !inner
        && [".whl", ".zip", ".jar", ".egg"]
            .iter()
            .any(|end| ends_with(name, end));
    if zipped::is_zip(bytes) || (by_name && !tarball::is_tar(bytes)) {
        return match zipped::read(bytes, into) {
            Ok(()) => Read::Done(Format::Zip),
            Err(reason) => Read::Damaged(reason),
        };
    }
    if let Some(how) = compressed::compression(bytes) {
        let unpacked = compressed::unpack(bytes, how, into);
        let tar = tarball::is_tar(&unpacked);
        if tar {
            tarball::read(&Arc::new(unpacked), into);
        } else {
            single(name, bytes, how, unpacked, into);
        }
        return Read::Done(match (how, tar) {
            (Compression::Gz, true) => Format::TarGz,
            (Compression::Bz2, true) => Format::TarBz2,
            (Compression::Xz, true) => Format::TarXz,
            (Compression::Gz, false) => Format::Gz,
            (Compression::Bz2, false) => Format::Bz2,
            (Compression::Xz, false) => Format::Xz,
        });
    }
    if tarball::is_tar(bytes) {
        if !into.budget.take_bytes(bytes.len() as u64) {
            compressed::over(bytes.len() as u64, into);
            return Read::Done(Format::Tar);
        }
        tarball::read(&Arc::new(bytes.to_vec()), into);
        return Read::Done(Format::Tar);
    }
    Read::NoArchive
}

/// The one file of a compressed stream.
fn single(name: &str, bytes: &[u8], how: Compression, unpacked: Vec<u8>, into: &mut Collector<'_>) {
    let stem = [".gz", ".bz2", ".xz"]
        .iter()
        .find_map(|end| {
            name.get(..name.len().checked_sub(end.len())?)
                .filter(|_| ends_with(name, end))
        })
        .filter(|stem| !stem.is_empty());
    let stated = match how {
        Compression::Gz => compressed::inner_name(bytes),
        _ => None,
    };
    let inner = stem
        .map(|stem| stem.as_bytes().to_vec())
        .or(stated)
        .unwrap_or_else(|| b"content".to_vec());
    let place = into.enter(&Raw {
        name: &inner,
        entry_type: EntryType::File,
        mode: None,
        link: None,
        modified: None,
        declared_size: unpacked.len() as u64,
    });
    if let Ok(Some(place)) = place {
        into.keep(place, Blob::new(unpacked));
    }
}

/// Opens the archives among files, and those in them.
fn nested(found: Vec<String>, into: &mut Collector<'_>) {
    let mut level = found;
    for nesting in 1..=into.limits.max_nesting + 1 {
        let mut next = Vec::new();
        for place in level {
            let Some(blob) = into.tree.blob(&place).cloned() else {
                continue;
            };
            if !is_archive(blob.bytes()) {
                continue;
            }
            if nesting > into.limits.max_nesting {
                into.gap(
                    place,
                    format!(
                        "archives nested deeper than {} are not opened",
                        into.limits.max_nesting
                    ),
                );
                continue;
            }
            into.start(&place, nesting);
            let name = place.rsplit('/').next().unwrap_or(&place).to_owned();
            if let Read::Damaged(reason) = read(&name, blob.bytes(), true, into) {
                into.gap(into.archive().to_owned(), reason);
            }
            next.extend(into.finish());
        }
        level = next;
    }
}

/// Whether bytes look like an archive.
fn is_archive(bytes: &[u8]) -> bool {
    zipped::is_zip(bytes) || compressed::compression(bytes).is_some() || tarball::is_tar(bytes)
}

fn ends_with(name: &str, end: &str) -> bool {
    name.len() >= end.len()
        && name
            .get(name.len() - end.len()..)
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// Names of packages say how they are packed; unpackers go by them.
fn name_fits(name: &str, format: Format) -> bool {
    let expected: &[(&str, &[Format])] = &[
        (".whl", &[Format::Zip]),
        (".zip", &[Format::Zip]),
        (".jar", &[Format::Zip]),
        (".egg", &[Format::Zip]),
        (".tar.gz", &[Format::TarGz]),
        (".tgz", &[Format::TarGz]),
        (".crate", &[Format::TarGz]),
        (".tar.bz2", &[Format::TarBz2]),
        (".tar.xz", &[Format::TarXz]),
        (".tar", &[Format::Tar]),
    ];
    expected
        .iter()
        .find(|(end, _)| ends_with(name, end))
        .is_none_or(|(_, formats)| formats.contains(&format))
}
