//! Which of several files about the same packages counts.
//!
//! A manifest states what a project asks for, a lockfile what it gets. Where both stand, the lock's
//! entry is the dependency; a manifest's entry stays only where no lock has an answer for it.

use std::collections::{BTreeMap, BTreeSet};

use runward_model::{Dependency, Ecosystem, Manifest, ManifestRole};
use runward_tree::path;

/// Drops files that another one has read, and manifest entries that a lock answers.
pub(crate) fn settle(manifests: Vec<Manifest>) -> Vec<Manifest> {
    let mut manifests = drop_included(manifests);
    lend_requirements(&mut manifests);
    let locks = LockIndex::new(&manifests);
    for manifest in &mut manifests {
        if manifest.role == ManifestRole::Manifest {
            drop_locked(manifest, &locks);
        }
    }
    manifests
}

/// A lock's entry that does not record what the project asks for takes it from the manifest beside
/// it: an upgrade has to get past that.
fn lend_requirements(manifests: &mut [Manifest]) {
    let mut stated: BTreeMap<(String, Ecosystem, String), String> = BTreeMap::new();
    for manifest in manifests.iter() {
        if manifest.role != ManifestRole::Manifest {
            continue;
        }
        for dependency in &manifest.dependencies {
            if let Some(requirement) = &dependency.requirement {
                let key = key_of(manifest, &dependency.package.name);
                stated.entry(key).or_insert_with(|| requirement.clone());
            }
        }
    }
    for manifest in manifests.iter_mut() {
        if manifest.role != ManifestRole::Lockfile {
            continue;
        }
        let mut dependencies = std::mem::take(&mut manifest.dependencies);
        for dependency in &mut dependencies {
            if dependency.direct && dependency.requirement.is_none() {
                let key = key_of(manifest, &dependency.package.name);
                dependency.requirement = stated.get(&key).cloned();
            }
        }
        manifest.dependencies = dependencies;
    }
}

fn key_of(manifest: &Manifest, name: &str) -> (String, Ecosystem, String) {
    (
        path::parent(&manifest.path).to_owned(),
        manifest.ecosystem.clone(),
        name.to_owned(),
    )
}

/// A file read on behalf of another (`-r base.txt`) does not stand on its own too. Files that
/// nobody includes go first, so that a cycle keeps exactly one of its members.
///
/// Being read is not enough: a constraints file (`-c requirements.txt`) and a manifest that a
/// lockfile's reader looked into have their own dependencies, which the reading file does not
/// state.
fn drop_included(manifests: Vec<Manifest>) -> Vec<Manifest> {
    let included_by_any: BTreeSet<String> = manifests
        .iter()
        .flat_map(|m| m.also_read.iter().filter(|read| **read != m.path).cloned())
        .collect();
    let mut stated: BTreeSet<String> = BTreeSet::new();
    let mut kept_reads: Vec<BTreeSet<String>> = Vec::new();
    let mut keep = vec![false; manifests.len()];
    for roots in [true, false] {
        for (manifest, keep) in manifests.iter().zip(keep.iter_mut()) {
            let is_root = !included_by_any.contains(&manifest.path);
            if is_root != roots {
                continue;
            }
            let repeats = |reads: &BTreeSet<String>| {
                reads.contains(&manifest.path)
                    && states_nothing(manifest)
                    && manifest.also_read.iter().all(|read| reads.contains(read))
            };
            if stated.contains(&manifest.path) || kept_reads.iter().any(repeats) {
                continue;
            }
            *keep = true;
            let mut reads: BTreeSet<String> = manifest.also_read.iter().cloned().collect();
            stated.extend(reads.iter().filter(|read| states(manifest, read)).cloned());
            reads.insert(manifest.path.clone());
            kept_reads.push(reads);
        }
    }
    manifests
        .into_iter()
        .zip(keep)
        .filter_map(|(manifest, keep)| keep.then_some(manifest))
        .collect()
}

/// Whether a manifest has something to say about a file.
fn states(manifest: &Manifest, file: &str) -> bool {
    let dependencies = manifest.dependencies.iter().map(|d| &d.source.path);
    let excluded = manifest.excluded.iter().map(|e| &e.source.path);
    let problems = manifest.not_covered.iter().map(|problem| &problem.path);
    dependencies
        .chain(excluded)
        .chain(problems)
        .any(|path| path == file)
}

/// Whether a file only points to others.
fn states_nothing(manifest: &Manifest) -> bool {
    !states(manifest, &manifest.path)
}

/// Name → versions; `None` among them for an entry without one.
type Versions = BTreeMap<String, BTreeSet<Option<String>>>;

/// What locks say, by directory.
struct LockIndex {
    /// By directory and ecosystem.
    locked: BTreeMap<(String, Ecosystem), Versions>,
    /// By the file that states the requirements.
    pinned: BTreeMap<String, Versions>,
}

