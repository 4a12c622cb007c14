//! Which files are looked at.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use runward_code::Ignored;
use runward_git::{ChangedKind, FileMode, GitError, OpenOptions, RepoPath, Repository, StagedKind};
use runward_model::NotCovered;
use runward_tree::{EntryKind, MemoryTree, Tree};

use crate::{Context, OpsError, Project, Settings, deps::globs, project::STATE_DIRECTORY};

/// Which part of a project is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Which {
    /// All files that no ignore file names.
    #[default]
    Usual,
    /// All files.
    Everything,
    /// Those that differ from a revision of git, and new ones.
    ChangedSince(String),
    /// Those in git's index that differ from the last commit, as they are in the index.
    Staged,
}

/// The files.
pub(crate) struct Files {
    pub(crate) tree: Box<dyn Tree>,
    pub(crate) paths: Vec<String>,
    /// All files of the project are among them, but for those that are passed over.
    pub(crate) whole: bool,
    /// Read from the project's directory, rather than from git.
    pub(crate) on_disk: bool,
    pub(crate) not_covered: Vec<NotCovered>,
    /// Files and directories that exist and are not looked at, on purpose.
    pub(crate) passed_over: Vec<String>,
}

pub(crate) fn select(
    context: &Context,
    settings: &Settings,
    project: &Project,
    which: &Which,
) -> Result<Files, OpsError> {
    let config = &settings.config().scan;
    let disk = project.tree(config.max_file_bytes)?;
    let mut files = match (&project.only, which) {
        (Some(file), _) => Files {
            paths: vec![file.clone()],
            tree: Box::new(disk),
            whole: false,
            on_disk: true,
            not_covered: Vec::new(),
            passed_over: Vec::new(),
        },
        (None, Which::Usual | Which::Everything) => {
            return walked(settings, Box::new(disk), *which == Which::Everything);
        }
        (None, Which::ChangedSince(revision)) => {
            let (paths, not_covered) = changed(project, revision)?;
            Files {
                paths,
                tree: Box::new(disk),
                whole: false,
                on_disk: true,
                not_covered,
                passed_over: Vec::new(),
            }
        }
        (None, Which::Staged) => staged(context, project)?,
    };
    let excluded = globs(&config.exclude)?;
    let trusted = settings.config().trust_project_policy;
    let ignored = if project.only.is_some() || !trusted {
        Ignored::nothing()
    } else {
        Ignored::read(&*files.tree, &parents(&files.paths))
    };
    files.not_covered.extend(ignored.problems.iter().cloned());
    files.paths.retain(|path| {
        let skipped = excluded.is_match(path)
            || path.starts_with(&format!("{STATE_DIRECTORY}/"))
            || ignored.skips(path, false);
        !skipped && files.tree.kind(path) == Some(EntryKind::File)
    });
    Ok(files)
}

/// Every file below the root.
fn walked(settings: &Settings, tree: Box<dyn Tree>, everything: bool) -> Result<Files, OpsError> {
    let config = &settings.config().scan;
    let excluded = globs(&config.exclude)?;
    let defaults = config.default_excludes && !everything;
    let passed_over = Mutex::new(Vec::new());
    let skip = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        if path == STATE_DIRECTORY || name == ".git" {
            return true;
        }
        let skipped = (defaults && runward_deps::default_skip(path)) || excluded.is_match(path);
        if skipped {
            let mut passed = passed_over.lock().unwrap_or_else(PoisonError::into_inner);
            passed.push(path.to_owned());
        }
        skipped
    };
    let walk = tree.walk("", &skip);
    // Ignore files are the scanned project's: they count where it is trusted.
    let ignored = if everything || !settings.config().trust_project_policy {
        Ignored::nothing()
    } else {
        let with_file: Vec<String> = walk
            .files
            .iter()
            .filter_map(|path| path.strip_suffix("/.gitignore"))
            .map(str::to_owned)
            .collect();
        Ignored::read(&*tree, &with_file)
    };
    let mut not_covered = walk.not_covered;
    not_covered.extend(ignored.problems.iter().cloned());
    let mut passed_over = passed_over
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let (skipped, paths): (Vec<String>, Vec<String>) = walk
        .files
        .into_iter()
        .partition(|path| excluded.is_match(path) || ignored.skips(path, false));
    passed_over.extend(skipped);
    Ok(Files {
        tree,
        paths,
        whole: true,
        on_disk: true,
        not_covered,
        passed_over,
    })
}

