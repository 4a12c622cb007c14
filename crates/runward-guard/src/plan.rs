use runward_model::Ecosystem;
use serde::{Deserialize, Serialize};

/// A package manager whose command lines are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manager {
    Pip,
    Uv,
    Pipx,
    Poetry,
    Pdm,
    Npm,
    Pnpm,
    Yarn,
    Bun,
    Cargo,
}

impl Manager {
    pub fn ecosystem(self) -> Ecosystem {
        match self {
            Self::Pip | Self::Uv | Self::Pipx | Self::Poetry | Self::Pdm => Ecosystem::PyPI,
            Self::Npm | Self::Pnpm | Self::Yarn | Self::Bun => Ecosystem::Npm,
            Self::Cargo => Ecosystem::CratesIo,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pip => "pip",
            Self::Uv => "uv",
            Self::Pipx => "pipx",
            Self::Poetry => "poetry",
            Self::Pdm => "pdm",
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
            Self::Cargo => "cargo",
        }
    }
}

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It brings packages in: what is requested, and what the files name.
    Installs,
    /// It brings nothing in, such as `pip list`.
    Nothing,
    /// The subcommand is not known; see [`Plan::uncertain`].
    Unknown,
}

/// What a command line asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub manager: Manager,
    pub ecosystem: Ecosystem,
    pub effect: Effect,
    pub requested: Vec<Requested>,
    /// Files whose entries are brought in too. The caller reads them.
    pub files: Vec<RequirementFile>,
    /// Where packages come from, if not from the configured place alone.
    pub indexes: Vec<Index>,
    /// No index is asked (`--no-index`, `--offline`).
    pub no_index: bool,
    pub prereleases: bool,
    /// Where the command works, if not here: relative paths start there.
    pub directory: Option<String>,
    /// What is brought in is run at once, such as by `npx`.
    pub runs: bool,
    /// The command that is run in the end, as by `npx` or `poetry run`.
    pub command: Vec<String>,
    /// What that command brings in, where it is a package manager again: `uvx pip install x`.
    pub then: Option<Box<Plan>>,
    /// What was not understood, one line each. Empty means: the plan is whole, but for [`Plan::then`].
    pub uncertain: Vec<String>,
}

impl Plan {
    pub(crate) fn new(manager: Manager, effect: Effect) -> Self {
        Self {
            manager,
            ecosystem: manager.ecosystem(),
            effect,
            requested: Vec::new(),
            files: Vec::new(),
            indexes: Vec::new(),
            no_index: false,
            prereleases: false,
            directory: None,
            runs: false,
            command: Vec::new(),
            then: None,
            uncertain: Vec::new(),
        }
    }

    /// This plan and those of the commands in it.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |plan| plan.then.as_deref())
    }

    pub(crate) fn file(&mut self, kind: FileKind, path: Option<&str>) {
        self.files.push(RequirementFile {
            kind,
            path: path.map(str::to_owned),
        });
    }

    pub(crate) fn index(&mut self, kind: IndexKind, location: &str) {
        self.indexes.push(Index {
            kind,
            location: location.to_owned(),
        });
    }

    pub(crate) fn doubt(&mut self, line: impl Into<String>) {
        self.uncertain.push(line.into());
    }
}

/// One package that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// As written; `None` where only the source says it, such as for `git+https://…`.
    pub name: Option<String>,
    /// Extras of a Python package, features of a crate.
    pub extras: Vec<String>,
    /// In the ecosystem's notation, such as `>=2,<3`, `^1.0`, `latest`.
    pub requirement: Option<String>,
    /// The environment marker of a Python requirement.
    pub marker: Option<String>,
    /// The name under which it is installed, if another.
    pub alias: Option<String>,
    pub source: Source,
    /// The argument it comes from.
    pub written: String,
}

impl Requested {
    pub(crate) fn new(name: Option<&str>, source: Source, written: &str) -> Self {
        Self {
            name: name.map(str::to_owned),
            extras: Vec::new(),
            requirement: None,
            marker: None,
            alias: None,
            source,
            written: written.to_owned(),
        }
    }
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "location", rename_all = "lowercase")]
pub enum Source {
    Registry,
    /// An archive at a URL.
    Url(String),
    /// A repository.
    Vcs(String),
    /// A directory or archive on this machine.
    Path(String),
}

/// A file that names packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementFile {
    pub kind: FileKind,
    /// `None` for the project's own, in [`Plan::directory`].
    pub path: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// pip's notation, or whatever the manager takes for `-r`.
    Requirements,
    /// Limits versions, brings nothing in by itself.
    Constraints,
    /// Replaces requirements.
    Overrides,
    /// The project's manifest, or its lockfile where that is up to date.
    Project,
    /// The project's lockfile only.
    Lock,
    /// A script with its requirements inside (PEP 723).
    Script,
}

/// A place that packages are looked for in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub kind: IndexKind,
    /// A URL, or the name of a configured index.
    pub location: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexKind {
    /// Instead of the default.
    Default,
    /// Beside the default: the way of dependency confusion.
    Extra,
    /// A page or directory of archives.
    Links,
}
