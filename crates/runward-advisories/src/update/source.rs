//! Where advisories and feeds are taken from.

use std::{
    convert::Infallible,
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use runward_model::Ecosystem;

use super::UpdateRequest;
use crate::UpdateError;

/// The ecosystems that are read from an address unless others are named.
pub const DEFAULT_ECOSYSTEMS: [&str; 8] = [
    "PyPI",
    "npm",
    "crates.io",
    "Go",
    "RubyGems",
    "Packagist",
    "Maven",
    "NuGet",
];

pub(super) const ARCHIVE: &str = "all.zip";

/// A place on the network or on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Url(String),
    Dir(PathBuf),
}

impl FromStr for Source {
    type Err = Infallible;

    /// What begins with `http://` or `https://` is an address, anything else a path.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_url = ["http://", "https://"].iter().any(|scheme| {
            text.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        Ok(if is_url {
            Self::Url(text.trim_end_matches('/').to_owned())
        } else {
            Self::Dir(PathBuf::from(text))
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(&runward_http::without_credentials(url)),
            Self::Dir(path) => path.display().fmt(f),
        }
    }
}

/// Where a feed is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// Under its own file name in the OSV source, or one level up. It may be absent there.
    Beside,
    /// From this file or address. It must be there, unless the old database has one to keep.
    At(Source),
    /// Left as it is in the old database.
    Keep,
}

/// An ecosystem's archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) ecosystem: String,
    pub(super) at: At,
    /// Named by the user: its absence is an error.
    pub(super) required: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    Url(String),
    File(PathBuf),
}

/// The archives to read.
pub(super) fn plan(request: &UpdateRequest) -> Result<Vec<Planned>, UpdateError> {
    let asked_for = request
        .ecosystems
        .iter()
        .map(|name| ecosystem(name))
        .collect::<Result<Vec<_>, _>>()?;
    let mut archives = match &request.osv {
        Source::Url(base) => {
            let required = !asked_for.is_empty();
            let names = if required {
                asked_for
            } else {
                DEFAULT_ECOSYSTEMS.map(str::to_owned).to_vec()
            };
            names
                .into_iter()
                .map(|ecosystem| Planned {
                    at: At::Url(format!(
                        "{}/{}/{ARCHIVE}",
                        base.trim_end_matches('/'),
                        ecosystem.replace(' ', "%20")
                    )),
                    ecosystem,
                    required,
                })
                .collect()
        }
        Source::Dir(dir) => plan_directory(dir, asked_for)?,
    };
    archives.sort_by(|a: &Planned, b| a.ecosystem.cmp(&b.ecosystem));
    archives.dedup_by(|a, b| a.ecosystem.eq_ignore_ascii_case(&b.ecosystem));
    Ok(archives)
}

fn plan_directory(dir: &Path, asked_for: Vec<String>) -> Result<Vec<Planned>, UpdateError> {
    let missing = |reason: &str| UpdateError::NoAdvisories {
        source_path: dir.display().to_string(),
        reason: reason.to_owned(),
    };
    let about = dir.metadata();
    if !about
        .map_err(|error| UpdateError::given(dir, error))?
        .is_dir()
    {
        return Err(missing("it is no directory"));
    }
    let found = subdirectories(dir)?;
    if found.is_empty() {
        return Err(missing("no subdirectory has an `all.zip`"));
    }
    let required = !asked_for.is_empty();
    let names = if required { asked_for } else { found.clone() };
    names
        .into_iter()
        .map(|name| {
            let on_disk = found
                .iter()
                .find(|found| found.eq_ignore_ascii_case(&name))
                .ok_or_else(|| missing(&format!("it has no `{name}/{ARCHIVE}`")))?;
            Ok(Planned {
                at: At::File(dir.join(on_disk).join(ARCHIVE)),
                ecosystem: ecosystem(&name)?,
                required,
            })
        })
        .collect()
}

/// The subdirectories that hold an archive, sorted.
pub(super) fn subdirectories(dir: &Path) -> Result<Vec<String>, UpdateError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| UpdateError::given(dir, error))? {
        let entry = entry.map_err(|error| UpdateError::io(dir, error))?;
        if let Ok(name) = entry.file_name().into_string()
            && entry.path().join(ARCHIVE).is_file()
            && ecosystem(&name).is_ok()
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// An ecosystem's name in OSV's spelling. It becomes part of paths, so that only names that are
/// plain file names pass.
pub(super) fn ecosystem(name: &str) -> Result<String, UpdateError> {
    let name = name.trim();
    let plain = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_'));
    if !plain {
        return Err(UpdateError::NotAnEcosystem {
            name: name.to_owned(),
        });
    }
    Ok(Ecosystem::from_osv_name(name).osv_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(source: &str, ecosystems: &[&str]) -> UpdateRequest {
        UpdateRequest {
            ecosystems: ecosystems.iter().map(|name| (*name).to_owned()).collect(),
            ..UpdateRequest::from_copy(source.parse().unwrap(), jiff::Timestamp::UNIX_EPOCH)
        }
    }

    #[test]
    fn addresses_and_paths_are_told_apart() {
        assert_eq!(
            "HTTPS://a/b/".parse(),
            Ok(Source::Url("HTTPS://a/b".to_owned()))
        );
        assert_eq!("http-dir".parse(), Ok(Source::Dir("http-dir".into())));
    }

    #[test]
    fn names_are_spelled_as_osv_does_and_read_once() {
        let planned = plan(&request("https://a", &["pypi", "PyPI", "Rocky Linux"])).unwrap();
        let urls: Vec<&At> = planned.iter().map(|item| &item.at).collect();
        assert_eq!(
            urls,
            [
                &At::Url("https://a/PyPI/all.zip".to_owned()),
                &At::Url("https://a/Rocky%20Linux/all.zip".to_owned())
            ]
        );
        assert!(planned.iter().all(|item| item.required));
        let default = plan(&request("https://a", &[])).unwrap();
        assert_eq!(default.len(), DEFAULT_ECOSYSTEMS.len());
        assert!(default.iter().all(|item| !item.required));
    }

    #[test]
    fn a_name_cannot_leave_the_directory() {
        for name in ["../x", "a/b", "", ".hidden", "a\\b", "C:"] {
            assert!(plan(&request("https://a", &[name])).is_err(), "{name}");
        }
    }
}
