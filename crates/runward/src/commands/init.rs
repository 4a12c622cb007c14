//! `runward init`.

use std::path::PathBuf;

use clap::Args;
use runward_ops::{Exit, Project, init};

use crate::{failure::Outcome, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The project's directory.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Replace an existing `runward.toml`.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(session: &Session, arguments: &InitArguments) -> Outcome {
    let project = Project::locate(&session.context, &arguments.path)?;
    let settings = session.settings(&project)?;
    let written = init::init(&session.context, &settings, &project, arguments.force)?;
    session.note(&format!("wrote {}", written.file.display()));
    for (path, format) in &written.manifests {
        if path.ends_with(format.as_str()) {
            session.note(&format!("  found {path}"));
        } else {
            session.note(&format!("  found {path} ({format})"));
        }
    }
    if written.manifests.is_empty() {
        session.warn("no manifest, lockfile or SBOM was found here; is this the project's root?");
    }
    session.note(&format!("next: runward scan {}", project.shown));
    Ok(Exit::CLEAN)
}
