//! What a project declares, before markers and constraints are applied.

use std::collections::{HashMap, HashSet};

use runward_model::{
    Dependency, Ecosystem, Excluded, Manifest, NotCovered, Origin, Package, ParentEdge, Scope,
    SourceRef,
};

use crate::{
    Context, archive,
    link::{self, Link},
    marker::{Environment, Selection, Truth},
    requirement::{self, Pin, Requirement},
    text::shorten,
};

/// The version of a declared package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stated {
    Exact(String),
    /// The requirement allows several; a constraint may still decide.
    Open,
    /// Undeterminable, for this reason.
    Unclear(String),
}

/// The dependants that a `# via` comment names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Via {
    pub(crate) names: Vec<String>,
    /// A requirements file or the project itself asks for it.
    pub(crate) direct: bool,
}

/// One declared dependency.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    pub(crate) extras: Vec<String>,
    pub(crate) requirement: Option<String>,
    pub(crate) stated: Stated,
    pub(crate) marker: Option<String>,
    pub(crate) scope: Scope,
    pub(crate) groups: Vec<String>,
    pub(crate) source: SourceRef,
    pub(crate) origin: Origin,
    pub(crate) hashes: Vec<String>,
    pub(crate) via: Option<Via>,
}

impl Declared {
    pub(crate) fn new(name: &str, source: SourceRef) -> Self {
        Self {
            ecosystem: Ecosystem::PyPI,
            name: name.to_owned(),
            extras: Vec::new(),
            requirement: None,
            stated: Stated::Open,
            marker: None,
            scope: Scope::Runtime,
            groups: Vec::new(),
            source,
            origin: Origin::default(),
            hashes: Vec::new(),
            via: None,
        }
    }
}

/// What a requirement text turned out to be.
#[derive(Debug)]
pub(crate) enum Outcome {
    Dependency(Box<Declared>),
    /// A directory of the project itself: its own manifests say what it needs.
    FirstParty,
}

/// A pin that decides the version of what is declared without one.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) marker: Option<String>,
}

/// All that one manifest, with the files it includes, declares.
#[derive(Debug, Default)]
pub(crate) struct Declarations {
    pub(crate) items: Vec<Declared>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) excluded: Vec<Excluded>,
    pub(crate) not_covered: Vec<NotCovered>,
    pub(crate) also_read: Vec<String>,
    /// Everything is installed together, so that one pin decides for every mention of a name.
    pub(crate) one_set: bool,
}

/// Where a declaration stands and what it is for.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    pub(crate) path: &'a str,
    pub(crate) line: u32,
    pub(crate) scope: Scope,
    pub(crate) groups: &'a [String],
}

impl Declarations {
    pub(crate) fn miss(&mut self, path: &str, line: u32, reason: impl Into<String>) {
        self.not_covered.push(NotCovered::at(path, line, reason));
    }

    /// Adds what a requirement in the standard notation declares.
    pub(crate) fn add(&mut self, text: &str, place: &Place<'_>, cx: &Context<'_>) {
        match standard(text, place, cx) {
            Ok(Outcome::Dependency(declared)) => self.items.push(*declared),
            Ok(Outcome::FirstParty) => {}
            Err(reason) => self.miss(place.path, place.line, reason),
        }
    }

    pub(crate) fn absorb(&mut self, other: Self) {
        self.items.extend(other.items);
        self.constraints.extend(other.constraints);
        self.excluded.extend(other.excluded);
        self.not_covered.extend(other.not_covered);
        self.also_read.extend(other.also_read);
    }
}

/// Reads a requirement in the standard notation. The error is a reason for the user.
pub(crate) fn standard(text: &str, place: &Place<'_>, cx: &Context<'_>) -> Result<Outcome, String> {
    let requirement = requirement::parse(text)
        .map_err(|error| format!("`{}` is not a requirement: {error}", shorten(text)))?;
    from_requirement(&requirement, place, cx)
}

