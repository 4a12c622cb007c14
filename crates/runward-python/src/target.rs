//! Which Python a project says that it runs on.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use runward_model::Target;
use runward_tree::Tree;

use crate::{
    Limits,
    document::{self, Document, Node, Table},
    pyproject::constraint::{self, Alternatives},
    setup_cfg,
};

/// The version of Python that a project runs on: `3.12` or `3.12.4`.
///
/// The first of these files that says something decides: `.python-version` and `runtime.txt`, which
/// name a version; then `pyproject.toml`, `setup.cfg`, the locks and `Pipfile`, which mostly allow
/// several. Of those, the newest is taken that is no newer than the default target, or a newer one
/// where only that is allowed. `None` where nothing is said, or no known version is allowed.
pub fn detect_target(tree: &dyn Tree) -> Option<String> {
    let files = Files {
        tree,
        limits: Limits::default(),
    };
    files
        .named_version()
        .or_else(|| files.wanted().and_then(|wanted| wanted.newest()))
}

/// Minor versions of Python 3 that are known.
const MINORS: std::ops::RangeInclusive<u64> = 8..=14;
/// A minor version is allowed if one of its first releases is: there have not been more.
const RELEASES: u64 = 40;

/// What a project asks of Python.
#[derive(Debug)]
enum Wanted {
    /// A version by name.
    Named(String),
    /// A version specifier of the standard.
    Specifier(String),
    /// In Poetry's notation.
    Constraint(String),
}

impl Wanted {
    fn newest(&self) -> Option<String> {
        let alternatives: Alternatives = match self {
            Self::Named(text) => return version(text),
            Self::Specifier(text) => {
                let specifiers = VersionSpecifiers::from_str(text).ok()?;
                vec![specifiers.iter().cloned().collect()]
            }
            Self::Constraint(text) => constraint::parse(text)?,
        };
        let is_allowed = |minor: u64| {
            (0..RELEASES).any(|release| {
                let version = Version::new([3, minor, release]);
                alternatives
                    .iter()
                    .any(|all| all.iter().all(|clause| clause.contains(&version)))
            })
        };
        let default = default_minor();
        let (usual, newer): (Vec<u64>, Vec<u64>) = MINORS.partition(|minor| *minor <= default);
        let minor = usual
            .into_iter()
            .rev()
            .chain(newer)
            .find(|minor| is_allowed(*minor))?;
        Some(format!("3.{minor}"))
    }
}

/// The minor version of the default target.
fn default_minor() -> u64 {
    let target = Target::default();
    let minor = target.python_version.split('.').nth(1);
    minor
        .and_then(|minor| minor.parse().ok())
        .unwrap_or(*MINORS.end())
}

struct Files<'t> {
    tree: &'t dyn Tree,
    limits: Limits,
}

impl Files<'_> {
    fn text(&self, path: &str) -> Option<String> {
        let bytes = self.tree.read(path).ok()?;
        (bytes.len() <= self.limits.max_document_bytes).then(|| crate::text::any(&bytes))
    }

    fn named_version(&self) -> Option<String> {
        [".python-version", "runtime.txt"].iter().find_map(|path| {
            let text = self.text(path)?;
            let line = text
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty() && !line.starts_with('#'))?;
            version(line)
        })
    }

    /// What the first file asks for that asks for something.
    fn wanted(&self) -> Option<Wanted> {
        self.toml("pyproject.toml", pyproject)
            .or_else(|| {
                let text = self.text("setup.cfg")?;
                setup_cfg::python_requires(&text).map(Wanted::Specifier)
            })
            .or_else(|| self.toml("uv.lock", |root| specifier(root, "requires-python")))
            .or_else(|| self.toml("pdm.lock", pdm_lock))
            .or_else(|| self.toml("pylock.toml", |root| specifier(root, "requires-python")))
            .or_else(|| {
                self.toml("poetry.lock", |root| {
                    let versions = root.table("metadata")?.text("python-versions")?;
                    Some(Wanted::Constraint(versions.to_owned()))
                })
            })
            .or_else(|| self.toml("Pipfile", pipfile))
    }

    fn toml(&self, path: &str, find: impl Fn(&Table<'_>) -> Option<Wanted>) -> Option<Wanted> {
        let text = self.text(path)?;
        let document: Document<'_> = document::parse(&text, &self.limits).ok()?;
        find(&document.root)
    }
}

fn specifier(table: &Table<'_>, key: &str) -> Option<Wanted> {
    table
        .text(key)
        .filter(|text| !text.trim().is_empty())
        .map(|text| Wanted::Specifier(text.to_owned()))
}

