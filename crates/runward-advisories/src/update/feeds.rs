//! KEV and EPSS as parts of an update.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use super::{Feed, FeedUpdate, Making, Outcome, Source, download};
use crate::{
    Step, UpdateError,
    feeds::{epss, kev},
    manifest::{FeedFile, Manifest, Origin},
};

/// Reads a feed and writes its table; how many entries it has, and how many it could not read.
type ParseAndWrite = fn(&[u8], &crate::Limits, File) -> Result<(u64, u64), Failure>;

/// What tells the two feeds apart.
struct Kind {
    /// In messages and file names.
    name: &'static str,
    /// The file names under which copies stand beside OSV's archives.
    beside: &'static [&'static str],
    table: &'static str,
    parse_and_write: ParseAndWrite,
}

enum Failure {
    Content(String),
    Io(io::Error),
}

const KEV: Kind = Kind {
    name: "KEV",
    beside: &["known_exploited_vulnerabilities.json"],
    table: "kev.table",
    parse_and_write: |bytes, limits, file| {
        let (rows, unread) = kev::parse(bytes, limits).map_err(Failure::Content)?;
        kev::write(&rows, BufWriter::new(file))
            .and_then(|mut out| out.flush())
            .map_err(Failure::Io)?;
        Ok((rows.len() as u64, unread))
    },
};

const EPSS: Kind = Kind {
    name: "EPSS",
    beside: &["epss_scores-current.csv.gz", "epss_scores-current.csv"],
    table: "epss.table",
    parse_and_write: |bytes, limits, file| {
        let (rows, unread) = epss::parse(bytes, limits).map_err(Failure::Content)?;
        epss::write(&rows, BufWriter::new(file))
            .and_then(|mut out| out.flush())
            .map_err(Failure::Io)?;
        Ok((rows.len() as u64, unread))
    },
};

/// A feed's content, and where it came from.
enum Found {
    New {
        path: PathBuf,
        origin: Origin,
        downloaded: bool,
    },
    Unchanged,
    Absent,
}

