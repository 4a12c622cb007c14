//! When a place in a package would run.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;
use runward_archives::ArchiveTree;
use runward_tree::path;

use crate::{
    artefact::Kind,
    calls,
    installs::Installs,
    javascript,
    python::{self, Module},
};

/// When code runs, from the least to the most telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Context {
    /// Tests, documentation, examples, text that is no code.
    Aside,
    /// When somebody calls it.
    Library,
    /// When the module is imported.
    Import,
    /// While the package is installed or built, or whenever the interpreter starts.
    Install,
}

impl Context {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Aside => "in tests or documentation",
            Self::Library => "in library code",
            Self::Import => "when imported",
            Self::Install => "at installation",
        }
    }
}

/// Directories that are not part of what runs.
const ASIDE: [&str; 27] = [
    "test",
    "tests",
    "__tests__",
    "unittests",
    "testdata",
    "test_data",
    "fixtures",
    "doc",
    "docs",
    "example",
    "examples",
    "demo",
    "demos",
    "benchmark",
    "benchmarks",
    "bench",
    "benches",
    "samples",
    "ci",
    ".github",
    ".ci",
    "contrib",
    "vendor_tests",
    "e2e",
    "spec",
    "tools",
    "scripts",
];

/// Files at the top of an sdist that its authors run.
const ASIDE_FILES: [&str; 10] = [
    "conftest.py",
    "noxfile.py",
    "tasks.py",
    "fabfile.py",
    "dodo.py",
    "release.py",
    "conf.py",
    "toxfile.py",
    "gulpfile.js",
    "gruntfile.js",
];

/// Files of an sdist that say what belongs to the package.
const DESCRIBING: [&str; 4] = ["setup.py", "setup.cfg", "pyproject.toml", "meson.build"];

/// Largest file whose lines are told apart, in bytes; in larger ones all is library code.
const MOST: usize = 2 << 20;

/// What runs when, in one package.
pub(crate) struct Contexts<'a> {
    kind: Kind,
    root: &'a str,
    installs: &'a Installs,
    /// Directories of [`ASIDE`] that the rest of the package names.
    reached: BTreeSet<&'static str>,
    modules: HashMap<String, Module>,
    scripts: HashMap<String, Vec<bool>>,
}

/// A file that was read, with the words of what it imports.
enum Source {
    Module(String, Module, BTreeSet<String>),
    Script(String, Option<Vec<bool>>, BTreeSet<String>),
}

impl<'a> Contexts<'a> {
    pub(crate) fn new(
        tree: &ArchiveTree,
        kind: Kind,
        root: &'a str,
        installs: &'a Installs,
    ) -> Self {
        let mut contexts = Self {
            kind,
            root,
            installs,
            reached: BTreeSet::new(),
            modules: HashMap::new(),
            scripts: HashMap::new(),
        };
        contexts.read(tree);
        for path in contexts.not_importable(tree) {
            if let Some(module) = contexts.modules.remove(&path) {
                contexts.modules.insert(path, module.run_by_hand());
            }
        }
        calls::spread(&mut contexts.modules, |path| installs.is_whole(path));
        contexts
    }

    /// Reads the sources. What they import may be what counted as aside before, so this goes on until
    /// nothing more is reached.
    fn read(&mut self, tree: &ArchiveTree) {
        let mut done: HashSet<&str> = HashSet::new();
        loop {
            let batch: Vec<(&str, &[u8])> = tree
                .files()
                .filter(|(path, bytes)| {
                    (is_python(path) || is_javascript(path))
                        && bytes.len() <= MOST
                        && !done.contains(path)
                        && !self.is_aside(path)
                })
                .collect();
            if batch.is_empty() {
                return;
            }
            let sources: Vec<Source> = batch
                .par_iter()
                .filter_map(|(path, bytes)| {
                    Some(self.source(path, std::str::from_utf8(bytes).ok()?))
                })
                .collect();
            done.extend(batch.iter().map(|(path, _)| *path));
            for source in sources {
                match source {
                    Source::Module(path, module, words) => {
                        self.reach(&words);
                        self.modules.insert(path, module);
                    }
                    Source::Script(path, lines, words) => {
                        self.reach(&words);
                        self.scripts.extend(lines.map(|lines| (path, lines)));
                    }
                }
            }
        }
    }

    fn source(&self, path: &str, text: &str) -> Source {
        if is_python(path) {
            let mut module = python::scan(text);
            if path::file_name(path) == "__main__.py" {
                module = module.run_by_hand();
            }
            let words = python::imported_words(text);
            return Source::Module(path.to_owned(), module, words);
        }
        // Nothing loads the scripts of a Python or Rust package by itself.
        let is_loaded = matches!(self.kind, Kind::Npm | Kind::Other);
        let lines = is_loaded.then(|| javascript::import_lines(text));
        let words = javascript::required_words(text);
        Source::Script(path.to_owned(), lines, words)
    }

