//! The sections that standards define: `[project]` (PEP 621), `[build-system]` (PEP 518) and
//! `[dependency-groups]` (PEP 735).

use std::collections::{BTreeMap, BTreeSet};

use runward_model::{Ecosystem, Scope};

use super::File;
use crate::document::{Node, Table};

/// Reads `[project]`; what it leaves to the build backend is reported by the caller.
pub(super) fn project(file: &mut File<'_, '_>, project: &Table<'_>) {
    file.requirements(project.list("dependencies"), Scope::Runtime, &[]);
    for extra in project
        .table("optional-dependencies")
        .into_iter()
        .flat_map(Table::entries)
    {
        let groups = [extra.key.to_string()];
        file.requirements(
            extra.node.list().unwrap_or_default(),
            Scope::Optional,
            &groups,
        );
    }
}

pub(super) fn build_system(file: &mut File<'_, '_>, table: &Table<'_>) {
    file.requirements(table.list("requires"), Scope::Build, &[]);
}

/// Reads `[dependency-groups]`. A requirement is listed once, under its own group and all groups
/// that include that one.
pub(super) fn groups(file: &mut File<'_, '_>, table: &Table<'_>) {
    let normalize = |name: &str| Ecosystem::PyPI.normalize_name(name);
    let names: BTreeMap<String, String> = table
        .entries()
        .map(|entry| (normalize(&entry.key), entry.key.to_string()))
        .collect();
    // Who includes a group, by normalized name.
    let mut included_by: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut inclusions = 0;
    for entry in table.entries() {
        let here = normalize(&entry.key);
        for (node, group) in includes(&entry.node) {
            let group = normalize(group);
            let line = file.lines.line(node.at);
            inclusions += 1;
            if inclusions > file.cx.limits.max_groups {
                let reason = format!(
                    "more than {} inclusions of groups; the rest is passed over",
                    file.cx.limits.max_groups
                );
                file.out.miss(file.path, line, reason);
                break;
            }
            if !names.contains_key(&group) {
                let reason = format!("`include-group = \"{group}\"` names no group of this file");
                file.out.miss(file.path, line, reason);
            } else if group == here || leads_to(&included_by, &here, &group) {
                let reason = format!(
                    "the group `{here}` includes itself through `{group}`; remove this line to \
                     break the cycle"
                );
                file.out.miss(file.path, line, reason);
            } else {
                included_by.entry(group).or_default().insert(here.clone());
            }
        }
    }
    for entry in table.entries() {
        let Some(items) = entry.node.list() else {
            let line = file.lines.line(entry.key_at);
            let reason = format!("the group `{}` is not a list of requirements", entry.key);
            file.out.miss(file.path, line, reason);
            continue;
        };
        let here = normalize(&entry.key);
        let mut groups = vec![entry.key.to_string()];
        let includers = reachable(&included_by, &here);
        groups.extend(includers.iter().filter_map(|name| names.get(name)).cloned());
        for item in items {
            if item.text().is_some() {
                file.requirements(std::slice::from_ref(item), Scope::Development, &groups);
            } else if item
                .table()
                .and_then(|table| table.text("include-group"))
                .is_none()
            {
                let line = file.lines.line(item.at);
                let reason = "neither a requirement nor `{include-group = \"…\"}`";
                file.out.miss(file.path, line, reason);
            }
        }
    }
}

fn includes<'t>(group: &'t Node<'_>) -> impl Iterator<Item = (&'t Node<'t>, &'t str)> {
    group
        .list()
        .unwrap_or_default()
        .iter()
        .filter_map(|item| Some((item, item.table()?.text("include-group")?)))
}

/// All groups that include `start`, directly or not.
fn reachable(edges: &BTreeMap<String, BTreeSet<String>>, start: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut pending = vec![start];
    while let Some(group) = pending.pop() {
        for includer in edges.get(group).into_iter().flatten() {
            if found.insert(includer.clone()) {
                pending.push(includer);
            }
        }
    }
    found
}

fn leads_to(edges: &BTreeMap<String, BTreeSet<String>>, start: &str, goal: &str) -> bool {
    reachable(edges, start).contains(goal)
}