fn from_requirement(
    requirement: &Requirement<'_>,
    place: &Place<'_>,
    cx: &Context<'_>,
) -> Result<Outcome, String> {
    let mut declared = Declared::new(requirement.name, SourceRef::new(place.path, place.line));
    declared.scope = place.scope;
    declared.groups = place.groups.to_vec();
    declared.extras.clone_from(&requirement.extras);
    declared.marker = requirement.marker.map(str::to_owned);
    if let Some(url) = requirement.url {
        return linked(declared, url, place, cx);
    }
    let specifier = requirement.specifier;
    declared.requirement = (!specifier.is_empty()).then(|| specifier.to_owned());
    declared.stated = match requirement::pin(specifier) {
        Pin::Exact(version) => Stated::Exact(version.to_owned()),
        Pin::Open => Stated::Open,
        Pin::Contradiction => Stated::Unclear(format!(
            "no version satisfies `{}{specifier}`; correct the requirement",
            requirement.name
        )),
    };
    Ok(Outcome::Dependency(Box::new(declared)))
}

/// Completes a declaration whose files come from a URL or a path.
pub(crate) fn linked(
    mut declared: Declared,
    url: &str,
    place: &Place<'_>,
    cx: &Context<'_>,
) -> Result<Outcome, String> {
    let local = if link::is_url(url) {
        link::file_path(url)
    } else {
        Some(url.to_owned())
    };
    if let Some(local) = local {
        return local_path(Some(declared), &local, place, cx);
    }
    let Link { origin, hash, .. } = link::read(url);
    declared.hashes.extend(hash);
    declared.stated = version_of(&declared.name, url, &origin);
    declared.origin = origin;
    Ok(Outcome::Dependency(Box::new(declared)))
}

/// The version that a link states, or why it states none.
pub(crate) fn version_of(name: &str, url: &str, origin: &Origin) -> Stated {
    match origin {
        Origin::Git { url, rev } => Stated::Unclear(match rev {
            Some(rev) => format!(
                "`{name}` is built from revision `{rev}` of `{url}`, which is not known to be a \
                 release; depend on a release, or scan the environment it is installed in with --env"
            ),
            None => format!(
                "`{name}` is built from the default branch of `{url}`; depend on a release, or \
                 scan the environment it is installed in with --env"
            ),
        }),
        _ => match archive::read(url, Some(name)) {
            Some(archive) => Stated::Exact(archive.version),
            None => Stated::Unclear(format!(
                "`{name}` comes from `{}`, whose file name states no version; depend on a \
                 release, or scan the environment it is installed in with --env",
                shorten(url)
            )),
        },
    }
}

/// A directory of the project is read through its own manifests; a local archive states its
/// version; anything else is outside the scan.
pub(crate) fn local_path(
    declared: Option<Declared>,
    written: &str,
    place: &Place<'_>,
    cx: &Context<'_>,
) -> Result<Outcome, String> {
    let shown = shorten(written);
    let path = written
        .split(['[', '#', ';'])
        .next()
        .unwrap_or(written)
        .trim();
    // Build backends let a path be written relative to the project.
    let path = ["${PROJECT_ROOT}", "{root:uri}", "{root}"]
        .iter()
        .find_map(|root| {
            path.strip_prefix(*root)
                .or(path.strip_prefix('/')?.strip_prefix(*root))
        })
        .map_or(path, |rest| rest.trim_start_matches('/'));
    let directory = runward_tree::path::parent(place.path);
    let resolved = runward_tree::path::join(directory, path);
    // Outside of the tree, nothing there, or something that is there.
    let inside = resolved.as_ref().ok().map(|path| cx.tree.kind(path));
    if inside == Some(Some(runward_tree::EntryKind::Directory)) {
        return Ok(Outcome::FirstParty);
    }
    let origin = Origin::Path {
        path: resolved.unwrap_or_else(|_| shown.clone()),
    };
    let known = declared.as_ref().map(|declared| declared.name.clone());
    if let Some(archive) = archive::read(path, known.as_deref()) {
        let mut declared = declared.unwrap_or_else(|| {
            let mut declared = Declared::new(&archive.name, SourceRef::new(place.path, place.line));
            declared.scope = place.scope;
            declared.groups = place.groups.to_vec();
            declared
        });
        declared.stated = Stated::Exact(archive.version);
        declared.origin = origin;
        return Ok(Outcome::Dependency(Box::new(declared)));
    }
    let problem = match inside {
        None => "is not in the scanned directory; scan that directory on its own",
        Some(None) => "does not exist; correct the path, or remove the requirement",
        Some(Some(_)) => {
            "is neither a directory nor a package archive; correct the path, or remove the \
             requirement"
        }
    };
    match declared {
        Some(mut declared) => {
            declared.stated = Stated::Unclear(format!(
                "`{}` comes from `{shown}`, which {problem}",
                declared.name
            ));
            declared.origin = origin;
            Ok(Outcome::Dependency(Box::new(declared)))
        }
        None => Err(format!("`{shown}` {problem}")),
    }
}

