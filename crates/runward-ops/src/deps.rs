//! What a project depends on.

use std::{
    collections::BTreeSet,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use globset::{Glob, GlobSet, GlobSetBuilder};
use runward_config::Config;
use runward_deps::{Collected, Options, resolve::Resolver};
use runward_model::{
    Dependency, DependencyGraph, Ecosystem, Excluded, NotCovered, SourceRef, Target,
};
use runward_tree::{DiskTree, EntryKind, Tree, TreeLimits};

use crate::{Context, OpsError, Project, Settings, project::STATE_DIRECTORY, runner::SystemRunner};

/// What to read besides the project's own files.
#[derive(Debug, Clone, Default)]
pub struct DepsRequest {
    /// Installed environments named on the command line.
    pub environments: Vec<PathBuf>,
    /// Bills of materials named on the command line.
    pub sboms: Vec<PathBuf>,
    /// Ask the package manager for open versions.
    pub resolve: bool,
    /// Search the sources for imports.
    pub imports: bool,
}

/// The graph, and what it was read for.
#[derive(Debug, Default)]
pub struct ProjectDependencies {
    pub graph: DependencyGraph,
    pub target: Target,
}

/// Reads a project's dependencies.
pub fn read(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &DepsRequest,
) -> Result<ProjectDependencies, OpsError> {
    let config = settings.config();
    let tree = project.tree(config.scan.max_file_bytes)?;
    let target = target(config, &tree);
    let excluded = globs(&config.scan.exclude)?;
    let default_excludes = config.scan.default_excludes;
    let left_out = Mutex::new(BTreeSet::new());
    let skip = |path: &str| {
        if path == STATE_DIRECTORY || (default_excludes && runward_deps::default_skip(path)) {
            return true;
        }
        let excluded = excluded.is_match(path);
        if excluded {
            left_out
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(path.to_owned());
        }
        excluded
    };
    let mut problems = Vec::new();
    let environments = environments(context, project, config, request, &mut problems);
    let environments: Vec<(String, &dyn Tree)> = environments
        .iter()
        .map(|(label, tree)| (label.clone(), tree as &dyn Tree))
        .collect();
    let sboms = sboms(context, project, config, request, &mut problems);
    let options = Options {
        target: target.clone(),
        skip: &skip,
        env: &|name| context.variable(name).map(str::to_owned),
        environments: &environments,
        sboms: &sboms,
        python_limits: runward_python::Limits::default(),
        lockfile_limits: runward_lockfiles::Limits::default(),
        sbom_limits: runward_sbom::Limits::default(),
    };
    let (mut collected, files) = match &project.only {
        Some(file) => {
            let collected = runward_deps::collect_file(&tree, file, &options);
            (collected, vec![file.clone()])
        }
        None => runward_deps::collect(&tree, &options),
    };
    collected.not_covered.append(&mut problems);
    if let Some(problem) = unrecognized(project, &collected) {
        return Err(problem);
    }
    if request.resolve || config.deps.resolve {
        resolve(
            project,
            &tree,
            &target,
            config.database.offline,
            &mut collected,
        )?;
    }
    let mut graph = runward_deps::graph(collected);
    let left_out = left_out.lock().unwrap_or_else(PoisonError::into_inner);
    graph.excluded.extend(
        left_out
            .iter()
            .filter(|path| tells_dependencies(&tree, path))
            .map(|path| excluded_path(path)),
    );
    if request.imports && config.deps.imports && project.only.is_none() {
        mark_imports(&tree, &files, &mut graph);
    }
    Ok(ProjectDependencies { graph, target })
}

/// Whether something that `scan.exclude` left out would have been read: a manifest, or a whole
/// directory.
fn tells_dependencies(tree: &DiskTree, path: &str) -> bool {
    let is_manifest = runward_deps::Found::at(path)
        .is_some_and(|found| found.reader != runward_deps::Reader::Script);
    is_manifest || tree.kind(path) == Some(EntryKind::Directory)
}

fn excluded_path(path: &str) -> Excluded {
    Excluded {
        name: path.to_owned(),
        marker: String::new(),
        source: SourceRef::new(path, 1),
        reason: "left out by `scan.exclude`".to_owned(),
    }
}

/// A file that the user named and that nobody reads is an error, not an empty result.
fn unrecognized(project: &Project, collected: &Collected) -> Option<OpsError> {
    let file = project.only.as_ref()?;
    if !collected.manifests.is_empty() || !collected.not_covered.is_empty() {
        return None;
    }
    Some(OpsError::usage(
        format!("`{file}` is no manifest, lockfile or SBOM that Runward knows by its name"),
        "give it its usual name, or name an SBOM with `--sbom FILE`",
    ))
}

fn target(config: &Config, tree: &dyn Tree) -> Target {
    let default = Target::default();
    Target {
        python_version: config
            .deps
            .python_version
            .clone()
            .or_else(|| runward_python::detect_target(tree))
            .unwrap_or(default.python_version),
        platform: config.deps.platform.clone().unwrap_or(default.platform),
        machine: config.deps.machine.clone().unwrap_or(default.machine),
    }
}

/// A pattern that names a directory covers what is below it.
pub(crate) fn globs(patterns: &[String]) -> Result<Arc<GlobSet>, OpsError> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        let trimmed = pattern.trim_end_matches('/');
        for pattern in [trimmed.to_owned(), format!("{trimmed}/**")] {
            let glob = Glob::new(&pattern).map_err(|error| {
                OpsError::usage(
                    format!("`scan.exclude` has a wrong pattern: {error}"),
                    "correct it; `**` crosses directories, `*` does not",
                )
            })?;
            builder.add(glob);
        }
    }
    let set = builder
        .build()
        .map_err(|error| OpsError::usage(error.to_string(), "shorten `scan.exclude`"))?;
    Ok(Arc::new(set))
}

