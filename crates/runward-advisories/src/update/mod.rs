//! Makes a new generation of the database and switches to it.
//!
//! Everything is written beside what is in use; the switch is one rename at the very end. An
//! update that fails or is killed at any moment leaves the old database as it was, and the next
//! one clears up after it.

mod download;
mod drop;
mod feeds;
mod generation;
mod import;
mod lock;
mod records;
mod source;

use std::path::Path;

use jiff::Timestamp;
use runward_http::Http;

pub use drop::{DroppedEcosystem, drop_ecosystem};
pub use import::import;
pub use source::{DEFAULT_ECOSYSTEMS, Feed, Source};

use crate::{
    Limits, Progress, Step, UpdateError,
    index::builder::Built,
    manifest::{EcosystemFile, Manifest, Origin},
    sources::{old_source, only_imported},
};
use generation::NewGeneration;

/// OSV's public archives.
pub const OSV_URL: &str = "https://osv-vulnerabilities.storage.googleapis.com";
/// FIRST's exploit predictions of the day.
pub const EPSS_URL: &str = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz";
/// CISA's catalogue of known exploited vulnerabilities.
pub const KEV_URL: &str =
    "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";

/// Most places of imported records that are remembered of one ecosystem.
const MAX_IMPORTED: usize = 50;

/// What to update from.
#[derive(Debug, Clone)]
pub struct UpdateRequest {
    /// The base of OSV's layout: `<base>/<ecosystem>/all.zip`.
    pub osv: Source,
    /// By OSV's names, in any case. Empty: all that a directory holds, or the default ones of an
    /// address. One that is named here must be there.
    pub ecosystems: Vec<String>,
    pub epss: Feed,
    pub kev: Feed,
    pub now: Timestamp,
    pub limits: Limits,
}

impl UpdateRequest {
    /// From the public sources.
    pub fn public(now: Timestamp) -> Self {
        Self {
            osv: Source::Url(OSV_URL.to_owned()),
            ecosystems: Vec::new(),
            epss: Feed::At(Source::Url(EPSS_URL.to_owned())),
            kev: Feed::At(Source::Url(KEV_URL.to_owned())),
            now,
            limits: Limits::default(),
        }
    }

    /// From a copy of OSV's layout (a directory or an address), with the feeds that stand beside
    /// it or one level up.
    pub fn from_copy(source: Source, now: Timestamp) -> Self {
        Self {
            osv: source,
            epss: Feed::Beside,
            kev: Feed::Beside,
            ..Self::public(now)
        }
    }
}

/// What happened to one part of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Read anew.
    Updated,
    /// The source says that it did not change.
    Unchanged,
    /// Not asked for, or not to be had: as it was in the old database.
    CarriedOver,
    /// Not there, and not in the old database.
    Absent,
}

/// One ecosystem after an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcosystemUpdate {
    pub ecosystem: String,
    pub outcome: Outcome,
    pub advisories: u64,
    pub packages: u64,
    /// Records that could not be used in full.
    pub problems: u64,
    pub source: String,
}

/// One feed after an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedUpdate {
    pub outcome: Outcome,
    pub entries: u64,
    pub source: Option<String>,
}

/// The new database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateSummary {
    pub ecosystems: Vec<EcosystemUpdate>,
    pub kev: FeedUpdate,
    pub epss: FeedUpdate,
    /// What a person should know: a feed that is old or absent, an ecosystem that was left out.
    pub warnings: Vec<String>,
    /// The first problems in the data, in words.
    pub problems: Vec<String>,
}

/// Updates the database in `dir`, which is made where it does not exist. Ecosystems that are not
/// part of the update are kept from the old database.
pub fn update(
    dir: &Path,
    request: &UpdateRequest,
    http: &dyn Http,
    progress: &mut dyn Progress,
) -> Result<UpdateSummary, UpdateError> {
    let plan = source::plan(request)?;
    let mut making = Making::start(dir, request, http, progress)?;
    for item in plan {
        making.ecosystem(&item)?;
    }
    if !making.has_read() {
        return Err(UpdateError::NoAdvisories {
            source_path: request.osv.to_string(),
            reason: "none of the ecosystems is there".to_owned(),
        });
    }
    making.finish()
}