fn pyproject(root: &Table<'_>) -> Option<Wanted> {
    let tool = |path: &[&str]| root.descend(&["tool"])?.descend(path);
    root.table("project")
        .and_then(|project| specifier(project, "requires-python"))
        .or_else(|| {
            let python = tool(&["poetry", "dependencies"])?.get("python")?;
            let text = python.text().or_else(|| python.table()?.text("version"))?;
            Some(Wanted::Constraint(text.to_owned()))
        })
        .or_else(|| {
            let pdm = tool(&["pdm"])?;
            specifier(pdm, "requires-python").or_else(|| specifier(pdm, "python_requires"))
        })
        .or_else(|| specifier(tool(&["flit", "metadata"])?, "requires-python"))
}

/// One place in all formats of `pdm.lock`, another for each target in the newer ones.
fn pdm_lock(root: &Table<'_>) -> Option<Wanted> {
    let metadata = root.table("metadata")?;
    specifier(metadata, "requires_python").or_else(|| {
        metadata
            .list("targets")
            .iter()
            .filter_map(Node::table)
            .find_map(|target| specifier(target, "requires_python"))
    })
}

fn pipfile(root: &Table<'_>) -> Option<Wanted> {
    let requires = root.table("requires")?;
    ["python_full_version", "python_version"]
        .iter()
        .find_map(|key| requires.get(key)?.scalar())
        .map(|text| Wanted::Named(text.to_owned()))
}

