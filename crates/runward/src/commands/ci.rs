//! `runward ci`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use runward_ops::{
    Exit,
    hooks::{Pipeline, write_pipeline},
};

use crate::{failure::Outcome, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct CiArguments {
    #[command(subcommand)]
    command: CiCommand,
}

#[derive(Debug, Subcommand)]
enum CiCommand {
    /// Write a pipeline that scans merge requests, the main branch and, by a schedule, old code.
    Init(Init),
}

#[derive(Debug, Args)]
struct Init {
    #[arg(value_enum)]
    system: System,
    /// The repository's directory.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The command that installs runward in the pipeline; absent: it is built from the source of
    /// this version.
    #[arg(long, value_name = "COMMAND")]
    install: Option<String>,
    /// Replace an existing file.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum System {
    Github,
    Gitlab,
}

pub(crate) fn run(session: &Session, arguments: &CiArguments) -> Outcome {
    let CiCommand::Init(init) = &arguments.command;
    let pipeline = match init.system {
        System::Github => Pipeline::Github,
        System::Gitlab => Pipeline::Gitlab,
    };
    let directory = session.context.working_directory.join(&init.path);
    let written = write_pipeline(&directory, pipeline, init.install.as_deref(), init.force)?;
    session.note(&format!("wrote {}", written.file.display()));
    if let Some(step) = written.next_step {
        session.note(&format!("next: {step}"));
    }
    Ok(Exit::CLEAN)
}
