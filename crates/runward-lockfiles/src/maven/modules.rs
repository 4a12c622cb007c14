//! The modules of a build: first-party code, not dependencies.

use std::collections::{HashMap, HashSet};

use runward_tree::path::parent;

use super::model::{self, Pom};
use crate::draft::Draft;

/// Where modules stand, and which of them were looked at.
#[derive(Default)]
pub(super) struct Modules {
    /// The directory of the POM that lists a module, and the module as written.
    listed: Vec<(String, String)>,
    /// Group and artifact by the path of a module's POM.
    known: HashMap<String, Option<(String, String)>>,
    missing: HashSet<(String, String)>,
}

impl Modules {
    pub(super) fn of(chain: &[(String, Pom)], limit: usize) -> Self {
        let listed = chain
            .iter()
            .flat_map(|(path, pom)| {
                let directory = parent(path);
                let own = pom.modules.iter();
                own.map(move |module| (directory.to_owned(), module.clone()))
            })
            .take(limit)
            .collect();
        Self {
            listed,
            ..Self::default()
        }
    }

    /// The path of the module's POM. It is looked for where a module's directory and the artifact
    /// share the end of their names: reading every module for every POM would cost their square.
    pub(super) fn find(
        &mut self,
        draft: &mut Draft<'_>,
        group: &str,
        artifact: &str,
    ) -> Option<String> {
        let wanted = (group.to_owned(), artifact.to_owned());
        if self.missing.contains(&wanted) {
            return None;
        }
        for (directory, module) in &self.listed {
            let name = module.trim_end_matches("/pom.xml").rsplit('/').next();
            let alike = name.is_some_and(|name| {
                !name.is_empty() && (artifact.ends_with(name) || name.ends_with(artifact))
            });
            if !alike {
                continue;
            }
            let Some(path) = super::pom_path(directory, module) else {
                continue;
            };
            if !self.known.contains_key(&path) {
                let coordinates = coordinates(draft, &path);
                self.known.insert(path.clone(), coordinates);
            }
            if self.known.get(&path).and_then(Option::as_ref) == Some(&wanted) {
                return Some(path);
            }
        }
        self.missing.insert(wanted);
        None
    }
}

fn coordinates(draft: &mut Draft<'_>, path: &str) -> Option<(String, String)> {
    let text = draft.related(path)?;
    let pom = model::parse(draft, path, &text)?;
    Some((pom.group()?.to_owned(), pom.artifact.clone()?))
}
