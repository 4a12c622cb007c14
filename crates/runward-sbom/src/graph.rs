//! From the elements of a bill and the edges between them to a manifest.

use std::collections::{BTreeMap, VecDeque};

use runward_model::{
    Dependency, Ecosystem, Excluded, Imported, Manifest, NotCovered, Origin, Package, ParentEdge,
    Scope, SourceRef,
};

use crate::{Limits, problems::Problems};

/// What an element of a bill is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeKind {
    Package {
        package: Package,
        undetermined: Option<String>,
    },
    /// The product that the bill describes, with its package URL where it has one.
    Root { purl: Option<String> },
    /// No package: a file, a lockfile that a scanner found, a directory. What depends on it
    /// depends on what it holds.
    Grouping { what: String },
}

/// One element of a bill.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) line: u32,
    /// As the bill states it for the element itself.
    pub(crate) scope: Option<Scope>,
    /// As a bill of our own states it; otherwise the edges tell.
    pub(crate) direct: Option<bool>,
    pub(crate) requirement: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) marker: Option<String>,
    pub(crate) hashes: Vec<String>,
    pub(crate) origin: Origin,
    pub(crate) imported: Imported,
}

impl Node {
    pub(crate) fn new(kind: NodeKind, line: u32) -> Self {
        Self {
            kind,
            line,
            scope: None,
            direct: None,
            requirement: None,
            groups: Vec::new(),
            marker: None,
            hashes: Vec::new(),
            origin: Origin::default(),
            imported: Imported::Unknown,
        }
    }

    /// Gives the reason why a package without a version has none; a stated version stands.
    pub(crate) fn not_judged(&mut self, reason: &str) {
        if let NodeKind::Package {
            package,
            undetermined,
        } = &mut self.kind
            && package.version.is_none()
        {
            *undetermined = Some(reason.to_owned());
        }
    }

    fn is_package(&self) -> bool {
        matches!(self.kind, NodeKind::Package { .. })
    }
}

/// How one element leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    Dependency,
    /// It holds the other. It counts as a dependency where no other edge leads to the other.
    Containment,
}

/// An edge from what needs to what is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) to: usize,
    pub(crate) from: usize,
    pub(crate) link: Link,
    pub(crate) scope: Scope,
}

/// The nodes that lead to one, each with the scope in which it does.
type Incoming = Vec<(usize, Scope)>;

/// A bill that was read, before its edges are resolved.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) problems: Problems,
}

impl Sheet {
    pub(crate) fn new(path: &str, limits: &Limits) -> Self {
        Self {
            nodes: Vec::new(),
            edges: Vec::new(),
            problems: Problems::new(path, limits.max_problems),
        }
    }

    /// Moves everything into the manifest.
    pub(crate) fn into_manifest(mut self, manifest: &mut Manifest, limits: &Limits) {
        let (incoming, at_top) = self.resolve(limits);
        let scopes = scopes(&self.nodes, &incoming, &at_top);
        let path = self.problems.path().to_owned();

        let mut places = vec![None; self.nodes.len()];
        let mut next = 0;
        for (place, node) in places.iter_mut().zip(&self.nodes) {
            if node.is_package() {
                *place = Some(next);
                next += 1;
            }
        }
        let mut groupings: BTreeMap<String, (usize, u32)> = BTreeMap::new();
        let each = self.nodes.into_iter().zip(incoming).zip(at_top).zip(scopes);
        for (((node, incoming), at_top), scope) in each {
            match node.kind {
                NodeKind::Root { purl: None } => {}
                NodeKind::Root { purl: Some(name) } => manifest.excluded.push(Excluded {
                    name,
                    marker: String::new(),
                    source: SourceRef::new(path.as_str(), node.line),
                    reason: "the product that the bill describes, and no dependency of it"
                        .to_owned(),
                }),
                NodeKind::Grouping { what } => {
                    groupings.entry(what).or_insert((0, node.line)).0 += 1;
                }
                NodeKind::Package {
                    package,
                    undetermined,
                } => {
                    let mut dependency =
                        Dependency::new(package, SourceRef::new(path.as_str(), node.line));
                    if dependency.package.version.is_none() && undetermined.is_some() {
                        dependency.undetermined = undetermined;
                    }
                    dependency.parents = incoming
                        .iter()
                        .filter_map(|(from, _)| places.get(*from).copied().flatten())
                        .map(|parent| ParentEdge {
                            parent,
                            requirement: None,
                        })
                        .collect();
                    dependency.direct = node.direct.unwrap_or(at_top.is_some());
                    dependency.scope = scope;
                    dependency.requirement = node.requirement;
                    dependency.groups = node.groups;
                    dependency.marker = node.marker;
                    dependency.hashes = node.hashes;
                    dependency.origin = node.origin;
                    dependency.imported = node.imported;
                    manifest.dependencies.push(dependency);
                }
            }
        }
        for (what, (count, line)) in groupings {
            manifest.excluded.push(Excluded {
                name: format!("{count} × {what}"),
                marker: String::new(),
                source: SourceRef::new(path.as_str(), line),
                reason: "not a package: there is no version to look up".to_owned(),
            });
        }
        if let Some(ecosystem) = the_one_ecosystem(&manifest.dependencies) {
            manifest.ecosystem = ecosystem;
        }
        let problems: Vec<NotCovered> = self.problems.into_entries();
        manifest.not_covered.extend(problems);
    }

