//! `yarn.lock` as Yarn 2 and later write it: YAML.
//!
//! Workspaces are listed with their dependencies, development ones among them; which is which
//! stands only in each workspace's `package.json`.

use std::collections::{HashMap, HashSet};

use runward_model::{Dependency, Origin, Scope};
use runward_tree::path::join;

use super::{
    is_archive, origin_of_spec,
    package_json::{Kind, own},
    spec::{self, Spec, split_descriptor},
    unversioned,
    yarn::Index,
};
use crate::{
    document::{Entry, Node},
    draft::{Draft, Graph, Id, Target},
    yaml,
};

pub(super) fn read(draft: &mut Draft<'_>, text: &str) {
    draft.graph = Graph::Derived;
    let path = draft.path.clone();
    let parsed = yaml::parse(text, draft.cx.limits.max_depth);
    let Some(document) = draft.document(&path, parsed) else {
        return;
    };
    let mut index = Index::default();
    let mut packages: Vec<(&Entry<'_>, Option<Id>)> = Vec::new();
    for entry in document.roots.iter().flat_map(Node::entries) {
        if entry.key == "__metadata" {
            continue;
        }
        let id = locked(draft, entry).and_then(|dependency| draft.add(dependency));
        index.add(entry.key.split(", "), id);
        packages.push((entry, id));
    }
    for (entry, id) in packages {
        let kinds = match id {
            Some(_) => HashMap::new(),
            None => own_kinds(draft, &entry.node),
        };
        connect(draft, &index, entry, id, &kinds);
    }
}

/// What a workspace's own `package.json` says of each name.
fn own_kinds(draft: &mut Draft<'_>, node: &Node<'_>) -> HashMap<String, Kind> {
    let Some((_, place)) = node.get_text("resolution").and_then(split_descriptor) else {
        return HashMap::new();
    };
    let Some(directory) = place.strip_prefix("workspace:") else {
        return HashMap::new();
    };
    let Ok(directory) = join(draft.directory(), directory) else {
        return HashMap::new();
    };
    own(draft, &directory)
        .map(|(own, _)| {
            own.wants
                .into_iter()
                .map(|wants| (wants.name, wants.kind))
                .collect()
        })
        .unwrap_or_default()
}

fn connect(
    draft: &mut Draft<'_>,
    index: &Index<'_>,
    entry: &Entry<'_>,
    from: Option<Id>,
    kinds: &HashMap<String, Kind>,
) {
    let optional: HashSet<&str> = draft
        .table(&entry.node, "dependenciesMeta")
        .iter()
        .filter(|meta| meta.node.is_true("optional"))
        .map(|meta| meta.key.as_ref())
        .collect();
    for section in ["dependencies", "peerDependencies"] {
        for asked in draft.table(&entry.node, section) {
            let name = asked.key.as_ref();
            let Some(requirement) = asked.node.text() else {
                continue;
            };
            let scope = if optional.contains(name) {
                Scope::Optional
            } else {
                kinds.get(name).map_or(Scope::Runtime, |kind| kind.scope())
            };
            // Peers are found by name where only one version is there.
            match index.find(name, requirement) {
                Some(Target::Package(to)) => {
                    let written = requirement.strip_prefix("npm:").unwrap_or(requirement);
                    draft.edge(from, to, Some(written), scope);
                }
                Some(Target::Own) => {}
                None if section == "peerDependencies" || scope == Scope::Optional => {}
                None => draft.note_missing(asked.line, name),
            }
        }
    }
}

fn locked(draft: &mut Draft<'_>, entry: &Entry<'_>) -> Option<Dependency> {
    let node = &entry.node;
    let Some((name, reference)) = node.get_text("resolution").and_then(split_descriptor) else {
        draft.note(
            entry.line,
            "an entry without a `resolution`; run `yarn install`",
        );
        return None;
    };
    let mut version = node
        .get_text("version")
        .filter(|version| *version != "0.0.0-use.local");
    let origin = match spec::parse(reference) {
        Spec::Workspace(_) => return None,
        Spec::Local(path) => {
            if !is_archive(path) {
                draft.outside(draft.directory(), path)?;
            }
            Origin::Path {
                path: path.to_owned(),
            }
        }
        // A patch is applied to a release: the release's version is the one to judge.
        _ if reference.starts_with("patch:") => Origin::default(),
        _ if reference.starts_with("npm:") => archive_index(reference),
        place => origin_of_spec(&place),
    };
    // `builtin<compat/…>` and friends have no version of their own.
    if version.is_none() {
        version = reference
            .strip_prefix("npm:")
            .map(|rest| rest.split("::").next().unwrap_or(rest));
    }
    let mut dependency = draft.dependency(name, version, entry.line);
    dependency.undetermined = Some(unversioned(&origin));
    dependency.origin = origin;
    dependency.hashes = node
        .get_text("checksum")
        .map(str::to_owned)
        .into_iter()
        .collect();
    Some(dependency)
}

/// `npm:1.0.0::__archiveUrl=https%3A%2F%2F…`: the registry was not the default one.
fn archive_index(reference: &str) -> Origin {
    let Some((_, address)) = reference.split_once("::__archiveUrl=") else {
        return Origin::default();
    };
    let address = address.split('&').next().unwrap_or(address);
    let address = address
        .replace("%3A", ":")
        .replace("%2F", "/")
        .replace("%40", "@");
    Origin::Registry {
        index: address.split("/-/").next().map(str::to_owned),
    }
}
