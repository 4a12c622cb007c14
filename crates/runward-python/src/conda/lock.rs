//! `conda-lock.yml`, format 1: conda and pip packages of one or several platforms.

use std::{borrow::Cow, collections::BTreeMap};

use runward_model::{
    Dependency, Ecosystem, Excluded, Manifest, NotCovered, Origin, Package, Scope, SourceRef,
};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{line_of, subdirectory};
use crate::{
    Context,
    graph::{Edge, Graph, LockPackage, Want, normalized},
    link,
};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    package: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: Spanned<String>,
    version: Option<String>,
    #[serde(default)]
    manager: String,
    #[serde(default)]
    platform: String,
    #[serde(default)]
    dependencies: BTreeMap<String, Option<String>>,
    url: Option<String>,
    #[serde(default)]
    hash: BTreeMap<String, Option<String>>,
    category: Option<String>,
    #[serde(default)]
    categories: Vec<String>,
}

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let file: File = super::parse(path, &text, cx)?;
    let wanted = subdirectory(cx.target);
    let applies = |package: &LockedPackage| {
        package.platform == wanted || package.platform == "noarch" || package.platform.is_empty()
    };
    if !file.package.is_empty() && !file.package.iter().any(applies) {
        manifest.not_covered.push(NotCovered::file(
            path,
            format!("locks nothing for `{wanted}`; state another target, or lock that platform"),
        ));
    }
    let mut graph = Graph::default();
    for package in &file.package {
        let line = line_of(&package.name);
        if !applies(package) {
            manifest.excluded.push(Excluded {
                name: ecosystem(package).normalize_name(&package.name.value),
                marker: format!("platform == \"{}\"", package.platform),
                source: SourceRef::new(path, line),
                reason: format!(
                    "locked for `{}`, and the target is `{wanted}`",
                    package.platform
                ),
            });
            continue;
        }
        graph.packages.push(LockPackage {
            dependency: dependency(package, path, line),
            edges: edges(package),
            stated: Some(stated(package)),
        });
    }
    graph.fill(manifest, cx);
    Ok(())
}

fn ecosystem(package: &LockedPackage) -> Ecosystem {
    if package.manager == "pip" {
        Ecosystem::PyPI
    } else {
        Ecosystem::Conda
    }
}

fn dependency(package: &LockedPackage, path: &str, line: u32) -> Dependency {
    let name = &package.name.value;
    let locked = Package::new(ecosystem(package), name, package.version.as_deref());
    let mut dependency = Dependency::new(locked, SourceRef::new(path, line));
    if package.version.is_none() {
        dependency.undetermined = Some(format!(
            "the lock states no version of `{name}`; lock it anew"
        ));
    }
    dependency.hashes = package
        .hash
        .iter()
        .filter_map(|(algorithm, digest)| Some(format!("{algorithm}:{}", digest.as_deref()?)))
        .collect();
    if let Some(url) = &package.url
        && link::is_version_control(url)
    {
        dependency.origin = link::read(url).origin;
    } else if package.manager != "pip"
        && let Some(url) = &package.url
    {
        // The channel: the URL up to the platform's directory.
        let channel = url.rsplitn(3, '/').nth(2).unwrap_or(url);
        dependency.origin = Origin::Registry {
            index: Some(link::redact(channel)),
        };
    }
    dependency
}

fn edges(package: &LockedPackage) -> Vec<Edge<'_>> {
    let pip = package.manager == "pip";
    package
        .dependencies
        .iter()
        .map(|(name, requirement)| Edge {
            // A conda name keeps its underscores and dots.
            name: if pip {
                normalized(name)
            } else {
                Cow::Owned(Ecosystem::Conda.normalize_name(name))
            },
            want: Want::Any,
            extras: Vec::new(),
            marker: None,
            when_extra: None,
            requirement: requirement
                .as_deref()
                .filter(|requirement| !requirement.is_empty())
                .map(Cow::Borrowed),
        })
        .collect()
}

fn stated(package: &LockedPackage) -> (Scope, Vec<String>) {
    let mut categories: Vec<&str> = package.categories.iter().map(String::as_str).collect();
    categories.extend(package.category.as_deref());
    if categories.is_empty() || categories.contains(&"main") {
        return (Scope::Runtime, Vec::new());
    }
    let groups = categories
        .iter()
        .map(|category| (*category).to_owned())
        .collect();
    if categories.contains(&"dev") {
        (Scope::Development, groups)
    } else {
        (Scope::Optional, groups)
    }
}
