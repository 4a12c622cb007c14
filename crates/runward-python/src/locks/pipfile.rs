//! `Pipfile`.

use runward_model::{Ecosystem, Manifest, NotCovered, Origin, Scope, SourceRef};

use super::parse;
use crate::{
    Context,
    declared::{Declarations, Declared, Outcome, Place, Stated, linked, local_path, version_of},
    document::{Node, Table},
    link,
    requirement::{self, Pin},
    text::shorten,
};

/// Sections that hold no packages.
const OTHER_SECTIONS: [&str; 5] = ["source", "requires", "scripts", "pipenv", "build-system"];

/// Keys of a package that are conditions on the environment, as `key = "== 'value'"`.
const MARKER_KEYS: [&str; 11] = [
    "os_name",
    "sys_platform",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_version",
    "python_full_version",
    "implementation_name",
    "implementation_version",
];

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    declarations(path, cx)?.fill(manifest, cx);
    Ok(())
}

/// Everything that a `Pipfile` declares.
pub(crate) fn declarations(path: &str, cx: &Context<'_>) -> Result<Declarations, NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let document = parse(path, &text, cx)?;
    let mut out = Declarations::default();
    for section in document.root.entries() {
        let Some(table) = section.node.table() else {
            continue;
        };
        if OTHER_SECTIONS.contains(&section.key.as_ref()) {
            continue;
        }
        let (scope, groups) = category(&section.key);
        for entry in table.entries() {
            let place = Place {
                path,
                line: document.lines.line(entry.key_at),
                scope,
                groups: &groups,
            };
            match declare(&document.root, &entry.key, &entry.node, &place, cx) {
                Ok(Outcome::Dependency(declared)) => out.items.push(*declared),
                Ok(Outcome::FirstParty) => {}
                Err(reason) => out.miss(path, place.line, reason),
            }
        }
    }
    Ok(out)
}

/// What a section of a Pipfile, or of its lock, is for.
pub(crate) fn category(section: &str) -> (Scope, Vec<String>) {
    match section {
        "packages" | "default" => (Scope::Runtime, Vec::new()),
        "dev-packages" | "develop" => (Scope::Development, vec!["dev".to_owned()]),
        other => (Scope::Optional, vec![other.to_owned()]),
    }
}

fn declare(
    root: &Table<'_>,
    name: &str,
    node: &Node<'_>,
    place: &Place<'_>,
    cx: &Context<'_>,
) -> Result<Outcome, String> {
    if !requirement::is_name(name) {
        return Err(format!("`{}` is not a package name", shorten(name)));
    }
    let mut declared = Declared::new(name, SourceRef::new(place.path, place.line));
    declared.scope = place.scope;
    declared.groups = place.groups.to_vec();
    if let Some(specifier) = node.text() {
        specify(&mut declared, specifier)?;
        return Ok(Outcome::Dependency(Box::new(declared)));
    }
    let table = node
        .table()
        .ok_or_else(|| format!("`{name}` is neither a version specifier nor a table"))?;
    declared.extras = table
        .texts("extras")
        .map(|extra| Ecosystem::PyPI.normalize_name(extra))
        .collect();
    declared.marker = marker(table);
    if let Some(url) = table.text("git") {
        let origin = Origin::Git {
            url: link::redact(url),
            rev: table.text("ref").map(str::to_owned),
        };
        declared.stated = version_of(name, url, &origin);
        declared.origin = origin;
        return Ok(Outcome::Dependency(Box::new(declared)));
    }
    if let Some(path) = table.text("path") {
        return local_path(Some(declared), path, place, cx);
    }
    if let Some(url) = table.text("file").or_else(|| table.text("url")) {
        return linked(declared, url, place, cx);
    }
    if let Some(index) = table.text("index") {
        let url = root
            .list("source")
            .iter()
            .take(100)
            .filter_map(Node::table)
            .find(|source| source.text("name") == Some(index))
            .and_then(|source| source.text("url"))
            .unwrap_or(index);
        let pypi = url.trim_end_matches('/') == "https://pypi.org/simple";
        declared.origin = Origin::Registry {
            index: (!pypi).then(|| link::redact(url)),
        };
    }
    if let Some(version) = table.get("version").and_then(Node::scalar) {
        specify(&mut declared, version)?;
    }
    Ok(Outcome::Dependency(Box::new(declared)))
}

fn specify(declared: &mut Declared, specifier: &str) -> Result<(), String> {
    let specifier = specifier.trim();
    if matches!(specifier, "*" | "") {
        declared.requirement = Some("*".to_owned());
        return Ok(());
    }
    // The space keeps `1.0`, which lacks its operator, from becoming a part of the name.
    let text = format!("{} {specifier}", declared.name);
    let parsed = requirement::parse(&text).map_err(|error| {
        format!(
            "`{} = \"{}\"` is not a requirement: {error}",
            declared.name,
            shorten(specifier)
        )
    })?;
    declared.requirement = Some(specifier.to_owned());
    declared.stated = match requirement::pin(parsed.specifier) {
        Pin::Exact(version) => Stated::Exact(version.to_owned()),
        Pin::Open => Stated::Open,
        Pin::Contradiction => Stated::Unclear(format!("no version satisfies `{}`", shorten(&text))),
    };
    Ok(())
}

fn marker(table: &Table<'_>) -> Option<String> {
    let conditions = MARKER_KEYS
        .iter()
        .filter_map(|key| Some(format!("{key} {}", table.text(key)?)));
    let terms: Vec<String> = table
        .text("markers")
        .map(|markers| format!("({markers})"))
        .into_iter()
        .chain(conditions)
        .collect();
    match terms.as_slice() {
        [] => None,
        // One marker stays as it is written.
        [_] if table.text("markers").is_some() => table.text("markers").map(str::to_owned),
        several => Some(several.join(" and ")),
    }
}
