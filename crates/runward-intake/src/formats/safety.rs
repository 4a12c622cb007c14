//! Safety: `check --json` of 1.x (a list of lists) and 2.x, `scan --output json` of 3.x.

use std::collections::HashMap;

use runward_model::{AdvisoryMatch, CvssVector, Ecosystem, Package};
use serde_json::Value;

use super::Reader;
use crate::{
    dependency::{DependencyDraft, advisory},
    desk::{Desk, path_fault},
    path::Placed,
    rating, text, value,
    walk::{Step, Steps},
};

#[derive(Default)]
pub(crate) struct Safety {
    version: Option<String>,
    roots: Vec<String>,
    /// The files of 3.x by project and number.
    files: HashMap<(usize, usize), String>,
}

const CHECK: usize = 0;
const CHECK_IGNORED: usize = 1;
const SCAN: usize = 2;

impl Reader for Safety {
    fn contexts(&self) -> &'static [&'static str] {
        &[
            "report_meta.safety_version",
            "report_meta.timestamp",
            "meta.telemetry.safety_version",
            "meta.timestamp",
            "meta.scan_locations[]",
            "scan_results.projects[].files[].location",
        ]
    }

    fn entries(&self) -> &'static [&'static str] {
        &[
            "vulnerabilities[]",
            "ignored_vulnerabilities[]",
            "scan_results.projects[].files[].results.dependencies[]",
            "[]",
        ]
    }

    fn context(&mut self, pattern: usize, steps: &Steps, value: &Value, desk: &mut Desk<'_>) {
        let Some(text) = value.as_str() else {
            return;
        };
        match pattern {
            0 | 2 => self.version = Some(text.to_owned()),
            1 | 3 => desk.about.generated = value::instant(text),
            4 if self.roots.len() < 2 => self.roots.push(text.to_owned()),
            5 if self.files.len() < desk.options.limits.max_files => {
                self.files.insert(place(steps), text.to_owned());
            }
            _ => {}
        }
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        desk.tool("safety", self.version.as_deref());
        // What it was told to scan is the root, where it was one directory.
        if let (None, [root]) = (&desk.options.source_root, self.roots.as_slice()) {
            desk.options.source_root = Some(root.clone());
        }
        let mut files: Vec<&String> = self.files.values().collect();
        files.sort();
        desk.about.whole = !files.is_empty();
        for file in files {
            let placed = desk.place(file);
            desk.scanned(placed);
        }
        Ok(())
    }

    fn entry(
        &mut self,
        pattern: usize,
        steps: &Steps,
        entry: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        match pattern {
            CHECK => checked(entry, value::truth(entry, &["ignored"]) == Some(true), desk),
            CHECK_IGNORED => checked(entry, true, desk),
            SCAN => {
                let placed = match self.files.get(&place(steps)) {
                    Some(raw) => Some(desk.place(raw).map_err(|fault| path_fault(raw, fault))?),
                    None => None,
                };
                scanned(entry, placed.as_ref(), desk)
            }
            _ => listed(entry, desk),
        }
    }
}

fn place(steps: &Steps) -> (usize, usize) {
    let index = |at: usize| steps.get(at).map_or(0, Step::index);
    (index(0), index(1))
}

/// Counts what the tool was told to ignore; whether to leave it out.
fn ignored(desk: &mut Desk<'_>) -> bool {
    desk.tally.suppressed_at_source += 1;
    desk.options.trust_suppressions
}

fn known(id: &str, cve: Option<&str>) -> Result<AdvisoryMatch, String> {
    let aliases = cve
        .into_iter()
        .flat_map(|cves| cves.split(','))
        .map(|cve| cve.trim().to_owned());
    // Safety's own numbers carry no mark of their own.
    let id = if id.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("SAFETY-{id}")
    } else {
        id.to_owned()
    };
    advisory(&id, aliases).ok_or_else(|| "the id of a vulnerability is no name".to_owned())
}

