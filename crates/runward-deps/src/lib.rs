//! A project's dependency graph, assembled from every manifest, lockfile and SBOM in it.

mod discover;
mod merge;
mod query;
pub mod resolve;
mod supersede;
mod unread;

use std::collections::BTreeSet;

use discover::Reading;
use rayon::prelude::*;
use runward_model::{DependencyGraph, Excluded, Manifest, NotCovered, SourceRef, Target};
use runward_tree::Tree;

pub use discover::{Found, Reader, default_skip};
pub use query::path_from_root;

/// What to read and how.
pub struct Options<'a> {
    /// The environment that markers are evaluated for.
    pub target: Target,
    /// Directories and files to leave alone, by path relative to the root.
    pub skip: &'a (dyn Fn(&str) -> bool + Sync),
    /// Values of environment variables that requirement files refer to.
    pub env: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Installed environments, each as a label and the tree that holds it.
    pub environments: &'a [(String, &'a dyn Tree)],
    /// Bills of materials named by the user, each as a label and its bytes.
    pub sboms: &'a [(String, Vec<u8>)],
    /// Limits on Python files.
    pub python_limits: runward_python::Limits,
    /// Limits on the lockfiles of other ecosystems.
    pub lockfile_limits: runward_lockfiles::Limits,
    /// Limits on bills of materials.
    pub sbom_limits: runward_sbom::Limits,
}

/// What was read: each manifest on its own, before they are merged.
#[derive(Debug, Default)]
pub struct Collected {
    /// Every manifest that counts, in path order.
    pub manifests: Vec<Manifest>,
    /// What discovery itself could not look at.
    pub not_covered: Vec<NotCovered>,
}

/// Reads everything that states dependencies in a tree. The files that were met are returned too,
/// for whoever looks further.
pub fn collect(tree: &dyn Tree, options: &Options<'_>) -> (Collected, Vec<String>) {
    let walk = tree.walk("", options.skip);
    let files: Vec<String> = walk
        .files
        .into_iter()
        .filter(|file| !(options.skip)(file))
        .collect();
    let mut not_covered = walk.not_covered;
    not_covered.extend(unread::lost_links(&walk.lost_links));
    not_covered.extend(unread::unread(&files));
    (collect_files(tree, &files, not_covered, options), files)
}

/// Reads one file that the user named, whatever it is called.
pub fn collect_file(tree: &dyn Tree, file: &str, options: &Options<'_>) -> Collected {
    let read = vec![discover::read_named(tree, file, options)];
    assemble(read, Vec::new(), options)
}

fn collect_files(
    tree: &dyn Tree,
    files: &[String],
    not_covered: Vec<NotCovered>,
    options: &Options<'_>,
) -> Collected {
    let read: Vec<_> = files
        .par_iter()
        .map(|file| discover::read(tree, file, options))
        .collect();
    assemble(read, not_covered, options)
}

fn assemble(
    read: Vec<Result<Option<Reading>, NotCovered>>,
    mut not_covered: Vec<NotCovered>,
    options: &Options<'_>,
) -> Collected {
    let mut readings = Vec::new();
    for outcome in read {
        match outcome {
            Ok(Some(reading)) => readings.push(reading),
            Ok(None) => {}
            Err(problem) => not_covered.push(problem),
        }
    }
    let mut manifests = without_own_bills(readings);
    for (label, environment) in options.environments {
        manifests.push(discover::environment(label, *environment, options));
    }
    for (label, bytes) in options.sboms {
        match discover::sbom(label, bytes, options) {
            Ok(manifest) => manifests.push(manifest),
            Err(problem) => not_covered.push(problem),
        }
    }
    Collected {
        manifests: supersede::settle(manifests),
        not_covered,
    }
}

/// A bill that Runward wrote repeats the files beside it. Where those state dependencies, it is
/// left out, and listed as such; where nothing else does, it counts.
fn without_own_bills(readings: Vec<Reading>) -> Vec<Manifest> {
    let others = readings
        .iter()
        .any(|reading| !reading.own_bill && !reading.manifest.dependencies.is_empty());
    let settle = |reading: Reading| {
        let read = reading.manifest;
        if !reading.own_bill || !others {
            return read;
        }
        let mut left_out = Manifest::new(read.path.clone(), read.format, read.ecosystem, read.role);
        left_out.excluded.push(Excluded {
            name: read.path.clone(),
            marker: String::new(),
            source: SourceRef::new(read.path, 1),
            reason: "an SBOM that Runward wrote; name it with `--sbom` to read it".to_owned(),
        });
        left_out
    };
    readings.into_iter().map(settle).collect()
}

/// Joins what was read into one graph.
pub fn graph(collected: Collected) -> DependencyGraph {
    merge::merge(collected)
}

/// The distinct ecosystems of a graph's dependencies.
pub fn ecosystems(graph: &DependencyGraph) -> BTreeSet<runward_model::Ecosystem> {
    graph
        .dependencies
        .iter()
        .map(|dependency| dependency.package.ecosystem.clone())
        .collect()
}