/// Why an open requirement has no version, and what to do.
fn open_reason(name: &str, requirement: Option<&str>, advice: &str) -> String {
    match requirement {
        None | Some("" | "*") => format!("`{name}` allows any version; {advice}"),
        Some(requirement) => {
            // `requests>=2`, but `requests ^2`.
            let space = if requirement.starts_with(['=', '<', '>', '!', '~']) {
                ""
            } else {
                " "
            };
            let shown = shorten(&format!("{name}{space}{requirement}"));
            format!("`{shown}` allows many versions; {advice}")
        }
    }
}

/// What to do about an open requirement: `--resolve` is advised only where it can help.
fn advice(manifest: &Manifest, scope: Scope) -> &'static str {
    const RESOLVED: [&str; 5] = [
        "requirements.txt",
        "requirements.in",
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
    ];
    let extension = manifest
        .path
        .rsplit_once('.')
        .map(|(_, extension)| extension);
    let is_lock = extension == Some("lock");
    if scope == Scope::Build {
        // No lock holds what only building needs.
        "pin it to have it judged"
    } else if RESOLVED.contains(&manifest.format.as_str()) && !is_lock {
        "lock it, or run with --resolve"
    } else {
        "lock it"
    }
}

impl Declarations {
    /// Applies markers and constraints, and fills a manifest.
    pub(crate) fn fill(mut self, manifest: &mut Manifest, cx: &Context<'_>) {
        let environment = Environment::new(cx.target, cx.limits);
        let holds = |marker: Option<&str>| match marker {
            None => Ok(Truth::True),
            Some(marker) => environment.evaluate(marker, Selection::NONE),
        };
        let mut kept = Vec::with_capacity(self.items.len());
        for declared in std::mem::take(&mut self.items) {
            match holds(declared.marker.as_deref()) {
                Ok(Truth::False) => self.excluded.push(Excluded {
                    name: declared.ecosystem.normalize_name(&declared.name),
                    marker: declared.marker.unwrap_or_default(),
                    source: declared.source,
                    reason: format!("the marker is false for {}", environment.describe()),
                }),
                Ok(_) => kept.push(declared),
                Err(error) => {
                    // Kept all the same: a dependency is left out only where that is certain.
                    self.not_covered.push(NotCovered::at(
                        declared.source.path.clone(),
                        declared.source.line,
                        format!("{error}; the dependency is taken as installed"),
                    ));
                    kept.push(declared);
                }
            }
        }
        let constraints = Pins::new(
            self.constraints
                .iter()
                .filter(|constraint| {
                    // A constraint that may not hold decides nothing.
                    matches!(holds(constraint.marker.as_deref()), Ok(Truth::True))
                })
                .map(|constraint| (constraint.name.as_str(), constraint.version.as_str()))
                .chain(kept.iter().filter_map(|declared| match &declared.stated {
                    Stated::Exact(version)
                        if self.one_set && declared.ecosystem == Ecosystem::PyPI =>
                    {
                        Some((declared.name.as_str(), version.as_str()))
                    }
                    _ => None,
                })),
        );
        let decided: Vec<Option<Stated>> = kept
            .iter()
            .map(|declared| match declared.stated {
                Stated::Open if declared.ecosystem == Ecosystem::PyPI => {
                    constraints.decide(declared)
                }
                _ => None,
            })
            .collect();
        for (declared, decided) in kept.iter_mut().zip(decided) {
            if let Some(decided) = decided {
                declared.stated = decided;
            }
        }
        let parents = parents(&kept);
        for (declared, (edges, direct)) in kept.into_iter().zip(parents) {
            let mut dependency = dependency(declared, manifest);
            dependency.parents = edges;
            dependency.direct = direct;
            manifest.dependencies.push(dependency);
        }
        manifest.excluded.extend(self.excluded);
        manifest.not_covered.extend(self.not_covered);
        for path in self.also_read {
            if path != manifest.path && !manifest.also_read.contains(&path) {
                manifest.also_read.push(path);
            }
        }
    }
}

