//! `runward explain`.

use std::path::PathBuf;

use clap::Args;
use runward_ops::{Exit, explain};

use crate::{
    commands::{ListFormat, findings},
    failure::Outcome,
    outputs::write_stdout,
    terminal::Session,
    views,
};

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// An advisory's id or any of its aliases (PYSEC-…, GHSA-…, CVE-…, RUSTSEC-…, MAL-…), or the
    /// beginning of a recorded finding's fingerprint.
    id: String,
    /// The directory of the project whose findings are meant.
    #[arg(long = "in", default_value = ".", value_name = "PATH")]
    place: PathBuf,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

pub(crate) fn run(session: &Session, arguments: &ExplainArguments) -> Outcome {
    if is_fingerprint(&arguments.id) {
        let (ledger, settings) = session.recorded(&arguments.place)?;
        return findings::show_finding(
            session,
            &settings,
            &ledger,
            &arguments.id,
            arguments.format,
        );
    }
    let settings = session.user_settings()?;
    let explanation = explain::advisory(&session.context, &settings, &arguments.id)?;
    let view = views::advisory(&explanation);
    write_stdout(|out| {
        match arguments.format {
            ListFormat::Json => runward_report::advisory_json(&view, out)?,
            ListFormat::Text => {
                let options = session.report_options(&settings, false);
                runward_report::advisory_text(&view, &options, out)?;
            }
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

/// Advisory ids have a dash; fingerprints are hexadecimal digits.
fn is_fingerprint(id: &str) -> bool {
    id.len() >= 4 && id.chars().all(|digit| digit.is_ascii_hexdigit())
}
