//! CycloneDX JSON, 1.2 and later (JSON came with 1.2).

use crate::{
    Limits,
    graph::Sheet,
    json::Json,
    problems::{Fault, shown},
};

use super::{Bill, Component, Needs, check_version};

/// The members that are read.
pub(crate) const JSON_KEYS: [&str; 24] = [
    "bomFormat",
    "specVersion",
    "metadata",
    "component",
    "components",
    "dependencies",
    "services",
    "compositions",
    "aggregate",
    "bom-ref",
    "type",
    "group",
    "name",
    "version",
    "versionRange",
    "purl",
    "scope",
    "hashes",
    "alg",
    "content",
    "properties",
    "value",
    "ref",
    "dependsOn",
];

pub(crate) fn from_json(root: &Json<'_>, path: &str, limits: &Limits) -> Result<Sheet, Fault> {
    if let Some(format) = root.get("bomFormat")
        && format.text() != Some("CycloneDX")
    {
        return Err(Fault::at(
            format.line,
            format!(
                "`bomFormat` is `{}`; CycloneDX and SPDX 2.3 are read",
                shown(format.text().unwrap_or("no text"))
            ),
        ));
    }
    let newer = check_version(root.text_of("specVersion"), root.line)?;
    let mut bill = Bill::default();
    if let Some(metadata) = root.get("metadata")
        && let Some(component) = metadata.get("component")
    {
        add(&mut bill, component, None, true, limits)?;
    }
    add_all(&mut bill, root, None, limits)?;
    add_services(&mut bill, root);
    for entry in root.items("dependencies") {
        let Some(reference) = entry.text_of("ref") else {
            continue;
        };
        bill.needs.push(Needs {
            line: entry.line,
            reference: reference.to_owned(),
            on: entry
                .items("dependsOn")
                .iter()
                .filter_map(Json::text)
                .map(str::to_owned)
                .collect(),
        });
    }
    bill.incomplete_at = root
        .items("compositions")
        .iter()
        .find(|entry| {
            entry
                .text_of("aggregate")
                .is_some_and(|word| word.starts_with("incomplete"))
        })
        .map(|entry| entry.line);
    let misplaced = ["components", "dependencies"]
        .iter()
        .find(|key| root.is_no_array(key));
    if let Some(key) = misplaced {
        return Err(Fault::at(
            root.line,
            format!("`{key}` is no list; make the bill again"),
        ));
    }
    let mut sheet = bill.into_sheet(path, limits);
    if let Some(reason) = newer {
        sheet.problems.push(root.line, None, reason);
    }
    Ok(sheet)
}

/// The components of an object. Recursion is bounded by the depth of the JSON.
fn add_all(
    bill: &mut Bill,
    holder: &Json<'_>,
    within: Option<usize>,
    limits: &Limits,
) -> Result<(), Fault> {
    if holder.is_no_array("components") {
        return Err(Fault::at(
            holder.line,
            "`components` is no list; make the bill again",
        ));
    }
    for component in holder.items("components") {
        add(bill, component, within, false, limits)?;
    }
    Ok(())
}

fn add(
    bill: &mut Bill,
    json: &Json<'_>,
    within: Option<usize>,
    is_root: bool,
    limits: &Limits,
) -> Result<(), Fault> {
    bill.check_room(limits, json.line)?;
    let owned = |key: &str| json.text_of(key).map(str::to_owned);
    let pairs = |list: &str, name: &str, value: &str| {
        json.items(list)
            .iter()
            .filter_map(|entry| {
                Some((
                    entry.text_of(name)?.to_owned(),
                    entry.text_of(value)?.to_owned(),
                ))
            })
            .collect()
    };
    bill.components.push(Component {
        line: json.line,
        is_root,
        reference: owned("bom-ref"),
        kind: owned("type").unwrap_or_default(),
        group: owned("group"),
        name: owned("name"),
        version: owned("version"),
        version_range: owned("versionRange"),
        purl: owned("purl"),
        scope: owned("scope"),
        hashes: pairs("hashes", "alg", "content"),
        properties: pairs("properties", "name", "value"),
        within,
    });
    let place = bill.components.len() - 1;
    add_all(bill, json, Some(place), limits)
}

fn add_services(bill: &mut Bill, holder: &Json<'_>) {
    for service in holder.items("services") {
        bill.services
            .extend(service.text_of("bom-ref").map(str::to_owned));
        add_services(bill, service);
    }
}
