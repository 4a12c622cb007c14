//! Poetry's sections of a `pyproject.toml`.

use std::collections::HashMap;

use runward_model::{Ecosystem, Origin, Scope, SourceRef};

use super::{File, constraint};
use crate::{
    declared::{Declared, Outcome, Place, Stated, linked, local_path, version_of},
    document::{Node, Table},
    link,
};

/// Reads `tool.poetry`.
pub(super) fn read(file: &mut File<'_, '_>, poetry: &Table<'_>) {
    let extras = poetry.table("extras");
    if let Some(table) = poetry.table("dependencies") {
        section(file, poetry, table, Scope::Runtime, &[], extras);
    }
    let dev = ["dev".to_owned()];
    if let Some(table) = poetry.table("dev-dependencies") {
        section(file, poetry, table, Scope::Development, &dev, None);
    }
    for group in poetry.table("group").into_iter().flat_map(Table::entries) {
        let Some(table) = group
            .node
            .table()
            .and_then(|group| group.table("dependencies"))
        else {
            continue;
        };
        if group.key == "main" {
            section(file, poetry, table, Scope::Runtime, &[], extras);
        } else {
            let groups = [group.key.to_string()];
            section(file, poetry, table, Scope::Development, &groups, None);
        }
    }
}

fn section(
    file: &mut File<'_, '_>,
    poetry: &Table<'_>,
    table: &Table<'_>,
    scope: Scope,
    groups: &[String],
    extras: Option<&Table<'_>>,
) {
    let extras = extras_by_name(extras);
    for entry in table.entries() {
        if entry.key.eq_ignore_ascii_case("python") {
            continue;
        }
        let line = file.lines.line(entry.key_at);
        let several = entry.node.list();
        let items = several.unwrap_or(std::slice::from_ref(&entry.node));
        for item in items {
            let line = if several.is_some() {
                file.lines.line(item.at)
            } else {
                line
            };
            let optional = item.table().and_then(|table| table.flag("optional")) == Some(true);
            let (scope, groups) = if optional && scope == Scope::Runtime {
                let name = Ecosystem::PyPI.normalize_name(&entry.key);
                (
                    Scope::Optional,
                    extras.get(&name).cloned().unwrap_or_default(),
                )
            } else {
                (scope, groups.to_vec())
            };
            let place = Place {
                path: file.path,
                line,
                scope,
                groups: &groups,
            };
            match declare(file, poetry, &entry.key, item, &place) {
                Ok(Outcome::Dependency(declared)) => file.out.items.push(*declared),
                Ok(Outcome::FirstParty) => {}
                Err(reason) => file.out.miss(file.path, line, reason),
            }
        }
    }
}

/// The extras that list each optional dependency, by its normalized name.
fn extras_by_name(extras: Option<&Table<'_>>) -> HashMap<String, Vec<String>> {
    let mut by_name: HashMap<String, Vec<String>> = HashMap::new();
    for extra in extras.into_iter().flat_map(Table::entries) {
        for listed in extra
            .node
            .list()
            .unwrap_or_default()
            .iter()
            .filter_map(Node::text)
        {
            let extras = by_name
                .entry(Ecosystem::PyPI.normalize_name(listed))
                .or_default();
            extras.push(extra.key.to_string());
        }
    }
    by_name
}

fn declare(
    file: &File<'_, '_>,
    poetry: &Table<'_>,
    name: &str,
    item: &Node<'_>,
    place: &Place<'_>,
) -> Result<Outcome, String> {
    let mut declared = Declared::new(name, SourceRef::new(place.path, place.line));
    if !crate::requirement::is_name(name) {
        return Err(format!(
            "`{}` is not a package name",
            crate::text::shorten(name)
        ));
    }
    declared.scope = place.scope;
    declared.groups = place.groups.to_vec();
    if let Some(constraint) = item.text() {
        constrain(&mut declared, constraint)?;
        return Ok(Outcome::Dependency(Box::new(declared)));
    }
    let table = item.table().ok_or_else(|| {
        format!("`{name}` is neither a version constraint nor a table; see Poetry's manual")
    })?;
    declared.extras = table
        .texts("extras")
        .map(|extra| Ecosystem::PyPI.normalize_name(extra))
        .collect();
    declared.marker = marker(table);
    if let Some(url) = table.text("git") {
        let rev = ["rev", "tag", "branch"]
            .iter()
            .find_map(|key| table.text(key));
        let origin = Origin::Git {
            url: link::redact(url),
            rev: rev.map(str::to_owned),
        };
        declared.stated = version_of(name, url, &origin);
        declared.origin = origin;
        return Ok(Outcome::Dependency(Box::new(declared)));
    }
    if let Some(url) = table.text("url") {
        return linked(declared, url, place, file.cx);
    }
    if let Some(path) = table.text("path").or_else(|| table.text("file")) {
        return local_path(Some(declared), path, place, file.cx);
    }
    if let Some(source) = table.text("source") {
        let url = poetry
            .list("source")
            .iter()
            .take(super::MAX_INDEXES)
            .filter_map(Node::table)
            .find(|table| table.text("name") == Some(source))
            .and_then(|table| table.text("url"));
        declared.origin = Origin::Registry {
            index: Some(link::redact(url.unwrap_or(source))),
        };
    }
    // An entry without a version only adds to what `project.dependencies` says.
    if let Some(version) = table.get("version").and_then(Node::scalar) {
        constrain(&mut declared, version)?;
    }
    Ok(Outcome::Dependency(Box::new(declared)))
}

fn constrain(declared: &mut Declared, text: &str) -> Result<(), String> {
    let text = text.trim();
    if constraint::parse(text).is_none() {
        return Err(format!(
            "`{} = \"{}\"` is not a version constraint; see Poetry's manual",
            declared.name,
            crate::text::shorten(text)
        ));
    }
    declared.requirement = Some(text.to_owned());
    if let Some(version) = constraint::exact(text) {
        declared.stated = Stated::Exact(version.to_owned());
    }
    Ok(())
}

/// `markers`, `python` and `platform` as one marker.
fn marker(table: &Table<'_>) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    terms.extend(table.text("python").and_then(constraint::python_marker));
    terms.extend(
        table
            .text("platform")
            .map(|platform| format!("sys_platform == \"{platform}\"")),
    );
    terms.extend(table.text("markers").map(str::to_owned));
    match terms.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(
            several
                .iter()
                .map(|term| {
                    if term.contains(" or ") {
                        format!("({term})")
                    } else {
                        term.clone()
                    }
                })
                .collect::<Vec<_>>()
                .join(" and "),
        ),
    }
}
