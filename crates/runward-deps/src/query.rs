//! Questions about a graph.

use std::collections::{HashMap, VecDeque, hash_map::Entry};

use runward_model::DependencyGraph;

/// The shortest way from a direct dependency down to `index`, as indices, `index` last.
pub fn path_from_root(graph: &DependencyGraph, index: usize) -> Vec<usize> {
    // Each place that was met, with the step that leads back down to `index`.
    let mut below: HashMap<usize, Option<usize>> = HashMap::from([(index, None)]);
    let mut queue = VecDeque::from([index]);
    while let Some(current) = queue.pop_front() {
        let Some(dependency) = graph.dependencies.get(current) else {
            continue;
        };
        if dependency.direct || dependency.parents.is_empty() {
            return walk_down(current, &below);
        }
        for edge in &dependency.parents {
            if let Entry::Vacant(entry) = below.entry(edge.parent) {
                entry.insert(Some(current));
                queue.push_back(edge.parent);
            }
        }
    }
    // A cycle that no direct dependency reaches.
    vec![index]
}

fn walk_down(start: usize, below: &HashMap<usize, Option<usize>>) -> Vec<usize> {
    let mut path = vec![start];
    let mut current = start;
    while let Some(next) = below.get(&current).copied().flatten() {
        path.push(next);
        current = next;
    }
    path
}

#[cfg(test)]
mod tests {
    use runward_model::{Dependency, Ecosystem, Package, ParentEdge, SourceRef};

    use super::*;

    fn graph(edges: &[(&str, bool, &[usize])]) -> DependencyGraph {
        let dependencies = edges
            .iter()
            .map(|(name, direct, parents)| {
                let mut dependency = Dependency::new(
                    Package::new(Ecosystem::PyPI, name, Some("1")),
                    SourceRef::new("x.lock", 1),
                );
                dependency.direct = *direct;
                dependency.parents = parents
                    .iter()
                    .map(|parent| ParentEdge {
                        parent: *parent,
                        requirement: None,
                    })
                    .collect();
                dependency
            })
            .collect();
        DependencyGraph {
            dependencies,
            ..DependencyGraph::default()
        }
    }

    #[test]
    fn the_shortest_way_is_told() {
        let graph = graph(&[
            ("app", true, &[]),
            ("mid", false, &[0]),
            ("leaf", false, &[1, 3]),
            ("short", true, &[]),
        ]);
        assert_eq!(path_from_root(&graph, 2), [3, 2]);
        assert_eq!(path_from_root(&graph, 0), [0]);
    }

    #[test]
    fn a_cycle_ends() {
        let graph = graph(&[("a", false, &[1]), ("b", false, &[0])]);
        assert_eq!(path_from_root(&graph, 0), [0]);
    }
}