/// An update under way.
struct Making<'a> {
    dir: &'a Path,
    request: &'a UpdateRequest,
    http: &'a dyn Http,
    progress: &'a mut dyn Progress,
    generation: NewGeneration,
    manifest: Manifest,
    summary: UpdateSummary,
    /// Ecosystems that nobody named and that the source does not have.
    missing: Vec<String>,
    /// Held to the end.
    _lock: lock::UpdateLock,
}

impl<'a> Making<'a> {
    fn start(
        dir: &'a Path,
        request: &'a UpdateRequest,
        http: &'a dyn Http,
        progress: &'a mut dyn Progress,
    ) -> Result<Self, UpdateError> {
        std::fs::create_dir_all(dir).map_err(|error| UpdateError::io(dir, error))?;
        let lock = lock::UpdateLock::take(dir, request.now)?;
        let generation = NewGeneration::start(dir)?;
        let none = || FeedUpdate {
            outcome: Outcome::Absent,
            entries: 0,
            source: None,
        };
        let mut warnings = Vec::new();
        warnings.extend(generation.old_problem.clone());
        Ok(Self {
            dir,
            request,
            http,
            progress,
            generation,
            manifest: Manifest {
                format: crate::manifest::FORMAT,
                ..Manifest::default()
            },
            summary: UpdateSummary {
                ecosystems: Vec::new(),
                kev: none(),
                epss: none(),
                warnings,
                problems: Vec::new(),
            },
            missing: Vec::new(),
            _lock: lock,
        })
    }

