//! Layered configuration with origins.
//!
//! [`load`] merges the built-in defaults, the user's file, the project's file, the selected
//! environment's sections, `RUNWARD_*` variables and the command line, lowest first. Everything is
//! handed in as text: the crate reads no file, no variable and no clock. A value knows where it
//! comes from ([`Loaded::origin`]); everything that is wrong is reported at once, with file, line
//! and the nearest right key.
//!
//! [`set`] edits a file and keeps its comments, [`template`] writes a commented one, [`schema`] and
//! [`keys`] describe the keys for editors and documentation. What a key means is said once, in
//! the doc comments of [`Config`].

mod config;
mod edit;
mod error;
mod fields;
mod file;
mod keys;
mod limits;
mod load;
mod loaded;
mod nearest;
mod origin;
mod pairs;
mod position;
mod reader;
mod render;
mod rules;
mod schema;
mod setting;
mod shape;
mod template;
mod text_value;
mod trust;
mod unknown;
mod vocabulary;

pub use config::{
    AccessConfig, AllowedPackage, AuditConfig, CodeConfig, Config, DatabaseConfig, DepsConfig,
    OutputConfig, PackagesConfig, ProjectConfig, ScanConfig, SecretsConfig, StoreConfig,
    TasksConfig,
};
pub use edit::set;
pub use error::ConfigError;
pub use keys::{KeyDoc, keys};
pub use limits::{LIMITS, Limits};
pub use load::{File, Inputs, load};
pub use loaded::Loaded;
pub use origin::{LayerKind, Origin};
pub use schema::schema;
pub use template::{ProjectFacts, template};
pub use vocabulary::{ColorChoice, FollowCalls, InspectFiles};
