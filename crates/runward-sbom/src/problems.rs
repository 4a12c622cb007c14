//! What could not be read, collected up to a limit.

use runward_model::NotCovered;
use thiserror::Error;

/// Why a whole bill could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub(crate) struct Fault {
    pub(crate) line: Option<u32>,
    pub(crate) reason: String,
}

impl Fault {
    pub(crate) fn file(reason: impl Into<String>) -> Self {
        Self {
            line: None,
            reason: reason.into(),
        }
    }

    pub(crate) fn at(line: u32, reason: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            reason: reason.into(),
        }
    }

    pub(crate) fn not_covered(self, path: &str) -> NotCovered {
        NotCovered {
            line: self.line,
            ..NotCovered::file(path, self.reason)
        }
    }
}

/// Parts of a bill that could not be read. A hostile bill must not fill the report with them.
#[derive(Debug)]
pub(crate) struct Problems {
    path: String,
    limit: usize,
    entries: Vec<NotCovered>,
    further: usize,
}

impl Problems {
    pub(crate) fn new(path: &str, limit: usize) -> Self {
        Self {
            path: path.to_owned(),
            limit,
            entries: Vec::new(),
            further: 0,
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn push(&mut self, line: u32, package: Option<&str>, reason: impl Into<String>) {
        if self.entries.len() >= self.limit {
            self.further += 1;
            return;
        }
        self.entries.push(NotCovered {
            package: package.map(str::to_owned),
            ..NotCovered::at(self.path.as_str(), line, reason)
        });
    }

    pub(crate) fn into_entries(mut self) -> Vec<NotCovered> {
        if self.further > 0 {
            self.entries.push(NotCovered::file(
                self.path.as_str(),
                format!(
                    "{} further problems of this bill are not listed",
                    self.further
                ),
            ));
        }
        self.entries
    }
}

/// A text of the bill, short enough for a message.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    // Not the whole text is walked: a hostile one may be long and shown often.
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}
