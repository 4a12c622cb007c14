//! From statements to a graph: equal packages become one, scopes spread, edges are written into
//! the packages.

use std::collections::{HashMap, HashSet};

use runward_model::{Dependency, Origin, ParentEdge, Scope};

use super::{Draft, Graph, Id};

impl Draft<'_> {
    /// One package for each name, version and origin, at its first line.
    pub(super) fn merge(&mut self) {
        let mut first: HashMap<MergeKey<'_>, usize> = HashMap::with_capacity(self.packages.len());
        let mut target = Vec::with_capacity(self.packages.len());
        let mut kept = 0;
        for dependency in &self.packages {
            let place = *first.entry(merge_key(dependency)).or_insert(kept);
            kept += usize::from(place == kept);
            target.push(place);
        }
        drop(first);
        if kept == self.packages.len() {
            return;
        }
        let mut packages: Vec<Dependency> = Vec::with_capacity(kept);
        for (dependency, place) in std::mem::take(&mut self.packages).into_iter().zip(&target) {
            match packages.get_mut(*place) {
                Some(known) => absorb(known, dependency),
                None => packages.push(dependency),
            }
        }
        for dependency in &mut packages {
            dependency.groups.sort_unstable();
            dependency.groups.dedup();
            dependency.hashes.sort_unstable();
            dependency.hashes.dedup();
        }
        self.packages = packages;
        for edge in &mut self.edges {
            edge.to = target.get(edge.to).copied().unwrap_or(edge.to);
            edge.from = edge
                .from
                .map(|from| target.get(from).copied().unwrap_or(from));
        }
    }

    pub(super) fn derive_scopes(&mut self) {
        const ORDER: [Scope; 4] = [
            Scope::Runtime,
            Scope::Optional,
            Scope::Build,
            Scope::Development,
        ];
        let mut outgoing: Vec<Vec<(Id, Scope)>> = vec![Vec::new(); self.packages.len()];
        let mut waiting: [Vec<Id>; 4] = Default::default();
        for edge in &self.edges {
            match edge.from {
                Some(from) => {
                    if let Some(list) = outgoing.get_mut(from) {
                        list.push((edge.to, edge.scope));
                    }
                }
                None => push_at(&mut waiting, edge.scope, edge.to),
            }
        }
        let mut settled = vec![false; self.packages.len()];
        for (level, scope) in ORDER.into_iter().enumerate() {
            while let Some(id) = waiting.get_mut(level).and_then(Vec::pop) {
                let Some(done) = settled.get_mut(id) else {
                    continue;
                };
                if std::mem::replace(done, true) {
                    continue;
                }
                if let Some(dependency) = self.packages.get_mut(id) {
                    dependency.scope = scope;
                }
                for (to, edge_scope) in outgoing.get(id).into_iter().flatten() {
                    push_at(&mut waiting, scope.max(*edge_scope), *to);
                }
            }
        }
    }

    /// Writes the edges into the packages.
    pub(super) fn link(&mut self) {
        let mut seen: HashSet<(Id, Id, Option<&str>)> = HashSet::with_capacity(self.edges.len());
        let mut unique = Vec::with_capacity(self.edges.len());
        for (at, edge) in self.edges.iter().enumerate() {
            if let Some(from) = edge.from
                && from != edge.to
                && seen.insert((from, edge.to, edge.requirement.as_deref()))
            {
                unique.push(at);
            }
        }
        drop(seen);
        let mut unique = unique.into_iter().peekable();
        for (at, edge) in std::mem::take(&mut self.edges).into_iter().enumerate() {
            let Some(dependency) = self.packages.get_mut(edge.to) else {
                continue;
            };
            match edge.from {
                None => {
                    dependency.direct = true;
                    if dependency.requirement.is_none() {
                        dependency.requirement = edge.requirement;
                    }
                }
                Some(parent) => {
                    if unique.next_if_eq(&at).is_some() {
                        dependency.parents.push(ParentEdge {
                            parent,
                            requirement: edge.requirement,
                        });
                    }
                }
            }
        }
        if self.graph == Graph::Rootless {
            for dependency in &mut self.packages {
                dependency.direct |= dependency.parents.is_empty();
            }
        }
    }
}

fn push_at(waiting: &mut [Vec<Id>; 4], scope: Scope, id: Id) {
    let level = match scope {
        Scope::Runtime => 0,
        Scope::Optional => 1,
        Scope::Build => 2,
        Scope::Development => 3,
    };
    if let Some(list) = waiting.get_mut(level) {
        list.push(id);
    }
}

type MergeKey<'d> = (
    &'d str,
    Option<&'d str>,
    u8,
    &'d str,
    &'d str,
    &'d str,
    &'d str,
);

fn merge_key(dependency: &Dependency) -> MergeKey<'_> {
    let (kind, place, rev) = match &dependency.origin {
        Origin::Registry { index } => (0, index.as_deref().unwrap_or_default(), ""),
        Origin::Git { url, rev } => (1, url.as_str(), rev.as_deref().unwrap_or_default()),
        Origin::Url { url } => (2, url.as_str(), ""),
        Origin::Path { path } => (3, path.as_str(), ""),
    };
    let version = dependency.package.version.as_deref();
    // Without a version, only equal statements are one.
    let (requirement, reason) = if version.is_some() {
        ("", "")
    } else {
        (
            dependency.requirement.as_deref().unwrap_or_default(),
            dependency.undetermined.as_deref().unwrap_or_default(),
        )
    };
    (
        &dependency.package.name,
        version,
        kind,
        place,
        rev,
        requirement,
        reason,
    )
}

