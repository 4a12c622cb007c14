//! Software bills of materials, in and out; and VEX out.
//!
//! In: [`recognize`] tells a bill by its file name and [`sniff`] by its content; [`read`] turns
//! CycloneDX (JSON and XML, 1.0 to 1.7) and SPDX 2 (JSON and tag-value) into a
//! [`runward_model::Manifest`]. Out: [`write_cyclonedx`] (1.6, JSON), [`write_spdx`] (2.3, JSON)
//! and [`write_openvex`] (0.2.0).
//!
//! A bill is hostile input: it is read within [`Limits`], and whatever in it cannot be read or
//! judged is said in `not_covered` or in a dependency's `undetermined`.

mod account;
mod cyclonedx;
mod document;
mod facts;
mod format;
mod graph;
mod hashes;
mod identity;
mod json;
mod judgement;
mod limits;
mod openvex;
mod problems;
mod purl;
mod redact;
mod spdx;
mod version;

pub use cyclonedx::write_cyclonedx;
pub use document::Document;
pub use format::{Format, recognize, sniff};
pub use limits::Limits;
pub use openvex::write_openvex;
pub use spdx::write_spdx;

use runward_model::{Ecosystem, Manifest, ManifestRole, NotCovered};

use crate::{graph::Sheet, problems::Fault};

/// Reads a bill of materials. It never fails: a bill that cannot be read gives a manifest whose
/// `not_covered` says why, where, and what to do.
///
/// `path` is what `source` and `not_covered` name. What the root component of a bill describes is
/// the product itself and no dependency of it.
pub fn read(format: Format, path: &str, bytes: &[u8], limits: &Limits) -> Manifest {
    let mut manifest = Manifest::new(
        path,
        format.name(),
        Ecosystem::Other("generic".to_owned()),
        ManifestRole::Sbom,
    );
    if bytes.len() > limits.max_bytes {
        manifest.not_covered.push(NotCovered::file(
            path,
            format!(
                "the bill is {} bytes, over the limit of {}; split it by component",
                bytes.len(),
                limits.max_bytes
            ),
        ));
        return manifest;
    }
    let decoded = runward_tree::decode(bytes);
    if decoded.lossy {
        manifest.not_covered.push(NotCovered::file(
            path,
            "some bytes are no text in UTF-8 or UTF-16 and were replaced; save the bill as UTF-8",
        ));
    }
    match read_sheet(format, &decoded.text, path, limits, &mut manifest) {
        Ok(sheet) => sheet.into_manifest(&mut manifest, limits),
        Err(fault) => manifest.not_covered.push(fault.not_covered(path)),
    }
    manifest
}

/// A file name promises a family; what the content says decides.
fn read_sheet(
    format: Format,
    text: &str,
    path: &str,
    limits: &Limits,
    manifest: &mut Manifest,
) -> Result<Sheet, Fault> {
    match format {
        Format::Json | Format::CycloneDxJson | Format::SpdxJson => {
            let root = json::parse(text, &format::is_json_key, limits)?;
            let kind = format::kind_of_json(&root)?;
            kind.name().clone_into(&mut manifest.format);
            if kind == Format::SpdxJson {
                spdx::from_json(&root, path, limits)
            } else {
                cyclonedx::from_json(&root, path, limits)
            }
        }
        Format::CycloneDxXml => cyclonedx::from_xml(text, path, limits),
        Format::SpdxTagValue => spdx::from_tag_value(text, path, limits),
        Format::SpdxOther => Err(Fault::file(
            "SPDX in RDF, YAML or XML is not read; export SPDX 2.3 as JSON or tag-value, or CycloneDX",
        )),
    }
}
