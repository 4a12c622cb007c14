//! A tree compared with the index, directory by directory.

use std::{collections::BTreeMap, ops::Range};

use gix_index::{State, entry, extension};
use gix_object::{TreeRefIter, tree::EntryMode};
use runward_model::NotCovered;

use crate::{GitError, ObjectId, Reader, RepoPath, repository::Repository};

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileMode {
    Regular,
    Executable,
    /// The content is where it leads to.
    Link,
    /// Another repository, mounted here; its id is a commit of that one.
    Submodule,
}

/// A file in a tree or in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) mode: FileMode,
    pub(crate) id: ObjectId,
}

/// A path whose file is not the same in the tree and in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) path: RepoPath,
    pub(crate) before: Option<File>,
    pub(crate) after: Option<File>,
}

#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) changes: Vec<Change>,
    pub(crate) not_covered: Vec<NotCovered>,
}

/// A directory to be compared.
struct Open<'i> {
    path: Vec<u8>,
    tree: Option<ObjectId>,
    entries: Range<usize>,
    cached: Option<&'i extension::Tree>,
}

struct Comparison<'i, 'r> {
    repository: &'r Repository,
    reader: Reader<'r>,
    index: &'i State,
    open: Vec<Open<'i>>,
    out: Changes,
    trees: usize,
}

/// Compares. Directories whose tree the index knows to be the same are not entered.
pub(crate) fn compare(
    repository: &Repository,
    tree: Option<ObjectId>,
    index: &State,
) -> Result<Changes, GitError> {
    let mut comparison = Comparison {
        repository,
        reader: repository.reader(),
        index,
        open: vec![Open {
            path: Vec::new(),
            tree,
            entries: 0..index.entries().len(),
            cached: index.tree(),
        }],
        out: Changes::default(),
        trees: 0,
    };
    while let Some(directory) = comparison.open.pop() {
        comparison.directory(&directory)?;
    }
    let mut out = comparison.out;
    out.changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}

