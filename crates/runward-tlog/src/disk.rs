//! File operations that are durable when they return, each a place where a test may inject a fault.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::error::LogError;

#[allow(clippy::unnecessary_wraps, reason = "only tests inject faults")]
fn point() -> io::Result<()> {
    #[cfg(test)]
    if fault::hit() {
        return Err(io::Error::other("injected fault"));
    }
    Ok(())
}

/// Writes at an offset. On failure any part may have been written.
pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    if let Err(error) = point() {
        let (half, _) = bytes.split_at(bytes.len() / 2);
        file.write_all_at(half, offset)?;
        return Err(error);
    }
    file.write_all_at(bytes, offset)
}

pub(crate) fn sync_data(file: &File) -> io::Result<()> {
    point()?;
    // Tests of this crate's inside inject faults by the thousand and never lose power.
    if cfg!(test) { Ok(()) } else { file.sync_data() }
}

pub(crate) fn set_len(file: &File, len: u64) -> io::Result<()> {
    point()?;
    file.set_len(len)
}

/// Makes the names in a directory durable.
pub(crate) fn sync_dir(path: &Path) -> Result<(), LogError> {
    point()
        .and_then(|()| File::open(path))
        .and_then(|dir| if cfg!(test) { Ok(()) } else { dir.sync_all() })
        .map_err(|e| LogError::io("sync directory", path, e))
}

/// Creates a directory with its parents and makes their names durable.
pub(crate) fn create_dir(path: &Path) -> Result<(), LogError> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    if let Some(parent) = parent {
        create_dir(parent)?;
    }
    match point().and_then(|()| make_dir(path)) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(LogError::io("create directory", path, e)),
        Ok(()) => sync_dir(parent.unwrap_or(Path::new("."))),
    }
}

/// For the owner alone: what the log tells is not everybody's.
fn make_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(path)
}

/// The mode of the log's files.
pub(crate) const PRIVATE: u32 = 0o600;

/// Writes a file of its own under a temporary name, durably, then gives it its name. The name is
/// durable only after [`sync_dir`] of its directory.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), LogError> {
    let temporary = temporary(path);
    let write = || {
        point()?;
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(PRIVATE)
            .open(&temporary)?;
        point()?;
        file.write_all(bytes)?;
        sync_data(&file)?;
        point()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|e| {
        let _ = fs::remove_file(&temporary);
        LogError::io("write", path, e)
    })
}

fn temporary(path: &Path) -> std::path::PathBuf {
    // Writers of one path hold a lock; a stray of a killed one is overwritten by its successor.
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    path.with_file_name(name)
}

/// [`put`] and its name made durable.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), LogError> {
    put(path, bytes)?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Creates a file that only its owner may read; fails if it exists.
pub(crate) fn create_secret(path: &Path, bytes: &[u8]) -> Result<(), LogError> {
    // No lock guards keys: the process id keeps two first starts apart.
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let write = || {
        let _ = fs::remove_file(&temporary);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(PRIVATE)
            .open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        // A link, not a rename: it does not replace a key that another process made meanwhile.
        let linked = fs::hard_link(&temporary, path);
        let _ = fs::remove_file(&temporary);
        linked
    };
    write().map_err(|e| LogError::io("create the key", path, e))?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Removes a file; one that is gone already is fine.
pub(crate) fn remove(path: &Path) -> Result<(), LogError> {
    match point().and_then(|()| fs::remove_file(path)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(LogError::io("remove", path, e)),
        _ => Ok(()),
    }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, LogError> {
    fs::read(path).map_err(|e| LogError::io("read", path, e))
}

/// Injected faults: the n-th operation of this thread fails, a write after half of its bytes.
#[cfg(test)]
pub(crate) mod fault {
    use std::cell::Cell;

    thread_local! {
        static COUNTDOWN: Cell<Option<u32>> = const { Cell::new(None) };
        static STICKY: Cell<bool> = const { Cell::new(false) };
    }

    /// The operation after `n` more ones fails; with `sticky` every later one too.
    pub(crate) fn arm(n: u32, sticky: bool) {
        COUNTDOWN.set(Some(n));
        STICKY.set(sticky);
    }

    /// Ends injection; true where no fault was reached.
    pub(crate) fn disarm() -> bool {
        STICKY.set(false);
        COUNTDOWN.take().is_some_and(|n| n > 0)
    }

    pub(crate) fn hit() -> bool {
        match COUNTDOWN.get() {
            None => false,
            Some(0) => {
                if !STICKY.get() {
                    COUNTDOWN.set(None);
                }
                true
            }
            Some(n) => {
                COUNTDOWN.set(Some(n - 1));
                false
            }
        }
    }
}
