//! One JSON object a line, for scripts that have findings of their own.
//!
//! | field | what |
//! |---|---|
//! | `rule` | required: the rule or advisory id |
//! | `title` | required: one line |
//! | `severity` | required: `critical`, `high`, `medium`, `low`, `none`, `unknown` |
//! | `path`, `line`, `column`, `end_line`, `end_column` | where, relative to the root; lines and columns from 1 |
//! | `kind` | `code_issue` (default), `secret`, `web_issue`, `other`, or with `purl` a kind of dependency |
//! | `tool` | who says so (default `script`) |
//! | `confidence` | `high`, `medium` (default), `low` |
//! | `snippet` | the code in question, for recognition |
//! | `fingerprint` | an identity of your own, for recognition |
//! | `purl`, `aliases`, `fixed`, `cwes` | for a dependency |
//!
//! Any other field refuses the line, so that a spelling mistake does not lose what it says.

use runward_model::{FindingKind, Severity};
use serde_json::Value;

use super::Reader;
use crate::{
    code::{CodeDraft, Region},
    dependency::{DependencyDraft, advisory},
    desk::{Desk, path_fault, tool_name},
    path::Placed,
    purl, rating, text, value,
    walk::Steps,
};

#[derive(Default)]
pub(crate) struct Lines;

const FIELDS: [&str; 17] = [
    "rule",
    "title",
    "severity",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "kind",
    "tool",
    "confidence",
    "snippet",
    "fingerprint",
    "purl",
    "aliases",
    "fixed",
    "cwes",
];

impl Reader for Lines {
    fn contexts(&self) -> &'static [&'static str] {
        &[]
    }

    fn entries(&self) -> &'static [&'static str] {
        &[""]
    }

    fn context(&mut self, _: usize, _: &Steps, _: &Value, _: &mut Desk<'_>) {}

    fn entry(
        &mut self,
        _pattern: usize,
        _steps: &Steps,
        entry: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        let fields = entry.as_object().ok_or("it is no object")?;
        if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            let unknown = text::shown(unknown);
            return Err(format!(
                "the field `{unknown}` is unknown; see the documentation of imports"
            ));
        }
        let rule = value::text(entry, &["rule"])
            .and_then(text::name)
            .ok_or("it has no `rule`")?;
        let title = value::text(entry, &["title"])
            .ok_or("it has no `title`")?
            .to_owned();
        let severity: Severity = value::text(entry, &["severity"])
            .ok_or("it has no `severity`")?
            .parse()
            .map_err(|error: runward_model::severity::SeverityError| error.to_string())?;
        for name in ["line", "column", "end_line", "end_column"] {
            if entry.get(name).is_some() && value::line(entry, &[name]).is_none() {
                return Err(format!("its `{name}` is no number from 1"));
            }
        }
        let kind = match value::text(entry, &["kind"]) {
            Some(name) => Some(FindingKind::from_name(name).ok_or("its `kind` is unknown")?),
            None => None,
        };
        let tool = tool_name(value::text(entry, &["tool"]).unwrap_or("script"));
        desk.tool(&tool, None);
        let placed = match value::text(entry, &["path"]) {
            Some(raw) => desk.place(raw).map_err(|fault| path_fault(raw, fault))?,
            None => Placed::Whole,
        };
        let region = Region {
            line: value::line(entry, &["line"]),
            column: value::line(entry, &["column"]),
            end_line: value::line(entry, &["end_line"]),
            end_column: value::line(entry, &["end_column"]),
        };
        if let Some(raw) = value::text(entry, &["purl"]) {
            let package = purl::package(raw).ok_or("its `purl` is no package URL")?;
            let mut advisory = advisory(&rule, value::texts(entry, &["aliases"]))
                .ok_or("its rule is no advisory")?;
            advisory.summary = text::title(&title);
            advisory.fixed = value::texts(entry, &["fixed"]);
            advisory.cwes = value::texts(entry, &["cwes"]);
            advisory.malicious |= kind == Some(FindingKind::MaliciousDependency);
            if kind == Some(FindingKind::DependencyNotice) {
                advisory.informational = Some("notice".to_owned());
            }
            advisory.label = Some(severity).filter(|it| *it != Severity::Unknown);
            let mut draft = DependencyDraft::new(package, advisory);
            draft.placed = Some(placed);
            draft.line = region.line;
            desk.dependency(draft);
            return Ok(());
        }
        let kind = kind.unwrap_or(FindingKind::CodeIssue);
        let about_packages = [
            FindingKind::VulnerableDependency,
            FindingKind::MaliciousDependency,
            FindingKind::DependencyNotice,
        ];
        if about_packages.contains(&kind) {
            return Err(format!("a `{kind}` needs a `purl`"));
        }
        desk.code(CodeDraft {
            kind,
            tool,
            rule,
            message: title,
            severity,
            confidence: rating::confidence(value::text(entry, &["confidence"])),
            placed,
            region,
            snippet: value::text(entry, &["snippet"]).map(str::to_owned),
            given: value::text(entry, &["fingerprint"]).map(str::to_owned),
            own: None,
        });
        Ok(())
    }
}
