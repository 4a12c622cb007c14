//! What a run says beside its results: its tool, rules, files, and how its paths are meant.

use std::collections::HashMap;

use jiff::Timestamp;
use runward_model::{Confidence, Severity};
use serde_json::Value;

use crate::{
    desk::{Desk, tool_name},
    path::{PathFault, Placed},
    rating, text, value,
};

/// Longest chain of base directories; the standard forbids cycles.
const LONGEST_CHAIN: usize = 8;

#[derive(Default)]
pub(super) struct Run {
    pub(super) tool: Option<String>,
    pub(super) version: Option<String>,
    pub(super) bases: HashMap<String, Base>,
    pub(super) artifacts: Vec<Artifact>,
    pub(super) artifacts_cut: bool,
    pub(super) failed: bool,
    pub(super) ended: Option<Timestamp>,
    rules: HashMap<String, Rule>,
    /// Identifiers by component (the driver is none) and index.
    order: HashMap<Option<usize>, Vec<String>>,
}

/// What is kept of a rule.
#[derive(Default)]
pub(super) struct Rule {
    pub(super) summary: Option<String>,
    pub(super) level: Option<Severity>,
    pub(super) score: Option<Severity>,
    pub(super) confidence: Option<Confidence>,
    pub(super) tags: Vec<String>,
}

/// An `artifactLocation`.
#[derive(Default, Clone)]
pub(super) struct Artifact {
    pub(super) uri: Option<String>,
    base: Option<String>,
    index: Option<usize>,
    /// One of the files that the tool was told to look at (§3.24.6), which a mere list of the files
    /// with results is not.
    pub(super) target: bool,
}

impl Artifact {
    pub(super) fn of(location: &Value) -> Self {
        Self {
            uri: value::text(location, &["uri"]).map(str::to_owned),
            base: value::text(location, &["uriBaseId"]).map(str::to_owned),
            index: index(location, "index"),
            target: false,
        }
    }
}

/// An entry of `originalUriBaseIds`.
pub(super) struct Base {
    uri: Option<String>,
    base: Option<String>,
}

impl Base {
    pub(super) fn of(location: &Value) -> Self {
        Self {
            uri: value::text(location, &["uri"]).map(str::to_owned),
            base: value::text(location, &["uriBaseId"]).map(str::to_owned),
        }
    }
}

/// An index; SARIF writes -1 for none.
fn index(value: &Value, name: &str) -> Option<usize> {
    usize::try_from(value.get(name)?.as_u64()?).ok()
}

impl Run {
    pub(super) fn tool_name(&self) -> String {
        tool_name(self.tool.as_deref().unwrap_or_default())
    }

    pub(super) fn add_rule(&mut self, component: Option<usize>, rule: &Value) {
        let id = value::text(rule, &["id"]).unwrap_or_default().to_owned();
        self.order.entry(component).or_default().push(id.clone());
        let kept = Rule {
            summary: ["shortDescription", "fullDescription"]
                .into_iter()
                .find_map(|name| value::text(rule, &[name, "text"]))
                .or_else(|| value::text(rule, &["name"]))
                .map(text::title),
            level: value::text(rule, &["defaultConfiguration", "level"])
                .and_then(rating::sarif_level),
            score: value::number(rule, &["properties", "security-severity"])
                .and_then(rating::score),
            confidence: value::text(rule, &["properties", "precision"])
                .map(|word| rating::confidence(Some(word))),
            tags: value::texts(rule, &["properties", "tags"])
                .into_iter()
                .take(64)
                .map(|tag| tag.to_ascii_lowercase())
                .collect(),
        };
        self.rules.entry(id).or_insert(kept);
    }

    pub(super) fn add_artifact(&mut self, artifact: &Value, most: usize) {
        if self.artifacts.len() >= most {
            self.artifacts_cut = true;
            return;
        }
        let location = artifact.get("location").unwrap_or(&Value::Null);
        let target = value::texts(artifact, &["roles"])
            .iter()
            .any(|it| it == "analysisTarget");
        self.artifacts.push(Artifact {
            target,
            ..Artifact::of(location)
        });
    }

    /// The rule of a result: its id as written, and what is known of it. A hierarchical id
    /// (`CA1000/1`) belongs to the rule of its first part (§3.27.5).
    pub(super) fn rule(&self, result: &Value) -> Option<(String, Option<&Rule>)> {
        let component = value::at(result, &["rule", "toolComponent"])
            .and_then(|component| index(component, "index"));
        let by_index = index(result, "ruleIndex")
            .or_else(|| result.get("rule").and_then(|rule| index(rule, "index")))
            .and_then(|at| self.order.get(&component)?.get(at));
        let id = value::text(result, &["ruleId"])
            .or_else(|| value::text(result, &["rule", "id"]))
            .map(str::to_owned)
            .or_else(|| by_index.cloned())?;
        let known = self
            .rules
            .get(&id)
            .or_else(|| self.rules.get(id.split('/').next()?))
            .or_else(|| self.rules.get(by_index?));
        Some((id, known))
    }

    /// Where an artifact is. The fault names the path as written.
    pub(super) fn place(
        &self,
        artifact: &Artifact,
        desk: &Desk<'_>,
    ) -> Result<Placed, (String, PathFault)> {
        let listed = artifact.index.and_then(|index| self.artifacts.get(index));
        let (uri, base) = match (&artifact.uri, listed) {
            (Some(uri), _) => (uri.as_str(), artifact.base.as_deref()),
            (None, Some(listed)) => (
                listed.uri.as_deref().unwrap_or_default(),
                listed.base.as_deref(),
            ),
            (None, None) => ("", None),
        };
        let full = self.resolved(uri, base, desk.options.source_root.is_some());
        desk.place_uri(&full)
            .map_err(|fault| (uri.to_owned(), fault))
    }

    /// Puts the directories of the base ids before a relative reference. An absolute base is taken
    /// for the project's root, unless the caller said where that is.
    fn resolved(&self, uri: &str, base: Option<&str>, root_known: bool) -> String {
        let mut full = uri.to_owned();
        let mut next = base;
        for _ in 0..LONGEST_CHAIN {
            if is_absolute(&full) {
                break;
            }
            let Some(base) = next.and_then(|id| self.bases.get(id)) else {
                break;
            };
            if let Some(directory) = &base.uri {
                if is_absolute(directory) && !root_known {
                    break;
                }
                let slash = if directory.ends_with('/') { "" } else { "/" };
                full = format!("{directory}{slash}{full}");
            }
            next = base.base.as_deref();
        }
        full
    }
}

fn is_absolute(uri: &str) -> bool {
    uri.starts_with('/')
        || uri
            .get(..5)
            .is_some_and(|head| head.eq_ignore_ascii_case("file:"))
}

/// A message of the tool about its own work; errors and warnings name what it could not look at.
pub(super) fn notification(value: &Value, desk: &mut Desk<'_>) {
    if !matches!(value::text(value, &["level"]), Some("error")) {
        return;
    }
    let what = value::text(value, &["message", "text"])
        .or_else(|| value::text(value, &["descriptor", "id"]))
        .unwrap_or("an error without a message");
    let place = value::list(value, &["locations"])
        .first()
        .and_then(|location| value::at(location, &["physicalLocation"]));
    let path = place
        .and_then(|place| value::text(place, &["artifactLocation", "uri"]))
        .map(str::to_owned);
    let line = place.and_then(|place| value::line(place, &["region", "startLine"]));
    desk.tool_error(path.as_deref(), line, what);
}
