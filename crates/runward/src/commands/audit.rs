//! `runward audit`.

mod confirm;
mod export;
mod list;
mod proof;
mod record;
mod report;
mod stats;
mod verify;

use std::path::PathBuf;

use crate::{failure::Outcome, terminal::Session};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    /// The directory of the project whose record it is.
    #[arg(long = "in", global = true, default_value = ".", value_name = "PATH")]
    place: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What happened last.
    Log(list::LogArguments),
    /// One event in full, by its index in the log or its id.
    Show(list::ShowArguments),
    /// Events by who, what, when and how it ended.
    Search(list::SearchArguments),
    /// Everything that ever happened to a finding, a task, a person, …; the oldest first.
    Timeline(list::TimelineArguments),
    /// The last events, and with `--follow` those to come.
    Tail(list::TailArguments),
    /// Counts of events.
    Stats(stats::StatsArguments),
    /// What happened in a period: discoveries, assessments, fixes with their durations, approvals.
    Report(report::ReportArguments),
    /// Events as JSON, JSON lines, CSV, OCSF or CEF; every export is recorded too.
    Export(export::ExportArguments),
    /// Prove that the whole log is as it was written, and that the database and files agree.
    Verify(verify::VerifyArguments),
    /// Write a proof that an event is in the log, for somebody who does not have the log.
    Prove(proof::ProveArguments),
    /// Check such a proof; needs nothing but the file and the log's public key.
    CheckProof(proof::CheckProofArguments),
    /// The signed state of the log; kept elsewhere, it detects a rewritten log.
    Checkpoint(proof::CheckpointArguments),
    /// The log's public key.
    Key,
    /// Let others witness the log: write a request, take their cosignature.
    Witness(proof::WitnessArguments),
    /// Record events of other programs: one JSON object on each line of standard input.
    Record(record::RecordArguments),
    /// Write what is recorded but not yet in the log (after a crash, or from another machine).
    Publish,
    /// Make the searchable view of the log again from the log.
    Reindex,
    /// Go on in the log as it is, with a store that was recorded in another one.
    Adopt,
    /// Move old events out of the log into an archive; what stays can still be proved.
    Prune(verify::PruneArguments),
    /// Find out whether a redacted value was this one.
    Confirm(confirm::ConfirmArguments),
    /// The JSON Schema of an event.
    Schema,
}

pub(crate) fn run(session: &Session, arguments: &AuditArguments) -> Outcome {
    // A proof is checked by somebody who has no record.
    if let Action::CheckProof(arguments) = &arguments.action {
        return proof::check(session, arguments);
    }
    if let Action::Schema = &arguments.action {
        return record::schema();
    }
    let (ledger, settings) = match &arguments.action {
        Action::Record(_) => session.ledger(&arguments.place)?,
        _ => session.logged(&arguments.place)?,
    };
    match &arguments.action {
        Action::Log(arguments) => list::log(session, &settings, &ledger, arguments),
        Action::Show(arguments) => list::show(session, &settings, &ledger, arguments),
        Action::Search(arguments) => list::search(session, &settings, &ledger, arguments),
        Action::Timeline(arguments) => list::timeline(session, &settings, &ledger, arguments),
        Action::Tail(arguments) => list::tail(&ledger, arguments),
        Action::Stats(arguments) => stats::stats(session, &settings, &ledger, arguments),
        Action::Report(arguments) => report::run(session, &settings, &ledger, arguments),
        Action::Export(arguments) => export::run(session, &ledger, arguments),
        Action::Verify(arguments) => verify::run(session, &ledger, arguments),
        Action::Prove(arguments) => proof::prove(&ledger, arguments),
        Action::CheckProof(arguments) => proof::check(session, arguments),
        Action::Checkpoint(arguments) => proof::checkpoint(&ledger, arguments),
        Action::Key => proof::key(&ledger),
        Action::Witness(arguments) => proof::witness(session, &ledger, arguments),
        Action::Record(arguments) => record::run(session, &ledger, arguments),
        Action::Publish => record::publish(session, &ledger),
        Action::Reindex => record::reindex(session, &ledger),
        Action::Adopt => record::adopt(session, &ledger),
        Action::Prune(arguments) => verify::prune(session, &ledger, arguments),
        Action::Confirm(arguments) => confirm::run(&ledger, arguments),
        Action::Schema => record::schema(),
    }
}
