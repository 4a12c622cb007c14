//! What a Python project declares, locks and has installed.
//!
//! Files are read through a [`Tree`]; every file gives one [`Manifest`]. Nothing fails as a
//! whole: what cannot be read or judged is a `NotCovered` entry of the manifest, a dependency
//! whose version is open says so in `undetermined`, and one that the target does not install is
//! in `excluded` with its marker.
//!
//! The entry points are [`recognize`] and [`read_found`] (or [`read`]) for files,
//! [`looks_like_requirements`] for files of any name, [`is_script_with_metadata`] for scripts,
//! [`read_environment`] for installed packages, [`compiled_from`] and [`detect_target`].

mod archive;
mod conda;
mod declared;
mod document;
mod format;
mod graph;
mod installed;
mod limits;
mod link;
mod locks;
mod marker;
mod pyproject;
mod requirement;
mod requirements;
mod script;
mod setup_cfg;
mod setup_py;
mod target;
#[cfg(test)]
mod testing;
mod text;

use runward_model::{Manifest, ManifestRole, NotCovered, Target};
use runward_tree::Tree;

pub use format::{Format, recognize};
pub use limits::Limits;
pub use requirements::{compiled_from, looks_like_requirements};
pub use script::is_script_with_metadata;
pub use target::detect_target;

/// What reading takes besides the path.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub tree: &'a dyn Tree,
    /// The environment that markers are evaluated for.
    pub target: &'a Target,
    pub limits: &'a Limits,
    /// Looks up an environment variable for `${NAME}` in requirements files.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

/// Reads one file, whose path is relative to the tree's root. A file that states no dependencies
/// after all gives an empty manifest.
pub fn read(format: Format, path: &str, cx: &Context<'_>) -> Manifest {
    read_found(format, path, cx).unwrap_or_else(|| empty(format, path))
}

/// Reads a file that was found by its name; `None` where the name is only a hint (see
/// [`recognize`]) and the content is something else, such as a chapter on database constraints.
pub fn read_found(format: Format, path: &str, cx: &Context<'_>) -> Option<Manifest> {
    let mut manifest = empty(format, path);
    let outcome = match format {
        Format::Requirements | Format::RequirementsIn | Format::Constraints => {
            Ok(requirements::read(path, &mut manifest, cx))
        }
        Format::CondaEnvironment => conda::environment::read(path, &mut manifest, cx),
        _ => by_format(format, path, &mut manifest, cx).map(|()| true),
    };
    match outcome {
        Ok(true) => {}
        Ok(false) => return None,
        Err(error) => manifest
            .not_covered
            .push(template(format, path, cx).unwrap_or(error)),
    }
    Some(bounded(manifest, cx.limits))
}

fn empty(format: Format, path: &str) -> Manifest {
    Manifest::new(path, format.name(), format.ecosystem(), format.role())
}

/// Reads the formats that a name is enough to tell.
fn by_format(
    format: Format,
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let read = match format {
        Format::Requirements
        | Format::RequirementsIn
        | Format::Constraints
        | Format::CondaEnvironment => return Ok(()),
        Format::Pyproject => pyproject::read,
        Format::SetupCfg => setup_cfg::read,
        Format::SetupPy => setup_py::read,
        Format::Script => script::read,
        Format::Pipfile => locks::pipfile::read,
        Format::PipfileLock => locks::pipfile_lock::read,
        Format::PoetryLock => locks::poetry::read,
        Format::PdmLock => locks::pdm::read,
        Format::UvLock => locks::uv::read,
        Format::Pylock => locks::pylock::read,
        Format::CondaLock => conda::lock::read,
    };
    read(path, manifest, cx)
}

/// Why a file cannot be read that holds marks of a template engine.
fn template(format: Format, path: &str, cx: &Context<'_>) -> Option<NotCovered> {
    let text = text::utf8(path, cx).ok()?;
    (path.contains("{{") || requirements::is_templated(&text)).then(|| {
        let name = format.name();
        NotCovered::file(
            path,
            format!("a template, not a {name}; scan what is made from it"),
        )
    })
}

/// Reads an installed environment: a `site-packages` directory, or a directory that holds one
/// (a virtual environment). `directory` is relative to the tree's root.
pub fn read_environment(directory: &str, cx: &Context<'_>) -> Manifest {
    let mut manifest = Manifest::new(
        directory,
        "site-packages",
        runward_model::Ecosystem::PyPI,
        ManifestRole::Environment,
    );
    installed::read(directory, &mut manifest, cx);
    bounded(manifest, cx.limits)
}

/// Cuts what exceeds the limits, and says so.
fn bounded(mut manifest: Manifest, limits: &Limits) -> Manifest {
    let path = manifest.path.clone();
    let most = limits.max_packages;
    if manifest.dependencies.len() > most {
        manifest.dependencies.truncate(most);
        for dependency in &mut manifest.dependencies {
            dependency.parents.retain(|edge| edge.parent < most);
        }
        manifest.not_covered.push(NotCovered::file(
            &path,
            format!("more than {most} packages; the rest is not judged"),
        ));
    }
    let problems = manifest.not_covered.len();
    if problems > limits.max_not_covered {
        manifest.not_covered.truncate(limits.max_not_covered);
        manifest.not_covered.push(NotCovered::file(
            &path,
            format!(
                "{} further problems are not listed",
                problems - limits.max_not_covered
            ),
        ));
    }
    manifest
}
