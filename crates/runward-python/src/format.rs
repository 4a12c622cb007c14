//! The files that this crate reads, told by their names.

use runward_model::{Ecosystem, ManifestRole};
use runward_tree::path::{file_name, parent};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// pip's requirements file.
    Requirements,
    /// Input of pip-tools or `uv pip compile`.
    RequirementsIn,
    /// A constraints file: it asks for nothing by itself.
    Constraints,
    Pyproject,
    SetupCfg,
    SetupPy,
    Pipfile,
    PipfileLock,
    PoetryLock,
    PdmLock,
    UvLock,
    Pylock,
    CondaEnvironment,
    CondaLock,
    /// A Python file with a PEP 723 header. Told by [`crate::is_script_with_metadata`], never by
    /// its name.
    Script,
}

impl Format {
    /// The name of the format's usual file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requirements => "requirements.txt",
            Self::RequirementsIn => "requirements.in",
            Self::Constraints => "constraints.txt",
            Self::Pyproject => "pyproject.toml",
            Self::SetupCfg => "setup.cfg",
            Self::SetupPy => "setup.py",
            Self::Pipfile => "Pipfile",
            Self::PipfileLock => "Pipfile.lock",
            Self::PoetryLock => "poetry.lock",
            Self::PdmLock => "pdm.lock",
            Self::UvLock => "uv.lock",
            Self::Pylock => "pylock.toml",
            Self::CondaEnvironment => "environment.yml",
            Self::CondaLock => "conda-lock.yml",
            Self::Script => "PEP 723 script",
        }
    }

    pub fn role(self) -> ManifestRole {
        match self {
            Self::PipfileLock
            | Self::PoetryLock
            | Self::PdmLock
            | Self::UvLock
            | Self::Pylock
            | Self::CondaLock => ManifestRole::Lockfile,
            _ => ManifestRole::Manifest,
        }
    }

    /// The ecosystem that the format is at home in; conda files hold PyPI packages, too.
    pub fn ecosystem(self) -> Ecosystem {
        match self {
            Self::CondaEnvironment | Self::CondaLock => Ecosystem::Conda,
            _ => Ecosystem::PyPI,
        }
    }

    pub(crate) fn of(path: &str) -> Option<Self> {
        recognize(path)
    }
}

/// The format of a file, by its path; `None` for files of no interest here.
pub fn recognize(path: &str) -> Option<Format> {
    let name = file_name(path);
    let lower = name.to_ascii_lowercase();
    let format = match name {
        "pyproject.toml" => Format::Pyproject,
        "setup.cfg" => Format::SetupCfg,
        "setup.py" => Format::SetupPy,
        "Pipfile" => Format::Pipfile,
        "Pipfile.lock" => Format::PipfileLock,
        "poetry.lock" => Format::PoetryLock,
        "pdm.lock" => Format::PdmLock,
        "uv.lock" => Format::UvLock,
        "pylock.toml" => Format::Pylock,
        _ if name.ends_with(".py.lock") => Format::UvLock,
        _ if is_named_pylock(name) => Format::Pylock,
        _ => return by_pattern(path, &lower),
    };
    Some(format)
}

/// PEP 751: `pylock.NAME.toml`, with no dot in the name.
fn is_named_pylock(name: &str) -> bool {
    name.strip_prefix("pylock.")
        .and_then(|rest| rest.strip_suffix(".toml"))
        .is_some_and(|middle| !middle.is_empty() && !middle.contains('.'))
}

