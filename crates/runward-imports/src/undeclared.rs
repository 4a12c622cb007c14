//! Imports that nothing provides.

use std::collections::{BTreeSet, HashSet};

use runward_model::{Ecosystem, SourceRef};

use crate::{ImportNames, Imports, import_names, javascript::is_builtin, names};

/// A module that no package, no file of the project and no standard library provides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undeclared {
    /// `requests`, `@scope/name`.
    pub module: String,
    /// The first import.
    pub place: SourceRef,
    /// The packages that it may come from, as far as that is known: the name itself first.
    pub packages: Vec<String>,
}

/// The modules of `imports` that nothing provides.
///
/// `packages`: what is declared or brought in by that. `local`: names of the project's own files and
/// directories. Where a package's import names are not known, one whose name has the module's in it
/// counts as providing it: what is told is to be right.
pub fn undeclared<'a>(
    ecosystem: &Ecosystem,
    imports: &Imports,
    packages: impl IntoIterator<Item = &'a str>,
    local: &BTreeSet<String>,
) -> Vec<Undeclared> {
    let packages: Vec<String> = packages
        .into_iter()
        .map(|name| ecosystem.normalize_name(name))
        .collect();
    let mut provided: HashSet<String> = HashSet::new();
    for package in &packages {
        let known = import_names(ecosystem, package);
        for name in known.iter().flat_map(ImportNames::names) {
            let top = match ecosystem {
                Ecosystem::PyPI => name.split('.').next().unwrap_or(name),
                _ => name,
            };
            provided.insert(top.to_owned());
        }
    }
    let likely = match ecosystem {
        Ecosystem::PyPI => Likely::of(&packages),
        _ => Likely::default(),
    };
    let packages: HashSet<String> = packages.into_iter().collect();
    imports
        .modules
        .iter()
        .filter(|(module, _)| !provided.contains(*module) && !local.contains(*module))
        .filter(|(module, _)| match ecosystem {
            Ecosystem::PyPI => {
                is_module_name(module) && !is_standard(module) && !likely.provide(module)
            }
            Ecosystem::Npm => !is_builtin(module) && !packages.contains(&types_of(module)),
            _ => false,
        })
        .map(|(module, place)| Undeclared {
            module: module.clone(),
            place: place.clone(),
            packages: match ecosystem {
                Ecosystem::PyPI => names::providers(module),
                _ => vec![module.clone()],
            },
        })
        .collect()
}

/// `@types/node-fetch` declares the types of `node-fetch`, whose code is then bundled or global.
fn types_of(module: &str) -> String {
    match module
        .strip_prefix('@')
        .and_then(|rest| rest.split_once('/'))
    {
        Some((scope, name)) => format!("@types/{scope}__{name}"),
        None => format!("@types/{module}"),
    }
}

fn is_module_name(module: &str) -> bool {
    !module.is_empty() && !module.starts_with('_')
}

/// Whether a module is of Python's standard library, in any version since 3.7.
pub fn is_standard(module: &str) -> bool {
    include_str!("../data/python_stdlib.txt")
        .lines()
        .any(|line| line == module)
}

/// What packages may provide, by their names: `opencv-python-headless` has `opencv` in it,
/// `pytest-mock` has `mock`, `python-dateutil` has `dateutil`.
#[derive(Default)]
struct Likely {
    /// Beginnings, ends and words of names, at their separators.
    parts: HashSet<String>,
    /// Whole names without separators.
    plain: HashSet<String>,
}

impl Likely {
    fn of(packages: &[String]) -> Self {
        let mut likely = Self::default();
        for package in packages {
            likely.parts.extend(package.split('-').map(str::to_owned));
            for (at, _) in package.match_indices('-') {
                likely.parts.extend(package.get(..at).map(str::to_owned));
                likely
                    .parts
                    .extend(package.get(at + 1..).map(str::to_owned));
            }
            likely.plain.insert(package.replace('-', ""));
        }
        likely
    }

    fn provide(&self, module: &str) -> bool {
        let module = module.to_ascii_lowercase().replace('_', "-");
        let plain = module.replace('-', "");
        let short = plain.strip_prefix("py").filter(|short| !short.is_empty());
        self.parts.contains(&module)
            || self.plain.contains(&plain)
            || self.plain.contains(&format!("python{plain}"))
            || self.plain.contains(&format!("py{plain}"))
            || short.is_some_and(|short| self.plain.contains(short))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(modules: &[&str]) -> Imports {
        Imports {
            modules: modules
                .iter()
                .map(|module| ((*module).to_owned(), SourceRef::new("app.py", 3)))
                .collect(),
            files: 1,
            ..Imports::default()
        }
    }

    fn python(modules: &[&str], packages: &[&str]) -> Vec<String> {
        let local = BTreeSet::from(["ours".to_owned()]);
        undeclared(
            &Ecosystem::PyPI,
            &imports(modules),
            packages.iter().copied(),
            &local,
        )
        .into_iter()
        .map(|one| one.module)
        .collect()
    }

    #[test]
    fn what_nothing_provides_is_told() {
        let modules = [
            "os",
            "ours",
            "requests",
            "yaml",
            "flask",
            "_private",
            "huggingface_cli",
        ];
        assert_eq!(
            python(&modules, &["Requests", "PyYAML"]),
            ["flask", "huggingface_cli"]
        );
    }

    #[test]
    fn a_package_of_a_like_name_may_provide_it() {
        for (module, package) in [
            ("mock", "pytest-mock"),
            ("dateutil", "python-dateutil"),
            ("usb", "pyusb"),
            ("some_thing", "something"),
        ] {
            assert!(
                python(&[module], &[package]).is_empty(),
                "{module} {package}"
            );
        }
    }

    #[test]
    fn npm_modules_are_packages() {
        let found = undeclared(
            &Ecosystem::Npm,
            &imports(&["fs", "react", "@scope/own", "leftpadd"]),
            ["react", "@types/scope__own"],
            &BTreeSet::new(),
        );
        let modules: Vec<_> = found.iter().map(|one| one.module.as_str()).collect();
        assert_eq!(modules, ["leftpadd"]);
    }

    #[test]
    fn the_standard_library_is_known() {
        assert!(is_standard("asyncio") && is_standard("distutils") && is_standard("tomllib"));
        assert!(!is_standard("requests"));
    }
}
