//! A first configuration, from what the project shows of itself.

use std::path::PathBuf;

use runward_config::ProjectFacts;
use runward_tree::Tree;

use crate::{
    Context, OpsError, PROJECT_FILE, Project, Settings,
    deps::{self, DepsRequest},
};

/// What was written.
#[derive(Debug)]
pub struct Written {
    pub file: PathBuf,
    /// Path and format of each manifest that was found.
    pub manifests: Vec<(String, String)>,
}

/// Writes a commented `runward.toml`.
///
/// # Errors
/// Where there is one already, unless `force` is set.
pub fn init(
    context: &Context,
    settings: &Settings,
    project: &Project,
    force: bool,
) -> Result<Written, OpsError> {
    let file = project.root.join(PROJECT_FILE);
    if file.exists() && !force {
        return Err(OpsError::usage(
            format!("`{}` exists already", file.display()),
            "edit it, or replace it with `runward init --force`",
        ));
    }
    let dependencies = deps::read(context, settings, project, &DepsRequest::default())?;
    let manifests = dependencies.graph.read;
    let tree = project.tree(settings.config().scan.max_file_bytes)?;
    let text = runward_config::template(&ProjectFacts {
        name: Some(project.name()),
        manifests: manifests.clone(),
        python_version: runward_python::detect_target(&tree),
        environments: environments(&tree),
    });
    std::fs::write(&file, text).map_err(|error| OpsError::io("cannot write", &file, &error))?;
    Ok(Written { file, manifests })
}

/// Virtual environments under their usual names.
fn environments(tree: &dyn Tree) -> Vec<String> {
    [".venv", "venv"]
        .into_iter()
        .filter(|directory| tree.kind(&format!("{directory}/pyvenv.cfg")).is_some())
        .map(str::to_owned)
        .collect()
}
