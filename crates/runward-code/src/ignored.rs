//! Which files are passed over: `.gitignore`, `.semgrepignore`.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use runward_model::NotCovered;
use runward_tree::Tree;

/// What Semgrep passes over where a project has no `.semgrepignore`.
const DEFAULT: &str = "\
node_modules/
build/
dist/
vendor/
.env/
.venv/
.tox/
*.min.js
.npm/
.yarn/
";

/// The ignore files of a tree.
#[derive(Debug, Clone)]
pub struct Ignored {
    /// With the directory that each is about, outermost first.
    files: Vec<(String, Gitignore)>,
    pub problems: Vec<NotCovered>,
}

impl Ignored {
    /// Nothing is passed over (`--no-ignore`).
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            files: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Reads the root's ignore files and those of the directories named.
    #[must_use]
    pub fn read(tree: &dyn Tree, directories: &[String]) -> Self {
        let mut read = Self::nothing();
        let own = tree.read(".semgrepignore").ok();
        match own {
            Some(bytes) => read.add("", ".semgrepignore", &String::from_utf8_lossy(&bytes)),
            None => read.add("", ".semgrepignore", DEFAULT),
        }
        for directory in std::iter::once("").chain(directories.iter().map(String::as_str)) {
            let path = runward_tree::path::join(directory, ".gitignore").unwrap_or_default();
            if let Ok(bytes) = tree.read(&path) {
                read.add(directory, &path, &String::from_utf8_lossy(&bytes));
            }
        }
        read
    }

    fn add(&mut self, directory: &str, path: &str, text: &str) {
        let mut builder = GitignoreBuilder::new("");
        for (index, line) in text.lines().enumerate() {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            // Semgrep's own directives; what they bring in is read anyway.
            if line.starts_with(":include ") {
                continue;
            }
            if let Err(error) = builder.add_line(None, line) {
                self.problems.push(NotCovered::at(
                    path,
                    number,
                    format!("`{line}` is no ignore pattern: {error}"),
                ));
            }
        }
        match builder.build() {
            Ok(matcher) => self.files.push((directory.to_owned(), matcher)),
            Err(error) => self
                .problems
                .push(NotCovered::file(path, error.to_string())),
        }
    }

    /// Whether a path (relative to the root) or a directory above it is passed over. The nearest
    /// file that says something about it decides.
    #[must_use]
    pub fn skips(&self, path: &str, is_directory: bool) -> bool {
        let decides = self.files.iter().rev().find_map(|(directory, matcher)| {
            let below = below(directory, path)?;
            let matched = matcher.matched_path_or_any_parents(below, is_directory);
            (!matched.is_none()).then(|| matched.is_ignore())
        });
        decides.unwrap_or(false)
    }
}

fn below<'p>(directory: &str, path: &'p str) -> Option<&'p str> {
    if directory.is_empty() {
        return Some(path);
    }
    path.strip_prefix(directory)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use runward_tree::MemoryTree;

    use super::*;

    #[test]
    fn ignore_files_hold_below_their_directory() {
        let tree = MemoryTree::new([
            (".gitignore", "*.log\n/out\n"),
            ("sub/.gitignore", "secret.py\n!keep.log\n"),
        ]);
        let ignored = Ignored::read(&tree, &["sub".to_owned()]);
        assert!(ignored.problems.is_empty());
        assert!(ignored.skips("a/b.log", false) && ignored.skips("out/x.py", false));
        assert!(!ignored.skips("a/out/x.py", false));
        assert!(ignored.skips("sub/secret.py", false) && !ignored.skips("secret.py", false));
        assert!(!ignored.skips("sub/keep.log", false));
        assert!(ignored.skips("node_modules/a/b.js", false));
        assert!(!Ignored::nothing().skips("node_modules/a.js", false));
    }

    #[test]
    fn an_own_list_replaces_the_usual_one() {
        let tree = MemoryTree::new([(".semgrepignore", "private/\n")]);
        let ignored = Ignored::read(&tree, &[]);
        assert!(ignored.skips("private/a.py", false));
        assert!(!ignored.skips("node_modules/a.js", false));
    }
}
