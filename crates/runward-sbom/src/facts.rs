//! What Runward knows of a dependency and the bill formats have no field for.
//!
//! CycloneDX carries these as `properties`, SPDX as the lines of an annotation. Reading them back
//! gives a bill that Runward wrote the same meaning that it had.

use runward_model::{Dependency, Imported, Origin, Scope};

use crate::{
    document::exact_purl,
    graph::Node,
    hashes,
    redact::{is_uri, redact},
};

pub(crate) const DIRECT: &str = "runward:direct";
pub(crate) const ECOSYSTEM: &str = "runward:ecosystem";
pub(crate) const GROUP: &str = "runward:group";
pub(crate) const HASH: &str = "runward:hash";
pub(crate) const IMPORTED: &str = "runward:imported";
pub(crate) const MARKER: &str = "runward:marker";
pub(crate) const NOT_JUDGED: &str = "runward:not-judged";
pub(crate) const ORIGIN: &str = "runward:origin";
pub(crate) const REQUIREMENT: &str = "runward:requirement";
pub(crate) const SCOPE: &str = "runward:scope";
pub(crate) const SOURCE: &str = "runward:source";

/// The facts of a dependency, sorted by name.
pub(crate) fn of(dependency: &Dependency) -> Vec<(&'static str, String)> {
    let mut facts = vec![(DIRECT, dependency.direct.to_string())];
    if exact_purl(&dependency.package).is_none() {
        facts.push((
            ECOSYSTEM,
            dependency.package.ecosystem.osv_name().to_owned(),
        ));
    }
    facts.extend(dependency.groups.iter().map(|group| (GROUP, group.clone())));
    let (_, other) = hashes::divide(&dependency.hashes);
    facts.extend(other.into_iter().map(|hash| (HASH, hash.to_owned())));
    match dependency.imported {
        Imported::Yes => facts.push((IMPORTED, "yes".to_owned())),
        Imported::No => facts.push((IMPORTED, "no".to_owned())),
        Imported::Unknown => {}
    }
    if let Some(marker) = &dependency.marker {
        facts.push((MARKER, marker.clone()));
    }
    if let Some(reason) = &dependency.undetermined {
        facts.push((NOT_JUDGED, redact(reason)));
    }
    if let Some(origin) = origin_in_words(&dependency.origin) {
        facts.push((ORIGIN, origin));
    }
    if let Some(requirement) = &dependency.requirement {
        facts.push((REQUIREMENT, redact(requirement)));
    }
    facts.push((SCOPE, dependency.scope.as_str().to_owned()));
    facts.push((
        SOURCE,
        format!("{}:{}", dependency.source.path, dependency.source.line),
    ));
    facts
}

fn origin_in_words(origin: &Origin) -> Option<String> {
    match origin {
        Origin::Registry { index } => index
            .as_deref()
            .map(|index| format!("registry {}", redact(index))),
        Origin::Git { url, rev } => Some(match rev {
            Some(rev) => format!("git {} {rev}", redact(url)),
            None => format!("git {}", redact(url)),
        }),
        Origin::Url { url } => Some(format!("url {}", redact(url))),
        Origin::Path { path } => Some(format!("path {path}")),
    }
}

fn origin_from_words(text: &str) -> Option<Origin> {
    let (kind, rest) = text.split_once(' ')?;
    Some(match kind {
        "registry" => Origin::Registry {
            index: Some(rest.to_owned()),
        },
        "git" => match rest.split_once(' ') {
            Some((url, rev)) => Origin::Git {
                url: url.to_owned(),
                rev: Some(rev.to_owned()),
            },
            None => Origin::Git {
                url: rest.to_owned(),
                rev: None,
            },
        },
        "url" => Origin::Url {
            url: rest.to_owned(),
        },
        "path" => Origin::Path {
            path: rest.to_owned(),
        },
        _ => return None,
    })
}

/// Where the files can be fetched, as `vcs` or `distribution` and a URI without credentials.
pub(crate) fn download(origin: &Origin) -> Option<(&'static str, String)> {
    let (kind, url) = match origin {
        Origin::Git { url, .. } => ("vcs", url),
        Origin::Url { url } => ("distribution", url),
        Origin::Registry { .. } | Origin::Path { .. } => return None,
    };
    let url = redact(url);
    is_uri(&url).then_some((kind, url))
}

/// Takes one fact into a node that is being read; others' names are ignored.
pub(crate) fn apply(node: &mut Node, name: &str, value: &str) {
    let value = value.trim();
    match name {
        DIRECT => node.direct = value.parse().ok().or(node.direct),
        GROUP => node.groups.push(value.to_owned()),
        HASH => node.hashes.push(value.to_owned()),
        IMPORTED => {
            node.imported = match value {
                "yes" => Imported::Yes,
                "no" => Imported::No,
                _ => node.imported,
            }
        }
        MARKER => node.marker = Some(value.to_owned()),
        NOT_JUDGED => node.not_judged(value),
        ORIGIN => {
            if let Some(origin) = origin_from_words(value) {
                node.origin = origin;
            }
        }
        REQUIREMENT => node.requirement = Some(value.to_owned()),
        SCOPE => node.scope = scope_named(value).or(node.scope),
        // Other makers' properties for what CycloneDX's own scope cannot say.
        "cdx:npm:package:development" | "cdx:composer:package:isDevRequirement"
            if value == "true" =>
        {
            node.scope = Some(Scope::Development);
        }
        _ => {}
    }
}

fn scope_named(name: &str) -> Option<Scope> {
    [
        Scope::Runtime,
        Scope::Optional,
        Scope::Build,
        Scope::Development,
    ]
    .into_iter()
    .find(|scope| scope.as_str() == name)
}
