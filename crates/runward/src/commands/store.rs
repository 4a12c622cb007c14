//! `runward store`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use runward_ops::{Exit, OpsError, Project, store};
use runward_report::{Cell, Sheet, document};

use crate::{
    commands::ListFormat,
    failure::Outcome,
    outputs::{write_file, write_stdout},
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The directory of the project whose store it is.
    #[arg(long = "in", global = true, default_value = ".", value_name = "PATH")]
    place: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Where the store is, its schema, and what it holds.
    Status {
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Bring the schema up to date.
    Migrate,
    /// Write everything into one file, which either kind of store can be restored from.
    Backup { file: PathBuf },
    /// Take a backup's content over.
    Restore {
        file: PathBuf,
        /// Throw away what the store holds now.
        #[arg(long)]
        replace: bool,
    },
    /// Look for damage.
    Check,
    /// Write every table as text, for other programs.
    Export {
        #[arg(long, short, value_enum, default_value_t)]
        format: ExportFormat,
        /// A file for JSON lines, a directory for CSV; absent: standard output.
        #[arg(long, short, value_name = "PATH")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One object `{"table": …, "row": {…}}` on each line.
    #[default]
    Jsonl,
    /// One file for each table.
    Csv,
}

pub(crate) fn run(session: &Session, arguments: &StoreArguments) -> Outcome {
    let context = &session.context;
    let project = Project::locate(context, &arguments.place)?;
    let settings = session.settings(&project)?;
    match &arguments.action {
        Action::Migrate => {
            let migrated = store::migrate(context, &settings, &project)?;
            session.note(&if migrated.from == migrated.to {
                format!("the schema is up to date ({})", migrated.to)
            } else {
                format!("migrated from schema {} to {}", migrated.from, migrated.to)
            });
            return Ok(Exit::CLEAN);
        }
        Action::Restore { file, replace } => {
            let info = store::restore(context, &settings, &project, file, *replace)?;
            session.note(&format!(
                "restored {} rows from a backup of {}",
                info.rows.values().sum::<u64>(),
                info.created
            ));
            if info.waiting > 0 {
                session.warn(&format!(
                    "{} events of the backup had not reached the audit log and are not repeated",
                    info.waiting
                ));
            }
            return Ok(Exit::CLEAN);
        }
        _ => {}
    }
    let (ledger, settings) = session.recorded(&arguments.place)?;
    match &arguments.action {
        Action::Status { format } => {
            let places = runward_ops::Places::of(context, &settings, &project)?;
            let status = store::status(&places, &ledger)?;
            let options = session.report_options(&settings, false);
            write_stdout(|out| {
                match format {
                    ListFormat::Json => document("runward.store/1", &status, out)?,
                    ListFormat::Text => Sheet::new(&status.place)
                        .field(
                            "schema",
                            Cell::plain(format!(
                                "{} (newest: {})",
                                status.schema, status.newest_schema
                            )),
                        )
                        .field("projects", Cell::plain(status.projects.to_string()))
                        .field("events", Cell::plain(status.events.to_string()))
                        .field("waiting", Cell::plain(status.waiting.to_string()))
                        .field("log", Cell::plain(&status.log))
                        .field("keys", Cell::plain(&status.keys))
                        .text(&options, out)?,
                }
                Ok(())
            })?;
        }
        Action::Backup { file } => {
            let info = store::backup(&ledger, file)?;
            session.note(&format!(
                "{} rows in {} bytes, sha256 {}; the audit log and its keys are files of their \
                 own: keep {} too",
                info.rows.values().sum::<u64>(),
                info.bytes,
                info.sha256,
                runward_ops::Places::of(context, &settings, &project)?
                    .log
                    .display()
            ));
        }
        Action::Check => {
            let problems = store::check(&ledger)?;
            write_stdout(|out| {
                for problem in &problems {
                    writeln!(out, "{problem}")?;
                }
                Ok(())
            })?;
            if !problems.is_empty() {
                return Ok(Exit::PROBLEMS);
            }
            session.note("the store is sound");
        }
        Action::Export { format, output } => {
            let rows = match format {
                ExportFormat::Jsonl => export_lines(&ledger, output.as_ref())?,
                ExportFormat::Csv => export_tables(&ledger, output.as_ref())?,
            };
            session.note(&format!("{rows} rows exported; the export is recorded"));
        }
        Action::Migrate | Action::Restore { .. } => {}
    }
    Ok(Exit::CLEAN)
}

fn export_lines(
    ledger: &runward_ops::Ledger,
    output: Option<&PathBuf>,
) -> Result<u64, crate::failure::Failure> {
    let mut rows = 0;
    let mut write = |out: &mut dyn std::io::Write| {
        rows = store::export(ledger, &runward_ops::ExportFormat::JsonLines, out)?;
        Ok(())
    };
    match output {
        Some(file) => write_file(file, &mut write)?,
        None => write_stdout(&mut write)?,
    }
    Ok(rows)
}

fn export_tables(
    ledger: &runward_ops::Ledger,
    output: Option<&PathBuf>,
) -> Result<u64, crate::failure::Failure> {
    let Some(directory) = output else {
        return Err(OpsError::usage(
            "CSV is one file for each table",
            "name a directory with `--output`",
        )
        .into());
    };
    std::fs::create_dir_all(directory).map_err(|error| {
        OpsError::usage(
            format!("cannot make `{}`: {error}", directory.display()),
            "name a directory that can be made",
        )
    })?;
    let mut rows = 0;
    for table in store::tables(ledger)? {
        let file = directory.join(format!("{table}.csv"));
        let format = runward_ops::ExportFormat::Csv { table };
        write_file(&file, |out| {
            rows += store::export(ledger, &format, out)?;
            Ok(())
        })?;
    }
    Ok(rows)
}
