//! The project's own state directory.

use std::{fs, path::Path};

use runward_store::Store;

use crate::{OpsError, Project};

/// Opens the project's store, and makes its directory on the first time.
pub(crate) fn open(project: &Project) -> Result<Store, OpsError> {
    let file = project.store_file();
    if let Some(directory) = file.parent() {
        make_directory(directory)?;
    }
    Ok(Store::open(&file)?)
}

/// Opens the project's store where there is one.
pub(crate) fn open_existing(project: &Project) -> Result<Store, OpsError> {
    let file = project.store_file();
    if !file.exists() {
        return Err(OpsError::usage(
            format!("`{}` has no recorded findings", project.shown),
            format!("run `runward scan {}` first", project.shown),
        ));
    }
    Ok(Store::open(&file)?)
}

/// The state is the machine's, not the repository's: it ignores itself.
fn make_directory(directory: &Path) -> Result<(), OpsError> {
    fs::create_dir_all(directory)
        .map_err(|error| OpsError::io("cannot make the directory", directory, &error))?;
    let ignore = directory.join(".gitignore");
    if !ignore.exists() {
        fs::write(&ignore, "*\n").map_err(|error| OpsError::io("cannot write", &ignore, &error))?;
    }
    Ok(())
}
