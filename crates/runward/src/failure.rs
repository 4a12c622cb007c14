//! Errors as the user meets them: once, on standard error, with the next step.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use runward_ops::{Exit, OpsError};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// Anything that ends a subcommand.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Ops(#[from] OpsError),
    #[error(transparent)]
    Other(anyhow::Error),
}

/// A use case that failed while its output was written ends as it would without output.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<OpsError>() {
            Ok(error) => Self::Ops(error),
            Err(error) => Self::Other(error),
        }
    }
}

/// The result of a subcommand.
pub(crate) type Outcome = Result<Exit, Failure>;

/// Writes an error and tells the exit code.
pub(crate) fn report(failure: &Failure) -> Exit {
    let mut stderr = anstream::stderr().lock();
    match failure {
        Failure::Other(error) => {
            let _ = writeln!(stderr, "{ERROR}error{ERROR:#}: {error:#}");
            Exit::Internal
        }
        Failure::Ops(OpsError::Config(errors)) => {
            for error in errors {
                let _ = writeln!(stderr, "{ERROR}error{ERROR:#}: {error}");
                if let Some(help) = &error.help {
                    let _ = writeln!(stderr, "  {HELP}help{HELP:#}: {help}");
                }
            }
            Exit::Usage
        }
        Failure::Ops(error) => {
            let _ = writeln!(stderr, "{ERROR}error{ERROR:#}: {error}");
            if let Some(help) = error.help() {
                let _ = writeln!(stderr, "  {HELP}help{HELP:#}: {help}");
            }
            error.exit()
        }
    }
}
