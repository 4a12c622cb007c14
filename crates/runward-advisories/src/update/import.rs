//! Advisories from this machine's disk: whole archives, and records that are added to what the
//! database has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use runward_http::{Http, HttpError, Request, Response, Sink};
use runward_model::Ecosystem;

use super::{Feed, Making, Source, UpdateRequest, UpdateSummary, feeds, records, source};
use crate::{
    Limits, Progress, UpdateError,
    index::{builder::Built, shard::Shard},
    manifest::{self, EcosystemFile, Manifest},
    osv::{
        archive::{Item, ReadError, json_files, read_files, read_zip_file},
        prepare::Prepared,
    },
};

/// Takes advisories from disk.
///
/// A directory in OSV's layout and an archive that is called `all.zip` hold all of an ecosystem,
/// which they replace. What is in another archive, in a directory of record files or in one such
/// file is added: it replaces the records of the same ids, unless those were modified later.
///
/// An `all.zip` outside of OSV's layout is that of the one ecosystem which all its records speak
/// of; where there is none, its records are added too.
pub fn import(
    dir: &Path,
    from: &Path,
    now: Timestamp,
    limits: Limits,
    progress: &mut dyn Progress,
) -> Result<UpdateSummary, UpdateError> {
    let about = from
        .metadata()
        .map_err(|error| UpdateError::given(from, error))?;
    let mut request = UpdateRequest {
        limits,
        ..UpdateRequest::from_copy(Source::Dir(from.to_path_buf()), now)
    };
    if about.is_dir() && !source::subdirectories(from)?.is_empty() {
        return super::update(dir, &request, &Offline, progress);
    }
    if about.is_file()
        && let Some(ecosystem) = whole_ecosystem(from, &limits, progress)?
    {
        let mut making = Making::start(dir, &request, &Offline, progress)?;
        making.ecosystem(&source::Planned {
            ecosystem,
            at: source::At::File(from.to_path_buf()),
            required: true,
        })?;
        return making.finish();
    }
    let files = Files::of(from, about.is_dir(), &limits)?;
    // Nothing can be added to a database that cannot be read.
    if let Some(generation) = manifest::current(dir)? {
        Manifest::read(&generation)?;
        (request.kev, request.epss) = (Feed::Keep, Feed::Keep);
    }
    let mut making = Making::start(dir, &request, &Offline, progress)?;
    let merge = Merge {
        what: from.display().to_string(),
        into: making.generation.path().to_path_buf(),
        limits,
        old: making.generation.old_indexes()?,
        builders: BTreeMap::new(),
        older: Few::default(),
        unmatched: Few::default(),
    };
    let merged = merge.read(&files, making.progress)?;
    making.summary.warnings.extend(merged.warnings);
    for (ecosystem, old, built) in merged.indexes {
        making.merged(&ecosystem, old, built, from);
    }
    making.finish()
}

/// An import stays on this machine.
struct Offline;

