//! What the next commit changes.

use std::{collections::BTreeMap, sync::Arc};

use runward_model::NotCovered;

use crate::{
    FileMode, GitError, LineRange, ObjectId, RepoPath, added_lines,
    changes::{Change, compare},
    repository::Repository,
};

/// How a file differs from the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StagedKind {
    Added,
    Modified,
    Deleted,
    /// The same content under another name. (With changes it is a deletion and an addition.)
    Renamed {
        from: RepoPath,
    },
}

/// A file of the index that differs from the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedFile {
    pub path: RepoPath,
    pub kind: StagedKind,
    /// `None` where it is deleted. See [`Repository::blob`].
    pub id: Option<ObjectId>,
    /// `None` where it is new.
    pub previous: Option<ObjectId>,
    /// What it is now; what it was, where it is deleted.
    pub mode: FileMode,
}

/// All of them, and what could not be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Staged {
    /// In the order of their paths.
    pub files: Vec<StagedFile>,
    pub not_covered: Vec<NotCovered>,
}

impl Repository {
    /// The index against the last commit; against nothing before the first one.
    pub fn staged(&self) -> Result<Staged, GitError> {
        let index = self.index()?;
        let tree = match self.head()?.commit {
            Some(commit) => Some(self.commit(commit)?.tree),
            None => None,
        };
        let changes = compare(self, tree, &index)?;
        Ok(Staged {
            files: renames(changes.changes),
            not_covered: changes.not_covered,
        })
    }

    /// The staged content of a path, whether it is changed or not; `None` where there is none.
    pub fn staged_blob(&self, path: &RepoPath) -> Result<Option<Arc<Vec<u8>>>, GitError> {
        let index = self.index()?;
        let stage = gix_index::entry::Stage::Unconflicted;
        let found = index.entry_by_path_and_stage(path.as_bytes().into(), stage);
        match found {
            Some(entry) => self.blob(ObjectId(entry.id)).map(Some),
            None => Ok(None),
        }
    }

    /// The lines of a staged file that the last commit does not have, so that a hook reports only what is new.
    pub fn added_lines(&self, file: &StagedFile) -> Result<Vec<LineRange>, GitError> {
        let Some(id) = file.id.filter(|_| file.mode != FileMode::Submodule) else {
            return Ok(Vec::new());
        };
        let mut reader = self.reader();
        let after = reader.blob(id)?;
        let before = match file.previous {
            Some(id) => match reader.blob(id) {
                Ok(bytes) => Some(bytes),
                // It was a submodule.
                Err(GitError::Missing { .. }) => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        Ok(added_lines(before.as_deref().map(Vec::as_slice), &after))
    }
}

/// Joins what was deleted and added with the same content.
fn renames(changes: Vec<Change>) -> Vec<StagedFile> {
    let mut gone: BTreeMap<ObjectId, Vec<RepoPath>> = BTreeMap::new();
    for change in changes.iter().rev() {
        if let (Some(before), None) = (change.before, change.after) {
            gone.entry(before.id).or_default().push(change.path.clone());
        }
    }
    let mut files: Vec<StagedFile> = changes
        .into_iter()
        .filter_map(|change| {
            let now = change.after.or(change.before)?;
            let kind = match (change.before, change.after) {
                (Some(_), Some(_)) => StagedKind::Modified,
                (Some(_), None) => StagedKind::Deleted,
                (None, _) => match gone.get_mut(&now.id).and_then(Vec::pop) {
                    Some(from) => StagedKind::Renamed { from },
                    None => StagedKind::Added,
                },
            };
            let previous = match kind {
                StagedKind::Renamed { .. } => Some(now.id),
                _ => change.before.map(|file| file.id),
            };
            Some(StagedFile {
                path: change.path,
                kind,
                id: change.after.map(|file| file.id),
                previous,
                mode: now.mode,
            })
        })
        .collect();
    let moved: std::collections::BTreeSet<RepoPath> = files
        .iter()
        .filter_map(|file| match &file.kind {
            StagedKind::Renamed { from } => Some(from.clone()),
            _ => None,
        })
        .collect();
    files.retain(|file| file.kind != StagedKind::Deleted || !moved.contains(&file.path));
    files
}