    /// Reads one ecosystem of the plan.
    fn ecosystem(&mut self, item: &source::Planned) -> Result<(), UpdateError> {
        let limits = self.request.limits;
        let (archive, etag, last_modified) = match &item.at {
            source::At::File(path) => (path.clone(), None, None),
            source::At::Url(url) => {
                let known = self.generation.old_ecosystem(&item.ecosystem);
                let request = download::Download {
                    url,
                    name: &item.ecosystem,
                    known: known.map(|file| &file.origin),
                    max_bytes: limits.max_archive_bytes,
                };
                match download::fetch(self.dir, &request, self.http, self.progress) {
                    Ok(download::Fetched::New(file)) => (file.path, file.etag, file.last_modified),
                    Ok(download::Fetched::Unchanged) => {
                        return self.keep(&item.ecosystem, Outcome::Unchanged);
                    }
                    Err(UpdateError::Http(error)) if error.is_not_found() && !item.required => {
                        self.missing.push(item.ecosystem.clone());
                        return Ok(());
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        let source = match &item.at {
            source::At::File(path) => path.display().to_string(),
            source::At::Url(url) => runward_http::without_credentials(url),
        };
        let read = records::read_archive(
            &archive,
            &item.ecosystem,
            &source,
            self.generation.path(),
            &limits,
            self.progress,
        );
        if matches!(item.at, source::At::Url(_)) {
            // Used or useless, it is not gone on with.
            download::discard(self.dir, &item.ecosystem);
        }
        self.replaced(&item.ecosystem, read?, source, etag, last_modified);
        Ok(())
    }

    /// Takes an index that replaces that of its ecosystem.
    fn replaced(
        &mut self,
        ecosystem: &str,
        built: Built,
        source: String,
        etag: Option<String>,
        last_modified: Option<String>,
    ) {
        if let Some(old) = self.generation.old_ecosystem(ecosystem).cloned() {
            if !old.imported.is_empty() {
                self.summary.warnings.push(format!(
                    "{ecosystem}: what was imported from {} is replaced; import it again to have \
                     it",
                    old.imported.join(", ")
                ));
            }
            if !old.partial && old.advisories >= 100 && built.advisories < old.advisories / 2 {
                self.summary.warnings.push(format!(
                    "{ecosystem} went from {} to {} advisories; look whether {source} is whole",
                    old.advisories, built.advisories
                ));
            }
        }
        let origin = Origin {
            source,
            read: self.request.now,
            etag,
            last_modified,
        };
        self.add(ecosystem, built, origin, Vec::new(), false);
    }

    /// Takes an index that has an ecosystem's old records and further ones.
    fn merged(&mut self, ecosystem: &str, old: Option<EcosystemFile>, built: Built, from: &Path) {
        let source = from.display().to_string();
        let now = Origin {
            source: source.clone(),
            read: self.request.now,
            etag: None,
            last_modified: None,
        };
        let mut imported = Vec::new();
        let (mut origin, mut partial) = (now, true);
        if let Some(old) = old {
            imported = old.imported;
            if !old.partial {
                partial = false;
                // The old records are as old as they were. The source is not asked whether it
                // changed: the next update replaces what is added here, also where it did not.
                origin = Origin {
                    etag: None,
                    last_modified: None,
                    ..old.origin
                };
            }
        }
        if partial {
            let warning = only_imported(ecosystem, built.advisories);
            self.summary.warnings.push(warning);
        }
        imported.retain(|known| *known != source);
        imported.push(source);
        let surplus = imported.len().saturating_sub(MAX_IMPORTED);
        imported.drain(..surplus);
        self.add(ecosystem, built, origin, imported, partial);
    }

    fn add(
        &mut self,
        ecosystem: &str,
        built: Built,
        origin: Origin,
        imported: Vec<String>,
        partial: bool,
    ) {
        self.progress.step(Step::Done { what: ecosystem });
        let file = EcosystemFile {
            ecosystem: ecosystem.to_owned(),
            file: Manifest::file_name(ecosystem),
            origin,
            advisories: built.advisories,
            withdrawn: built.withdrawn,
            packages: built.packages,
            problems: built.problems,
            newest: crate::moment(built.newest),
            imported,
            partial,
        };
        self.summary
            .warnings
            .extend(old_source(&file, self.request.now));
        self.summary.ecosystems.push(EcosystemUpdate {
            ecosystem: ecosystem.to_owned(),
            outcome: Outcome::Updated,
            advisories: built.advisories,
            packages: built.packages,
            problems: built.problems,
            source: file.source(),
        });
        let room = self
            .request
            .limits
            .max_problems
            .saturating_sub(self.summary.problems.len());
        self.summary
            .problems
            .extend(built.problem_texts.into_iter().take(room));
        self.manifest.ecosystems.push(file);
    }

    /// Keeps an ecosystem of the old database, where it has it.
    fn keep(&mut self, ecosystem: &str, outcome: Outcome) -> Result<(), UpdateError> {
        let Some(mut file) = self.generation.old_ecosystem(ecosystem).cloned() else {
            return Ok(());
        };
        self.generation.carry_over(&file.file)?;
        if outcome == Outcome::Unchanged {
            file.origin.read = self.request.now;
        }
        self.summary.ecosystems.push(EcosystemUpdate {
            ecosystem: file.ecosystem.clone(),
            outcome,
            advisories: file.advisories,
            packages: file.packages,
            problems: file.problems,
            source: file.source(),
        });
        self.manifest.ecosystems.push(file);
        Ok(())
    }

    /// Whether the source had anything.
    fn has_read(&self) -> bool {
        self.summary
            .ecosystems
            .iter()
            .any(|item| matches!(item.outcome, Outcome::Updated | Outcome::Unchanged))
    }

    fn finish(mut self) -> Result<UpdateSummary, UpdateError> {
        for ecosystem in self.generation.old_ecosystems() {
            let known = |item: &EcosystemUpdate| item.ecosystem.eq_ignore_ascii_case(&ecosystem);
            if !self.summary.ecosystems.iter().any(known) {
                self.keep(&ecosystem, Outcome::CarriedOver)?;
            }
        }
        if !self.missing.is_empty() {
            self.summary.warnings.push(format!(
                "{} has no {}; what the database has of them is kept",
                self.request.osv,
                self.missing.join(", ")
            ));
        }
        self.feeds()?;
        self.manifest
            .ecosystems
            .sort_by(|a, b| a.ecosystem.cmp(&b.ecosystem));
        self.generation.switch(self.dir, &self.manifest)?;
        Ok(self.summary)
    }
}
