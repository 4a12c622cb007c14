//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
//!
//! Version 1 nests `dependencies`; versions 2 and 3 list `packages` by their place on disk.
//! Version 2 holds both, the older one for npm 6 only.

use std::collections::HashMap;

use runward_model::{Dependency, Scope};

use super::{
    hashes_of, origin_of, origin_of_spec,
    package_json::{Wanted, project, wanted},
    places::{Places, ROOT},
    spec::{self, Spec},
    unversioned,
};
use crate::{
    document::{Entry, Node},
    draft::{Draft, Graph},
    json::Dialect,
};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(root) = draft.json(&path, text, Dialect::Strict) else {
        return;
    };
    if !root.is_table() {
        draft.note(
            root.line,
            "not a JSON object; run `npm install --package-lock-only`",
        );
        return;
    }
    let version = root.get("lockfileVersion");
    if let Some(stated) = version
        && !matches!(stated.text(), Some("1" | "2" | "3"))
    {
        let line = stated.line;
        draft.note(
            line,
            "an unknown `lockfileVersion`; it is read as version 3",
        );
    }
    if root.get("packages").is_some() {
        read_packages(draft, &root);
    } else if root.get("dependencies").is_some() {
        read_nested(draft, &root);
    } else if version.is_none() {
        draft.note(
            1,
            "neither `packages` nor `dependencies`; run `npm install --package-lock-only`",
        );
    }
}

// ---- versions 2 and 3 --------------------------------------------------------------------

fn read_packages(draft: &mut Draft<'_>, root: &Node<'_>) {
    let entries = draft.table(root, "packages");
    let mut places = Places::new(draft);
    let mut by_key: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    let mut numbers = Vec::with_capacity(entries.len());
    for entry in entries {
        let place = if entry.key.is_empty() {
            ROOT
        } else {
            let id = match locked(draft, entry) {
                Locked::Package(dependency) => draft.add(*dependency),
                Locked::Own | Locked::Link => None,
            };
            places.add_apart(id)
        };
        by_key.insert(entry.key.as_ref(), place);
        numbers.push(place);
    }
    for (entry, place) in entries.iter().zip(&numbers) {
        if let Some((holder, name)) = split_place(&entry.key) {
            let parent = if holder.is_empty() {
                Some(ROOT)
            } else {
                by_key.get(holder).copied()
            };
            if let Some(parent) = parent {
                places.place_below(*place, parent, name);
            }
        }
        if entry.node.is_true("link") {
            match entry
                .node
                .get_text("resolved")
                .and_then(|target| by_key.get(target))
            {
                Some(target) => places.link(*place, *target),
                None => draft.note_missing(entry.line, &entry.key),
            }
        }
    }
    for (entry, place) in entries.iter().zip(&numbers) {
        let from = places.id(*place);
        if entry.node.is_true("link") {
            continue;
        }
        let own = from.is_none();
        let bundled = entry.node.is_true("inBundle");
        for wanted in wanted(draft, &entry.node, own) {
            connect(draft, &places, *place, from, &wanted, bundled);
        }
    }
}

enum Locked {
    Package(Box<Dependency>),
    /// The project's own package.
    Own,
    Link,
}

fn locked(draft: &mut Draft<'_>, entry: &Entry<'_>) -> Locked {
    let node = &entry.node;
    if node.is_true("link") {
        return Locked::Link;
    }
    let version = node.get_text("version");
    let Some((_, place_name)) = split_place(&entry.key) else {
        // A directory that is linked to: the project's own unless it leads out of it.
        let outside =
            entry.key.starts_with("..") && draft.outside(draft.directory(), &entry.key).is_some();
        if !outside {
            return Locked::Own;
        }
        let name = node
            .get_text("name")
            .unwrap_or_else(|| entry.key.rsplit('/').next().unwrap_or_default());
        let mut dependency = draft.dependency(name, version, entry.line);
        dependency.origin = runward_model::Origin::Path {
            path: entry.key.to_string(),
        };
        dependency.undetermined = Some(unversioned(&dependency.origin));
        return Locked::Package(Box::new(dependency));
    };
    // `name` is written where it differs from the place: an alias.
    let name = node.get_text("name").unwrap_or(place_name);
    let mut dependency = draft.dependency(name, version, entry.line);
    dependency.origin = origin_of(name, node.get_text("resolved"));
    dependency.undetermined = Some(unversioned(&dependency.origin));
    dependency.hashes = hashes_of(node.get_text("integrity"));
    dependency.scope = flagged_scope(node);
    Locked::Package(Box::new(dependency))
}

