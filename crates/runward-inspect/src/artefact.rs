//! What is looked at, and what kind of package it is.

use runward_archives::{Archive, ArchiveTree};
use runward_model::Ecosystem;

use crate::context::ends;

/// The artefact of a package, as the registry serves it.
#[derive(Debug, Clone, Copy)]
pub struct Artefact<'a> {
    /// `requests-2.32.3-py3-none-any.whl`.
    pub file_name: &'a str,
    pub bytes: &'a [u8],
    /// Where the caller knows it; else it is told by the name and what is in the archive.
    pub ecosystem: Option<&'a Ecosystem>,
}

/// The kinds of packages whose behaviour at install time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Sdist,
    Wheel,
    Npm,
    Crate,
    /// Any other archive: looked at without knowing what would run.
    Other,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdist => "sdist",
            Self::Wheel => "wheel",
            Self::Npm => "npm",
            Self::Crate => "crate",
            Self::Other => "archive",
        }
    }

    pub(crate) fn of(artefact: &Artefact<'_>, archive: &Archive) -> Self {
        let name = artefact.file_name.to_ascii_lowercase();
        let root = root(&archive.tree);
        let has = |file: &str| archive.tree.get(&format!("{root}{file}")).is_some();
        if ends(&name, ".whl") {
            return Self::Wheel;
        }
        if ends(&name, ".crate") {
            return Self::Crate;
        }
        match artefact.ecosystem {
            Some(Ecosystem::PyPI) => return Self::Sdist,
            Some(Ecosystem::Npm) => return Self::Npm,
            Some(Ecosystem::CratesIo) => return Self::Crate,
            _ => {}
        }
        if has("PKG-INFO") || has("setup.py") || has("pyproject.toml") {
            Self::Sdist
        } else if has("package.json") {
            Self::Npm
        } else if has("Cargo.toml") {
            Self::Crate
        } else {
            Self::Other
        }
    }
}

/// The one directory that holds everything, with its slash: `requests-2.32.3/`; `""` where there is none.
pub(crate) fn root(tree: &ArchiveTree) -> String {
    let mut tops = tree
        .files()
        .map(|(path, _)| path)
        .filter(|path| !path.starts_with('!'))
        .map(|path| path.split_once('/').map(|(top, _)| top));
    let Some(Some(first)) = tops.next() else {
        return String::new();
    };
    if tops.all(|top| top == Some(first)) {
        format!("{first}/")
    } else {
        String::new()
    }
}
