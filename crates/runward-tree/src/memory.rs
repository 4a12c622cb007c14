//! A tree that lives in memory, for tests and for archives.

use std::collections::{BTreeMap, BTreeSet};

use crate::{EntryKind, Tree, TreeError, TreeLimits, Walk, path};

/// Files by path.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
    limits: TreeLimits,
}

impl MemoryTree {
    pub fn new<P: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        Self {
            files: files
                .into_iter()
                .map(|(path, content)| (path.into(), content.into()))
                .collect(),
            limits: TreeLimits::default(),
        }
    }

    #[must_use]
    pub fn with_limits(mut self, limits: TreeLimits) -> Self {
        self.limits = limits;
        self
    }
}

fn below<'a>(directory: &str, file: &'a str) -> Option<&'a str> {
    if directory.is_empty() {
        return Some(file);
    }
    file.strip_prefix(directory)?.strip_prefix('/')
}

impl Tree for MemoryTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        let path = path::join("", path)?;
        let content = self
            .files
            .get(&path)
            .ok_or(TreeError::NotFound { path: path.clone() })?;
        let size = content.len() as u64;
        if size > self.limits.max_file_bytes {
            return Err(TreeError::TooLarge {
                path,
                size,
                limit: self.limits.max_file_bytes,
            });
        }
        Ok(content.clone())
    }

    fn kind(&self, path: &str) -> Option<EntryKind> {
        let path = path::join("", path).ok()?;
        if self.files.contains_key(&path) {
            return Some(EntryKind::File);
        }
        self.files
            .keys()
            .any(|file| below(&path, file).is_some())
            .then_some(EntryKind::Directory)
    }

    fn list(&self, directory: &str) -> Result<Vec<(String, EntryKind)>, TreeError> {
        let directory = path::join("", directory)?;
        let names: BTreeSet<(String, bool)> = self
            .files
            .keys()
            .filter_map(|file| below(&directory, file))
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => (name.to_owned(), true),
                None => (rest.to_owned(), false),
            })
            .collect();
        Ok(names
            .into_iter()
            .map(|(name, is_directory)| {
                let kind = if is_directory {
                    EntryKind::Directory
                } else {
                    EntryKind::File
                };
                (name, kind)
            })
            .collect())
    }

    fn walk(&self, directory: &str, skip: &(dyn Fn(&str) -> bool + Sync)) -> Walk {
        let skipped = |file: &str| {
            file.char_indices()
                .filter(|(_, c)| *c == '/')
                .any(|(at, _)| file.get(..at).is_some_and(skip))
        };
        Walk {
            files: self
                .files
                .keys()
                .filter(|file| below(directory, file).is_some() && !skipped(file))
                .cloned()
                .collect(),
            ..Walk::default()
        }
    }
}
