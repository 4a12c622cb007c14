//! Bills of materials and VEX documents are `runward-sbom`'s; a scan only hands it its facts.

use std::io::Write;

use runward_model::ScanReport;
use runward_sbom::Document;

use crate::{ReportError, ScanFormat, view::banners};

pub(crate) fn write(
    format: ScanFormat,
    report: &ScanReport,
    tool_version: &str,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    // The same scan gives the same document; another scan another serial number.
    let serial_seed = format!("{}\n{}\n{}", report.project, report.root, report.started);
    let warnings = banners(report);
    let document = Document {
        name: &report.project,
        version: None,
        created: report.started,
        serial_seed: &serial_seed,
        tool_version,
        dependencies: &report.dependencies,
        findings: &report.findings,
        suppressed: &report.suppressed,
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