fn parents(paths: &[String]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for path in paths {
        let mut rest = path.as_str();
        while let Some((parent, _)) = rest.rsplit_once('/') {
            found.insert(parent.to_owned());
            rest = parent;
        }
    }
    found.into_iter().collect()
}

fn open(project: &Project, index: Option<&str>) -> Result<Repository, OpsError> {
    let options = OpenOptions {
        index_file: index.map(|file| project.root.join(file)),
        ..OpenOptions::default()
    };
    Repository::discover(&project.root, &options).map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: GitError) -> OpsError {
    OpsError::usage(
        format!("the repository cannot be read: {error}"),
        "run it in a git repository with that revision, or scan without this option",
    )
}

/// Paths below the project, of those from the repository's root.
fn below<'a>(
    repository: &Repository,
    paths: impl Iterator<Item = &'a RepoPath>,
    not_covered: &mut Vec<NotCovered>,
) -> Vec<String> {
    let prefix = repository.prefix();
    let mut found = Vec::new();
    for path in paths {
        let inside = if prefix.is_empty() {
            Some(path.clone())
        } else {
            path.below(prefix)
        };
        let Some(inside) = inside else { continue };
        match inside.as_str().filter(|_| inside.is_plain()) {
            Some(path) => found.push(path.to_owned()),
            None => not_covered.push(NotCovered::file(
                String::from_utf8_lossy(inside.as_bytes()).into_owned(),
                "its name is no plain Unicode",
            )),
        }
    }
    found
}

/// Changed and untracked files. The comparison is with the point where the branch left the
/// revision: what others did since is not this change.
fn changed(project: &Project, revision: &str) -> Result<(Vec<String>, Vec<NotCovered>), OpsError> {
    let repository = open(project, None)?;
    let changed = repository.changed_since(revision).map_err(failed)?;
    let mut not_covered = changed.not_covered;
    let files = changed.files.iter();
    let present = files.filter(|file| file.kind != ChangedKind::Deleted);
    let paths = below(
        &repository,
        present.map(|file| &file.path),
        &mut not_covered,
    );
    Ok((paths, not_covered))
}

fn staged(context: &Context, project: &Project) -> Result<Files, OpsError> {
    let repository = open(project, context.variable("GIT_INDEX_FILE"))?;
    let staged = repository.staged().map_err(failed)?;
    let mut not_covered = staged.not_covered;
    let mut contents = Vec::new();
    let mut paths = Vec::new();
    let mut reader = repository.reader();
    for file in &staged.files {
        let Some(id) = file.id.filter(|_| {
            file.kind != StagedKind::Deleted
                && !matches!(file.mode, FileMode::Link | FileMode::Submodule)
        }) else {
            continue;
        };
        for path in below(&repository, std::iter::once(&file.path), &mut not_covered) {
            match reader.blob(id) {
                Ok(bytes) => {
                    contents.push((path.clone(), bytes.to_vec()));
                    paths.push(path);
                }
                Err(error) => not_covered.push(NotCovered::file(path, error.to_string())),
            }
        }
    }
    // Ignore files count as they are in the index, changed or not.
    for listed in repository.staged_files().map_err(failed)?.files {
        let name = listed.path.as_bytes();
        let ignores = name.ends_with(b".gitignore") || name.ends_with(b".semgrepignore");
        if !ignores {
            continue;
        }
        for path in below(&repository, std::iter::once(&listed.path), &mut Vec::new()) {
            if let Ok(bytes) = reader.blob(listed.id) {
                contents.push((path, bytes.to_vec()));
            }
        }
    }
    Ok(Files {
        tree: Box::new(MemoryTree::new(contents)),
        paths,
        whole: false,
        on_disk: false,
        not_covered,
        passed_over: Vec::new(),
    })
}
