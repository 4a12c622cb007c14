//! Open requirements, resolved by the project's own package manager. Only on request: it asks the
//! network, and a package manager may build what it downloads.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
    time::Duration,
};

use runward_model::{Dependency, Manifest, Scope, SourceRef, Target};
use runward_tree::{MemoryTree, Tree, path};
use thiserror::Error;

/// Runs other programs for the resolver; the binary hands in the real one.
pub trait Runner: Sync {
    /// Whether a program can be found.
    fn has(&self, program: &str) -> bool;

    /// Runs a program in a directory and returns its standard output, or what went wrong.
    fn run(
        &self,
        program: &str,
        arguments: &[&str],
        directory: &Path,
        timeout: Duration,
    ) -> Result<String, String>;
}

/// Why a manifest could not be resolved.
#[derive(Debug, Error)]
pub enum ResolveError {
    #[error("`{path}` cannot be resolved: {reason}")]
    Unsupported { path: String, reason: String },
    #[error("`{path}` cannot be resolved: none of {programs} is installed; install one")]
    NoProgram { path: String, programs: String },
    #[error("`{path}` cannot be resolved: {program} failed: {reason}")]
    Failed {
        path: String,
        program: String,
        reason: String,
    },
}

/// Longest that a package manager may take for one manifest.
const TIMEOUT: Duration = Duration::from_mins(10);

/// Everything a resolution needs.
pub struct Resolver<'a> {
    pub tree: &'a dyn Tree,
    /// The tree's root on disk.
    pub root: &'a Path,
    /// An empty directory that may be written to.
    pub scratch: &'a Path,
    pub runner: &'a dyn Runner,
    pub target: &'a Target,
}

impl Resolver<'_> {
    /// Whether a manifest has anything to resolve.
    pub fn is_open(manifest: &Manifest) -> bool {
        manifest
            .dependencies
            .iter()
            .any(|d| d.undetermined.is_some())
    }

    /// The manifest with every version that the package manager chose. The requirements keep the
    /// lines on which they stand; what they bring in stands on the line that brings it.
    pub fn resolve(&self, manifest: &Manifest) -> Result<Manifest, ResolveError> {
        let resolved = match path::file_name(&manifest.path) {
            "package.json" => self.npm(manifest)?,
            name if is_python(name) => self.python(manifest)?,
            _ => {
                return Err(ResolveError::Unsupported {
                    path: manifest.path.clone(),
                    reason: format!(
                        "Runward knows no resolver for {}; write its lockfile and scan again",
                        manifest.format
                    ),
                });
            }
        };
        Ok(transplant(manifest, resolved))
    }

    fn python(&self, manifest: &Manifest) -> Result<Manifest, ResolveError> {
        let file = self.root.join(&manifest.path);
        let file = file.display().to_string();
        let groups: BTreeSet<String> = manifest
            .dependencies
            .iter()
            .filter(|d| d.scope == Scope::Development && manifest.format == "pyproject.toml")
            .flat_map(|dependency| &dependency.groups)
            .map(|group| format!("{file}:{group}"))
            .collect();
        let (program, arguments): (&str, Vec<&str>) = if self.runner.has("uv") {
            let mut arguments = vec!["pip", "compile", "--quiet", "--no-header", "--annotate"];
            arguments.extend(["--python-version", self.target.python_version.as_str()]);
            if manifest.format == "pyproject.toml" {
                arguments.push("--all-extras");
            }
            for group in &groups {
                arguments.extend(["--group", group.as_str()]);
            }
            arguments.push(&file);
            ("uv", arguments)
        } else if self.runner.has("pip-compile") {
            let arguments = vec![
                "--quiet",
                "--no-header",
                "--output-file=-",
                "--strip-extras",
                &file,
            ];
            ("pip-compile", arguments)
        } else {
            return Err(ResolveError::NoProgram {
                path: manifest.path.clone(),
                programs: "`uv`, `pip-compile`".to_owned(),
            });
        };
        let output = self.run(manifest, program, &arguments, self.scratch)?;
        let tree = MemoryTree::new([("requirements.txt", output)]);
        let format = runward_python::recognize("requirements.txt").ok_or_else(|| {
            ResolveError::Unsupported {
                path: manifest.path.clone(),
                reason: "requirements files are not read".to_owned(),
            }
        })?;
        Ok(runward_python::read(
            format,
            "requirements.txt",
            &runward_python::Context {
                tree: &tree,
                target: self.target,
                limits: &runward_python::Limits::default(),
                env: &|_| None,
            },
        ))
    }

    fn npm(&self, manifest: &Manifest) -> Result<Manifest, ResolveError> {
        if !self.runner.has("npm") {
            return Err(ResolveError::NoProgram {
                path: manifest.path.clone(),
                programs: "`npm`".to_owned(),
            });
        }
        let failed = |reason: String| ResolveError::Failed {
            path: manifest.path.clone(),
            program: "npm".to_owned(),
            reason,
        };
        let content = self
            .tree
            .read(&manifest.path)
            .map_err(|error| failed(error.to_string()))?;
        let copy = self.scratch.join("package.json");
        std::fs::write(&copy, content).map_err(|error| failed(error.to_string()))?;
        let arguments = [
            "install",
            "--package-lock-only",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ];
        self.run(manifest, "npm", &arguments, self.scratch)?;
        let lock = std::fs::read(self.scratch.join("package-lock.json"))
            .map_err(|error| failed(error.to_string()))?;
        let tree = MemoryTree::new([("package-lock.json", lock)]);
        let format = runward_lockfiles::recognize("package-lock.json")
            .ok_or_else(|| failed("package-lock.json is not read".to_owned()))?;
        Ok(runward_lockfiles::read(
            format,
            "package-lock.json",
            &runward_lockfiles::Context {
                tree: &tree,
                limits: &runward_lockfiles::Limits::default(),
            },
        ))
    }

    fn run(
        &self,
        manifest: &Manifest,
        program: &str,
        arguments: &[&str],
        directory: &Path,
    ) -> Result<String, ResolveError> {
        self.runner
            .run(program, arguments, directory, TIMEOUT)
            .map_err(|reason| ResolveError::Failed {
                path: manifest.path.clone(),
                program: program.to_owned(),
                reason,
            })
    }
}

