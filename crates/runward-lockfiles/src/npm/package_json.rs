//! `package.json`: what a package asks for.

use runward_model::{Dependency, Scope};
use runward_tree::path::join;

use super::{
    is_archive, origin_of_spec,
    spec::{self, Spec},
    unversioned,
};
use crate::{
    document::{Node, Value},
    draft::{Draft, relock},
    glob,
    json::Dialect,
};

/// Why something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Overrides the same name among the ordinary ones, as npm does.
    Optional,
    Ordinary,
    Development,
    Peer,
    OptionalPeer,
}

impl Kind {
    pub(crate) fn scope(self) -> Scope {
        match self {
            Self::Ordinary | Self::Peer => Scope::Runtime,
            Self::Optional | Self::OptionalPeer => Scope::Optional,
            Self::Development => Scope::Development,
        }
    }

    /// Whether a lockfile may leave it out without being damaged.
    pub(crate) fn may_be_absent(self) -> bool {
        !matches!(self, Self::Ordinary | Self::Development)
    }
}

/// One name that a package asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'n> {
    pub(crate) name: &'n str,
    pub(crate) requirement: &'n str,
    pub(crate) kind: Kind,
    pub(crate) line: u32,
}

/// What a package (in `package.json`'s shape) asks for, each name once. A registry package's
/// development dependencies are never installed.
pub(crate) fn wanted<'n>(draft: &mut Draft<'_>, node: &'n Node<'_>, own: bool) -> Vec<Wanted<'n>> {
    let mut found = Vec::new();
    for (section, kind) in [
        ("optionalDependencies", Kind::Optional),
        ("dependencies", Kind::Ordinary),
        ("devDependencies", Kind::Development),
        ("peerDependencies", Kind::Peer),
    ] {
        if kind == Kind::Development && !own {
            continue;
        }
        for entry in draft.table(node, section) {
            let Some(requirement) = entry.node.text() else {
                draft.note(
                    entry.line,
                    format!(
                        "the requirement of `{}` is not text, so it is not read",
                        entry.key
                    ),
                );
                continue;
            };
            found.push(Wanted {
                name: &entry.key,
                requirement,
                kind,
                line: entry.line,
            });
        }
    }
    // Stable: the first kind above wins.
    found.sort_by_key(|wanted| wanted.name);
    found.dedup_by_key(|wanted| wanted.name);
    mark_optional_peers(node, &mut found);
    found
}

fn mark_optional_peers(node: &Node<'_>, found: &mut [Wanted<'_>]) {
    let by_table = node
        .get("peerDependenciesMeta")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .filter(|entry| entry.node.is_true("optional"))
        .map(|entry| entry.key.as_ref());
    let by_list = node
        .get("optionalPeers")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::text);
    for name in by_table.chain(by_list) {
        if let Ok(at) = found.binary_search_by_key(&name, |wanted| wanted.name)
            && let Some(peer) = found.get_mut(at)
            && peer.kind == Kind::Peer
        {
            peer.kind = Kind::OptionalPeer;
        }
    }
}

/// Something that the project's own `package.json` files ask for, kept beyond their text.
#[derive(Debug)]
pub(crate) struct ProjectWants {
    pub(crate) name: String,
    pub(crate) requirement: String,
    pub(crate) kind: Kind,
}

/// What one own package asks for.
pub(crate) struct Own {
    pub(crate) name: Option<String>,
    pub(crate) wants: Vec<ProjectWants>,
}

/// The own package of a directory; `None` where it has no readable `package.json`.
pub(crate) fn own(draft: &mut Draft<'_>, directory: &str) -> Option<(Own, Vec<String>)> {
    let path = join(directory, "package.json").ok()?;
    let text = draft.related(&path)?;
    let node = draft.json(&path, &text, Dialect::Strict)?;
    let wants = wanted(draft, &node, true)
        .iter()
        .map(|wanted| ProjectWants {
            name: wanted.name.to_owned(),
            requirement: wanted.requirement.to_owned(),
            kind: wanted.kind,
        })
        .collect();
    let name = node.get_text("name").map(str::to_owned);
    Some((Own { name, wants }, workspace_patterns(&node)))
}

/// `workspaces: [...]`, or Yarn's `workspaces: {packages: [...]}`.
fn workspace_patterns(node: &Node<'_>) -> Vec<String> {
    let Some(workspaces) = node.get("workspaces") else {
        return Vec::new();
    };
    let list = match &workspaces.value {
        Value::Table(_) => workspaces.get("packages"),
        _ => Some(workspaces),
    };
    list.map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.text().map(str::to_owned))
        .collect()
}

/// The project's own packages: the lockfile's directory and its workspace members. Empty where
/// no `package.json` stands beside the lockfile.
pub(crate) fn project(draft: &mut Draft<'_>) -> Vec<Own> {
    let directory = draft.directory().to_owned();
    let Some((root, patterns)) = own(draft, &directory) else {
        return Vec::new();
    };
    let mut found = vec![root];
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let limit = draft.cx.limits.max_related_files.saturating_mul(10);
    let (members, complete) =
        glob::members(draft.cx.tree, &directory, &patterns, "package.json", limit);
    if !complete {
        draft.note_file("the workspace patterns match too many directories; not all are read");
    }
    for member in members.iter().filter(|member| **member != directory) {
        found.extend(own(draft, member).map(|(own, _)| own));
    }
    found
}

/// Reads a `package.json` for itself.
pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(root) = draft.json(&path, text, Dialect::Strict) else {
        return;
    };
    if !root.is_table() {
        draft.note(root.line, "not a JSON object; correct the file");
        return;
    }
    for wanted in wanted(draft, &root, true) {
        let mut spec = spec::parse(wanted.requirement);
        let mut name = wanted.name;
        if let Spec::Alias {
            name: real,
            requirement,
        } = spec
        {
            name = real;
            spec = spec::parse(requirement);
        }
        let version = match spec {
            Spec::Exact(version) => Some(version),
            _ => None,
        };
        let dependency = draft.dependency(name, version, wanted.line);
        if let Some(dependency) = stated(draft, dependency, &wanted, &spec) {
            draft.add(dependency);
        }
    }
    draft.note_transitive(
        &[
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
        ],
        relock(draft.format),
    );
}

/// Completes a dependency; none for the project's own packages.
fn stated(
    draft: &Draft<'_>,
    mut dependency: Dependency,
    wanted: &Wanted<'_>,
    spec: &Spec<'_>,
) -> Option<Dependency> {
    dependency.direct = true;
    dependency.scope = wanted.kind.scope();
    dependency.requirement = Some(wanted.requirement.to_owned());
    dependency.origin = origin_of_spec(spec);
    let written = wanted.requirement;
    dependency.undetermined = Some(match spec {
        Spec::Workspace(_) => return None,
        Spec::Local(path) => {
            if is_archive(path) {
                format!("comes from the archive `{path}`; {}", relock(draft.format))
            } else {
                draft.outside(draft.directory(), path)?;
                unversioned(&dependency.origin)
            }
        }
        Spec::Git { .. } | Spec::Url(_) => format!(
            "`{written}` names a place, not a version; {} so that it is recorded",
            relock(draft.format)
        ),
        Spec::Catalog => {
            "its version stands in the workspace's catalog; commit the lockfile".to_owned()
        }
        _ if wanted.requirement.trim().is_empty() => {
            format!("any version is allowed; {}", relock(draft.format))
        }
        _ => format!(
            "`{written}` allows several versions; {}",
            relock(draft.format)
        ),
    });
    Some(dependency)
}
