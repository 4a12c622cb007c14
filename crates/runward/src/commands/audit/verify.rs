//! Whether everything is as it was written, and moving old events out.

use std::path::PathBuf;

use clap::Args;
use runward_ops::{
    Exit, Ledger,
    audit::{self, VerifyRequest},
};
use runward_report::document;

use crate::{
    commands::{ListFormat, take, when},
    failure::Outcome,
    outputs::write_stdout,
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// A checkpoint that was kept elsewhere: the log must continue it; may be repeated.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Only the log itself and the newest of the database, not every row and line.
    #[arg(long)]
    quick: bool,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PruneArguments {
    /// Events from before this: a date, a time with its zone, or an age such as `365d`.
    #[arg(long, value_name = "WHEN")]
    before: String,
    /// The directory that they are archived in first.
    #[arg(long, value_name = "DIR")]
    archive: PathBuf,
}

pub(super) fn run(session: &Session, ledger: &Ledger, arguments: &VerifyArguments) -> Outcome {
    let checkpoints = arguments
        .checkpoint
        .iter()
        .map(|file| take(file))
        .collect::<Result<Vec<_>, _>>()?;
    let verdict = audit::verify(
        ledger,
        &VerifyRequest {
            checkpoints,
            full: !arguments.quick,
            ..VerifyRequest::default()
        },
    )?;
    write_stdout(|out| {
        if arguments.format == ListFormat::Json {
            document("runward.audit-verdict/1", &verdict, out)?;
            return Ok(());
        }
        if verdict.ok {
            writeln!(
                out,
                "verified: {} events of {}, root {}",
                verdict.size, verdict.origin, verdict.root
            )?;
        } else {
            writeln!(out, "NOT as it was written: {}", verdict.origin)?;
            if let Some(bad) = &verdict.first_bad {
                writeln!(out, "  the first bad record is {}: {}", bad.index, bad.what)?;
            }
        }
        for problem in &verdict.problems {
            writeln!(out, "  {problem}")?;
        }
        for note in &verdict.notes {
            writeln!(out, "  note: {note}")?;
        }
        Ok(())
    })?;
    if verdict.ok && arguments.checkpoint.is_empty() {
        session.note(
            "keep `runward audit checkpoint` on another machine: a log that is rewritten with its \
             own key is found only by that",
        );
    }
    Ok(if verdict.ok {
        Exit::CLEAN
    } else {
        Exit::PROBLEMS
    })
}

pub(super) fn prune(session: &Session, ledger: &Ledger, arguments: &PruneArguments) -> Outcome {
    let before = when(&arguments.before, session.context.now)?;
    let report = audit::prune(ledger, before, &arguments.archive)?;
    if report.entries == 0 {
        session.note(
            "nothing was moved: only files of 256 events that are older as a whole are, and the \
             newest one stays",
        );
        return Ok(Exit::CLEAN);
    }
    session.note(&format!(
        "{} events are in {} now; the log begins at {}",
        report.entries,
        arguments.archive.display(),
        report.minimum_index
    ));
    Ok(Exit::CLEAN)
}