/// A path to read besides the project's own files.
struct Named {
    label: String,
    path: PathBuf,
}

/// Those of the command line start where the user is and may lead anywhere. Those of the
/// configuration start at the project and stay in it: its file may be a stranger's.
fn named_paths(
    context: &Context,
    project: &Project,
    configured: &[String],
    given: &[PathBuf],
    flag: &str,
    problems: &mut Vec<NotCovered>,
) -> Vec<Named> {
    let mut named = Vec::new();
    for label in configured {
        match std::fs::canonicalize(project.root.join(label)) {
            Ok(path) if path.starts_with(&project.root) => named.push(Named {
                label: label.clone(),
                path,
            }),
            Ok(_) => problems.push(NotCovered::file(
                label.clone(),
                format!("it leads outside the scanned directory; name it with `{flag}`"),
            )),
            Err(error) => problems.push(NotCovered::file(
                label.clone(),
                format!("it cannot be read: {error}"),
            )),
        }
    }
    named.extend(given.iter().map(|path| Named {
        label: path.display().to_string(),
        path: context.working_directory.join(path),
    }));
    named
}

fn environments(
    context: &Context,
    project: &Project,
    config: &Config,
    request: &DepsRequest,
    problems: &mut Vec<NotCovered>,
) -> Vec<(String, DiskTree)> {
    let configured = &config.deps.env;
    let given = &request.environments;
    let mut trees = Vec::new();
    for named in named_paths(context, project, configured, given, "--env DIR", problems) {
        match DiskTree::open(&named.path, TreeLimits::default()) {
            Ok(tree) => trees.push((named.label, tree)),
            Err(error) => problems.push(NotCovered::file(
                named.label,
                format!("the environment cannot be read: {error}"),
            )),
        }
    }
    trees
}

fn sboms(
    context: &Context,
    project: &Project,
    config: &Config,
    request: &DepsRequest,
    problems: &mut Vec<NotCovered>,
) -> Vec<(String, Vec<u8>)> {
    let limit = config.scan.max_file_bytes;
    let configured = &config.deps.sbom;
    let given = &request.sboms;
    let mut read = Vec::new();
    for named in named_paths(context, project, configured, given, "--sbom FILE", problems) {
        match read_bounded(&named.path, limit) {
            Ok(bytes) => read.push((named.label, bytes)),
            Err(reason) => problems.push(NotCovered::file(
                named.label,
                format!("the SBOM cannot be read: {reason}"),
            )),
        }
    }
    read
}

/// The bytes of a regular file of at most `limit` bytes.
fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!(
            "it is over the limit of {limit} bytes (`scan.max_file_bytes`)"
        ));
    }
    Ok(bytes)
}

fn resolve(
    project: &Project,
    tree: &DiskTree,
    target: &Target,
    offline: bool,
    collected: &mut Collected,
) -> Result<(), OpsError> {
    if offline {
        return Err(OpsError::usage(
            "`--resolve` asks the network, and `database.offline` forbids that",
            "leave one of the two out",
        ));
    }
    for manifest in &mut collected.manifests {
        if !Resolver::is_open(manifest) {
            continue;
        }
        let scratch = scratch_directory()?;
        let resolver = Resolver {
            tree,
            root: &project.root,
            scratch: scratch.path(),
            runner: &SystemRunner,
            target,
        };
        match resolver.resolve(manifest) {
            Ok(answer) => *manifest = answer,
            Err(error) => collected
                .not_covered
                .push(NotCovered::file(manifest.path.clone(), error.to_string())),
        }
        for dependency in &mut manifest.dependencies {
            if let Some(reason) = &mut dependency.undetermined {
                // It has just been tried.
                *reason = reason.replace(", or run with --resolve", "");
            }
        }
    }
    Ok(())
}

fn scratch_directory() -> Result<tempfile::TempDir, OpsError> {
    tempfile::Builder::new()
        .prefix("runward-resolve-")
        .tempdir()
        .map_err(|error| OpsError::Io {
            message: format!("cannot make a temporary directory: {error}"),
            help: Some("set TMPDIR to a directory that can be written to".to_owned()),
        })
}

/// Marks which packages the sources import. Sources that could not be read leave the answer open,
/// they do not make a dependency scan incomplete.
fn mark_imports(tree: &dyn Tree, files: &[String], graph: &mut DependencyGraph) {
    let limits = runward_imports::Limits::default();
    let sources = |is_source: fn(&str) -> bool| -> Vec<String> {
        files
            .iter()
            .filter(|file| is_source(file))
            .cloned()
            .collect()
    };
    for ecosystem in [Ecosystem::PyPI, Ecosystem::Npm] {
        let is_of = |dependency: &Dependency| dependency.package.ecosystem == ecosystem;
        if !graph.dependencies.iter().any(is_of) {
            continue;
        }
        let imports = if ecosystem == Ecosystem::PyPI {
            let files = sources(runward_imports::is_python_source);
            runward_imports::python_imports(tree, &files, &limits)
        } else {
            let files = sources(runward_imports::is_javascript_source);
            runward_imports::javascript_imports(tree, &files, &limits)
        };
        for dependency in graph.dependencies.iter_mut().filter(|d| is_of(d)) {
            let name = &dependency.package.name;
            dependency.imported = runward_imports::is_imported(&imports, &ecosystem, name);
        }
    }
}
