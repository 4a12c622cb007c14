//! A wheel against its own list of files, `RECORD`.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::{
    artefact::Kind,
    bytes::Package,
    context::{Context, ends, is_source},
    seen::Seen,
};

pub(crate) fn look(package: &Package<'_>) -> Vec<Seen> {
    if package.kind != Kind::Wheel {
        return Vec::new();
    }
    let mut records = package
        .tree
        .files()
        .filter(|(path, _)| path.ends_with(".dist-info/RECORD") && path.matches('/').count() == 1);
    let Some((place, bytes)) = records.next() else {
        return vec![Seen::file(
            "record-missing",
            1.5,
            "",
            "the wheel has no RECORD of its files",
        )];
    };
    let mut seen = Vec::new();
    if let Some((second, _)) = records.next() {
        seen.push(Seen::file(
            "record-twice",
            3.0,
            second,
            "the wheel has two directories with metadata",
        ));
    }
    let (listed, wrong) = read(bytes);
    if wrong > 0 {
        seen.push(Seen::file(
            "record-damaged",
            1.0,
            place,
            format!("{wrong} lines of RECORD cannot be read"),
        ));
    }
    let directory = place.strip_suffix("RECORD").unwrap_or(place);
    for (path, content) in package.tree.files() {
        // Signatures are not listed, by the specification; what is inside other archives neither.
        if path.contains("!/")
            || ["RECORD", "RECORD.jws", "RECORD.p7s"]
                .iter()
                .any(|name| path == format!("{directory}{name}"))
            || path.contains(".pth!")
        {
            continue;
        }
        match listed.get(path) {
            None => seen.push(
                Seen::file("not-in-record", 2.5, path, "RECORD does not list this file")
                    .doing("unlisted", Context::Library),
            ),
            Some(hash) if !hash.is_empty() && !fits(hash, content) => {
                seen.push(Seen::file(
                    "record-differs",
                    differs(package, path),
                    path,
                    "RECORD lists another content for this file",
                ));
            }
            Some(_) => {}
        }
    }
    let gone = listed
        .keys()
        .filter(|path| package.tree.get(path).is_none() && !path.ends_with('/'))
        .count();
    if gone > 0 {
        seen.push(Seen::file(
            "record-lists-missing",
            0.5,
            place,
            format!("{gone} files that RECORD lists are not there"),
        ));
    }
    seen
}

/// Paths with their hashes, and how many lines could not be read.
fn read(bytes: &[u8]) -> (BTreeMap<String, String>, usize) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let (mut listed, mut wrong) = (BTreeMap::new(), 0);
    for row in reader.records() {
        match row {
            Ok(row) => {
                let part = |at: usize| row.get(at).unwrap_or_default();
                if !part(0).is_empty() {
                    listed.insert(part(0).replace('\\', "/"), part(1).to_owned());
                }
            }
            Err(_) => wrong += 1,
        }
    }
    (listed, wrong)
}

/// What another content than the listed one weighs: data that differs runs nothing.
fn differs(package: &Package<'_>, path: &str) -> f64 {
    let native = [".so", ".pyd", ".dll", ".dylib", ".exe"]
        .iter()
        .any(|end| ends(path, end));
    if package.contexts.is_aside(path) {
        0.5
    } else if native || is_source(path) {
        3.5
    } else {
        1.5
    }
}

/// Whether a hash such as `sha256=…` is that of the content; one of an unknown kind is.
fn fits(hash: &str, content: &[u8]) -> bool {
    let Some((kind, stated)) = hash.split_once('=') else {
        return true;
    };
    let digest = match kind {
        "sha256" => Sha256::digest(content).to_vec(),
        "sha384" => Sha384::digest(content).to_vec(),
        "sha512" => Sha512::digest(content).to_vec(),
        _ => return true,
    };
    URL_SAFE_NO_PAD.encode(digest) == stated.trim_end_matches('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_compared() {
        let hash = "sha256=LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ";
        assert!(fits(hash, b"hello") && !fits(hash, b"hellO") && fits("md5=x", b""));
    }

    #[test]
    fn lines_are_read() {
        let (listed, wrong) = read(b"a.py,sha256=x,1\n\"b,c.py\",,\nRECORD,,\n");
        assert_eq!((listed.len(), wrong), (3, 0));
        assert_eq!(listed["a.py"], "sha256=x");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }
    }
}
