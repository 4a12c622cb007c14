//! A package's page of the simple index, in JSON (PEP 691, 700, 740, 792).

use serde::Deserialize;

use super::pypi::hashes;
use crate::{
    lenient::{Flag, List, Map, Number, Text},
    metadata::{Artefact, Metadata, State},
};

#[derive(Deserialize)]
struct Raw {
    files: List<File>,
    #[serde(default, rename = "project-status")]
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    status: Text,
    reason: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct File {
    filename: Text,
    url: Text,
    size: Number,
    hashes: Map<Text>,
    upload_time: Text,
    yanked: Flag,
    provenance: Text,
}

/// What a page tells beyond PyPI's JSON API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub files: Vec<SimpleFile>,
    pub state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleFile {
    pub artefact: Artefact,
    pub yanked: Option<String>,
    /// The index holds attestations of it (PEP 740).
    pub provenance: bool,
}

/// Reads `/simple/NAME/` in JSON.
pub fn page(bytes: &[u8]) -> Result<Page, serde_json::Error> {
    let raw: Raw = serde_json::from_slice(bytes)?;
    let state = raw.status.map_or(State::Active, |status| {
        let reason = status.reason.filled().unwrap_or_default();
        match status.status.0.as_deref() {
            Some("quarantined") => State::Removed(
                format!("PyPI holds it in quarantine {reason}")
                    .trim_end()
                    .to_owned(),
            ),
            Some("archived" | "deprecated") => State::Archived,
            _ => State::Active,
        }
    });
    let files = raw
        .files
        .items
        .into_iter()
        .map(|file| SimpleFile {
            artefact: Artefact {
                file: file.filename.filled().unwrap_or_default(),
                url: file.url.filled().unwrap_or_default(),
                size: file.size.0,
                hashes: hashes(file.hashes),
                uploaded: file.upload_time.0.and_then(|text| text.parse().ok()),
            },
            yanked: file.yanked.reason(),
            provenance: file.provenance.filled().is_some(),
        })
        .collect();
    Ok(Page { files, state })
}

impl Page {
    /// Adds the provenance of files and the project's status.
    pub fn merge_into(&self, data: &mut Metadata) {
        data.state = self.state.clone();
        let proven: std::collections::HashMap<&str, bool> = self
            .files
            .iter()
            .map(|file| (file.artefact.file.as_str(), file.provenance))
            .collect();
        for release in &mut data.releases {
            let told: Vec<bool> = release
                .artefacts
                .iter()
                .filter_map(|artefact| proven.get(artefact.file.as_str()).copied())
                .collect();
            release.provenance = (!told.is_empty()).then(|| told.iter().all(|proven| *proven));
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use runward_model::Ecosystem;

    use super::*;
    use crate::metadata::Release;

    #[test]
    fn a_page_is_read_and_merged() {
        let page = page(
            br#"{"meta":{"api-version":"1.4"},"name":"demo","versions":["1.0"],
                "project-status":{"status":"quarantined","reason":"malware"},
                "files":[{"filename":"demo-1.0.tar.gz","url":"https://f/x","size":3,
                  "hashes":{"sha256":"ab"},"upload-time":"2024-01-01T00:00:00Z","yanked":"broken",
                  "provenance":"https://pypi.org/integrity/x"},
                 {"filename":"old","hashes":{},"yanked":false,"provenance":null}]}"#,
        )
        .unwrap();
        assert_eq!(page.files[0].yanked.as_deref(), Some("broken"));
        assert_eq!(page.files[1].yanked, None);
        assert!(page.files[0].artefact.uploaded.is_some());
        let mut data = Metadata::new(Ecosystem::PyPI, "demo", Timestamp::UNIX_EPOCH);
        data.releases = ["demo-1.0.tar.gz", "old", "other"]
            .map(|file| Release {
                artefacts: vec![Artefact {
                    file: file.to_owned(),
                    ..Artefact::default()
                }],
                ..Release::default()
            })
            .to_vec();
        page.merge_into(&mut data);
        let told: Vec<_> = data.releases.iter().map(|r| r.provenance).collect();
        assert_eq!(told, [Some(true), Some(false), None]);
        assert_eq!(
            data.state,
            State::Removed("PyPI holds it in quarantine malware".to_owned())
        );
    }

    #[test]
    fn a_page_in_html_is_an_error() {
        assert!(page(b"<!DOCTYPE html><html></html>").is_err());
        assert!(page(b"{}").is_err());
    }
}
