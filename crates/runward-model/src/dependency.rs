//! What a project depends on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Ecosystem, NotCovered, Package, SourceRef};

/// What a dependency is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Runtime,
    /// An extra or optional feature of the project.
    Optional,
    /// Needed to build (PEP 518 `build-system.requires`, Cargo build-dependencies).
    Build,
    Development,
}

impl Scope {
    pub const ALL: [Self; 4] = [
        Self::Runtime,
        Self::Optional,
        Self::Build,
        Self::Development,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Optional => "optional",
            Self::Build => "build",
            Self::Development => "development",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a package's files come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "type")]
pub enum Origin {
    /// The ecosystem's public registry or an index configured in its place.
    Registry {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        index: Option<String>,
    },
    Git {
        url: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rev: Option<String>,
    },
    Url {
        url: String,
    },
    /// A directory or file of the project itself.
    Path {
        path: String,
    },
}

impl Default for Origin {
    fn default() -> Self {
        Self::Registry { index: None }
    }
}

/// One dependant: an index into the same list of dependencies, and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentEdge {
    pub parent: usize,
    /// The version requirement as the dependant writes it, where the file records it.
    pub requirement: Option<String>,
}

/// Whether the project's sources import a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Imported {
    Yes,
    No,
    /// The sources were not looked at, or the package's import names are not known.
    #[default]
    Unknown,
}

/// A package that a project depends on, as one file states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependency {
    /// `version` is `None` exactly where `undetermined` says why.
    pub package: Package,
    /// Why no version could be determined; such a dependency is never judged.
    pub undetermined: Option<String>,
    /// The requirement as written (`>=2,<3`, `^4.17.0`), where the file states one.
    pub requirement: Option<String>,
    pub scope: Scope,
    /// The extras or groups that bring it in; empty for the default set.
    pub groups: Vec<String>,
    /// Named by the project itself, not only by another dependency.
    pub direct: bool,
    pub parents: Vec<ParentEdge>,
    pub source: SourceRef,
    /// The environment marker as written.
    pub marker: Option<String>,
    pub hashes: Vec<String>,
    pub origin: Origin,
    #[serde(default)]
    pub imported: Imported,
}

impl Dependency {
    /// A direct runtime dependency from a registry; callers set what differs.
    pub fn new(package: Package, source: SourceRef) -> Self {
        let undetermined = package
            .version
            .is_none()
            .then(|| "no version is stated".to_owned());
        Self {
            package,
            undetermined,
            requirement: None,
            scope: Scope::Runtime,
            groups: Vec::new(),
            direct: true,
            parents: Vec::new(),
            source,
            marker: None,
            hashes: Vec::new(),
            origin: Origin::default(),
            imported: Imported::Unknown,
        }
    }
}

/// A dependency that the stated target does not install.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    pub name: String,
    pub marker: String,
    pub source: SourceRef,
    pub reason: String,
}

/// What a file is to the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ManifestRole {
    /// States requirements; versions may be open.
    Manifest,
    /// Records a resolved set.
    Lockfile,
    /// A directory of installed packages.
    Environment,
    Sbom,
}

/// One file's (or environment's) contribution to the graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub path: String,
    /// The format, by the name of its usual file: `requirements.txt`, `poetry.lock`, `Cargo.lock`.
    pub format: String,
    pub ecosystem: Ecosystem,
    pub role: ManifestRole,
    /// Parents index into this list.
    pub dependencies: Vec<Dependency>,
    pub excluded: Vec<Excluded>,
    pub not_covered: Vec<NotCovered>,
    /// Further files read on behalf of this one (`-r base.txt`), relative to the root. Their
    /// dependencies are in `dependencies`, with their own `source`.
    pub also_read: Vec<String>,
}

impl Manifest {
    pub fn new(
        path: impl Into<String>,
        format: impl Into<String>,
        ecosystem: Ecosystem,
        role: ManifestRole,
    ) -> Self {
        Self {
            path: path.into(),
            format: format.into(),
            ecosystem,
            role,
            dependencies: Vec::new(),
            excluded: Vec::new(),
            not_covered: Vec::new(),
            also_read: Vec::new(),
        }
    }
}

/// The environment that markers are evaluated for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// `3.12` or `3.12.4`.
    pub python_version: String,
    /// `linux`, `macos` or `windows`.
    pub platform: String,
    /// `x86_64`, `aarch64`, …
    pub machine: String,
}

impl Default for Target {
    fn default() -> Self {
        Self {
            python_version: "3.13".to_owned(),
            platform: "linux".to_owned(),
            machine: "x86_64".to_owned(),
        }
    }
}

/// Everything a project depends on, from all its files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DependencyGraph {
    /// Parents index into this list.
    pub dependencies: Vec<Dependency>,
    pub excluded: Vec<Excluded>,
    pub not_covered: Vec<NotCovered>,
    /// Path and format of every file that was read, in reading order.
    pub read: Vec<(String, String)>,
}
