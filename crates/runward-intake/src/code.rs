//! Findings about a place in the project's own files.

use runward_model::{Confidence, Finding, FindingKind, Fingerprint, Location, Position, Severity};

use crate::{desk::Desk, identity, path::Placed, text};

/// A stretch of a file as tools state it: what is none is not stated.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Region {
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) end_line: Option<u32>,
    /// Exclusive.
    pub(crate) end_column: Option<u32>,
}

impl Region {
    fn location(self, path: String) -> Location {
        let line = self.line.unwrap_or(1);
        let start = Position {
            line,
            column: self.column.unwrap_or(1),
        };
        let end_line = self.end_line.unwrap_or(line).max(line);
        let end = match self.end_column {
            Some(column) => Position {
                line: end_line,
                column,
            },
            // To the end of a line whose length is not known.
            None => Position {
                line: end_line.saturating_add(1),
                column: 1,
            },
        };
        let end = if end < start { start } else { end };
        Location { path, start, end }
    }
}

/// What a tool says about a place.
#[derive(Debug, Clone)]
pub(crate) struct CodeDraft {
    pub(crate) kind: FindingKind,
    pub(crate) tool: String,
    pub(crate) rule: String,
    pub(crate) message: String,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) placed: Placed,
    pub(crate) region: Region,
    /// The flagged code.
    pub(crate) snippet: Option<String>,
    /// The tool's own fingerprint.
    pub(crate) given: Option<String>,
    /// One of Runward's fingerprints, taken as it is.
    pub(crate) own: Option<String>,
}

impl Desk<'_> {
    pub(crate) fn code(&mut self, draft: CodeDraft) {
        let (path, kind) = match draft.placed {
            Placed::File(path) => (path, draft.kind),
            Placed::Web(address) => (address, FindingKind::WebIssue),
            Placed::Whole => (".".to_owned(), draft.kind),
        };
        let title = text::title(&draft.message);
        let title = if title.is_empty() {
            draft.rule.clone()
        } else {
            title
        };
        let region = draft.region;
        let line = region.line.unwrap_or(1);
        let fingerprint = if let Some(own) = draft.own.filter(|own| identity::is_own(own)) {
            let own = Fingerprint::from_stored(own);
            self.identity.stated(&own).then_some(own)
        } else {
            let given = draft.given.filter(|given| identity::is_telling(given));
            // A secret's own text has no place in anything that is kept, not even hashed.
            let snippet = draft
                .snippet
                .or_else(|| {
                    let last = region.end_line.unwrap_or(line).min(line.saturating_add(50));
                    self.known.text(&path, line, last.max(line))
                })
                .map(|code| identity::normalised(&code))
                .filter(|code| !code.is_empty() && kind != FindingKind::Secret);
            let (by, what) = match (given, snippet) {
                (Some(given), _) => ("given", given),
                (None, Some(snippet)) => ("code", snippet),
                (None, None) => ("message", identity::without_numbers(&title)),
            };
            let place = u64::from(line) << 32 | u64::from(region.column.unwrap_or(0));
            let parts = ["code", &draft.tool, &draft.rule, &path, by, &what];
            self.identity.of(&parts, place)
        };
        let Some(fingerprint) = fingerprint else {
            self.tally.duplicates += 1;
            return;
        };
        self.tally.findings += 1;
        self.out.push_back(Finding {
            fingerprint,
            kind,
            rule: draft.rule,
            title,
            severity: draft.severity,
            confidence: draft.confidence,
            location: region.location(path),
            dependency: None,
            path_from_root: Vec::new(),
            advisory: None,
            code: None,
            package: None,
            assessment: None,
            history: None,
            suppressed: None,
        });
    }
}
