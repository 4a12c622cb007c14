//! CycloneDX 1.6, JSON.

use std::io::{self, Write};

use runward_model::{Dependency, Scope};
use serde::Serialize;

use crate::{
    account,
    document::{Document, Unique, exact_purl, group_and_name},
    facts,
    hashes::{self, Digest},
};

use super::vulnerability::{Vulnerability, vulnerabilities};

/// The schema's longest version; a longer one stands in the package URL only.
const LONGEST_VERSION: usize = 1024;

/// No package URL begins with this, so it names the product and nothing else.
pub(super) const ROOT: &str = "runward:root";

// The names are the format's.
#[expect(clippy::struct_field_names)]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Component<'a>>,
    dependencies: Vec<Needs<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    timestamp: String,
    tools: Tools<'a>,
    component: Product<'a>,
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct Tools<'a> {
    components: [Tool<'a>; 1],
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Product<'a> {
    r#type: &'static str,
    #[serde(rename = "bom-ref")]
    reference: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Component<'a> {
    r#type: &'static str,
    #[serde(rename = "bom-ref")]
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    scope: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_references: Vec<ExternalReference>,
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Serialize)]
struct ExternalReference {
    r#type: &'static str,
    url: String,
}

#[derive(Serialize)]
pub(super) struct Property {
    name: &'static str,
    value: String,
}

impl Property {
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            value: value.into(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Needs<'a> {
    r#ref: &'a str,
    depends_on: Vec<&'a str>,
}

/// Writes CycloneDX 1.6 as JSON: components with hashes, scope and what Runward knows of them as
/// properties, the dependency graph, and findings as vulnerabilities: a suppressed one with the
/// decision as its analysis. The metadata's properties tell how much was found, hidden and not
/// judged.
///
/// # Errors
/// Those of `out`.
pub fn write_cyclonedx(doc: &Document<'_>, out: &mut dyn Write) -> io::Result<()> {
    let references = references(doc.dependencies);
    let bom = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: format!("urn:uuid:{}", doc.uuid("cyclonedx")),
        version: 1,
        metadata: Metadata {
            timestamp: doc.created.to_string(),
            tools: Tools {
                components: [Tool {
                    r#type: "application",
                    name: "runward",
                    version: doc.tool_version,
                }],
            },
            component: Product {
                r#type: "application",
                reference: ROOT,
                name: doc.name,
                version: doc.version.filter(|version| fits(version)),
            },
            properties: account::of(doc)
                .into_iter()
                .map(|(name, value)| Property::new(name, value))
                .collect(),
        },
        components: doc
            .dependencies
            .iter()
            .zip(&references)
            .map(|(dependency, reference)| component(dependency, reference))
            .collect(),
        dependencies: graph(doc, &references),
        vulnerabilities: vulnerabilities(doc, &references),
    };
    serde_json::to_writer_pretty(&mut *out, &bom).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// One reference for each dependency: its package URL, numbered where several files state it.
fn references(dependencies: &[Dependency]) -> Vec<String> {
    let mut unique = Unique::default();
    dependencies
        .iter()
        .map(|dependency| {
            let package = &dependency.package;
            let wanted = exact_purl(package)
                .unwrap_or_else(|| format!("{}:{}", package.ecosystem, package.purl()));
            unique.claim(&wanted, '#')
        })
        .collect()
}

fn fits(version: &str) -> bool {
    version.chars().count() <= LONGEST_VERSION
}

fn component<'a>(dependency: &'a Dependency, reference: &'a str) -> Component<'a> {
    let purl = exact_purl(&dependency.package);
    // Without a package URL the name is all there is, so it stays whole.
    let (group, name) = match purl {
        Some(_) => group_and_name(&dependency.package),
        None => (None, dependency.package.name.as_str()),
    };
    let (digests, _) = hashes::divide(&dependency.hashes);
    Component {
        r#type: "library",
        reference,
        group,
        name,
        version: dependency
            .package
            .version
            .as_deref()
            .filter(|version| fits(version)),
        scope: match dependency.scope {
            Scope::Runtime => "required",
            Scope::Optional => "optional",
            Scope::Build | Scope::Development => "excluded",
        },
        hashes: digests.into_iter().map(hash).collect(),
        purl,
        external_references: facts::download(&dependency.origin)
            .into_iter()
            .map(|(kind, url)| ExternalReference { r#type: kind, url })
            .collect(),
        properties: facts::of(dependency)
            .into_iter()
            .map(|(name, value)| Property::new(name, value))
            .collect(),
    }
}

fn hash(digest: Digest) -> Hash {
    Hash {
        alg: digest.cyclonedx_algorithm(),
        content: digest.hex,
    }
}

/// An entry without `dependsOn` elements says that there are none, so a package whose file
/// records no edges has no entry: nothing is known of what it needs.
fn graph<'a>(doc: &Document<'a>, references: &'a [String]) -> Vec<Needs<'a>> {
    let named = |places: &[usize]| {
        places
            .iter()
            .filter_map(|place| references.get(*place))
            .map(String::as_str)
            .collect::<Vec<_>>()
    };
    let direct: Vec<usize> = doc
        .dependencies
        .iter()
        .enumerate()
        .filter(|(_, dependency)| dependency.direct)
        .map(|(place, _)| place)
        .collect();
    let mut graph = vec![Needs {
        r#ref: ROOT,
        depends_on: named(&direct),
    }];
    let each = references.iter().zip(doc.children()).zip(doc.in_graph());
    for ((reference, children), known) in each {
        if known || !children.is_empty() {
            graph.push(Needs {
                r#ref: reference,
                depends_on: named(&children),
            });
        }
    }
    graph
}
