//! Edges by position, with their markers judged once.

use std::{collections::HashMap, str::FromStr};

use pep440_rs::Version;
use runward_model::NotCovered;

use super::{Edge, Graph, LockPackage, Want};
use crate::{
    Limits,
    marker::{Environment, Selection, Truth},
    pyproject::constraint::{self, Alternatives},
    requirement,
};

/// What an edge waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    None,
    /// One of the dependant's extras must be asked for.
    Extra,
    /// The marker mentions extras.
    Marker,
}

#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) target: usize,
    /// Position among the edges of its package.
    edge: usize,
    /// The marker is false whatever extras are asked for.
    pub(super) blocked: bool,
    pub(super) guard: Guard,
    /// Its guard has been met.
    pub(super) active: bool,
}

/// All edges of a graph.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) by_package: Vec<Vec<Link>>,
    by_name: HashMap<String, Vec<usize>>,
    pub(super) blocked_roots: Vec<(usize, String)>,
    pub(super) too_many_groups: bool,
    too_many_edges: bool,
    /// What may still be spent on walking and comparing.
    pub(super) budget: usize,
    bad_markers: Vec<(String, u32, String)>,
}

/// What comparing a version with a clause costs, in steps of the walk.
const COMPARISON: usize = 2;

pub(super) fn edge<'g, 'a>(
    packages: &'g [LockPackage<'a>],
    index: usize,
    link: &Link,
) -> Option<&'g Edge<'a>> {
    packages.get(index)?.edges.get(link.edge)
}

pub(super) fn is_blocked(edge: &Edge<'_>, environment: &Environment) -> bool {
    edge.marker
        .as_deref()
        .is_some_and(|marker| environment.evaluate(marker, Selection::UNKNOWN) == Ok(Truth::False))
}

/// What an edge wants, read once for all versions that it is compared with.
enum Matcher<'e> {
    Any,
    Version(&'e str),
    Alternatives(Alternatives),
}

impl<'e> Matcher<'e> {
    fn new(want: &'e Want<'_>) -> Self {
        match want {
            Want::Any => Self::Any,
            Want::Version(version) => Self::Version(version),
            Want::Specifier(text) => Self::Alternatives(vec![requirement::comparable(text)]),
            Want::Constraint(text) => constraint::parse(text).map_or(Self::Any, Self::Alternatives),
        }
    }

    fn cost(&self) -> usize {
        match self {
            Self::Any | Self::Version(_) => 1,
            Self::Alternatives(alternatives) => {
                COMPARISON * alternatives.iter().map(|all| 1 + all.len()).sum::<usize>()
            }
        }
    }

    /// What cannot be compared fits.
    fn fits(&self, version: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Version(wanted) => version == *wanted,
            Self::Alternatives(alternatives) => {
                Version::from_str(version).map_or(true, |version| {
                    alternatives
                        .iter()
                        .any(|all| all.iter().all(|clause| clause.contains(&version)))
                })
            }
        }
    }
}

impl Links {
    pub(super) fn new(graph: &Graph<'_>, environment: &Environment, limits: &Limits) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::with_capacity(graph.packages.len());
        for (index, package) in graph.packages.iter().enumerate() {
            by_name
                .entry(package.dependency.package.name.clone())
                .or_default()
                .push(index);
        }
        let mut links = Self {
            by_package: Vec::with_capacity(graph.packages.len()),
            by_name,
            blocked_roots: Vec::new(),
            too_many_groups: false,
            too_many_edges: false,
            budget: limits.max_graph_steps,
            bad_markers: Vec::new(),
        };
        let mut total = 0;
        for package in &graph.packages {
            let mut list = Vec::with_capacity(package.edges.len());
            for (position, edge) in package.edges.iter().enumerate() {
                if total >= limits.max_edges {
                    links.too_many_edges = true;
                    break;
                }
                let blocked = links.judge(edge, package, environment);
                let guard = if edge.when_extra.is_some() {
                    Guard::Extra
                } else if edge.marker.as_deref().is_some_and(|m| m.contains("extra")) {
                    Guard::Marker
                } else {
                    Guard::None
                };
                for target in links.targets(&graph.packages, edge) {
                    total += 1;
                    list.push(Link {
                        target,
                        edge: position,
                        blocked,
                        guard,
                        active: guard == Guard::None && !blocked,
                    });
                }
            }
            list.sort_by_key(|link| link.target);
            links.by_package.push(list);
        }
        links
    }

