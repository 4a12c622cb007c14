//! `pnpm-lock.yaml`, versions 5 to 9.
//!
//! Version 5 writes `/name/1.0.0_peers` for a package, version 6 `/name@1.0.0(peers)`, version 9
//! `name@1.0.0` under `packages` and, with peers, under `snapshots`. A file may hold more than
//! one YAML document (pnpm 11 keeps its own tools in a first one).

use std::collections::HashMap;

use runward_model::{Dependency, Origin, Scope};
use runward_tree::path::join;

use super::{hashes_of, origin_of, spec::split_descriptor, unversioned};
use crate::{
    document::{Entry, Node},
    draft::{Draft, Graph, Target},
    yaml,
};

/// The sections of an importer and what they mean.
const SECTIONS: [(&str, Scope); 5] = [
    ("dependencies", Scope::Runtime),
    ("optionalDependencies", Scope::Optional),
    ("devDependencies", Scope::Development),
    ("configDependencies", Scope::Development),
    ("packageManagerDependencies", Scope::Development),
];

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    draft.graph = Graph::Derived;
    let path = draft.path.clone();
    let parsed = yaml::parse(text, draft.cx.limits.max_depth);
    let Some(document) = draft.document(&path, parsed) else {
        return;
    };
    if !document
        .roots
        .iter()
        .any(|root| root.get("lockfileVersion").is_some())
    {
        draft.note(
            1,
            "no `lockfileVersion`; run `pnpm install --lockfile-only`",
        );
    }
    for root in &document.roots {
        read_document(draft, root);
    }
}

/// Where a key leads.
type Keys<'a> = HashMap<&'a str, Target>;

fn read_document(draft: &mut Draft<'_>, root: &Node<'_>) {
    // Before version 6, `/` stands between name and version.
    let slashes = root
        .get_text("lockfileVersion")
        .is_some_and(|version| version.starts_with('5') || version.starts_with("4."));
    let packages = draft.table(root, "packages");
    let snapshots = draft.table(root, "snapshots");
    let mut keys: Keys<'_> = HashMap::with_capacity(packages.len() + snapshots.len());
    for entry in packages {
        let id = locked(draft, entry, slashes).and_then(|dependency| draft.add(dependency));
        keys.insert(&entry.key, Target::new(id));
    }
    for entry in snapshots {
        let key = entry.key.as_ref();
        let target = match keys.get(without_peers(key)) {
            Some(known) => *known,
            None => Target::new(
                locked(draft, entry, slashes).and_then(|dependency| draft.add(dependency)),
            ),
        };
        keys.insert(key, target);
    }
    for entry in packages.iter().chain(snapshots) {
        let from = keys.get(entry.key.as_ref()).and_then(|target| target.id());
        for (section, scope) in [
            ("dependencies", Scope::Runtime),
            ("optionalDependencies", Scope::Optional),
        ] {
            for asked in draft.table(&entry.node, section) {
                let Some(reference) = asked.node.text() else {
                    draft.note(
                        asked.line,
                        format!("the version of `{}` is not text", asked.key),
                    );
                    continue;
                };
                match find(&keys, &asked.key, reference) {
                    Some(Target::Package(to)) => draft.edge(from, to, None, scope),
                    Some(Target::Own) => {}
                    None if reference.starts_with("link:") || scope == Scope::Optional => {}
                    None => draft.note_missing(asked.line, &asked.key),
                }
            }
        }
    }
    match root.get("importers") {
        Some(_) => {
            for importer in draft.table(root, "importers") {
                read_importer(draft, &keys, &importer.node, &importer.key);
            }
        }
        None => read_importer(draft, &keys, root, "."),
    }
}

fn read_importer(draft: &mut Draft<'_>, keys: &Keys<'_>, node: &Node<'_>, place: &str) {
    let specifiers: HashMap<&str, &str> = draft
        .table(node, "specifiers")
        .iter()
        .filter_map(|entry| Some((entry.key.as_ref(), entry.node.text()?)))
        .collect();
    for (section, scope) in SECTIONS {
        for asked in draft.table(node, section) {
            let name = asked.key.as_ref();
            let (reference, specifier) = if asked.node.is_table() {
                (
                    asked.node.get_text("version"),
                    asked.node.get_text("specifier"),
                )
            } else {
                (asked.node.text(), specifiers.get(name).copied())
            };
            let Some(reference) = reference else {
                draft.note(
                    asked.line,
                    format!("`{name}` has no version; run `pnpm install`"),
                );
                continue;
            };
            if let Some(path) = reference.strip_prefix("link:") {
                linked(draft, asked, path, place, scope);
                continue;
            }
            match find(keys, name, reference) {
                Some(Target::Package(to)) => draft.require_direct(to, specifier, scope),
                Some(Target::Own) => {}
                None => draft.note_missing(asked.line, name),
            }
        }
    }
}