    /// For each node, the packages that need it, with the scope in which they do; and whether the
    /// product itself names it, with the strongest scope of that. Groupings are stepped through.
    fn resolve(&mut self, limits: &Limits) -> (Vec<Incoming>, Vec<Option<Scope>>) {
        let count = self.nodes.len();
        self.edges
            .retain(|edge| edge.from != edge.to && edge.from < count && edge.to < count);
        self.edges.sort_unstable();
        // The strongest of several edges comes first.
        self.edges
            .dedup_by_key(|edge| (edge.to, edge.from, edge.link));

        let mut needed = vec![false; count];
        for edge in &self.edges {
            if let (Link::Dependency, Some(needed)) = (edge.link, needed.get_mut(edge.to)) {
                *needed = true;
            }
        }
        let mut above: Vec<Vec<(usize, Scope)>> = vec![Vec::new(); count];
        for edge in &self.edges {
            let counts = edge.link == Link::Dependency || needed.get(edge.to) == Some(&false);
            if let (true, Some(above)) = (counts, above.get_mut(edge.to)) {
                above.push((edge.from, edge.scope));
            }
        }

        let mut steps = 0;
        let mut parents = vec![Vec::new(); count];
        let mut at_top = vec![None; count];
        let mut visited = vec![usize::MAX; count];
        for (index, node) in self.nodes.iter().enumerate() {
            if !node.is_package() {
                continue;
            }
            let mut found = Vec::new();
            let mut named: Option<Scope> = None;
            let mut queue: VecDeque<(usize, Scope)> =
                above.get(index).into_iter().flatten().copied().collect();
            while let Some((from, scope)) = queue.pop_front() {
                steps += 1;
                if steps > limits.max_edges {
                    break;
                }
                if visited.get(from) == Some(&index) || from == index {
                    continue;
                }
                if let Some(mark) = visited.get_mut(from) {
                    *mark = index;
                }
                match self.nodes.get(from).map(|node| &node.kind) {
                    Some(NodeKind::Package { .. }) => found.push((from, scope)),
                    Some(NodeKind::Root { .. }) => named = Some(strongest(named, scope)),
                    Some(NodeKind::Grouping { .. }) => {
                        let further = above.get(from).map(Vec::as_slice).unwrap_or_default();
                        if further.is_empty() {
                            named = Some(strongest(named, scope));
                        }
                        queue.extend(further.iter().map(|(up, s)| (*up, scope.max(*s))));
                    }
                    None => {}
                }
            }
            found.sort_unstable();
            if let (Some(parents), Some(top)) = (parents.get_mut(index), at_top.get_mut(index)) {
                // What nobody is known to need, the product itself must need.
                *top = named.or(found.is_empty().then_some(Scope::Runtime));
                *parents = found;
            }
        }
        if steps > limits.max_edges {
            self.problems.push(
                1,
                None,
                format!(
                    "the dependency graph takes more than {} steps to resolve; paths from the \
                     root may be missing",
                    limits.max_edges
                ),
            );
        }
        (parents, at_top)
    }
}

fn strongest(known: Option<Scope>, other: Scope) -> Scope {
    known.map_or(other, |known| known.min(other))
}

/// The scope of each node: as stated, else the strongest over all paths from the top, where a
/// path is as strong as its weakest edge.
fn scopes(nodes: &[Node], incoming: &[Incoming], at_top: &[Option<Scope>]) -> Vec<Scope> {
    let mut outgoing: Vec<Vec<(usize, Scope)>> = vec![Vec::new(); nodes.len()];
    for (to, edges) in incoming.iter().enumerate() {
        for (from, scope) in edges {
            if let Some(list) = outgoing.get_mut(*from) {
                list.push((to, *scope));
            }
        }
    }
    let mut best: Vec<Option<Scope>> = vec![None; nodes.len()];
    let mut buckets: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
    for (index, (node, top)) in nodes.iter().zip(at_top).enumerate() {
        let start = node.scope.or(*top);
        if let (Some(scope), Some(best)) = (start, best.get_mut(index)) {
            *best = Some(scope);
            buckets.entry(scope).or_default().push(index);
        }
    }
    while let Some((scope, mut bucket)) = buckets.pop_first() {
        while let Some(index) = bucket.pop() {
            if best.get(index).copied().flatten() != Some(scope) {
                continue;
            }
            for (to, edge) in outgoing.get(index).into_iter().flatten() {
                if nodes.get(*to).is_none_or(|node| node.scope.is_some()) {
                    continue;
                }
                let reached = scope.max(*edge);
                let Some(best) = best.get_mut(*to) else {
                    continue;
                };
                if best.is_none_or(|known| reached < known) {
                    *best = Some(reached);
                    if reached == scope {
                        bucket.push(*to);
                    } else {
                        buckets.entry(reached).or_default().push(*to);
                    }
                }
            }
        }
    }
    best.into_iter()
        .map(|scope| scope.unwrap_or(Scope::Runtime))
        .collect()
}

fn the_one_ecosystem(dependencies: &[Dependency]) -> Option<Ecosystem> {
    let mut ecosystems = dependencies
        .iter()
        .map(|dependency| &dependency.package.ecosystem);
    let first = ecosystems.next()?;
    ecosystems
        .all(|other| other == first)
        .then(|| first.clone())
}