fn is_python(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "setup.cfg" | "setup.py")
        || name.rsplit_once('.').is_some_and(|(_, extension)| {
            matches!(extension.to_ascii_lowercase().as_str(), "txt" | "in")
        })
}

/// Puts what was resolved into the place of the manifest's own entries.
fn transplant(manifest: &Manifest, mut resolved: Manifest) -> Manifest {
    let stated: BTreeMap<&str, &Dependency> = manifest
        .dependencies
        .iter()
        .map(|dependency| (dependency.package.name.as_str(), dependency))
        .collect();
    for dependency in &mut resolved.dependencies {
        if let Some(original) = stated.get(dependency.package.name.as_str()) {
            dependency.source = original.source.clone();
            dependency.scope = original.scope;
            dependency.groups.clone_from(&original.groups);
            dependency.requirement.clone_from(&original.requirement);
            dependency.direct = true;
        } else {
            dependency.direct = false;
            dependency.source = SourceRef::new(manifest.path.clone(), 1);
        }
    }
    inherit_places(&mut resolved.dependencies);
    let known: BTreeSet<String> = resolved
        .dependencies
        .iter()
        .map(|dependency| dependency.package.name.clone())
        .collect();
    // What the package manager left out (another platform's, a URL) stays as it was stated.
    for dependency in &manifest.dependencies {
        if !known.contains(&dependency.package.name) {
            let mut dependency = dependency.clone();
            dependency.parents.clear();
            resolved.dependencies.push(dependency);
        }
    }
    resolved.path.clone_from(&manifest.path);
    resolved.format.clone_from(&manifest.format);
    resolved.role = manifest.role;
    resolved.excluded.clone_from(&manifest.excluded);
    resolved.also_read.clone_from(&manifest.also_read);
    resolved
        .not_covered
        .extend(manifest.not_covered.iter().cloned());
    resolved
}

