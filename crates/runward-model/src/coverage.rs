//! What could not be looked at.

use serde::{Deserialize, Serialize};

/// Something that a detector could not look at, and why. It makes a scan incomplete.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotCovered {
    /// The file (relative to the root), or what else was asked for (a database, an ecosystem).
    pub path: String,
    /// 1-based, where a line can be named.
    pub line: Option<u32>,
    /// The package that is not judged, where it is one.
    pub package: Option<String>,
    /// Lower case, no full stop; ends with what to do where something can be done.
    pub reason: String,
}

impl NotCovered {
    pub fn file(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
            package: None,
            reason: reason.into(),
        }
    }

    pub fn at(path: impl Into<String>, line: u32, reason: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            ..Self::file(path, reason)
        }
    }
}
