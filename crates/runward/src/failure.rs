//! Errors as the user meets them: once, on standard error, with the next step.

use std::{io::Write as _, process::ExitCode};

use anstyle::{AnsiColor, Style};
use runward_ops::{Exit, OpsError};
use runward_report::clean_lines;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// Says what is wrong with the command's words, or shows the help that was asked for.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind;

    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::DisplayVersion
    ) {
        error.exit();
    }
    // What was typed is quoted as it is, so it could act on the terminal.
    let message = error.to_string();
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let _ = writeln!(
        anstream::stderr(),
        "{ERROR}error{ERROR:#}: {}",
        clean_lines(message)
    );
    ExitCode::from(Exit::Usage.code())
}

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
        Failure::Ops(OpsError::Rules(problems)) => {
            for problem in problems {
                tell(problem.render(), None);
            }
            Exit::Usage
        }
        Failure::Ops(error) => {
            tell(error.to_string(), error.help());
            error.exit()
        }
    }
}