/// 2.x.
fn checked(entry: &Value, is_ignored: bool, desk: &mut Desk<'_>) -> Result<(), String> {
    let name = value::text(entry, &["package_name"])
        .and_then(text::name)
        .ok_or("it has no `package_name`")?;
    let id = value::text(entry, &["vulnerability_id"]).ok_or("it has no `vulnerability_id`")?;
    if is_ignored && ignored(desk) {
        return Ok(());
    }
    let mut advisory = known(id, value::text(entry, &["CVE"]))?;
    advisory.details = text::prose(value::text(entry, &["advisory"]).unwrap_or_default());
    advisory.fixed = value::texts(entry, &["fixed_versions"]);
    let cvss = value::at(entry, &["severity", "cvssv3"]).unwrap_or(&Value::Null);
    advisory.label = value::text(cvss, &["base_severity"])
        .map(rating::word)
        .or_else(|| value::number(cvss, &["base_score"]).and_then(rating::score));
    if let Some(vector) = value::text(cvss, &["vector_string"]).and_then(text::name) {
        let record = advisory.id.clone();
        advisory.vectors.push(CvssVector { vector, record });
    }
    let version = value::text(entry, &["analyzed_version"]).and_then(text::name);
    let package = Package::new(Ecosystem::PyPI, &name, version.as_deref());
    let mut draft = DependencyDraft::new(package, advisory);
    draft.requirement =
        value::text(entry, &["analyzed_requirement", "specifier"]).and_then(text::name);
    desk.dependency(draft);
    Ok(())
}

/// 3.x: a package with the specifications of one file.
fn scanned(entry: &Value, placed: Option<&Placed>, desk: &mut Desk<'_>) -> Result<(), String> {
    let name = value::text(entry, &["name"])
        .and_then(text::name)
        .ok_or("it has no `name`")?;
    let mut any = false;
    for specification in value::list(entry, &["specifications"]) {
        let raw = value::text(specification, &["raw"]).unwrap_or_default();
        let version = raw
            .split_once("==")
            .map(|(_, version)| {
                version
                    .split([';', ' ', '#', ','])
                    .next()
                    .unwrap_or(version)
            })
            .and_then(text::name);
        let found = value::list(specification, &["vulnerabilities", "known_vulnerabilities"]);
        for vulnerability in found {
            any = true;
            let id = value::text(vulnerability, &["id"]).ok_or("a vulnerability has no `id`")?;
            let is_ignored = vulnerability.get("ignored").is_some_and(|it| !it.is_null());
            if is_ignored && ignored(desk) {
                continue;
            }
            let mut advisory = known(id, None)?;
            let remediation = ["vulnerabilities", "remediation", "recommended"];
            advisory.fixed = value::texts(specification, &remediation);
            let spec = value::text(vulnerability, &["vulnerable_spec"]).unwrap_or_default();
            advisory.summary = text::title(&format!("{} affects {spec}", advisory.id));
            let package = Package::new(Ecosystem::PyPI, &name, version.as_deref());
            let mut draft = DependencyDraft::new(package, advisory);
            draft.placed = placed.cloned();
            draft.requirement = text::name(raw);
            desk.dependency(draft);
        }
    }
    if !any {
        desk.tally.passed += 1;
    }
    Ok(())
}

/// 1.x: `[package, affected versions, installed version, advisory, id]`.
fn listed(entry: &Value, desk: &mut Desk<'_>) -> Result<(), String> {
    let text_at = |at: usize| entry.get(at).and_then(Value::as_str);
    let name = text_at(0)
        .and_then(text::name)
        .ok_or("it is no list that begins with a package")?;
    let id = text_at(4).ok_or("it has no id in the fifth place")?;
    let mut advisory = known(id, None)?;
    advisory.details = text::prose(text_at(3).unwrap_or_default());
    let version = text_at(2).and_then(text::name);
    let package = Package::new(Ecosystem::PyPI, &name, version.as_deref());
    desk.dependency(DependencyDraft::new(package, advisory));
    Ok(())
}
