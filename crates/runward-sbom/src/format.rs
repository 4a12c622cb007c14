//! Which kind of bill a file is.

use crate::{json::Json, problems::Fault};

/// The form of a bill of materials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    CycloneDxJson,
    CycloneDxXml,
    SpdxJson,
    SpdxTagValue,
    /// JSON of a family that only its content tells (`sbom.json`).
    Json,
    /// SPDX in a form that is recognized in order to say that it is not read (RDF, YAML, XML).
    SpdxOther,
}

impl Format {
    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::CycloneDxJson => "CycloneDX JSON",
            Self::CycloneDxXml => "CycloneDX XML",
            Self::SpdxJson => "SPDX JSON",
            Self::SpdxTagValue => "SPDX tag-value",
            Self::Json => "SBOM JSON",
            Self::SpdxOther => "SPDX",
        }
    }
}

/// Tells a bill by its file name: the names of the specifications (`bom.json`, `*.cdx.xml`,
/// `*.spdx.json`, `*.spdx`) and the common `sbom….json`.
pub fn recognize(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    if name == "bom.json" || ends(&[".cdx.json", ".bom.json", "-bom.json", ".cyclonedx.json"]) {
        Some(Format::CycloneDxJson)
    } else if name == "bom.xml" || ends(&[".cdx.xml", ".bom.xml", "-bom.xml", ".cyclonedx.xml"]) {
        Some(Format::CycloneDxXml)
    } else if name == "spdx.json" || ends(&[".spdx.json", ".spdx3.json", ".spdx.jsonld"]) {
        Some(Format::SpdxJson)
    } else if ends(&[
        ".spdx.rdf",
        ".spdx.rdf.xml",
        ".spdx.xml",
        ".spdx.yaml",
        ".spdx.yml",
    ]) {
        Some(Format::SpdxOther)
    } else if ends(&[".spdx", ".spdx.tag", ".spdx.txt", ".spdx.tv"]) {
        Some(Format::SpdxTagValue)
    } else if name == "cyclonedx.json" {
        Some(Format::CycloneDxJson)
    } else if name == "cyclonedx.xml" {
        Some(Format::CycloneDxXml)
    } else if is_sbom_name(&name, ".json") {
        Some(Format::Json)
    } else if is_sbom_name(&name, ".xml") {
        Some(Format::CycloneDxXml)
    } else {
        None
    }
}

/// `sbom.json`, `sbom-1.2.json`, `app.sbom.json`, `app_sbom.json`; not `sbomber.json`.
fn is_sbom_name(name: &str, suffix: &str) -> bool {
    let Some(stem) = name.strip_suffix(suffix) else {
        return false;
    };
    stem.split(['.', '-', '_']).any(|word| word == "sbom")
}

/// Tells a bill by its content, of a file that somebody says is one.
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    // Enough for a licence header before the telling words.
    const LOOKED_AT: usize = 64 * 1024;
    let start = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let text = runward_tree::decode(start).text;
    let trimmed = text.trim_start();
    if trimmed.starts_with('{') {
        // The members of an object have no order: the words may stand after all components.
        return sniff_json(trimmed).or_else(|| sniff_json(&runward_tree::decode(bytes).text));
    }
    if trimmed.starts_with('<') {
        return if trimmed.contains("cyclonedx.org/schema/bom") {
            Some(Format::CycloneDxXml)
        } else if trimmed.contains("spdx.org/rdf/terms") {
            Some(Format::SpdxOther)
        } else {
            None
        };
    }
    let mut lines = trimmed.lines().map(str::trim);
    if lines.clone().any(|line| line.starts_with("SPDXVersion:")) {
        return Some(Format::SpdxTagValue);
    }
    lines
        .any(|line| line.trim_matches(['"', '\'']).starts_with("spdxVersion"))
        .then_some(Format::SpdxOther)
}

