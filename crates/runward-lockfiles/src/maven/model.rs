//! The parts of a POM that decide its dependencies, as written.

use std::collections::HashMap;

use crate::{
    draft::Draft,
    xml::{self, Element},
};

#[derive(Debug, Default)]
pub(super) struct Pom {
    pub(super) group: Option<String>,
    pub(super) artifact: Option<String>,
    pub(super) version: Option<String>,
    pub(super) parent: Option<Parent>,
    pub(super) properties: HashMap<String, String>,
    pub(super) managed: Vec<Declaration>,
    pub(super) dependencies: Vec<Declaration>,
    pub(super) profiles: Vec<Profile>,
    pub(super) modules: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Parent {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
    /// Empty where the element is there and empty.
    pub(super) relative_path: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) id: String,
    pub(super) active_by_default: bool,
    pub(super) properties: HashMap<String, String>,
    pub(super) managed: Vec<Declaration>,
    pub(super) dependencies: Vec<Declaration>,
}

#[derive(Debug, Clone)]
pub(super) struct Declaration {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: Option<String>,
    pub(super) kind: String,
    pub(super) classifier: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) optional: Option<String>,
    pub(super) system_path: Option<String>,
    pub(super) line: u32,
}

impl Declaration {
    pub(super) fn is_import(&self) -> bool {
        self.scope.as_deref() == Some("import") && self.kind == "pom"
    }
}

/// Reads a POM; what is wrong with it becomes a note.
pub(super) fn parse(draft: &mut Draft<'_>, path: &str, text: &str) -> Option<Pom> {
    let root = match xml::parse(text, draft.cx.limits.max_depth) {
        Ok(root) => root,
        Err(error) => {
            draft.syntax_error(path, &error);
            return None;
        }
    };
    if root.name != "project" {
        draft.note_in(
            path,
            Some(root.line),
            "the root element is not `project`; correct the file",
        );
        return None;
    }
    Some(pom(&root))
}

fn owned(element: &Element, name: &str) -> Option<String> {
    element.child_text(name).map(str::to_owned)
}

fn pom(root: &Element) -> Pom {
    let parent = root.child("parent").map(|parent| Parent {
        group: owned(parent, "groupId").unwrap_or_default(),
        artifact: owned(parent, "artifactId").unwrap_or_default(),
        version: owned(parent, "version").unwrap_or_default(),
        relative_path: parent
            .child("relativePath")
            .map(|path| path.text().to_owned()),
    });
    let common = section(root);
    let mut modules = Vec::new();
    for list in root.all("modules").chain(root.all("subprojects")) {
        modules.extend(list.children.iter().map(|module| module.text().to_owned()));
    }
    Pom {
        group: owned(root, "groupId"),
        artifact: owned(root, "artifactId"),
        version: owned(root, "version"),
        parent,
        properties: common.properties,
        managed: common.managed,
        dependencies: common.dependencies,
        profiles: root
            .child("profiles")
            .map(|profiles| profiles.all("profile").map(profile).collect())
            .unwrap_or_default(),
        modules,
    }
}

fn profile(element: &Element) -> Profile {
    let mut profile = section(element);
    profile.id = owned(element, "id").unwrap_or_else(|| "default".to_owned());
    profile.active_by_default = element
        .child("activation")
        .and_then(|activation| activation.child_text("activeByDefault"))
        == Some("true");
    profile
}

/// What a project and a profile have in common.
fn section(element: &Element) -> Profile {
    let declarations = |holder: Option<&Element>| {
        holder
            .and_then(|holder| holder.child("dependencies"))
            .map(|list| list.all("dependency").map(declaration).collect())
            .unwrap_or_default()
    };
    Profile {
        properties: element
            .child("properties")
            .map(|properties| {
                properties
                    .children
                    .iter()
                    .map(|property| (property.name.clone(), property.text().to_owned()))
                    .collect()
            })
            .unwrap_or_default(),
        managed: declarations(element.child("dependencyManagement")),
        dependencies: declarations(Some(element)),
        ..Profile::default()
    }
}

fn declaration(element: &Element) -> Declaration {
    Declaration {
        group: owned(element, "groupId").unwrap_or_default(),
        artifact: owned(element, "artifactId").unwrap_or_default(),
        version: owned(element, "version"),
        kind: owned(element, "type").unwrap_or_else(|| "jar".to_owned()),
        classifier: owned(element, "classifier"),
        scope: owned(element, "scope"),
        optional: owned(element, "optional"),
        system_path: owned(element, "systemPath"),
        line: element.line,
    }
}
