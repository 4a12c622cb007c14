//! `Cargo.lock`, versions 1 to 4.
//!
//! The file does not tell development and build dependencies apart: that is read from the
//! `Cargo.toml` files of the project's own packages, which are those without a `source`.

use std::collections::{HashMap, HashSet};

use runward_model::{Dependency, Origin, Scope};
use semver::{Version, VersionReq};

use super::{
    origin_of,
    wanted::{Own, Wanted, project},
};
use crate::{
    document::Node,
    draft::{Draft, Graph, Id},
};

/// One `[[package]]`.
struct Locked<'n> {
    name: &'n str,
    version: &'n str,
    node: &'n Node<'n>,
    /// None for the project's own packages.
    id: Option<Id>,
}

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    draft.graph = Graph::Derived;
    let path = draft.path.clone();
    let Some(root) = draft.toml(&path, text) else {
        return;
    };
    if let Some(version) = root.get("version")
        && !matches!(version.text(), Some("1" | "2" | "3" | "4"))
    {
        draft.note(
            version.line,
            "an unknown version of Cargo.lock; it is read as version 4",
        );
    }
    if root.get("package").is_none() && root.get("root").is_none() {
        draft.note(
            1,
            "no packages, not even the project's own; run `cargo generate-lockfile`",
        );
    }
    let (own, patched) = project(draft);
    let checksums = checksums_of_version_1(&root);
    // Before version 1 had a name, the project's package stood in `[root]`.
    let nodes = root
        .get("root")
        .into_iter()
        .chain(root.get("package").map(Node::items).unwrap_or_default());
    let mut packages = Vec::new();
    for node in nodes {
        let (Some(name), Some(version)) = (node.get_text("name"), node.get_text("version")) else {
            draft.note(
                node.line,
                "a package without name or version; run `cargo generate-lockfile`",
            );
            continue;
        };
        let id = locked(draft, node, name, version, &patched, &checksums)
            .and_then(|dependency| draft.add(dependency));
        packages.push(Locked {
            name,
            version,
            node,
            id,
        });
    }
    connect(draft, &packages, &own);
}

fn locked(
    draft: &Draft<'_>,
    node: &Node<'_>,
    name: &str,
    version: &str,
    patched: &HashSet<String>,
    checksums: &HashMap<(&str, &str), &str>,
) -> Option<Dependency> {
    let line = node.get("name").map_or(node.line, |name| name.line);
    let mut dependency = draft.dependency(name, Some(version), line);
    dependency.origin = match node.get_text("source") {
        Some(source) => origin_of(source),
        // A copy of a registry package that is used in its place.
        None if patched.contains(name) => Origin::Path {
            path: name.to_owned(),
        },
        None => return None,
    };
    let checksum = node
        .get_text("checksum")
        .or_else(|| checksums.get(&(name, version)).copied())
        .filter(|checksum| *checksum != "<none>");
    dependency.hashes = checksum
        .map(|hash| format!("sha256:{hash}"))
        .into_iter()
        .collect();
    Some(dependency)
}

/// `[metadata]`: `"checksum name 1.0.0 (registry+…)" = "…"`.
fn checksums_of_version_1<'n>(root: &'n Node<'_>) -> HashMap<(&'n str, &'n str), &'n str> {
    root.get("metadata")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| {
            let mut words = entry.key.strip_prefix("checksum ")?.split(' ');
            Some(((words.next()?, words.next()?), entry.node.text()?))
        })
        .collect()
}

fn connect(draft: &mut Draft<'_>, packages: &[Locked<'_>], own: &[Own]) {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_version: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (at, package) in packages.iter().enumerate() {
        by_name.entry(package.name).or_default().push(at);
        by_version
            .entry((package.name, package.version))
            .or_default()
            .push(at);
    }
    let own: HashMap<&str, Asks<'_>> = own
        .iter()
        .map(|own| (own.name.as_str(), Asks::of(&own.wants)))
        .collect();
    for package in packages {
        let asks = package
            .id
            .is_none()
            .then(|| own.get(package.name))
            .flatten();
        let Some(listed) = package.node.get("dependencies") else {
            continue;
        };
        for item in listed.items() {
            let Some(text) = item.text() else {
                draft.note(
                    item.line,
                    "a dependency that is not text; run `cargo generate-lockfile`",
                );
                continue;
            };
            let mut words = text.splitn(3, ' ');
            let name = words.next().unwrap_or_default();
            let version = words.next();
            let source = words.next().map(|source| source.trim_matches(['(', ')']));
            let found = match version {
                Some(version) => by_version.get(&(name, version)),
                None => by_name.get(name),
            };
            let Some(found) = found else {
                draft.note_missing(item.line, name);
                continue;
            };
            // Cargo writes as much as makes the name unambiguous; a bound for files it did not write.
            for to in found.iter().filter_map(|at| packages.get(*at)).take(16) {
                if source.is_some() && source != to.node.get_text("source") {
                    continue;
                }
                if let Some(id) = to.id {
                    let (scope, requirement) = asks.map_or((Scope::Runtime, None), |asks| {
                        asks.kind(to.name, to.version)
                    });
                    draft.edge(package.id, id, requirement, scope);
                }
            }
        }
    }
}

/// What one own package asks for, by package name.
struct Asks<'w>(HashMap<&'w str, Vec<&'w Wanted>>);

impl<'w> Asks<'w> {
    fn of(wants: &'w [Wanted]) -> Self {
        let mut by_name: HashMap<&str, Vec<&Wanted>> = HashMap::new();
        for wanted in wants {
            by_name
                .entry(wanted.package.as_str())
                .or_default()
                .push(wanted);
        }
        Self(by_name)
    }

    /// Why a package is asked for: the widest scope among the requirements that its version
    /// meets (a manifest may ask for several versions of one package under different names).
    fn kind(&self, name: &str, version: &str) -> (Scope, Option<&'w str>) {
        let Some(all) = self.0.get(name) else {
            return (Scope::Runtime, None);
        };
        let version = Version::parse(version).ok();
        let meets = |wanted: &&&Wanted| {
            let requirement = wanted.requirement.as_deref().unwrap_or("*");
            match (VersionReq::parse(requirement), &version) {
                (Ok(requirement), Some(version)) => requirement.matches(version),
                _ => true,
            }
        };
        // More versions of one package than this are asked for by no manifest.
        let all = all.get(..all.len().min(16)).unwrap_or_default();
        all.iter()
            .filter(meets)
            .min_by_key(|wanted| wanted.scope)
            .or_else(|| all.iter().min_by_key(|wanted| wanted.scope))
            .map_or((Scope::Runtime, None), |wanted| {
                (wanted.scope, wanted.requirement.as_deref())
            })
    }
}
