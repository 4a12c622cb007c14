//! Annotations of GitHub Actions: workflow commands that a job's log turns into remarks beside the
//! changed lines. Source: "Workflow commands for GitHub Actions" in GitHub's documentation.
//!
//! What stands at or above the gate is an error, all else a warning or, if low, a notice. GitHub
//! shows ten of each kind for a step; the worst come first, so that these are they.

use std::io::Write;

use runward_model::{Finding, NotCovered, ScanReport, Severity};

use crate::{
    ReportError,
    clean::{MAX_SHOWN, clean, clean_lines, clip},
    view::{banners, code_place, line, shown_id},
};

/// Characters of an annotation's text.
const MAX_MESSAGE: usize = 2_000;

pub(crate) fn write(report: &ScanReport, out: &mut dyn Write) -> Result<(), ReportError> {
    for finding in &report.findings {
        of_finding(finding, report.fail_on, out)?;
    }
    for gap in &report.not_covered {
        of_gap(gap, out)?;
    }
    for banner in banners(report) {
        writeln!(out, "::warning title=runward::{}", data(&banner))?;
    }
    writeln!(out, "::notice title=runward::{}", data(&line(report)))?;
    Ok(())
}

fn of_finding(finding: &Finding, gate: Severity, out: &mut dyn Write) -> Result<(), ReportError> {
    let effective = finding
        .assessment
        .as_ref()
        .map_or(finding.severity, |judged| judged.effective_severity);
    let command = if effective >= gate {
        "error"
    } else if effective >= Severity::Medium {
        "warning"
    } else {
        "notice"
    };
    let place = &finding.location;
    let file = format!("file={},line={}", property(&place.path), place.start.line);
    let end = place.end.line;
    let properties = if finding.code.is_none() {
        file
    } else if end == place.start.line {
        // Columns are only allowed where the lines are the same.
        let first = place.start.column;
        let last = place.end.column.saturating_sub(1).max(first);
        format!("{file},endLine={end},col={first},endColumn={last}")
    } else {
        format!("{file},endLine={end}")
    };
    let title = format!("{} ({effective})", shown_id(finding));
    let message = match &finding.code {
        Some(code) => steps(finding, clean_lines(&code.message)),
        None => clean_lines(&finding.title),
    };
    writeln!(
        out,
        "::{command} {properties},title={}::{}",
        property(&clip(&title, MAX_SHOWN)),
        data(&clip(message.trim(), MAX_MESSAGE))
    )?;
    Ok(())
}

/// The message, and the way of the value under it.
fn steps(finding: &Finding, message: String) -> String {
    let trace = finding.code.iter().flat_map(|code| &code.trace);
    trace.fold(message, |text, step| {
        format!(
            "{text}\n{}: {} {}",
            step.kind.as_str(),
            code_place(&step.location),
            clean(&step.code)
        )
    })
}

fn of_gap(gap: &NotCovered, out: &mut dyn Write) -> Result<(), ReportError> {
    let package = gap
        .package
        .as_deref()
        .map_or_else(String::new, |package| format!("{}: ", clean(package)));
    writeln!(
        out,
        "::warning file={},line={},title=not covered::{}",
        property(&gap.path),
        gap.line.unwrap_or(1),
        data(&format!("{package}{}", clean(&gap.reason)))
    )?;
    Ok(())
}

/// A command's text.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A command's property.
fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}
