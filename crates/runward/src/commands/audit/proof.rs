//! Proofs and checkpoints: what convinces somebody who does not have the log.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use runward_ops::{
    Exit, Ledger, OpsError,
    audit::{self, CheckedProof},
};
use runward_report::document;
use serde::Serialize;

use crate::{
    commands::take,
    failure::Outcome,
    outputs::{write_file, write_stdout},
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct ProveArguments {
    /// The event's index in the log, or its id.
    id: String,
    /// Absent: standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckProofArguments {
    /// The proof; `-`: standard input.
    file: PathBuf,
    /// The log's public key (`runward audit key`), or a file that holds it.
    #[arg(long, value_name = "KEY|FILE")]
    key: String,
    /// The public key of a witness; may be repeated.
    #[arg(long, value_name = "KEY|FILE")]
    witness: Vec<String>,
    /// How many of the witnesses must have signed.
    #[arg(long, default_value_t = 0, value_name = "N")]
    quorum: usize,
}

#[derive(Debug, Args)]
pub(crate) struct CheckpointArguments {
    /// Absent: standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct WitnessArguments {
    #[command(subcommand)]
    action: WitnessAction,
}

#[derive(Debug, Subcommand)]
enum WitnessAction {
    /// The body of a C2SP `add-checkpoint` request.
    Request {
        /// Absent: standard output.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Keep a witness's cosignature of a checkpoint; its key stands in `witnesses` beside the
    /// log's keys.
    Add {
        /// The answer of the witness, or a cosigned checkpoint; `-`: standard input.
        file: PathBuf,
    },
}

fn give(output: Option<&PathBuf>, text: &str) -> Outcome {
    let write = |out: &mut dyn std::io::Write| {
        out.write_all(text.as_bytes())?;
        Ok(())
    };
    match output {
        Some(file) => write_file(file, write)?,
        None => write_stdout(write)?,
    }
    Ok(Exit::CLEAN)
}

/// A key as it stands on the command line, or in the file of that name.
fn key_text(given: &str) -> Result<String, OpsError> {
    if given.contains('+') && !Path::new(given).exists() {
        return Ok(given.trim().to_owned());
    }
    Ok(take(Path::new(given))?.trim().to_owned())
}

pub(super) fn prove(ledger: &Ledger, arguments: &ProveArguments) -> Outcome {
    let proof = audit::prove(ledger, &arguments.id)?;
    give(arguments.output.as_ref(), &proof)
}

pub(super) fn checkpoint(ledger: &Ledger, arguments: &CheckpointArguments) -> Outcome {
    let checkpoint = audit::checkpoint(ledger)?;
    give(arguments.output.as_ref(), &checkpoint)
}

pub(super) fn key(ledger: &Ledger) -> Outcome {
    give(None, &format!("{}\n", audit::key(ledger)))
}

pub(super) fn witness(session: &Session, ledger: &Ledger, arguments: &WitnessArguments) -> Outcome {
    match &arguments.action {
        WitnessAction::Request { output } => {
            let request = audit::witness_request(ledger)?;
            give(output.as_ref(), &request)
        }
        WitnessAction::Add { file } => {
            let names = audit::add_cosignature(ledger, &take(file)?)?;
            session.note(&format!("kept the signature of {}", names.join(", ")));
            Ok(Exit::CLEAN)
        }
    }
}

#[derive(Serialize)]
struct Proven<'a> {
    origin: &'a str,
    size: u64,
    root: &'a str,
    witnesses: &'a [String],
    record: &'a audit::AuditRecord,
}

/// Checks a proof without any log.
pub(super) fn check(session: &Session, arguments: &CheckProofArguments) -> Outcome {
    let text = take(&arguments.file)?;
    let key = key_text(&arguments.key)?;
    let witnesses = arguments
        .witness
        .iter()
        .map(|witness| key_text(witness))
        .collect::<Result<Vec<_>, _>>()?;
    let checked: CheckedProof = audit::check_proof(&text, &key, &witnesses, arguments.quorum)?;
    write_stdout(|out| {
        let proven = Proven {
            origin: &checked.origin,
            size: checked.size,
            root: &checked.root,
            witnesses: &checked.witnesses,
            record: &checked.record,
        };
        document("runward.proof/1", &proven, out)?;
        Ok(())
    })?;
    session.note("the proof holds");
    Ok(Exit::CLEAN)
}
