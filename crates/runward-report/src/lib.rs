//! Renderers: what a scan, a dependency graph, the findings of the store, an advisory and the
//! advisory database look like as text, JSON, SARIF, Markdown, HTML, CSV, JUnit XML, GitLab's
//! report and GitHub's annotations.
//!
//! Everything that a report shows may come from hostile files. Each renderer escapes for its own
//! format, and no control, bidirectional or invisible character of a scanned text reaches any
//! output as itself. Nothing is computed here but presentation: verdicts, deadlines and severities
//! are in the [`ScanReport`]. The one exception is which version fixes all findings of a package
//! at once, since only a report groups them.

mod clean;
mod csv;
mod decision;
mod error;
mod fix;
mod format;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod links;
mod listing;
mod markdown;
mod next_step;
mod paint;
mod sarif;
mod sbom;
mod shell;
mod text;
mod time;
mod view;
mod views;
mod words;

use std::io::Write;

use runward_model::{Finding, ScanReport};

pub use clean::clean_lines;
pub use error::{FormatError, ReportError};
pub use format::ScanFormat;
pub use json::{
    advisory_json, advisory_schema, database_json, database_schema, deps_json, deps_schema,
    finding_json, findings_json, findings_schema, scan_schema,
};
pub use listing::{Cell, Listing, Sheet, Tone, document};
pub use text::{
    advisory_text, database_text, deps_text, deps_tree, deps_why, finding_text, findings_text,
};
pub use time::{due as deadline_words, moment as moment_words};
pub use views::{AdvisoryView, AffectedView, FindingRow, Transition};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Colour, in the formats for a terminal.
    pub color: bool,
    /// Width of the terminal in cells.
    pub width: usize,
    /// Show the terms of each risk score.
    pub explain: bool,
    /// List everything that is otherwise cut to a few rows and a count.
    pub verbose: bool,
    pub tool_version: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            explain: false,
            verbose: false,
            tool_version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Writes a scan's result in one format.
pub fn scan(
    format: ScanFormat,
    report: &ScanReport,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    match format {
        ScanFormat::Text => text::scan(report, options, out),
        ScanFormat::Json => json::scan(report, out),
        ScanFormat::Sarif => sarif::write(report, options.tool_version, out),
        ScanFormat::Markdown => markdown::write(report, options, out),
        ScanFormat::Html => html::write(report, options, out),
        ScanFormat::Csv => csv::write(report, out),
        ScanFormat::Junit => junit::write(report, options.tool_version, out),
        ScanFormat::Gitlab => gitlab::write(report, options.tool_version, out),
        ScanFormat::Github => github::write(report, out),
        ScanFormat::Cyclonedx | ScanFormat::Openvex | ScanFormat::Spdx => {
            sbom::write(format, report, options.tool_version, out)
        }
    }
}

/// The result on one line, for whoever sees no report because it went to a file:
/// ``5 findings at or above `low`: 6 findings in 5 places (2 critical, …) · 3 not judged``.
pub fn summary_line(report: &ScanReport) -> String {
    view::line(report)
}

/// The identifier of a finding that reports show: the CVE where there is one, else the GHSA id,
/// else the advisory's or rule's own.
pub fn finding_id(finding: &Finding) -> String {
    view::shown_id(finding)
}
