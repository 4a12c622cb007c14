//! The use cases of Runward, where engines and store meet.
//!
//! The command line and later edges parse their input, call one function here, and render what it
//! returns. Nothing here prints.

pub mod access;
pub mod audit;
mod baseline;
mod context;
pub mod db;
pub mod deps;
mod detect;
pub mod doctor;
mod error;
mod exit;
pub mod explain;
pub mod findings;
mod headline;
pub mod imports;
pub mod init;
mod judge;
mod ledger;
mod project;
mod reference;
mod runner;
mod sbom;
pub mod scan;
mod settings;
pub mod store;
mod subject;
pub mod tasks;
mod versions;

pub use runward_advisories::{RangeDetail, RecordDetail};
pub use runward_config::ColorChoice;
pub use runward_db::{Place, export::ExportFormat};
pub use runward_store::{Filter, StoredFinding, Transition as StoredTransition};

pub use context::Context;
pub use error::OpsError;
pub use exit::Exit;
pub use ledger::{Ledger, Missing, Places, TOKEN_VARIABLE};
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

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
