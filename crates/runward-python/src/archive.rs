//! Name and version from the file names of wheels and source archives.

use std::str::FromStr;

use pep440_rs::Version;
use runward_model::Ecosystem;

const WHEEL: &str = ".whl";

const SOURCE_ARCHIVES: [&str; 7] = [
    ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.Z", ".tgz", ".zip", ".tar",
];

/// What a file name states.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Archive {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Whether a name ends as an installable archive does.
pub(crate) fn is_archive(file_name: &str) -> bool {
    SOURCE_ARCHIVES
        .iter()
        .chain(&[WHEEL])
        .any(|extension| file_name.ends_with(extension))
}

/// Reads the last segment of a path or URL. With `name` known, the file must bear that name:
/// the archive of a tag (`v1.2.zip`, `project-1.2.zip`) is not a release of the package.
pub(crate) fn read(path_or_url: &str, name: Option<&str>) -> Option<Archive> {
    let path = path_or_url.split(['?', '#']).next()?;
    let file = path.rsplit(['/', '\\']).next()?;
    let file = decode_percent(file);
    let archive = match file.strip_suffix(WHEEL) {
        Some(stem) => wheel(stem),
        None => SOURCE_ARCHIVES
            .iter()
            .find_map(|extension| file.strip_suffix(extension))
            .and_then(|stem| source(stem, name)),
    }?;
    let normalize = |name: &str| Ecosystem::PyPI.normalize_name(name);
    name.is_none_or(|name| normalize(name) == normalize(&archive.name))
        .then_some(archive)
}

/// `name-version(-build)?-python-abi-platform`.
fn wheel(stem: &str) -> Option<Archive> {
    let parts: Vec<&str> = stem.split('-').collect();
    let (5 | 6, [name, version, ..]) = (parts.len(), parts.as_slice()) else {
        return None;
    };
    // In a file name `_` stands for `-`, which a version may have (`1.0_1`).
    Version::from_str(&version.replace('_', "-")).ok()?;
    crate::requirement::is_name(name).then(|| Archive {
        name: (*name).to_owned(),
        version: version.replace('_', "-"),
    })
}

/// `name-version`; both may have dashes, so the known name decides, else the first split that
/// leaves a version.
fn source(stem: &str, name: Option<&str>) -> Option<Archive> {
    stem.match_indices('-').take(16).find_map(|(at, _)| {
        let (before, after) = (stem.get(..at)?, stem.get(at + 1..)?);
        let fits = match name {
            Some(name) => {
                Ecosystem::PyPI.normalize_name(before) == Ecosystem::PyPI.normalize_name(name)
            }
            None => crate::requirement::is_name(before),
        };
        (fits && Version::from_str(after).is_ok()).then(|| Archive {
            name: before.to_owned(),
            version: after.to_owned(),
        })
    })
}

/// Decodes `%2B` and the like; what is no UTF-8 afterwards stays as it was.
pub(crate) fn decode_percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(code.unwrap_or(*first));
        let taken = if code.is_some() { 2 } else { 0 };
        rest = after.get(taken..).unwrap_or_default();
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_state_versions() {
        for (file, name, expected) in [
            (
                "https://x/a/Flask-2.0.1-py3-none-any.whl#sha256=1",
                None,
                Some(("Flask", "2.0.1")),
            ),
            (
                "torch-2.0.0%2Bcu118-cp311-cp311-linux_x86_64.whl",
                None,
                Some(("torch", "2.0.0+cu118")),
            ),
            ("x-1.0-1-py3-none-any.whl", None, Some(("x", "1.0"))),
            (
                "./dist/zope.interface-5.0.tar.gz",
                None,
                Some(("zope.interface", "5.0")),
            ),
            ("my-package-1.0.zip", None, Some(("my-package", "1.0"))),
            (
                "my-package-1.0-rc1.zip",
                Some("my_package"),
                Some(("my-package", "1.0-rc1")),
            ),
            ("https://github.com/o/r/archive/v1.2.zip", Some("r"), None),
            (
                "https://github.com/o/r/archive/other-1.2.zip",
                Some("r"),
                None,
            ),
            ("flask.whl", None, None),
            ("a-b-c-d-e.whl", None, None),
            ("flask-2.0.exe", None, None),
        ] {
            let archive = read(file, name);
            let found = archive
                .as_ref()
                .map(|a| (a.name.as_str(), a.version.as_str()));
            assert_eq!(found, expected, "{file}");
        }
    }

    #[test]
    fn percent_signs_are_decoded_once() {
        assert_eq!(decode_percent("a%2Bb%zz%2"), "a+b%zz%2");
        assert_eq!(decode_percent("%252B"), "%2B");
        assert_eq!(decode_percent("%ff"), "%ff");
    }
}
