//! Several manifests as one graph.

use std::collections::BTreeSet;

use runward_model::{DependencyGraph, Excluded, NotCovered, Scope};

use crate::Collected;

/// Why an open build requirement is left out rather than not judged.
const OPEN_BUILD: &str =
    "an open build requirement: each build takes the newest release that it allows";

/// Joins manifests: parents are renumbered, every dependency without a version is also listed as
/// not covered, or as left out where it is a build requirement.
pub(crate) fn merge(collected: Collected) -> DependencyGraph {
    let mut graph = DependencyGraph {
        not_covered: collected.not_covered,
        ..DependencyGraph::default()
    };
    let mut included = Vec::new();
    for manifest in collected.manifests {
        let offset = graph.dependencies.len();
        graph
            .read
            .push((manifest.path.clone(), manifest.format.clone()));
        let also_read = manifest.also_read.into_iter();
        included.extend(also_read.map(|also| (also, manifest.format.clone())));
        graph.excluded.extend(manifest.excluded);
        graph.not_covered.extend(manifest.not_covered);
        for mut dependency in manifest.dependencies {
            for edge in &mut dependency.parents {
                edge.parent += offset;
            }
            if dependency.undetermined.is_some() && dependency.scope == Scope::Build {
                graph.excluded.push(Excluded {
                    name: dependency.package.name.clone(),
                    marker: dependency.marker.clone().unwrap_or_default(),
                    source: dependency.source.clone(),
                    reason: OPEN_BUILD.to_owned(),
                });
            } else if let Some(reason) = &dependency.undetermined {
                graph.not_covered.push(NotCovered {
                    path: dependency.source.path.clone(),
                    line: Some(dependency.source.line),
                    package: Some(dependency.package.name.clone()),
                    reason: reason.clone(),
                });
            }
            graph.dependencies.push(dependency);
        }
    }
    let mut read: BTreeSet<String> = graph.read.iter().map(|(path, _)| path.clone()).collect();
    for (path, format) in included {
        if read.insert(path.clone()) {
            graph.read.push((path, format));
        }
    }
    let mut seen = BTreeSet::new();
    graph.not_covered.retain(|entry| seen.insert(entry.clone()));
    graph
}
