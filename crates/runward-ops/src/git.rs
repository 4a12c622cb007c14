//! The `git` program, where the user's and the repository's configuration have the say: where hooks
//! are. What is scanned is read without it.

use std::{path::Path, time::Duration};

use runward_deps::resolve::Runner as _;

use crate::{OpsError, runner::SystemRunner};

const GIT_TIME: Duration = Duration::from_mins(1);

/// Asks `git` about the configuration, which is its own to explain.
pub(crate) fn ask(directory: &Path, arguments: &[&str]) -> Result<String, OpsError> {
    SystemRunner
        .run("git", arguments, directory, GIT_TIME)
        .map_err(|error| {
            OpsError::usage(
                format!("`git {}` failed: {error}", arguments.join(" ")),
                "run it in a git repository",
            )
        })
}
