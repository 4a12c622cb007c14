//! Whether the feeds say what the log says.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _},
};

use runward_tlog::Log;
use serde::Serialize;

use super::{Feed, Feeds, line};
use crate::{AuditError, entries};

/// What a look at one feed gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedVerdict {
    pub path: String,
    /// Lines that are what the log makes of them.
    pub lines: u64,
    /// Lines of entries that were pruned from the log.
    pub unchecked: u64,
    /// The first line (from 1) that is wrong, the entry that it is or should be of, and what is
    /// wrong.
    pub first_bad: Option<(u64, u64, String)>,
    /// Entries of the log that the file does not have yet.
    pub behind: u64,
}

/// Longer lines than any entry makes.
const LINE: u64 = 2 << 20;

impl Feeds {
    /// Compares the current files (not those that were rotated away) line by line with the log.
    pub(crate) fn verify(&self, log: &Log) -> Result<Vec<FeedVerdict>, AuditError> {
        let mut verdicts = Vec::new();
        for feed in self.feeds() {
            let path = self.path(feed);
            match File::open(&path) {
                Ok(file) => verdicts.push(
                    check(feed, log, file, path.display().to_string())
                        .map_err(|error| AuditError::file(&path, error))?,
                ),
                // Rotated away, or never written.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(AuditError::file(&path, error)),
            }
        }
        Ok(verdicts)
    }
}

fn check(feed: Feed, log: &Log, file: File, path: String) -> io::Result<FeedVerdict> {
    let mut verdict = FeedVerdict {
        path,
        lines: 0,
        unchecked: 0,
        first_bad: None,
        behind: 0,
    };
    let mut input = BufReader::with_capacity(1 << 20, file);
    let mut expected: Option<u64> = None;
    let mut number = 0;
    let mut expectation = Expectation::new(feed, log);
    loop {
        let mut text = Vec::new();
        input.by_ref().take(LINE).read_until(b'\n', &mut text)?;
        // A line without its end is still being written.
        if text.pop() != Some(b'\n') {
            break;
        }
        number += 1;
        let index = line::index(&text);
        let wanted = expected.or(index).unwrap_or(0);
        let problem = match index {
            None => Some("it is no line of the audit log".to_owned()),
            Some(index) if index != wanted => Some(format!(
                "it is the line of entry {index} where that of {wanted} belongs"
            )),
            Some(index) if index >= log.size() => Some("the log has no such entry".to_owned()),
            Some(index) if index < log.minimum_index() => {
                verdict.unchecked += 1;
                None
            }
            Some(index) => match expectation.line(index) {
                Err(what) => Some(what),
                Ok(line) if line.as_bytes() == text => {
                    verdict.lines += 1;
                    None
                }
                Ok(_) => Some("it is not what the log says".to_owned()),
            },
        };
        if let Some(what) = problem {
            verdict.first_bad = Some((number, wanted, what));
            return Ok(verdict);
        }
        expected = Some(wanted + 1);
    }
    verdict.behind = log.size().saturating_sub(expected.unwrap_or(0));
    Ok(verdict)
}

/// Makes the lines of consecutive entries, some at a time.
struct Expectation<'a> {
    feed: Feed,
    log: &'a Log,
    first: u64,
    lines: Vec<String>,
}

impl<'a> Expectation<'a> {
    const AT_ONCE: u64 = 1_024;

    fn new(feed: Feed, log: &'a Log) -> Self {
        Self {
            feed,
            log,
            first: 0,
            lines: Vec::new(),
        }
    }

    fn line(&mut self, index: u64) -> Result<&str, String> {
        let place = |first: u64| {
            index
                .checked_sub(first)
                .and_then(|it| usize::try_from(it).ok())
        };
        if place(self.first).is_none_or(|place| place >= self.lines.len()) {
            self.first = index;
            self.lines.clear();
            let end = self.log.size().min(index.saturating_add(Self::AT_ONCE));
            entries::each(self.log, index..end, |record, entry| {
                self.lines.push(line::line(self.feed, &record, entry));
                Ok(())
            })
            .map_err(|error| error.to_string())?;
        }
        place(self.first)
            .and_then(|place| self.lines.get(place))
            .map(String::as_str)
            .ok_or_else(|| "the log has no such entry".to_owned())
    }
}
