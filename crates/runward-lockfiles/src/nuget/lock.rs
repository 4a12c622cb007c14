//! `packages.lock.json`, versions 1 and 2: one graph for each target framework.

use std::collections::HashMap;

use runward_model::Scope;

use crate::{
    document::Entry,
    draft::{Draft, Id},
    json::Dialect,
};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(root) = draft.json(&path, text, Dialect::Strict) else {
        return;
    };
    if root.get("dependencies").is_none() {
        draft.note(
            1,
            "no `dependencies`; run `dotnet restore --force-evaluate`",
        );
    }
    let frameworks = draft.table(&root, "dependencies");
    let by_name: HashMap<&str, &Entry<'_>> = frameworks
        .iter()
        .map(|framework| (framework.key.as_ref(), framework))
        .collect();
    let mut bases: HashMap<&str, Entries<'_>> = HashMap::new();
    for framework in frameworks {
        // `net8.0/linux-x64` lists only what a runtime adds to `net8.0`.
        let base = framework
            .key
            .split_once('/')
            .and_then(|(base, _)| by_name.get(base));
        if let Some(base) = base {
            bases
                .entry(base.key.as_ref())
                .or_insert_with(|| by_lower_name(base));
        }
        let group = (frameworks.len() > 1).then_some(framework.key.as_ref());
        let base = base.and_then(|base| bases.get_key_value(base.key.as_ref()));
        read_framework(draft, framework, base, group);
    }
}

/// Packages by lower-case name.
type Entries<'n> = HashMap<String, &'n Entry<'n>>;

fn by_lower_name<'n>(framework: &'n Entry<'n>) -> Entries<'n> {
    let entries = framework.node.entries().iter();
    entries
        .map(|entry| (entry.key.to_ascii_lowercase(), entry))
        .collect()
}

fn read_framework(
    draft: &mut Draft<'_>,
    framework: &Entry<'_>,
    base: Option<(&&str, &Entries<'_>)>,
    group: Option<&str>,
) {
    if !framework.node.is_table() {
        draft.note(
            framework.line,
            format!("`{}` is not a table", framework.key),
        );
    }
    let mut names: HashMap<String, Option<Id>> = HashMap::new();
    let own = framework.node.entries();
    for entry in own {
        let id = locked(draft, entry, group);
        names.insert(entry.key.to_ascii_lowercase(), id);
    }
    for entry in own {
        let from = names
            .get(&entry.key.to_ascii_lowercase())
            .copied()
            .flatten();
        let is_project = entry.node.get_text("type") == Some("Project");
        if from.is_none() && !is_project {
            continue;
        }
        for asked in draft.table(&entry.node, "dependencies") {
            let name = asked.key.to_ascii_lowercase();
            let shared = base.and_then(|(key, entries)| Some((*key, entries.get(&name)?)));
            let to = if let Some(known) = names.get(&name) {
                *known
            } else if let Some((base, entry)) = shared {
                // The base framework's package: the same one, listed there.
                let id = locked(draft, entry, Some(base));
                names.insert(name, id);
                id
            } else {
                draft.note_missing(asked.line, &asked.key);
                continue;
            };
            if let Some(to) = to {
                draft.edge(from, to, asked.node.text(), Scope::Runtime);
            }
        }
    }
}

fn locked(draft: &mut Draft<'_>, entry: &Entry<'_>, group: Option<&str>) -> Option<Id> {
    let node = &entry.node;
    if node.get_text("type") == Some("Project") {
        return None;
    }
    let mut dependency = draft.dependency(&entry.key, node.get_text("resolved"), entry.line);
    dependency.undetermined =
        Some("no `resolved` version; run `dotnet restore --force-evaluate`".to_owned());
    dependency.requirement = node.get_text("requested").map(str::to_owned);
    dependency.direct = node.get_text("type") == Some("Direct");
    dependency.groups = group.map(str::to_owned).into_iter().collect();
    dependency.hashes = node
        .get_text("contentHash")
        .map(|hash| format!("sha512-{hash}"))
        .into_iter()
        .collect();
    draft.add(dependency)
}