impl Http for Offline {
    fn get(
        &self,
        request: &Request,
        _: &mut dyn Sink,
        _: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError> {
        Err(HttpError::Unreachable {
            url: runward_http::without_credentials(&request.url),
            attempts: 0,
            reason: "an import uses no network".to_owned(),
        })
    }
}

fn is_matched(base: &str) -> bool {
    Ecosystem::MATCHED
        .iter()
        .any(|known| known.osv_name() == base)
}

/// The ecosystem of which an archive says by its name that it holds all.
fn whole_ecosystem(
    archive: &Path,
    limits: &Limits,
    progress: &mut dyn Progress,
) -> Result<Option<String>, UpdateError> {
    if archive
        .file_name()
        .is_none_or(|name| name != source::ARCHIVE)
    {
        return Ok(None);
    }
    // In OSV's layout the directory says which.
    let directory = archive.parent().and_then(Path::file_name);
    if let Some(name) = directory.and_then(|name| name.to_str())
        && let Ok(ecosystem) = source::ecosystem(name)
        && is_matched(&ecosystem)
    {
        return Ok(Some(ecosystem));
    }
    let what = archive.display().to_string();
    records::size_allowed(archive, limits)?;
    let mut shared: Option<BTreeSet<String>> = None;
    read_zip_file(archive, limits, &mut |at, item| {
        records::tell(progress, &what, at);
        if let Item::Record(record) = item
            && !record.ecosystems.is_empty()
        {
            shared = Some(match shared.take() {
                Some(shared) => &shared & &record.ecosystems,
                None => record.ecosystems,
            });
        }
        Ok(())
    })
    .map_err(|error| records::refused(&what, archive, error))?;
    let mut shared = shared
        .unwrap_or_default()
        .into_iter()
        .filter(|base| is_matched(base));
    let first = shared.next();
    Ok(first.filter(|_| shared.next().is_none()))
}

/// Where records that are added stand.
enum Files {
    Archive(PathBuf),
    /// The records of a directory.
    Loose(Vec<PathBuf>),
    One(PathBuf),
}

impl Files {
    fn of(from: &Path, is_dir: bool, limits: &Limits) -> Result<Self, UpdateError> {
        let what = || from.display().to_string();
        if is_dir {
            let mut files =
                json_files(from, limits).map_err(|error| records::refused(&what(), from, error))?;
            files.retain(|file| !file.file_name().is_some_and(feeds::is_feed));
            if files.is_empty() {
                return Err(UpdateError::Unusable {
                    what: what(),
                    reason: "it holds no records".to_owned(),
                    next: "give a directory in OSV's layout (`<ecosystem>/all.zip`), or one with \
                           OSV records (`*.json`) right in it",
                });
            }
            return Ok(Self::Loose(files));
        }
        let mut start = [0; 2];
        let is_zip = File::open(from)
            .and_then(|mut file| file.read_exact(&mut start))
            .is_ok_and(|()| start == *b"PK");
        let is_json = from
            .extension()
            .is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"));
        if is_json && !is_zip {
            Ok(Self::One(from.to_path_buf()))
        } else {
            Ok(Self::Archive(from.to_path_buf()))
        }
    }
}

/// How many there are, and the first of them.
#[derive(Default)]
struct Few {
    ids: BTreeSet<String>,
    first: Option<String>,
}

impl Few {
    fn add(&mut self, id: &str) {
        if self.ids.insert(id.to_owned()) {
            self.first.get_or_insert_with(|| id.to_owned());
        }
    }

    /// `none`, where there are none, else a count and an example in words.
    fn told(&self, what: &str) -> Option<String> {
        let first = self.first.as_ref()?;
        Some(match self.ids.len() {
            1 => format!("{first} {what}"),
            count => format!("{first} and {} more records: each {what}", count - 1),
        })
    }
}

/// Records on their way into the indexes of the ecosystems that they speak of.
struct Merge {
    what: String,
    into: PathBuf,
    limits: Limits,
    old: Vec<(EcosystemFile, Shard)>,
    builders: BTreeMap<String, records::FileBuilder>,
    /// Records that the database has in a younger form.
    older: Few,
    unmatched: Few,
}

struct Merged {
    /// The new indexes, each with what the old database says of its ecosystem.
    indexes: Vec<(String, Option<EcosystemFile>, Built)>,
    warnings: Vec<String>,
}

impl Merge {
    fn read(mut self, files: &Files, progress: &mut dyn Progress) -> Result<Merged, UpdateError> {
        let what = self.what.clone();
        let limits = self.limits;
        let mut tally = records::Tally::default();
        let mut unread = Vec::new();
        let mut failed = None;
        let mut each = |at: (u64, u64), item: Item| {
            records::tell(progress, &what, at);
            match item {
                Item::Record(record) => {
                    tally.read();
                    if let Err(error) = self.add(&record) {
                        failed = Some(error);
                        return Err(io::Error::other("the record cannot be added"));
                    }
                }
                Item::Unread { file, reason } => {
                    if matches!(files, Files::One(_)) {
                        failed = Some(no_record(&what, reason.clone()));
                        return Err(io::Error::other(reason));
                    }
                    let problem = tally.unread(&file, &reason);
                    if unread.len() < limits.max_problems {
                        unread.push(problem);
                    }
                }
            }
            Ok(())
        };
        let result = match files {
            Files::Loose(paths) => read_files(paths, &limits, &mut each),
            Files::One(path) => read_files(std::slice::from_ref(path), &limits, &mut each),
            Files::Archive(path) => {
                records::size_allowed(path, &limits)?;
                read_zip_file(path, &limits, &mut each)
            }
        };
        if let Some(error) = failed {
            return Err(error);
        }
        result.map_err(|error| match error {
            ReadError::Refused(reason) => no_record(&what, reason),
            ReadError::Io(_) => records::refused(&what, &self.into, error),
        })?;
        tally.check(&what, &limits)?;
        if let Some(mut first) = self.builders.first_entry() {
            for problem in unread {
                first.get_mut().problem(problem);
            }
        }
        self.finish()
    }

