//! Pipelines, written as files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use runward_hooks::{Pipeline, PipelineOptions};

use crate::{OpsError, git::ask};

/// A pipeline's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub file: PathBuf,
    pub next_step: Option<&'static str>,
}

/// Where the program comes from.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Writes the file of a pipeline into a repository.
///
/// `install`: another command that installs the program.
pub fn write_pipeline(
    directory: &Path,
    pipeline: Pipeline,
    install: Option<&str>,
    force: bool,
) -> Result<Written, OpsError> {
    let branch = ask(
        directory,
        &["symbolic-ref", "--short", "refs/remotes/origin/HEAD"],
    )
    .ok()
    .and_then(|name| name.trim().strip_prefix("origin/").map(str::to_owned))
    .or_else(|| {
        let name = ask(directory, &["symbolic-ref", "--short", "HEAD"]).ok()?;
        Some(name.trim().to_owned())
    })
    .unwrap_or_else(|| "main".to_owned());
    if !is_plain(&branch) {
        return Err(OpsError::usage(
            format!("the branch `{branch}` cannot be written into a pipeline"),
            "check out the branch that the pipeline is to run for",
        ));
    }
    let mut options = PipelineOptions::of_version(env!("CARGO_PKG_VERSION"), REPOSITORY, &branch);
    if let Some(install) = install {
        if install.contains(['\n', '\r']) || install.contains(": ") || install.contains(" #") {
            return Err(OpsError::usage(
                "`--install` is one plain command",
                "write a script for more, and name that",
            ));
        }
        install.clone_into(&mut options.install);
    }
    let file = directory.join(pipeline.path());
    if file.exists() && !force {
        return Err(OpsError::usage(
            format!("`{}` exists already", file.display()),
            "edit it, or replace it with `--force`",
        ));
    }
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent).map_err(|error| OpsError::io("cannot make", parent, &error))?;
    }
    fs::write(&file, pipeline.template(&options))
        .map_err(|error| OpsError::io("cannot write", &file, &error))?;
    Ok(Written {
        file,
        next_step: pipeline.next_step(),
    })
}

/// Branches of these letters mean nothing else to YAML or a shell.
fn is_plain(branch: &str) -> bool {
    !branch.is_empty()
        && branch
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}