impl LockIndex {
    fn new(manifests: &[Manifest]) -> Self {
        let mut index = Self {
            locked: BTreeMap::new(),
            pinned: BTreeMap::new(),
        };
        for manifest in manifests {
            for dependency in &manifest.dependencies {
                let names = match manifest.role {
                    ManifestRole::Lockfile => index
                        .locked
                        .entry((
                            path::parent(&manifest.path).to_owned(),
                            manifest.ecosystem.clone(),
                        ))
                        .or_default(),
                    // By the file that states it: a requirements file may stand here only as
                    // part of one that includes it.
                    ManifestRole::Manifest => index
                        .pinned
                        .entry(dependency.source.path.clone())
                        .or_default(),
                    ManifestRole::Environment | ManifestRole::Sbom => continue,
                };
                names
                    .entry(dependency.package.name.clone())
                    .or_default()
                    .insert(dependency.package.version.clone());
            }
        }
        index
    }

    /// The versions that a lock of the manifest's directory, or of one above it (a workspace's
    /// lock stands at its root), states for a package, and whether that lock is the manifest's own.
    fn answer(&self, manifest: &Manifest, name: &str) -> Option<(&BTreeSet<Option<String>>, bool)> {
        let mut directory = path::parent(&manifest.path);
        let mut own = true;
        loop {
            let key = (directory.to_owned(), manifest.ecosystem.clone());
            if let Some(versions) = self.locked.get(&key).and_then(|names| names.get(name)) {
                return Some((versions, own));
            }
            own = false;
            if directory.is_empty() {
                break;
            }
            directory = path::parent(directory);
        }
        let pinned = self.pinned.get(&compiled_file(&manifest.path)?)?;
        pinned.get(name).map(|versions| (versions, false))
    }
}

/// The requirements file that is compiled from a manifest: `x.in` → `x.txt`; a project's own
/// metadata → the `requirements.txt` beside it.
fn compiled_file(manifest: &str) -> Option<String> {
    if let Some(stem) = manifest.strip_suffix(".in") {
        return Some(format!("{stem}.txt"));
    }
    if matches!(
        path::file_name(manifest),
        "pyproject.toml" | "setup.cfg" | "setup.py"
    ) {
        return path::join(path::parent(manifest), "requirements.txt").ok();
    }
    None
}

fn drop_locked(manifest: &mut Manifest, locks: &LockIndex) {
    let answered: Vec<bool> = manifest
        .dependencies
        .iter()
        .map(|dependency| is_answered(manifest, dependency, locks))
        .collect();
    if answered.iter().any(|answered| *answered) {
        retain(manifest, &answered);
    }
}

fn is_answered(manifest: &Manifest, dependency: &Dependency, locks: &LockIndex) -> bool {
    let Some((versions, own)) = locks.answer(manifest, &dependency.package.name) else {
        return false;
    };
    if dependency.package.version.is_none() {
        // A lock further up may belong to another project: it answers only with a version that
        // this one could have.
        let fits = |version: &String| match &dependency.requirement {
            Some(requirement) if !own => {
                let ecosystem = &dependency.package.ecosystem;
                runward_versions::allows(ecosystem, requirement, version) != Some(false)
            }
            _ => true,
        };
        versions.iter().flatten().any(fits)
    } else {
        versions.contains(&dependency.package.version)
    }
}

