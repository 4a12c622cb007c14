//! Places in the files of a project.

use serde::{Deserialize, Serialize};

/// A file of the scanned project and a line in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceRef {
    /// Relative to the scanned root, `/` between segments.
    pub path: String,
    /// 1-based; 1 where a format has no lines of its own (an installed environment).
    pub line: u32,
}

impl SourceRef {
    pub fn new(path: impl Into<String>, line: u32) -> Self {
        Self {
            path: path.into(),
            line: line.max(1),
        }
    }
}

/// A point in a file: 1-based line, 1-based column counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// A stretch of a file, `end` exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    pub path: String,
    pub start: Position,
    pub end: Position,
}

impl Location {
    /// A whole line whose length is not known: it ends where the next one starts.
    pub fn whole_line(source: &SourceRef) -> Self {
        Self {
            path: source.path.clone(),
            start: Position {
                line: source.line,
                column: 1,
            },
            end: Position {
                line: source.line.saturating_add(1),
                column: 1,
            },
        }
    }
}
