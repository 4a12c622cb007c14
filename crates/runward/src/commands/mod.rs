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

use clap::ValueEnum;

/// The target of environment markers, as configuration.
pub(crate) fn target_flags(
    python_version: Option<&String>,
    platform: Option<&String>,
) -> Vec<(String, String)> {
    let version = python_version.map(|value| ("deps.python_version".to_owned(), value.clone()));
    let platform = platform.map(|value| ("deps.platform".to_owned(), value.clone()));
    version.into_iter().chain(platform).collect()
}

/// The form of a small listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    #[default]
    Text,
    Json,
}