    /// Adds a record to the index of each ecosystem that it speaks of, or spoke of before.
    fn add(&mut self, record: &Prepared) -> Result<(), UpdateError> {
        let mut bases: BTreeSet<String> = record
            .ecosystems
            .iter()
            // Others have no version order of their own here; `db update` takes them by name.
            .filter(|base| is_matched(base))
            .cloned()
            .collect();
        let mut younger = BTreeSet::new();
        for (item, shard) in &self.old {
            let known = shard
                .own(&record.id)
                .map_err(|error| shard.damaged(error))?;
            let Some(known) = known else { continue };
            if matches!((known.modified, record.modified), (Some(a), Some(b)) if a > b) {
                younger.insert(item.ecosystem.clone());
            } else {
                bases.insert(item.ecosystem.clone());
            }
        }
        if !younger.is_empty() {
            self.older.add(&record.id);
        } else if bases.is_empty() {
            self.unmatched.add(&record.id);
        }
        for base in bases.difference(&younger) {
            if !self.builders.contains_key(base) {
                let builder = records::open(base, &self.into, &self.limits)?;
                self.builders.insert(base.clone(), builder);
            }
            if let Some(builder) = self.builders.get_mut(base) {
                builder
                    .add(record)
                    .map_err(|error| UpdateError::io(&self.into, error))?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Merged, UpdateError> {
        let mut warnings = Vec::new();
        warnings.extend(
            self.older
                .told("is older than what the database has, which is kept"),
        );
        warnings.extend(
            self.unmatched
                .told("names no package of an ecosystem that is matched, and is left out"),
        );
        if self.builders.is_empty() && self.older.first.is_none() {
            return Err(UpdateError::Unusable {
                what: self.what,
                reason: "its records name no package of an ecosystem that is matched".to_owned(),
                next: "give records of PyPI, npm, crates.io or another one of OSV's ecosystems",
            });
        }
        let mut indexes = Vec::new();
        for (ecosystem, mut builder) in self.builders {
            let old = self
                .old
                .iter()
                .find(|(item, _)| item.ecosystem.eq_ignore_ascii_case(&ecosystem));
            if let Some((item, shard)) = old {
                // What is damaged must not get sums that say it is whole.
                shard.verify()?;
                builder
                    .carry_over(shard, item.problems)
                    .map_err(|error| UpdateError::io(&self.into, error))?;
            }
            let built = records::finish(builder, &self.into)?;
            indexes.push((ecosystem, old.map(|(item, _)| item.clone()), built));
        }
        Ok(Merged { indexes, warnings })
    }
}

fn no_record(what: &str, reason: String) -> UpdateError {
    UpdateError::Unusable {
        what: what.to_owned(),
        reason,
        next: "give an OSV record (`.json`), a directory of them, a zip archive of them, or a \
               directory in OSV's layout (`<ecosystem>/all.zip`)",
    }
}
