//! Every format through the public interface, with fixtures as the tools write them.
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "helpers of tests: a panic is a failed test, and fixtures are long"
)]

mod cargo;
mod dart_elixir_ruby;
mod go;
mod hostile;
mod jvm;
mod npm;
mod nuget;
mod php;
mod pnpm_bun;
mod yarn;

use runward_lockfiles::{Context, Limits, read, recognize};
use runward_model::{Dependency, Manifest, Origin};
use runward_tree::MemoryTree;

/// Reads the first of some files.
fn manifest(files: &[(&str, &str)]) -> Manifest {
    let tree = MemoryTree::new(files.iter().copied());
    let path = files[0].0;
    let limits = Limits::default();
    let cx = Context {
        tree: &tree,
        limits: &limits,
    };
    read(recognize(path).unwrap(), path, &cx)
}

/// One line for each dependency: package, scope, directness, line, and what is out of the
/// ordinary; then `< parent requirement` for each dependant.
fn show(manifest: &Manifest) -> String {
    let mut shown: Vec<String> = manifest
        .dependencies
        .iter()
        .map(|dependency| line(manifest, dependency))
        .collect();
    shown.extend(manifest.not_covered.iter().map(|note| {
        let line = note
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        format!("! {}{line} {}", note.path, note.reason)
    }));
    shown.join("\n")
}

fn line(manifest: &Manifest, dependency: &Dependency) -> String {
    let package = &dependency.package;
    let mut shown = format!(
        "{}@{} {} {} :{}",
        package.name,
        package.version.as_deref().unwrap_or("?"),
        dependency.scope,
        if dependency.direct {
            "direct"
        } else {
            "transitive"
        },
        dependency.source.line
    );
    if dependency.source.path != manifest.path {
        shown += &format!(" in {}", dependency.source.path);
    }
    if let Some(requirement) = &dependency.requirement {
        shown += &format!(" ({requirement})");
    }
    if !dependency.groups.is_empty() {
        shown += &format!(" [{}]", dependency.groups.join(" "));
    }
    match &dependency.origin {
        Origin::Registry { index: None } => {}
        Origin::Registry { index: Some(index) } => shown += &format!(" index {index}"),
        Origin::Git { url, rev } => {
            shown += &format!(" git {url} {}", rev.as_deref().unwrap_or("-"));
        }
        Origin::Url { url } => shown += &format!(" url {url}"),
        Origin::Path { path } => shown += &format!(" path {path}"),
    }
    assert_eq!(
        dependency.undetermined.is_some(),
        package.version.is_none(),
        "a version or a reason: {dependency:?}"
    );
    let mut parents: Vec<String> = dependency
        .parents
        .iter()
        .map(|edge| {
            let name = &manifest.dependencies[edge.parent].package.name;
            format!(" < {name} {}", edge.requirement.as_deref().unwrap_or("-"))
        })
        .collect();
    parents.sort();
    shown + &parents.concat()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) -> Manifest {
    let manifest = manifest(files);
    let shown = show(&manifest);
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(shown, expected.join("\n"), "\n--- found:\n{shown}\n");
    manifest
}

/// The reason why a package has no version.
#[track_caller]
fn reason<'m>(manifest: &'m Manifest, name: &str) -> &'m str {
    let found = manifest
        .dependencies
        .iter()
        .find(|dependency| dependency.package.name == name)
        .unwrap();
    found.undetermined.as_deref().unwrap()
}
