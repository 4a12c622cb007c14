//! `pom.xml`: the effective model as far as the scanned tree tells it.
//!
//! Parents are followed within the tree. What a parent or a BOM from a repository decides is not
//! determinable here and said to be so.

mod effective;
mod managed;
mod model;
mod modules;
mod version;

use std::collections::HashSet;

use runward_model::{Dependency, Origin, Scope, SourceRef};
use runward_tree::path::join;

use crate::draft::{Draft, relock};
use effective::Effective;
use managed::Managed;
use model::{Declaration, Pom};
use modules::Modules;
use version::Stated;

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(pom) = model::parse(draft, &path, text) else {
        return;
    };
    let model = Effective::inherit(draft, path, pom);
    let mut modules = Modules::of(&model.chain, draft.cx.limits.max_related_files);
    let managed = Managed::of(draft, &model, &mut modules);
    let mut reader = Reader {
        model: &model,
        managed: &managed,
        modules,
    };
    let mut seen: HashSet<String> = HashSet::new();
    for (level, (path, pom)) in model.chain.iter().enumerate() {
        for declaration in &pom.dependencies {
            // A child's declaration replaces its parent's.
            if seen.insert(model.key(declaration)) {
                reader.state(draft, path, declaration, None);
            }
        }
        for profile in &pom.profiles {
            for declaration in &profile.dependencies {
                let group = (!profile.active_by_default).then_some(profile.id.as_str());
                if level == 0 || seen.insert(model.key(declaration)) {
                    reader.state(draft, path, declaration, group);
                }
            }
        }
    }
    draft.note_transitive(&[], relock(draft.format));
}

struct Reader<'m> {
    model: &'m Effective,
    managed: &'m Managed,
    modules: Modules,
}

impl Reader<'_> {
    /// Adds one declared dependency.
    fn state(
        &mut self,
        draft: &mut Draft<'_>,
        path: &str,
        declaration: &Declaration,
        profile: Option<&str>,
    ) {
        let Some((group, artifact)) = self.coordinates(draft, path, declaration) else {
            return;
        };
        if self.modules.find(draft, &group, &artifact).is_some() {
            return;
        }
        let managed = self.managed.declarations.get(&self.model.key(declaration));
        let of = |pick: fn(&Declaration) -> Option<&str>| {
            pick(declaration).or_else(|| managed.and_then(pick))
        };
        let written = of(|declaration| declaration.version.as_deref());
        let stated = match written.map(|written| (written, self.model.expand(written))) {
            None => {
                let boms = &self.managed.missing_boms;
                Stated::Undetermined(self.model.why_unmanaged(&group, boms))
            }
            Some((_, Ok(value))) => version::read(&value),
            Some((written, Err(property))) => Stated::Undetermined(format!(
                "`{written}`: no scanned POM defines `{property}`{}",
                self.model.beyond()
            )),
        };
        let (version, reason) = match stated {
            Stated::Version(version) => (Some(version), None),
            Stated::Undetermined(reason) => {
                (None, Some(format!("{reason}; {}", relock(draft.format))))
            }
        };
        let package = draft.package(&format!("{group}:{artifact}"), version.as_deref());
        let mut dependency = Dependency::new(package, SourceRef::new(path, declaration.line));
        dependency.undetermined = reason;
        dependency.requirement = written.map(str::to_owned);
        dependency.groups = profile.map(str::to_owned).into_iter().collect();
        dependency.scope = scope(
            of(|declaration| declaration.scope.as_deref()),
            of(|declaration| declaration.optional.as_deref()) == Some("true"),
        );
        if let Some(path) = of(|declaration| declaration.system_path.as_deref()) {
            dependency.origin = Origin::Path {
                path: path.to_owned(),
            };
        }
        draft.add(dependency);
    }

    /// Group and artifact; none with a note where they cannot be told.
    fn coordinates(
        &self,
        draft: &mut Draft<'_>,
        path: &str,
        declaration: &Declaration,
    ) -> Option<(String, String)> {
        let group = self.model.expand(&declaration.group);
        let artifact = self.model.expand(&declaration.artifact);
        let reason = match (group, artifact) {
            (Ok(group), Ok(artifact)) if !group.is_empty() && !artifact.is_empty() => {
                return Some((group, artifact));
            }
            (Ok(_), Ok(_)) => {
                "a dependency without group or artifact id; correct the file".to_owned()
            }
            _ => format!(
                "`{}:{}` uses a property that no scanned POM defines; {}",
                declaration.group,
                declaration.artifact,
                relock(draft.format)
            ),
        };
        draft.note_in(path, Some(declaration.line), reason);
        None
    }
}

fn scope(stated: Option<&str>, optional: bool) -> Scope {
    match stated {
        Some("test") => Scope::Development,
        // The platform brings it at run time; the project only compiles against it.
        Some("provided") => Scope::Build,
        _ if optional => Scope::Optional,
        _ => Scope::Runtime,
    }
}

impl Pom {
    /// Its own group, or the one it inherits.
    fn group(&self) -> Option<&str> {
        self.group
            .as_deref()
            .or_else(|| self.parent.as_ref().map(|parent| parent.group.as_str()))
    }

    /// The directory that `<parent>` points to by default, and what it must be.
    fn parent_place(&self) -> Option<(&model::Parent, String)> {
        let parent = self.parent.as_ref()?;
        match parent.relative_path.as_deref() {
            // An empty element says that the parent comes from a repository.
            Some("") => None,
            Some(path) => Some((parent, path.to_owned())),
            None => Some((parent, "../pom.xml".to_owned())),
        }
    }
}

/// The POM that a path leads to: a file, or a directory that holds `pom.xml`.
fn pom_path(directory: &str, relative: &str) -> Option<String> {
    let path = join(directory, relative).ok()?;
    let is_file = std::path::Path::new(&path)
        .extension()
        .is_some_and(|extension| extension == "xml");
    if is_file {
        Some(path)
    } else {
        join(&path, "pom.xml").ok()
    }
}
