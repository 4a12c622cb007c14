//! Installed packages: `*.dist-info`, `*.egg-info`, eggs and `*.egg-link`.

mod metadata;

use runward_model::{
    Dependency, Ecosystem, Manifest, NotCovered, Origin, Package, SourceRef, Target,
};
use runward_tree::{EntryKind, path as tree_path};
use serde::Deserialize;

use self::metadata::Metadata;
use crate::{
    Context,
    graph::{Edge, Graph, LockPackage, normalized},
    link,
    marker::{Environment, Selection, Truth},
    text::shorten,
};

/// Fills a manifest with what is installed below a directory.
pub(crate) fn read(directory: &str, manifest: &mut Manifest, cx: &Context<'_>) {
    let places = site_packages(directory, cx);
    if places.is_empty() {
        manifest.not_covered.push(NotCovered::file(
            directory,
            "holds no installed Python packages; name a virtual environment or its site-packages",
        ));
    }
    // Markers were judged for the Python that the packages are installed for.
    let target = Target {
        python_version: python_of(&places).unwrap_or_else(|| cx.target.python_version.clone()),
        ..cx.target.clone()
    };
    let cx = &Context {
        target: &target,
        ..*cx
    };
    let environment = Environment::new(cx.target, cx.limits);
    let mut installed = Vec::new();
    for place in &places {
        match cx.tree.list(place) {
            Ok(entries) => {
                for (name, kind) in entries {
                    let path = join(place, &name);
                    if let Some(found) = entry(&path, &name, kind, manifest, cx) {
                        installed.push(found);
                    }
                }
            }
            Err(error) => manifest
                .not_covered
                .push(NotCovered::file(place, error.to_string())),
        }
    }
    // A mark that every package has tells nothing: `pip install -r` on a compiled file sets it.
    let marks = |wanted: bool| installed.iter().any(|found| found.mark == Some(wanted));
    let telling = marks(true) && marks(false);
    let requested = installed
        .iter()
        .enumerate()
        .filter(|(_, found)| found.requested || (telling && found.mark == Some(true)))
        .map(|(index, _)| index)
        .collect();
    let packages = installed
        .iter()
        .map(|found| LockPackage {
            dependency: found.dependency.clone(),
            // What is installed is installed: markers only tell which edges are real.
            edges: found
                .requires
                .iter()
                .filter_map(|text| Edge::standard(text))
                .filter(|edge| {
                    edge.marker.as_deref().is_none_or(|marker| {
                        environment.evaluate(marker, Selection::UNKNOWN) != Ok(Truth::False)
                    })
                })
                .collect(),
            stated: None,
        })
        .collect();
    Graph {
        packages,
        requested,
        ..Graph::default()
    }
    .fill(manifest, cx);
}