/// npm's own verdict. `devOptional` is reached both ways but never needed to run.
fn flagged_scope(node: &Node<'_>) -> Scope {
    if node.is_true("dev") {
        Scope::Development
    } else if node.is_true("optional") || node.is_true("devOptional") {
        Scope::Optional
    } else {
        Scope::Runtime
    }
}

/// `a/node_modules/@s/b` → (`a`, `@s/b`); none for a directory outside `node_modules`.
fn split_place(key: &str) -> Option<(&str, &str)> {
    const MODULES: &str = "node_modules/";
    let at = key.rfind(MODULES)?;
    let name = key.get(at + MODULES.len()..)?;
    let holder = key.get(..at)?;
    (holder.is_empty() || holder.ends_with('/')).then_some((holder.trim_end_matches('/'), name))
}

fn connect<'n>(
    draft: &mut Draft<'_>,
    places: &Places<'n>,
    place: usize,
    from: Option<usize>,
    wanted: &Wanted<'n>,
    bundled: bool,
) {
    match places.resolve(place, wanted.name) {
        Some(found) => {
            if let Some(to) = places.id(found) {
                draft.edge(from, to, Some(wanted.requirement), wanted.kind.scope());
            }
        }
        None if bundled || wanted.kind.may_be_absent() => {}
        None => draft.note_missing(wanted.line, wanted.name),
    }
}

// ---- version 1 ---------------------------------------------------------------------------

fn read_nested(draft: &mut Draft<'_>, root: &Node<'_>) {
    let mut places = Places::new(draft);
    let mut all = Vec::new();
    // A stack, so that nesting costs no call depth.
    let mut pending = vec![(ROOT, root)];
    while let Some((parent, node)) = pending.pop() {
        for entry in draft.table(node, "dependencies") {
            let id = locked_v1(draft, entry).and_then(|dependency| draft.add(dependency));
            let place = places.add(parent, entry.key.as_ref(), id);
            all.push((place, entry));
            pending.push((place, &entry.node));
        }
    }
    all.sort_by_key(|(place, _)| *place);
    for (place, entry) in &all {
        // `"requires": true` stands at the root only.
        for requirement in draft.table(&entry.node, "requires") {
            let name = requirement.key.as_ref();
            let from = places.id(*place);
            match places.resolve(*place, name).map(|found| places.id(found)) {
                Some(Some(to)) => draft.edge(from, to, requirement.node.text(), Scope::Runtime),
                Some(None) => {}
                // npm 6 leaves out what an optional package of another platform needs.
                None if entry.node.is_true("optional") || entry.node.is_true("bundled") => {}
                None => draft.note_missing(requirement.line, name),
            }
        }
    }
    let own = project(draft);
    if own.is_empty() {
        draft.graph = Graph::Rootless;
    }
    let top: HashMap<&str, usize> = all
        .iter()
        .filter(|(place, entry)| places.resolve(ROOT, entry.key.as_ref()) == Some(*place))
        .map(|(place, entry)| (entry.key.as_ref(), *place))
        .collect();
    for wants in own.iter().flat_map(|own| &own.wants) {
        if let Some(to) = top
            .get(wants.name.as_str())
            .and_then(|place| places.id(*place))
        {
            draft.require_direct(to, Some(&wants.requirement), wants.kind.scope());
        }
    }
}

fn locked_v1(draft: &mut Draft<'_>, entry: &Entry<'_>) -> Option<Dependency> {
    let node = &entry.node;
    let written = node.get_text("version");
    let mut name = entry.key.as_ref();
    let mut spec = spec::parse(written.unwrap_or_default());
    if let Spec::Alias {
        name: real,
        requirement,
    } = spec
    {
        name = real;
        spec = spec::parse(requirement);
    }
    if let Spec::Local(path) = spec
        && draft.outside(draft.directory(), path).is_none()
    {
        return None;
    }
    let version = match spec {
        Spec::Exact(version) => Some(version),
        // Some registries serve versions that semver would refuse.
        Spec::Open => written.filter(|version| version.starts_with(|c: char| c.is_ascii_digit())),
        _ => None,
    };
    let mut dependency = draft.dependency(name, version, entry.line);
    dependency.origin = match spec {
        Spec::Exact(_) | Spec::Open => origin_of(name, node.get_text("resolved")),
        ref place => origin_of_spec(place),
    };
    dependency.undetermined = Some(unversioned(&dependency.origin));
    dependency.hashes = hashes_of(node.get_text("integrity"));
    dependency.scope = flagged_scope(node);
    Some(dependency)
}
