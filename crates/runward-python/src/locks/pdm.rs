//! `pdm.lock`.

use std::collections::HashMap;

use runward_model::{Manifest, NotCovered, Origin, Scope};

use super::{locked, parse, project_roots, tables};
use crate::{
    Context,
    document::{Document, Node, Table},
    graph::{Edge, Graph, LockPackage, normalized},
    link,
};

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let document = parse(path, &text, cx)?;
    let old_files = old_files(&document);
    let mut packages: Vec<LockPackage<'_>> = Vec::new();
    // A package and the same package with extras stand apart; they are one package.
    let mut seen: HashMap<(String, Option<String>), usize> = HashMap::new();
    for (table, line) in tables(&document, "package", path, &mut manifest.not_covered) {
        let name = table.text("name").unwrap_or_default();
        let version = table.get("version").and_then(Node::scalar);
        let mut dependency = locked(name, version, path, line);
        if is_project_itself(table) {
            continue;
        }
        dependency.origin = origin(table);
        dependency.marker = table.text("marker").map(str::to_owned);
        dependency.hashes = hashes(table, &old_files, name, version);
        let extras: Vec<&str> = table.texts("extras").collect();
        let mut edges: Vec<Edge<'_>> = Vec::new();
        for text in table.texts("dependencies") {
            // With extras, a package depends on itself without them.
            let Some(edge) = Edge::standard(text).filter(|e| e.name != dependency.package.name)
            else {
                continue;
            };
            if extras.is_empty() {
                edges.push(edge);
            } else {
                edges.extend(extras.iter().map(|extra| Edge {
                    when_extra: Some(normalized(extra)),
                    ..edge.clone()
                }));
            }
        }
        let key = (
            dependency.package.name.clone(),
            dependency.package.version.clone(),
        );
        let stated = stated(table);
        if let Some(package) = seen.get(&key).and_then(|index| packages.get_mut(*index)) {
            package.edges.extend(edges);
            // The entry without extras, where there is one, has the files.
            if package.dependency.hashes.is_empty() {
                package.dependency.hashes = dependency.hashes;
            }
            package.stated = merge(package.stated.take(), stated);
        } else {
            seen.insert(key, packages.len());
            packages.push(LockPackage {
                dependency,
                edges,
                stated,
            });
        }
    }
    Graph {
        packages,
        roots: project_roots(path, cx),
        ..Graph::default()
    }
    .fill(manifest, cx);
    Ok(())
}

type Stated = Option<(Scope, Vec<String>)>;

fn merge(one: Stated, other: Stated) -> Stated {
    match (one, other) {
        (Some((a, mut groups)), Some((b, more))) => {
            for group in more {
                if !groups.contains(&group) {
                    groups.push(group);
                }
            }
            let scope = a.min(b);
            if scope == Scope::Runtime {
                groups.clear();
            }
            Some((scope, groups))
        }
        (one, other) => one.or(other),
    }
}

/// The project may be locked as an editable package at its own root.
fn is_project_itself(table: &Table<'_>) -> bool {
    table
        .text("path")
        .is_some_and(|path| path.trim_matches(['.', '/']).is_empty())
}

fn stated(table: &Table<'_>) -> Stated {
    let groups: Vec<String> = table.texts("groups").map(str::to_owned).collect();
    if groups.is_empty() {
        return None;
    }
    if groups.iter().any(|group| group == "default") {
        return Some((Scope::Runtime, Vec::new()));
    }
    Some((Scope::Development, groups))
}

fn origin(table: &Table<'_>) -> Origin {
    if let Some(url) = table.text("git") {
        return Origin::Git {
            url: link::redact(url),
            rev: table
                .text("revision")
                .or_else(|| table.text("ref"))
                .map(str::to_owned),
        };
    }
    if let Some(path) = table.text("path") {
        return Origin::Path {
            path: path.to_owned(),
        };
    }
    match table.text("url") {
        Some(url) => Origin::Url {
            url: link::redact(url),
        },
        None => Origin::default(),
    }
}

/// Until format 4.3 files stood in `[metadata.files]` under `name version`.
fn old_files<'d>(document: &'d Document<'_>) -> HashMap<&'d str, &'d Node<'d>> {
    document
        .root
        .descend(&["metadata", "files"])
        .into_iter()
        .flat_map(Table::entries)
        .map(|entry| (entry.key.as_ref(), &entry.node))
        .collect()
}

fn hashes(
    table: &Table<'_>,
    old_files: &HashMap<&str, &Node<'_>>,
    name: &str,
    version: Option<&str>,
) -> Vec<String> {
    let key = format!("{name} {}", version.unwrap_or_default());
    let old = old_files.get(key.as_str()).and_then(|node| node.list());
    table
        .list("files")
        .iter()
        .chain(old.unwrap_or_default())
        .filter_map(|file| file.table()?.text("hash"))
        .map(str::to_owned)
        .collect()
}
