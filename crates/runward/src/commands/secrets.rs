//! `runward secrets`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use runward_ops::{
    Exit, OpsError, Project,
    secrets::{self, Detector},
};
use runward_report::document;
use serde_json::{Value, json};

use crate::{
    commands::ListFormat,
    failure::Outcome,
    outputs::{write_file, write_stdout},
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct SecretsArguments {
    #[command(subcommand)]
    command: SecretsCommand,
}

#[derive(Debug, Subcommand)]
enum SecretsCommand {
    /// The detectors: what each finds and where to revoke it.
    List {
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// One detector.
    Show {
        /// Its id, as in the results of a scan.
        id: String,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Write down what is in the project's files now, so that scans tell what comes new. The file
    /// holds no secret.
    Baseline {
        /// The project's directory.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Where to write; absent: standard output. Name it as `secrets.baseline` afterwards.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

pub(crate) fn run(session: &Session, arguments: &SecretsArguments) -> Outcome {
    match &arguments.command {
        SecretsCommand::List { format } => list(*format)?,
        SecretsCommand::Show { id, format } => show(id, *format)?,
        SecretsCommand::Baseline { path, output } => {
            let project = Project::locate(&session.context, path)?;
            let settings = session.settings(&project)?;
            let made = secrets::baseline(&session.context, &settings, &project)?;
            for warning in &made.warnings {
                session.warn(warning);
            }
            match output {
                Some(file) => {
                    write_file(file, |out| Ok(out.write_all(made.text.as_bytes())?))?;
                    session.note(&format!(
                        "wrote {} secrets to {}",
                        made.secrets,
                        file.display()
                    ));
                }
                None => write_stdout(|out| Ok(out.write_all(made.text.as_bytes())?))?,
            }
        }
    }
    Ok(Exit::CLEAN)
}

fn list(format: ListFormat) -> anyhow::Result<()> {
    let all: Vec<Detector> = secrets::detectors().collect();
    write_stdout(|out| {
        if format == ListFormat::Json {
            let list: Vec<Value> = all.iter().map(as_json).collect();
            return Ok(document(
                "runward.detectors/1",
                &json!({"detectors": list}),
                out,
            )?);
        }
        let width = all.iter().map(|one| one.id.len()).max().unwrap_or_default();
        for one in &all {
            let severity = severity(one);
            writeln!(out, "{:<width$}  {severity:<8}  {}", one.id, one.name)?;
        }
        writeln!(out, "\n{} detectors", all.len())?;
        Ok(())
    })
}

fn show(id: &str, format: ListFormat) -> anyhow::Result<()> {
    let found = secrets::detectors()
        .find(|one| one.id == id)
        .ok_or_else(|| {
            OpsError::usage(
                format!("there is no detector `{id}`"),
                "see `runward secrets list`",
            )
        })?;
    write_stdout(|out| {
        if format == ListFormat::Json {
            return Ok(document("runward.detector/1", &as_json(&found), out)?);
        }
        writeln!(out, "{}: {}", found.id, found.name)?;
        if !found.description.is_empty() {
            writeln!(out, "\n{}", found.description)?;
        }
        writeln!(out, "\nseverity    {}", severity(&found))?;
        if !found.rotate.is_empty() {
            writeln!(out, "revoke it   {}", found.rotate)?;
        }
        if let Some(verify) = &found.verify {
            writeln!(out, "--verify    asks {}", verify.host())?;
        }
        Ok(())
    })
}

fn severity(detector: &Detector) -> &'static str {
    secrets::severity_name(detector)
}

fn as_json(detector: &Detector) -> Value {
    json!({
        "id": detector.id,
        "name": detector.name,
        "description": detector.description,
        "severity": severity(detector),
        "rotate": detector.rotate,
        "verify_host": detector.verify.as_ref().map(runward_ops::secrets::Verify::host),
    })
}