/// `3.12`, `3.12.4`, `python-3.12.4`, `cpython@3.12`; other implementations are not evaluated for.
fn version(text: &str) -> Option<String> {
    let text = text
        .strip_prefix("cpython")
        .or_else(|| text.strip_prefix("python"))
        .unwrap_or(text)
        .trim_start_matches(['-', '@', ' ', '=']);
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (version, _) = text.split_at(end);
    let parts: Vec<&str> = version.split('.').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [major, minor] => Some(format!("{major}.{minor}")),
        [major, minor, patch, ..] => Some(format!("{major}.{minor}.{patch}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use runward_tree::MemoryTree;

    fn detect(files: &[(&str, &str)]) -> Option<String> {
        detect_target(&MemoryTree::new(files.iter().map(|(p, t)| (*p, *t))))
    }

    #[test]
    fn the_first_file_that_names_a_version_counts() {
        assert_eq!(
            detect(&[(".python-version", "# x\n3.12.4\n3.11\n")]).as_deref(),
            Some("3.12.4")
        );
        assert_eq!(
            detect(&[("runtime.txt", "python-3.11.9\n")]).as_deref(),
            Some("3.11.9")
        );
        assert_eq!(
            detect(&[
                (".python-version", "pypy3.9"),
                ("runtime.txt", "python-3.10")
            ])
            .as_deref(),
            Some("3.10")
        );
        assert_eq!(
            detect(&[(".python-version", "3.13-dev")]).as_deref(),
            Some("3.13")
        );
        assert_eq!(detect(&[(".python-version", "3")]), None);
        assert_eq!(detect(&[]), None);
    }

    #[test]
    fn the_newest_version_that_a_specifier_allows_is_taken() {
        for (specifier, expected) in [
            (">=3.10,<3.12", Some("3.11")),
            ("==3.11.*", Some("3.11")),
            (">=3.14", Some("3.14")),
            (">=3.8", Some("3.13")),
            (">3.8", Some("3.13")),
            ("<=3.11", Some("3.11")),
            ("<3.11.5", Some("3.11")),
            ("==3.11.4", Some("3.11")),
            ("~=3.9", Some("3.13")),
            ("~=3.9.2", Some("3.9")),
            (">=3.9, !=3.13.*, <4", Some("3.12")),
            (">=2.7,!=3.0.*,!=3.1.*", Some("3.13")),
            ("<3", None),
            (">=3.15", None),
            ("<3.8", None),
            ("^3.9", None),
            ("3.9", None),
            ("what", None),
        ] {
            let text = format!("[project]\nrequires-python = \"{specifier}\"\n");
            assert_eq!(
                detect(&[("pyproject.toml", &text)]).as_deref(),
                expected,
                "{specifier}"
            );
        }
    }

    #[test]
    fn poetrys_notation_is_understood() {
        for (constraint, expected) in [
            ("^3.9", Some("3.13")),
            ("~3.9", Some("3.9")),
            ("~3.9 || ~3.11", Some("3.11")),
            (">=3.8,<3.10", Some("3.9")),
            (">=3.8 <3.10", Some("3.9")),
            ("3.10.*", Some("3.10")),
            ("3.10", Some("3.10")),
            ("*", Some("3.13")),
            ("^2.7", None),
            ("^^", None),
        ] {
            let text = format!("[tool.poetry.dependencies]\npython = \"{constraint}\"\n");
            assert_eq!(
                detect(&[("pyproject.toml", &text)]).as_deref(),
                expected,
                "{constraint}"
            );
        }
    }

    #[test]
    fn each_file_has_its_place_for_it() {
        for (path, text) in [
            (
                "pyproject.toml",
                "[tool.poetry.dependencies]\npython = {version = \"~3.10\"}\n",
            ),
            (
                "pyproject.toml",
                "[tool.pdm]\nrequires-python = \"==3.10.*\"\n",
            ),
            (
                "pyproject.toml",
                "[tool.pdm]\npython_requires = \"==3.10.*\"\n",
            ),
            (
                "pyproject.toml",
                "[tool.flit.metadata]\nrequires-python = \"==3.10.*\"\n",
            ),
            ("setup.cfg", "[options]\npython_requires = >=3.8, <3.11\n"),
            (
                "setup.cfg",
                "[options]\npython-requires =\n    >=3.8\n    <3.11\n",
            ),
            ("uv.lock", "version = 1\nrequires-python = \"<3.11\"\n"),
            ("pdm.lock", "[metadata]\nrequires_python = \"<3.11\"\n"),
            (
                "pdm.lock",
                "[metadata]\n[[metadata.targets]]\nrequires_python = \"==3.10.*\"\n",
            ),
            (
                "pylock.toml",
                "lock-version = \"1.0\"\nrequires-python = \"<3.11\"\n",
            ),
            ("poetry.lock", "[metadata]\npython-versions = \"~3.10\"\n"),
            ("Pipfile", "[requires]\npython_version = \"3.10\"\n"),
        ] {
            assert_eq!(
                detect(&[(path, text)]).as_deref(),
                Some("3.10"),
                "{path}: {text}"
            );
        }
        assert_eq!(
            detect(&[(
                "Pipfile",
                "[requires]\npython_version = \"3.10\"\npython_full_version = \"3.10.4\"\n"
            )])
            .as_deref(),
            Some("3.10.4")
        );
    }

    #[test]
    fn the_first_statement_decides() {
        let project = (
            "pyproject.toml",
            "[project]\nrequires-python = \"==3.9.*\"\n",
        );
        let lock = ("uv.lock", "requires-python = \"==3.11.*\"\n");
        assert_eq!(detect(&[lock, project]).as_deref(), Some("3.9"));
        assert_eq!(
            detect(&[(".python-version", "3.10"), project]).as_deref(),
            Some("3.10")
        );
        // One that cannot be read, or met, is not replaced by another.
        let unclear = ("pyproject.toml", "[project]\nrequires-python = \"what\"\n");
        assert_eq!(detect(&[lock, unclear]), None);
        // A file that says nothing about it, or is broken, is passed over.
        for text in ["[project]\n", "[project\n"] {
            assert_eq!(
                detect(&[lock, ("pyproject.toml", text)]).as_deref(),
                Some("3.11")
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC|\n){0,80}") {
            for path in [".python-version", "pyproject.toml", "setup.cfg", "Pipfile", "uv.lock"] {
                let _ = detect(&[(path, &text)]);
            }
        }

        /// What is chosen is known and allowed.
        #[test]
        fn the_choice_is_allowed(
            low in 6u64..17, high in 6u64..17, operator in "(>|>=|~=|==|!=)"
        ) {
            let specifier = format!("{operator}3.{low}.0,<3.{high}");
            let text = format!("[project]\nrequires-python = \"{specifier}\"\n");
            if let Some(chosen) = detect(&[("pyproject.toml", &text)]) {
                let minor: u64 = chosen.strip_prefix("3.").unwrap().parse().unwrap();
                prop_assert!(MINORS.contains(&minor) && minor < high, "{} {}", specifier, chosen);
                let specifiers = VersionSpecifiers::from_str(&specifier).unwrap();
                let mut releases = (0..RELEASES).map(|patch| Version::new([3, minor, patch]));
                let allowed = releases.any(|version| specifiers.contains(&version));
                prop_assert!(allowed, "{} {}", specifier, chosen);
            }
        }
    }
}
