//! SPDX 2.3, JSON.

// The names of the fields are the format's.
#![expect(clippy::struct_field_names)]

use std::io::{self, Write};

use runward_model::{Dependency, Origin, Scope};
use serde::Serialize;

use crate::{
    account,
    document::{Document, Unique, exact_purl},
    facts, hashes,
};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const ROOT: &str = "SPDXRef-RootPackage";
const NOASSERTION: &str = "NOASSERTION";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spdx<'a> {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    id: &'static str,
    name: &'a str,
    document_namespace: String,
    creation_info: CreationInfo,
    annotations: [Annotation; 1],
    packages: Vec<Package<'a>>,
    relationships: Vec<Relationship<'a>>,
}

#[derive(Serialize)]
struct CreationInfo {
    created: String,
    creators: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    #[serde(rename = "SPDXID")]
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_info: Option<&'a str>,
    supplier: &'static str,
    download_location: String,
    files_analyzed: bool,
    license_concluded: &'static str,
    license_declared: &'static str,
    copyright_text: &'static str,
    primary_package_purpose: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checksums: Vec<Checksum>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checksum {
    algorithm: &'static str,
    checksum_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalRef {
    reference_category: &'static str,
    reference_type: &'static str,
    reference_locator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotation {
    annotation_date: String,
    annotation_type: &'static str,
    annotator: String,
    comment: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship<'a> {
    spdx_element_id: &'a str,
    relationship_type: &'static str,
    related_spdx_element: &'a str,
}

/// Writes SPDX 2.3 as JSON. What SPDX has no field for stands in one annotation for each package,
/// a `runward:name=value` on each line. Findings have no place in it; an annotation of the document
/// tells how much was found, hidden and not judged, and the comment on its creation says it in words.
///
/// # Errors
/// Those of `out`.
pub fn write_spdx(doc: &Document<'_>, out: &mut dyn Write) -> io::Result<()> {
    let created = doc.created_to_the_second();
    // The specification wants `tool-version` in one word.
    let tool = format!("Tool: runward-{}", doc.tool_version);
    let ids = ids(doc.dependencies);
    let mut packages = vec![Package {
        primary_package_purpose: "APPLICATION",
        ..Package::bare(ROOT, doc.name, doc.version)
    }];
    for (dependency, id) in doc.dependencies.iter().zip(&ids) {
        packages.push(package(dependency, id, &created, &tool));
    }
    let spdx = Spdx {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name: doc.name,
        document_namespace: format!("urn:uuid:{}", doc.uuid("spdx")),
        annotations: [annotation(&created, &tool, account::of(doc))],
        creation_info: CreationInfo {
            created,
            creators: [tool],
            comment: account::in_words(doc),
        },
        packages,
        relationships: relationships(doc, &ids),
    };
    serde_json::to_writer_pretty(&mut *out, &spdx).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// One identifier for each dependency, of the characters that SPDX allows.
fn ids(dependencies: &[Dependency]) -> Vec<String> {
    let mut unique = Unique::default();
    dependencies
        .iter()
        .map(|dependency| {
            let package = &dependency.package;
            let parts = [
                "SPDXRef-Package",
                package.ecosystem.purl_type(),
                &package.name,
                package.version.as_deref().unwrap_or("unknown"),
            ];
            let wanted = parts.map(plain).join("-");
            unique.claim(&wanted, '-')
        })
        .collect()
}

fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect()
}

impl<'a> Package<'a> {
    fn bare(id: &'a str, name: &'a str, version: Option<&'a str>) -> Self {
        Self {
            id,
            name,
            version_info: version,
            supplier: NOASSERTION,
            download_location: NOASSERTION.to_owned(),
            files_analyzed: false,
            license_concluded: NOASSERTION,
            license_declared: NOASSERTION,
            copyright_text: NOASSERTION,
            primary_package_purpose: "LIBRARY",
            checksums: Vec::new(),
            external_refs: Vec::new(),
            annotations: Vec::new(),
        }
    }
}

fn package<'a>(dependency: &'a Dependency, id: &'a str, created: &str, tool: &str) -> Package<'a> {
    let (digests, _) = hashes::divide(&dependency.hashes);
    let version = dependency.package.version.as_deref();
    Package {
        download_location: download_location(&dependency.origin),
        checksums: digests
            .into_iter()
            .map(|digest| Checksum {
                algorithm: digest.spdx_algorithm(),
                checksum_value: digest.hex,
            })
            .collect(),
        external_refs: exact_purl(&dependency.package)
            .into_iter()
            .map(|purl| ExternalRef {
                reference_category: "PACKAGE-MANAGER",
                reference_type: "purl",
                reference_locator: purl,
            })
            .collect(),
        annotations: vec![annotation(created, tool, facts::of(dependency))],
        ..Package::bare(id, &dependency.package.name, version)
    }
}

/// A `name=value` on each line.
fn annotation(created: &str, tool: &str, facts: Vec<(&'static str, String)>) -> Annotation {
    Annotation {
        annotation_date: created.to_owned(),
        annotation_type: "OTHER",
        annotator: tool.to_owned(),
        comment: facts
            .into_iter()
            .map(|(name, value)| format!("{name}={}", value.replace(['\r', '\n'], " ")))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// SPDX writes the tool before a version control URL and the revision after it (2.3, §7.7).
fn download_location(origin: &Origin) -> String {
    let Some((kind, url)) = facts::download(origin) else {
        return NOASSERTION.to_owned();
    };
    let over_the_web = ["https://", "http://", "ssh://", "git://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    if !over_the_web {
        return NOASSERTION.to_owned();
    }
    match origin {
        Origin::Git { rev, .. } if kind == "vcs" => {
            let rev = rev.as_deref().filter(|rev| {
                !rev.is_empty()
                    && rev.bytes().all(|byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/')
                    })
            });
            match rev {
                Some(rev) => format!("git+{url}@{rev}"),
                None => format!("git+{url}"),
            }
        }
        _ => url,
    }
}

fn relationships<'a>(doc: &Document<'_>, ids: &'a [String]) -> Vec<Relationship<'a>> {
    let mut relationships = vec![Relationship {
        spdx_element_id: DOCUMENT,
        relationship_type: "DESCRIBES",
        related_spdx_element: ROOT,
    }];
    for ((dependency, id), parents) in doc.dependencies.iter().zip(ids).zip(doc.parents()) {
        let root = dependency.direct.then_some(ROOT);
        let parents = parents.into_iter().filter_map(|parent| ids.get(parent));
        for parent in root.into_iter().chain(parents.map(String::as_str)) {
            relationships.push(edge(dependency.scope, parent, id));
        }
    }
    relationships
}

/// The types for other scopes exist in one direction only.
fn edge<'a>(scope: Scope, parent: &'a str, child: &'a str) -> Relationship<'a> {
    let (spdx_element_id, relationship_type, related_spdx_element) = match scope {
        Scope::Runtime => (parent, "DEPENDS_ON", child),
        Scope::Optional => (child, "OPTIONAL_DEPENDENCY_OF", parent),
        Scope::Build => (child, "BUILD_DEPENDENCY_OF", parent),
        Scope::Development => (child, "DEV_DEPENDENCY_OF", parent),
    };
    Relationship {
        spdx_element_id,
        relationship_type,
        related_spdx_element,
    }
}
