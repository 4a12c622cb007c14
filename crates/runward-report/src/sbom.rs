//! Bills of materials and VEX documents are `runward-sbom`'s; a scan only hands it its facts.
//!
//! They are about components. A weakness of the project's own code is in none of them, so findings
//! in code stay out, which the document says.

use std::{borrow::Cow, io::Write};

use runward_model::{Finding, FindingKind, ScanReport};
use runward_sbom::Document;

use crate::{ReportError, ScanFormat, view::banners, words::count};

pub(crate) fn write(
    format: ScanFormat,
    report: &ScanReport,
    tool_version: &str,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    // The same scan gives the same document; another scan another serial number.
    let serial_seed = format!("{}\n{}\n{}", report.project, report.root, report.started);
    let mut warnings = banners(report);
    let (findings, left_out) = about_components(&report.findings);
    let (suppressed, _) = about_components(&report.suppressed);
    if left_out > 0 {
        let number = count(left_out, "finding");
        warnings.push(format!(
            "not listed here: {number} in the project's own code"
        ));
    }
    let document = Document {
        name: &report.project,
        version: None,
        created: report.started,
        serial_seed: &serial_seed,
        tool_version,
        dependencies: &report.dependencies,
        findings: &findings,
        suppressed: &suppressed,
        scanned: true,
        known: report.known,
        not_covered: &report.not_covered,
        warnings: &warnings,
    };
    match format {
        ScanFormat::Openvex => runward_sbom::write_openvex(&document, &report.project, out),
        ScanFormat::Spdx => runward_sbom::write_spdx(&document, out),
        _ => runward_sbom::write_cyclonedx(&document, out),
    }
    .map_err(ReportError::Io)
}

/// The findings that are not in code, and how many are.
fn about_components(findings: &[Finding]) -> (Cow<'_, [Finding]>, usize) {
    let is_code = |finding: &&Finding| finding.kind == FindingKind::CodeIssue;
    match findings.iter().filter(is_code).count() {
        0 => (Cow::Borrowed(findings), 0),
        left_out => {
            let others = findings.iter().filter(|finding| !is_code(finding));
            (others.cloned().collect(), left_out)
        }
    }
}
