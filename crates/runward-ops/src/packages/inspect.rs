//! What the files of a package would do.

use std::{fs, path::Path};

use runward_inspect::{Artefact, Inspector};
use runward_model::{Ecosystem, NotCovered, PackageCheck};
use runward_packages::{Evidence, Subject, judge};

use super::{needs::needs, settings};
use crate::{Context, OpsError, Settings};

/// Most bytes of an artefact that are read.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// What was seen in one artefact.
#[derive(Debug)]
pub struct Inspected {
    pub file: String,
    /// `sdist`, `wheel`, `npm`, `crate`, `archive`.
    pub kind: &'static str,
    pub check: PackageCheck,
    /// The packages that its manifest asks for; `None` where it does not say.
    pub needs: Option<Vec<String>>,
    pub files: usize,
    pub bytes: u64,
    /// Sources of tests, documents and tools that nothing else runs: rules did not look at them.
    pub passed_over: usize,
    pub not_covered: Vec<NotCovered>,
}

/// Looks at artefacts as registries serve them. Nothing of them is run or written out.
pub fn inspect(
    context: &Context,
    settings: &Settings,
    files: &[impl AsRef<Path>],
) -> Result<Vec<Inspected>, OpsError> {
    let config = &settings.config().packages;
    let policy = settings::policy(config)?;
    let allow = settings::allow(config)?;
    let inspector = Inspector::built_in().map_err(|error| OpsError::Io {
        message: error.to_string(),
        help: None,
    })?;
    let mut all = Vec::new();
    for file in files {
        let file = file.as_ref();
        let path = context.working_directory.join(file);
        let size = fs::metadata(&path)
            .map_err(|error| cannot(file, &error.to_string()))?
            .len();
        if size > MAX_BYTES {
            return Err(cannot(file, &format!("it is {size} bytes")));
        }
        let bytes = fs::read(&path).map_err(|error| cannot(file, &error.to_string()))?;
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("package");
        let artefact = Artefact {
            file_name: name,
            bytes: &bytes,
            ecosystem: None,
        };
        let seen = inspector
            .inspect(&artefact)
            .map_err(|error| cannot(file, &error.to_string()))?;
        let (ecosystem, package, version) = identity(name, seen.kind.as_str());
        let subject = Subject {
            ecosystem,
            name: package,
            version,
        };
        let evidence = Evidence {
            signals: seen.signals,
            ..Evidence::default()
        };
        all.push(Inspected {
            file: file.display().to_string(),
            kind: seen.kind.as_str(),
            needs: needs(seen.kind, seen.manifest.as_deref()),
            check: judge(subject, evidence, &policy, &allow, context.now),
            files: seen.files,
            bytes: seen.bytes,
            passed_over: seen.passed_over,
            not_covered: seen.not_covered,
        });
    }
    Ok(all)
}

fn cannot(file: &Path, reason: &str) -> OpsError {
    let (what, step) = reason.split_once("; ").unwrap_or((
        reason,
        "give an archive as the registry serves it: sdist, wheel, npm tarball, crate",
    ));
    OpsError::usage(format!("cannot look at `{}`: {what}", file.display()), step)
}

/// Name and version, as the file's name tells them.
fn identity(file: &str, kind: &str) -> (Ecosystem, String, Option<String>) {
    let ecosystem = match kind {
        "npm" => Ecosystem::Npm,
        "crate" => Ecosystem::CratesIo,
        _ => Ecosystem::PyPI,
    };
    let endings = [
        ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip", ".whl", ".crate",
    ];
    let stem = endings
        .iter()
        .find_map(|ending| file.strip_suffix(ending))
        .unwrap_or(file);
    if kind == "wheel" {
        let mut parts = stem.split('-');
        let name = parts.next().unwrap_or(stem).to_owned();
        return (ecosystem, name, parts.next().map(str::to_owned));
    }
    let split = stem
        .match_indices('-')
        .find(|(at, _)| {
            stem.get(at + 1..)
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        })
        .and_then(|(at, _)| Some((stem.get(..at)?, stem.get(at + 1..)?)));
    match split {
        Some((name, version)) => (ecosystem, name.to_owned(), Some(version.to_owned())),
        None => (ecosystem, stem.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_those_of_the_file() {
        for (file, kind, name, version) in [
            (
                "requests-2.32.3-py3-none-any.whl",
                "wheel",
                "requests",
                Some("2.32.3"),
            ),
            (
                "python-dateutil-2.9.0.tar.gz",
                "sdist",
                "python-dateutil",
                Some("2.9.0"),
            ),
            ("left-pad-1.3.0.tgz", "npm", "left-pad", Some("1.3.0")),
            ("strange.zip", "archive", "strange", None),
        ] {
            let (_, found, at) = identity(file, kind);
            assert_eq!((found.as_str(), at.as_deref()), (name, version), "{file}");
        }
    }
}
