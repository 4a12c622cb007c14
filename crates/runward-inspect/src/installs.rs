//! What runs while a package is installed, built or started.

use std::collections::{BTreeMap, BTreeSet};

use runward_archives::{ArchiveTree, Blob};
use runward_tree::path;

use crate::{artefact::Kind, context::ends, javascript, lifecycle};

/// Most files that are followed from one install script.
const MOST_FILES: usize = 400;

/// How much of a file runs at installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// What its lines do when it is loaded, and what others call of it.
    Loaded,
    /// All of it, as far as can be told.
    Whole,
}

/// Files that run at installation, and texts that are files only here.
#[derive(Debug, Default)]
pub(crate) struct Installs {
    files: BTreeMap<String, Part>,
    /// Made-up path to the real one and what to look for there: the line of `package.json` with a script.
    pub(crate) made_up: BTreeMap<String, (String, String)>,
    /// Scripts of `package.json` that run: name and line.
    pub(crate) scripts: Vec<(String, String)>,
}

impl Installs {
    pub(crate) fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether all of a file counts as run.
    pub(crate) fn is_whole(&self, path: &str) -> bool {
        self.files.get(path) == Some(&Part::Whole)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Finds them, and puts the made-up ones into the tree.
    pub(crate) fn find(tree: &mut ArchiveTree, kind: Kind, root: &str) -> Self {
        let mut installs = Self::default();
        match kind {
            Kind::Sdist => installs.sdist(tree, root),
            Kind::Crate => installs.crates(tree, root),
            Kind::Npm => installs.npm(tree, root),
            Kind::Wheel | Kind::Other => {}
        }
        installs.starts(tree, root);
        installs
    }

    /// Whether it was not there.
    fn add(&mut self, tree: &ArchiveTree, path: String, part: Part) -> bool {
        if self.files.len() >= MOST_FILES || tree.get(&path).is_none() {
            return false;
        }
        let known = self.files.get(&path).copied();
        self.files.insert(path, known.unwrap_or(part).max(part));
        known.is_none()
    }

    /// `setup.py`, the backend in the tree, and what they import from beside them.
    fn sdist(&mut self, tree: &ArchiveTree, root: &str) {
        let mut pending = Vec::new();
        let setup = format!("{root}setup.py");
        if self.add(tree, setup.clone(), Part::Whole) {
            pending.push((setup, vec![root.trim_end_matches('/').to_owned()]));
        }
        let project = text(tree, &format!("{root}pyproject.toml")).unwrap_or_default();
        for (directory, module) in backends(&project, root) {
            for file in module_files(&directory, &module) {
                if self.add(tree, file.clone(), Part::Whole) {
                    pending.push((file, vec![directory.clone()]));
                }
            }
        }
        while let Some((file, directories)) = pending.pop() {
            let Some(source) = text(tree, &file) else {
                continue;
            };
            for script in named_scripts(&source) {
                for directory in &directories {
                    if let Ok(path) = path::join(directory, &script) {
                        self.add(tree, path, Part::Whole);
                    }
                }
            }
            for module in python_imports(&source) {
                // A package of the project itself is imported for its version; its top is enough.
                for directory in &directories {
                    for found in module_files(directory, &module) {
                        if self.add(tree, found.clone(), Part::Loaded) {
                            pending.push((found, directories.clone()));
                        }
                    }
                }
            }
        }
    }

    /// `build.rs`, and the sources of a procedural macro.
    fn crates(&mut self, tree: &ArchiveTree, root: &str) {
        let manifest: toml::Table = text(tree, &format!("{root}Cargo.toml"))
            .and_then(|text| toml::from_str(&text).ok())
            .unwrap_or_default();
        let build = manifest
            .get("package")
            .and_then(|package| package.get("build"))
            .and_then(toml::Value::as_str)
            .unwrap_or("build.rs");
        if let Ok(path) = path::join(root, build) {
            let directory = path::parent(&path).to_owned();
            if self.add(tree, path.clone(), Part::Whole) {
                for module in rust_modules(&text(tree, &path).unwrap_or_default()) {
                    for file in [
                        format!("{directory}/{module}.rs"),
                        format!("{directory}/{module}/mod.rs"),
                    ] {
                        self.add(tree, file.trim_start_matches('/').to_owned(), Part::Whole);
                    }
                }
            }
        }
        let is_macro = manifest.get("lib").is_some_and(|lib| {
            ["proc-macro", "proc_macro"]
                .iter()
                .any(|key| lib.get(key).and_then(toml::Value::as_bool) == Some(true))
        });
        if is_macro {
            let sources: Vec<String> = tree
                .files()
                .map(|(path, _)| path)
                .filter(|path| path.starts_with(&format!("{root}src/")) && ends(path, ".rs"))
                .map(str::to_owned)
                .collect();
            for path in sources {
                self.add(tree, path, Part::Whole);
            }
        }
    }

    /// Lifecycle scripts, `binding.gyp`, and the files that they run.
    fn npm(&mut self, tree: &mut ArchiveTree, root: &str) {
        let manifest_path = format!("{root}package.json");
        let manifest: serde_json::Value = tree
            .get(&manifest_path)
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .unwrap_or_default();
        let mut pending = Vec::new();
        for name in ["preinstall", "install", "postinstall"] {
            let Some(line) = manifest
                .pointer(&format!("/scripts/{name}"))
                .and_then(|s| s.as_str())
            else {
                continue;
            };
            self.scripts.push((name.to_owned(), line.to_owned()));
            let command = lifecycle::Command::of(line);
            self.make_up(tree, &manifest_path, name, "sh", line);
            for (number, (ending, code)) in command.inline.iter().enumerate() {
                self.make_up(
                    tree,
                    &manifest_path,
                    &format!("{name}.{number}"),
                    ending,
                    code,
                );
                for file in javascript::required(code) {
                    pending.extend(path::join(root, &file));
                }
            }
            pending.extend(
                command
                    .files
                    .iter()
                    .filter_map(|file| path::join(root, file).ok()),
            );
        }
        let gyp = format!("{root}binding.gyp");
        if let Some(source) = text(tree, &gyp) {
            self.add(tree, gyp.clone(), Part::Whole);
            for (number, line) in lifecycle::gyp_commands(&source).iter().enumerate() {
                self.make_up(tree, &gyp, &format!("command{number}"), "sh", line);
            }
        }
        while let Some(wanted) = pending.pop() {
            for ending in ["", ".js", ".cjs", ".mjs", ".ts", "/index.js"] {
                let file = format!("{wanted}{ending}");
                if !self.add(tree, file.clone(), Part::Whole) {
                    continue;
                }
                let directory = path::parent(&file).to_owned();
                let source = text(tree, &file).unwrap_or_default();
                for next in javascript::required(&source) {
                    pending.extend(path::join(&directory, &next));
                }
                for script in named_scripts(&source) {
                    pending.extend(path::join(&directory, &script));
                    pending.extend(path::join(root, &script));
                }
                break;
            }
        }
    }

    /// What an interpreter runs whenever it starts.
    fn starts(&mut self, tree: &mut ArchiveTree, root: &str) {
        let found: Vec<String> = tree
            .files()
            .map(|(path, _)| path)
            .filter(|path| !path.contains("!/"))
            .filter(|path| is_start_file(path, root) || ends(path, ".pth"))
            .map(str::to_owned)
            .collect();
        for path in found {
            if ends(&path, ".pth") {
                let lines = pth_code(&text(tree, &path).unwrap_or_default());
                if !lines.is_empty() {
                    self.make_up(tree, &path, "line", "py", &lines);
                }
            }
            self.files.insert(path, Part::Whole);
        }
    }

    fn make_up(
        &mut self,
        tree: &mut ArchiveTree,
        real: &str,
        name: &str,
        ending: &str,
        code: &str,
    ) {
        let path = format!("{real}!{name}.{ending}");
        tree.insert(path.clone(), Blob::new(code.as_bytes().to_vec()));
        let key = name.split('.').next().unwrap_or(name);
        self.made_up
            .insert(path.clone(), (real.to_owned(), format!("\"{key}\"")));
        self.files.insert(path, Part::Whole);
    }
}

/// Modules that Python imports by itself, from where it finds modules and not from packages below.
pub(crate) fn is_start_file(file: &str, root: &str) -> bool {
    let inner = file.strip_prefix(root).unwrap_or(file);
    let directory = path::parent(inner);
    let found = matches!(directory, "" | "src" | "lib")
        || [".data/purelib", ".data/platlib"]
            .iter()
            .any(|end| directory.ends_with(end));
    let name = path::file_name(file);
    found && matches!(name, "sitecustomize.py" | "usercustomize.py")
}

/// The lines of a `.pth` file that are code: those that begin with `import`.
pub(crate) fn pth_code(text: &str) -> String {
    text.lines()
        .filter(|line| line.starts_with("import ") || line.starts_with("import\t"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn text(tree: &ArchiveTree, path: &str) -> Option<String> {
    tree.get(path)
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// Directories and modules of the backend that the project brings along.
fn backends(project: &str, root: &str) -> Vec<(String, String)> {
    let Ok(project) = toml::from_str::<toml::Table>(project) else {
        return Vec::new();
    };
    let Some(system) = project.get("build-system") else {
        return Vec::new();
    };
    let backend = system
        .get("build-backend")
        .and_then(toml::Value::as_str)
        .unwrap_or_default();
    let module = backend.split(':').next().unwrap_or_default();
    let paths = system.get("backend-path").and_then(toml::Value::as_array);
    paths
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .filter_map(|directory| path::join(root, directory).ok())
        .map(|directory| (directory, module.to_owned()))
        .collect()
}

/// The files that a dotted module may be below a directory.
fn module_files(directory: &str, module: &str) -> Vec<String> {
    let inner = module.replace('.', "/");
    let at = |file: String| {
        if directory.is_empty() {
            file
        } else {
            format!("{directory}/{file}")
        }
    };
    vec![
        at(format!("{inner}.py")),
        at(format!("{inner}/__init__.py")),
    ]
}

/// Scripts of shells that a source names; whether they lie in the package is for the caller to see.
fn named_scripts(source: &str) -> BTreeSet<String> {
    const ENDINGS: [&str; 6] = [".sh", ".bash", ".bat", ".cmd", ".ps1", ".vbs"];
    source
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-' | '\\')))
        .filter(|word| ENDINGS.iter().any(|end| ends(word, end)))
        .map(|word| word.replace('\\', "/"))
        .take(MOST_FILES)
        .collect()
}

/// The modules that a source imports, and the files that it runs: `exec(open("x.py").read())`.
fn python_imports(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("from ") {
            let module = rest.split_whitespace().next().unwrap_or_default();
            found.push(module.trim_start_matches('.').to_owned());
        } else if let Some(rest) = line.strip_prefix("import ") {
            let modules = rest
                .split(',')
                .filter_map(|part| part.split_whitespace().next());
            found.extend(modules.map(str::to_owned));
        }
        if line.contains("exec") || line.contains("run_path") {
            let quoted = line.split(['"', '\'']).filter(|part| ends(part, ".py"));
            found.extend(quoted.map(|part| part.trim_end_matches(".py").replace('/', ".")));
        }
    }
    found.retain(|module| !module.is_empty());
    found
}

fn rust_modules(source: &str) -> Vec<String> {
    source
        .lines()
        .map(str::trim)
        .filter_map(|line| {
            line.strip_prefix("pub ")
                .unwrap_or(line)
                .strip_prefix("mod ")
        })
        .filter_map(|rest| rest.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> ArchiveTree {
        let mut tree = ArchiveTree::default();
        for (path, text) in files {
            tree.insert((*path).to_owned(), Blob::new(text.as_bytes().to_vec()));
        }
        tree
    }

    #[test]
    fn an_sdist_runs_setup_py_and_what_it_imports() {
        let mut tree = tree(&[
            ("p-1/setup.py", "import helper\nexec(open('p/v.py').read())"),
            ("p-1/helper.py", "from deep.er import x"),
            ("p-1/deep/er.py", ""),
            ("p-1/p/v.py", ""),
            ("p-1/p/core.py", ""),
            (
                "p-1/pyproject.toml",
                "[build-system]\nbuild-backend='b'\nbackend-path=['_b']",
            ),
            ("p-1/_b/b.py", ""),
        ]);
        let installs = Installs::find(&mut tree, Kind::Sdist, "p-1/");
        let files: Vec<&str> = installs.files().collect();
        assert_eq!(
            files,
            [
                "p-1/_b/b.py",
                "p-1/deep/er.py",
                "p-1/helper.py",
                "p-1/p/v.py",
                "p-1/setup.py"
            ]
        );
    }

    #[test]
    fn npm_scripts_are_followed_into_their_files() {
        let mut tree = tree(&[
            (
                "package/package.json",
                r#"{"scripts":{"postinstall":"node lib/x && node -e \"require('./y')\"","test":"node t"}}"#,
            ),
            ("package/lib/x.js", "require('./z')"),
            ("package/lib/z.js", "exec('/bin/bash get.sh')"),
            ("package/get.sh", ""),
            ("package/y.js", ""),
            ("package/t.js", ""),
        ]);
        let installs = Installs::find(&mut tree, Kind::Npm, "package/");
        for file in [
            "package/lib/x.js",
            "package/lib/z.js",
            "package/y.js",
            "package/get.sh",
        ] {
            assert!(installs.contains(file), "{file}");
        }
        assert!(!installs.contains("package/t.js"));
        assert!(tree.get("package/package.json!postinstall.sh").is_some());
        assert!(tree.get("package/package.json!postinstall.0.js").is_some());
    }

    #[test]
    fn crates_run_build_scripts_and_macros() {
        let mut files = tree(&[
            (
                "c-1/Cargo.toml",
                "[package]\nbuild='b/main.rs'\n[lib]\nproc-macro=true",
            ),
            ("c-1/b/main.rs", "mod probe;"),
            ("c-1/b/probe.rs", ""),
            ("c-1/src/lib.rs", ""),
        ]);
        let installs = Installs::find(&mut files, Kind::Crate, "c-1/");
        assert_eq!(installs.files().count(), 3);
    }

    #[test]
    fn only_a_module_at_the_top_starts_with_python() {
        assert!(is_start_file("sitecustomize.py", ""));
        assert!(is_start_file("p-1/src/usercustomize.py", "p-1/"));
        assert!(is_start_file("p-1.data/purelib/sitecustomize.py", ""));
        assert!(!is_start_file("p/auto/sitecustomize.py", ""));
    }

    #[test]
    fn only_import_lines_of_a_pth_are_code() {
        assert_eq!(
            pth_code("/a/path\nimport os; x()\n# import y\n"),
            "import os; x()"
        );
    }
}
