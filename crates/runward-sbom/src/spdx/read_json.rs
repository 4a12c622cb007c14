//! SPDX 2 JSON.

use crate::{Limits, graph::Sheet, json::Json, problems::Fault};

use super::{Bill, Package, Relationship, check_version};

/// The members that are read.
pub(crate) const JSON_KEYS: [&str; 21] = [
    "spdxVersion",
    "SPDXID",
    "documentDescribes",
    "packages",
    "files",
    "snippets",
    "relationships",
    "name",
    "versionInfo",
    "primaryPackagePurpose",
    "externalRefs",
    "referenceType",
    "referenceLocator",
    "checksums",
    "algorithm",
    "checksumValue",
    "annotations",
    "comment",
    "spdxElementId",
    "relationshipType",
    "relatedSpdxElement",
];

pub(crate) fn from_json(root: &Json<'_>, path: &str, limits: &Limits) -> Result<Sheet, Fault> {
    check_version(root.text_of("spdxVersion"), root.line)?;
    for key in ["packages", "relationships"] {
        if root.is_no_array(key) {
            return Err(Fault::at(
                root.line,
                format!("`{key}` is no list; make the document again"),
            ));
        }
    }
    let mut bill = Bill {
        document: root
            .text_of("SPDXID")
            .unwrap_or("SPDXRef-DOCUMENT")
            .to_owned(),
        described: root
            .items("documentDescribes")
            .iter()
            .filter_map(Json::text)
            .map(str::to_owned)
            .collect(),
        ..Bill::default()
    };
    for json in root.items("packages") {
        bill.check_room(limits, json.line)?;
        bill.packages.push(package(json));
    }
    for key in ["files", "snippets"] {
        bill.other_elements.extend(
            root.items(key)
                .iter()
                .filter_map(|element| element.text_of("SPDXID"))
                .map(str::to_owned),
        );
    }
    for json in root.items("relationships") {
        bill.check_edges(limits, json.line)?;
        let owned = |key: &str| json.text_of(key).unwrap_or_default().to_owned();
        bill.relationships.push(Relationship {
            line: json.line,
            from: owned("spdxElementId"),
            kind: owned("relationshipType").to_ascii_uppercase(),
            to: owned("relatedSpdxElement"),
        });
    }
    Ok(bill.into_sheet(path, limits))
}

fn package(json: &Json<'_>) -> Package {
    Package {
        line: json.line,
        id: json.text_of("SPDXID").unwrap_or_default().to_owned(),
        name: json.text_of("name").map(str::to_owned),
        version: json.text_of("versionInfo").map(str::to_owned),
        purpose: json
            .text_of("primaryPackagePurpose")
            .unwrap_or_default()
            .to_owned(),
        purls: json
            .items("externalRefs")
            .iter()
            .filter(|reference| is_purl_type(reference.text_of("referenceType")))
            .filter_map(|reference| reference.text_of("referenceLocator"))
            .map(str::to_owned)
            .collect(),
        checksums: json
            .items("checksums")
            .iter()
            .filter_map(|checksum| {
                Some((
                    checksum.text_of("algorithm")?.to_owned(),
                    checksum.text_of("checksumValue")?.to_owned(),
                ))
            })
            .collect(),
        annotations: json
            .items("annotations")
            .iter()
            .filter_map(|annotation| annotation.text_of("comment"))
            .map(str::to_owned)
            .collect(),
    }
}

/// Some tools write the type as the URI that it has in RDF.
pub(super) fn is_purl_type(name: Option<&str>) -> bool {
    name.is_some_and(|name| name == "purl" || name.ends_with("/purl"))
}
