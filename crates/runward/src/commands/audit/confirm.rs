//! Whether a redacted value was this one.

use clap::Args;
use runward_ops::{
    Exit, Ledger, OpsError,
    audit::{self, Confirmed},
};
use serde_json::Value;

use crate::{failure::Outcome, outputs::write_stdout};

#[derive(Debug, Args)]
pub(crate) struct ConfirmArguments {
    /// The event's index in the log, or its id.
    id: String,
    /// Where the value stands: `details.password`, `/changes/deadline/new`.
    path: String,
    /// The value as JSON; absent: one line of standard input, as text, so that it is in no
    /// shell's history.
    #[arg(long, value_name = "JSON")]
    json: Option<String>,
}

pub(super) fn run(ledger: &Ledger, arguments: &ConfirmArguments) -> Outcome {
    let candidate = if let Some(json) = &arguments.json {
        serde_json::from_str(json).map_err(|error| {
            OpsError::usage(
                format!("the value is no JSON: {error}"),
                "quote a text: --json '\"text\"'",
            )
        })?
    } else {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(|error| {
            OpsError::usage(format!("no value was read: {error}"), "pipe it in")
        })?;
        Value::from(line.trim_end_matches(['\n', '\r']))
    };
    let confirmed = audit::confirm(ledger, &arguments.id, &arguments.path, &candidate)?;
    let (answer, exit) = match confirmed {
        Confirmed::Yes => ("yes: it was this value", Exit::CLEAN),
        Confirmed::No => ("no: it was another value", Exit::PROBLEMS),
        Confirmed::NotRedacted => ("it is not redacted; see `runward audit show`", Exit::Usage),
        Confirmed::NoSuchPath => ("the event has no such field", Exit::Usage),
    };
    write_stdout(|out| {
        writeln!(out, "{answer}")?;
        Ok(())
    })?;
    Ok(exit)
}
