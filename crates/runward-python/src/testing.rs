//! Helpers for tests: files in memory, results as short lines.

use std::fmt::Write as _;

use runward_model::{Manifest, Target};
use runward_tree::MemoryTree;

use crate::{Context, Format, Limits, read, recognize};

pub(crate) type Files<'f> = &'f [(&'f str, &'f str)];

pub(crate) fn linux() -> Target {
    Target {
        python_version: "3.12".to_owned(),
        platform: "linux".to_owned(),
        machine: "x86_64".to_owned(),
    }
}

/// Runs a reader on files in memory; `${TOKEN}` and `${VERSION}` are set.
pub(crate) fn with<T>(files: Files<'_>, run: impl Fn(&Context<'_>) -> T) -> T {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let (target, limits) = (linux(), Limits::default());
    run(&Context {
        tree: &tree,
        target: &target,
        limits: &limits,
        env: &|name| match name {
            "TOKEN" => Some("s3cret".to_owned()),
            "VERSION" => Some("1.5".to_owned()),
            _ => None,
        },
    })
}

/// Reads the first of some files by the format that its name says.
pub(crate) fn scan(files: Files<'_>) -> Manifest {
    let path = files[0].0;
    let format = recognize(path).unwrap_or(Format::Requirements);
    with(files, |cx| read(format, path, cx))
}

/// One line for each dependency: `name version scope[groups] * :line <- parents`, where `*` says
/// direct and the path is given where it is not the manifest's own.
pub(crate) fn lines(manifest: &Manifest) -> Vec<String> {
    manifest
        .dependencies
        .iter()
        .map(|d| {
            assert_eq!(
                d.package.version.is_none(),
                d.undetermined.is_some(),
                "{d:?}"
            );
            let mut line = format!(
                "{} {} {}",
                d.package.name,
                d.package.version.as_deref().unwrap_or("?"),
                d.scope
            );
            if !d.groups.is_empty() {
                write!(line, "[{}]", d.groups.join(",")).unwrap();
            }
            if d.direct {
                line.push_str(" *");
            }
            let path = if d.source.path == manifest.path {
                ""
            } else {
                &d.source.path
            };
            write!(line, " {path}:{}", d.source.line).unwrap();
            let parents: Vec<&str> = d
                .parents
                .iter()
                .map(|edge| manifest.dependencies[edge.parent].package.name.as_str())
                .collect();
            if !parents.is_empty() {
                write!(line, " <- {}", parents.join(",")).unwrap();
            }
            line
        })
        .collect()
}

/// `path:line reason` of what is not covered.
pub(crate) fn problems(manifest: &Manifest) -> Vec<String> {
    manifest
        .not_covered
        .iter()
        .map(|n| format!("{}:{} {}", n.path, n.line.unwrap_or(0), n.reason))
        .collect()
}

/// `name marker` of what is excluded.
pub(crate) fn excluded(manifest: &Manifest) -> Vec<String> {
    manifest
        .excluded
        .iter()
        .map(|e| format!("{} {}", e.name, e.marker))
        .collect()
}
