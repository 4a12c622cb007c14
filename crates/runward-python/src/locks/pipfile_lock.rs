//! `Pipfile.lock`: a flat list without edges.

use std::{collections::HashMap, fmt};

use runward_model::{Dependency, Ecosystem, Excluded, Manifest, NotCovered, Origin, Scope};
use serde::{
    Deserialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{locked, pipfile, sibling};
use crate::{
    Context,
    document::LineIndex,
    link,
    marker::{Environment, Selection, Truth},
    text::shorten,
};

/// A JSON object in the order of the text, its values not looked at yet. A raw value is a part of
/// the text, so its place is known.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry::<String, &'de RawValue>()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[derive(Deserialize)]
struct Entry {
    version: Option<String>,
    #[serde(default)]
    hashes: Vec<String>,
    markers: Option<String>,
    index: Option<String>,
    git: Option<String>,
    #[serde(rename = "ref")]
    revision: Option<String>,
    path: Option<String>,
    file: Option<String>,
}

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let lines = LineIndex::new(&text);
    let invalid = |base: u32, error: &serde_json::Error| {
        let line = base.saturating_add(u32::try_from(error.line()).unwrap_or(u32::MAX).max(1) - 1);
        NotCovered::at(
            path,
            line,
            format!("not valid: {}", shorten(&error.to_string())),
        )
    };
    let root: Object<'_> = serde_json::from_str(&text).map_err(|error| invalid(1, &error))?;
    let sources = sources(&root);
    let environment = Environment::new(cx.target, cx.limits);
    let named = named_in_pipfile(path, cx);
    // A package that the runtime needs is listed in every category; it counts once for each.
    for (section, raw) in root.0 {
        if section == "_meta" {
            continue;
        }
        let line_of = |raw: &RawValue| {
            let start = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            lines.line(start)
        };
        let packages: Object<'_> =
            serde_json::from_str(raw.get()).map_err(|error| invalid(line_of(raw), &error))?;
        let (scope, groups) = pipfile::category(&section);
        for (name, raw) in packages.0 {
            let line = line_of(raw);
            let entry: Entry = match serde_json::from_str(raw.get()) {
                Ok(entry) => entry,
                Err(error) => {
                    let reason = format!("`{}` is not valid: {error}", shorten(&name));
                    manifest
                        .not_covered
                        .push(NotCovered::at(path, line, reason));
                    continue;
                }
            };
            let mut dependency = package(&name, &entry, path, line, &sources);
            if is_project_itself(&entry) {
                continue;
            }
            dependency.scope = scope;
            dependency.groups.clone_from(&groups);
            if let Some(named) = &named {
                let key = (scope, dependency.package.name.clone());
                let asked = named.get(&key);
                dependency.direct = asked.is_some();
                dependency.requirement = asked.cloned().flatten();
            }
            let marker = dependency.marker.as_deref();
            match marker.map(|marker| environment.evaluate(marker, Selection::UNKNOWN)) {
                Some(Ok(Truth::False)) => manifest.excluded.push(Excluded {
                    name: dependency.package.name,
                    marker: dependency.marker.unwrap_or_default(),
                    source: dependency.source,
                    reason: format!("the marker is false for {}", environment.describe()),
                }),
                Some(Err(error)) => {
                    let reason = format!("{error}; the package is taken as installed");
                    manifest
                        .not_covered
                        .push(NotCovered::at(path, line, reason));
                    manifest.dependencies.push(dependency);
                }
                _ => manifest.dependencies.push(dependency),
            }
        }
    }
    Ok(())
}

fn is_project_itself(entry: &Entry) -> bool {
    entry
        .path
        .as_deref()
        .is_some_and(|path| path.trim_matches(['.', '/']).is_empty())
}

fn package(
    name: &str,
    entry: &Entry,
    path: &str,
    line: u32,
    sources: &HashMap<String, String>,
) -> Dependency {
    let version = entry
        .version
        .as_deref()
        .map(|version| version.trim_start_matches('=').trim())
        .filter(|version| !version.is_empty() && *version != "*");
    let mut dependency = locked(name, version, path, line);
    dependency.marker.clone_from(&entry.markers);
    dependency.hashes.clone_from(&entry.hashes);
    if let Some(url) = &entry.git {
        dependency.origin = Origin::Git {
            url: link::redact(url),
            rev: entry.revision.clone(),
        };
    } else if let Some(path) = &entry.path {
        dependency.origin = Origin::Path { path: path.clone() };
    } else if let Some(url) = &entry.file {
        dependency.origin = Origin::Url {
            url: link::redact(url),
        };
        if version.is_none()
            && let Some(archive) = crate::archive::read(url, Some(name))
        {
            dependency.package.version = Some(archive.version);
            dependency.undetermined = None;
        }
    } else if let Some(index) = &entry.index {
        let url = sources.get(index).map_or(index.as_str(), String::as_str);
        let pypi = url == "pypi" || url.trim_end_matches('/') == "https://pypi.org/simple";
        dependency.origin = Origin::Registry {
            index: (!pypi).then(|| link::redact(url)),
        };
    }
    dependency
}

/// The URLs of the indexes that `_meta` names.
fn sources(root: &Object<'_>) -> HashMap<String, String> {
    #[derive(Deserialize)]
    struct Meta {
        #[serde(default)]
        sources: Vec<Source>,
    }
    #[derive(Deserialize)]
    struct Source {
        name: String,
        url: String,
    }
    let meta = root.0.iter().find(|(key, _)| key == "_meta");
    meta.and_then(|(_, raw)| serde_json::from_str::<Meta>(raw.get()).ok())
        .into_iter()
        .flat_map(|meta| meta.sources)
        .map(|source| (source.name, source.url))
        .collect()
}

/// What the `Pipfile` beside the lock names, with its requirements; `None` where there is none.
fn named_in_pipfile(
    lock: &str,
    cx: &Context<'_>,
) -> Option<HashMap<(Scope, String), Option<String>>> {
    let path = sibling(lock, "Pipfile", cx)?;
    let declarations = pipfile::declarations(&path, cx).ok()?;
    Some(
        declarations
            .items
            .into_iter()
            .map(|declared| {
                let name = Ecosystem::PyPI.normalize_name(&declared.name);
                ((declared.scope, name), declared.requirement)
            })
            .collect(),
    )
}
