//! Under which names a package is imported.

use std::sync::LazyLock;

use runward_model::{Ecosystem, Imported};

use crate::{Imports, javascript::is_builtin};

/// Import names of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportNames {
    /// From the table, or by the rule of the ecosystem. None at all for a package without code,
    /// such as type stubs.
    Known(Vec<String>),
    /// Derived from the package's name; a package may well have others.
    Guess(Vec<String>),
}

impl ImportNames {
    pub fn names(&self) -> &[String] {
        match self {
            Self::Known(names) | Self::Guess(names) => names,
        }
    }
}

/// One line for each distribution: its normalized name, a tab, its import names split at `,`; a
/// line without a second field has the name itself.
static PYPI: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    include_str!("../data/pypi_import_names.tsv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_once('\t').unwrap_or((line, line)))
        .collect()
});

/// The import names of a package; `None` for an ecosystem whose sources are not scanned.
pub fn import_names(ecosystem: &Ecosystem, package: &str) -> Option<ImportNames> {
    let name = ecosystem.normalize_name(package);
    match ecosystem {
        Ecosystem::PyPI => Some(pypi(&name)),
        // A module of Node under the same name hides whether the package is meant.
        Ecosystem::Npm if is_builtin(&name) => Some(ImportNames::Guess(vec![name])),
        Ecosystem::Npm => Some(ImportNames::Known(vec![name])),
        _ => None,
    }
}

fn pypi(name: &str) -> ImportNames {
    if let Ok(place) = PYPI.binary_search_by(|(known, _)| (*known).cmp(name))
        && let Some((_, names)) = PYPI.get(place)
    {
        return ImportNames::Known(names.split(',').map(str::to_owned).collect());
    }
    if name.starts_with("types-") || name.ends_with("-stubs") {
        return ImportNames::Known(Vec::new());
    }
    let mut names = vec![name.replace('-', "_")];
    if name.contains('-') {
        // Namespace packages: `zope-interface` is `zope.interface`.
        names.push(name.replace('-', "."));
    }
    ImportNames::Guess(names)
}

/// The packages that a Python module may come from: the one of its own name first.
pub(crate) fn providers(module: &str) -> Vec<String> {
    let mut packages = vec![Ecosystem::PyPI.normalize_name(module)];
    let provides = |names: &str| {
        names
            .split(',')
            .any(|name| name.split('.').next() == Some(module))
    };
    let known = PYPI.iter().filter(|(_, names)| provides(names));
    for (package, _) in known {
        if !packages.iter().any(|one| one == package) {
            packages.push((*package).to_owned());
        }
    }
    packages
}

/// Whether a package is imported.
///
/// [`Imported::No`] is said only where nothing speaks against it: the import names are known, files
/// were scanned, all of them to their end, and no import computes its name at run time. Otherwise a
/// miss is [`Imported::Unknown`].
pub fn is_imported(imports: &Imports, ecosystem: &Ecosystem, package: &str) -> Imported {
    let Some(names) = import_names(ecosystem, package) else {
        return Imported::Unknown;
    };
    if names
        .names()
        .iter()
        .any(|name| imported(imports, ecosystem, name))
    {
        return Imported::Yes;
    }
    let complete =
        imports.files > 0 && imports.not_covered.is_empty() && imports.computed.is_none();
    match names {
        ImportNames::Known(_) if complete => Imported::No,
        _ => Imported::Unknown,
    }
}

fn imported(imports: &Imports, ecosystem: &Ecosystem, name: &str) -> bool {
    match ecosystem {
        // Scoped names have a `/` and are modules all the same.
        Ecosystem::Npm => imports.modules.contains_key(name),
        _ => imports.has(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_normalized_and_large() {
        assert!(PYPI.is_sorted_by(|a, b| a.0 < b.0));
        for (name, names) in PYPI.iter() {
            assert_eq!(*name, Ecosystem::PyPI.normalize_name(name));
            for import in names.split(',') {
                assert!(
                    import.split('.').all(|part| !part.is_empty()
                        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')),
                    "{name}: {import}"
                );
            }
        }
        let exceptions = PYPI
            .iter()
            .filter(|(name, names)| name.replace('-', "_") != *names)
            .count();
        assert!(exceptions >= 150, "{exceptions}");
    }
}