fn dependency(declared: Declared, manifest: &Manifest) -> Dependency {
    let (version, undetermined) = match declared.stated {
        Stated::Exact(version) => (Some(version), None),
        Stated::Open => {
            let reason = open_reason(
                &declared.name,
                declared.requirement.as_deref(),
                advice(manifest, declared.scope),
            );
            (None, Some(reason))
        }
        Stated::Unclear(reason) => (None, Some(reason)),
    };
    let package = Package::new(declared.ecosystem, &declared.name, version.as_deref());
    let mut dependency = Dependency::new(package, declared.source);
    dependency.undetermined = undetermined;
    dependency.requirement = declared.requirement;
    dependency.scope = declared.scope;
    dependency.groups = declared.groups;
    dependency.marker = declared.marker;
    dependency.hashes = declared.hashes;
    dependency.origin = declared.origin;
    dependency
}

/// Pins by normalized name.
struct Pins(HashMap<String, Vec<String>>);

impl Pins {
    fn new<'p>(pins: impl Iterator<Item = (&'p str, &'p str)>) -> Self {
        let mut by_name: HashMap<String, Vec<String>> = HashMap::new();
        for (name, version) in pins {
            let versions = by_name
                .entry(Ecosystem::PyPI.normalize_name(name))
                .or_default();
            // Two different pins already decide nothing.
            if versions.len() < 2
                && !versions
                    .iter()
                    .any(|other| requirement::same_version(other, version))
            {
                versions.push(version.to_owned());
            }
        }
        Self(by_name)
    }

    fn decide(&self, declared: &Declared) -> Option<Stated> {
        let name = Ecosystem::PyPI.normalize_name(&declared.name);
        let versions = self.0.get(&name)?;
        let allowed = |version: &String| {
            declared
                .requirement
                .as_deref()
                .is_none_or(|specifier| requirement::allows(specifier, version))
        };
        Some(match versions.as_slice() {
            [version] if allowed(version) => Stated::Exact(version.clone()),
            [version] => Stated::Unclear(format!(
                "`{}{}` and the constraint `=={version}` exclude each other; correct one of them",
                declared.name,
                declared.requirement.as_deref().unwrap_or_default(),
            )),
            _ => return None,
        })
    }
}

/// Edges and directness from `# via` comments.
fn parents(items: &[Declared]) -> Vec<(Vec<ParentEdge>, bool)> {
    if items.iter().all(|declared| declared.via.is_none()) {
        return items.iter().map(|_| (Vec::new(), true)).collect();
    }
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut by_place: HashMap<(&str, String), usize> = HashMap::new();
    for (index, declared) in items.iter().enumerate() {
        let name = declared.ecosystem.normalize_name(&declared.name);
        by_place
            .entry((declared.source.path.as_str(), name.clone()))
            .or_insert(index);
        by_name.entry(name).or_insert(index);
    }
    items
        .iter()
        .enumerate()
        .map(|(index, declared)| {
            let Some(via) = &declared.via else {
                return (Vec::new(), true);
            };
            let mut seen = HashSet::new();
            let edges: Vec<ParentEdge> = via
                .names
                .iter()
                .filter_map(|name| {
                    let name = Ecosystem::PyPI.normalize_name(name);
                    let here = (declared.source.path.as_str(), name);
                    let parent = by_place.get(&here).or_else(|| by_name.get(&here.1))?;
                    (*parent != index && seen.insert(*parent)).then_some(ParentEdge {
                        parent: *parent,
                        requirement: None,
                    })
                })
                .collect();
            // Named by something that the file does not list: the project itself.
            let direct = via.direct || edges.is_empty();
            (edges, direct)
        })
        .collect()
}