    fn judge(
        &mut self,
        edge: &Edge<'_>,
        package: &LockPackage<'_>,
        environment: &Environment,
    ) -> bool {
        let Some(marker) = edge.marker.as_deref() else {
            return false;
        };
        match environment.evaluate(marker, Selection::UNKNOWN) {
            Ok(truth) => truth == Truth::False,
            Err(error) => {
                let source = &package.dependency.source;
                let reason = format!(
                    "{error}; the dependency on `{}` is taken as installed",
                    edge.name
                );
                self.bad_markers
                    .push((source.path.clone(), source.line, reason));
                false
            }
        }
    }

    /// The packages that an edge may mean: all of its name, narrowed down where several versions
    /// are locked.
    pub(super) fn targets(&mut self, packages: &[LockPackage<'_>], edge: &Edge<'_>) -> Vec<usize> {
        let Some(candidates) = self.by_name.get(edge.name.as_ref()) else {
            return Vec::new();
        };
        if candidates.len() < 2 {
            return candidates.clone();
        }
        let matcher = Matcher::new(&edge.want);
        let cost = candidates.len().saturating_mul(matcher.cost());
        if self.budget < cost {
            self.budget = 0;
            return candidates.first().copied().into_iter().collect();
        }
        self.budget -= cost;
        let fits = |index: &usize| {
            packages
                .get(*index)
                .and_then(|package| package.dependency.package.version.as_deref())
                .is_none_or(|version| matcher.fits(version))
        };
        let fitting: Vec<usize> = candidates.iter().copied().filter(fits).collect();
        if fitting.is_empty() {
            candidates.clone()
        } else {
            fitting
        }
    }

    /// How many edges lead to each package.
    pub(super) fn incoming(&self) -> Vec<usize> {
        let mut incoming = vec![0; self.by_package.len()];
        for (index, links) in self.by_package.iter().enumerate() {
            for link in links.iter().filter(|link| link.target != index) {
                if let Some(count) = incoming.get_mut(link.target) {
                    *count += 1;
                }
            }
        }
        incoming
    }

    /// Whether each package is one that some of the packages for which `is_source` says yes
    /// depend on.
    pub(super) fn led_to(&self, is_source: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut led_to = vec![false; self.by_package.len()];
        for (index, links) in self.by_package.iter().enumerate() {
            if !is_source(index) {
                continue;
            }
            for link in links.iter().filter(|link| !link.blocked) {
                if let Some(place) = led_to.get_mut(link.target) {
                    *place = true;
                }
            }
        }
        led_to
    }

    pub(super) fn problems(&mut self, path: &str, limits: &Limits) -> Vec<NotCovered> {
        let mut problems: Vec<NotCovered> = std::mem::take(&mut self.bad_markers)
            .into_iter()
            .map(|(path, line, reason)| NotCovered::at(path, line, reason))
            .collect();
        if self.too_many_edges {
            problems.push(NotCovered::file(
                path,
                format!(
                    "more than {} edges; what brings a package in is not complete",
                    limits.max_edges
                ),
            ));
        }
        if self.too_many_groups {
            problems.push(NotCovered::file(
                path,
                format!(
                    "more than {} groups; the groups of a package are not complete",
                    limits.max_groups
                ),
            ));
        }
        if self.budget == 0 {
            problems.push(NotCovered::file(
                path,
                "the dependency graph is too entangled; scopes and parents are not complete",
            ));
        }
        problems
    }
}
