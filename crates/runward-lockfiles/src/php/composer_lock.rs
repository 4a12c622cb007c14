//! `composer.lock`.
//!
//! What the project itself asks for stands in `composer.json` only.

use std::collections::HashMap;

use runward_model::{Dependency, Origin, Scope};
use runward_tree::path::join;

use super::{composer_json::SECTIONS, is_branch, is_platform, release};
use crate::{
    document::Node,
    draft::{Draft, Graph, Id},
    json::Dialect,
};

/// Packages by lower-case name, with what they provide or replace; none for own code.
type Names = HashMap<String, Option<Id>>;

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(root) = draft.json(&path, text, Dialect::Strict) else {
        return;
    };
    if root.get("packages").is_none() && root.get("packages-dev").is_none() {
        draft.note(
            1,
            "neither `packages` nor `packages-dev`; run `composer update --lock`",
        );
        return;
    }
    let mut names = Names::new();
    let mut listed = Vec::new();
    for (section, scope) in [
        ("packages", Scope::Runtime),
        ("packages-dev", Scope::Development),
    ] {
        let Some(list) = root.get(section) else {
            continue;
        };
        if list.items().is_empty() && (list.is_table() || list.text().is_some()) {
            draft.note(
                list.line,
                format!("`{section}` is not a list, so it is not read"),
            );
        }
        for node in list.items() {
            let Some(name) = node.get_text("name") else {
                draft.note(
                    node.line,
                    "a package without a name; run `composer update --lock`",
                );
                continue;
            };
            let id = locked(draft, node, name, scope).and_then(|package| draft.add(package));
            names.insert(name.to_ascii_lowercase(), id);
            listed.push((node, id));
        }
    }
    for (node, id) in &listed {
        for section in ["provide", "replace"] {
            for entry in draft.table(node, section) {
                names.entry(entry.key.to_ascii_lowercase()).or_insert(*id);
            }
        }
    }
    for (node, id) in &listed {
        for entry in draft.table(node, "require") {
            ask(draft, &names, *id, entry, Scope::Runtime);
        }
    }
    roots(draft, &names);
}

fn ask(
    draft: &mut Draft<'_>,
    names: &Names,
    from: Option<Id>,
    entry: &crate::document::Entry<'_>,
    scope: Scope,
) {
    if is_platform(&entry.key) {
        return;
    }
    match names.get(&entry.key.to_ascii_lowercase()) {
        Some(Some(to)) => draft.edge(from, *to, entry.node.text(), scope),
        Some(None) => {}
        None if from.is_some() => draft.note_missing(entry.line, &entry.key),
        None => draft.note_file(format!(
            "`{}` is asked for by composer.json but not locked; run `composer update`",
            entry.key
        )),
    }
}

fn roots(draft: &mut Draft<'_>, names: &Names) {
    let found = join(draft.directory(), "composer.json")
        .ok()
        .and_then(|path| {
            let text = draft.related(&path)?;
            Some((path, text))
        });
    let root = found
        .as_ref()
        .and_then(|(path, text)| draft.json(path, text, Dialect::Strict));
    let Some(root) = root else {
        draft.graph = Graph::Rootless;
        return;
    };
    for (section, scope) in SECTIONS {
        for entry in root.get(section).map(Node::entries).unwrap_or_default() {
            ask(draft, names, None, entry, scope);
        }
    }
}

fn locked(draft: &Draft<'_>, node: &Node<'_>, name: &str, scope: Scope) -> Option<Dependency> {
    let line = node.get("name").map_or(node.line, |name| name.line);
    let written = node.get_text("version");
    let told = |place: &str, key: &str| node.get(place).and_then(|place| place.get_text(key));
    if told("dist", "type") == Some("path") {
        draft.outside(draft.directory(), told("dist", "url").unwrap_or_default())?;
    }
    let version = written.filter(|version| !is_branch(version)).map(release);
    let mut dependency = draft.dependency(name, version, line);
    dependency.scope = scope;
    dependency.origin = origin(node);
    dependency.undetermined = Some(match written {
        Some(branch) => {
            let commit = told("source", "reference").or_else(|| told("dist", "reference"));
            let commit = commit.map_or_else(String::new, |commit| format!(" at `{commit}`"));
            format!("`{branch}`{commit} is the tip of a branch; require a release")
        }
        None => "the lockfile states no version; run `composer update --lock`".to_owned(),
    });
    dependency.hashes = told("dist", "shasum")
        .filter(|hash| !hash.is_empty())
        .map(|hash| format!("sha1:{hash}"))
        .into_iter()
        .collect();
    Some(dependency)
}

fn origin(node: &Node<'_>) -> Origin {
    let told = |place: &str, key: &str| node.get(place).and_then(|place| place.get_text(key));
    let owned = |text: Option<&str>| text.map(str::to_owned);
    if told("dist", "type") == Some("path") {
        return Origin::Path {
            path: told("dist", "url").unwrap_or_default().to_owned(),
        };
    }
    // Only a package that a registry listed has an address to notify of its installation.
    match node.get_text("notification-url") {
        Some(address) if address.starts_with("https://packagist.org/") => Origin::default(),
        Some(address) => Origin::Registry {
            index: Some(address.to_owned()),
        },
        None => match (
            told("source", "type"),
            told("source", "url"),
            told("dist", "url"),
        ) {
            (Some("git"), Some(url), _) => Origin::Git {
                url: url.to_owned(),
                rev: owned(told("source", "reference")),
            },
            (_, Some(url), _) | (_, None, Some(url)) => Origin::Url {
                url: url.to_owned(),
            },
            _ => Origin::default(),
        },
    }
}
