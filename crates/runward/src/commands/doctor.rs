//! `runward doctor`.

use std::path::PathBuf;

use clap::Args;
use runward_ops::{
    Exit,
    doctor::{Check, State, examine},
};
use serde_json::json;

use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// The project's directory.
    #[arg(default_value = ".")]
    path: PathBuf,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

pub(crate) fn run(session: &Session, arguments: &DoctorArguments) -> Outcome {
    let checks = examine(&session.context, &arguments.path, &|project| {
        session.settings(project)
    });
    write_stdout(|out| {
        match arguments.format {
            ListFormat::Json => {
                let document = json!({
                    "schema": "runward.doctor/1",
                    "checks": checks.iter().map(as_json).collect::<Vec<_>>(),
                });
                serde_json::to_writer_pretty(&mut *out, &document)?;
                writeln!(out)?;
            }
            ListFormat::Text => {
                for check in &checks {
                    let word = match check.state {
                        State::Good => "ok  ",
                        State::Note => "note",
                        State::Bad => "BAD ",
                    };
                    writeln!(out, "{word}  {}: {}", check.name, check.message)?;
                    if let Some(remedy) = &check.remedy {
                        writeln!(out, "      -> {remedy}")?;
                    }
                }
            }
        }
        Ok(())
    })?;
    let bad = checks.iter().any(|check| check.state == State::Bad);
    Ok(if bad { Exit::Usage } else { Exit::CLEAN })
}

fn as_json(check: &Check) -> serde_json::Value {
    json!({
        "name": check.name,
        "state": match check.state {
            State::Good => "ok",
            State::Note => "note",
            State::Bad => "bad",
        },
        "message": check.message,
        "remedy": check.remedy,
    })
}
