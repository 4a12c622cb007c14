//! The packages of a lock as a graph: what is direct, what each is for, what the target leaves out.
//!
//! A package that the runtime needs, directly or not, is a runtime package whatever else needs
//! it, too. One that only edges with a false marker lead to is excluded. One that nothing leads to
//! is kept: a lock lists it, so somebody may install it.

mod links;
mod walk;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
};

use runward_model::{
    Dependency, Ecosystem, Excluded, Manifest, NotCovered, ParentEdge, Scope, SourceRef,
};

use crate::{
    Context,
    declared::Declarations,
    marker::{Environment, Selection, Truth},
};

use self::{links::Links, walk::Walker};

/// A package of a lock, with what it depends on.
#[derive(Debug)]
pub(crate) struct LockPackage<'a> {
    pub(crate) dependency: Dependency,
    pub(crate) edges: Vec<Edge<'a>>,
    /// What the lock itself says the package is for.
    pub(crate) stated: Option<(Scope, Vec<String>)>,
}

/// Which of several locked versions of a name is meant.
#[derive(Debug, Clone)]
pub(crate) enum Want<'a> {
    Any,
    Version(Cow<'a, str>),
    Specifier(Cow<'a, str>),
    /// In Poetry's notation.
    Constraint(Cow<'a, str>),
}

/// A dependency of one package on another.
#[derive(Debug, Clone)]
pub(crate) struct Edge<'a> {
    /// Normalized.
    pub(crate) name: Cow<'a, str>,
    pub(crate) want: Want<'a>,
    /// Normalized extras that are asked for.
    pub(crate) extras: Vec<String>,
    pub(crate) marker: Option<Cow<'a, str>>,
    /// The extra of the dependant that the edge belongs to.
    pub(crate) when_extra: Option<Cow<'a, str>>,
    pub(crate) requirement: Option<Cow<'a, str>>,
}

impl<'a> Edge<'a> {
    pub(crate) fn to(name: &'a str) -> Self {
        Self {
            name: normalized(name),
            want: Want::Any,
            extras: Vec::new(),
            marker: None,
            when_extra: None,
            requirement: None,
        }
    }

    /// An edge from a requirement in the standard notation; `None` where it is none.
    pub(crate) fn standard(text: &'a str) -> Option<Self> {
        let requirement = crate::requirement::parse_leniently(text).ok()?;
        let mut edge = Self::to(requirement.name);
        edge.extras = requirement.extras;
        edge.marker = requirement.marker.map(Cow::Borrowed);
        if !requirement.specifier.is_empty() {
            edge.want = Want::Specifier(Cow::Borrowed(requirement.specifier));
            edge.requirement = Some(Cow::Borrowed(requirement.specifier));
        }
        Some(edge)
    }
}

/// What the project itself asks for.
#[derive(Debug, Clone)]
pub(crate) struct Root<'a> {
    pub(crate) edge: Edge<'a>,
    pub(crate) scope: Scope,
    pub(crate) group: Option<String>,
}

/// PEP 503, without a copy where the name is in that form already.
pub(crate) fn normalized(name: &str) -> Cow<'_, str> {
    let mut separator = false;
    let is_normal = name.bytes().all(|byte| {
        let dash = byte == b'-';
        let fits = byte.is_ascii_lowercase() || byte.is_ascii_digit() || (dash && !separator);
        separator = dash;
        fits
    });
    if is_normal {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(Ecosystem::PyPI.normalize_name(name))
    }
}

/// The roots that a manifest beside the lock declares. What is needed to build the project is
/// not locked, and left out.
pub(crate) fn roots_of(declarations: Declarations, poetry: bool) -> Vec<Root<'static>> {
    let mut roots = Vec::new();
    for declared in declarations.items {
        if declared.scope == Scope::Build {
            continue;
        }
        let requirement: Option<Cow<'static, str>> = declared.requirement.map(Cow::Owned);
        let edge = Edge {
            name: Cow::Owned(declared.ecosystem.normalize_name(&declared.name)),
            want: match &requirement {
                Some(text) if poetry => Want::Constraint(text.clone()),
                Some(text) => Want::Specifier(text.clone()),
                None => Want::Any,
            },
            extras: declared.extras,
            marker: declared.marker.map(Cow::Owned),
            when_extra: None,
            requirement,
        };
        let mut groups: Vec<Option<String>> = declared.groups.into_iter().map(Some).collect();
        if groups.is_empty() {
            groups.push(None);
        }
        for group in groups {
            roots.push(Root {
                edge: edge.clone(),
                scope: declared.scope,
                group,
            });
        }
    }
    roots
}

