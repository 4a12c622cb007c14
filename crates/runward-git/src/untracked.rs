//! Files that are in the working tree, not in the index, and not ignored.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use gix_index::State;
use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use runward_model::NotCovered;

use crate::{GitError, RepoPath, file::Files, repository::Repository};

/// Ignore files by the directory that they are about.
struct Ignored {
    files: Files,
    root: PathBuf,
    exclude: Gitignore,
    by_directory: BTreeMap<PathBuf, Gitignore>,
}

/// Paths of untracked files, and what was not entered. `.gitignore` and `.git/info/exclude` count; the
/// user's own ignore file (`core.excludesFile`) does not, so that nothing outside is read.
pub(crate) fn untracked(
    repository: &Repository,
    root: &Path,
    index: &State,
) -> Result<(Vec<RepoPath>, Vec<NotCovered>), GitError> {
    let tracked: BTreeSet<&[u8]> = index
        .entries()
        .iter()
        .map(|entry| -> &[u8] { entry.path(index) })
        .collect();
    let mut options = repository.options().clone();
    options.limits.max_file_bytes = MAX_IGNORE_FILE;
    let exclude = repository.common_dir().join("info/exclude");
    let mut ignored = Ignored {
        files: Files::new(&options, vec![root.to_owned()]),
        root: root.to_owned(),
        exclude: rules(
            "",
            &repository
                .place()
                .files
                .read(&exclude)
                .ok()
                .flatten()
                .unwrap_or_default(),
        ),
        by_directory: BTreeMap::new(),
    };
    let mut found = Vec::new();
    let mut told = Vec::new();
    let mut open = vec![PathBuf::new()];
    let mut entries = 0;
    while let Some(directory) = open.pop() {
        let list = match fs::read_dir(root.join(&directory)) {
            Ok(list) => list,
            Err(error) => {
                let name = directory.display().to_string();
                told.push(NotCovered::file(
                    name,
                    format!("the directory cannot be read: {error}"),
                ));
                continue;
            }
        };
        if let Some(problem) = ignored.enter(&directory) {
            told.push(problem);
        }
        for entry in list.flatten() {
            entries += 1;
            let limit = repository.limits().max_blobs;
            if entries > limit {
                return Err(GitError::OverLimit {
                    what: "files in the working tree",
                    limit: limit as u64,
                });
            }
            let relative = directory.join(entry.file_name());
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if entry.file_name() == ".git" {
                continue;
            }
            let Some(path) = RepoPath::from_relative(&relative) else {
                told.push(NotCovered::file(
                    relative.display().to_string(),
                    "its name is no text",
                ));
                continue;
            };
            if kind.is_dir() {
                if tracked.contains(path.as_bytes()) || ignored.skips(&relative, true) {
                    continue;
                }
                if root.join(&relative).join(".git").symlink_metadata().is_ok() {
                    told.push(NotCovered::file(
                        path.to_string(),
                        "it is a repository of its own; look at it there",
                    ));
                    continue;
                }
                open.push(relative);
            } else if !tracked.contains(path.as_bytes())
                && (kind.is_file() || kind.is_symlink())
                && !ignored.skips(&relative, false)
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok((found, told))
}

const MAX_IGNORE_FILE: u64 = 4 * 1024 * 1024;

impl Ignored {
    fn enter(&mut self, directory: &Path) -> Option<NotCovered> {
        let path = self.root.join(directory).join(".gitignore");
        match self.files.read(&path) {
            Ok(Some(bytes)) => {
                let rules = rules(directory, &bytes);
                self.by_directory.insert(directory.to_owned(), rules);
                None
            }
            Ok(None) => None,
            Err(error) => {
                let name = directory.join(".gitignore").display().to_string();
                Some(NotCovered::file(name, error.to_string()))
            }
        }
    }

    /// The nearest ignore file that says something has the word.
    fn skips(&self, path: &Path, is_directory: bool) -> bool {
        let above = path.ancestors().skip(1);
        let files = above.filter_map(|directory| self.by_directory.get(directory));
        for rules in files.chain([&self.exclude]) {
            match rules.matched(path, is_directory) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }
}

/// A line that cannot be read ignores nothing, so that more is looked at, not less.
fn rules(directory: impl AsRef<Path>, bytes: &[u8]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(directory);
    for line in String::from_utf8_lossy(bytes).lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
