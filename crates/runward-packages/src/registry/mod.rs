//! What the registries tell, through their own interfaces.

mod crates_io;
mod files;
mod name;
mod npm;
mod npm_fields;
pub mod parse;
mod pypi;
mod rdap;
mod simple;

pub use files::Downloaded;
pub(crate) use npm::{commands, install_scripts};
pub(crate) use npm_fields::Bin;
pub use rdap::{IANA, Rdap};

use jiff::Timestamp;
use runward_model::Ecosystem;

use crate::{
    fetch::{Fetched, Fetcher},
    limits::Limits,
    metadata::{Metadata, Release},
    signals as ids,
};

/// Where the registries are. No address ends in `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    pub pypi: String,
    /// Download figures for PyPI, which gives none itself: pypistats.org's interface.
    pub pypi_stats: Option<String>,
    pub npm: String,
    pub npm_downloads: Option<String>,
    /// The sparse index.
    pub crates_index: String,
    /// Dates, downloads and publishers, at one request a second.
    pub crates_api: Option<String>,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            pypi: "https://pypi.org".to_owned(),
            pypi_stats: None,
            npm: "https://registry.npmjs.org".to_owned(),
            npm_downloads: Some("https://api.npmjs.org".to_owned()),
            crates_index: "https://index.crates.io".to_owned(),
            crates_api: Some("https://crates.io".to_owned()),
        }
    }
}

/// What to ask beyond the package's own record; each costs a request where a registry keeps it
/// apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Want {
    pub downloads: bool,
}

/// What a registry says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Found(Box<Metadata>),
    /// There is no such package.
    Missing {
        as_of: Timestamp,
    },
    /// The registry could never have a package of this name; nothing was asked.
    NotAName {
        rule: &'static str,
    },
    /// There is no answer, and this is why. Says nothing of the package.
    Unknown {
        reason: String,
    },
}

/// The registries' clients.
pub struct Registry<'a> {
    pub(crate) fetcher: &'a Fetcher<'a>,
    sources: Sources,
    limits: Limits,
}

impl<'a> Registry<'a> {
    pub fn new(fetcher: &'a Fetcher<'a>, sources: Sources, limits: Limits) -> Self {
        Self {
            fetcher,
            sources,
            limits,
        }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The ecosystems that have a client; of others nothing is known.
    pub const ECOSYSTEMS: [Ecosystem; 3] = [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::CratesIo];

    /// What the ecosystem's registry tells of a package.
    pub fn lookup(&self, ecosystem: &Ecosystem, name: &str, want: Want) -> Answer {
        let name = name.trim();
        if let Some(rule) = name::broken_rule(ecosystem, name) {
            return Answer::NotAName { rule };
        }
        match ecosystem {
            Ecosystem::PyPI => self.pypi(name, want),
            Ecosystem::Npm => self.npm(name, want),
            Ecosystem::CratesIo => self.crates_io(name, want),
            other => Answer::Unknown {
                reason: format!("{other} has no registry client; PyPI, npm and crates.io have"),
            },
        }
    }

    /// What PyPI tells of one version that is not the newest: only there are its dependencies.
    /// For other registries `lookup` has them all.
    pub fn pypi_release(&self, name: &str, version: &str) -> Result<Option<Release>, String> {
        let is_version = !version.is_empty()
            && version
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".+!-_".contains(&b))
            && !version.starts_with('.');
        if name::broken_rule(&Ecosystem::PyPI, name).is_some() || !is_version {
            return Ok(None);
        }
        let url = format!("{}/pypi/{name}/{version}/json", self.sources.pypi);
        match self.fetcher.get(&url, self.limits.max_pypi_bytes) {
            Fetched::Content { body, as_of, .. } => parse::pypi(&body, as_of)
                .map(|data| data.release(version).cloned())
                .map_err(|error| unreadable("PyPI", &error)),
            Fetched::Missing { .. } => Ok(None),
            Fetched::Failed { reason } => Err(reason),
        }
    }

    fn pypi(&self, name: &str, want: Want) -> Answer {
        let name = Ecosystem::PyPI.normalize_name(name);
        let url = format!("{}/pypi/{name}/json", self.sources.pypi);
        let mut data = match self.content(
            &Ecosystem::PyPI,
            &name,
            &url,
            self.limits.max_pypi_bytes,
            parse::pypi,
        ) {
            Ok(data) => data,
            Err(answer) => return answer,
        };
        // Its index (PEP 691) tells provenance and the project's status.
        let url = format!("{}/simple/{name}/", self.sources.pypi);
        match self.fetcher.get(&url, self.limits.max_pypi_bytes) {
            Fetched::Content { body, .. } => match parse::simple(&body) {
                Ok(page) => page.merge_into(&mut data),
                Err(error) => data.gap(ids::REMOVED, unreadable("PyPI's index", &error)),
            },
            Fetched::Missing { .. } => {
                data.gap(ids::REMOVED, "PyPI's index has no page of this name");
            }
            Fetched::Failed { reason } => data.gap(ids::REMOVED, reason),
        }
        if want.downloads {
            match &self.sources.pypi_stats {
                Some(base) => {
                    let url = format!("{base}/api/packages/{name}/recent");
                    self.downloads(&mut data, &url, parse::pypi_downloads);
                }
                None => data.gap(ids::LOW_DOWNLOADS, "PyPI tells no download figures"),
            }
        }
        Answer::Found(Box::new(data))
    }

