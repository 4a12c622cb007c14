//! A repository, opened.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, OnceLock},
};

use runward_model::NotCovered;

use crate::{
    Commit, GitError, Limits, ObjectId, OpenOptions, Reader, RepoPath,
    config::Config,
    objects::Objects,
    place::{self, Place},
};

/// A repository, opened for reading. What is written to it later may not be seen.
pub struct Repository {
    place: Place,
    options: OpenOptions,
    objects: Objects,
    shallow: Vec<ObjectId>,
    pub(crate) packed_refs: OnceLock<(BTreeMap<Vec<u8>, ObjectId>, usize)>,
}

/// Extensions of the repository's format that change nothing of what is read here.
const KNOWN_EXTENSIONS: &[&str] = &[
    "noop",
    "noop-v1",
    "objectformat",
    "partialclone",
    "preciousobjects",
    "refstorage",
    "relativeworktrees",
    "worktreeconfig",
];

impl Repository {
    /// The repository that a directory is in.
    pub fn discover(start: &Path, options: &OpenOptions) -> Result<Self, GitError> {
        Self::at(place::discover(start, options)?, options)
    }

    /// The repository whose working tree or git directory this is.
    pub fn open(directory: &Path, options: &OpenOptions) -> Result<Self, GitError> {
        Self::at(place::exactly(directory, options)?, options)
    }

    fn at(place: Place, options: &OpenOptions) -> Result<Self, GitError> {
        let hash = format(&place.config)?;
        let objects = Objects::open(&place, hash, options.trust, &options.limits)?;
        let shallow = place
            .files
            .read(&place.common_dir.join("shallow"))?
            .unwrap_or_default()
            .split(|byte| *byte == b'\n')
            .filter_map(|line| ObjectId::from_hex(line.trim_ascii()))
            .collect();
        Ok(Self {
            place,
            options: options.clone(),
            objects,
            shallow,
            packed_refs: OnceLock::new(),
        })
    }

    /// The root of the working tree; `None` in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.place.work_dir.as_deref()
    }

    /// What belongs to this working tree: `HEAD`, the index.
    pub fn git_dir(&self) -> &Path {
        &self.place.git_dir
    }

    /// What all working trees share. Hooks are below it.
    pub fn common_dir(&self) -> &Path {
        &self.place.common_dir
    }

    /// The directory that [`Repository::discover`] started at, below the working tree's root.
    pub fn prefix(&self) -> &RepoPath {
        &self.place.prefix
    }

    /// Whether older commits were left out when it was cloned.
    pub fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }

    /// Whether objects were left out that git would fetch when it needs them.
    pub fn is_partial(&self) -> bool {
        let config = &self.place.config;
        config.get("extensions.partialclone").is_some()
            || config
                .keys("remote")
                .any(|key| key.ends_with(".promisor") || key.ends_with(".partialclonefilter"))
    }

    /// Packs that could not be opened.
    pub fn problems(&self) -> &[NotCovered] {
        &self.objects.problems
    }

    /// A reader for one thread; it keeps what the next object is likely to need.
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(&self.objects)
    }

    /// One blob's bytes. For more than a few, use one [`Reader`].
    pub fn blob(&self, id: ObjectId) -> Result<Arc<Vec<u8>>, GitError> {
        self.reader().blob(id)
    }

    /// Who made a commit, when, and what they said.
    pub fn commit(&self, id: ObjectId) -> Result<Commit, GitError> {
        let limit = self.limits().max_object_bytes;
        let bytes = self.reader().expect(id, gix_object::Kind::Commit, limit)?;
        Commit::parse(id, &bytes).ok_or_else(|| GitError::Corrupt {
            id,
            reason: "it names no tree".to_owned(),
        })
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.objects
    }

    pub(crate) fn options(&self) -> &OpenOptions {
        &self.options
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.options.limits
    }

    pub(crate) fn shallow(&self) -> &[ObjectId] {
        &self.shallow
    }
}

/// The hash that names objects; formats that cannot be read are refused.
fn format(config: &Config) -> Result<gix_hash::Kind, GitError> {
    let version = config.get("core.repositoryformatversion").unwrap_or("0");
    let instead = "read it with a current git, or convert it";
    if !matches!(version, "0" | "1") {
        return Err(GitError::Unsupported {
            what: format!("repository format `{version}`"),
            instead,
        });
    }
    if version == "1"
        && let Some(unknown) = config
            .keys("extensions")
            .find(|key| !KNOWN_EXTENSIONS.contains(key))
    {
        return Err(GitError::Unsupported {
            what: format!("a repository with the extension `{unknown}`"),
            instead,
        });
    }
    if let Some(storage) = config.get("extensions.refstorage")
        && !storage.eq_ignore_ascii_case("files")
    {
        return Err(GitError::Unsupported {
            what: format!("references stored as `{storage}`"),
            instead: "convert them with `git refs migrate --ref-format=files`",
        });
    }
    match config.get("extensions.objectformat").unwrap_or("sha1") {
        "sha1" => Ok(gix_hash::Kind::Sha1),
        "sha256" => Ok(gix_hash::Kind::Sha256),
        other => Err(GitError::Unsupported {
            what: format!("objects named by `{other}`"),
            instead,
        }),
    }
}
