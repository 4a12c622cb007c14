//! From the name of a module to its file.

use runward_syntax::Language;
use rustc_hash::FxHashMap;

use super::FileId;

/// The files of a project by their paths, with `/` between segments.
#[derive(Debug, Default)]
pub struct Paths {
    all: Vec<Box<str>>,
    places: FxHashMap<Box<str>, FileId>,
}

/// Folders that a project's packages may stand in, beside its root.
const ROOTS: &[&str] = &["", "src", "lib"];
/// Endings that an import of JavaScript may leave out, in the order in which they are tried.
const ENDINGS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "d.ts"];

impl Paths {
    #[must_use]
    pub fn new<P: AsRef<str>>(paths: impl IntoIterator<Item = P>) -> Self {
        let mut all = Self::default();
        for path in paths {
            let file = FileId(u32::try_from(all.all.len()).unwrap_or(u32::MAX));
            all.places.insert(path.as_ref().into(), file);
            all.all.push(path.as_ref().into());
        }
        all
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.all.get(file.index()).map_or("", |path| path)
    }

    #[must_use]
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.places.get(path).copied()
    }

    /// The file of a module, as it is named in another file.
    #[must_use]
    pub fn module(&self, from: FileId, module: &str, language: Language) -> Option<FileId> {
        match language {
            Language::Python => self.of_python(from, module),
            Language::JavaScript | Language::TypeScript => self.of_ecma(from, module),
            _ => None,
        }
    }

    /// The module `name` within the package that a file is.
    pub(super) fn submodule(&self, package: FileId, name: &str) -> Option<FileId> {
        let folder = self.path(package).strip_suffix("__init__.py")?;
        self.python_file(&format!("{folder}{name}"))
    }

    fn python_file(&self, base: &str) -> Option<FileId> {
        self.file(&format!("{base}.py")).or_else(|| {
            let package = if base.is_empty() || base.ends_with('/') {
                format!("{base}__init__.py")
            } else {
                format!("{base}/__init__.py")
            };
            self.file(&package)
        })
    }

    fn of_python(&self, from: FileId, module: &str) -> Option<FileId> {
        let name = module.trim_start_matches('.');
        let dots = module.len() - name.len();
        let below: String = name.split('.').map(str::trim).collect::<Vec<_>>().join("/");
        if dots > 0 {
            let mut folder = parent(self.path(from))?;
            for _ in 1..dots {
                folder = parent(folder)?;
            }
            return self.python_file(&joined(folder, &below));
        }
        if below.is_empty() {
            return None;
        }
        let own = self.package_root(from);
        std::iter::once(own)
            .chain(ROOTS.iter().copied())
            .find_map(|root| self.python_file(&joined(root, &below)))
    }

    /// The folder above the outermost package that a file is in; that of a script itself.
    fn package_root(&self, file: FileId) -> &str {
        let mut folder = parent(self.path(file)).unwrap_or_default();
        while !folder.is_empty() && self.file(&joined(folder, "__init__.py")).is_some() {
            folder = parent(folder).unwrap_or_default();
        }
        folder
    }

    fn of_ecma(&self, from: FileId, module: &str) -> Option<FileId> {
        if !module.starts_with('.') {
            return None;
        }
        let mut segments: Vec<&str> = parent(self.path(from))?
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        for segment in module.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop()?;
                }
                name => segments.push(name),
            }
        }
        let base = segments.join("/");
        let with_ending = |base: &str| {
            ENDINGS
                .iter()
                .find_map(|ending| self.file(&format!("{base}.{ending}")))
        };
        self.file(&base)
            .or_else(|| with_ending(&base))
            // TypeScript is imported under the name of the JavaScript that it becomes.
            .or_else(|| {
                let (stem, ending) = base.rsplit_once('.')?;
                matches!(ending, "js" | "jsx" | "mjs" | "cjs").then(|| with_ending(stem))?
            })
            .or_else(|| with_ending(&joined(&base, "index")))
    }
}

fn joined(folder: &str, below: &str) -> String {
    match (folder, below) {
        ("", below) => below.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, below) => format!("{folder}/{below}"),
    }
}

/// The folder of a path; that of the root has none.
fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some((folder, _)) => Some(folder),
        None => (!path.is_empty()).then_some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str], from: &str, module: &str, language: Language) -> Option<String> {
        let paths = Paths::new(paths);
        let from = paths.file(from).unwrap();
        let file = paths.module(from, module, language)?;
        Some(paths.path(file).to_owned())
    }

    #[test]
    fn modules_of_python_are_found_as_they_are_imported() {
        let all = &[
            "app/__init__.py",
            "app/db.py",
            "app/web/__init__.py",
            "app/web/views.py",
            "src/tool/run.py",
            "src/tool/help.py",
            "main.py",
        ];
        let found = |from, module| found(all, from, module, Language::Python);
        let from = "app/web/views.py";
        assert_eq!(found(from, "..db").as_deref(), Some("app/db.py"));
        assert_eq!(found(from, ".").as_deref(), Some("app/web/__init__.py"));
        assert_eq!(found(from, "app.db").as_deref(), Some("app/db.py"));
        assert_eq!(found(from, "....db"), None, "above the root");
        assert_eq!(found("main.py", "app").as_deref(), Some("app/__init__.py"));
        assert_eq!(
            found("src/tool/run.py", "help").as_deref(),
            Some("src/tool/help.py")
        );
        assert_eq!(
            found("main.py", "tool.run").as_deref(),
            Some("src/tool/run.py")
        );
        assert_eq!(found("main.py", "os"), None);
    }

    #[test]
    fn modules_of_javascript_are_found_without_their_endings() {
        let all = &["a/x.ts", "a/lib/index.js", "b/y.js", "b/z.cjs"];
        let found = |from, module| found(all, from, module, Language::JavaScript);
        assert_eq!(found("b/y.js", "../a/x").as_deref(), Some("a/x.ts"));
        assert_eq!(found("b/y.js", "../a/x.js").as_deref(), Some("a/x.ts"));
        assert_eq!(found("a/x.ts", "./lib").as_deref(), Some("a/lib/index.js"));
        assert_eq!(found("b/y.js", "./z.cjs").as_deref(), Some("b/z.cjs"));
        assert_eq!(found("b/y.js", "../../q"), None);
        assert_eq!(found("b/y.js", "express"), None);
    }
}