/// A scope, and the extra or group within it.
type Group<'g> = (Scope, Option<&'g str>);

/// How the packages are to be judged.
#[derive(Debug, Default)]
pub(crate) struct Graph<'a> {
    pub(crate) packages: Vec<LockPackage<'a>>,
    /// What the project asks for; empty where that is not known.
    pub(crate) roots: Vec<Root<'a>>,
    /// Packages on which the project says it depends, by position (an installer's record).
    pub(crate) requested: Vec<usize>,
}

/// What is found out about one package.
#[derive(Debug, Clone, Default)]
struct Verdict {
    direct: bool,
    requirement: Option<String>,
    scope: Option<Scope>,
    groups: Vec<String>,
    /// The package's own marker is false: it stays out whoever needs it.
    closed: bool,
    /// The marker that leaves the package out, unless something else turns out to need it.
    blocked: Option<String>,
}

impl Graph<'_> {
    /// Finds out direct, scope, groups and parents, and fills a manifest.
    pub(crate) fn fill(self, manifest: &mut Manifest, cx: &Context<'_>) {
        let environment = Environment::new(cx.target, cx.limits);
        let mut verdicts = vec![Verdict::default(); self.packages.len()];
        for (package, verdict) in self.packages.iter().zip(&mut verdicts) {
            let Some(marker) = &package.dependency.marker else {
                continue;
            };
            match environment.evaluate(marker, Selection::UNKNOWN) {
                Ok(Truth::False) => {
                    verdict.closed = true;
                    verdict.blocked = Some(marker.clone());
                }
                Ok(_) => {}
                Err(error) => manifest.not_covered.push(NotCovered::at(
                    package.dependency.source.path.clone(),
                    package.dependency.source.line,
                    format!("{error}; the package is taken as installed"),
                )),
            }
        }
        let mut links = Links::new(&self, &environment, cx.limits);
        let known = self.walk_roots(&mut links, &mut verdicts, &environment, cx);
        self.exclude(&links, &mut verdicts);
        self.walk_rest(&mut links, &mut verdicts, known, cx);
        manifest
            .not_covered
            .extend(links.problems(&manifest.path, cx.limits));
        self.emit(&links, verdicts, manifest, &environment);
    }

    /// Follows what the project asks for. Returns whether that is known.
    fn walk_roots(
        &self,
        links: &mut Links,
        verdicts: &mut [Verdict],
        environment: &Environment,
        cx: &Context<'_>,
    ) -> bool {
        let mut passes: BTreeMap<Group<'_>, Vec<(usize, &Edge<'_>)>> = BTreeMap::new();
        let mut known = false;
        for root in &self.roots {
            let targets = links.targets(&self.packages, &root.edge);
            let blocked = links::is_blocked(&root.edge, environment);
            let key = (root.scope, root.group.as_deref());
            let key = if passes.len() < cx.limits.max_groups || passes.contains_key(&key) {
                key
            } else {
                links.too_many_groups = true;
                (root.scope, None)
            };
            for target in targets {
                known = true;
                let Some(verdict) = verdicts.get_mut(target) else {
                    continue;
                };
                if blocked {
                    let marker = root.edge.marker.as_deref().unwrap_or_default();
                    links.blocked_roots.push((target, marker.to_owned()));
                    continue;
                }
                verdict.direct = true;
                if verdict.requirement.is_none() {
                    verdict.requirement = root.edge.requirement.as_deref().map(str::to_owned);
                }
                passes.entry(key).or_default().push((target, &root.edge));
            }
        }
        for target in &self.requested {
            if let Some(verdict) = verdicts.get_mut(*target) {
                verdict.direct = true;
            }
        }
        for ((scope, group), starts) in passes {
            let mut walker = Walker::new(links, &self.packages, environment);
            for (target, edge) in starts {
                walker.enter(target, &edge.extras, verdicts);
            }
            let reached = walker.run(verdicts);
            // Names of groups are copied to each package.
            links.budget = links.budget.saturating_sub(reached.len());
            for index in reached {
                mark(verdicts, index, scope, group);
            }
        }
        known
    }

    /// Marks what only false markers lead to.
    fn exclude(&self, links: &Links, verdicts: &mut [Verdict]) {
        let mut pending: Vec<(usize, String)> = links.blocked_roots.clone();
        for (index, edges) in links.by_package.iter().enumerate() {
            if verdicts
                .get(index)
                .is_none_or(|verdict| verdict.scope.is_none())
            {
                continue;
            }
            for link in edges.iter().filter(|link| link.blocked) {
                let marker = links::edge(&self.packages, index, link)
                    .and_then(|edge| edge.marker.as_deref())
                    .unwrap_or_default();
                pending.push((link.target, marker.to_owned()));
            }
        }
        pending.extend(
            verdicts
                .iter()
                .enumerate()
                .filter_map(|(index, verdict)| Some((index, verdict.blocked.clone()?))),
        );
        let mut entered = vec![false; verdicts.len()];
        while let Some((index, marker)) = pending.pop() {
            let (Some(verdict), Some(entered)) = (verdicts.get_mut(index), entered.get_mut(index))
            else {
                continue;
            };
            if verdict.scope.is_some() || std::mem::replace(entered, true) {
                continue;
            }
            verdict.blocked.get_or_insert_with(|| marker.clone());
            for link in links.by_package.get(index).into_iter().flatten() {
                pending.push((link.target, marker.clone()));
            }
        }
    }

    /// Follows what nothing has led to yet: everything, where the project's wishes are unknown.
    fn walk_rest(
        &self,
        links: &mut Links,
        verdicts: &mut [Verdict],
        known: bool,
        cx: &Context<'_>,
    ) {
        let environment = Environment::new(cx.target, cx.limits);
        let environment = &environment;
        let incoming = links.incoming();
        let free = |index: usize, verdicts: &[Verdict]| {
            verdicts
                .get(index)
                .is_some_and(|verdict| verdict.scope.is_none() && verdict.blocked.is_none())
        };
        // First what nothing depends on, then what is left: cycles, and extras nobody asked for.
        for only_unneeded in [true, false] {
            let explained = links.led_to(|index| {
                verdicts
                    .get(index)
                    .is_some_and(|verdict| verdict.scope.is_some())
            });
            let mut by_scope: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
            for index in 0..self.packages.len() {
                let needed = incoming.get(index).is_some_and(|count| *count > 0);
                if !free(index, verdicts) || (only_unneeded && needed) {
                    continue;
                }
                let stated = self.packages.get(index).and_then(|p| p.stated.as_ref());
                let scope = stated.map_or(Scope::Runtime, |(scope, _)| *scope);
                by_scope.entry(scope).or_default().push(index);
            }
            for (scope, starts) in by_scope {
                for index in starts {
                    if !free(index, verdicts) {
                        continue;
                    }
                    let explained = explained.get(index).copied().unwrap_or_default();
                    if !known
                        && !explained
                        && let Some(verdict) = verdicts.get_mut(index)
                    {
                        verdict.direct = true;
                    }
                    let mut walker = Walker::new(links, &self.packages, environment);
                    walker.fresh_only = true;
                    walker.enter(index, &[], verdicts);
                    for reached in walker.run(verdicts) {
                        mark(verdicts, reached, scope, None);
                    }
                }
            }
            if !known && only_unneeded {
                self.exclude(links, verdicts);
            }
        }
        for (package, verdict) in self.packages.iter().zip(verdicts.iter_mut()) {
            // Without a manifest the lock's own word is the best there is.
            if let (false, Some((scope, groups))) = (known, &package.stated) {
                verdict.scope = verdict.scope.and(Some(*scope));
                verdict.groups.clone_from(groups);
            }
        }
    }

    fn emit(
        self,
        links: &Links,
        verdicts: Vec<Verdict>,
        manifest: &mut Manifest,
        environment: &Environment,
    ) {
        let offset = manifest.dependencies.len();
        let mut positions: Vec<Option<usize>> = Vec::with_capacity(verdicts.len());
        let mut next = offset;
        for verdict in &verdicts {
            positions.push(verdict.scope.map(|_| next));
            next += usize::from(verdict.scope.is_some());
        }
        let parents = self.parents(links, &verdicts, &positions);
        for ((package, verdict), parents) in self.packages.into_iter().zip(verdicts).zip(parents) {
            let mut dependency = package.dependency;
            let Some(scope) = verdict.scope else {
                let own = verdict.closed;
                manifest
                    .excluded
                    .push(left_out(dependency, verdict.blocked, own, environment));
                continue;
            };
            dependency.scope = scope;
            dependency.groups = if scope == Scope::Runtime {
                Vec::new()
            } else {
                let mut seen = HashSet::new();
                let mut groups = verdict.groups;
                groups.retain(|group| seen.insert(group.clone()));
                groups
            };
            dependency.direct = verdict.direct;
            dependency.requirement = dependency.requirement.or(verdict.requirement);
            dependency.parents = parents;
            manifest.dependencies.push(dependency);
        }
    }

    /// For each package, who depends on it, among those that are kept.
    fn parents(
        &self,
        links: &Links,
        verdicts: &[Verdict],
        positions: &[Option<usize>],
    ) -> Vec<Vec<ParentEdge>> {
        let mut parents: Vec<Vec<ParentEdge>> = vec![Vec::new(); verdicts.len()];
        // Edges of extras that nobody asked for count only where nothing else explains a package.
        for with_inactive in [false, true] {
            for (index, edges) in links.by_package.iter().enumerate() {
                let Some(parent) = positions.get(index).copied().flatten() else {
                    continue;
                };
                for link in edges.iter().filter(|link| !link.blocked) {
                    let (Some(list), Some(verdict)) =
                        (parents.get_mut(link.target), verdicts.get(link.target))
                    else {
                        continue;
                    };
                    let wanted = if with_inactive {
                        !link.active && !verdict.direct && list.is_empty()
                    } else {
                        link.active
                    };
                    // Links of one package are sorted by target, so a repeat is the last one.
                    if wanted
                        && link.target != index
                        && list.last().is_none_or(|edge| edge.parent != parent)
                    {
                        list.push(ParentEdge {
                            parent,
                            requirement: links::edge(&self.packages, index, link)
                                .and_then(|edge| edge.requirement.as_deref())
                                .map(str::to_owned),
                        });
                    }
                }
            }
        }
        parents
    }
}

fn mark(verdicts: &mut [Verdict], index: usize, scope: Scope, group: Option<&str>) {
    let Some(verdict) = verdicts.get_mut(index) else {
        return;
    };
    verdict.scope = Some(verdict.scope.map_or(scope, |before| before.min(scope)));
    if let Some(group) = group
        && verdict.scope != Some(Scope::Runtime)
        && verdict.groups.last().is_none_or(|last| last != group)
    {
        verdict.groups.push(group.to_owned());
    }
}

fn left_out(
    dependency: Dependency,
    blocked: Option<String>,
    own: bool,
    environment: &Environment,
) -> Excluded {
    let target = environment.describe();
    let Dependency {
        package, source, ..
    } = dependency;
    Excluded {
        name: package.name,
        marker: blocked.unwrap_or_default(),
        source: SourceRef::new(source.path, source.line),
        reason: if own {
            format!("the marker is false for {target}")
        } else {
            format!("only needed where the marker holds, which is false for {target}")
        },
    }
}

#[cfg(test)]
mod tests;
