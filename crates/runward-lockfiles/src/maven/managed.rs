//! `dependencyManagement`: versions that declarations without one take.

use std::collections::{HashMap, HashSet};

use super::{
    effective::{Effective, LONGEST_CHAIN},
    model::{self, Declaration},
    modules::Modules,
};
use crate::draft::Draft;

/// What a POM, its parents and the BOMs in the tree manage.
#[derive(Default)]
pub(super) struct Managed {
    pub(super) declarations: HashMap<String, Declaration>,
    /// `group:artifact:version` of the imported BOMs that are not in the tree.
    pub(super) missing_boms: Vec<String>,
}

impl Managed {
    pub(super) fn of(draft: &mut Draft<'_>, model: &Effective, modules: &mut Modules) -> Self {
        let mut managed = Self::default();
        managed.collect(draft, model, modules, &mut HashSet::new(), 0);
        managed
    }

    /// Direct entries win over imported ones, children over parents, earlier over later.
    fn collect(
        &mut self,
        draft: &mut Draft<'_>,
        model: &Effective,
        modules: &mut Modules,
        imported: &mut HashSet<String>,
        depth: usize,
    ) {
        let mut imports = Vec::new();
        for (_, pom) in &model.chain {
            let profiles = pom
                .profiles
                .iter()
                .filter(|profile| profile.active_by_default);
            let declared = profiles
                .flat_map(|profile| &profile.managed)
                .chain(&pom.managed);
            for declaration in declared {
                if declaration.is_import() {
                    imports.push(declaration);
                    continue;
                }
                let mut declaration = declaration.clone();
                // A BOM's properties are its own.
                if depth > 0
                    && let Some(version) = &declaration.version
                    && let Ok(version) = model.expand(version)
                {
                    declaration.version = Some(version);
                }
                let key = model.key(&declaration);
                self.declarations.entry(key).or_insert(declaration);
            }
        }
        for import in imports {
            let text = |text: &str| model.expand(text).unwrap_or_else(|_| text.to_owned());
            let (group, artifact) = (text(&import.group), text(&import.artifact));
            let version = text(import.version.as_deref().unwrap_or_default());
            let coordinates = format!("{group}:{artifact}:{version}");
            if !imported.insert(coordinates.clone()) {
                continue;
            }
            let found = if depth < LONGEST_CHAIN {
                modules.find(draft, &group, &artifact)
            } else {
                None
            };
            let bom = found.and_then(|path| {
                let text = draft.related(&path)?;
                let pom = model::parse(draft, &path, &text)?;
                Some(Effective::inherit(draft, path, pom))
            });
            match bom {
                Some(bom) => {
                    self.collect(draft, &bom, modules, imported, depth + 1);
                    self.missing_boms.extend(bom.missing_parent);
                }
                None => self.missing_boms.push(coordinates),
            }
        }
    }
}
