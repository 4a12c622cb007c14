//! One file per subcommand.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod db;
pub(crate) mod deps;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod findings;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod scan;
pub(crate) mod source;

use clap::ValueEnum;

/// The form of a small listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    #[default]
    Text,
    Json,
}
