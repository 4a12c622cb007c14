//! `pip-audit -f json`: since 2.5 an object with `dependencies`, before that the list itself.

use runward_model::{Ecosystem, NotCovered, Package};
use serde_json::Value;

use super::Reader;
use crate::{
    dependency::{DependencyDraft, advisory},
    desk::Desk,
    text, value,
    walk::Steps,
};

#[derive(Default)]
pub(crate) struct PipAudit;

impl Reader for PipAudit {
    fn contexts(&self) -> &'static [&'static str] {
        &[]
    }

    fn entries(&self) -> &'static [&'static str] {
        &["dependencies[]", "[]"]
    }

    fn context(&mut self, _: usize, _: &Steps, _: &Value, _: &mut Desk<'_>) {}

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        desk.tool("pip-audit", None);
        Ok(())
    }

    fn entry(
        &mut self,
        _pattern: usize,
        _steps: &Steps,
        entry: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        let name = value::text(entry, &["name"])
            .and_then(text::name)
            .ok_or("it has no `name`")?;
        if let Some(reason) = value::text(entry, &["skip_reason"]) {
            let path = desk.options.manifest.clone();
            desk.problem(NotCovered {
                path: path.unwrap_or_else(|| desk.options.name.clone()),
                line: None,
                package: Some(Ecosystem::PyPI.normalize_name(&name)),
                reason: format!("pip-audit did not judge it: {}", text::title(reason)),
            });
            return Ok(());
        }
        let version = value::text(entry, &["version"]).and_then(text::name);
        let vulnerabilities = entry
            .get("vulns")
            .and_then(Value::as_array)
            .ok_or("it has neither `vulns` nor `skip_reason`")?;
        if vulnerabilities.is_empty() {
            desk.tally.passed += 1;
        }
        for vulnerability in vulnerabilities {
            let id = value::text(vulnerability, &["id"]).ok_or("a vulnerability has no `id`")?;
            let mut advisory = advisory(id, value::texts(vulnerability, &["aliases"]))
                .ok_or("the id of a vulnerability is no name")?;
            advisory.fixed = value::texts(vulnerability, &["fix_versions"]);
            advisory.details =
                text::prose(value::text(vulnerability, &["description"]).unwrap_or_default());
            let package = Package::new(Ecosystem::PyPI, &name, version.as_deref());
            desk.dependency(DependencyDraft::new(package, advisory));
        }
        Ok(())
    }
}
