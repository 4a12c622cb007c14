//! The sections of uv, PDM, Hatch, Flit and setuptools.

use std::collections::HashMap;

use runward_model::{Ecosystem, Origin, Scope, SourceRef};
use runward_tree::path as tree_path;

use super::File;
use crate::{
    declared::{Declared, Outcome, Place, Stated, linked, local_path, version_of},
    document::{Node, Table},
    link,
    marker::{Environment, Selection, Truth},
    requirement::{self, Pin},
    requirements,
};

/// `tool.pdm`: groups of development requirements, some of them editable (`-e file:///…`).
pub(super) fn pdm(file: &mut File<'_, '_>, pdm: &Table<'_>) {
    for group in pdm
        .table("dev-dependencies")
        .into_iter()
        .flat_map(Table::entries)
    {
        let groups = [group.key.to_string()];
        for item in group.node.list().unwrap_or_default() {
            let editable = item.text().and_then(|text| text.trim().strip_prefix("-e "));
            match editable {
                Some(text) => pdm_editable(file, text.trim(), file.lines.line(item.at), &groups),
                None => file.requirements(std::slice::from_ref(item), Scope::Development, &groups),
            }
        }
    }
}

fn pdm_editable(file: &mut File<'_, '_>, text: &str, line: u32, groups: &[String]) {
    let place = Place {
        path: file.path,
        line,
        scope: Scope::Development,
        groups,
    };
    let outcome = if let Some(name) = link::read(text).egg {
        let mut declared = Declared::new(&name, SourceRef::new(file.path, line));
        declared.scope = Scope::Development;
        declared.groups = groups.to_vec();
        linked(declared, text, &place, file.cx)
    } else {
        let path = link::file_path(text);
        local_path(None, path.as_deref().unwrap_or(text), &place, file.cx)
    };
    match outcome {
        Ok(Outcome::Dependency(declared)) => file.out.items.push(*declared),
        Ok(Outcome::FirstParty) => {}
        Err(reason) => file.out.miss(file.path, line, reason),
    }
}

/// `tool.hatch.envs`: what each environment adds.
pub(super) fn hatch(file: &mut File<'_, '_>, hatch: &Table<'_>) {
    for environment in hatch.table("envs").into_iter().flat_map(Table::entries) {
        let Some(table) = environment.node.table() else {
            continue;
        };
        let groups = [environment.key.to_string()];
        for key in ["dependencies", "extra-dependencies"] {
            file.requirements(table.list(key), Scope::Development, &groups);
        }
    }
}

