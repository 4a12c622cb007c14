//! Which files are passed over: `.gitignore`, `.semgrepignore`.

use std::collections::HashMap;

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
    /// By the directory that they are about; of several, the last one has the first word.
    files: HashMap<String, Vec<Gitignore>>,
    pub problems: Vec<NotCovered>,
}

impl Ignored {
    /// Nothing is passed over (`--no-ignore`).
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            files: HashMap::new(),
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
            Ok(matcher) => self
                .files
                .entry(directory.to_owned())
                .or_default()
                .push(matcher),
            Err(error) => self
                .problems
                .push(NotCovered::file(path, error.to_string())),
        }
    }

    /// Whether a path (relative to the root) or a directory above it is passed over. The nearest
    /// file that says something about it decides.
    #[must_use]
    pub fn skips(&self, path: &str, is_directory: bool) -> bool {
        let mut directory = path;
        while !directory.is_empty() {
            directory = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
            let Some(matchers) = self.files.get(directory) else {
                continue;
            };
            let below = path.get(directory.len()..).unwrap_or(path);
            let below = below.strip_prefix('/').unwrap_or(below);
            for matcher in matchers.iter().rev() {
                let matched = matcher.matched_path_or_any_parents(below, is_directory);
                if !matched.is_none() {
                    return matched.is_ignore();
                }
            }
        }
        false
    }
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
