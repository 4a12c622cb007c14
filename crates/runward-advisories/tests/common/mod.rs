//! What the tests of this crate share.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "a module of each test, which uses a part of it"
)]

use std::{
    collections::HashMap,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    sync::Mutex,
};

use jiff::Timestamp;
use runward_advisories::{Database, NoProgress, Source, UpdateRequest, update};
use runward_http::{Http, HttpError, Request, Response, Sink};
use runward_model::{Ecosystem, Package};
use zip::{ZipWriter, write::SimpleFileOptions};

pub fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub fn archive(records: &[String]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, record) in records.iter().enumerate() {
        writer
            .start_file(format!("{number}.json"), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(record.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A record of one PyPI package with one range and listed versions.
pub fn pypi(
    id: &str,
    aliases: &[&str],
    package: &str,
    events: &[(&str, &str)],
    versions: &[&str],
) -> String {
    let events: Vec<String> = events
        .iter()
        .map(|(event, version)| format!("{{\"{event}\":\"{version}\"}}"))
        .collect();
    let ranges = if events.is_empty() {
        String::new()
    } else {
        format!(
            "{{\"type\":\"ECOSYSTEM\",\"events\":[{}]}}",
            events.join(",")
        )
    };
    format!(
        "{{\"id\":\"{id}\",\"aliases\":{aliases:?},\"affected\":[{{\"package\":\
         {{\"ecosystem\":\"PyPI\",\"name\":\"{package}\"}},\"ranges\":[{ranges}],\
         \"versions\":{versions:?}}}]}}"
    )
}

/// A directory in OSV's layout.
pub fn layout(dir: &Path, ecosystems: &[(&str, &[String])]) -> PathBuf {
    let osv = dir.join("osv");
    for (ecosystem, records) in ecosystems {
        fs::create_dir_all(osv.join(ecosystem)).unwrap();
        fs::write(osv.join(ecosystem).join("all.zip"), archive(records)).unwrap();
    }
    osv
}

pub fn from_directory(osv: &Path) -> UpdateRequest {
    UpdateRequest::from_copy(Source::Dir(osv.to_path_buf()), now())
}

/// A database of PyPI records.
pub fn database(records: &[String]) -> (tempfile::TempDir, Database) {
    let dir = tempfile::tempdir().unwrap();
    let osv = layout(dir.path(), &[("PyPI", records)]);
    let db = dir.path().join("db");
    update(&db, &from_directory(&osv), &NoNetwork, &mut NoProgress).unwrap();
    let database = Database::open(&db).unwrap().unwrap();
    (dir, database)
}

pub fn package(name: &str, version: &str) -> Package {
    Package::new(Ecosystem::PyPI, name, Some(version))
}

/// Fails every request.
pub struct NoNetwork;

impl Http for NoNetwork {
    fn get(
        &self,
        request: &Request,
        _: &mut dyn Sink,
        _: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError> {
        Err(HttpError::Unreachable {
            url: request.url.clone(),
            attempts: 1,
            reason: "there is no network in this test".to_owned(),
        })
    }
}

/// A web of files, each with an `ETag` of its content; breaks off once where it is told to.
#[derive(Default)]
pub struct Web {
    pub files: HashMap<String, Vec<u8>>,
    /// Bytes after which the next download breaks off.
    pub break_after: Mutex<Option<usize>>,
    pub seen: Mutex<Vec<Request>>,
}

impl Http for Web {
    fn get(
        &self,
        request: &Request,
        sink: &mut dyn Sink,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError> {
        self.seen.lock().unwrap().push(request.clone());
        let url = request.url.clone();
        let Some(content) = self.files.get(&url) else {
            return Err(HttpError::NotFound { url });
        };
        let etag = format!("\"{}\"", blake3::hash(content).to_hex());
        if request.if_none_match.as_ref() == Some(&etag) && request.offset == 0 {
            return Ok(Response {
                not_modified: true,
                url,
                ..Response::default()
            });
        }
        let resumed = request.offset > 0 && request.validator.as_ref() == Some(&etag);
        let start = if resumed {
            usize::try_from(request.offset).unwrap()
        } else {
            0
        };
        if request.offset > 0 && !resumed {
            sink.restart().unwrap();
        }
        sink.begins(Some(&etag)).unwrap();
        let rest = &content[start..];
        if let Some(count) = self.break_after.lock().unwrap().take() {
            sink.write_all(&rest[..count]).unwrap();
            sink.flush().unwrap();
            return Err(HttpError::Unreachable {
                url,
                attempts: 4,
                reason: "the connection broke".to_owned(),
            });
        }
        sink.write_all(rest).unwrap();
        progress(content.len() as u64, Some(content.len() as u64));
        Ok(Response {
            url,
            etag: Some(etag),
            length: content.len() as u64,
            resumed,
            ..Response::default()
        })
    }
}

/// The shared test data; `None` where it is not there, which is said aloud.
pub fn shared_data() -> Option<PathBuf> {
    let dir = std::env::var_os("RUNWARD_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if dir.join("osv").is_dir() {
        return Some(dir);
    }
    eprintln!(
        "skipped: the shared test data is not at `{}`; set RUNWARD_SHARED_DATA",
        dir.display()
    );
    None
}
