//! The configuration of one run, from all its layers.

use std::{
    fs,
    path::{Path, PathBuf},
};

use runward_config::{Config, File, Inputs, Loaded};

use crate::{Context, OpsError, Project};

/// A project's own configuration file.
pub const PROJECT_FILE: &str = "runward.toml";

/// What to do where a token is asked for.
pub(crate) const TOKEN_HELP: &str =
    "pipe it in, for example `runward access login < token.txt`, or type it and press return";

/// Configuration, and the places that follow from it.
#[derive(Debug)]
pub struct Settings {
    pub loaded: Loaded,
    /// The directory of the advisory database.
    pub database_directory: PathBuf,
}

impl Settings {
    pub fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// The project's name in reports and in the store.
    pub fn project_name(&self, project: &Project) -> String {
        let configured = self.config().project.name.clone();
        configured.unwrap_or_else(|| project.name())
    }
}

/// Reads and merges every layer for the project at `root`; without one, only what is the user's:
/// the database that all projects share is not for one of them to choose.
///
/// # Errors
/// Every mistake in every layer at once.
pub fn load(
    context: &Context,
    root: Option<&Path>,
    environment: Option<&str>,
    flags: &[(String, String)],
) -> Result<Settings, OpsError> {
    let user = match context.user_config_file() {
        Some(path) => read(&path)?.map(|text| (path.display().to_string(), text)),
        None => None,
    };
    let project = match root {
        Some(root) => read(&root.join(PROJECT_FILE))?,
        None => None,
    };
    let pyproject = match (root, &project) {
        (Some(root), None) => in_pyproject(root),
        _ => None,
    };
    let root = root.unwrap_or(&context.working_directory);
    let shown = |name: &str| match root.strip_prefix(&context.working_directory) {
        Ok(relative) => relative.join(name).display().to_string(),
        Err(_) => root.join(name).display().to_string(),
    };
    let project_path = shown(PROJECT_FILE);
    let pyproject_path = shown("pyproject.toml");
    let loaded = runward_config::load(&Inputs {
        user: user.as_ref().map(|(path, text)| File { path, text }),
        project: project.as_ref().map(|text| File {
            path: &project_path,
            text,
        }),
        pyproject: pyproject.as_ref().map(|text| File {
            path: &pyproject_path,
            text,
        }),
        environment,
        variables: &context.variables,
        flags,
    })
    .map_err(OpsError::Config)?;
    let problems = runward_assess::validate(&loaded.config.policy);
    if !problems.is_empty() {
        let message = problems
            .iter()
            .map(|problem| format!("`policy.{}`: {}", problem.key, problem.message))
            .collect::<Vec<_>>()
            .join("; ");
        return Err(OpsError::usage(
            format!("the policy is wrong: {message}"),
            "run `runward config show --origin` to see where each value comes from",
        ));
    }
    let database_directory = match &loaded.config.database.dir {
        Some(directory) => context.working_directory.join(directory),
        None => context
            .user_data_directory()
            .ok_or_else(|| {
                OpsError::usage(
                    "there is no place for the advisory database: neither HOME nor XDG_DATA_HOME is set",
                    "set RUNWARD_DATA_DIR to a directory",
                )
            })?
            .join("advisories"),
    };
    Ok(Settings {
        loaded,
        database_directory,
    })
}

/// The text of a `pyproject.toml` that configures Runward.
pub(crate) fn in_pyproject(root: &Path) -> Option<String> {
    // Where it cannot be read, the reader of dependencies says so.
    let text = read(&root.join("pyproject.toml")).ok().flatten()?;
    text.contains("tool.runward").then_some(text)
}

/// A file's text, `None` where there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<String>, OpsError> {
    const MAX_BYTES: u64 = 1024 * 1024;
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(OpsError::io("cannot read", path, &error)),
    };
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(OpsError::usage(
            format!(
                "`{}` is not a configuration file: it is no regular file of at most 1 MiB",
                path.display()
            ),
            "move it away",
        ));
    }
    let bytes = fs::read(path).map_err(|error| OpsError::io("cannot read", path, &error))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(OpsError::usage(
            format!("`{}` is not valid UTF-8", path.display()),
            "save it as UTF-8",
        )),
    }
}
