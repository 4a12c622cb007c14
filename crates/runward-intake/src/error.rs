//! Why a file of results cannot be read.

use std::io;

use thiserror::Error;

/// A file that is refused as a whole. An entry that cannot be used is no error: it is listed in
/// [`About::not_covered`](crate::About::not_covered).
#[derive(Debug, Error)]
pub enum IntakeError {
    #[error("`{name}` could not be read: {source}; check that it is a file that can be read")]
    Io { name: String, source: io::Error },
    #[error(
        "`{name}` is no valid JSON at line {line}, byte {offset}: {what}; write it again, with the \
         tool's messages (standard error) kept out of the file"
    )]
    Syntax {
        name: String,
        line: u64,
        offset: u64,
        what: &'static str,
    },
    #[error(
        "`{name}` ends at byte {offset} in the middle of a value; the tool was interrupted or the \
         disk was full: write it again"
    )]
    Cut { name: String, offset: u64 },
    #[error("`{name}` is empty; the tool wrote no result: run it again and look at its messages")]
    Empty { name: String },
    #[error(
        "`{name}` is in UTF-16, as PowerShell's `>` writes it; save it as UTF-8, for example with \
         `| Out-File -Encoding utf8`"
    )]
    Utf16 { name: String },
    #[error("`{name}` is larger than {limit} bytes; split it, or raise the limit")]
    TooLarge { name: String, limit: u64 },
    #[error(
        "`{name}` nests deeper than {limit} levels at line {line}, byte {offset}; this is no tool's \
         report"
    )]
    TooDeep {
        name: String,
        line: u64,
        offset: u64,
        limit: usize,
    },
    #[error("`{name}` has more than {limit} results; split it, or raise the limit")]
    TooMany { name: String, limit: u64 },
    /// It is JSON, but not what it was said to be.
    #[error("`{name}` is not read as {format}: {what}")]
    Unfit {
        name: String,
        format: &'static str,
        what: String,
    },
}