/// A transitive dependency takes the place and scope of the requirement that brings it in.
fn inherit_places(dependencies: &mut [Dependency]) {
    let mut children = vec![Vec::new(); dependencies.len()];
    for (index, dependency) in dependencies.iter().enumerate() {
        for edge in &dependency.parents {
            if let Some(list) = children.get_mut(edge.parent) {
                list.push(index);
            }
        }
    }
    let mut settled: Vec<bool> = dependencies.iter().map(|d| d.direct).collect();
    let mut queue: VecDeque<usize> = (0..dependencies.len())
        .filter(|index| settled.get(*index).copied().unwrap_or(false))
        .collect();
    while let Some(parent) = queue.pop_front() {
        let Some((source, scope)) = dependencies
            .get(parent)
            .map(|parent| (parent.source.clone(), parent.scope))
        else {
            continue;
        };
        for child in children.get(parent).into_iter().flatten() {
            let (Some(done), Some(dependency)) =
                (settled.get_mut(*child), dependencies.get_mut(*child))
            else {
                continue;
            };
            if !*done {
                *done = true;
                dependency.source = source.clone();
                dependency.scope = scope;
                queue.push_back(*child);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use runward_model::{Ecosystem, ManifestRole, Package};

    use super::*;

    struct Fake {
        output: &'static str,
        calls: Mutex<Vec<String>>,
    }

    impl Runner for Fake {
        fn has(&self, program: &str) -> bool {
            program == "uv"
        }

        fn run(
            &self,
            program: &str,
            arguments: &[&str],
            _: &Path,
            _: Duration,
        ) -> Result<String, String> {
            let call = format!("{program} {}", arguments.join(" "));
            self.calls.lock().unwrap().push(call);
            Ok(self.output.to_owned())
        }
    }

    fn open_manifest(path: &str) -> Manifest {
        let mut manifest = Manifest::new(path, path, Ecosystem::PyPI, ManifestRole::Manifest);
        manifest.dependencies.push(Dependency::new(
            Package::new(Ecosystem::PyPI, "flask", None),
            SourceRef::new(path, 7),
        ));
        manifest
    }

    fn resolve(path: &str, output: &'static str) -> (Result<Manifest, ResolveError>, Vec<String>) {
        let runner = Fake {
            output,
            calls: Mutex::new(Vec::new()),
        };
        let tree = MemoryTree::new([(path, "flask\n")]);
        let resolver = Resolver {
            tree: &tree,
            root: Path::new("project"),
            scratch: Path::new("scratch"),
            runner: &runner,
            target: &Target::default(),
        };
        let outcome = resolver.resolve(&open_manifest(path));
        (outcome, runner.calls.into_inner().unwrap())
    }

    #[test]
    fn uv_answers_for_requirements() {
        let (resolved, calls) = resolve(
            "requirements.txt",
            "click==8.1.7\n    # via flask\nflask==3.0.0\n    # via -r requirements.txt\n",
        );
        let resolved = resolved.unwrap();
        assert!(calls[0].starts_with("uv pip compile"), "{calls:?}");
        let find = |name: &str| {
            resolved
                .dependencies
                .iter()
                .find(|d| d.package.name == name)
                .unwrap()
        };
        assert_eq!(find("flask").package.version.as_deref(), Some("3.0.0"));
        assert_eq!(find("flask").source.line, 7);
        assert!(!find("click").direct);
        assert_eq!(find("click").source.line, 7);
        assert!(
            resolved
                .dependencies
                .iter()
                .all(|d| d.undetermined.is_none())
        );
    }

    #[test]
    fn what_is_left_out_stays_not_judged() {
        let (resolved, _) = resolve("requirements.txt", "");
        let resolved = resolved.unwrap();
        assert_eq!(resolved.dependencies.len(), 1);
        assert!(resolved.dependencies[0].undetermined.is_some());
    }

    #[test]
    fn an_unknown_format_says_so() {
        let (resolved, calls) = resolve("pom.xml", "");
        assert!(resolved.unwrap_err().to_string().contains("pom.xml"));
        assert!(calls.is_empty());
    }
}