/// `tool.flit.metadata`, from before Flit took up `[project]`.
pub(super) fn flit(file: &mut File<'_, '_>, metadata: &Table<'_>) {
    file.requirements(metadata.list("requires"), Scope::Runtime, &[]);
    let dev = ["dev".to_owned()];
    file.requirements(metadata.list("dev-requires"), Scope::Development, &dev);
    for extra in metadata
        .table("requires-extra")
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

/// `tool.uv`: development requirements, and pins that decide versions.
pub(super) fn uv(file: &mut File<'_, '_>, uv: &Table<'_>) {
    let dev = ["dev".to_owned()];
    file.requirements(uv.list("dev-dependencies"), Scope::Development, &dev);
    for key in ["constraint-dependencies", "override-dependencies"] {
        for text in uv.texts(key) {
            if let Ok(requirement) = requirement::parse(text)
                && let Pin::Exact(version) = requirement::pin(requirement.specifier)
            {
                file.out.constraints.push(crate::declared::Constraint {
                    name: requirement.name.to_owned(),
                    version: version.to_owned(),
                    marker: requirement.marker.map(str::to_owned),
                });
            }
        }
    }
}

/// `tool.uv.sources` says where packages come from; applied to what was declared before.
pub(super) fn uv_sources(file: &mut File<'_, '_>, uv: &Table<'_>) {
    let Some(sources) = uv.table("sources") else {
        return;
    };
    let environment = Environment::new(file.cx.target, file.cx.limits);
    let mut chosen: HashMap<String, &Table<'_>> = HashMap::new();
    for entry in sources.entries() {
        let candidates = match entry.node.list() {
            Some(list) => list,
            None => std::slice::from_ref(&entry.node),
        };
        let source = candidates.iter().filter_map(Node::table).find(|table| {
            table.text("marker").is_none_or(|marker| {
                environment.evaluate(marker, Selection::UNKNOWN) != Ok(Truth::False)
            })
        });
        if let Some(source) = source {
            chosen.insert(Ecosystem::PyPI.normalize_name(&entry.key), source);
        }
    }
    for declared in std::mem::take(&mut file.out.items) {
        let source = chosen.get(&Ecosystem::PyPI.normalize_name(&declared.name));
        let (Some(source), true) = (source, declared.scope != Scope::Build) else {
            file.out.items.push(declared);
            continue;
        };
        let line = declared.source.line;
        match sourced(file, uv, declared, source) {
            Ok(Outcome::Dependency(declared)) => file.out.items.push(*declared),
            Ok(Outcome::FirstParty) => {}
            Err(reason) => file.out.miss(file.path, line, reason),
        }
    }
}

fn sourced(
    file: &File<'_, '_>,
    uv: &Table<'_>,
    mut declared: Declared,
    source: &Table<'_>,
) -> Result<Outcome, String> {
    if source.flag("workspace") == Some(true) {
        return Ok(Outcome::FirstParty);
    }
    let place = Place {
        path: file.path,
        line: declared.source.line,
        scope: declared.scope,
        groups: &declared.groups.clone(),
    };
    if let Some(url) = source.text("git") {
        let rev = ["rev", "tag", "branch"]
            .iter()
            .find_map(|key| source.text(key));
        let origin = Origin::Git {
            url: link::redact(url),
            rev: rev.map(str::to_owned),
        };
        declared.stated = version_of(&declared.name, url, &origin);
        declared.origin = origin;
    } else if let Some(url) = source.text("url") {
        return linked(declared, url, &place, file.cx);
    } else if let Some(path) = source.text("path") {
        return local_path(Some(declared), path, &place, file.cx);
    } else if let Some(index) = source.text("index") {
        let url = uv
            .list("index")
            .iter()
            .take(super::MAX_INDEXES)
            .filter_map(Node::table)
            .find(|table| table.text("name") == Some(index))
            .and_then(|table| table.text("url"));
        declared.origin = Origin::Registry {
            index: Some(link::redact(url.unwrap_or(index))),
        };
    }
    Ok(Outcome::Dependency(Box::new(declared)))
}

/// The files that hold dynamic dependencies: setuptools' `file = …`, hatch-requirements-txt.
/// Returns whether there are any.
pub(super) fn dynamic_files(file: &mut File<'_, '_>, root: &Table<'_>) -> bool {
    let setuptools = root.descend(&["tool", "setuptools", "dynamic"]);
    let mut found = false;
    if let Some(table) = setuptools.and_then(|table| table.table("dependencies")) {
        found = true;
        include(file, table, "file", Scope::Runtime, &[]);
    }
    let extras = setuptools.and_then(|table| table.table("optional-dependencies"));
    for extra in extras.into_iter().flat_map(Table::entries) {
        if let Some(table) = extra.node.table() {
            let groups = [extra.key.to_string()];
            include(file, table, "file", Scope::Optional, &groups);
        }
    }
    let hook = root.descend(&["tool", "hatch", "metadata", "hooks", "requirements_txt"]);
    if let Some(hook) = hook {
        found = true;
        include(file, hook, "files", Scope::Runtime, &[]);
        for extra in hook
            .table("optional-dependencies")
            .into_iter()
            .flat_map(Table::entries)
        {
            let groups = [extra.key.to_string()];
            for path in extra
                .node
                .list()
                .unwrap_or_default()
                .iter()
                .filter_map(Node::text)
            {
                include_one(file, path, extra.key_at, Scope::Optional, &groups);
            }
        }
    }
    found
}

fn include(file: &mut File<'_, '_>, table: &Table<'_>, key: &str, scope: Scope, groups: &[String]) {
    let Some(node) = table.get(key) else { return };
    match node.text() {
        Some(path) => include_one(file, path, node.at, scope, groups),
        None => {
            for item in node.list().unwrap_or_default() {
                if let Some(path) = item.text() {
                    include_one(file, path, item.at, scope, groups);
                }
            }
        }
    }
}

fn include_one(file: &mut File<'_, '_>, written: &str, at: usize, scope: Scope, groups: &[String]) {
    match tree_path::join(tree_path::parent(file.path), written) {
        Ok(path) => {
            file.out.also_read.push(path.clone());
            let included = requirements::declarations(&path, scope, groups, file.cx);
            file.out.absorb(included);
        }
        Err(error) => {
            let line = file.lines.line(at);
            file.out.miss(
                file.path,
                line,
                format!("{error}; scan that file on its own"),
            );
        }
    }
}

/// Poetry's `[tool.poetry.dependencies]` may add a source to what `[project]` declares.
pub(super) fn merge_poetry_sources(file: &mut File<'_, '_>, standard: usize) {
    let additions = file.out.items.split_off(standard.min(file.out.items.len()));
    let key = |declared: &Declared| {
        (
            declared.scope,
            Ecosystem::PyPI.normalize_name(&declared.name),
        )
    };
    let by_name: HashMap<_, usize> = file
        .out
        .items
        .iter()
        .enumerate()
        .map(|(index, declared)| (key(declared), index))
        .collect();
    for addition in additions {
        let twin = by_name
            .get(&key(&addition))
            .and_then(|index| file.out.items.get_mut(*index));
        match twin {
            Some(declared) => {
                if addition.origin != Origin::default() {
                    if !matches!(addition.origin, Origin::Registry { .. }) {
                        declared.stated = addition.stated;
                    }
                    declared.origin = addition.origin;
                } else if matches!(declared.stated, Stated::Open) {
                    declared.stated = addition.stated;
                }
            }
            None => file.out.items.push(addition),
        }
    }
}
