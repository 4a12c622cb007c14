//! References: loose files below `refs/`, and `packed-refs`.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{GitError, ObjectId, RepoPath, path::os_bytes, repository::Repository};

/// A name for an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// In full: `refs/heads/main`, `HEAD`.
    pub name: RepoPath,
    pub target: ObjectId,
}

/// What `HEAD` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The branch, in full; `None` where `HEAD` is detached.
    pub branch: Option<RepoPath>,
    /// `None` before the first commit.
    pub commit: Option<ObjectId>,
}

/// What one reference holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Object(ObjectId),
    Symbolic(Vec<u8>),
}

/// Reads a loose reference's file. `None` where it is neither a name nor an object.
pub fn target_of(bytes: &[u8]) -> Option<Target> {
    if let Some(name) = bytes.strip_prefix(b"ref:") {
        return Some(Target::Symbolic(name.trim_ascii().to_vec()));
    }
    let word = bytes.split(u8::is_ascii_whitespace).next()?;
    ObjectId::from_hex(word).map(Target::Object)
}

/// Reads `packed-refs`: names and objects, peeled lines left out; the second is the number of lines
/// that could not be read.
pub fn packed_refs(bytes: &[u8]) -> (BTreeMap<Vec<u8>, ObjectId>, usize) {
    let mut found = BTreeMap::new();
    let mut broken = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.is_empty() || line.starts_with(b"#") || line.starts_with(b"^") {
            continue;
        }
        let mut parts = line.splitn(2, |byte| *byte == b' ');
        let id = parts.next().and_then(ObjectId::from_hex);
        match (id, parts.next()) {
            (Some(id), Some(name)) if !name.is_empty() => {
                found.insert(name.trim_ascii_end().to_vec(), id);
            }
            _ => broken += 1,
        }
    }
    (found, broken)
}

/// All references, and how many could not be read.
#[derive(Debug, Default)]
pub(crate) struct References {
    pub(crate) found: Vec<Reference>,
    pub(crate) broken: Vec<String>,
}

impl Repository {
    /// What `HEAD` says.
    pub fn head(&self) -> Result<Head, GitError> {
        let path = self.place().git_dir.join("HEAD");
        let bytes = self.place().files.read(&path)?;
        match bytes.as_deref().and_then(target_of) {
            Some(Target::Object(id)) => Ok(Head {
                branch: None,
                commit: Some(id),
            }),
            Some(Target::Symbolic(name)) => Ok(Head {
                commit: self.find_ref(&name)?,
                branch: Some(RepoPath::new(name)),
            }),
            None => Err(GitError::Unreadable {
                path,
                reason: "it names neither a branch nor a commit".to_owned(),
            }),
        }
    }

    /// Everything below `refs/`, in the order of the names.
    pub fn references(&self) -> Result<Vec<Reference>, GitError> {
        Ok(self.all_references()?.found)
    }

    /// The object that a full name stands for.
    pub(crate) fn find_ref(&self, name: &[u8]) -> Result<Option<ObjectId>, GitError> {
        let mut name = name.to_vec();
        for _ in 0..self.limits().max_hops {
            match self.loose_ref(&name)? {
                Some(Target::Object(id)) => return Ok(Some(id)),
                Some(Target::Symbolic(next)) => name = next,
                None => return Ok(self.packed()?.0.get(&name).copied()),
            }
        }
        Ok(None)
    }

    fn loose_ref(&self, name: &[u8]) -> Result<Option<Target>, GitError> {
        let Some(relative) = RepoPath::new(name).to_relative() else {
            return Ok(None);
        };
        let place = self.place();
        // Names such as `HEAD` and `refs/bisect/…` belong to the working tree.
        for directory in [&place.git_dir, &place.common_dir] {
            if let Some(bytes) = place.files.read(&directory.join(&relative))? {
                return Ok(target_of(&bytes));
            }
        }
        Ok(None)
    }

    fn packed(&self) -> Result<&(BTreeMap<Vec<u8>, ObjectId>, usize), GitError> {
        if let Some(packed) = self.packed_refs.get() {
            return Ok(packed);
        }
        let path = self.place().common_dir.join("packed-refs");
        let bytes = self.place().files.read(&path)?.unwrap_or_default();
        Ok(self.packed_refs.get_or_init(|| packed_refs(&bytes)))
    }