fn absorb(known: &mut Dependency, other: Dependency) {
    known.scope = known.scope.min(other.scope);
    if other.source.path == known.source.path {
        known.source.line = known.source.line.min(other.source.line);
    }
    known.direct |= other.direct;
    known.requirement = known.requirement.take().or(other.requirement);
    if known.groups.is_empty() || other.groups.is_empty() {
        // One of them is in the default set.
        known.groups.clear();
    } else {
        known.groups.extend(other.groups);
    }
    if known.marker != other.marker {
        // Needed under either condition: none can be stated.
        known.marker = None;
    }
    known.hashes.extend(other.hashes);
}

#[cfg(test)]
mod tests {
    use runward_tree::MemoryTree;

    use super::*;
    use crate::{Context, Format, Limits};

    fn with_draft(limits: &Limits, test: impl FnOnce(Draft<'_>)) {
        let tree = MemoryTree::new([("Cargo.lock", "")]);
        test(Draft::new(
            Format::CargoLock,
            "Cargo.lock",
            Context {
                tree: &tree,
                limits,
            },
        ));
    }

    #[test]
    fn a_package_has_its_widest_scope() {
        with_draft(&Limits::default(), |mut draft| {
            draft.graph = Graph::Derived;
            let ids: Vec<Id> = ["tool", "lib", "shared", "extra", "island"]
                .iter()
                .map(|name| draft.add(draft.dependency(name, Some("1.0.0"), 1)).unwrap())
                .collect();
            draft.require_direct(ids[0], Some("^1"), Scope::Development);
            draft.require_direct(ids[1], None, Scope::Runtime);
            draft.require(ids[0], ids[2], Some("=1"), Scope::Runtime);
            draft.require(ids[1], ids[2], None, Scope::Runtime);
            draft.require(ids[1], ids[3], None, Scope::Optional);
            // A cycle must end.
            draft.require(ids[2], ids[1], None, Scope::Runtime);
            draft.require(ids[2], ids[2], None, Scope::Runtime);
            let manifest = draft.finish();
            let scopes: Vec<Scope> = manifest.dependencies.iter().map(|d| d.scope).collect();
            assert_eq!(
                scopes,
                [
                    Scope::Development,
                    Scope::Runtime,
                    Scope::Runtime,
                    Scope::Optional,
                    Scope::Runtime
                ]
            );
            let shared = &manifest.dependencies[2];
            assert!(!shared.direct && manifest.dependencies[0].direct);
            assert_eq!(manifest.dependencies[0].requirement.as_deref(), Some("^1"));
            assert_eq!(shared.parents.len(), 2);
            assert_eq!(shared.parents[0].requirement.as_deref(), Some("=1"));
        });
    }

    #[test]
    fn equal_packages_are_one_and_keep_their_edges() {
        with_draft(&Limits::default(), |mut draft| {
            let parent = draft.add(draft.dependency("p", Some("1"), 1)).unwrap();
            let mut first = draft.dependency("a", Some("1"), 2);
            first.scope = Scope::Development;
            let first = draft.add(first).unwrap();
            let second = draft.add(draft.dependency("a", Some("1"), 9)).unwrap();
            let mut forked = draft.dependency("a", Some("1"), 10);
            forked.origin = Origin::Url {
                url: "https://x/a.tgz".to_owned(),
            };
            draft.add(forked).unwrap();
            draft.require(parent, first, Some("^1"), Scope::Runtime);
            draft.require(parent, second, Some("^1"), Scope::Runtime);
            let manifest = draft.finish();
            assert_eq!(manifest.dependencies.len(), 3);
            let merged = &manifest.dependencies[1];
            assert_eq!((merged.source.line, merged.scope), (2, Scope::Runtime));
            assert_eq!(merged.parents.len(), 1);
        });
    }

    #[test]
    fn limits_are_told_once() {
        let limits = Limits {
            max_packages: 2,
            max_edges: 1,
            max_notes: 3,
            ..Limits::default()
        };
        with_draft(&limits, |mut draft| {
            for name in ["a", "b", "c", "d"] {
                let dependency = draft.dependency(name, None, 1);
                draft.add(dependency);
            }
            draft.require(0, 1, None, Scope::Runtime);
            draft.require(1, 0, None, Scope::Runtime);
            draft.require(1, 0, None, Scope::Runtime);
            for line in 1..5 {
                draft.note(line, "x");
            }
            let manifest = draft.finish();
            assert_eq!(manifest.dependencies.len(), 2);
            let reasons: Vec<&str> = manifest
                .not_covered
                .iter()
                .map(|note| note.reason.as_str())
                .collect();
            assert!(reasons[0].contains("more than 2 packages"));
            assert!(reasons[1].contains("more than 1 relations"));
            assert_eq!(reasons[3], "3 more problems of this file are not listed");
        });
    }

    #[test]
    fn no_version_always_has_a_reason() {
        with_draft(&Limits::default(), |mut draft| {
            draft.add(draft.dependency("a", Some("  "), 1)).unwrap();
            let manifest = draft.finish();
            assert_eq!(manifest.dependencies[0].package.version, None);
            assert!(manifest.dependencies[0].undetermined.is_some());
        });
    }
}