fn sniff_json(text: &str) -> Option<Format> {
    // Key order is free, so the words may stand anywhere; the first to appear decides.
    let at = |word: &str| text.find(word);
    let cyclonedx = [at("\"bomFormat\""), at("cyclonedx.org/schema/bom")];
    let spdx = [
        at("\"spdxVersion\""),
        at("\"SPDXID\""),
        at("spdx.org/rdf/3"),
    ];
    let first = |places: &[Option<usize>]| places.iter().flatten().min().copied();
    match (first(&cyclonedx), first(&spdx)) {
        (Some(c), Some(s)) if s < c => Some(Format::SpdxJson),
        (Some(_), _) => Some(Format::CycloneDxJson),
        (None, Some(_)) => Some(Format::SpdxJson),
        (None, None) => None,
    }
}

/// The keys that any JSON bill is read for; other values are checked and dropped.
pub(crate) fn is_json_key(key: &str) -> bool {
    crate::cyclonedx::JSON_KEYS.contains(&key)
        || crate::spdx::JSON_KEYS.contains(&key)
        || matches!(key, "@context" | "@graph")
}

/// Which family a JSON document is of.
pub(crate) fn kind_of_json(root: &Json<'_>) -> Result<Format, Fault> {
    if !root.is_object() {
        return Err(Fault::at(
            root.line,
            "the document is no JSON object, so it is no bill of materials",
        ));
    }
    if root.get("bomFormat").is_some() || root.get("specVersion").is_some() {
        return Ok(Format::CycloneDxJson);
    }
    if root.get("spdxVersion").is_some() {
        return Ok(Format::SpdxJson);
    }
    if root.get("@graph").is_some() || root.get("@context").is_some() {
        return Err(Fault::at(
            root.line,
            "SPDX 3 (JSON-LD) is not read; export SPDX 2.3 or CycloneDX",
        ));
    }
    Err(Fault::at(
        root.line,
        "it has neither `bomFormat` (CycloneDX) nor `spdxVersion` (SPDX), so it is no bill of \
         materials that is read; export CycloneDX or SPDX 2.3",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        for (path, format) in [
            ("bom.json", Some(Format::CycloneDxJson)),
            ("build/BOM.xml", Some(Format::CycloneDxXml)),
            ("a/app.cdx.json", Some(Format::CycloneDxJson)),
            ("app.cdx.xml", Some(Format::CycloneDxXml)),
            ("app.spdx.json", Some(Format::SpdxJson)),
            ("app.spdx", Some(Format::SpdxTagValue)),
            ("app.spdx.tag", Some(Format::SpdxTagValue)),
            ("app.spdx.rdf.xml", Some(Format::SpdxOther)),
            ("app.spdx.yml", Some(Format::SpdxOther)),
            ("sbom.json", Some(Format::Json)),
            ("sbom-1.2.json", Some(Format::Json)),
            ("app_sbom.json", Some(Format::Json)),
            ("sbom.xml", Some(Format::CycloneDxXml)),
            ("sbomber.json", None),
            ("package.json", None),
            ("bom", None),
            ("", None),
        ] {
            assert_eq!(recognize(path), format, "{path}");
        }
    }

    #[test]
    fn contents_tell_the_format() {
        for (content, format) in [
            (
                "{\"bomFormat\": \"CycloneDX\"}",
                Some(Format::CycloneDxJson),
            ),
            (
                "\u{FEFF} {\"SPDXID\": \"SPDXRef-DOCUMENT\"}",
                Some(Format::SpdxJson),
            ),
            (
                "<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">",
                Some(Format::CycloneDxXml),
            ),
            (
                "# a comment\nSPDXVersion: SPDX-2.3\n",
                Some(Format::SpdxTagValue),
            ),
            ("spdxVersion: SPDX-2.3\n", Some(Format::SpdxOther)),
            (
                "{\"@context\": \"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"}",
                Some(Format::SpdxJson),
            ),
            ("{}", None),
            ("<html>", None),
            ("", None),
        ] {
            assert_eq!(sniff(content.as_bytes()), format, "{content}");
        }
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(
                "{\"bomFormat\":1}"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes),
            )
            .collect();
        assert_eq!(sniff(&utf16), Some(Format::CycloneDxJson));
    }
}
