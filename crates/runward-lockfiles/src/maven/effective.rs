//! Inheritance and properties.

use std::collections::HashMap;

use runward_tree::path::parent;

use super::model::{self, Declaration, Pom};
use crate::{draft::Draft, expand::Expander};

/// Longest line of parents, or of BOMs that import BOMs.
pub(super) const LONGEST_CHAIN: usize = 16;

/// A POM with its parents.
pub(super) struct Effective {
    /// The POM itself first, then its parents as far as the tree has them.
    pub(super) chain: Vec<(String, Pom)>,
    /// `group:artifact:version` of a parent that is not in the tree.
    pub(super) missing_parent: Option<String>,
    properties: HashMap<String, String>,
    expander: Expander,
}

impl Effective {
    pub(super) fn inherit(draft: &mut Draft<'_>, path: String, pom: Pom) -> Self {
        let mut model = Self {
            chain: Vec::new(),
            missing_parent: None,
            properties: HashMap::new(),
            expander: Expander::new("${", '}', draft.cx.limits),
        };
        let mut next = Some((path, pom));
        while let Some((path, pom)) = next.take() {
            let above = pom
                .parent
                .as_ref()
                .map(|parent| format!("{}:{}:{}", parent.group, parent.artifact, parent.version));
            let found = if model.chain.len() < LONGEST_CHAIN {
                model.parent_of(draft, &path, &pom)
            } else {
                None
            };
            model.chain.push((path, pom));
            if found.is_none() {
                model.missing_parent = above;
            }
            next = found;
        }
        model.collect_properties();
        model
    }

    fn parent_of(&self, draft: &mut Draft<'_>, path: &str, pom: &Pom) -> Option<(String, Pom)> {
        let (wanted, relative) = pom.parent_place()?;
        let place = super::pom_path(parent(path), &relative)?;
        let text = draft.related(&place)?;
        if place == path || self.chain.iter().any(|(known, _)| *known == place) {
            let reason = "the POM is its own ancestor; correct `parent`";
            draft.note_in(&place, None, reason);
            return None;
        }
        let found = model::parse(draft, &place, &text)?;
        // Maven takes what stands there only if it is the parent that is asked for.
        let is_wanted = found.artifact.as_ref() == Some(&wanted.artifact)
            && found.group() == Some(wanted.group.as_str());
        is_wanted.then_some((place, found))
    }

    /// Children win over parents, active profiles over the POM that has them.
    fn collect_properties(&mut self) {
        for (_, pom) in &self.chain {
            let profiles = pom
                .profiles
                .iter()
                .filter(|profile| profile.active_by_default);
            let all = profiles
                .flat_map(|profile| &profile.properties)
                .chain(&pom.properties);
            for (name, value) in all {
                self.properties
                    .entry(name.clone())
                    .or_insert_with(|| value.clone());
            }
        }
    }

    /// Replaces `${…}`; the error names the property that is not defined.
    pub(super) fn expand(&self, text: &str) -> Result<String, String> {
        self.expander.expand(text, |name| self.property(name))
    }

    fn property(&self, name: &str) -> Option<&str> {
        let (_, own) = self.chain.first()?;
        let parent = own.parent.as_ref();
        let built_in = name
            .strip_prefix("project.")
            .or_else(|| name.strip_prefix("pom."));
        let found = match built_in.unwrap_or(name) {
            "version" => own
                .version
                .as_deref()
                .or(parent.map(|parent| parent.version.as_str())),
            "groupId" => own.group(),
            "artifactId" => own.artifact.as_deref(),
            "parent.version" => parent.map(|parent| parent.version.as_str()),
            "parent.groupId" => parent.map(|parent| parent.group.as_str()),
            "parent.artifactId" => parent.map(|parent| parent.artifact.as_str()),
            _ => None,
        };
        found.or_else(|| self.properties.get(name).map(String::as_str))
    }

    /// What makes two declarations the same, properties replaced where they can be.
    pub(super) fn key(&self, declaration: &Declaration) -> String {
        let text = |text: &str| self.expand(text).unwrap_or_else(|_| text.to_owned());
        format!(
            "{}:{}:{}:{}",
            text(&declaration.group),
            text(&declaration.artifact),
            declaration.kind,
            declaration.classifier.as_deref().unwrap_or_default()
        )
    }

    /// Where else a property may be defined.
    pub(super) fn beyond(&self) -> String {
        match &self.missing_parent {
            Some(parent) => format!(" (the parent `{parent}` is not in the scanned directory)"),
            None => String::new(),
        }
    }

    /// Why a declaration without a version has none.
    pub(super) fn why_unmanaged(&self, group: &str, missing_boms: &[String]) -> String {
        const SHOWN: usize = 3;
        let family = missing_boms
            .iter()
            .find(|bom| related(bom.split(':').next().unwrap_or_default(), group));
        let mut places: Vec<String> = match family {
            // A BOM of the same family is the one; otherwise it may be any of them.
            Some(bom) => vec![format!("the BOM `{bom}`")],
            None => missing_boms
                .iter()
                .take(SHOWN)
                .map(|bom| format!("the BOM `{bom}`"))
                .collect(),
        };
        if family.is_none() {
            if missing_boms.len() > SHOWN {
                places.push(format!("{} more BOMs", missing_boms.len() - SHOWN));
            }
            let parent = self.missing_parent.iter();
            places.extend(parent.map(|parent| format!("the parent `{parent}`")));
        }
        match places.as_slice() {
            [] => "no version is stated and none is managed".to_owned(),
            [place] => {
                format!("its version comes from {place}, which is not in the scanned directory")
            }
            several => format!(
                "its version comes from {}, which are not in the scanned directory",
                several.join(" or ")
            ),
        }
    }
}

/// Whether one group is the other or part of it: `org.junit` and `org.junit.jupiter`.
fn related(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    within(one, other) || within(other, one)
}
