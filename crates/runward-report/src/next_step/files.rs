//! What states a dependency, and so where its version is changed.

use std::collections::{HashMap, HashSet};

use runward_model::{Dependency, Ecosystem, ScanReport};

/// What states a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands<'a> {
    /// A file, by the usual name of its format (`poetry.lock`); by its own where the format is
    /// not known.
    File(&'a str),
    /// The environment in this directory, where it is installed.
    Environment(&'a str),
    /// Requirements that a tool has compiled, from this file where it is known.
    Compiled(Option<&'a str>),
    /// A bill of materials.
    Bill,
}

impl<'a> Stands<'a> {
    /// The format of a file; empty for what is none.
    pub(crate) fn format(self) -> &'a str {
        match self {
            Self::File(format) => format,
            Self::Environment(_) | Self::Compiled(_) | Self::Bill => "",
        }
    }
}

/// What a report knows of the files that it read.
#[derive(Debug, Default)]
pub(crate) struct Files<'a> {
    formats: HashMap<&'a str, &'a str>,
    environments: Vec<&'a str>,
    compiled: HashSet<&'a str>,
}

impl<'a> Files<'a> {
    pub(crate) fn of(report: &'a ScanReport) -> Self {
        let read = || {
            report
                .read
                .iter()
                .map(|(path, format)| (path.as_str(), format.as_str()))
        };
        Self {
            formats: read().collect(),
            environments: read()
                .filter(|(_, format)| *format == ENVIRONMENT)
                .map(|(path, _)| path)
                .collect(),
            compiled: compiled(&report.dependencies),
        }
    }

    /// Where nothing is known of the file, its path must tell.
    pub(crate) fn stands(&self, dependency: &'a Dependency) -> Stands<'a> {
        let path = dependency.source.path.as_str();
        let Some(format) = self.formats.get(path).copied() else {
            if let Some(directory) = self.environment_around(path) {
                return Stands::Environment(directory);
            }
            if is_installed(path) {
                return Stands::Environment(environment_of(path));
            }
            if runward_sbom::recognize(path).is_some() {
                return Stands::Bill;
            }
            return self.file(path.rsplit('/').next().unwrap_or(path), dependency);
        };
        match format {
            ENVIRONMENT => Stands::Environment(path),
            bill if is_bill(bill) => Stands::Bill,
            format => self.file(format, dependency),
        }
    }

    fn file(&self, format: &'a str, dependency: &'a Dependency) -> Stands<'a> {
        let path = dependency.source.path.as_str();
        if !is_requirements(format) || path.strip_suffix(".in").is_some() {
            return Stands::File(format);
        }
        let input = path
            .strip_suffix(".txt")
            .and_then(|stem| self.formats.get_key_value(format!("{stem}.in").as_str()))
            .map(|(input, _)| *input);
        // Of a recorded finding nothing but itself is known.
        let alone = self.formats.is_empty() && looks_compiled(dependency);
        if input.is_some() || alone || self.compiled.contains(path) {
            Stands::Compiled(input)
        } else {
            Stands::File(format)
        }
    }

    /// The innermost environment that a path is below.
    fn environment_around(&self, path: &str) -> Option<&'a str> {
        self.environments
            .iter()
            .filter(|directory| {
                path.strip_prefix(directory.trim_end_matches('/'))
                    .is_some_and(|rest| rest.starts_with('/'))
            })
            .max_by_key(|directory| directory.len())
            .copied()
    }
}

/// The format under which installed environments are read.
const ENVIRONMENT: &str = "site-packages";

fn is_bill(format: &str) -> bool {
    ["CycloneDX", "SPDX", "SBOM"]
        .iter()
        .any(|family| format.starts_with(family))
}

/// Requirements files and constraints, whose own names are free.
pub(super) fn is_requirements(format: &str) -> bool {
    [".txt", ".in"]
        .iter()
        .any(|ending| format.ends_with(ending))
}

/// The files that pip-compile or uv wrote: they pin every line and say what brings it in.
fn compiled(dependencies: &[Dependency]) -> HashSet<&str> {
    let mut lines: HashMap<(&str, u32), usize> = HashMap::new();
    let python = || {
        dependencies
            .iter()
            .filter(|dependency| dependency.package.ecosystem == Ecosystem::PyPI)
            .map(|dependency| (dependency, dependency.source.path.as_str()))
    };
    for (dependency, path) in python() {
        *lines.entry((path, dependency.source.line)).or_default() += 1;
    }
    let mut compiled: HashSet<&str> = python()
        .filter(|(dependency, _)| looks_compiled(dependency))
        .map(|(_, path)| path)
        .collect();
    // A resolver's answer to open requirements says all that, too. There, what the file does not
    // name stands on the line of what brings it in.
    for (dependency, path) in python() {
        let shared = lines.get(&(path, dependency.source.line)).copied() > Some(1);
        if shared && !dependency.direct {
            compiled.remove(path);
        }
    }
    compiled
}

fn looks_compiled(dependency: &Dependency) -> bool {
    dependency.package.ecosystem == Ecosystem::PyPI
        && (!dependency.direct || !dependency.parents.is_empty())
        && dependency
            .requirement
            .as_deref()
            .is_some_and(|requirement| requirement.trim_start().starts_with("=="))
}