    /// Modules below a directory that no import statement can name (`4 manual tests/`) and that nothing which
    /// describes the package mentions: somebody runs them, nobody imports them.
    fn not_importable(&self, tree: &ArchiveTree) -> Vec<String> {
        let texts: Vec<_> = DESCRIBING
            .iter()
            .filter_map(|file| tree.get(&format!("{}{file}", self.root)))
            .map(String::from_utf8_lossy)
            .collect();
        let described: HashSet<&str> = texts
            .iter()
            .flat_map(|text| text.split(['"', '\'', '/', '\n', '=', ',', '[', ']']))
            .map(str::trim)
            .collect();
        let hidden = |part: &str| !is_identifier(part) && !described.contains(part);
        let below = |path: &str| {
            let inner = path.strip_prefix(self.root).unwrap_or(path);
            let directory = path::parent(inner);
            !directory.is_empty() && directory.split('/').any(hidden)
        };
        self.modules
            .keys()
            .filter(|path| self.kind == Kind::Sdist && below(path))
            .filter(|path| {
                let parent = path::parent(path);
                !self.modules.contains_key(&format!("{parent}/__init__.py"))
            })
            .cloned()
            .collect()
    }

    fn reach(&mut self, words: &BTreeSet<String>) {
        for name in ASIDE {
            if words.contains(name) {
                self.reached.insert(name);
            }
        }
    }

    /// Whether a file is no part of what runs, as far as its path tells.
    pub(crate) fn is_aside(&self, path: &str) -> bool {
        if self.installs.contains(path) {
            return false;
        }
        let inner = path.strip_prefix(self.root).unwrap_or(path);
        let (directory, name) = inner.rsplit_once('/').unwrap_or(("", inner));
        if directory.is_empty() && ASIDE_FILES.contains(&name.to_ascii_lowercase().as_str()) {
            return true;
        }
        // The first directory of a wheel is a package whatever its name.
        let directories = directory
            .split('/')
            .skip(usize::from(self.kind == Kind::Wheel));
        for part in directories {
            let lower = part.to_ascii_lowercase();
            if ASIDE.contains(&lower.as_str()) && !self.reached.contains(lower.as_str()) {
                return true;
            }
        }
        name.starts_with("test_") && is_python(name)
            || [".test.js", ".spec.js", ".test.ts", ".spec.ts"]
                .iter()
                .any(|end| name.ends_with(end))
    }

    /// When a line (from 1) of a file runs.
    pub(crate) fn at(&self, path: &str, line: u32) -> Context {
        let plain = plain(path);
        if self.comment(plain, line) {
            return Context::Aside;
        }
        if path.starts_with("!outside/") || self.installs.is_whole(plain) {
            return Context::Install;
        }
        if self.is_aside(plain) {
            return Context::Aside;
        }
        // What lies in an archive inside does not run by itself.
        if plain.contains("!/") {
            return Context::Library;
        }
        let at = usize::try_from(line).unwrap_or(0).saturating_sub(1);
        if let Some(module) = self.modules.get(plain) {
            return match module.context(at) {
                Context::Import if self.installs.contains(plain) => Context::Install,
                context => context,
            };
        }
        match self.scripts.get(plain) {
            Some(lines) if lines.get(at) == Some(&true) => Context::Import,
            _ => Context::Library,
        }
    }

    /// Tells the functions of a file apart, where that is known: those of Python, and those of Rust by the line
    /// that opens them.
    pub(crate) fn function_at(&self, tree: &ArchiveTree, path: &str, line: u32) -> Option<usize> {
        let at = usize::try_from(line).unwrap_or(0).saturating_sub(1);
        if let Some(module) = self.modules.get(plain(path)) {
            return module.function_at(at);
        }
        if !ends(path, ".rs") {
            return None;
        }
        let text = std::str::from_utf8(tree.get(path)?).ok()?;
        let opening = |line: &str| {
            let words = line.split_whitespace().take(5);
            words
                .take_while(|word| !word.starts_with("//"))
                .any(|word| word == "fn")
        };
        text.lines()
            .take(at.saturating_add(1))
            .enumerate()
            .filter(|(_, line)| opening(line))
            .last()
            .map(|(number, _)| number)
    }

    /// Whether a file takes part in the installation.
    pub(crate) fn is_install(&self, path: &str) -> bool {
        self.installs.contains(plain(path))
    }

    fn comment(&self, path: &str, line: u32) -> bool {
        let at = usize::try_from(line).unwrap_or(0).saturating_sub(1);
        self.modules
            .get(path)
            .is_some_and(|module| module.is_text(at))
    }
}

/// A path as it would be after unpacking: without what tells of replaced entries.
fn plain(path: &str) -> &str {
    path.strip_prefix("!replaced/")
        .and_then(|rest| rest.split_once('/'))
        .map_or(path, |(_, rest)| rest)
}

/// Whether an import statement can name it.
fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

pub(crate) fn is_python(path: &str) -> bool {
    ends(path, ".py") || ends(path, ".pyw")
}

pub(crate) fn is_javascript(path: &str) -> bool {
    [".js", ".cjs", ".mjs", ".jsx", ".ts", ".tsx", ".cts", ".mts"]
        .iter()
        .any(|end| ends(path, end))
}

/// Whether a file has code that some rule could look at.
pub(crate) fn is_source(path: &str) -> bool {
    const OTHERS: [&str; 9] = [
        ".rs", ".sh", ".bash", ".ps1", ".bat", ".cmd", ".vbs", ".gyp", ".pth",
    ];
    is_python(path) || is_javascript(path) || OTHERS.iter().any(|end| ends(path, end))
}

pub(crate) fn ends(path: &str, end: &str) -> bool {
    path.len() >= end.len()
        && path
            .get(path.len() - end.len()..)
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}
