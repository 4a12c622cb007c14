//! `runward scan --format json`, of this or another machine.

use runward_model::{FindingKind, NotCovered, Scope, Severity};
use serde_json::Value;

use super::Reader;
use crate::{
    code::{CodeDraft, Region},
    dependency::{DependencyDraft, advisory},
    desk::{Desk, path_fault},
    identity, purl, rating, text, value,
    walk::Steps,
};

#[derive(Default)]
pub(crate) struct Scan {
    schema: Option<String>,
}

const SUPPRESSED: usize = 1;

impl Reader for Scan {
    fn contexts(&self) -> &'static [&'static str] {
        &["schema", "started", "not_covered[]"]
    }

    fn entries(&self) -> &'static [&'static str] {
        &["findings[]", "suppressed_findings[]"]
    }

    fn context(&mut self, pattern: usize, _steps: &Steps, value: &Value, desk: &mut Desk<'_>) {
        match pattern {
            0 => self.schema = value.as_str().map(str::to_owned),
            1 => desk.about.generated = value.as_str().and_then(value::instant),
            _ => {
                let reason = value::text(value, &["reason"]).unwrap_or("no reason is stated");
                desk.problem(NotCovered {
                    path: text::title(value::text(value, &["path"]).unwrap_or_default()),
                    line: value::line(value, &["line"]),
                    package: value::text(value, &["package"]).and_then(text::name),
                    reason: text::title(reason),
                });
            }
        }
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        desk.tool("runward", None);
        match self.schema.as_deref() {
            Some("runward.scan/1") => Ok(()),
            Some(other) => {
                let other = text::shown(other);
                Err(format!(
                    "its schema is `{other}`; write it with this version of `runward scan`"
                ))
            }
            None => {
                Err("it has no `schema`; write it with `runward scan --format json`".to_owned())
            }
        }
    }

    fn entry(
        &mut self,
        pattern: usize,
        _steps: &Steps,
        entry: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        if pattern == SUPPRESSED {
            desk.tally.suppressed_at_source += 1;
            if desk.options.trust_suppressions {
                return Ok(());
            }
        }
        let kind = value::text(entry, &["kind"])
            .and_then(FindingKind::from_name)
            .ok_or("its `kind` is unknown")?;
        let rule = value::text(entry, &["rule"])
            .and_then(text::name)
            .ok_or("it has no `rule`")?;
        let raw = value::text(entry, &["location", "path"]).ok_or("it has no `location.path`")?;
        let placed = desk.place(raw).map_err(|fault| path_fault(raw, fault))?;
        let own = value::text(entry, &["fingerprint"])
            .filter(|own| identity::is_own(own))
            .map(str::to_owned);
        if own.is_none() {
            return Err("its `fingerprint` is not 32 hexadecimal digits".to_owned());
        }
        let severity: Severity =
            rating::word(value::text(entry, &["severity"]).unwrap_or_default());
        let title = value::text(entry, &["title"]).unwrap_or(&rule).to_owned();
        let line = value::line(entry, &["location", "start", "line"]);
        if let Some(package) = value::text(entry, &["package", "purl"]).and_then(purl::package) {
            let given = entry.get("advisory").unwrap_or(&Value::Null);
            let mut advisory = advisory(&rule, value::texts(given, &["aliases"]))
                .ok_or("its rule is no advisory")?;
            let summary = value::text(given, &["summary"]).unwrap_or(&title);
            advisory.summary = text::title(summary);
            advisory.fixed = value::texts(given, &["fixed"]);
            advisory.cwes = value::texts(given, &["cwes"]);
            advisory.references = value::texts(given, &["references"]);
            advisory.records = value::texts(given, &["records"]);
            advisory.malicious |= kind == FindingKind::MaliciousDependency;
            if kind == FindingKind::DependencyNotice {
                advisory.informational = Some("notice".to_owned());
            }
            advisory.label = Some(severity).filter(|it| *it != Severity::Unknown);
            let mut draft = DependencyDraft::new(package, advisory);
            draft.placed = Some(placed);
            draft.line = line;
            draft.own = own;
            draft.direct = value::truth(entry, &["package", "direct"]).unwrap_or(true);
            draft.scope = scope(value::text(entry, &["package", "scope"]));
            desk.dependency(draft);
            return Ok(());
        }
        desk.code(CodeDraft {
            kind,
            tool: "runward".to_owned(),
            rule,
            message: title,
            severity,
            confidence: rating::confidence(value::text(entry, &["confidence"])),
            placed,
            region: Region {
                line,
                column: value::line(entry, &["location", "start", "column"]),
                end_line: value::line(entry, &["location", "end", "line"]),
                end_column: value::line(entry, &["location", "end", "column"]),
            },
            snippet: None,
            given: None,
            own,
        });
        Ok(())
    }
}

fn scope(name: Option<&str>) -> Scope {
    Scope::ALL
        .into_iter()
        .find(|scope| Some(scope.as_str()) == name)
        .unwrap_or(Scope::Runtime)
}
