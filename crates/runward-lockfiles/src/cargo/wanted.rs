//! What a `Cargo.toml` asks for.

use std::collections::{HashMap, HashSet};

use runward_model::{Origin, Scope};
use runward_tree::path::{join, parent};

use crate::{
    document::{Entry, Node},
    draft::Draft,
    glob,
};

/// One dependency of a manifest.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The package's own name, whatever it is called in this manifest.
    pub(super) package: String,
    pub(super) requirement: Option<String>,
    pub(super) scope: Scope,
    /// The target it is for, as written: `cfg(windows)`, `x86_64-pc-windows-msvc`.
    pub(super) marker: Option<String>,
    pub(super) origin: Origin,
    pub(super) line: u32,
}

const SECTIONS: [(&str, Scope); 5] = [
    ("dependencies", Scope::Runtime),
    ("build-dependencies", Scope::Build),
    ("build_dependencies", Scope::Build),
    ("dev-dependencies", Scope::Development),
    ("dev_dependencies", Scope::Development),
];

/// Whether some dependency is inherited from the workspace.
pub(super) fn inherits(node: &Node<'_>) -> bool {
    let any = |table: &Node<'_>| {
        SECTIONS.iter().any(|(section, _)| {
            table
                .get(section)
                .map(Node::entries)
                .unwrap_or_default()
                .iter()
                .any(|entry| entry.node.is_true("workspace"))
        })
    };
    any(node)
        || node
            .get("target")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .any(|target| any(&target.node))
}

/// `[workspace.dependencies]` by name.
pub(super) type Shared<'n> = HashMap<&'n str, &'n Node<'n>>;

/// What members may inherit from a root manifest.
pub(super) fn shared<'n>(root: &'n Node<'n>) -> Shared<'n> {
    root.get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|entry| (entry.key.as_ref(), &entry.node))
        .collect()
}

/// Every dependency of a manifest.
pub(super) fn wanted(node: &Node<'_>, shared: &Shared<'_>) -> Vec<Wanted> {
    let by_default = enabled_by_default(node);
    let mut found = Vec::new();
    let mut collect = |table: &Node<'_>, marker: Option<&str>| {
        for (section, scope) in SECTIONS {
            for entry in table.get(section).map(Node::entries).unwrap_or_default() {
                let mut wanted = one(entry, shared);
                let optional = entry.node.is_true("optional");
                wanted.scope = if optional && !by_default.contains(entry.key.as_ref()) {
                    Scope::Optional.max(scope)
                } else {
                    scope
                };
                wanted.marker = marker.map(str::to_owned);
                found.push(wanted);
            }
        }
    };
    collect(node, None);
    for target in node.get("target").map(Node::entries).unwrap_or_default() {
        collect(&target.node, Some(&target.key));
    }
    found
}

fn one(entry: &Entry<'_>, shared: &Shared<'_>) -> Wanted {
    let inherited = entry
        .node
        .is_true("workspace")
        .then(|| shared.get(entry.key.as_ref()).copied())
        .flatten();
    let node = inherited.unwrap_or(&entry.node);
    let told = |key: &str| node.get_text(key);
    let origin = if let Some(path) = told("path") {
        Origin::Path {
            path: path.to_owned(),
        }
    } else if let Some(url) = told("git") {
        Origin::Git {
            url: url.to_owned(),
            rev: ["rev", "tag", "branch"]
                .iter()
                .find_map(|key| told(key))
                .map(str::to_owned),
        }
    } else {
        let index = told("registry-index").or_else(|| told("registry"));
        Origin::Registry {
            index: index.map(str::to_owned),
        }
    };
    Wanted {
        package: told("package").unwrap_or(&entry.key).to_owned(),
        requirement: node.text().or_else(|| told("version")).map(str::to_owned),
        scope: Scope::Runtime,
        marker: None,
        origin,
        line: entry.line,
    }
}

/// The optional dependencies that the `default` feature turns on.
fn enabled_by_default(node: &Node<'_>) -> HashSet<String> {
    let mut enabled = HashSet::new();
    let features: HashMap<&str, &Node<'_>> = node
        .get("features")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|entry| (entry.key.as_ref(), &entry.node))
        .collect();
    let mut seen = HashSet::new();
    let mut pending = vec!["default"];
    while let Some(feature) = pending.pop() {
        if !seen.insert(feature) {
            continue;
        }
        let items = features
            .get(feature)
            .map(|node| node.items())
            .unwrap_or_default();
        for item in items.iter().filter_map(Node::text) {
            if let Some(dependency) = item.strip_prefix("dep:") {
                enabled.insert(dependency.to_owned());
            } else if let Some((dependency, _)) = item.split_once('/') {
                // `name?/feature` does not turn `name` on.
                if !dependency.ends_with('?') {
                    enabled.insert(dependency.to_owned());
                }
            } else {
                // A feature, or an optional dependency by its name.
                enabled.insert(item.to_owned());
                pending.push(item);
            }
        }
    }
    enabled
}

