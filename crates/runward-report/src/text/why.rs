//! What brings a package in.

use std::{
    collections::{HashMap, VecDeque},
    io::Write,
};

use runward_model::{DependencyGraph, ParentEdge};

use super::Page;
use crate::{
    Options, ReportError,
    clean::shown,
    paint::{BOLD, DIM, Flow, PLAIN, WARN},
    words::count,
};

/// Chains that one occurrence lists without `--verbose`.
const MAX_CHAINS: usize = 10;

/// Every occurrence of a package and the shortest chain to it from each direct dependency.
/// Returns whether there is any; where there is none, near names are listed.
pub fn deps_why(
    graph: &DependencyGraph,
    name: &str,
    options: &Options,
    out: &mut dyn Write,
) -> Result<bool, ReportError> {
    let mut page = Page::new(options, out);
    let wanted = name.split_once("==").map_or(name, |(name, _)| name);
    let occurrences: Vec<usize> = graph
        .dependencies
        .iter()
        .enumerate()
        .filter(|(_, dependency)| {
            let package = &dependency.package;
            package.ecosystem.normalize_name(wanted) == package.name || package.purl() == name
        })
        .map(|(index, _)| index)
        .collect();
    if occurrences.is_empty() {
        missing(&mut page, graph, wanted)?;
        return Ok(false);
    }
    for (number, index) in occurrences.into_iter().enumerate() {
        if number > 0 {
            page.blank()?;
        }
        occurrence(&mut page, graph, index)?;
    }
    Ok(true)
}

/// What may explain a miss. The miss itself is the caller's to report.
fn missing(page: &mut Page<'_>, graph: &DependencyGraph, name: &str) -> std::io::Result<()> {
    let lower = name.to_ascii_lowercase();
    let mut near: Vec<String> = graph
        .dependencies
        .iter()
        .filter(|dependency| {
            let candidate = dependency.package.name.to_ascii_lowercase();
            !lower.is_empty() && (candidate.contains(&lower) || lower.contains(&candidate))
        })
        .map(|dependency| shown(&dependency.package.name))
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(MAX_CHAINS);
    if !near.is_empty() {
        let text = format!("did you mean {}?", near.join(", "));
        page.flow(0, &Flow::new().add(PLAIN, &text))?;
    }
    let excluded = graph
        .excluded
        .iter()
        .filter(|excluded| excluded.name.eq_ignore_ascii_case(name));
    for excluded in excluded {
        let text = format!(
            "{}:{} names it, but the target does not install it: {}",
            shown(&excluded.source.path),
            excluded.source.line,
            shown(&excluded.reason)
        );
        page.flow(0, &Flow::new().add(PLAIN, &text))?;
    }
    Ok(())
}

fn occurrence(page: &mut Page<'_>, graph: &DependencyGraph, index: usize) -> std::io::Result<()> {
    let Some(dependency) = graph.dependencies.get(index) else {
        return Ok(());
    };
    let version = dependency
        .package
        .version
        .as_deref()
        .map_or_else(|| "(not judged)".to_owned(), shown);
    let title = Flow::new()
        .add(
            BOLD,
            &format!("{} {version}", shown(&dependency.package.name)),
        )
        .dotted([
            (
                PLAIN,
                format!(
                    "{}:{}",
                    shown(&dependency.source.path),
                    dependency.source.line
                ),
            ),
            (PLAIN, dependency.scope.to_string()),
        ]);
    page.flow(0, &title)?;
    if let Some(reason) = &dependency.undetermined {
        page.flow(2, &Flow::new().add(WARN, &shown(reason)))?;
    }
    if dependency.direct {
        let asks = dependency
            .requirement
            .as_deref()
            .map_or_else(String::new, |r| format!(" as {}", shown(r)));
        page.flow(
            2,
            &Flow::new().add(PLAIN, &format!("the project names it itself{asks}")),
        )?;
    }
    let chains = chains(graph, index);
    if chains.is_empty() && !dependency.direct {
        page.flow(
            2,
            &Flow::new().add(WARN, "the file does not say what brings it in"),
        )?;
    }
    let listed = if page.verbose {
        chains.len()
    } else {
        MAX_CHAINS
    };
    for chain in chains.iter().take(listed) {
        page.headed("  - ", 4, &chain_words(graph, chain))?;
    }
    if chains.len() > listed {
        let text = format!(
            "and {} (--verbose lists all)",
            count(chains.len() - listed, "more chain")
        );
        page.flow(2, &Flow::new().add(DIM, &text))?;
    }
    Ok(())
}

/// The shortest chain from each direct dependency, as indices from it down to `target`; one
/// breadth-first walk upwards, so that the cost is the size of the graph and cycles do no harm.
fn chains(graph: &DependencyGraph, target: usize) -> Vec<Vec<usize>> {
    let mut next_down: HashMap<usize, usize> = HashMap::new();
    let mut queue = VecDeque::from([target]);
    let mut tops = Vec::new();
    while let Some(index) = queue.pop_front() {
        let Some(dependency) = graph.dependencies.get(index) else {
            continue;
        };
        if index != target && (dependency.direct || dependency.parents.is_empty()) {
            tops.push(index);
        }
        for ParentEdge { parent, .. } in &dependency.parents {
            if *parent != target && !next_down.contains_key(parent) {
                next_down.insert(*parent, index);
                queue.push_back(*parent);
            }
        }
    }
    tops.into_iter()
        .map(|top| {
            let down = std::iter::successors(Some(top), |index| next_down.get(index).copied());
            down.collect()
        })
        .collect()
}

fn chain_words(graph: &DependencyGraph, chain: &[usize]) -> Flow {
    let mut flow = Flow::new();
    let mut above: Option<usize> = None;
    for index in chain {
        let Some(dependency) = graph.dependencies.get(*index) else {
            continue;
        };
        let version = dependency.package.version.as_deref().unwrap_or_default();
        let word = format!("{} {}", shown(&dependency.package.name), shown(version));
        if let Some(above) = above {
            flow = flow.add(DIM, "→");
            flow = flow.add(PLAIN, &word);
            let edge = dependency.parents.iter().find(|edge| edge.parent == above);
            if let Some(requirement) = edge.and_then(|edge| edge.requirement.as_deref()) {
                flow = flow.add(DIM, &format!("({})", shown(requirement)));
            }
        } else {
            flow = flow.add(PLAIN, &word);
        }
        above = Some(*index);
    }
    flow
}
