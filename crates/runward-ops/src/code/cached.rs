//! Where results by content are kept.

use std::{fs, io, io::Write as _, path::PathBuf};

use runward_code::{Cache, Digest};

use crate::{Project, project::STATE_DIRECTORY};

/// Largest cache that is read, in bytes.
const MOST: u64 = 512 << 20;

pub(super) fn place(project: &Project) -> PathBuf {
    project
        .root
        .join(STATE_DIRECTORY)
        .join("cache")
        .join("code")
}

/// What is there, or an empty cache: losing it loses time only.
pub(super) fn read(place: &PathBuf, rules: Digest) -> Cache {
    let small = fs::metadata(place).is_ok_and(|found| found.is_file() && found.len() <= MOST);
    match small.then(|| fs::read(place)) {
        Some(Ok(bytes)) => Cache::from_bytes(&bytes, rules),
        _ => Cache::new(rules),
    }
}

/// Replaces the file as a whole.
pub(super) fn write(project: &Project, place: &PathBuf, cache: &Cache) -> io::Result<()> {
    let directory = project.root.join(STATE_DIRECTORY).join("cache");
    crate::state_directory(project)?;
    fs::create_dir_all(&directory)?;
    let bytes = cache.to_bytes()?;
    let mut file = tempfile::NamedTempFile::new_in(&directory)?;
    file.write_all(&bytes)?;
    file.persist(place)?;
    Ok(())
}
