//! Lists of names: those that are built in, and newer ones that `db update` fetched.

use std::{
    fs,
    io::{BufReader, Read, Write as _},
    path::{Path, PathBuf},
};

use runward_http::{FileSink, Http, HttpLimits, Request, UreqClient};
use runward_model::Ecosystem;
use runward_names::{ExistenceBuilder, ExistenceIndex, Limits, Names, Popular, sources};

use crate::{Context, OpsError, Settings, private_directory};

/// Where they are, below the database's directory.
const DIRECTORY: &str = "names";
const POPULAR: &str = "pypi.popular";
const INDEX: &str = "pypi.index";

/// Most bytes of a list that is read or fetched.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// What is known of names.
pub(super) struct Lists {
    pub(super) names: Names,
    pub(super) indexes: Vec<ExistenceIndex<Vec<u8>>>,
}

impl Lists {
    pub(super) fn open(database: &Path, problems: &mut Vec<String>) -> Self {
        let directory = database.join(DIRECTORY);
        let mut names = Names::builtin();
        let mut indexes = Vec::new();
        let mut told = |file: &Path, error: String| {
            problems.push(format!(
                "`{}` is not used: {error}; run `runward db update`",
                file.display()
            ));
        };
        let file = directory.join(POPULAR);
        if let Some(bytes) = read(&file, &mut told) {
            match Popular::open(&bytes, &Limits::default()) {
                Ok(popular) => names = names.with(popular),
                Err(error) => told(&file, error.to_string()),
            }
        }
        let file = directory.join(INDEX);
        if let Some(bytes) = read(&file, &mut told) {
            match ExistenceIndex::open(bytes) {
                Ok(index) => indexes.push(index),
                Err(error) => told(&file, error.to_string()),
            }
        }
        Self { names, indexes }
    }
}

fn read(file: &Path, told: &mut dyn FnMut(&Path, String)) -> Option<Vec<u8>> {
    match fs::read(file) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            told(file, error.to_string());
            None
        }
    }
}

/// What an update of the lists did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameUpdate {
    /// Names that exist on PyPI, where they were fetched.
    pub existing: Option<u64>,
    /// Names that count as popular.
    pub popular: Option<usize>,
}

/// Where the lists come from: a URL or a file. Plain lists (a name a line, gzip too) and the
/// indexes' own JSON are told apart by what they hold.
#[derive(Debug, Clone, Default)]
pub struct NameSources {
    pub existing: Option<String>,
    pub popular: Option<String>,
    /// What is not named comes from the public places.
    pub all: bool,
}

const PYPI_SIMPLE: &str = "https://pypi.org/simple/";
const TOP_PYPI: &str = "https://hugovk.github.io/top-pypi-packages/top-pypi-packages.min.json";

/// Fetches the lists anew. What cannot be read changes nothing.
pub fn update_names(
    context: &Context,
    settings: &Settings,
    from: &NameSources,
) -> Result<NameUpdate, OpsError> {
    let existing = from.existing.as_deref().or(from.all.then_some(PYPI_SIMPLE));
    let popular = from.popular.as_deref().or(from.all.then_some(TOP_PYPI));
    let is_url = |text: Option<&str>| {
        text.is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
    };
    if settings.config().database.offline && (is_url(existing) || is_url(popular)) {
        return Err(OpsError::usage(
            "the update would ask the network, and `database.offline` forbids that",
            "give files: `runward db update --source DIR --names-source FILE --popular-source FILE`",
        ));
    }
    let directory = settings.database_directory.join(DIRECTORY);
    private_directory(&directory)
        .map_err(|error| OpsError::io("cannot make", &directory, &error))?;
    let limits = Limits::default();
    let index = |from: &str| build_index(context, from, &directory, &limits);
    let list = |from: &str| build_popular(context, from, &directory, &limits);
    Ok(NameUpdate {
        existing: existing.map(index).transpose()?,
        popular: popular.map(list).transpose()?,
    })
}

fn build_index(
    context: &Context,
    from: &str,
    directory: &Path,
    limits: &Limits,
) -> Result<u64, OpsError> {
    let mut builder = ExistenceBuilder::new(Ecosystem::PyPI, limits);
    let listed = list(context, from, directory, limits, &mut |name| {
        builder.push(name)
    })?;
    let file = directory.join(INDEX);
    replace(&file, |out| {
        builder
            .finish(from, context.now, out)
            .map(|built| built.names)
            .map_err(|error| unusable(from, &error.to_string()))
    })
    .map(|names| names.min(listed))
}

