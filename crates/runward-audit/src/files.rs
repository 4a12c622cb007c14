//! Small files that are written whole or not at all.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use crate::AuditError;

/// Writes a file under a temporary name and renames it.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), AuditError> {
    let wrong = |error| AuditError::file(path, error);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&temporary)
        .map_err(wrong)?;
    file.write_all(bytes).map_err(wrong)?;
    file.sync_all().map_err(wrong)?;
    fs::rename(&temporary, path).map_err(wrong)
}
