//! `osv-scanner --format json` (1.x and 2.x).

use std::collections::HashMap;

use runward_model::{CvssVector, Ecosystem, Package, Severity};
use serde_json::Value;

use super::Reader;
use crate::{
    dependency::{DependencyDraft, advisory},
    desk::{Desk, path_fault},
    rating, text, value,
    walk::{Step, Steps},
};

#[derive(Default)]
pub(crate) struct Osv {
    /// The file of each result.
    sources: HashMap<usize, String>,
}

impl Reader for Osv {
    fn contexts(&self) -> &'static [&'static str] {
        &["results[].source"]
    }

    fn entries(&self) -> &'static [&'static str] {
        &["results[].packages[]"]
    }

    fn context(&mut self, _pattern: usize, steps: &Steps, value: &Value, desk: &mut Desk<'_>) {
        let index = steps.first().map_or(0, Step::index);
        let most = desk.options.limits.max_files;
        if let (Some(path), true) = (value::text(value, &["path"]), self.sources.len() < most) {
            self.sources.insert(index, path.to_owned());
        }
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        desk.tool("osv-scanner", None);
        // Files without findings are listed only with `--all-packages`.
        let mut sources: Vec<&String> = self.sources.values().collect();
        sources.sort();
        for source in sources {
            let placed = desk.place(source);
            desk.scanned(placed);
        }
        desk.about.whole = false;
        Ok(())
    }

    fn entry(
        &mut self,
        _pattern: usize,
        steps: &Steps,
        entry: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        let name = value::text(entry, &["package", "name"])
            .and_then(text::name)
            .ok_or("it has no `package.name`")?;
        let ecosystem = value::text(entry, &["package", "ecosystem"]).unwrap_or("generic");
        let version = value::text(entry, &["package", "version"])
            .or_else(|| value::text(entry, &["package", "commit"]))
            .and_then(text::name);
        let package = Package::new(
            Ecosystem::from_osv_name(ecosystem),
            &name,
            version.as_deref(),
        );
        let placed = match self.sources.get(&steps.first().map_or(0, Step::index)) {
            Some(raw) => Some(desk.place(raw).map_err(|fault| path_fault(raw, fault))?),
            None => None,
        };
        let records = value::list(entry, &["vulnerabilities"]);
        if records.is_empty() {
            desk.tally.passed += 1;
        }
        let by_id: HashMap<&str, &Value> = records
            .iter()
            .filter_map(|record| Some((value::text(record, &["id"])?, record)))
            .collect();
        let mut grouped: Vec<&str> = Vec::new();
        for group in value::list(entry, &["groups"]) {
            let ids: Vec<&str> = value::list(group, &["ids"])
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let members: Vec<&Value> = ids.iter().filter_map(|id| by_id.get(id).copied()).collect();
            let aliases = value::texts(group, &["aliases"]);
            let score = value::number(group, &["max_severity"]).and_then(rating::score);
            grouped.extend(&ids);
            finding(
                desk,
                &package,
                placed.as_ref(),
                &ids,
                &members,
                aliases,
                score,
            )?;
        }
        let grouped: std::collections::HashSet<&str> = grouped.into_iter().collect();
        for record in records {
            let id = value::text(record, &["id"]).ok_or("a vulnerability has no `id`")?;
            if !grouped.contains(id) {
                finding(
                    desk,
                    &package,
                    placed.as_ref(),
                    &[id],
                    &[record],
                    Vec::new(),
                    None,
                )?;
            }
        }
        Ok(())
    }
}

/// One finding of all records that are aliases of one another.
fn finding(
    desk: &mut Desk<'_>,
    package: &Package,
    placed: Option<&crate::path::Placed>,
    ids: &[&str],
    records: &[&Value],
    aliases: Vec<String>,
    score: Option<Severity>,
) -> Result<(), String> {
    let id = ids
        .first()
        .ok_or("a group of vulnerabilities has no `ids`")?;
    let of_records = records
        .iter()
        .flat_map(|record| value::texts(record, &["aliases"]));
    let others = ids.iter().skip(1).map(|id| (*id).to_owned());
    let mut advisory = advisory(id, aliases.into_iter().chain(of_records).chain(others))
        .ok_or("the id of a vulnerability is no name")?;
    let mut label = None;
    for record in records {
        let own = value::text(record, &["id"]).unwrap_or(id);
        if advisory.summary.is_empty() {
            advisory.summary = text::title(value::text(record, &["summary"]).unwrap_or_default());
        }
        if advisory.details.is_empty() {
            advisory.details = text::prose(value::text(record, &["details"]).unwrap_or_default());
        }
        let word = value::text(record, &["database_specific", "severity"]);
        label = label.max(word.map(rating::word));
        for severity in value::list(record, &["severity"]).iter().take(16) {
            if let Some(vector) = value::text(severity, &["score"]).and_then(text::name) {
                advisory.vectors.push(CvssVector {
                    vector,
                    record: own.to_owned(),
                });
            }
        }
        advisory
            .cwes
            .extend(value::texts(record, &["database_specific", "cwe_ids"]));
        advisory.fixed.extend(fixed(record, package));
    }
    advisory.label = label.filter(|label| *label != Severity::Unknown).or(score);
    for list in [&mut advisory.cwes, &mut advisory.fixed] {
        let mut seen = std::collections::HashSet::new();
        list.retain(|item| seen.insert(item.clone()));
    }
    let mut draft = DependencyDraft::new(package.clone(), advisory);
    draft.placed = placed.cloned();
    desk.dependency(draft);
    Ok(())
}

/// The versions that a record calls fixed for this package.
fn fixed(record: &Value, package: &Package) -> Vec<String> {
    value::list(record, &["affected"])
        .iter()
        .filter(|affected| {
            value::text(affected, &["package", "name"])
                .is_some_and(|name| package.ecosystem.normalize_name(name) == package.name)
        })
        .flat_map(|affected| value::list(affected, &["ranges"]))
        .filter(|range| value::text(range, &["type"]) != Some("GIT"))
        .flat_map(|range| value::list(range, &["events"]))
        .filter_map(|event| value::text(event, &["fixed"]).and_then(text::name))
        .collect()
}