fn build_popular(
    context: &Context,
    from: &str,
    directory: &Path,
    limits: &Limits,
) -> Result<usize, OpsError> {
    let mut names: Vec<String> = Vec::new();
    list(context, from, directory, limits, &mut |name| {
        names.push(name.to_owned());
        Ok(())
    })?;
    let all = names
        .iter()
        .map(String::as_str)
        .take(limits.max_popular_names);
    let popular = Popular::from_names(Ecosystem::PyPI, from, context.now, all, limits)
        .map_err(|error| unusable(from, &error.to_string()))?;
    let file = directory.join(POPULAR);
    replace(&file, |out| {
        popular
            .write(out)
            .map_err(|error| unusable(from, &error.to_string()))
    })?;
    Ok(popular.len())
}

fn unusable(from: &str, error: &str) -> OpsError {
    let (what, step) = error
        .split_once("; ")
        .unwrap_or((error, "give another source"));
    OpsError::usage(
        format!("the names of `{from}` cannot be used: {what}"),
        step,
    )
}

/// Writes a file beside and renames it, so that readers see the old one or the new one.
fn replace<T>(
    file: &Path,
    write: impl FnOnce(&mut fs::File) -> Result<T, OpsError>,
) -> Result<T, OpsError> {
    let failed = |error: &std::io::Error| OpsError::io("cannot write", file, error);
    let directory = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(directory).map_err(|error| failed(&error))?;
    let done = write(new.as_file_mut())?;
    new.as_file_mut().flush().map_err(|error| failed(&error))?;
    new.as_file().sync_all().map_err(|error| failed(&error))?;
    new.persist(file).map_err(|error| failed(&error.error))?;
    Ok(done)
}

/// Calls back for each name of a list.
fn list(
    context: &Context,
    from: &str,
    directory: &Path,
    limits: &Limits,
    each: sources::Each<'_>,
) -> Result<u64, OpsError> {
    let local = if from.starts_with("http://") || from.starts_with("https://") {
        Local::Fetched(fetch(from, directory)?)
    } else {
        Local::Given(context.working_directory.join(from))
    };
    let file = local.path();
    let open = || fs::File::open(file).map_err(|error| OpsError::io("cannot read", file, &error));
    let mut start = [0; 2];
    let zipped = open()?.read(&mut start).is_ok_and(|read| read == 2) && start == [0x1f, 0x8b];
    let reader = || -> Result<Box<dyn Read>, OpsError> {
        let file = BufReader::new(open()?);
        Ok(if zipped {
            Box::new(flate2::read::MultiGzDecoder::new(file).take(MAX_BYTES))
        } else {
            Box::new(file)
        })
    };
    let mut head = [0; 256];
    let read = reader()?
        .read(&mut head)
        .map_err(|error| OpsError::io("cannot read", file, &error))?;
    let head = String::from_utf8_lossy(head.get(..read).unwrap_or_default()).into_owned();
    let first = head.trim_start();
    let from_reader = reader()?;
    let listed = if first.starts_with('[') {
        sources::json_array(from_reader, limits, each)
    } else if first.starts_with('{') && !head.contains("\"meta\"") && !head.contains("\"projects\"")
    {
        sources::top_pypi(from_reader, limits, each)
    } else if first.starts_with('{') {
        sources::simple_index(from_reader, limits, each)
    } else if first.starts_with('<') {
        return Err(unusable(
            from,
            "it is a page, not a list; give an index that answers in JSON (PEP 691), or a file of names",
        ));
    } else {
        sources::plain(from_reader, limits, each)
    };
    listed
        .map(|listed| listed.names)
        .map_err(|error| unusable(from, &error.to_string()))
}

enum Local {
    Given(PathBuf),
    Fetched(tempfile::NamedTempFile),
}

impl Local {
    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Fetched(file) => file.path(),
        }
    }
}

fn fetch(from: &str, directory: &Path) -> Result<tempfile::NamedTempFile, OpsError> {
    let failed = |error: &std::io::Error| OpsError::io("cannot write in", directory, error);
    let file = tempfile::NamedTempFile::new_in(directory).map_err(|error| failed(&error))?;
    let copy = file.reopen().map_err(|error| failed(&error))?;
    let (mut sink, _) = FileSink::append(copy).map_err(|error| failed(&error))?;
    let agent = concat!("runward/", env!("CARGO_PKG_VERSION"));
    let http = UreqClient::new(HttpLimits::default(), agent);
    let request = Request {
        accept: Some(
            "application/vnd.pypi.simple.v1+json, application/json;q=0.5, */*;q=0.1".to_owned(),
        ),
        ..Request::new(from, MAX_BYTES)
    };
    http.get(&request, &mut sink, &mut |_, _| {})
        .map_err(|error| unusable(from, &error.to_string()))?;
    Ok(file)
}
