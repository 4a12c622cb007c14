//! Lockfiles and manifests of the ecosystems other than Python.
//!
//! `recognize` tells a file's `Format` by its name, `read` turns the file into a
//! `Manifest`. Reading never fails as a whole: what cannot be read is in `not_covered`, what
//! has no determinable version is `undetermined`, and everything else is still reported.
//!
//! Every format goes the same way: text → a tree of nodes that know their lines
//! (`document`, filled by `json`, `toml` and `yaml`; `xml` has a tree of its own; line
//! formats are read directly) → packages and edges in a `draft::Draft` → `Manifest`.
//! Packages of the project itself are left out; what they ask for is what makes a package
//! `direct`.

mod cargo;
mod dart;
mod document;
mod draft;
mod elixir;
mod expand;
mod format;
mod glob;
mod go;
mod gradle;
mod json;
mod maven;
mod npm;
mod nuget;
mod php;
mod ruby;
mod text;
mod toml;
mod xml;
mod yaml;

pub use format::{Format, recognize};

use runward_model::Manifest;
use runward_tree::Tree;

use crate::draft::Draft;

/// Limits on what one file may cost. Its size in bytes is limited by the [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deepest nesting of a JSON, YAML or XML document, or of an Elixir term.
    pub max_depth: usize,
    /// Most packages that one file may list.
    pub max_packages: usize,
    /// Most "depends on" relations that one file may state.
    pub max_edges: usize,
    /// Most problems that are listed for one file; the rest is counted.
    pub max_notes: usize,
    /// Most further files (workspace members, parent POMs) that are read on behalf of one file.
    pub max_related_files: usize,
    /// Most property references that are followed to expand one value.
    pub max_expansions: usize,
    /// Longest value after its properties are expanded, in bytes.
    pub max_expanded_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: 128,
            max_packages: 500_000,
            max_edges: 4_000_000,
            max_notes: 1_000,
            max_related_files: 1_000,
            max_expansions: 50,
            max_expanded_bytes: 1_024,
        }
    }
}

/// What a reader may use.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub tree: &'a dyn Tree,
    pub limits: &'a Limits,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("limits", self.limits)
            .finish_non_exhaustive()
    }
}

/// Reads a file of a known format.
pub fn read(format: Format, path: &str, cx: &Context<'_>) -> Manifest {
    let mut draft = Draft::new(format, path, *cx);
    if let Some(text) = draft.load() {
        match format {
            Format::PackageLock | Format::NpmShrinkwrap => {
                npm::package_lock::read(&mut draft, &text);
            }
            Format::PackageJson => npm::package_json::read(&mut draft, &text),
            Format::YarnLock => npm::yarn::read(&mut draft, &text),
            Format::PnpmLock => npm::pnpm::read(&mut draft, &text),
            Format::BunLock => npm::bun::read(&mut draft, &text),
            Format::CargoLock => cargo::lock::read(&mut draft, &text),
            Format::CargoToml => cargo::manifest::read(&mut draft, &text),
            Format::GoMod => go::go_mod::read(&mut draft, &text),
            Format::GoSum => go::go_sum::read(&mut draft, &text),
            Format::GemfileLock => ruby::read(&mut draft, &text),
            Format::ComposerLock => php::composer_lock::read(&mut draft, &text),
            Format::ComposerJson => php::composer_json::read(&mut draft, &text),
            Format::PomXml => maven::read(&mut draft, &text),
            Format::GradleLockfile | Format::GradleBuildscriptLockfile => {
                gradle::lockfile::read(&mut draft, &text);
            }
            Format::GradleVersionCatalog => gradle::catalog::read(&mut draft, &text),
            Format::NugetLock => nuget::lock::read(&mut draft, &text),
            Format::NugetPackagesConfig => nuget::packages_config::read(&mut draft, &text),
            Format::NugetProject => nuget::project::read(&mut draft, &text),
            Format::MixLock => elixir::read(&mut draft, &text),
            Format::PubspecLock => dart::read(&mut draft, &text),
        }
    }
    draft.finish()
}