/// A linked directory is the project's own unless it stands outside.
fn linked(draft: &mut Draft<'_>, asked: &Entry<'_>, path: &str, place: &str, scope: Scope) {
    let inside = join(draft.directory(), place)
        .is_ok_and(|directory| draft.outside(&directory, path).is_none());
    if inside {
        return;
    }
    let mut dependency = draft.dependency(&asked.key, None, asked.line);
    dependency.origin = Origin::Path {
        path: path.to_owned(),
    };
    dependency.undetermined = Some(unversioned(&dependency.origin));
    if let Some(id) = draft.add(dependency) {
        draft.require_direct(id, None, scope);
    }
}

/// A reference is a version, or a whole key where name or place differ.
fn find(keys: &Keys<'_>, name: &str, reference: &str) -> Option<Target> {
    let by = |key: &str| {
        keys.get(key)
            .or_else(|| keys.get(without_peers(key)))
            .copied()
    };
    by(reference)
        .or_else(|| by(&format!("{name}@{reference}")))
        .or_else(|| by(&format!("/{name}@{reference}")))
        .or_else(|| by(&format!("/{name}/{reference}")))
}

/// Version 6 and later: `a@1.0.0(b@2.0.0)` → `a@1.0.0`.
fn without_peers(key: &str) -> &str {
    key.split('(').next().unwrap_or(key)
}

/// Name and version of a key; the version may be a place (`file:…`, `https://…`).
fn split_key(key: &str, slashes: bool) -> Option<(&str, &str)> {
    let plain = without_peers(key);
    if slashes {
        // A registry's host may stand before the name.
        let path = match plain.strip_prefix('/') {
            Some(path) => path,
            None => plain.split_once('/')?.1,
        };
        let (name, version) = path.rsplit_once('/')?;
        return Some((name, version.split('_').next().unwrap_or(version)));
    }
    split_descriptor(plain.strip_prefix('/').unwrap_or(plain))
}

fn locked(draft: &mut Draft<'_>, entry: &Entry<'_>, slashes: bool) -> Option<Dependency> {
    let node = &entry.node;
    let (key_name, key_version) = match split_key(&entry.key, slashes) {
        Some((name, version)) => (Some(name), Some(version)),
        None => (None, None),
    };
    let Some(name) = node.get_text("name").or(key_name) else {
        draft.note(
            entry.line,
            format!(
                "`{}` names no package; run `pnpm install --lockfile-only`",
                entry.key
            ),
        );
        return None;
    };
    let version = node.get_text("version").or_else(|| {
        key_version.filter(|version| version.starts_with(|first: char| first.is_ascii_digit()))
    });
    let resolution = node.get("resolution");
    let told = |key: &str| resolution.and_then(|resolution| resolution.get_text(key));
    let origin = if let Some(directory) = told("directory") {
        draft.outside(draft.directory(), directory)?;
        Origin::Path {
            path: directory.to_owned(),
        }
    } else if let Some(repository) = told("repo") {
        Origin::Git {
            url: repository.to_owned(),
            rev: told("commit").map(str::to_owned),
        }
    } else {
        origin_of(name, told("tarball"))
    };
    let mut dependency = draft.dependency(name, version, entry.line);
    dependency.undetermined = Some(unversioned(&origin));
    dependency.origin = origin;
    dependency.hashes = hashes_of(told("integrity"));
    // For a package that no importer reaches.
    if node.is_true("dev") {
        dependency.scope = Scope::Development;
    } else if node.is_true("optional") {
        dependency.scope = Scope::Optional;
    }
    Some(dependency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_all_versions_are_split() {
        for (key, slashes, name, version) in [
            ("/a/1.0.0", true, "a", "1.0.0"),
            ("/@s/a/1.0.0_b@2.0.0+@t+c@3.0.0", true, "@s/a", "1.0.0"),
            ("registry.example.org/a/1.0.0", true, "a", "1.0.0"),
            ("/a@1.0.0", false, "a", "1.0.0"),
            ("/@s/a@1.0.0(b@2.0.0)(@t/c@3.0.0)", false, "@s/a", "1.0.0"),
            ("@s/a@1.0.0", false, "@s/a", "1.0.0"),
            ("a@file:../a(b@1.0.0)", false, "a", "file:../a"),
        ] {
            assert_eq!(split_key(key, slashes), Some((name, version)), "{key}");
        }
    }
}
