//! Lockfiles.

pub(crate) mod pdm;
pub(crate) mod pipfile;
pub(crate) mod pipfile_lock;
pub(crate) mod poetry;
pub(crate) mod pylock;
pub(crate) mod uv;

use runward_model::{Dependency, Ecosystem, NotCovered, Package, SourceRef};
use runward_tree::{EntryKind, path as tree_path};

use crate::{
    Context,
    document::{self, Document, Node, Table},
    graph::{Root, roots_of},
    pyproject,
    text::shorten,
};

/// Parses a TOML lockfile.
fn parse<'t>(path: &str, text: &'t str, cx: &Context<'_>) -> Result<Document<'t>, NotCovered> {
    document::parse(text, cx.limits).map_err(|error| {
        NotCovered::at(
            path,
            error.line,
            format!("not valid TOML: {}", shorten(&error.message)),
        )
    })
}

/// The path of a file beside a lock, where there is one.
fn sibling(lock: &str, name: &str, cx: &Context<'_>) -> Option<String> {
    let path = tree_path::join(tree_path::parent(lock), name).ok()?;
    (cx.tree.kind(&path) == Some(EntryKind::File)).then_some(path)
}

/// What the `pyproject.toml` beside a lock asks for. That file's own problems are reported where
/// it is read for itself.
fn project_roots(lock: &str, cx: &Context<'_>) -> Vec<Root<'static>> {
    let declarations = sibling(lock, "pyproject.toml", cx)
        .and_then(|path| pyproject::declarations(&path, cx).ok())
        .unwrap_or_default();
    roots_of(declarations, true)
}

/// A locked PyPI package; without a version it says why.
fn locked(name: &str, version: Option<&str>, path: &str, line: u32) -> Dependency {
    let package = Package::new(Ecosystem::PyPI, name, version);
    let mut dependency = Dependency::new(package, SourceRef::new(path, line));
    if version.is_none() {
        dependency.undetermined = Some(format!(
            "the lock states no version of `{name}`; scan the environment it is installed in \
             with --env"
        ));
    }
    dependency
}

/// The tables of a list; an item that is none is reported.
fn tables<'t, 'a>(
    document: &'t Document<'a>,
    key: &str,
    path: &str,
    not_covered: &mut Vec<NotCovered>,
) -> Vec<(&'t Table<'a>, u32)> {
    let mut tables = Vec::new();
    for item in document.root.list(key) {
        let line = || document.lines.line(item.at);
        match item.table() {
            Some(table) if table.get("name").and_then(Node::text).is_some() => {
                // The line of the name, which is what a reader looks for.
                let line = table
                    .get("name")
                    .map_or_else(line, |name| document.lines.line(name.at));
                tables.push((table, line));
            }
            _ => not_covered.push(NotCovered::at(path, line(), "a package without a name")),
        }
    }
    tables
}

#[cfg(test)]
mod tests;
