//! An opened database.

use std::{
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use runward_model::{DatabaseInfo, DatabaseKind, Ecosystem, scan::EcosystemInfo};

use crate::{
    DatabaseError,
    index::{
        bytes::Bytes,
        container::{Container, Kind},
        key,
        shard::Shard,
    },
    manifest::{self, Manifest},
    starter,
};

/// How often opening is tried again where an update switches generations meanwhile.
const TRIES: usize = 5;

/// An advisory database. Opening maps its files and reads their headers only; it can be shared
/// between threads. It stays whole while it is open, also where an update replaces it.
#[derive(Debug)]
pub struct Database {
    pub(crate) kind: DatabaseKind,
    /// The directory; none for the starter set.
    pub(crate) dir: Option<PathBuf>,
    pub(crate) manifest: Manifest,
    pub(crate) shards: Vec<Shard>,
    pub(crate) kev: Option<Container>,
    pub(crate) epss: Option<Container>,
}

impl Database {
    /// Opens the database in a directory; `None` where there is none.
    pub fn open(dir: &Path) -> Result<Option<Self>, DatabaseError> {
        let mut tries = 0;
        loop {
            let Some(generation) = manifest::current(dir)? else {
                return Ok(None);
            };
            match Self::open_generation(dir, &generation) {
                // An update may have removed the generation after its name was read.
                Err(DatabaseError::Unreadable { source, .. })
                    if source.kind() == io::ErrorKind::NotFound
                        && tries < TRIES
                        && manifest::current(dir)?.as_ref() != Some(&generation) =>
                {
                    tries += 1;
                }
                other => return other.map(Some),
            }
        }
    }

    /// The database in a directory, else the starter set.
    pub fn open_or_starter(dir: &Path) -> Result<Self, DatabaseError> {
        match Self::open(dir)? {
            Some(database) => Ok(database),
            None => Self::starter(),
        }
    }

    /// The small built-in set.
    pub fn starter() -> Result<Self, DatabaseError> {
        starter::build().map_err(|reason| DatabaseError::Starter { reason })
    }

    fn open_generation(dir: &Path, generation: &Path) -> Result<Self, DatabaseError> {
        let manifest = Manifest::read(generation)?;
        let shards = manifest
            .ecosystems
            .iter()
            .map(|item| {
                let file = Container::open(&generation.join(&item.file), Kind::Advisories)?;
                Ok(Shard::new(&item.ecosystem, file))
            })
            .collect::<Result<_, DatabaseError>>()?;
        let feed = |file: &Option<manifest::FeedFile>, kind| {
            file.as_ref()
                .map(|feed| Container::open(&generation.join(&feed.file), kind))
                .transpose()
        };
        Ok(Self {
            kind: DatabaseKind::Full,
            dir: Some(dir.to_path_buf()),
            shards,
            kev: feed(&manifest.kev, Kind::Kev)?,
            epss: feed(&manifest.epss, Kind::Epss)?,
            manifest,
        })
    }

    /// Whether the database has the advisories of an ecosystem. Where it does not, a dependency
    /// is not judged, which is not the same as clean.
    pub fn covers(&self, ecosystem: &Ecosystem) -> bool {
        self.shard(ecosystem).is_some()
    }

    pub(crate) fn shard(&self, ecosystem: &Ecosystem) -> Option<&Shard> {
        let base = key::base(ecosystem);
        self.shards
            .iter()
            .find(|shard| shard.base.eq_ignore_ascii_case(base))
    }

    /// What the database holds and how old it is. Its age is that of its oldest ecosystem or feed,
    /// so that a part which was left behind is noticed. The starter set is never stale: it is
    /// judged by its kind.
    pub fn info(&self, now: Timestamp, max_age_hours: u32) -> DatabaseInfo {
        let origins = self
            .manifest
            .ecosystems
            .iter()
            .map(|item| &item.origin)
            .chain(
                self.manifest
                    .kev
                    .iter()
                    .chain(&self.manifest.epss)
                    .map(|feed| &feed.origin),
            );
        let updated = origins.map(|origin| origin.read).min();
        let age_hours = updated.map(|updated| {
            let seconds = now.duration_since(updated).as_secs_f64();
            (seconds / 3600.0).max(0.0)
        });
        let sum = |count: fn(&manifest::EcosystemFile) -> u64| {
            self.manifest.ecosystems.iter().map(count).sum()
        };
        let feeds = || self.manifest.kev.iter().chain(&self.manifest.epss);
        let entries = |feed: &Option<manifest::FeedFile>| feed.as_ref().map_or(0, |f| f.entries);
        DatabaseInfo {
            kind: self.kind,
            path: self.dir.as_ref().map(|dir| dir.display().to_string()),
            updated,
            age_hours,
            stale: self.kind == DatabaseKind::Full
                && age_hours.is_none_or(|age| age > f64::from(max_age_hours)),
            max_age_hours,
            advisories: sum(|item| item.advisories),
            packages: sum(|item| item.packages),
            ecosystems: self
                .manifest
                .ecosystems
                .iter()
                .map(|item| EcosystemInfo {
                    ecosystem: item.ecosystem.clone(),
                    advisories: item.advisories,
                    source: item.source(),
                    updated: Some(item.origin.read),
                    newest_record: item.newest,
                })
                .collect(),
            kev_entries: entries(&self.manifest.kev),
            epss_entries: entries(&self.manifest.epss),
            problems: sum(|item| item.problems) + feeds().map(|feed| feed.problems).sum::<u64>(),
        }
    }

    /// The problems that were met when the database was made, in words, as far as they were kept.
    pub fn problems(&self) -> Result<Vec<String>, DatabaseError> {
        let mut problems = Vec::new();
        for shard in &self.shards {
            problems.extend(shard.problems().map_err(|error| shard.damaged(error))?);
        }
        Ok(problems)
    }

    /// Bytes of its files.
    pub(crate) fn bytes(&self) -> u64 {
        let shards = self.shards.iter().map(Shard::bytes);
        let feeds = self.kev.iter().chain(&self.epss).map(Container::bytes);
        shards.chain(feeds).sum()
    }

    /// Reads all of the database and compares it with the sums that it states.
    pub fn verify(&self) -> Result<(), DatabaseError> {
        self.shards.iter().try_for_each(Shard::verify)?;
        self.kev
            .iter()
            .chain(&self.epss)
            .try_for_each(Container::verify)
    }
}

/// Reads any bytes as an index, and as the parts of one behind its sums, for fuzzing.
pub(crate) fn read_any_index(bytes: &[u8]) {
    use crate::index::{card::Card, package_block::Block, ranges::Place};
    use runward_model::Package;
    use runward_versions::Version;
    let _ = Card::decode_whole(bytes);
    if let (Ok(block), Ok(version)) = (Block::read(bytes), Version::parse(&Ecosystem::PyPI, "1.0"))
    {
        let _ = block.place(&Ecosystem::PyPI, &version);
        for entry in block.entries().unwrap_or_default() {
            let _ = entry.affects(Place::at(1));
            let _ = entry.fixes(Place::BEGINNING, &mut Vec::new());
            let _ = entry.pending(&block);
        }
    }
    let Ok(file) = Container::new(
        Bytes::Owned(bytes.to_vec()),
        Path::new("fuzz"),
        Kind::Advisories,
    ) else {
        return;
    };
    let database = Database {
        kind: DatabaseKind::Full,
        dir: None,
        manifest: Manifest::default(),
        shards: vec![Shard::new("PyPI", file)],
        kev: None,
        epss: None,
    };
    let _ = database.verify();
    let _ = database.matches(&Package::new(Ecosystem::PyPI, "a-b", Some("1.0")));
    let _ = database.advisory("CVE-2020-1111");
    let _ = database.problems();
}
