//! Downloads that go on where an earlier update stopped.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use runward_http::{FileSink, Http, Request, Sink};
use serde::{Deserialize, Serialize};

use crate::{Progress, Step, UpdateError, manifest::Origin};

const DIRECTORY: &str = "downloads";

pub(super) struct Download<'a> {
    pub(super) url: &'a str,
    /// Names the files that are kept between updates.
    pub(super) name: &'a str,
    /// The content that the database has already.
    pub(super) known: Option<&'a Origin>,
    pub(super) max_bytes: u64,
}

pub(super) enum Fetched {
    New(Stored),
    /// The source says that it still holds the known content.
    Unchanged,
}

pub(super) struct Stored {
    pub(super) path: PathBuf,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

/// Beside a part of a download: which content it is a part of.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    url: String,
    validator: String,
}

fn paths(dir: &Path, name: &str) -> (PathBuf, PathBuf) {
    let dir = dir.join(DIRECTORY);
    let name = name.replace(' ', "_");
    (
        dir.join(format!("{name}.part")),
        dir.join(format!("{name}.json")),
    )
}

/// Removes what is kept of a download.
pub(super) fn discard(dir: &Path, name: &str) {
    let (content, about) = paths(dir, name);
    let _ = fs::remove_file(about);
    let _ = fs::remove_file(content);
}

/// A file that notes beside itself which content it is a part of, so that another process can go
/// on with it.
struct NotedFile {
    sink: FileSink,
    about: PathBuf,
    url: String,
}

impl Write for NotedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl Sink for NotedFile {
    fn restart(&mut self) -> io::Result<()> {
        // In this order: content without a note is dropped, content under a wrong one would be used.
        match fs::remove_file(&self.about) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => self.sink.restart(),
        }
    }

    fn begins(&mut self, validator: Option<&str>) -> io::Result<()> {
        match validator {
            Some(validator) => {
                let part = Part {
                    url: self.url.clone(),
                    validator: validator.to_owned(),
                };
                fs::write(&self.about, serde_json::to_vec(&part)?)
            }
            // What nothing vouches for is not gone on with.
            None => match fs::remove_file(&self.about) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}

pub(super) fn fetch(
    dir: &Path,
    download: &Download<'_>,
    http: &dyn Http,
    progress: &mut dyn Progress,
) -> Result<Fetched, UpdateError> {
    let (content, about) = paths(dir, download.name);
    let io = |error| UpdateError::io(&content, error);
    fs::create_dir_all(dir.join(DIRECTORY)).map_err(io)?;
    let part = fs::read(&about)
        .ok()
        .and_then(|json| serde_json::from_slice::<Part>(&json).ok())
        .filter(|part| part.url == download.url);
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&content)
        .map_err(io)?;
    if part.is_none() {
        file.set_len(0).map_err(io)?;
    }
    let (sink, offset) = FileSink::append(file).map_err(io)?;
    // The same source only: another one has other ETags for the same content.
    let known = download
        .known
        .filter(|origin| origin.source == runward_http::without_credentials(download.url));
    let request = Request {
        offset,
        validator: part.map(|part| part.validator),
        if_none_match: known.and_then(|origin| origin.etag.clone()),
        if_modified_since: known
            .filter(|origin| origin.etag.is_none())
            .and_then(|origin| origin.last_modified.clone()),
        ..Request::new(download.url, download.max_bytes)
    };
    let mut sink = NotedFile {
        sink,
        about,
        url: download.url.to_owned(),
    };
    let result = http.get(&request, &mut sink, &mut |done, total| {
        progress.step(Step::Downloading {
            what: download.name,
            done,
            total,
        });
    });
    let response = match result {
        Ok(response) => response,
        Err(error) => {
            // Nothing that could be gone on with.
            if fs::metadata(&content).is_ok_and(|about| about.len() == 0) {
                discard(dir, download.name);
            }
            return Err(error.into());
        }
    };
    if response.not_modified {
        discard(dir, download.name);
        return Ok(Fetched::Unchanged);
    }
    sink.sink.finish().map_err(io)?;
    Ok(Fetched::New(Stored {
        path: content,
        etag: response.etag,
        last_modified: response.last_modified,
    }))
}
