//! What to read: the arguments that `scan` and `deps` share.

use std::path::PathBuf;

use clap::Args;
use runward_ops::{OpsError, Project, Settings, deps::DepsRequest};

use crate::terminal::Session;

/// The project and what is read besides its own files.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The project's directory, or one manifest, lockfile or SBOM.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Also read this installed environment (a virtual environment or site-packages).
    #[arg(long, value_name = "DIR")]
    env: Vec<PathBuf>,
    /// Also read this SBOM (CycloneDX or SPDX).
    #[arg(long, value_name = "FILE")]
    sbom: Vec<PathBuf>,
    /// Ask the project's package manager for versions that are left open. It uses the network
    /// and may run code of the packages.
    #[arg(long)]
    resolve: bool,
    /// The Python version that markers are evaluated for, e.g. 3.12.
    #[arg(long, value_name = "VERSION")]
    python_version: Option<String>,
    /// The platform that markers are evaluated for: linux, macos, windows.
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
}

impl Source {
    /// The project with its configuration, these flags on top.
    pub(crate) fn project(&self, session: &Session) -> Result<(Project, Settings), OpsError> {
        let project = Project::locate(&session.context, &self.path)?;
        let flag = |key: &str, value: &Option<String>| {
            value.as_ref().map(|value| (key.to_owned(), value.clone()))
        };
        let flags: Vec<_> = flag("deps.python_version", &self.python_version)
            .into_iter()
            .chain(flag("deps.platform", &self.platform))
            .collect();
        let settings = session.settings_with(&project, &flags)?;
        Ok((project, settings))
    }

    pub(crate) fn request(&self, imports: bool) -> DepsRequest {
        DepsRequest {
            environments: self.env.clone(),
            sboms: self.sbom.clone(),
            resolve: self.resolve,
            imports,
        }
    }
}
