//! `bun.lock`: JSON with trailing commas.
//!
//! `packages` maps a place (`a`, or `a/b` for a `b` of its own below `a`) to a list: the
//! resolution, the registry (for registry packages), what it asks for, and a hash.

use std::collections::HashMap;

use runward_model::{Dependency, Origin};

use super::{
    hashes_of, is_archive, origin_of_spec,
    package_json::wanted,
    places::{Places, ROOT},
    spec::{self, Spec, split_descriptor},
    unversioned,
};
use crate::{
    document::{Entry, Node},
    draft::{Draft, Graph},
    json::Dialect,
};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    draft.graph = Graph::Derived;
    let path = draft.path.clone();
    let Some(root) = draft.json(&path, text, Dialect::Relaxed) else {
        return;
    };
    if root.get("lockfileVersion").is_none() || !root.is_table() {
        draft.note(1, "no `lockfileVersion`; run `bun install --lockfile-only`");
    }
    let entries = draft.table(&root, "packages");
    let mut places = Places::new(draft);
    let mut by_key: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    let mut numbers = Vec::with_capacity(entries.len());
    for entry in entries {
        let id = locked(draft, entry).and_then(|dependency| draft.add(dependency));
        let place = places.add_apart(id);
        by_key.insert(entry.key.as_ref(), place);
        numbers.push(place);
    }
    for (entry, place) in entries.iter().zip(&numbers) {
        let (holder, name) = split_place(&entry.key);
        let parent = match holder {
            Some(holder) => by_key.get(holder).copied(),
            None => Some(ROOT),
        };
        if let Some(parent) = parent {
            places.place_below(*place, parent, name);
        }
    }
    for (entry, place) in entries.iter().zip(&numbers) {
        if let Some(information) = entry.node.items().iter().find(|item| item.is_table()) {
            connect(draft, &places, *place, information, false);
        }
    }
    for workspace in draft.table(&root, "workspaces") {
        // A member is held under its name, so that packages of its own are found below it.
        let place = workspace
            .node
            .get_text("name")
            .and_then(|name| by_key.get(name))
            .copied()
            .unwrap_or(ROOT);
        connect(draft, &places, place, &workspace.node, true);
    }
}

fn connect(draft: &mut Draft<'_>, places: &Places<'_>, place: usize, node: &Node<'_>, own: bool) {
    let from = if own { None } else { places.id(place) };
    for wanted in wanted(draft, node, own) {
        match places.resolve(place, wanted.name) {
            Some(found) => {
                if let Some(to) = places.id(found) {
                    draft.edge(from, to, Some(wanted.requirement), wanted.kind.scope());
                }
            }
            None if wanted.kind.may_be_absent() => {}
            None => draft.note_missing(wanted.line, wanted.name),
        }
    }
}

/// `a/@s/b` → (`a`, `@s/b`).
fn split_place(key: &str) -> (Option<&str>, &str) {
    let Some((before, last)) = key.rsplit_once('/') else {
        return (None, key);
    };
    // The last name begins one segment earlier where that one is a scope.
    let scope_start = before.rfind('/').map_or(0, |at| at + 1);
    if before
        .get(scope_start..)
        .is_some_and(|segment| segment.starts_with('@'))
    {
        let holder = before
            .get(..scope_start.saturating_sub(1))
            .filter(|holder| !holder.is_empty());
        return (holder, key.get(scope_start..).unwrap_or(key));
    }
    (Some(before), last)
}

fn locked(draft: &mut Draft<'_>, entry: &Entry<'_>) -> Option<Dependency> {
    let items = entry.node.items();
    let Some((name, reference)) = items
        .first()
        .and_then(Node::text)
        .and_then(split_descriptor)
    else {
        draft.note(
            entry.line,
            format!("`{}` has no resolution; run `bun install`", entry.key),
        );
        return None;
    };
    let spec = spec::parse(reference);
    let mut version = None;
    let origin = match &spec {
        Spec::Workspace(_) => return None,
        Spec::Local(path) => {
            if !is_archive(path) {
                draft.outside(draft.directory(), path)?;
            }
            origin_of_spec(&spec)
        }
        // `root:` stands for the project itself.
        _ if reference.starts_with("root:") => return None,
        Spec::Exact(_) | Spec::Open => {
            version = Some(reference);
            let index = items
                .get(1)
                .and_then(Node::text)
                .filter(|index| !index.is_empty());
            Origin::Registry {
                index: index.map(str::to_owned),
            }
        }
        _ => origin_of_spec(&spec),
    };
    let mut dependency = draft.dependency(name, version, entry.line);
    dependency.undetermined = Some(unversioned(&origin));
    dependency.origin = origin;
    // Only an integrity value looks like `sha512-…`; for git, the last item is a commit.
    let last = items
        .last()
        .and_then(Node::text)
        .filter(|hash| hash.starts_with("sha"));
    dependency.hashes = hashes_of(last);
    Some(dependency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_know_their_scopes() {
        assert_eq!(split_place("a"), (None, "a"));
        assert_eq!(split_place("@s/a"), (None, "@s/a"));
        assert_eq!(split_place("a/b"), (Some("a"), "b"));
        assert_eq!(split_place("@s/a/b"), (Some("@s/a"), "b"));
        assert_eq!(split_place("@s/a/@t/b"), (Some("@s/a"), "@t/b"));
        assert_eq!(split_place("a/b/c"), (Some("a/b"), "c"));
    }
}
