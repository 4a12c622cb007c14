//! Errors as the user meets them: once, on standard error, with the next step.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use runward_ops::{Exit, OpsError};
use runward_report::clean_lines;

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

/// Writes an error and tells the exit code. What the user typed or a file said is quoted in it, and
/// acts on no terminal.
pub(crate) fn report(failure: &Failure) -> Exit {
    let mut stderr = anstream::stderr().lock();
    let mut tell = |message: String, help: Option<&str>| {
        let _ = writeln!(stderr, "{ERROR}error{ERROR:#}: {}", clean_lines(&message));
        if let Some(help) = help {
            let _ = writeln!(stderr, "  {HELP}help{HELP:#}: {}", clean_lines(help));
        }
    };
    match failure {
        Failure::Other(error) => {
            tell(format!("{error:#}"), None);
            Exit::Internal
        }
        Failure::Ops(OpsError::Config(errors)) => {
            for error in errors {
                tell(error.to_string(), error.help.as_deref());
            }
            Exit::Usage
        }
        Failure::Ops(error) => {
            tell(error.to_string(), error.help());
            error.exit()
        }
    }
}
