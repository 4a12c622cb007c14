//! Events of other programs, and bringing the log up to date.

use std::{io::BufRead as _, sync::mpsc, thread};

use clap::Args;
use runward_ops::{
    Exit, Ledger, OpsError,
    audit::{self, Acknowledged},
};
use serde::Serialize;

use crate::{failure::Outcome, outputs::write_stdout, terminal::Session};

/// Events that are committed together at most, and lines that may wait.
const BATCH: usize = 5_000;
/// Longest line that is read, in bytes.
const LINE: u64 = 1024 * 1024;

#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    /// Refuse the rest after the first event that is wrong.
    #[arg(long)]
    strict: bool,
}

/// One line of the answer.
#[derive(Serialize)]
struct Answer<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ack: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// Reads events, and answers each line once its event is in the log for good.
pub(super) fn run(session: &Session, ledger: &Ledger, arguments: &RecordArguments) -> Outcome {
    let lines = read_lines();
    let mut number = 0;
    let mut refused = 0_u64;
    while let Ok(first) = lines.recv() {
        let mut batch = vec![first];
        batch.extend(lines.try_iter().take(BATCH - 1));
        let mut events = Vec::new();
        let mut numbers = Vec::new();
        let mut stop = false;
        for line in batch {
            number += 1;
            let line = line.map_err(|error| {
                OpsError::usage(
                    format!("standard input, line {number}: {error}"),
                    "send one JSON object of at most 1 MiB on each line, in UTF-8",
                )
            });
            let event = line.and_then(|line| match line.trim() {
                "" => Ok(None),
                text => audit::parse_event(ledger, text, session.clock()).map(Some),
            });
            match event {
                Ok(None) => {}
                Ok(Some(event)) => {
                    events.push(event);
                    numbers.push(number);
                }
                Err(error) => {
                    refused += 1;
                    refuse(number, &error)?;
                    stop = arguments.strict;
                }
            }
            if stop {
                break;
            }
        }
        let acknowledged = audit::record(ledger, &events)?;
        answer(&numbers, &acknowledged)?;
        if stop {
            break;
        }
    }
    if refused > 0 {
        return Err(OpsError::usage(
            format!("{refused} lines are no events and are not recorded"),
            "each is named on standard output with its line and what is wrong with it",
        )
        .into());
    }
    Ok(Exit::CLEAN)
}

/// Reads in the background, so that what has arrived while a batch was written makes the next one.
fn read_lines() -> mpsc::Receiver<std::io::Result<String>> {
    let (sender, receiver) = mpsc::sync_channel(2 * BATCH);
    thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let read = std::io::Read::take(&mut input, LINE).read_until(b'\n', &mut line);
            let last = read.is_err();
            let line = match read {
                Ok(0) => return,
                Ok(_) if line.len() as u64 == LINE && line.last() != Some(&b'\n') => {
                    // The lines after it are events of their own.
                    input
                        .skip_until(b'\n')
                        .and_then(|_| Err(std::io::Error::other("the line is longer than 1 MiB")))
                }
                Ok(_) => String::from_utf8(line)
                    .map_err(|_| std::io::Error::other("the line is not UTF-8")),
                Err(error) => Err(error),
            };
            if sender.send(line).is_err() || last {
                return;
            }
        }
    });
    receiver
}

fn answer(numbers: &[u64], acknowledged: &[Acknowledged]) -> Outcome {
    write_stdout(|out| {
        for (line, done) in numbers.iter().zip(acknowledged) {
            let answer = Answer {
                line: *line,
                ack: Some(&done.id),
                index: Some(done.index),
                error: None,
            };
            serde_json::to_writer(&mut *out, &answer)?;
            writeln!(out)?;
        }
        out.flush()?;
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn refuse(line: u64, error: &OpsError) -> Outcome {
    let message = error.to_string();
    write_stdout(|out| {
        let answer = Answer {
            line,
            ack: None,
            index: None,
            error: Some(&message),
        };
        serde_json::to_writer(&mut *out, &answer)?;
        writeln!(out)?;
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

pub(super) fn publish(session: &Session, ledger: &Ledger) -> Outcome {
    let published = audit::publish(ledger)?;
    session.note(&format!(
        "{} events written; the log has {}",
        published.events, published.size
    ));
    Ok(Exit::CLEAN)
}

pub(super) fn reindex(session: &Session, ledger: &Ledger) -> Outcome {
    let events = audit::reindex(ledger)?;
    session.note(&format!("{events} events are searchable again"));
    Ok(Exit::CLEAN)
}

pub(super) fn adopt(session: &Session, ledger: &Ledger) -> Outcome {
    audit::adopt(ledger)?;
    session.note("the store goes on in this log; what another log holds stays there");
    Ok(Exit::CLEAN)
}

pub(super) fn schema() -> Outcome {
    write_stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, &audit::event_schema())?;
        writeln!(out)?;
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}
