//! Which packs and directories of loose objects there are.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use gix_pack::{data, index};
use runward_model::NotCovered;

use crate::{GitError, Limits, ObjectId, Trust, path::bytes_to_path, place::Place};

/// A pack and its index.
pub(super) struct Pack {
    pub(super) index: index::File,
    pub(super) data: data::File,
}

impl Pack {
    pub(super) fn offset(&self, id: &gix_hash::oid) -> Option<u64> {
        self.index
            .lookup(id)
            .map(|at| self.index.pack_offset_at_index(at))
    }
}

/// All packs and directories of loose objects.
pub(crate) struct Objects {
    pub(super) packs: Vec<Pack>,
    pub(super) directories: Vec<PathBuf>,
    pub(crate) hash: gix_hash::Kind,
    pub(super) limits: Limits,
    pub(super) files: crate::file::Files,
    /// Packs that could not be opened.
    pub(crate) problems: Vec<NotCovered>,
}

impl Objects {
    pub(crate) fn open(
        place: &Place,
        hash: gix_hash::Kind,
        trust: Trust,
        limits: &Limits,
    ) -> Result<Self, GitError> {
        let mut objects = Self {
            packs: Vec::new(),
            directories: directories(place, trust, limits)?,
            hash,
            limits: limits.clone(),
            files: place.files.clone(),
            problems: Vec::new(),
        };
        for directory in objects.directories.clone() {
            objects.open_packs(&directory.join("pack"))?;
        }
        Ok(objects)
    }

    fn open_packs(&mut self, directory: &Path) -> Result<(), GitError> {
        self.files.confined(directory)?;
        let mut indices: Vec<_> = fs::read_dir(directory)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "idx"))
            .take(self.limits.max_packs.saturating_add(1))
            .collect();
        indices.sort();
        for path in indices {
            if self.packs.len() >= self.limits.max_packs {
                return Err(GitError::OverLimit {
                    what: "packs",
                    limit: self.limits.max_packs as u64,
                });
            }
            match self.open_pack(&path) {
                Ok(pack) => self.packs.push(pack),
                Err(reason) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    self.problems.push(NotCovered::file(
                        name,
                        format!("the pack cannot be opened: {reason}; see `git fsck`"),
                    ));
                }
            }
        }
        Ok(())
    }

    fn open_pack(&self, path: &Path) -> Result<Pack, String> {
        let packed = path.with_extension("pack");
        for file in [path, &packed] {
            match self.files.is_regular(file) {
                Ok(true) => {}
                Ok(false) => return Err("a file of it is missing".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        }
        let limit = usize::try_from(self.limits.max_object_bytes).ok();
        let open = || {
            let index = index::File::at(path, self.hash).map_err(|error| error.to_string())?;
            let data = data::File::at(&packed, self.hash).map_err(|error| error.to_string())?;
            Ok(Pack {
                index,
                data: data.with_alloc_limit_bytes(limit),
            })
        };
        catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| Err("malformed".to_owned()))
    }

    /// The pack and offset of an object, for reading in the order of the disk. What is loose comes last.
    pub(crate) fn spot(&self, id: &ObjectId) -> (u32, u64) {
        let found = catch_unwind(AssertUnwindSafe(|| {
            self.packs
                .iter()
                .enumerate()
                .find_map(|(at, pack)| Some((u32::try_from(at).ok()?, pack.offset(&id.0)?)))
        }));
        found.ok().flatten().unwrap_or((u32::MAX, 0))
    }

    /// Objects whose names begin with these digits (lower case, at least two), loose ones included.
    pub(crate) fn starting_with(&self, digits: &str) -> Vec<ObjectId> {
        let mut found = Vec::new();
        let Ok(prefix) = gix_hash::Prefix::from_hex(digits) else {
            return found;
        };
        for pack in &self.packs {
            let candidates = catch_unwind(AssertUnwindSafe(|| {
                let mut range = 0..0;
                pack.index.lookup_prefix(prefix, Some(&mut range));
                range
                    .take(MAX_CANDIDATES)
                    .map(|at| ObjectId(pack.index.oid_at_index(at).to_owned()))
                    .collect::<Vec<_>>()
            }));
            found.extend(candidates.unwrap_or_default());
        }
        let (first, rest) = digits.split_at_checked(2).unwrap_or((digits, ""));
        for directory in &self.directories {
            let names = fs::read_dir(directory.join(first)).into_iter().flatten();
            let matching = names.flatten().filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let id = name.starts_with(rest).then(|| format!("{first}{name}"))?;
                ObjectId::from_hex(id.as_bytes())
            });
            found.extend(matching.take(MAX_CANDIDATES));
        }
        found
    }
}

/// Objects that are looked at to tell which one an abbreviation stands for.
const MAX_CANDIDATES: usize = 1000;

/// The object directory and those it borrows from.
fn directories(place: &Place, trust: Trust, limits: &Limits) -> Result<Vec<PathBuf>, GitError> {
    let own = place.common_dir.join("objects");
    place.files.confined(&own)?;
    let mut found = vec![own];
    let mut at = 0;
    while let Some(directory) = found.get(at).cloned() {
        at += 1;
        let list = place.files.read(&directory.join("info/alternates"))?;
        for line in list.unwrap_or_default().split(|byte| *byte == b'\n') {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let Some(named) = bytes_to_path(line) else {
                continue;
            };
            let target = directory.join(named);
            // Told even where nothing is there: objects are going to be missing.
            let real = fs::canonicalize(&target).unwrap_or(target);
            let inside = real.starts_with(&place.common_dir);
            if trust != Trust::Links && !inside {
                return Err(GitError::Outside { target: real });
            }
            if !found.contains(&real) {
                found.push(real);
            }
            if found.len() > limits.max_hops.saturating_mul(4) {
                return Err(GitError::OverLimit {
                    what: "alternate object directories",
                    limit: limits.max_hops.saturating_mul(4) as u64,
                });
            }
        }
    }
    Ok(found)
}