/// The metadata that installers leave beside a package.
fn is_installed(path: &str) -> bool {
    [".dist-info/METADATA", "/PKG-INFO", ".egg-info", ".egg-link"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// The directory of the environment that a package's metadata lie in: what stands before
/// `lib/python3.12/site-packages`, else the directory that the package is installed in.
fn environment_of(path: &str) -> &str {
    let library = [
        "/lib/python",
        "/lib64/python",
        "/lib/pypy",
        "/Lib/site-packages/",
    ];
    let before = library
        .iter()
        .filter_map(|library| path.split_once(library))
        .map(|(before, _)| before)
        .find(|before| !before.is_empty());
    before.unwrap_or_else(|| {
        let directory = parent(path);
        if path.ends_with("/METADATA") || path.ends_with("/PKG-INFO") {
            parent(directory)
        } else {
            directory
        }
    })
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(above, _)| above)
}

#[cfg(test)]
mod tests {
    use runward_model::{Package, ParentEdge, SourceRef};

    use super::*;

    fn pinned(name: &str, path: &str, line: u32) -> Dependency {
        let package = Package::new(Ecosystem::PyPI, name, Some("1.0"));
        Dependency {
            requirement: Some("==1.0".to_owned()),
            ..Dependency::new(package, SourceRef::new(path, line))
        }
    }

    fn below(dependency: Dependency) -> Dependency {
        Dependency {
            direct: false,
            parents: vec![ParentEdge {
                parent: 0,
                requirement: None,
            }],
            ..dependency
        }
    }

    fn files<'a>(read: &[(&'a str, &'a str)], dependencies: &'a [Dependency]) -> Files<'a> {
        Files {
            formats: read.iter().copied().collect(),
            environments: read
                .iter()
                .filter(|(_, format)| *format == ENVIRONMENT)
                .map(|(path, _)| *path)
                .collect(),
            compiled: compiled(dependencies),
        }
    }

    #[test]
    fn an_installed_package_stands_in_its_environment() {
        let metadata = "envs/a/lib/python3.12/site-packages/flask-2.3.0.dist-info/METADATA";
        let flask = pinned("flask", metadata, 1);
        let named = files(
            &[("envs/a/", "site-packages"), ("envs", "site-packages")],
            &[],
        );
        assert_eq!(named.stands(&flask), Stands::Environment("envs/a/"));
        // A recorded finding is shown without the list of what was read.
        assert_eq!(
            Files::default().stands(&flask),
            Stands::Environment("envs/a")
        );
        for (path, directory) in [
            ("sp/flask-2.3.0.dist-info/METADATA", "sp"),
            ("flask-2.3.0.dist-info/METADATA", "."),
            ("e/Lib/site-packages/x.egg-info/PKG-INFO", "e"),
            ("e/site-packages/x.egg-link", "e/site-packages"),
        ] {
            let installed = pinned("x", path, 1);
            assert_eq!(
                Files::default().stands(&installed),
                Stands::Environment(directory),
                "{path}"
            );
        }
        let beside = pinned("x", "envs2/requirements.txt", 1);
        assert_eq!(
            named.stands(&beside),
            Stands::File("requirements.txt"),
            "a name that begins alike is no directory above"
        );
    }

    #[test]
    fn a_bill_is_told_by_its_format_or_its_name() {
        for format in [
            "CycloneDX JSON",
            "CycloneDX XML",
            "SPDX JSON",
            "SPDX tag-value",
        ] {
            let read = [("x.json", format)];
            let package = pinned("x", "x.json", 709);
            assert_eq!(files(&read, &[]).stands(&package), Stands::Bill);
        }
        let package = pinned("x", "out/app.cdx.json", 709);
        assert_eq!(Files::default().stands(&package), Stands::Bill);
    }

    #[test]
    fn one_package_with_parents_tells_a_compiled_file() {
        let compiled = [
            pinned("flask", "requirements.txt", 7),
            below(pinned("click", "requirements.txt", 4)),
            pinned("pytest", "dev.txt", 1),
        ];
        let read = [
            ("requirements.txt", "requirements.txt"),
            ("dev.txt", "requirements.txt"),
        ];
        let files = files(&read, &compiled);
        assert_eq!(files.stands(&compiled[0]), Stands::Compiled(None));
        assert_eq!(files.stands(&compiled[1]), Stands::Compiled(None));
        assert_eq!(files.stands(&compiled[2]), Stands::File("requirements.txt"));
    }

    #[test]
    fn an_input_beside_it_tells_a_compiled_file_and_is_named() {
        let plain = [
            pinned("flask", "req/base.txt", 1),
            pinned("x", "req/base.in", 1),
        ];
        let read = [
            ("req/base.txt", "requirements.txt"),
            ("req/base.in", "requirements.in"),
        ];
        let files = files(&read, &plain);
        assert_eq!(
            files.stands(&plain[0]),
            Stands::Compiled(Some("req/base.in"))
        );
        assert_eq!(files.stands(&plain[1]), Stands::File("requirements.in"));
    }

    #[test]
    fn resolved_requirements_are_not_compiled_ones() {
        let resolved = [
            Dependency {
                requirement: Some(">=1".to_owned()),
                ..pinned("flask", "requirements.txt", 3)
            },
            below(pinned("click", "requirements.txt", 3)),
        ];
        let read = [("requirements.txt", "requirements.txt")];
        let files = files(&read, &resolved);
        assert_eq!(files.stands(&resolved[0]), Stands::File("requirements.txt"));
        assert_eq!(files.stands(&resolved[1]), Stands::File("requirements.txt"));
    }

    #[test]
    fn a_lockfile_of_another_kind_is_never_compiled() {
        let locked = [below(pinned("click", "poetry.lock", 4))];
        let files = files(&[("poetry.lock", "poetry.lock")], &locked);
        assert_eq!(files.stands(&locked[0]), Stands::File("poetry.lock"));
    }
}