impl Making<'_> {
    pub(super) fn feeds(&mut self) -> Result<(), UpdateError> {
        let request = self.request;
        let (update, file) = self.feed(&KEV, &request.kev, |manifest| &manifest.kev)?;
        (self.summary.kev, self.manifest.kev) = (update, file);
        let (update, file) = self.feed(&EPSS, &request.epss, |manifest| &manifest.epss)?;
        (self.summary.epss, self.manifest.epss) = (update, file);
        Ok(())
    }

    fn feed(
        &mut self,
        kind: &Kind,
        wanted: &Feed,
        which: impl Fn(&Manifest) -> &Option<FeedFile>,
    ) -> Result<(FeedUpdate, Option<FeedFile>), UpdateError> {
        let old = self.generation.old_feed(which);
        let result = match wanted {
            Feed::Keep => return self.keep_feed(old, Outcome::CarriedOver),
            Feed::At(source) => self.locate(kind, source, old.as_ref()),
            Feed::Beside => self.beside(kind, old.as_ref()),
        };
        let error = match result.and_then(|found| self.read_feed(kind, found, old.clone())) {
            Ok(Some(done)) => return Ok(done),
            Ok(None) => None,
            // Only the old data is an excuse for a feed that was asked for and is not to be had.
            Err(error) if old.is_some() => Some(error),
            Err(error) => return Err(error),
        };
        self.summary.warnings.push(match (&error, &old) {
            (Some(error), Some(old)) => format!(
                "{} could not be updated, and is kept as it was read on {}: {error}",
                kind.name, old.origin.read
            ),
            (_, Some(old)) => format!(
                "{} does not stand beside the advisories, and is kept as it was read on {}",
                kind.name, old.origin.read
            ),
            _ => format!(
                "{} does not stand beside the advisories (`{}`); findings are judged without it",
                kind.name,
                kind.beside.first().copied().unwrap_or_default()
            ),
        });
        self.keep_feed(old, Outcome::CarriedOver)
    }

    fn keep_feed(
        &mut self,
        old: Option<FeedFile>,
        outcome: Outcome,
    ) -> Result<(FeedUpdate, Option<FeedFile>), UpdateError> {
        let Some(mut file) = old else {
            return Ok((
                FeedUpdate {
                    outcome: Outcome::Absent,
                    entries: 0,
                    source: None,
                },
                None,
            ));
        };
        self.generation.carry_over(&file.file)?;
        if outcome == Outcome::Unchanged {
            file.origin.read = self.request.now;
        }
        let update = FeedUpdate {
            outcome,
            entries: file.entries,
            source: Some(file.origin.source.clone()),
        };
        Ok((update, Some(file)))
    }

    fn locate(
        &mut self,
        kind: &Kind,
        source: &Source,
        old: Option<&FeedFile>,
    ) -> Result<Found, UpdateError> {
        match source {
            Source::Url(url) => self.fetch_feed(kind, url, old),
            Source::Dir(path) => {
                path.metadata()
                    .map_err(|error| UpdateError::given(path, error))?;
                let file = if path.is_dir() {
                    in_directory(kind, path)
                } else {
                    path.is_file().then(|| path.clone())
                };
                file.map(|file| self.on_disk(file)).ok_or_else(|| {
                    UpdateError::unusable(
                        path.display().to_string(),
                        format!("it is no {} file and holds none", kind.name),
                    )
                })
            }
        }
    }

    fn beside(&mut self, kind: &Kind, old: Option<&FeedFile>) -> Result<Found, UpdateError> {
        match &self.request.osv {
            Source::Dir(dir) => {
                let parent = dir
                    .canonicalize()
                    .ok()
                    .and_then(|dir| dir.parent().map(Path::to_path_buf));
                Ok(in_directory(kind, dir)
                    .or_else(|| in_directory(kind, &parent?))
                    .map_or(Found::Absent, |file| self.on_disk(file)))
            }
            Source::Url(base) => {
                let base = base.trim_end_matches('/');
                let above = base
                    .rsplit_once('/')
                    .map(|(above, _)| above)
                    .filter(|above| !above.ends_with('/'));
                for place in std::iter::once(base).chain(above) {
                    for name in kind.beside {
                        match self.fetch_feed(kind, &format!("{place}/{name}"), old) {
                            Err(UpdateError::Http(error)) if error.is_not_found() => {}
                            other => return other,
                        }
                    }
                }
                Ok(Found::Absent)
            }
        }
    }

    fn on_disk(&self, path: PathBuf) -> Found {
        Found::New {
            origin: Origin {
                source: path.display().to_string(),
                read: self.request.now,
                etag: None,
                last_modified: None,
            },
            path,
            downloaded: false,
        }
    }

    fn fetch_feed(
        &mut self,
        kind: &Kind,
        url: &str,
        old: Option<&FeedFile>,
    ) -> Result<Found, UpdateError> {
        let request = download::Download {
            url,
            name: kind.name,
            known: old.map(|file| &file.origin),
            max_bytes: self.request.limits.max_feed_bytes,
        };
        Ok(
            match download::fetch(self.dir, &request, self.http, self.progress)? {
                download::Fetched::Unchanged => Found::Unchanged,
                download::Fetched::New(file) => Found::New {
                    path: file.path,
                    origin: Origin {
                        source: runward_http::without_credentials(url),
                        read: self.request.now,
                        etag: file.etag,
                        last_modified: file.last_modified,
                    },
                    downloaded: true,
                },
            },
        )
    }

    /// None where there is nothing to read.
    fn read_feed(
        &mut self,
        kind: &Kind,
        found: Found,
        old: Option<FeedFile>,
    ) -> Result<Option<(FeedUpdate, Option<FeedFile>)>, UpdateError> {
        let (path, origin, downloaded) = match found {
            Found::Absent => return Ok(None),
            Found::Unchanged => return self.keep_feed(old, Outcome::Unchanged).map(Some),
            Found::New {
                path,
                origin,
                downloaded,
            } => (path, origin, downloaded),
        };
        let limits = self.request.limits;
        let io = |error| UpdateError::io(&path, error);
        if fs::metadata(&path).map_err(io)?.len() > limits.max_feed_bytes {
            return Err(UpdateError::unusable(
                origin.source,
                format!("it is over the limit of {} bytes", limits.max_feed_bytes),
            ));
        }
        let bytes = fs::read(&path).map_err(io)?;
        let table = self.generation.path().join(kind.table);
        let file = File::create(&table).map_err(|error| UpdateError::io(&table, error))?;
        let result = (kind.parse_and_write)(&bytes, &limits, file);
        if downloaded {
            download::discard(self.dir, kind.name);
        }
        let (entries, problems) = match result {
            Ok(counts) => counts,
            Err(failure) => {
                // The table is not whole; an old one may come to stand in its place.
                let _ = fs::remove_file(&table);
                return Err(match failure {
                    Failure::Content(reason) => UpdateError::unusable(origin.source, reason),
                    Failure::Io(error) => UpdateError::io(&table, error),
                });
            }
        };
        self.progress.step(Step::Done { what: kind.name });
        let update = FeedUpdate {
            outcome: Outcome::Updated,
            entries,
            source: Some(origin.source.clone()),
        };
        let file = FeedFile {
            file: kind.table.to_owned(),
            origin,
            entries,
            problems,
        };
        Ok(Some((update, Some(file))))
    }
}

/// Whether a file is a feed by its name.
pub(super) fn is_feed(name: &OsStr) -> bool {
    KEV.beside
        .iter()
        .chain(EPSS.beside)
        .any(|known| name == *known)
}

fn in_directory(kind: &Kind, dir: &Path) -> Option<PathBuf> {
    kind.beside
        .iter()
        .map(|name| dir.join(name))
        .find(|path| path.is_file())
}
