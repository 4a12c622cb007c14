//! The use cases of Runward, where engines and store meet.
//!
//! The command line and later edges parse their input, call one function here, and render what it
//! returns. Nothing here prints.

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
pub mod init;
mod project;
mod reference;
mod runner;
mod sbom;
pub mod scan;
mod settings;
mod state;
mod subject;
mod versions;

pub use runward_advisories::{RangeDetail, RecordDetail};
pub use runward_config::ColorChoice;
pub use runward_store::{Filter, StoredFinding, Transition as StoredTransition};

pub use context::Context;
pub use error::OpsError;
pub use exit::Exit;
pub use project::{Project, STATE_DIRECTORY};
pub use reference::{config_reference, config_schema, set_config};
pub use sbom::{sbom_document, write_cyclonedx, write_spdx};
pub use settings::{PROJECT_FILE, Settings, load as load_settings};
