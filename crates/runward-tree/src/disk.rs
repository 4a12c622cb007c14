//! A tree on disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use runward_model::NotCovered;

use crate::{EntryKind, Tree, TreeError, TreeLimits, Walk, path};

/// The files below a directory, or one single file.
#[derive(Debug, Clone)]
pub struct DiskTree {
    /// Canonical, so that a link's target can be compared with it.
    root: PathBuf,
    limits: TreeLimits,
}

impl DiskTree {
    /// Opens a directory.
    pub fn open(root: &Path, limits: TreeLimits) -> Result<Self, TreeError> {
        let shown = root.display().to_string();
        let root = fs::canonicalize(root).map_err(|error| unreadable(&shown, &error))?;
        if !root.is_dir() {
            return Err(TreeError::Unreadable {
                path: shown,
                reason: "not a directory".to_owned(),
            });
        }
        Ok(Self { root, limits })
    }

    /// The canonical root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The place on disk behind a path, links resolved; an error where it leaves the root.
    fn resolve(&self, path: &str) -> Result<PathBuf, TreeError> {
        let relative = path::join("", path)?;
        let resolved = fs::canonicalize(self.root.join(&relative))
            .map_err(|error| unreadable(&relative, &error))?;
        if resolved.starts_with(&self.root) {
            Ok(resolved)
        } else {
            Err(TreeError::Escapes { path: relative })
        }
    }
}

fn unreadable(path: &str, error: &io::Error) -> TreeError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => TreeError::NotFound { path },
        _ => TreeError::Unreadable {
            path,
            reason: error.to_string(),
        },
    }
}

fn kind_of(metadata: &fs::Metadata) -> Option<EntryKind> {
    if metadata.is_dir() {
        Some(EntryKind::Directory)
    } else if metadata.is_file() {
        Some(EntryKind::File)
    } else {
        None
    }
}

impl Tree for DiskTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        let resolved = self.resolve(path)?;
        let metadata = fs::metadata(&resolved).map_err(|error| unreadable(path, &error))?;
        // A pipe or a device would block or never end.
        if !metadata.is_file() {
            return Err(TreeError::NotAFile {
                path: path.to_owned(),
            });
        }
        if metadata.len() > self.limits.max_file_bytes {
            return Err(TreeError::TooLarge {
                path: path.to_owned(),
                size: metadata.len(),
                limit: self.limits.max_file_bytes,
            });
        }
        fs::read(&resolved).map_err(|error| unreadable(path, &error))
    }

    fn kind(&self, path: &str) -> Option<EntryKind> {
        let resolved = self.resolve(path).ok()?;
        kind_of(&fs::metadata(resolved).ok()?)
    }

    fn list(&self, directory: &str) -> Result<Vec<(String, EntryKind)>, TreeError> {
        let resolved = self.resolve(directory)?;
        let entries = fs::read_dir(resolved).map_err(|error| unreadable(directory, &error))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(directory, &error))?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let child = if directory.is_empty() {
                name.clone()
            } else {
                format!("{directory}/{name}")
            };
            if let Some(kind) = self.kind(&child) {
                names.push((name, kind));
            }
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }

    fn walk(&self, directory: &str, skip: &(dyn Fn(&str) -> bool + Sync)) -> Walk {
        let mut walk = Walk::default();
        let mut pending = vec![(directory.to_owned(), 0)];
        while let Some((directory, depth)) = pending.pop() {
            if let Err(error) = self.enter(&directory, depth, skip, &mut walk, &mut pending) {
                walk.not_covered
                    .push(NotCovered::file(directory, error.to_string()));
            }
            if walk.files.len() >= self.limits.max_files {
                walk.not_covered.push(NotCovered::file(
                    "",
                    format!(
                        "more than {} files; scan parts on their own",
                        self.limits.max_files
                    ),
                ));
                break;
            }
        }
        walk.files.sort_unstable();
        walk.lost_links.sort_unstable();
        walk
    }
}

impl DiskTree {
    /// Adds one directory's files to `walk` and its directories to `pending`.
    fn enter(
        &self,
        directory: &str,
        depth: usize,
        skip: &(dyn Fn(&str) -> bool + Sync),
        walk: &mut Walk,
        pending: &mut Vec<(String, usize)>,
    ) -> Result<(), TreeError> {
        let entries = fs::read_dir(self.root.join(directory))
            .map_err(|error| unreadable(directory, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(directory, &error))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                walk.not_covered.push(NotCovered::file(
                    format!("{directory}/{}", name.to_string_lossy()),
                    "the name is not valid UTF-8; rename it",
                ));
                continue;
            };
            let child = if directory.is_empty() {
                name.to_owned()
            } else {
                format!("{directory}/{name}")
            };
            let file_type = entry
                .file_type()
                .map_err(|error| unreadable(&child, &error))?;
            // Linked directories are not entered: what they hold inside the root is met on its
            // own path, and a loop cannot form.
            if file_type.is_dir() {
                if skip(&child) {
                    continue;
                }
                if depth >= self.limits.max_depth {
                    walk.not_covered.push(NotCovered::file(
                        child,
                        format!(
                            "deeper than {} directories; scan it on its own",
                            self.limits.max_depth
                        ),
                    ));
                } else {
                    pending.push((child, depth + 1));
                }
            } else if file_type.is_file() {
                walk.files.push(child);
            } else if file_type.is_symlink() {
                match self.kind(&child) {
                    Some(EntryKind::File) => walk.files.push(child),
                    Some(EntryKind::Directory) => {}
                    None => walk.lost_links.push(child),
                }
            }
        }
        Ok(())
    }
}