/// Removes the dependencies marked in `drop` and renumbers the parents of the others.
fn retain(manifest: &mut Manifest, drop: &[bool]) {
    let mut next = 0;
    let renumbered: Vec<Option<usize>> = drop
        .iter()
        .map(|drop| {
            (!drop).then(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    let dependencies = std::mem::take(&mut manifest.dependencies);
    manifest.dependencies = dependencies
        .into_iter()
        .zip(drop)
        .filter(|(_, drop)| !**drop)
        .map(|(mut dependency, _)| {
            dependency.parents.retain_mut(|edge| {
                match renumbered.get(edge.parent).copied().flatten() {
                    Some(parent) => {
                        edge.parent = parent;
                        true
                    }
                    None => false,
                }
            });
            dependency
        })
        .collect();
}

#[cfg(test)]
mod tests {
    use runward_model::{Package, SourceRef};

    use super::*;

    fn manifest(path: &str, role: ManifestRole, packages: &[(&str, Option<&str>)]) -> Manifest {
        let mut manifest = Manifest::new(path, path, Ecosystem::PyPI, role);
        for (name, version) in packages {
            manifest.dependencies.push(Dependency::new(
                Package::new(Ecosystem::PyPI, name, *version),
                SourceRef::new(path, 1),
            ));
        }
        manifest
    }

    fn names(manifest: &Manifest) -> Vec<&str> {
        manifest
            .dependencies
            .iter()
            .map(|d| d.package.name.as_str())
            .collect()
    }

    #[test]
    fn a_lock_answers_for_manifests_beside_and_below_it() {
        let settled = settle(vec![
            manifest(
                "members/a/pyproject.toml",
                ManifestRole::Manifest,
                &[("flask", None), ("open", None)],
            ),
            manifest(
                "uv.lock",
                ManifestRole::Lockfile,
                &[("flask", Some("3.0")), ("click", Some("8.0"))],
            ),
        ]);
        assert_eq!(names(&settled[0]), ["open"]);
        assert_eq!(names(&settled[1]), ["flask", "click"]);
    }

    #[test]
    fn a_lock_of_another_project_is_no_answer() {
        let mut member = manifest(
            "b/pyproject.toml",
            ManifestRole::Manifest,
            &[("flask", None)],
        );
        member.dependencies[0].requirement = Some("<2".to_owned());
        let lock = manifest("uv.lock", ManifestRole::Lockfile, &[("flask", Some("3.0"))]);
        assert_eq!(names(&settle(vec![member, lock])[0]), ["flask"]);
    }

    #[test]
    fn a_lock_learns_what_the_project_asks_for() {
        let mut asked = manifest(
            "a/pyproject.toml",
            ManifestRole::Manifest,
            &[("flask", None)],
        );
        asked.dependencies[0].requirement = Some("<3".to_owned());
        let lock = manifest(
            "a/uv.lock",
            ManifestRole::Lockfile,
            &[("flask", Some("2.0"))],
        );
        let settled = settle(vec![asked, lock]);
        let locked = &settled[1].dependencies[0];
        assert_eq!(locked.requirement.as_deref(), Some("<3"));
    }

    #[test]
    fn a_pin_that_differs_from_the_lock_stays() {
        let settled = settle(vec![
            manifest(
                "pyproject.toml",
                ManifestRole::Manifest,
                &[("a", Some("1")), ("b", Some("2"))],
            ),
            manifest(
                "poetry.lock",
                ManifestRole::Lockfile,
                &[("a", Some("9")), ("b", Some("2"))],
            ),
        ]);
        assert_eq!(names(&settled[0]), ["a"]);
    }

    #[test]
    fn compiled_requirements_answer_for_their_source() {
        let settled = settle(vec![
            manifest(
                "requirements.in",
                ManifestRole::Manifest,
                &[("flask", None)],
            ),
            manifest(
                "requirements.txt",
                ManifestRole::Manifest,
                &[("flask", Some("3.0"))],
            ),
        ]);
        assert!(settled[0].dependencies.is_empty());
        assert_eq!(names(&settled[1]), ["flask"]);
    }

    #[test]
    fn an_unlocked_lock_entry_is_no_answer() {
        let settled = settle(vec![
            manifest(
                "requirements.in",
                ManifestRole::Manifest,
                &[("flask", None)],
            ),
            manifest(
                "requirements.txt",
                ManifestRole::Manifest,
                &[("flask", None)],
            ),
        ]);
        assert_eq!(names(&settled[0]), ["flask"]);
    }

    #[test]
    fn included_files_count_once_and_cycles_keep_one() {
        let mut top = manifest(
            "requirements.txt",
            ManifestRole::Manifest,
            &[("a", Some("1"))],
        );
        top.also_read = vec!["base.txt".to_owned()];
        let base = manifest("base.txt", ManifestRole::Manifest, &[("a", Some("1"))]);
        top.dependencies.extend(base.dependencies.iter().cloned());
        let paths: Vec<_> = settle(vec![base, top])
            .into_iter()
            .map(|m| m.path)
            .collect();
        assert_eq!(paths, ["requirements.txt"]);

        let mut x = manifest("x.txt", ManifestRole::Manifest, &[("x", Some("1"))]);
        x.also_read = vec!["y.txt".to_owned()];
        let mut y = manifest("y.txt", ManifestRole::Manifest, &[("y", Some("1"))]);
        y.also_read = vec!["x.txt".to_owned()];
        let (of_x, of_y) = (x.dependencies.clone(), y.dependencies.clone());
        x.dependencies.extend(of_y);
        y.dependencies.extend(of_x);
        assert_eq!(settle(vec![x, y]).len(), 1);
    }

    #[test]
    fn a_file_that_only_constrains_keeps_its_own_dependencies() {
        let base = manifest(
            "requirements.txt",
            ManifestRole::Manifest,
            &[("a", Some("1"))],
        );
        let mut dev = manifest("dev.txt", ManifestRole::Manifest, &[("b", Some("1"))]);
        dev.also_read = vec!["requirements.txt".to_owned()];
        assert_eq!(settle(vec![base, dev]).len(), 2);
    }

    #[test]
    fn a_chain_of_includes_counts_once() {
        let leaf = manifest("c.txt", ManifestRole::Manifest, &[("c", Some("1"))]);
        let mut middle = manifest("b.txt", ManifestRole::Manifest, &[]);
        middle.also_read = vec!["c.txt".to_owned()];
        middle.dependencies = leaf.dependencies.clone();
        let mut top = manifest("a.txt", ManifestRole::Manifest, &[]);
        top.also_read = vec!["b.txt".to_owned(), "c.txt".to_owned()];
        top.dependencies = leaf.dependencies.clone();
        let paths: Vec<_> = settle(vec![leaf, middle, top])
            .into_iter()
            .map(|m| m.path)
            .collect();
        assert_eq!(paths, ["a.txt"]);
    }
}
