//! Events in the forms that other systems read.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use runward_ops::{
    Exit, Ledger,
    audit::{self, Format},
};

use super::list::FilterArguments;
use crate::{
    failure::Outcome,
    outputs::{write_file, write_stdout},
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    #[arg(long, short, value_enum, default_value_t)]
    format: ExportFormat,
    /// Absent: standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    filter: FilterArguments,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One array.
    Json,
    /// One object on each line.
    #[default]
    Jsonl,
    /// For spreadsheets, which cannot take a cell for a formula.
    Csv,
    /// Open Cybersecurity Schema Framework, one object on each line.
    Ocsf,
    /// Common Event Format.
    Cef,
}

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Json => Self::Json,
            ExportFormat::Jsonl => Self::JsonLines,
            ExportFormat::Csv => Self::Csv,
            ExportFormat::Ocsf => Self::Ocsf,
            ExportFormat::Cef => Self::Cef,
        }
    }
}

pub(super) fn run(session: &Session, ledger: &Ledger, arguments: &ExportArguments) -> Outcome {
    let query = arguments.filter.query(session.context.now)?;
    let mut records = 0;
    let mut write = |out: &mut dyn std::io::Write| {
        records = audit::export(ledger, &query, arguments.format.into(), out)?.records;
        Ok(())
    };
    match &arguments.output {
        Some(file) => write_file(file, &mut write)?,
        None => write_stdout(&mut write)?,
    }
    session.note(&format!(
        "{records} events exported; the export is recorded"
    ));
    Ok(Exit::CLEAN)
}