fn by_pattern(path: &str, lower: &str) -> Option<Format> {
    let (stem, extension) = lower.rsplit_once('.')?;
    match extension {
        "yml" | "yaml" => {
            if stem == "conda-lock" || stem.ends_with(".conda-lock") {
                Some(Format::CondaLock)
            } else if is_environment(stem) {
                Some(Format::CondaEnvironment)
            } else {
                None
            }
        }
        // rye writes `requirements.lock`; other tools' locks keep their names wherever they stand.
        "lock" => {
            let named = stem.starts_with("requirements");
            let listed = in_requirements_directory(path) && !OTHER_LOCKS.contains(&stem);
            (named || listed).then_some(Format::Requirements)
        }
        "txt" | "in" => {
            if has_word(stem, &["constraints", "constraint"]) {
                return Some(Format::Constraints);
            }
            let named = stem.starts_with("requirements") || stem.ends_with("requirements");
            let listed = in_requirements_directory(path)
                || file_name(parent(path)).eq_ignore_ascii_case("reqs");
            let other = has_word(stem, &OTHER_TEXTS);
            match (named || (listed && !other), extension) {
                (true, "txt") => Some(Format::Requirements),
                (true, _) => Some(Format::RequirementsIn),
                (false, "txt") if in_deps_directory(path) && !other => Some(Format::Requirements),
                // `dev.in` beside `dev.txt`, but not `MANIFEST.in` or `config.h.in`.
                (false, "in") if is_usual_input(stem) => Some(Format::RequirementsIn),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_usual_input(stem: &str) -> bool {
    matches!(
        stem,
        "base"
            | "dev"
            | "develop"
            | "development"
            | "test"
            | "tests"
            | "testing"
            | "prod"
            | "production"
            | "docs"
            | "lint"
            | "typing"
            | "ci"
    )
}

/// Texts that stand beside requirements and are none.
const OTHER_TEXTS: [&str; 6] = [
    "readme",
    "license",
    "changelog",
    "notes",
    "manifest",
    "cmakelists",
];

/// Locks of other package managers, by their stems.
const OTHER_LOCKS: [&str; 11] = [
    "bun", "cargo", "composer", "deno", "flake", "gemfile", "mix", "packages", "podfile",
    "pubspec", "yarn",
];

/// The usual names of conda environments. A `test_environment.yml` is anything.
fn is_environment(stem: &str) -> bool {
    stem.starts_with("environment") || stem.ends_with("-environment") || stem.starts_with("conda")
}

fn in_requirements_directory(path: &str) -> bool {
    parent(path)
        .split('/')
        .any(|directory| directory.to_ascii_lowercase().starts_with("requirements"))
}

fn in_deps_directory(path: &str) -> bool {
    matches!(file_name(parent(path)), "deps" | "dependencies")
}

/// What a file's name says about whether it is a requirements file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// It is one: `requirements*.txt`, or a file that somebody named as one.
    Certain,
    /// It is one unless it is written like prose.
    Likely,
    /// It is one only if it looks like a compiled one.
    Possible,
}

pub(crate) fn certainty(path: &str) -> Certainty {
    let lower = file_name(path).to_ascii_lowercase();
    let stem = lower
        .rsplit_once('.')
        .map_or(lower.as_str(), |(stem, _)| stem);
    if stem.starts_with("requirements") || recognize(path).is_none() {
        Certainty::Certain
    } else if in_deps_directory(path)
        && !stem.ends_with("requirements")
        && !has_word(stem, &["constraints", "constraint"])
        && !in_requirements_directory(path)
    {
        Certainty::Possible
    } else {
        Certainty::Likely
    }
}

fn words(stem: &str) -> impl Iterator<Item = &str> {
    stem.split(|c: char| !c.is_ascii_alphanumeric())
}

fn has_word(stem: &str, wanted: &[&str]) -> bool {
    words(stem).any(|word| wanted.contains(&word))
}

/// Whether a file's name, or its directory's, says that it is for development only:
/// `requirements-dev.txt`, `requirements/test.txt`, `docs/requirements.txt`.
pub(crate) fn development_name(path: &str) -> bool {
    const WORDS: [&str; 21] = [
        "dev",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "lint",
        "linting",
        "linters",
        "doc",
        "docs",
        "documentation",
        "ci",
        "typing",
        "mypy",
        "style",
        "qa",
        "bench",
        "benchmark",
        "benchmarks",
        "tooling",
    ];
    let lower = file_name(path).to_ascii_lowercase();
    let stem = lower
        .rsplit_once('.')
        .map_or(lower.as_str(), |(stem, _)| stem);
    let directory = file_name(parent(path)).to_ascii_lowercase();
    has_word(stem, &WORDS) || WORDS.contains(&directory.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats() {
        use Format::{
            CondaEnvironment, CondaLock, Constraints, PipfileLock, Pylock, Requirements,
            RequirementsIn, UvLock,
        };
        for (path, expected) in [
            ("requirements.txt", Some(Requirements)),
            ("a/requirements-dev.txt", Some(Requirements)),
            ("dev-requirements.txt", Some(Requirements)),
            ("test_requirements.txt", Some(Requirements)),
            ("requirements/edx/base.txt", Some(Requirements)),
            ("requirements/README.txt", None),
            ("requirements/base.in", Some(RequirementsIn)),
            ("dev.in", Some(RequirementsIn)),
            ("MANIFEST.in", None),
            ("config.h.in", None),
            ("notes.txt", None),
            ("constraints.txt", Some(Constraints)),
            ("requirements/constraints-3.11.txt", Some(Constraints)),
            ("Pipfile.lock", Some(PipfileLock)),
            ("pylock.toml", Some(Pylock)),
            ("pylock.prod.toml", Some(Pylock)),
            ("pylock.a.b.toml", None),
            ("tool.py.lock", Some(UvLock)),
            ("environment-dev.yaml", Some(CondaEnvironment)),
            ("conda-lock.yml", Some(CondaLock)),
            ("prod.conda-lock.yml", Some(CondaLock)),
            ("app.py", None),
            ("setup", None),
            ("requirements.lock", Some(Requirements)),
            ("a/requirements-dev.lock", Some(Requirements)),
            ("requirements/ci/lint.lock", Some(Requirements)),
            ("requirements/uv.lock", Some(UvLock)),
            ("requirements/Gemfile.lock", None),
            ("dev.lock", None),
            ("requirements-dev/a/b.txt", Some(Requirements)),
            ("reqs/base.txt", Some(Requirements)),
            ("reqs/dev.in", Some(RequirementsIn)),
            ("reqs/a/base.txt", None),
            ("deps/prod.txt", Some(Requirements)),
            ("deps/prod.in", Some(RequirementsIn)),
            ("deps/CMakeLists.txt", None),
            ("deps/x/y.txt", None),
            ("test_environment.yml", None),
            ("test-environment.yml", Some(CondaEnvironment)),
            ("conda.yaml", Some(CondaEnvironment)),
        ] {
            assert_eq!(recognize(path), expected, "{path}");
        }
    }

    #[test]
    fn some_names_are_only_hints() {
        for (path, expected) in [
            ("requirements-dev.txt", Certainty::Certain),
            ("whatever.txt", Certainty::Certain),
            ("requirements/base.txt", Certainty::Likely),
            ("docs/constraints.txt", Certainty::Likely),
            ("system-requirements.txt", Certainty::Likely),
            ("deps/prod.txt", Certainty::Possible),
            ("deps/constraints.txt", Certainty::Likely),
        ] {
            assert_eq!(certainty(path), expected, "{path}");
        }
    }

    #[test]
    fn names_tell_development() {
        for path in [
            "requirements-dev.txt",
            "requirements/test.txt",
            "docs/requirements.txt",
            "dev.in",
        ] {
            assert!(development_name(path), "{path}");
        }
        for path in [
            "requirements.txt",
            "requirements/base.txt",
            "device/requirements.txt",
        ] {
            assert!(!development_name(path), "{path}");
        }
    }
}
