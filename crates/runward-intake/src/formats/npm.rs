//! `npm audit --json`: report version 2 (npm 7 and later), and the older form that npm 6 and pnpm
//! write.

use runward_model::{CvssVector, Ecosystem, Package, Scope, Severity};
use serde_json::Value;

use super::Reader;
use crate::{
    dependency::{DependencyDraft, advisory},
    desk::Desk,
    rating, text, value,
    walk::Steps,
};

#[derive(Default)]
pub(crate) struct Npm {
    error: Option<String>,
}

const NEW: usize = 0;

impl Reader for Npm {
    fn contexts(&self) -> &'static [&'static str] {
        &["error"]
    }

    fn entries(&self) -> &'static [&'static str] {
        &["vulnerabilities{}", "advisories{}"]
    }

    fn context(&mut self, _pattern: usize, _steps: &Steps, value: &Value, _desk: &mut Desk<'_>) {
        let what = value::text(value, &["summary"])
            .or_else(|| value::text(value, &["code"]))
            .or_else(|| value.as_str())
            .unwrap_or("an error without a message");
        self.error = Some(text::title(what));
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        desk.tool("npm-audit", None);
        match &self.error {
            Some(error) => Err(format!("npm made no report: {error}")),
            None => Ok(()),
        }
    }

    fn entry(
        &mut self,
        pattern: usize,
        _steps: &Steps,
        entry: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        if pattern == NEW {
            vulnerability(entry, desk)
        } else {
            old_advisory(entry, desk)
        }
    }
}

/// A package of report version 2. A `via` that is a name only says that the package depends on an
/// affected one, which has an entry of its own.
fn vulnerability(entry: &Value, desk: &mut Desk<'_>) -> Result<(), String> {
    let name = value::text(entry, &["name"])
        .and_then(text::name)
        .ok_or("it has no `name`")?;
    let via = entry
        .get("via")
        .and_then(Value::as_array)
        .ok_or("it has no `via`")?;
    for cause in via.iter().filter(|cause| !cause.is_string()) {
        let url = value::text(cause, &["url"]).unwrap_or_default();
        let source = cause.get("source").map(ToString::to_string);
        let id = ghsa(url)
            .or_else(|| Some(format!("NPM-{}", source?.trim_matches('"'))))
            .ok_or("a cause has neither `url` nor `source`")?;
        let mut advisory = advisory(&id, []).ok_or("the id of an advisory is no name")?;
        advisory.summary = text::title(value::text(cause, &["title"]).unwrap_or_default());
        advisory.label = value::text(cause, &["severity"]).map(rating::word);
        advisory.cwes = value::texts(cause, &["cwe"]);
        if let Some(vector) = value::text(cause, &["cvss", "vectorString"]).and_then(text::name) {
            advisory.vectors.push(CvssVector { vector, record: id });
        }
        if !url.is_empty() {
            advisory.references.push(text::title(url));
        }
        let mut draft = DependencyDraft::new(Package::new(Ecosystem::Npm, &name, None), advisory);
        draft.direct = value::truth(entry, &["isDirect"]).unwrap_or(false);
        desk.dependency(draft);
    }
    Ok(())
}

/// An advisory of the older form, with the versions that it was found in.
fn old_advisory(entry: &Value, desk: &mut Desk<'_>) -> Result<(), String> {
    let name = value::text(entry, &["module_name"])
        .and_then(text::name)
        .ok_or("it has no `module_name`")?;
    let url = value::text(entry, &["url"]).unwrap_or_default();
    let id = value::text(entry, &["github_advisory_id"])
        .map(str::to_owned)
        .or_else(|| ghsa(url))
        .or_else(|| Some(format!("NPM-{}", entry.get("id")?)))
        .ok_or("it has no `id`")?;
    let mut advisory =
        advisory(&id, value::texts(entry, &["cves"])).ok_or("the id of an advisory is no name")?;
    advisory.summary = text::title(value::text(entry, &["title"]).unwrap_or_default());
    advisory.details = text::prose(value::text(entry, &["overview"]).unwrap_or_default());
    advisory.label = value::text(entry, &["severity"])
        .map(rating::word)
        .filter(|severity| *severity != Severity::Unknown);
    advisory.cwes = value::texts(entry, &["cwe"]);
    if let Some(vector) = value::text(entry, &["cvss", "vectorString"]).and_then(text::name) {
        advisory.vectors.push(CvssVector { vector, record: id });
    }
    let found = value::list(entry, &["findings"]);
    if found.is_empty() {
        return Err("it has no `findings`".to_owned());
    }
    let mut versions: Vec<Option<&str>> = Vec::new();
    for place in found {
        let version = value::text(place, &["version"]);
        if versions.contains(&version) || versions.len() >= desk.options.limits.max_places {
            continue;
        }
        versions.push(version);
        let package = Package::new(Ecosystem::Npm, &name, version);
        let mut draft = DependencyDraft::new(package, advisory.clone());
        draft.direct = value::texts(place, &["paths"]).iter().any(|path| {
            !path
                .trim_start_matches('.')
                .trim_start_matches('>')
                .contains('>')
        });
        if value::truth(place, &["dev"]) == Some(true) {
            draft.scope = Scope::Development;
        }
        desk.dependency(draft);
    }
    Ok(())
}

/// The GHSA id at the end of an advisory's address.
fn ghsa(url: &str) -> Option<String> {
    let id = url.rsplit('/').next()?;
    id.starts_with("GHSA-").then(|| id.to_owned())
}
