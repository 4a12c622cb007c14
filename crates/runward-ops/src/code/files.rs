//! Which files are looked at.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use runward_code::Ignored;
use runward_deps::resolve::Runner as _;
use runward_model::NotCovered;
use runward_tree::{EntryKind, MemoryTree, Tree};

use crate::{
    OpsError, Project, Settings, deps::globs, project::STATE_DIRECTORY, runner::SystemRunner,
};

const GIT_TIME: Duration = Duration::from_mins(1);

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
pub(super) struct Files {
    pub(super) tree: Box<dyn Tree>,
    pub(super) paths: Vec<String>,
    /// All files of the project are among them, but for those that are passed over.
    pub(super) whole: bool,
    /// Read from the project's directory, rather than from git.
    pub(super) on_disk: bool,
    pub(super) not_covered: Vec<NotCovered>,
    /// Files and directories that exist and are not looked at, on purpose.
    pub(super) passed_over: Vec<String>,
}

pub(super) fn select(
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
        (None, Which::ChangedSince(revision)) => Files {
            paths: changed(project, revision)?,
            tree: Box::new(disk),
            whole: false,
            on_disk: true,
            not_covered: Vec::new(),
            passed_over: Vec::new(),
        },
        (None, Which::Staged) => staged(project)?,
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

/// Changed and untracked files, relative to the project's root.
fn changed(project: &Project, revision: &str) -> Result<Vec<String>, OpsError> {
    if revision.starts_with('-') || revision.is_empty() {
        return Err(OpsError::usage(
            format!("`{revision}` is no revision"),
            "name a commit, a branch or a tag",
        ));
    }
    // Against the point where the branch left it: what others did since is not this change.
    let base = git(project, &["merge-base", revision, "HEAD"])
        .map(|text| text.trim().to_owned())
        .or_else(|_| {
            git(project, &["rev-parse", "--verify", revision]).map(|text| text.trim().to_owned())
        })?;
    let tracked = git(
        project,
        &[
            "diff",
            "--name-only",
            "-z",
            "--relative",
            "--diff-filter=d",
            &base,
            "--",
        ],
    )?;
    let new = git(
        project,
        &["ls-files", "-z", "--others", "--exclude-standard"],
    )?;
    let all: BTreeSet<String> = names(&tracked).chain(names(&new)).collect();
    Ok(all.into_iter().collect())
}

fn staged(project: &Project) -> Result<Files, OpsError> {
    let listed = git(
        project,
        &[
            "diff",
            "--cached",
            "--name-only",
            "-z",
            "--relative",
            "--diff-filter=d",
            "--",
        ],
    )?;
    let mut not_covered = Vec::new();
    let mut contents = Vec::new();
    for path in names(&listed) {
        match git(project, &["show", &format!(":./{path}")]) {
            Ok(text) => contents.push((path, text.into_bytes())),
            Err(error) => not_covered.push(NotCovered::file(path, error.to_string())),
        }
    }
    for name in [".gitignore", ".semgrepignore"] {
        if let Ok(text) = git(project, &["show", &format!(":./{name}")]) {
            contents.push((name.to_owned(), text.into_bytes()));
        }
    }
    let paths = names(&listed).collect();
    Ok(Files {
        tree: Box::new(MemoryTree::new(contents)),
        paths,
        whole: false,
        on_disk: false,
        not_covered,
        passed_over: Vec::new(),
    })
}

fn names(listed: &str) -> impl Iterator<Item = String> + '_ {
    listed
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

fn git(project: &Project, arguments: &[&str]) -> Result<String, OpsError> {
    let root: &Path = &project.root;
    // A repository's own configuration must not start programs.
    let mut all = vec![
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "diff.external=",
    ];
    all.extend(arguments);
    SystemRunner
        .run("git", &all, root, GIT_TIME)
        .map_err(|error| {
            OpsError::usage(
                format!("`git {}` failed: {error}", arguments.join(" ")),
                "run it in a git repository with that revision, or scan without this option",
            )
        })
}