impl<'i> Comparison<'i, '_> {
    fn directory(&mut self, directory: &Open<'i>) -> Result<(), GitError> {
        if let (Some(cached), Some(tree)) = (directory.cached, directory.tree)
            && cached.num_entries.is_some()
            && cached.id == tree.0
        {
            return Ok(());
        }
        let limits = self.repository.limits();
        self.trees += 1;
        let count = self.out.changes.len();
        if self.trees > limits.max_trees || count > limits.max_blobs {
            return Err(GitError::OverLimit {
                what: "trees or files in one comparison",
                limit: limits.max_trees.min(limits.max_blobs) as u64,
            });
        }
        if directory.path.len() > limits.max_path_bytes {
            return Err(GitError::OverLimit {
                what: "bytes of a path",
                limit: limits.max_path_bytes as u64,
            });
        }
        let mut tree = match directory.tree {
            Some(id) => self.entries(id)?,
            None => BTreeMap::new(),
        };
        self.index_side(directory, &mut tree);
        for (name, (mode, id)) in tree {
            let path = join(&directory.path, &name);
            if mode.is_tree() {
                self.open.push(Open {
                    path,
                    tree: Some(id),
                    entries: 0..0,
                    cached: None,
                });
            } else {
                self.change(path, Some(file(mode, id)), None);
            }
        }
        Ok(())
    }

    /// Each name of the index in this directory, with what the tree has of that name.
    fn index_side(
        &mut self,
        directory: &Open<'i>,
        tree: &mut BTreeMap<Vec<u8>, (EntryMode, ObjectId)>,
    ) {
        let skip = match directory.path.len() {
            0 => 0,
            length => length + 1,
        };
        let mut at = directory.entries.start;
        while at < directory.entries.end {
            let Some(entry) = self.index.entries().get(at) else {
                break;
            };
            let path: &[u8] = entry.path(self.index);
            let rest = path.get(skip..).unwrap_or_default();
            let slash = rest.iter().position(|byte| *byte == b'/');
            // A path that begins with `/`, or holds `//`, is no path of git's: it is taken whole.
            let slash = slash.filter(|at| *at > 0);
            let name = rest.get(..slash.unwrap_or(rest.len())).unwrap_or(rest);
            if slash.is_some() && entry.mode != entry::Mode::DIR {
                let end = self.end_of(at, directory.entries.end, skip, name);
                let below = tree.get(name).filter(|(mode, _)| mode.is_tree()).copied();
                if below.is_some() {
                    tree.remove(name);
                }
                let cached = directory.cached.and_then(|cached| {
                    let same = |child: &&extension::Tree| child.name.as_slice() == name;
                    cached.children.iter().find(same)
                });
                self.open.push(Open {
                    path: join(&directory.path, name),
                    tree: below.map(|(_, id)| id),
                    entries: at..end,
                    cached,
                });
                at = end;
                continue;
            }
            at += 1;
            self.entry(entry, path, name, tree);
        }
    }

    fn entry(
        &mut self,
        entry: &gix_index::Entry,
        path: &[u8],
        name: &[u8],
        tree: &mut BTreeMap<Vec<u8>, (EntryMode, ObjectId)>,
    ) {
        let shown = || RepoPath::new(path).to_string();
        let before = tree.get(name).copied();
        if entry.stage() != entry::Stage::Unconflicted {
            tree.remove(name);
            let told = NotCovered::file(shown(), "it is in conflict; resolve and stage it");
            if self.out.not_covered.last() != Some(&told) {
                self.out.not_covered.push(told);
            }
            return;
        }
        if entry.mode == entry::Mode::DIR {
            // A directory outside the sparse checkout, kept as one entry.
            let same = before.is_some_and(|(mode, id)| mode.is_tree() && id.0 == entry.id);
            tree.remove(name);
            if !same {
                let reason = "a directory outside the sparse checkout is changed; run `git sparse-checkout disable`";
                self.out.not_covered.push(NotCovered::file(shown(), reason));
            }
            return;
        }
        let before = before
            .filter(|(mode, _)| !mode.is_tree())
            .map(|(mode, id)| file(mode, id));
        if before.is_some() {
            tree.remove(name);
        }
        // Announced with `git add --intent-to-add`: nothing is staged yet.
        if entry.flags.contains(entry::Flags::INTENT_TO_ADD) {
            return;
        }
        self.change(path.to_vec(), before, Some(index_file(entry)));
    }

    /// One past the last entry that is in the directory of that name.
    fn end_of(&self, start: usize, end: usize, skip: usize, name: &[u8]) -> usize {
        let entries = self.index.entries().get(start..end).unwrap_or_default();
        let within = |entry: &gix_index::Entry| {
            let path: &[u8] = entry.path(self.index);
            let rest = path.get(skip..).unwrap_or_default();
            rest.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(b"/"))
        };
        start + entries.iter().take_while(|entry| within(entry)).count()
    }

    fn change(&mut self, path: Vec<u8>, before: Option<File>, after: Option<File>) {
        if before != after {
            self.out.changes.push(Change {
                path: RepoPath::new(path),
                before,
                after,
            });
        }
    }

    fn entries(
        &mut self,
        id: ObjectId,
    ) -> Result<BTreeMap<Vec<u8>, (EntryMode, ObjectId)>, GitError> {
        let limit = self.repository.limits().max_object_bytes;
        let bytes = self.reader.expect(id, gix_object::Kind::Tree, limit)?;
        let mut found = BTreeMap::new();
        for entry in TreeRefIter::from_bytes(&bytes, self.repository.objects().hash) {
            let entry = entry.map_err(|_| GitError::Corrupt {
                id,
                reason: "an entry of the tree cannot be read".to_owned(),
            })?;
            found.insert(
                entry.filename.to_vec(),
                (entry.mode, ObjectId(entry.oid.to_owned())),
            );
        }
        Ok(found)
    }
}

fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = directory.to_vec();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

fn file(mode: EntryMode, id: ObjectId) -> File {
    let mode = match mode.kind() {
        gix_object::tree::EntryKind::BlobExecutable => FileMode::Executable,
        gix_object::tree::EntryKind::Link => FileMode::Link,
        gix_object::tree::EntryKind::Commit => FileMode::Submodule,
        _ => FileMode::Regular,
    };
    File { mode, id }
}

pub(crate) fn index_file(entry: &gix_index::Entry) -> File {
    let mode = if entry.mode == entry::Mode::FILE_EXECUTABLE {
        FileMode::Executable
    } else if entry.mode == entry::Mode::SYMLINK {
        FileMode::Link
    } else if entry.mode == entry::Mode::COMMIT {
        FileMode::Submodule
    } else {
        FileMode::Regular
    };
    File {
        mode,
        id: ObjectId(entry.id),
    }
}
