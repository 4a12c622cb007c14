//! Version catalogs: `gradle/libs.versions.toml`.
//!
//! Plugins are left out: a plugin's id names a marker, not the package that holds its code. That
//! package stands in `buildscript-gradle.lockfile`.

use std::collections::HashMap;

use crate::{
    document::Node,
    draft::{Draft, relock},
};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(root) = draft.toml(&path, text) else {
        return;
    };
    let versions: HashMap<&str, &Node<'_>> = draft
        .table(&root, "versions")
        .iter()
        .map(|entry| (entry.key.as_ref(), &entry.node))
        .collect();
    for entry in draft.table(&root, "libraries") {
        let Some((module, version)) = library(&entry.node, &versions) else {
            draft.note(
                entry.line,
                format!("`{}` names no `group:name`; correct the file", entry.key),
            );
            continue;
        };
        let pinned = version.as_deref().and_then(pinned);
        let mut dependency = draft.dependency(&module, pinned, entry.line);
        dependency.undetermined = Some(match &version {
            Some(version) => {
                format!(
                    "`{version}` allows several versions; {}",
                    relock(draft.format)
                )
            }
            None => format!(
                "its version is set elsewhere (a platform or BOM); {}",
                relock(draft.format)
            ),
        });
        dependency.requirement = version;
        dependency.direct = true;
        draft.add(dependency);
    }
    draft.note_transitive(
        &["gradle.lockfile", "../gradle.lockfile"],
        relock(draft.format),
    );
}

/// `"group:name:version"`, `{module = "group:name", version…}` or `{group, name, version…}`.
fn library(
    node: &Node<'_>,
    versions: &HashMap<&str, &Node<'_>>,
) -> Option<(String, Option<String>)> {
    if let Some(text) = node.text() {
        let mut parts = text.splitn(3, ':');
        let module = format!("{}:{}", parts.next()?, parts.next()?);
        return Some((module, parts.next().map(str::to_owned)));
    }
    let module = match node.get_text("module") {
        Some(module) => module.to_owned(),
        None => format!("{}:{}", node.get_text("group")?, node.get_text("name")?),
    };
    let stated = node.get("version");
    let version = match stated.and_then(|version| version.get_text("ref")) {
        Some(reference) => versions.get(reference).copied(),
        None => stated,
    };
    let version = version.and_then(|version| {
        let rich = ["strictly", "prefer", "require"]
            .iter()
            .find_map(|key| version.get_text(key));
        version.text().or(rich).map(str::to_owned)
    });
    module.contains(':').then_some((module, version))
}

/// A version that Gradle takes as it is, unless another dependency asks for a later one.
pub(crate) fn pinned(version: &str) -> Option<&str> {
    let version = version.trim();
    let version = version.strip_suffix("!!").unwrap_or(version);
    let open = version.is_empty()
        || version.ends_with('+')
        || version.starts_with("latest.")
        || version.contains(['[', ']', '(', ')', ',', ' ', '$']);
    (!open).then_some(version)
}
