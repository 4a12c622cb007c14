//! The files of releases: where they are, and whether they are what the registry told.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use runward_model::{Ecosystem, hex};
use serde::Deserialize;
use sha2::{Digest as _, Sha256, Sha512};

use super::{Registry, name};
use crate::{fetch::Fetched, metadata::Artefact};

/// A file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    pub bytes: Vec<u8>,
    /// How it differs from what the registry told of it.
    pub differs: Option<String>,
}

impl Registry<'_> {
    /// Fetches a file of a release. The error says why there is none.
    pub fn download(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        version: &str,
        file: &Artefact,
        max_bytes: u64,
    ) -> Result<Downloaded, String> {
        if let Some(size) = file.size.filter(|size| *size > max_bytes) {
            return Err(format!("it has {size} bytes; the limit is {max_bytes}"));
        }
        let url = self.file_url(ecosystem, name, version, file)?;
        let bytes = self.fetcher.download(&url, max_bytes)?;
        let differs = difference(file, &bytes)?;
        Ok(Downloaded { bytes, differs })
    }

    /// The address of a file, with what an index leaves to its readers.
    fn file_url(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        version: &str,
        file: &Artefact,
    ) -> Result<String, String> {
        let page = match ecosystem {
            Ecosystem::PyPI => format!("{}/pypi/{name}/json", self.sources.pypi),
            Ecosystem::Npm => format!("{}/{name}", self.sources.npm),
            Ecosystem::CratesIo => return self.crate_url(name, version, file),
            other => return Err(format!("{other} has no registry client")),
        };
        if file.url.is_empty() {
            return Err("the registry tells no address of it".to_owned());
        }
        runward_http::resolve(&page, &file.url)
            .ok_or_else(|| "the registry tells no address of it".to_owned())
    }

    /// As the index's `config.json` says (the Cargo book, "Index configuration").
    fn crate_url(&self, name: &str, version: &str, file: &Artefact) -> Result<String, String> {
        let url = format!("{}/config.json", self.sources.crates_index);
        let body = match self.fetcher.get(&url, self.limits.max_figure_bytes) {
            Fetched::Content { body, .. } => body,
            Fetched::Missing { .. } => return Err("the index has no config.json".to_owned()),
            Fetched::Failed { reason } => return Err(reason),
        };
        let config: IndexConfig = serde_json::from_slice(&body)
            .map_err(|error| format!("the index's config.json cannot be read: {error}"))?;
        let digest = file.hashes.get("sha256").map_or("", String::as_str);
        Ok(crate_address(&config.dl, name, version, digest))
    }
}

#[derive(Deserialize)]
struct IndexConfig {
    dl: String,
}

fn crate_address(template: &str, name: &str, version: &str, digest: &str) -> String {
    const MARKS: [&str; 5] = [
        "{crate}",
        "{version}",
        "{prefix}",
        "{lowerprefix}",
        "{sha256-checksum}",
    ];
    if !MARKS.iter().any(|mark| template.contains(mark)) {
        let base = template.trim_end_matches('/');
        return format!("{base}/{name}/{version}/download");
    }
    let prefix = |name: &str| {
        let path = name::sparse_path(name);
        path.rsplit_once('/')
            .map_or(String::new(), |(directory, _)| directory.to_owned())
    };
    template
        .replace("{crate}", name)
        .replace("{version}", version)
        .replace("{prefix}", &prefix(name))
        .replace("{lowerprefix}", &prefix(&name.to_ascii_lowercase()))
        .replace("{sha256-checksum}", digest)
}

/// How the bytes differ from the digest that was told; an error where none was that can be compared.
fn difference(file: &Artefact, bytes: &[u8]) -> Result<Option<String>, String> {
    let (algorithm, told, is_same) = if let Some(told) = file.hashes.get("sha512") {
        let digest = Sha512::digest(bytes);
        let same = STANDARD.encode(digest) == *told || hex(&digest).eq_ignore_ascii_case(told);
        ("SHA-512", told, same)
    } else if let Some(told) = file.hashes.get("sha256") {
        let same = hex(&Sha256::digest(bytes)).eq_ignore_ascii_case(told);
        ("SHA-256", told, same)
    } else {
        return Err("the registry tells no digest of it that can be compared".to_owned());
    };
    Ok((!is_same).then(|| {
        format!(
            "`{}` does not have the {algorithm} digest that the registry tells, {told}",
            file.file
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(algorithm: &str, digest: &str) -> Artefact {
        Artefact {
            file: "x.tgz".to_owned(),
            hashes: [(algorithm.to_owned(), digest.to_owned())].into(),
            ..Artefact::default()
        }
    }

    #[test]
    fn digests_of_both_kinds_are_compared() {
        // Of the text `abc` (FIPS 180-4, examples).
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let base64 = "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        for (algorithm, digest) in [("sha256", hex), ("sha512", base64)] {
            let file = file(algorithm, digest);
            assert_eq!(difference(&file, b"abc"), Ok(None));
            assert!(difference(&file, b"abd").unwrap().is_some());
        }
        assert!(difference(&file("md5", "00"), b"abc").is_err());
    }

    #[test]
    fn the_index_says_where_crates_are() {
        for (template, address) in [
            (
                "https://s.example/crates",
                "https://s.example/crates/Serde_x/1.0.0/download",
            ),
            (
                "https://s.example/{lowerprefix}/{crate}/{crate}-{version}.crate",
                "https://s.example/se/rd/Serde_x/Serde_x-1.0.0.crate",
            ),
            (
                "https://s.example/{sha256-checksum}",
                "https://s.example/ab",
            ),
        ] {
            assert_eq!(crate_address(template, "Serde_x", "1.0.0", "ab"), address);
        }
    }
}
