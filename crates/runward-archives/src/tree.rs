//! The files of an archive.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use runward_tree::{EntryKind, Tree, TreeError, Walk, path};

/// A file's bytes: a part of a buffer that others share, so that a tarball is unpacked once.
#[derive(Debug, Clone)]
pub struct Blob {
    buffer: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Blob {
    pub fn new(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self {
            buffer: Arc::new(bytes),
            range,
        }
    }

    /// A part of a buffer; `None` where it leads out of it.
    pub(crate) fn part(buffer: &Arc<Vec<u8>>, range: Range<usize>) -> Option<Self> {
        buffer.get(range.clone())?;
        Some(Self {
            buffer: Arc::clone(buffer),
            range,
        })
    }

    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.range.clone()).unwrap_or_default()
    }

    pub fn len(&self) -> u64 {
        self.range.len() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }
}

/// Files by path.
#[derive(Debug, Clone, Default)]
pub struct ArchiveTree {
    files: BTreeMap<String, Blob>,
    /// Symbolic links that lead nowhere or out of the archive.
    lost_links: Vec<String>,
}

impl ArchiveTree {
    /// The bytes of a file, without a copy.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Blob::bytes)
    }

    pub fn blob(&self, path: &str) -> Option<&Blob> {
        self.files.get(path)
    }

    /// Every file with its bytes, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(path, blob)| (path.as_str(), blob.bytes()))
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Puts a file in; what stood there before is given back.
    pub fn insert(&mut self, path: String, blob: Blob) -> Option<Blob> {
        self.files.insert(path, blob)
    }

    pub(crate) fn lost(&mut self, path: String) {
        self.lost_links.push(path);
    }

    /// The files below a directory, by the order of paths without looking at the others.
    fn below<'t>(&'t self, directory: &str) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        let prefix = if directory.is_empty() {
            String::new()
        } else {
            format!("{directory}/")
        };
        self.files
            .range(prefix.clone()..)
            .map_while(move |(path, _)| Some((path.as_str(), path.strip_prefix(&prefix)?)))
    }
}

impl Tree for ArchiveTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        let path = path::join("", path)?;
        match self.files.get(&path) {
            Some(blob) => Ok(blob.bytes().to_vec()),
            None => Err(TreeError::NotFound { path }),
        }
    }

    fn kind(&self, path: &str) -> Option<EntryKind> {
        let path = path::join("", path).ok()?;
        if self.files.contains_key(&path) {
            return Some(EntryKind::File);
        }
        self.below(&path).next().map(|_| EntryKind::Directory)
    }

    fn list(&self, directory: &str) -> Result<Vec<(String, EntryKind)>, TreeError> {
        let directory = path::join("", directory)?;
        let mut names: BTreeMap<String, EntryKind> = BTreeMap::new();
        for (_, rest) in self.below(&directory) {
            match rest.split_once('/') {
                Some((name, _)) => names.insert(name.to_owned(), EntryKind::Directory),
                None => names.insert(rest.to_owned(), EntryKind::File),
            };
        }
        Ok(names.into_iter().collect())
    }

    fn walk(&self, directory: &str, skip: &(dyn Fn(&str) -> bool + Sync)) -> Walk {
        let skipped = |file: &str| {
            file.match_indices('/')
                .any(|(at, _)| file.get(..at).is_some_and(skip))
        };
        Walk {
            files: self
                .below(directory)
                .map(|(path, _)| path)
                .filter(|path| !skipped(path))
                .map(str::to_owned)
                .collect(),
            lost_links: self.lost_links.clone(),
            not_covered: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_listed_and_walked() {
        let mut tree = ArchiveTree::default();
        for path in ["a/b.py", "a/c/d.py", "a.py", "ab/x"] {
            tree.insert(path.to_owned(), Blob::new(path.into()));
        }
        assert_eq!(tree.read("a/b.py").unwrap(), b"a/b.py");
        assert!(tree.read("../a.py").is_err());
        assert_eq!(tree.kind("a"), Some(EntryKind::Directory));
        assert_eq!(tree.kind("a.py"), Some(EntryKind::File));
        assert_eq!(tree.kind("b"), None);
        assert_eq!(
            tree.list("a").unwrap(),
            [
                ("b.py".to_owned(), EntryKind::File),
                ("c".to_owned(), EntryKind::Directory)
            ]
        );
        assert_eq!(tree.walk("a", &|path| path == "a/c").files, ["a/b.py"]);
        assert_eq!(tree.walk("", &|_| false).files.len(), 4);
    }
}
