//! The files of a database directory.
//!
//! ```text
//! current                 the name of the generation in use, one line
//! gen-000012/             a generation: never changed once `current` names it
//!   manifest.json         what it holds and where that came from
//!   PyPI.advisories       an index for each ecosystem
//!   kev.table, epss.table
//! new-…/                  a generation in the making; left over where an update was killed
//! downloads/              parts of downloads, to go on with
//! lock                    held while an update runs; says who holds it
//! ```

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::DatabaseError;

/// Grows where an older program could not read a generation.
pub(crate) const FORMAT: u32 = 1;

pub(crate) const MANIFEST: &str = "manifest.json";
const CURRENT: &str = "current";
const MAX_MANIFEST_BYTES: u64 = 4 << 20;

/// What a generation holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    pub(crate) ecosystems: Vec<EcosystemFile>,
    pub(crate) kev: Option<FeedFile>,
    pub(crate) epss: Option<FeedFile>,
}

/// One ecosystem's index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EcosystemFile {
    pub(crate) ecosystem: String,
    pub(crate) file: String,
    pub(crate) origin: Origin,
    pub(crate) advisories: u64,
    pub(crate) withdrawn: u64,
    pub(crate) packages: u64,
    pub(crate) problems: u64,
    /// The newest change of a record.
    pub(crate) newest: Option<Timestamp>,
    /// Where records that were added to those of `origin` were taken from.
    #[serde(default)]
    pub(crate) imported: Vec<String>,
    /// No archive of the ecosystem was ever read: there is nothing but such records.
    #[serde(default)]
    pub(crate) partial: bool,
}

impl EcosystemFile {
    /// Where its records came from, in words.
    pub(crate) fn source(&self) -> String {
        let imported = self.imported.join(", ");
        match (self.partial, self.imported.is_empty()) {
            (_, true) => self.origin.source.clone(),
            (true, false) => imported,
            (false, false) => format!("{}, and records of {imported}", self.origin.source),
        }
    }
}

/// One feed's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FeedFile {
    pub(crate) file: String,
    pub(crate) origin: Origin,
    pub(crate) entries: u64,
    pub(crate) problems: u64,
}

/// Where a file's content came from, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) source: String,
    /// When the source was last found to hold this content.
    pub(crate) read: Timestamp,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// The part of every format that says which it is.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Manifest {
    pub(crate) fn read(generation: &Path) -> Result<Self, DatabaseError> {
        let path = generation.join(MANIFEST);
        let unreadable = |error| DatabaseError::unreadable(&path, error);
        if fs::metadata(&path).map_err(unreadable)?.len() > MAX_MANIFEST_BYTES {
            return Err(DatabaseError::damaged(&path, "it is far too large"));
        }
        let bytes = fs::read(&path).map_err(unreadable)?;
        let bad = |error: serde_json::Error| DatabaseError::damaged(&path, error.to_string());
        // The format first: another one may have other fields.
        let head: Head = serde_json::from_slice(&bytes).map_err(bad)?;
        if head.format != FORMAT {
            return Err(DatabaseError::OtherFormat {
                path: path.display().to_string(),
                found: head.format,
                supported: FORMAT,
            });
        }
        let manifest: Self = serde_json::from_slice(&bytes).map_err(bad)?;
        let files = manifest.ecosystems.iter().map(|item| &item.file).chain(
            manifest
                .kev
                .iter()
                .chain(&manifest.epss)
                .map(|feed| &feed.file),
        );
        for file in files {
            // Names are ours; a damaged one must not lead elsewhere.
            if file.starts_with('.') || file.contains(['/', '\\', ':']) {
                return Err(DatabaseError::damaged(&path, "a file name makes no sense"));
            }
        }
        Ok(manifest)
    }

    /// The file name of an ecosystem's index.
    pub(crate) fn file_name(ecosystem: &str) -> String {
        format!("{}.advisories", ecosystem.replace(' ', "_"))
    }
}

/// The generation in use; none where there is no database.
pub(crate) fn current(dir: &Path) -> Result<Option<PathBuf>, DatabaseError> {
    let path = dir.join(CURRENT);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DatabaseError::unreadable(&path, error)),
    };
    let name = text.trim_end();
    if generation_number(name).is_none() {
        return Err(DatabaseError::damaged(&path, "it names no generation"));
    }
    Ok(Some(dir.join(name)))
}

/// 12 of `gen-000012`.
pub(crate) fn generation_number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("gen-")?;
    (digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

pub(crate) fn generation_name(number: u64) -> String {
    format!("gen-{number:06}")
}

/// Makes a generation the one in use: readers see either the old or the new one.
pub(crate) fn switch(dir: &Path, name: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    writeln!(file, "{name}")?;
    make_readable(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(dir.join(CURRENT))
        .map_err(|error| error.error)?;
    sync_directory(dir)
}

/// A temporary file is its owner's alone; a database that root has made is for everyone to read.
#[cfg(unix)]
fn make_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Makes the names in a directory durable; elsewhere than on Unix the system does not offer it.
pub(crate) fn sync_directory(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}
