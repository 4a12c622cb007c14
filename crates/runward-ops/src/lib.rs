//! The use cases of Runward, where engines and store meet.
//!
//! The command line and later edges parse their input, call one function here, and render what it
//! returns. Nothing here prints.

pub mod access;
pub mod audit;
mod baseline;
pub mod code;
mod context;
pub mod db;
pub mod deps;
mod detect;
pub mod doctor;
mod error;
mod exit;
pub mod explain;
mod files;
pub mod findings;
mod git;
mod headline;
pub mod hooks;
pub mod imports;
pub mod init;
mod judge;
mod ledger;
pub mod packages;
mod places;
mod project;
mod reference;
pub mod rules;
mod runner;
mod sbom;
pub mod scan;
pub mod secrets;
mod settings;
pub mod store;
mod subject;
pub mod tasks;
mod versions;

pub use runward_advisories::{RangeDetail, RecordDetail};
pub use runward_config::ColorChoice;
pub use runward_db::{Place, export::ExportFormat};
pub use runward_store::{Filter, StoredFinding, Transition as StoredTransition};

use std::path::Path;

pub use context::Context;
pub use error::OpsError;
pub use exit::Exit;
pub use files::Which;
pub use ledger::{Ledger, TOKEN_VARIABLE};
pub use places::{Missing, Places};
pub use project::{Project, STATE_DIRECTORY};
pub use reference::{config_reference, config_schema, set_config};
pub use sbom::{sbom_document, write_cyclonedx, write_spdx};
pub use settings::{PROJECT_FILE, Settings, load as load_settings};

/// Random bytes from the operating system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), OpsError> {
    getrandom::fill(bytes).map_err(|error| OpsError::Io {
        message: format!("the system gives no random bytes: {error}"),
        help: None,
    })
}

/// Makes a directory with its parents, for its owner alone.
pub(crate) fn private_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a project's state directory. The state is the machine's, not the repository's: it ignores
/// itself.
pub(crate) fn state_directory(project: &Project) -> std::io::Result<()> {
    let directory = project.root.join(STATE_DIRECTORY);
    private_directory(&directory)?;
    let ignore = directory.join(".gitignore");
    if ignore.exists() {
        return Ok(());
    }
    std::io::Write::write_all(&mut private_file(&ignore)?, b"*\n")
}

/// Opens a file to write it anew, for its owner alone.
pub(crate) fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