    pub(crate) fn all_references(&self) -> Result<References, GitError> {
        let (packed, unreadable) = self.packed()?;
        let mut all = packed.clone();
        let mut broken = Vec::new();
        if *unreadable > 0 {
            broken.push(format!("{unreadable} lines of packed-refs"));
        }
        let place = self.place();
        let mut names = Vec::new();
        self.loose_names(&place.common_dir, b"refs", &mut names)?;
        if place.git_dir != place.common_dir {
            self.loose_names(&place.git_dir, b"refs", &mut names)?;
        }
        for name in names {
            match self.find_ref(&name) {
                Ok(Some(id)) => {
                    all.insert(name, id);
                }
                // A symbolic reference to a branch that is gone, such as a remote's old default.
                Ok(None) if matches!(self.loose_ref(&name), Ok(Some(Target::Symbolic(_)))) => {}
                Ok(None) | Err(_) => broken.push(RepoPath::new(name).to_string()),
            }
        }
        let found = all
            .into_iter()
            .map(|(name, target)| Reference {
                name: RepoPath::new(name),
                target,
            })
            .collect();
        Ok(References { found, broken })
    }

    /// `HEAD` of this and of all linked working trees.
    pub(crate) fn all_heads(&self) -> Result<(Vec<ObjectId>, Vec<String>), GitError> {
        let mut broken = Vec::new();
        let mut heads = Vec::new();
        match self.head() {
            Ok(head) => heads.extend(head.commit),
            Err(error) => broken.push(error.to_string()),
        }
        let place = self.place();
        let mut files = vec![place.common_dir.join("HEAD")];
        let linked = place.common_dir.join("worktrees");
        let mut directories: Vec<_> = fs::read_dir(&linked)
            .into_iter()
            .flatten()
            .flatten()
            .take(self.limits().max_refs)
            .map(|entry| entry.path().join("HEAD"))
            .collect();
        directories.sort();
        files.extend(directories);
        for file in files {
            match place.files.read(&file) {
                Ok(Some(bytes)) => match target_of(&bytes) {
                    Some(Target::Object(id)) => heads.push(id),
                    Some(Target::Symbolic(name)) => heads.extend(self.find_ref(&name)?),
                    None => broken.push(format!("{}", file.display())),
                },
                Ok(None) => {}
                Err(error) => broken.push(error.to_string()),
            }
        }
        Ok((heads, broken))
    }

    fn loose_names(
        &self,
        root: &Path,
        name: &[u8],
        names: &mut Vec<Vec<u8>>,
    ) -> Result<(), GitError> {
        let mut open = vec![name.to_vec()];
        while let Some(directory) = open.pop() {
            let Some(relative) = RepoPath::new(directory.clone()).to_relative() else {
                continue;
            };
            for entry in fs::read_dir(root.join(relative))
                .into_iter()
                .flatten()
                .flatten()
            {
                let file_name = entry.file_name();
                let Some(part) = os_bytes(&file_name) else {
                    continue;
                };
                let mut name = directory.clone();
                name.push(b'/');
                name.extend_from_slice(part);
                let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
                let in_progress = name.ends_with(b".lock");
                if is_directory && name.len() < self.limits().max_path_bytes {
                    open.push(name);
                } else if !in_progress {
                    names.push(name);
                }
                let limit = self.limits().max_refs;
                if names.len() + open.len() > limit {
                    return Err(GitError::OverLimit {
                        what: "references",
                        limit: limit as u64,
                    });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn loose_references() {
        assert_eq!(
            target_of(b"ref: refs/heads/a\n"),
            Some(Target::Symbolic(b"refs/heads/a".to_vec()))
        );
        let id = ObjectId::from_hex(ID.as_bytes()).unwrap();
        assert_eq!(
            target_of(format!("{ID}\n").as_bytes()),
            Some(Target::Object(id))
        );
        assert_eq!(target_of(b"root:x:0:0"), None);
        assert_eq!(target_of(b""), None);
    }

    #[test]
    fn packed_references_without_peeled_ones() {
        let text = format!("# pack-refs with: peeled\n{ID} refs/tags/a\n^{ID}\nx refs/heads/b\n");
        let (found, broken) = packed_refs(text.as_bytes());
        assert_eq!(found.keys().collect::<Vec<_>>(), [b"refs/tags/a"]);
        assert_eq!(broken, 1);
    }

    proptest! {
        #[test]
        fn anything_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = target_of(&bytes);
            let _ = packed_refs(&bytes);
        }
    }
}
