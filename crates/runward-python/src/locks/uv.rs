//! `uv.lock`, of a project, a workspace or a script (`tool.py.lock`).

use std::{borrow::Cow, collections::HashSet};

use runward_model::{Manifest, NotCovered, Origin, Scope};

use super::{locked, parse, tables};
use crate::{
    Context,
    document::{Document, Node, Table},
    graph::{Edge, Graph, LockPackage, Root, Want, normalized},
    link,
};

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let document = parse(path, &text, cx)?;
    let entries = tables(&document, "package", path, &mut manifest.not_covered);
    let members = members(&document, &entries);
    let mut graph = Graph::default();
    script_roots(&document, &mut graph.roots);
    for (table, line) in &entries {
        let name = table.text("name").unwrap_or_default();
        if members.contains(normalized(name).as_ref()) && is_local(table) {
            member_roots(table, &mut graph.roots);
        } else if let Some(package) = package(table, path, *line) {
            graph.packages.push(package);
        } else {
            // A directory of the project with a version of its own making: its needs are what
            // counts.
            member_roots(table, &mut graph.roots);
        }
    }
    // Members are no packages of the lock, so edges between them are of no interest.
    graph
        .roots
        .retain(|root| !members.contains(root.edge.name.as_ref()));
    graph.fill(manifest, cx);
    Ok(())
}

fn is_local(table: &Table<'_>) -> bool {
    table.table("source").is_some_and(|source| {
        ["virtual", "editable", "directory"]
            .iter()
            .any(|key| source.text(key).is_some())
    })
}

/// The normalized names of the workspace's members, or of the one project that is locked.
fn members<'d>(
    document: &'d Document<'_>,
    entries: &[(&'d Table<'_>, u32)],
) -> HashSet<Cow<'d, str>> {
    let listed: HashSet<Cow<'_, str>> = document
        .root
        .table("manifest")
        .into_iter()
        .flat_map(|manifest| manifest.texts("members"))
        .map(normalized)
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    entries
        .iter()
        .filter(|(table, _)| {
            table.table("source").is_some_and(|source| {
                source.text("virtual").is_some() || source.text("editable") == Some(".")
            })
        })
        .filter_map(|(table, _)| table.text("name"))
        .map(normalized)
        .collect()
}

fn package<'t>(table: &'t Table<'_>, path: &str, line: u32) -> Option<LockPackage<'t>> {
    let version = table.get("version").and_then(Node::scalar);
    if version.is_none() && is_local(table) {
        return None;
    }
    let mut dependency = locked(table.text("name").unwrap_or_default(), version, path, line);
    dependency.origin = origin(table.table("source"));
    let files = table.get("sdist").into_iter().chain(table.list("wheels"));
    dependency.hashes = files
        .filter_map(|file| file.table()?.text("hash"))
        .map(str::to_owned)
        .collect();
    let mut edges: Vec<Edge<'t>> = table.list("dependencies").iter().filter_map(edge).collect();
    for extra in table
        .table("optional-dependencies")
        .into_iter()
        .flat_map(Table::entries)
    {
        for item in extra.node.list().unwrap_or_default() {
            edges.extend(edge(item).map(|edge| Edge {
                when_extra: Some(normalized(&extra.key)),
                ..edge
            }));
        }
    }
    Some(LockPackage {
        dependency,
        edges,
        stated: None,
    })
}

fn edge<'t>(node: &'t Node<'_>) -> Option<Edge<'t>> {
    let table = node.table()?;
    let mut edge = Edge::to(table.text("name")?);
    if let Some(version) = table.text("version") {
        edge.want = Want::Version(Cow::Borrowed(version));
    }
    edge.marker = table.text("marker").map(Cow::Borrowed);
    edge.extras = extras(table);
    Some(edge)
}

fn extras(table: &Table<'_>) -> Vec<String> {
    ["extra", "extras"]
        .iter()
        .flat_map(|key| table.texts(key))
        .map(|extra| normalized(extra).into_owned())
        .collect()
}

/// What a member of the workspace asks for.
fn member_roots<'t>(table: &'t Table<'_>, roots: &mut Vec<Root<'t>>) {
    push_roots(roots, table.list("dependencies"), Scope::Runtime, None);
    for (key, scope) in [
        ("optional-dependencies", Scope::Optional),
        ("dev-dependencies", Scope::Development),
        ("dependency-groups", Scope::Development),
    ] {
        for group in table.table(key).into_iter().flat_map(Table::entries) {
            let items = group.node.list().unwrap_or_default();
            push_roots(roots, items, scope, Some(&group.key));
        }
    }
}

fn push_roots<'t>(
    roots: &mut Vec<Root<'t>>,
    items: &'t [Node<'_>],
    scope: Scope,
    group: Option<&str>,
) {
    roots.extend(items.iter().filter_map(edge).map(|edge| Root {
        edge,
        scope,
        group: group.map(str::to_owned),
    }));
}

/// A script, or a workspace without a project, states its requirements in `[manifest]`.
fn script_roots<'d>(document: &'d Document<'_>, roots: &mut Vec<Root<'d>>) {
    let Some(manifest) = document.root.table("manifest") else {
        return;
    };
    push_roots(roots, manifest.list("requirements"), Scope::Runtime, None);
    for group in manifest
        .table("dependency-groups")
        .into_iter()
        .flat_map(Table::entries)
    {
        let items = group.node.list().unwrap_or_default();
        push_roots(roots, items, Scope::Development, Some(&group.key));
    }
}

fn origin(source: Option<&Table<'_>>) -> Origin {
    let Some(source) = source else {
        return Origin::default();
    };
    if let Some(index) = source.text("registry") {
        let pypi = index.trim_end_matches('/') == "https://pypi.org/simple";
        return Origin::Registry {
            index: (!pypi).then(|| link::redact(index)),
        };
    }
    if let Some(git) = source.text("git") {
        // `https://host/repo?rev=v1#commit`
        let (address, commit) = git.split_once('#').unwrap_or((git, ""));
        let (url, query) = address.split_once('?').unwrap_or((address, ""));
        let asked = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| matches!(*key, "rev" | "tag" | "branch"))
            .map(|(_, value)| value);
        return Origin::Git {
            url: link::redact(url),
            rev: Some(commit)
                .filter(|commit| !commit.is_empty())
                .or(asked)
                .map(str::to_owned),
        };
    }
    if let Some(url) = source.text("url") {
        return Origin::Url {
            url: link::redact(url),
        };
    }
    ["path", "directory", "editable", "virtual"]
        .iter()
        .find_map(|key| source.text(key))
        .map_or_else(Origin::default, |path| Origin::Path {
            path: path.to_owned(),
        })
}
