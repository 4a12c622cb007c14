//! All files of a state.

use gix_index::State;
use runward_model::NotCovered;

use crate::{FileMode, GitError, ObjectId, RepoPath, changes::compare, repository::Repository};

/// A file of a commit or of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    pub path: RepoPath,
    pub id: ObjectId,
    pub mode: FileMode,
}

/// All files, in the order of their paths, and what could not be listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    pub files: Vec<ListedFile>,
    pub not_covered: Vec<NotCovered>,
}

impl Repository {
    /// What the next commit would hold.
    pub fn staged_files(&self) -> Result<Listing, GitError> {
        let index = self.index()?;
        self.listing(None, &index)
    }

    /// What a commit holds.
    pub fn commit_files(&self, commit: ObjectId) -> Result<Listing, GitError> {
        let tree = self.commit(commit)?.tree;
        self.listing(Some(tree), &State::new(self.objects().hash))
    }

    /// Everything differs from nothing.
    fn listing(&self, tree: Option<ObjectId>, index: &State) -> Result<Listing, GitError> {
        let changes = compare(self, tree, index)?;
        let files = changes.changes.into_iter().filter_map(|change| {
            let file = change.after.or(change.before)?;
            Some(ListedFile {
                path: change.path,
                id: file.id,
                mode: file.mode,
            })
        });
        Ok(Listing {
            files: files.collect(),
            not_covered: changes.not_covered,
        })
    }
}
