//! What a project depends on: a list and a tree.

use std::{
    collections::{HashMap, HashSet},
    io::Write,
};

use runward_model::{Dependency, DependencyGraph};

use super::{Page, table};
use crate::{
    Options, ReportError,
    clean::shown,
    paint::{BOLD, DIM, Flow, PLAIN, WARN},
    view::place_of,
    words::count,
};

/// Levels that a tree shows; what stands deeper follows at the end. Real graphs end far above it.
const MAX_DEPTH: usize = 100;

/// Every dependency with its version, scope and place.
pub fn deps_text(
    graph: &DependencyGraph,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut page = Page::new(options, out);
    let rows: Vec<_> = graph
        .dependencies
        .iter()
        .map(|dependency| {
            let version = match &dependency.package.version {
                Some(version) => (PLAIN, shown(version)),
                None => (WARN, "not judged".to_owned()),
            };
            [
                (BOLD, shown(&dependency.package.name)),
                version,
                (DIM, shown(dependency.package.ecosystem.osv_name())),
                (PLAIN, dependency.scope.as_str().to_owned()),
                (PLAIN, directness(dependency).to_owned()),
                (
                    DIM,
                    format!(
                        "{}:{}",
                        shown(&dependency.source.path),
                        dependency.source.line
                    ),
                ),
            ]
        })
        .collect();
    if rows.is_empty() {
        page.flow(0, &Flow::new().add(PLAIN, "no dependencies"))?;
    } else {
        table::write(
            &mut page,
            &[
                "package",
                "version",
                "ecosystem",
                "scope",
                "needed",
                "stands in",
            ],
            &rows,
        )?;
    }
    closing(&mut page, graph)
}

/// The dependencies of each file as a tree, from what the project names itself. A package whose
/// own dependencies stand above already ends in `(*)`.
pub fn deps_tree(
    graph: &DependencyGraph,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut page = Page::new(options, out);
    let children = children(graph);
    let mut expanded: HashSet<usize> = HashSet::new();
    let mut file: Option<&str> = None;
    for (index, dependency) in roots(graph) {
        if file != Some(dependency.source.path.as_str()) {
            if file.is_some() {
                page.blank()?;
            }
            file = Some(&dependency.source.path);
            page.flow(0, &Flow::new().add(BOLD, &shown(&dependency.source.path)))?;
        }
        subtree(&mut page, graph, &children, index, &mut expanded)?;
    }
    unreached(&mut page, graph, &children, &mut expanded)?;
    closing(&mut page, graph)
}

/// What the project names itself, file by file in the order of the graph. A package without
/// dependants that nobody names is a root too, or it would be lost.
fn roots(graph: &DependencyGraph) -> Vec<(usize, &Dependency)> {
    let mut files: HashMap<&str, usize> = HashMap::new();
    let mut roots: Vec<(usize, &Dependency)> = Vec::new();
    for (index, dependency) in graph.dependencies.iter().enumerate() {
        if dependency.direct || dependency.parents.is_empty() {
            let next = files.len();
            files.entry(&dependency.source.path).or_insert(next);
            roots.push((index, dependency));
        }
    }
    roots.sort_by_key(|(_, dependency)| files.get(dependency.source.path.as_str()).copied());
    roots
}

fn children(graph: &DependencyGraph) -> Vec<Vec<usize>> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); graph.dependencies.len()];
    for (index, dependency) in graph.dependencies.iter().enumerate() {
        for edge in &dependency.parents {
            if let Some(list) = children.get_mut(edge.parent) {
                list.push(index);
            }
        }
    }
    for list in &mut children {
        list.sort_unstable();
        list.dedup();
    }
    children
}

