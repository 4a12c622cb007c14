//! What a scan of a file says. Nothing here contains a secret.

use std::ops::Range;

use serde::Serialize;

use crate::{Confidence, Fingerprint, Mark, Severity, VerifyRequest};

/// A credential in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Secret {
    /// The detector's id.
    pub detector: &'static str,
    /// What it finds, such as `GitHub token`.
    pub name: &'static str,
    /// Bytes of the file; in a notebook, of the cell's text.
    pub range: Range<usize>,
    pub start: Place,
    /// After the last character.
    pub end: Place,
    /// In a notebook: the number of the cell, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// The first four and the last two characters of a long secret, none of a short one.
    pub masked: String,
    /// The line that it starts on, or the part of it around the secret, with all secrets masked.
    pub line: String,
    pub confidence: Confidence,
    pub severity: Severity,
    /// The same for the same secret, wherever it stands.
    pub fingerprint: Fingerprint,
    /// What the format tells beside the secret: `account 123456789012`, `test mode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where to revoke it.
    pub rotate: &'static str,
    /// The path is one of tests, fixtures, examples or documents.
    pub in_tests: bool,
    /// It is in the baseline of detect-secrets that the scanner was given.
    pub in_detect_secrets: bool,
    /// The request that tells whether it is alive; made only when asked for
    /// ([`crate::Scanner::with_verification`]), because it contains the secret.
    #[serde(skip)]
    pub verification: Option<VerifyRequest>,
}

/// A place in a text, as editors count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

/// A secret that a comment beside it silences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silenced {
    pub secret: Secret,
    pub by: Mark,
}

/// What the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    Text,
    Utf16,
    /// Only formats that nothing else looks like are searched for in these.
    Binary,
}

/// Something that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// The file's bytes from here on are beyond the limit.
    Bytes { from: usize },
    /// There were more than so many credentials; beyond this line nothing was looked at.
    Secrets { most: usize, line: u32 },
    /// The notebook cannot be read as one; it was searched as text.
    Notebook { reason: String },
    /// The detectors could not be made.
    Detectors,
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes { from } => write!(f, "only the first {from} bytes were searched"),
            Self::Secrets { most, line } => write!(
                f,
                "more than {most} credentials: nothing was searched after line {line}"
            ),
            Self::Notebook { reason } => {
                write!(f, "searched as text, not as a notebook: {reason}")
            }
            Self::Detectors => f.write_str("the detectors could not be made"),
        }
    }
}

/// What a scan of a file found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileScan {
    /// In the order of the text.
    pub secrets: Vec<Secret>,
    pub silenced: Vec<Silenced>,
    /// Comments that silence nothing.
    pub unused: Vec<Mark>,
    /// Candidates of less confidence than asked for.
    pub doubtful: usize,
    pub gaps: Vec<Gap>,
    pub content: Content,
}
