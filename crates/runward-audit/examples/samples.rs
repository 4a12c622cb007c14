//! Writes an event of each type in one form of export: `cargo run --example samples -- ocsf`.
//! `tools/validate-ocsf.py` checks the output.

#[path = "../src/testing/events.rs"]
mod events;

use std::process::ExitCode;

use runward_audit::{AuditError, Envelope, Format, Record, Writer};

fn main() -> ExitCode {
    let format = std::env::args().nth(1).unwrap_or_else(|| "ocsf".to_owned());
    let done = Format::from_name(&format).map_or_else(
        || {
            Err(format!(
                "`{format}` is no form of export; use json, jsonl, csv, ocsf or cef"
            ))
        },
        |format| write(format).map_err(|error| error.to_string()),
    );
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(format: Format) -> Result<(), AuditError> {
    let mut out = std::io::stdout().lock();
    let mut writer = Writer::new(format, &mut out)?;
    for (index, event) in (0..).zip(events::events()) {
        let event = serde_json::to_string(&event).map_err(std::io::Error::from)?;
        let envelope = Envelope {
            store: "0123456789ab",
            seq: i64::try_from(index).unwrap_or(0) + 1,
            event: &event,
        };
        let entry = envelope.encode();
        let hash = runward_tlog::Hash::leaf(&entry).to_hex();
        writer.write(&Record::from_entry(index, hash, &entry)?)?;
    }
    writer.finish().map(drop)
}
