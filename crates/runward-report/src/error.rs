//! What can go wrong while a report is written.

use thiserror::Error;

/// A report that could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    #[error("cannot write the report: {0}; check the disk and the permissions of the output")]
    Io(#[from] std::io::Error),
    #[error("cannot lay out the HTML report: {0}")]
    Template(#[from] askama::Error),
}

impl From<serde_json::Error> for ReportError {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}

/// A word that names no format.
#[derive(Debug, Error)]
#[error("`{given}` is not a report format; use one of {}", crate::ScanFormat::names().join(", "))]
pub struct FormatError {
    pub given: String,
}