    fn npm(&self, name: &str, want: Want) -> Answer {
        let url = format!("{}/{name}", self.sources.npm);
        let mut data = match self.content(
            &Ecosystem::Npm,
            name,
            &url,
            self.limits.max_npm_bytes,
            parse::npm,
        ) {
            Ok(data) => data,
            Err(answer) => return answer,
        };
        if want.downloads {
            match &self.sources.npm_downloads {
                Some(base) => {
                    let url = format!("{base}/downloads/point/last-week/{name}");
                    self.downloads(&mut data, &url, parse::npm_downloads);
                }
                None => data.gap(ids::LOW_DOWNLOADS, "no source of download figures is set"),
            }
        }
        Answer::Found(Box::new(data))
    }

    fn crates_io(&self, name: &str, _: Want) -> Answer {
        let lower = name.to_ascii_lowercase();
        let path = name::sparse_path(&lower);
        let url = format!("{}/{path}", self.sources.crates_index);
        let max = self.limits.max_crates_bytes;
        let parse = |body: &[u8], as_of| parse::crates_index(body, as_of);
        let mut data = match self.content(&Ecosystem::CratesIo, name, &url, max, parse) {
            Ok(data) => data,
            // The index spells `-` and `_` as the crate does; the registry takes them for one.
            Err(missing @ Answer::Missing { .. }) => {
                let Some(other) = name::other_spelling(&lower) else {
                    return missing;
                };
                let path = name::sparse_path(&other);
                let url = format!("{}/{path}", self.sources.crates_index);
                match self.content(&Ecosystem::CratesIo, name, &url, max, parse) {
                    Ok(data) => data,
                    Err(answer) => return answer,
                }
            }
            Err(answer) => return answer,
        };
        let told_only_there = [
            ids::YOUNG,
            ids::LOW_DOWNLOADS,
            ids::NO_REPOSITORY,
            ids::NEW_PUBLISHER,
        ];
        let failed = match &self.sources.crates_api {
            None => Some("crates.io's API is not set".to_owned()),
            Some(base) => {
                let url = format!("{base}/api/v1/crates/{}", data.name);
                match self.fetcher.get(&url, max) {
                    Fetched::Content { body, stale, .. } => {
                        if data.stale.is_none() {
                            data.stale = stale;
                        }
                        match parse::crates_api(&body) {
                            Ok(told) => {
                                told.merge_into(&mut data);
                                None
                            }
                            Err(error) => Some(unreadable("crates.io's API", &error)),
                        }
                    }
                    Fetched::Missing { .. } => Some(
                        "crates.io's API does not know the crate that its index has".to_owned(),
                    ),
                    Fetched::Failed { reason } => Some(reason),
                }
            }
        };
        if let Some(reason) = failed {
            for signal in told_only_there {
                // The index dates releases itself, for most crates.
                if signal != ids::YOUNG || data.first_release().is_none() {
                    data.gap(signal, reason.clone());
                }
            }
        }
        Answer::Found(Box::new(data))
    }

    /// The answer at a URL, or what its absence means.
    fn content(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        url: &str,
        max_bytes: u64,
        parse: impl Fn(&[u8], Timestamp) -> Result<Metadata, serde_json::Error>,
    ) -> Result<Metadata, Answer> {
        let canonical = |name: &str| runward_names::canonical(ecosystem, name);
        match self.fetcher.get(url, max_bytes) {
            Fetched::Content { body, as_of, stale } => match parse(&body, as_of) {
                Ok(data) if canonical(&data.name) != canonical(name) => Err(Answer::Unknown {
                    reason: format!("{ecosystem} answered for another package, `{}`", data.name),
                }),
                Ok(mut data) => {
                    data.stale = stale;
                    Ok(data)
                }
                Err(error) => Err(Answer::Unknown {
                    reason: unreadable(ecosystem.osv_name(), &error),
                }),
            },
            Fetched::Missing { as_of } => Err(Answer::Missing { as_of }),
            Fetched::Failed { reason } => Err(Answer::Unknown { reason }),
        }
    }

    fn downloads(
        &self,
        data: &mut Metadata,
        url: &str,
        parse: impl Fn(&[u8]) -> Option<crate::Downloads>,
    ) {
        match self.fetcher.get(url, self.limits.max_figure_bytes) {
            Fetched::Content { body, .. } => match parse(&body) {
                Some(figure) => data.downloads = Some(figure),
                None => data.gap(ids::LOW_DOWNLOADS, "the download figures cannot be read"),
            },
            Fetched::Missing { .. } => {
                data.gap(ids::LOW_DOWNLOADS, "there are no download figures of it");
            }
            Fetched::Failed { reason } => data.gap(ids::LOW_DOWNLOADS, reason),
        }
    }
}

fn unreadable(registry: &str, error: &serde_json::Error) -> String {
    format!("the answer of {registry} cannot be read: {error}")
}