/// One of the project's own packages.
pub(super) struct Own {
    pub(super) name: String,
    pub(super) wants: Vec<Wanted>,
}

/// The project's own packages, from the `Cargo.toml` beside the lockfile, its workspace members
/// and their path dependencies; and the names that a `[patch]` takes from a directory.
pub(super) fn project(draft: &mut Draft<'_>) -> (Vec<Own>, HashSet<String>) {
    let base = draft.directory().to_owned();
    let mut found = Vec::new();
    let mut patched = HashSet::new();
    let Ok(root_path) = join(&base, "Cargo.toml") else {
        return (found, patched);
    };
    let Some(root_text) = draft.related(&root_path) else {
        return (found, patched);
    };
    let Some(root) = draft.toml(&root_path, &root_text) else {
        return (found, patched);
    };
    for registry in root.get("patch").map(Node::entries).unwrap_or_default() {
        for entry in registry
            .node
            .entries()
            .iter()
            .filter(|e| e.node.get("path").is_some())
        {
            patched.insert(
                entry
                    .node
                    .get_text("package")
                    .unwrap_or(&entry.key)
                    .to_owned(),
            );
        }
    }
    let patterns: Vec<&str> = root
        .get("workspace")
        .and_then(|workspace| workspace.get("members"))
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::text)
        .collect();
    let limit = draft.cx.limits.max_related_files.saturating_mul(10);
    let (members, complete) = glob::members(draft.cx.tree, &base, &patterns, "Cargo.toml", limit);
    if !complete {
        draft.note_file("the workspace patterns match too many directories; not all are read");
    }
    let mut seen: HashSet<String> = HashSet::from([base.clone()]);
    let mut pending: Vec<String> = members;
    let shared = shared(&root);
    own(draft, &base, &root, &shared, &mut found, &mut pending);
    while let Some(directory) = pending.pop() {
        if !seen.insert(directory.clone()) {
            continue;
        }
        let Ok(path) = join(&directory, "Cargo.toml") else {
            continue;
        };
        let Some(text) = draft.related(&path) else {
            continue;
        };
        if let Some(node) = draft.toml(&path, &text) {
            own(draft, &directory, &node, &shared, &mut found, &mut pending);
        }
    }
    (found, patched)
}

fn own(
    draft: &Draft<'_>,
    directory: &str,
    node: &Node<'_>,
    shared: &Shared<'_>,
    found: &mut Vec<Own>,
    pending: &mut Vec<String>,
) {
    let wants = wanted(node, shared);
    for wanted in &wants {
        if let Origin::Path { path } = &wanted.origin {
            // An inherited path counts from the workspace's root; looking there too is harmless.
            pending.extend(join(directory, path));
            pending.extend(join(draft.directory(), path));
        }
    }
    if let Some(name) = node
        .get("package")
        .and_then(|package| package.get_text("name"))
    {
        found.push(Own {
            name: name.to_owned(),
            wants,
        });
    }
}

/// The text of the workspace root's manifest above a member, with its path.
pub(super) fn workspace_above(draft: &mut Draft<'_>, node: &Node<'_>) -> Option<(String, String)> {
    let own = draft.directory().to_owned();
    if let Some(place) = node
        .get("package")
        .and_then(|package| package.get_text("workspace"))
    {
        let path = join(&own, &format!("{place}/Cargo.toml")).ok()?;
        return draft.related(&path).map(|text| (path, text));
    }
    let mut directory = own.as_str();
    while !directory.is_empty() {
        directory = parent(directory);
        let path = join(directory, "Cargo.toml").ok()?;
        let is_root = |bytes: &[u8]| bytes.windows(10).any(|window| window == b"[workspace");
        // Only the workspace's manifest is read on behalf of this one.
        if draft.cx.tree.read(&path).is_ok_and(|bytes| is_root(&bytes)) {
            return draft.related(&path).map(|text| (path, text));
        }
    }
    None
}
