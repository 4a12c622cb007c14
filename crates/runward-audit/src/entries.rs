//! Reading the log's entries as records.

use std::{ops::ControlFlow, ops::Range};

use runward_tlog::{Hash, Log};

use crate::{AuditError, Record};

/// Hands over the entries of a range one by one, read, with their own text.
pub(crate) fn each(
    log: &Log,
    range: Range<u64>,
    mut work: impl FnMut(Record, &str) -> Result<(), AuditError>,
) -> Result<(), AuditError> {
    let mut failed = None;
    log.for_each(range, |index, bytes| {
        let done = read(index, bytes).and_then(|(record, text)| work(record, text));
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failed.map_or(Ok(()), Err)
}

fn read(index: u64, bytes: &[u8]) -> Result<(Record, &str), AuditError> {
    let record = Record::from_entry(index, Hash::leaf(bytes).to_hex(), bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|error| AuditError::Entry {
        index,
        what: error.to_string(),
    })?;
    Ok((record, text))
}