/// `lib/python3.11/site-packages` → `3.11`; `python3` alone says nothing.
fn python_of(places: &[String]) -> Option<String> {
    places
        .iter()
        .flat_map(|place| place.split('/'))
        .filter_map(|segment| segment.strip_prefix("python"))
        .find(|version| {
            version.contains('.')
                && version
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
        .map(str::to_owned)
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

fn is_metadata(name: &str) -> bool {
    [".dist-info", ".egg-info", ".egg-link", ".egg"]
        .iter()
        .any(|extension| name.ends_with(extension))
}

/// The directories that packages are installed in: the given one, or those of the virtual
/// environment or installation that it is.
fn site_packages(directory: &str, cx: &Context<'_>) -> Vec<String> {
    let list = |directory: &str| cx.tree.list(directory).unwrap_or_default();
    let here = list(directory);
    if here.iter().any(|(name, _)| is_metadata(name)) {
        return vec![directory.to_owned()];
    }
    let is_directory = |path: &String| cx.tree.kind(path) == Some(EntryKind::Directory);
    let mut places: Vec<String> = Vec::new();
    for library in ["lib", "lib64", "local/lib", "usr/lib", "usr/local/lib"] {
        let library = join(directory, library);
        for (name, kind) in list(&library) {
            if kind == EntryKind::Directory
                && (name.starts_with("python") || name.starts_with("pypy"))
            {
                for packages in ["site-packages", "dist-packages"] {
                    places.push(join(&join(&library, &name), packages));
                }
            }
        }
    }
    places.push(join(directory, "Lib/site-packages"));
    places.push(join(directory, "site-packages"));
    places.retain(is_directory);
    // `lib64` is a link to `lib` in most environments.
    let has_lib = places.iter().any(|place| place.contains("lib/python"));
    if has_lib {
        let names = |place: &String| list(place);
        let lib: Vec<_> = places
            .iter()
            .filter(|place| !place.contains("lib64/"))
            .map(names)
            .collect();
        places.retain(|place| !place.contains("lib64/") || !lib.contains(&list(place)));
    }
    places
}

struct Found {
    dependency: Dependency,
    requires: Vec<String>,
    /// Installed by its user for certain.
    requested: bool,
    /// Whether the installer marked the package as asked for, where its mark means that (PEP 376).
    mark: Option<bool>,
}

fn entry(
    path: &str,
    name: &str,
    kind: EntryKind,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Option<Found> {
    if !is_metadata(name) {
        return None;
    }
    if name.starts_with('~') {
        manifest.not_covered.push(NotCovered::file(
            path,
            "left over from an interrupted installation; delete it",
        ));
        return None;
    }
    let directory = kind == EntryKind::Directory;
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let outcome = match (extension, directory) {
        ("dist-info", true) => dist_info(path, name, manifest, cx),
        ("egg-info", true) => egg(&join(path, "PKG-INFO"), Some(path), name, cx),
        ("egg-info", false) => egg(path, None, name, cx),
        ("egg", true) => {
            let info = join(path, "EGG-INFO");
            egg(&join(&info, "PKG-INFO"), Some(&info), name, cx)
        }
        ("egg-link", false) => egg_link(path, name, cx),
        _ => Err(NotCovered::file(
            path,
            "not a package as installers leave it; reinstall the package",
        )),
    };
    outcome
        .map_err(|error| manifest.not_covered.push(error))
        .ok()
}

/// `Name-1.0.dist-info` or `Name-1.0-py3.11.egg-info`: what a name says where the metadata do not.
fn from_directory_name(name: &str) -> (Option<String>, Option<String>) {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut parts = stem.split('-').map(str::to_owned);
    (parts.next(), parts.next())
}

fn found(metadata: Metadata, file: &str, directory_name: &str) -> Result<Found, NotCovered> {
    let (name, version) = from_directory_name(directory_name);
    let name = metadata.name.or(name).unwrap_or_default();
    if !crate::requirement::is_name(&name) {
        return Err(NotCovered::file(
            file,
            format!(
                "`{}` is not a package name; reinstall the package",
                shorten(&name)
            ),
        ));
    }
    let version = metadata.version.or(version);
    let package = Package::new(Ecosystem::PyPI, &name, version.as_deref());
    let mut dependency = Dependency::new(package, SourceRef::new(file, 1));
    if version.is_none() {
        dependency.undetermined = Some(format!(
            "the metadata of `{name}` state no version; reinstall the package"
        ));
    }
    Ok(Found {
        dependency,
        requires: metadata.requires,
        requested: false,
        mark: None,
    })
}

fn dist_info(
    path: &str,
    name: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<Found, NotCovered> {
    let file = join(path, "METADATA");
    let text = crate::text::any(&crate::text::bytes(&file, cx)?);
    let mut found = found(metadata::parse(&text, cx.limits.max_packages), &file, name)?;
    found.mark = mark(path, cx);
    let direct_url = join(path, "direct_url.json");
    if cx.tree.kind(&direct_url) == Some(EntryKind::File) {
        match crate::text::utf8(&direct_url, cx).and_then(|text| {
            origin(&text).map_err(|error| {
                NotCovered::file(
                    &direct_url,
                    format!("not valid: {}", shorten(&error.to_string())),
                )
            })
        }) {
            Ok(origin) => found.dependency.origin = origin,
            Err(error) => manifest.not_covered.push(error),
        }
    }
    Ok(found)
}

/// PEP 376: the file `REQUESTED` marks what was asked for by name. uv marks everything.
fn mark(directory: &str, cx: &Context<'_>) -> Option<bool> {
    let requested = cx.tree.kind(&join(directory, "REQUESTED")).is_some();
    let installer = join(directory, "INSTALLER");
    if requested && cx.tree.kind(&installer) == Some(EntryKind::File) {
        let installer = crate::text::bytes(&installer, cx).unwrap_or_default();
        if installer.trim_ascii() == b"uv" {
            return None;
        }
    }
    Some(requested)
}

/// `direct_url.json` (PEP 610): where a package came from, if not from an index.
fn origin(text: &str) -> Result<Origin, serde_json::Error> {
    #[derive(Deserialize)]
    struct DirectUrl {
        url: String,
        vcs_info: Option<VcsInfo>,
        dir_info: Option<serde::de::IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct VcsInfo {
        #[serde(default)]
        vcs: String,
        commit_id: Option<String>,
        requested_revision: Option<String>,
    }
    let direct: DirectUrl = serde_json::from_str(text)?;
    let url = link::redact(&direct.url);
    Ok(match direct.vcs_info {
        Some(info) if info.vcs.is_empty() || info.vcs == "git" => Origin::Git {
            url,
            rev: info.commit_id.or(info.requested_revision),
        },
        Some(_) => Origin::Url { url },
        None => match (direct.dir_info, link::file_path(&direct.url)) {
            (_, Some(path)) => Origin::Path { path },
            (Some(_), None) => Origin::Path { path: url },
            (None, None) => Origin::Url { url },
        },
    })
}

fn egg(
    file: &str,
    directory: Option<&str>,
    name: &str,
    cx: &Context<'_>,
) -> Result<Found, NotCovered> {
    let text = crate::text::any(&crate::text::bytes(file, cx)?);
    let mut found = found(metadata::parse(&text, cx.limits.max_packages), file, name)?;
    if let Some(directory) = directory {
        let requires = join(directory, "requires.txt");
        if cx.tree.kind(&requires) == Some(EntryKind::File) {
            let text = crate::text::any(&crate::text::bytes(&requires, cx)?);
            found.requires = metadata::parse_requires(&text, cx.limits.max_packages);
        }
        // Old metadata have the mark only where an installer of today wrote them.
        found.mark = mark(directory, cx).filter(|marked| *marked);
    }
    Ok(found)
}

/// An old-style development install: a file that names the project's directory.
fn egg_link(path: &str, name: &str, cx: &Context<'_>) -> Result<Found, NotCovered> {
    let text = crate::text::any(&crate::text::bytes(path, cx)?);
    let target = text.lines().next().unwrap_or_default().trim().to_owned();
    let stem = name.strip_suffix(".egg-link").unwrap_or(name);
    // The metadata stand beside the sources, which may be in the tree.
    let info = format!("{}.egg-info", stem.replace('-', "_"));
    if let Ok(inside) = tree_path::join("", &target)
        && cx
            .tree
            .kind(&join(&join(&inside, &info), "PKG-INFO"))
            .is_some()
    {
        let directory = join(&inside, &info);
        let mut found = egg(&join(&directory, "PKG-INFO"), Some(&directory), &info, cx)?;
        found.dependency.origin = Origin::Path { path: target };
        found.dependency.source = SourceRef::new(path, 1);
        return Ok(found);
    }
    if !crate::requirement::is_name(stem) {
        return Err(NotCovered::file(path, "names no package; reinstall it"));
    }
    let package = Package::new(Ecosystem::PyPI, &normalized(stem), None);
    let mut dependency = Dependency::new(package, SourceRef::new(path, 1));
    dependency.undetermined = Some(format!(
        "`{stem}` is installed in development mode from `{}`; scan that directory",
        shorten(&target)
    ));
    dependency.origin = Origin::Path { path: target };
    Ok(Found {
        dependency,
        requires: Vec::new(),
        requested: true,
        mark: None,
    })
}

#[cfg(test)]
mod tests;
