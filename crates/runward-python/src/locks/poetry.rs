//! `poetry.lock`, from format 0 (`category`, hashes in `[metadata]`) to 2.1 (`groups`, `markers`).

use std::{borrow::Cow, collections::HashMap};

use runward_model::{Manifest, NotCovered, Origin, Scope};

use super::{locked, parse, project_roots, tables};
use crate::{
    Context,
    document::{Node, Table},
    graph::{Edge, Graph, LockPackage, Want, normalized},
    link,
};

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let document = parse(path, &text, cx)?;
    let hashes = old_hashes(&document.root);
    let mut packages = Vec::new();
    for (table, line) in tables(&document, "package", path, &mut manifest.not_covered) {
        let name = table.text("name").unwrap_or_default();
        let version = table.get("version").and_then(Node::scalar);
        let mut dependency = locked(name, version, path, line);
        dependency.origin = origin(table.table("source"));
        dependency.hashes = table.list("files").iter().filter_map(file_hash).collect();
        if dependency.hashes.is_empty()
            && let Some(hashes) = hashes.get(dependency.package.name.as_str())
        {
            dependency.hashes.clone_from(hashes);
        }
        dependency.marker = marker(table);
        packages.push(LockPackage {
            edges: edges(table),
            stated: stated(table),
            dependency,
        });
    }
    Graph {
        packages,
        roots: project_roots(path, cx),
        ..Graph::default()
    }
    .fill(manifest, cx);
    Ok(())
}

fn file_hash(file: &Node<'_>) -> Option<String> {
    match file.text() {
        Some(hash) => Some(hash.to_owned()),
        None => file.table()?.text("hash").map(str::to_owned),
    }
}

/// Before format 2 hashes stood in `[metadata.files]`, and before format 1 in
/// `[metadata.hashes]`, there without the name of the algorithm.
fn old_hashes(root: &Table<'_>) -> HashMap<String, Vec<String>> {
    let mut hashes = HashMap::new();
    for key in ["files", "hashes"] {
        let table = root.descend(&["metadata", key]);
        for entry in table.into_iter().flat_map(Table::entries) {
            let list = entry.node.list().unwrap_or_default();
            let listed = list
                .iter()
                .filter_map(file_hash)
                .map(|hash| {
                    if hash.contains(':') {
                        hash
                    } else {
                        format!("sha256:{hash}")
                    }
                })
                .collect();
            hashes.insert(normalized(&entry.key).into_owned(), listed);
        }
    }
    hashes
}

fn origin(source: Option<&Table<'_>>) -> Origin {
    let Some(source) = source else {
        return Origin::default();
    };
    let url = source.text("url").unwrap_or_default();
    match source.text("type") {
        Some("git") => Origin::Git {
            url: link::redact(url),
            rev: source
                .text("resolved_reference")
                .or_else(|| source.text("reference"))
                .map(str::to_owned),
        },
        Some("url") => Origin::Url {
            url: link::redact(url),
        },
        Some("directory" | "file") => Origin::Path {
            path: url.to_owned(),
        },
        _ => Origin::Registry {
            index: (!url.is_empty()).then(|| link::redact(url)),
        },
    }
}

/// `markers` is one marker, or one for each group; with several any of them installs the package.
fn marker(table: &Table<'_>) -> Option<String> {
    let node = table.get("markers").or_else(|| table.get("marker"))?;
    if let Some(marker) = node.text() {
        return Some(marker.to_owned());
    }
    let markers: Vec<&str> = node
        .table()?
        .entries()
        .map(|entry| entry.node.text())
        .collect::<Option<_>>()?;
    // A group without a marker of its own always installs the package.
    let groups = table.list("groups").len();
    if markers.is_empty() || markers.len() < groups {
        return None;
    }
    Some(
        markers
            .iter()
            .map(|marker| format!("({marker})"))
            .collect::<Vec<_>>()
            .join(" or "),
    )
}

fn stated(table: &Table<'_>) -> Option<(Scope, Vec<String>)> {
    let optional = table.flag("optional") == Some(true);
    let groups: Vec<&str> = table.texts("groups").collect();
    let main = table.text("category") == Some("main") || groups.contains(&"main");
    if main {
        let scope = if optional {
            Scope::Optional
        } else {
            Scope::Runtime
        };
        return Some((scope, Vec::new()));
    }
    if !groups.is_empty() {
        let groups = groups.into_iter().map(str::to_owned).collect();
        return Some((Scope::Development, groups));
    }
    match table.text("category") {
        Some(category) => Some((Scope::Development, vec![category.to_owned()])),
        None => optional.then(|| (Scope::Optional, Vec::new())),
    }
}

fn edges<'t>(table: &'t Table<'_>) -> Vec<Edge<'t>> {
    let mut edges = Vec::new();
    for entry in table
        .table("dependencies")
        .into_iter()
        .flat_map(Table::entries)
    {
        let alternatives = match entry.node.list() {
            Some(list) => list,
            None => std::slice::from_ref(&entry.node),
        };
        for node in alternatives {
            edges.push(edge(table, &entry.key, node));
        }
    }
    edges
}

fn edge<'t>(package: &'t Table<'_>, name: &'t str, node: &'t Node<'_>) -> Edge<'t> {
    let mut edge = Edge::to(name);
    let table = node.table();
    let version = match table {
        Some(table) => table.text("version"),
        None => node.text(),
    };
    if let Some(version) = version {
        edge.want = Want::Constraint(Cow::Borrowed(version));
        edge.requirement = Some(Cow::Borrowed(version));
    }
    let Some(table) = table else {
        return edge;
    };
    edge.extras = table
        .texts("extras")
        .map(|extra| normalized(extra).into_owned())
        .collect();
    edge.marker = table.text("markers").map(Cow::Borrowed);
    let says_extra = edge
        .marker
        .as_deref()
        .is_some_and(|marker| marker.contains("extra"));
    if table.flag("optional") == Some(true) && !says_extra {
        edge.when_extra = extra_with(package, name);
    }
    edge
}

/// The extra of a package that lists a dependency.
fn extra_with<'t>(package: &'t Table<'_>, name: &str) -> Option<Cow<'t, str>> {
    let name = normalized(name);
    let extras = package.table("extras")?;
    let found = extras.entries().take(64).find(|extra| {
        extra
            .node
            .list()
            .unwrap_or_default()
            .iter()
            .take(256)
            .filter_map(Node::text)
            .filter_map(|text| crate::requirement::parse_leniently(text).ok())
            .any(|requirement| normalized(requirement.name) == name)
    })?;
    Some(Cow::Borrowed(found.key.as_ref()))
}
