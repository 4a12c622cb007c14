//! What differs from a revision, on disk.

use std::collections::BTreeMap;

use gix_index::entry::Stage;
use runward_model::NotCovered;

use crate::{
    FileMode, GitError, ObjectId, RepoPath,
    changes::{Change, compare, index_file},
    repository::Repository,
    untracked::untracked,
    worktree::{OnDisk, WorkTree},
};

/// How a file on disk differs from the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedKind {
    Added,
    Modified,
    Deleted,
    /// Not in the index, and not ignored.
    Untracked,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    pub path: RepoPath,
    pub kind: ChangedKind,
}

/// What changed, from the root of the working tree; see [`RepoPath::below`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The commit that the working tree was compared with.
    pub base: ObjectId,
    /// In the order of their paths.
    pub files: Vec<ChangedFile>,
    pub not_covered: Vec<NotCovered>,
}

impl Repository {
    /// The working tree against the commit at which this branch left the revision (what others did there
    /// since is not this branch's change), and files that git does not know yet. Filters are not run: a file that only
    /// a filter makes equal counts as changed.
    pub fn changed_since(&self, revision: &str) -> Result<Changed, GitError> {
        let root = self.work_dir().ok_or(GitError::NoWorkTree)?;
        let given = self.resolve(revision)?;
        let base = match self.head()?.commit {
            Some(head) => self.merge_base(given, head)?.unwrap_or(given),
            None => given,
        };
        let index = self.index()?;
        let compared = compare(self, Some(self.commit(base)?.tree), &index)?;
        let mut not_covered = compared.not_covered;
        let mut changes: BTreeMap<RepoPath, Change> = compared
            .changes
            .into_iter()
            .map(|change| (change.path.clone(), change))
            .collect();
        let limit = self.limits().max_object_bytes;
        let mut disk = WorkTree::new(root, self.objects().hash, limit);
        let mut files = Vec::new();
        for entry in index.entries() {
            let path = RepoPath::new(entry.path(&index).to_vec());
            let file = index_file(entry);
            if entry.stage() != Stage::Unconflicted || entry.mode.is_sparse() {
                continue;
            }
            let staged = changes.remove(&path);
            if file.mode == FileMode::Submodule {
                if staged.is_some() {
                    let reason = "the submodule is at another commit; look at it there";
                    not_covered.push(NotCovered::file(path.to_string(), reason));
                }
                continue;
            }
            let before = match &staged {
                Some(change) => change.before,
                None => Some(file),
            };
            let kind = match disk.compare(&index, entry) {
                OnDisk::Same => staged.is_some().then_some(ChangedKind::Modified),
                OnDisk::Absent => before.map(|_| ChangedKind::Deleted),
                OnDisk::Differs(_) => {
                    let back =
                        staged.is_some() && before.is_some_and(|before| disk.has(&path, before.id));
                    (!back).then_some(ChangedKind::Modified)
                }
                OnDisk::Unknown(reason) => {
                    not_covered.push(NotCovered::file(path.to_string(), reason));
                    None
                }
            };
            files.extend(kind.map(|kind| ChangedFile {
                kind: match (kind, before) {
                    (ChangedKind::Modified, None) => ChangedKind::Added,
                    (kind, _) => kind,
                },
                path,
            }));
        }
        let (new, told) = untracked(self, root, &index)?;
        not_covered.extend(told);
        for path in new {
            // Taken out of the index and still there: no deletion.
            changes.remove(&path);
            files.push(ChangedFile {
                path,
                kind: ChangedKind::Untracked,
            });
        }
        for (path, change) in changes {
            if change.after.is_none()
                && change
                    .before
                    .is_some_and(|file| file.mode != FileMode::Submodule)
            {
                files.push(ChangedFile {
                    path,
                    kind: ChangedKind::Deleted,
                });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Changed {
            base,
            files,
            not_covered,
        })
    }
}