/// A stack instead of recursion: the depth of a hostile graph must not be the depth of ours.
fn subtree(
    page: &mut Page<'_>,
    graph: &DependencyGraph,
    children: &[Vec<usize>],
    root: usize,
    expanded: &mut HashSet<usize>,
) -> std::io::Result<()> {
    // Node, prefix of its children's lines, connector, depth.
    let mut stack: Vec<(usize, String, &str, usize)> = vec![(root, String::new(), "", 0)];
    while let Some((index, prefix, connector, depth)) = stack.pop() {
        let Some(dependency) = graph.dependencies.get(index) else {
            continue;
        };
        let below = children.get(index).map_or(&[][..], Vec::as_slice);
        let first_time = expanded.insert(index);
        let note = match (first_time, depth >= MAX_DEPTH) {
            _ if below.is_empty() => "",
            (false, _) => " (*)",
            (true, true) => " (continued at the end)",
            (true, false) => "",
        };
        writeln!(
            page.out,
            "{prefix}{connector}{}{note}",
            label(page, dependency)
        )?;
        if below.is_empty() || !first_time || depth >= MAX_DEPTH {
            continue;
        }
        let indent = match connector {
            "" => prefix,
            "├── " => prefix + "│   ",
            _ => prefix + "    ",
        };
        let last = below.len() - 1;
        for (position, child) in below.iter().enumerate().rev() {
            let connector = if position == last {
                "└── "
            } else {
                "├── "
            };
            stack.push((*child, indent.clone(), connector, depth + 1));
        }
    }
    Ok(())
}

/// Packages that only a cycle reaches, and the rest of what stands below the deepest level shown.
fn unreached(
    page: &mut Page<'_>,
    graph: &DependencyGraph,
    children: &[Vec<usize>],
    expanded: &mut HashSet<usize>,
) -> std::io::Result<()> {
    let mut titled = false;
    for index in 0..graph.dependencies.len() {
        if expanded.contains(&index) {
            continue;
        }
        if !titled {
            page.blank()?;
            page.flow(
                0,
                &Flow::new().add(BOLD, "not reached from a direct dependency above"),
            )?;
            titled = true;
        }
        subtree(page, graph, children, index, expanded)?;
    }
    Ok(())
}

fn label(page: &Page<'_>, dependency: &Dependency) -> String {
    let name = shown(&dependency.package.name);
    let version = match &dependency.package.version {
        Some(version) => shown(version),
        None => page.paint.paint(WARN, "not judged"),
    };
    let scope = match dependency.scope {
        runward_model::Scope::Runtime => String::new(),
        scope => page.paint.paint(DIM, &format!(" ({scope})")),
    };
    format!("{name} {version}{scope}")
}

fn directness(dependency: &Dependency) -> &'static str {
    if dependency.direct {
        "direct"
    } else {
        "transitive"
    }
}

fn closing(page: &mut Page<'_>, graph: &DependencyGraph) -> Result<(), ReportError> {
    if !graph.not_covered.is_empty() {
        page.blank()?;
        let title = format!("Not judged ({})", graph.not_covered.len());
        page.flow(0, &Flow::new().add(WARN, &title))?;
        for entry in &graph.not_covered {
            let text = format!("{}: {}", place_of(entry), shown(&entry.reason));
            page.flow(2, &Flow::new().add(PLAIN, &text))?;
        }
    }
    if !graph.excluded.is_empty() {
        page.blank()?;
        let title = format!("Left out for the target ({})", graph.excluded.len());
        page.flow(0, &Flow::new().add(BOLD, &title))?;
        for excluded in &graph.excluded {
            let text = format!(
                "{} ({}:{}): {}",
                shown(&excluded.name),
                shown(&excluded.source.path),
                excluded.source.line,
                shown(&excluded.reason)
            );
            page.flow(2, &Flow::new().add(PLAIN, &text))?;
        }
    }
    page.blank()?;
    let direct = graph.dependencies.iter().filter(|d| d.direct).count();
    page.flow(
        0,
        &Flow::new().dotted([
            (PLAIN, count(graph.dependencies.len(), "dependency")),
            (PLAIN, format!("{direct} direct")),
            (PLAIN, format!("{} read", count(graph.read.len(), "file"))),
            (PLAIN, format!("{} not judged", graph.not_covered.len())),
        ]),
    )?;
    Ok(())
}
