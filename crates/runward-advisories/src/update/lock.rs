//! One update at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use jiff::Timestamp;

use crate::UpdateError;

const FILE: &str = "lock";

/// The system's lock on a file, released when the process ends however it does. The file's text
/// says who holds it.
#[derive(Debug)]
pub(super) struct UpdateLock {
    _file: File,
}

impl UpdateLock {
    pub(super) fn take(dir: &Path, now: Timestamp) -> Result<Self, UpdateError> {
        let path = dir.join(FILE);
        let io = |error| UpdateError::io(&path, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // On some systems a locked file cannot be read.
                let _ = (&mut file).take(200).read_to_string(&mut holder);
                let holder = holder.trim();
                return Err(UpdateError::Busy {
                    path: dir.display().to_string(),
                    holder: if holder.is_empty() {
                        "its process is not known".to_owned()
                    } else {
                        holder.chars().filter(|c| !c.is_control()).collect()
                    },
                });
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let holder = format!("process {}, since {now}", std::process::id());
        file.set_len(0).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        writeln!(file, "{holder}").map_err(io)?;
        file.flush().map_err(io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_is_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = UpdateLock::take(dir.path(), Timestamp::UNIX_EPOCH).unwrap();
        let error = UpdateLock::take(dir.path(), Timestamp::UNIX_EPOCH)
            .unwrap_err()
            .to_string();
        let pid = std::process::id().to_string();
        assert!(
            error.contains(&format!("process {pid}, since 1970-01-01")),
            "{error}"
        );
        drop(first);
        UpdateLock::take(dir.path(), Timestamp::UNIX_EPOCH).unwrap();
    }
}
