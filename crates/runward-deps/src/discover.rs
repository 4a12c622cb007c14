//! Which files state dependencies, and who reads them.

use runward_model::{Manifest, NotCovered};
use runward_tree::{Tree, path};

use crate::Options;

/// Which reader a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Python(runward_python::Format),
    Lockfile(runward_lockfiles::Format),
    Sbom(runward_sbom::Format),
    /// A Python source that may carry a PEP 723 header.
    Script,
}

/// A file that states dependencies, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: String,
    pub reader: Reader,
}

impl Found {
    /// Tells from a path alone who would read the file.
    pub fn at(file: &str) -> Option<Self> {
        let reader = if let Some(format) = runward_python::recognize(file) {
            Reader::Python(format)
        } else if let Some(format) = runward_lockfiles::recognize(file) {
            Reader::Lockfile(format)
        } else if let Some(format) = runward_sbom::recognize(file) {
            Reader::Sbom(format)
        } else if extension(file) == Some("py") {
            Reader::Script
        } else {
            return None;
        };
        Some(Self {
            path: file.to_owned(),
            reader,
        })
    }
}

fn extension(file: &str) -> Option<&str> {
    path::file_name(file).rsplit_once('.').map(|(_, ext)| ext)
}

/// Directories that hold other people's packages, caches or version control, never the project's
/// own manifests.
pub fn default_skip(directory: &str) -> bool {
    matches!(
        path::file_name(directory),
        ".git"
            | ".hg"
            | ".svn"
            | ".runward"
            | ".venv"
            | "venv"
            | "virtualenv"
            | "node_modules"
            | "bower_components"
            | "site-packages"
            | "__pycache__"
            | "__pypackages__"
            | ".tox"
            | ".nox"
            | ".eggs"
            | ".mypy_cache"
            | ".pytest_cache"
            | ".ruff_cache"
            | ".yarn"
            | ".pnpm-store"
            | ".gradle"
            | ".terraform"
    )
}

/// What one file gave.
pub(crate) struct Reading {
    pub(crate) manifest: Manifest,
    /// A bill of materials that Runward wrote, as far as can be told.
    pub(crate) own_bill: bool,
}

impl From<Manifest> for Reading {
    fn from(manifest: Manifest) -> Self {
        Self {
            manifest,
            own_bill: false,
        }
    }
}

/// Reads one file, if it states dependencies.
pub(crate) fn read(
    tree: &dyn Tree,
    file: &str,
    options: &Options<'_>,
) -> Result<Option<Reading>, NotCovered> {
    let Some(found) = Found::at(file) else {
        return Ok(None);
    };
    let unreadable =
        |error: runward_tree::TreeError| NotCovered::file(file.to_owned(), error.to_string());
    match found.reader {
        Reader::Python(format) => {
            let context = python_context(tree, options);
            Ok(runward_python::read_found(format, file, &context).map(Into::into))
        }
        Reader::Lockfile(format) => {
            let context = runward_lockfiles::Context {
                tree,
                limits: &options.lockfile_limits,
            };
            Ok(Some(runward_lockfiles::read(format, file, &context).into()))
        }
        Reader::Sbom(format) => {
            let bytes = tree.read(file).map_err(unreadable)?;
            let manifest = runward_sbom::read(format, file, &bytes, &options.sbom_limits);
            Ok(Some(Reading {
                own_bill: is_own_sbom(&bytes),
                manifest,
            }))
        }
        Reader::Script => {
            let bytes = tree.read(file).map_err(unreadable)?;
            if !runward_python::is_script_with_metadata(&bytes) {
                return Ok(None);
            }
            let context = python_context(tree, options);
            let format = runward_python::Format::Script;
            Ok(Some(runward_python::read(format, file, &context).into()))
        }
    }
}

/// Whether a bill of materials carries the marks of one that Runward wrote. Anybody can copy them,
/// so this only ever lets other files answer for it.
fn is_own_sbom(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"runward:source";
    bytes.windows(MARK.len()).any(|window| window == MARK)
}

fn python_context<'a>(tree: &'a dyn Tree, options: &'a Options<'_>) -> runward_python::Context<'a> {
    runward_python::Context {
        tree,
        target: &options.target,
        limits: &options.python_limits,
        env: options.env,
    }
}

/// Reads a file that the user named, whatever it is called: by its name, else by its content.
pub(crate) fn read_named(
    tree: &dyn Tree,
    file: &str,
    options: &Options<'_>,
) -> Result<Option<Reading>, NotCovered> {
    if let Some(manifest) = read(tree, file, options)? {
        return Ok(Some(manifest));
    }
    let bytes = tree
        .read(file)
        .map_err(|error| NotCovered::file(file.to_owned(), error.to_string()))?;
    if let Some(format) = runward_sbom::sniff(&bytes) {
        let manifest = runward_sbom::read(format, file, &bytes, &options.sbom_limits);
        return Ok(Some(manifest.into()));
    }
    if runward_python::looks_like_requirements(&bytes) {
        let context = python_context(tree, options);
        let format = runward_python::Format::Requirements;
        return Ok(Some(runward_python::read(format, file, &context).into()));
    }
    Ok(None)
}

/// Reads an installed environment; its paths are shown below its label.
pub(crate) fn environment(label: &str, tree: &dyn Tree, options: &Options<'_>) -> Manifest {
    let mut manifest = runward_python::read_environment("", &python_context(tree, options));
    let shown = |path: &str| {
        if path.is_empty() {
            label.to_owned()
        } else {
            format!("{}/{path}", label.trim_end_matches('/'))
        }
    };
    manifest.path = shown(&manifest.path);
    for dependency in &mut manifest.dependencies {
        dependency.source.path = shown(&dependency.source.path);
    }
    for problem in &mut manifest.not_covered {
        problem.path = shown(&problem.path);
    }
    for excluded in &mut manifest.excluded {
        excluded.source.path = shown(&excluded.source.path);
    }
    manifest
}

/// Reads a bill of materials that the user named; its format is told by its content.
pub(crate) fn sbom(
    label: &str,
    bytes: &[u8],
    options: &Options<'_>,
) -> Result<Manifest, NotCovered> {
    let format = runward_sbom::sniff(bytes)
        .or_else(|| runward_sbom::recognize(label))
        .ok_or_else(|| {
            NotCovered::file(
                label,
                "not a bill of materials that Runward reads; give CycloneDX (JSON, XML) or SPDX 2 \
                 (JSON, tag-value)",
            )
        })?;
    Ok(runward_sbom::read(
        format,
        label,
        bytes,
        &options.sbom_limits,
    ))
}
