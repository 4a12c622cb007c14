//! `runward.deps/1`: what a project depends on.

use std::io::Write;

use runward_model::{Dependency, DependencyGraph, Imported, dependency::Origin};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    pretty,
    shared::{ExcludedJson, NotCoveredJson, Source, each},
};
use crate::ReportError;

/// What a project depends on.
#[derive(Serialize, JsonSchema)]
struct Deps<'a> {
    /// `runward.deps/1`.
    schema: &'static str,
    packages: Vec<PackageJson<'a>>,
    /// Dependencies that the target does not install.
    excluded: Vec<ExcludedJson<'a>>,
    not_covered: Vec<NotCoveredJson<'a>>,
}

/// A package as one file states it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Package")]
struct PackageJson<'a> {
    /// Package URL, with the version where it is known.
    purl: String,
    name: &'a str,
    /// `null` where it could not be determined; `undetermined` says why.
    version: Option<&'a str>,
    ecosystem: &'a str,
    /// `runtime`, `optional`, `build` or `development`.
    scope: &'static str,
    direct: bool,
    source: Source<'a>,
    /// Package URLs of the dependants, each once.
    parents: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    groups: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undetermined: Option<&'a str>,
    /// Absent for a package from the ecosystem's public registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<OriginJson<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hashes: &'a [String],
    /// Whether the project's sources import it; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    imported: Option<bool>,
}

/// Where a package's files come from.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase", tag = "type")]
#[schemars(rename = "Origin")]
enum OriginJson<'a> {
    Registry { index: &'a str },
    Git { url: &'a str, rev: Option<&'a str> },
    Url { url: &'a str },
    Path { path: &'a str },
}

/// The JSON Schema of [`deps_json`]'s document.
pub fn deps_schema() -> serde_json::Value {
    super::schema::<Deps<'_>>("runward.deps/1", "runward deps list --format json")
}

/// Writes `runward.deps/1`.
pub fn deps_json(graph: &DependencyGraph, out: &mut dyn Write) -> Result<(), ReportError> {
    let purls: Vec<String> = graph
        .dependencies
        .iter()
        .map(|dependency| dependency.package.purl())
        .collect();
    let packages = graph
        .dependencies
        .iter()
        .zip(&purls)
        .map(|(dependency, purl)| package(dependency, purl, &purls))
        .collect();
    pretty(
        &Deps {
            schema: "runward.deps/1",
            packages,
            excluded: each(&graph.excluded),
            not_covered: each(&graph.not_covered),
        },
        out,
    )
}

fn package<'a>(dependency: &'a Dependency, purl: &str, purls: &[String]) -> PackageJson<'a> {
    let mut parents: Vec<String> = dependency
        .parents
        .iter()
        .filter_map(|edge| purls.get(edge.parent).cloned())
        .collect();
    parents.sort_unstable();
    parents.dedup();
    PackageJson {
        purl: purl.to_owned(),
        name: &dependency.package.name,
        version: dependency.package.version.as_deref(),
        ecosystem: dependency.package.ecosystem.osv_name(),
        scope: dependency.scope.as_str(),
        direct: dependency.direct,
        source: (&dependency.source).into(),
        parents,
        requirement: dependency.requirement.as_deref(),
        groups: &dependency.groups,
        marker: dependency.marker.as_deref(),
        undetermined: dependency.undetermined.as_deref(),
        origin: match &dependency.origin {
            Origin::Registry { index: None } => None,
            Origin::Registry { index: Some(index) } => Some(OriginJson::Registry { index }),
            Origin::Git { url, rev } => Some(OriginJson::Git {
                url,
                rev: rev.as_deref(),
            }),
            Origin::Url { url } => Some(OriginJson::Url { url }),
            Origin::Path { path } => Some(OriginJson::Path { path }),
        },
        hashes: &dependency.hashes,
        imported: match dependency.imported {
            Imported::Yes => Some(true),
            Imported::No => Some(false),
            Imported::Unknown => None,
        },
    }
}
