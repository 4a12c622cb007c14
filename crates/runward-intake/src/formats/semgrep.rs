//! `semgrep --json` (and opengrep, which writes the same).

use runward_model::{Ecosystem, FindingKind, Package, Scope};
use serde_json::Value;

use super::Reader;
use crate::{
    code::{CodeDraft, Region},
    dependency::{DependencyDraft, advisory},
    desk::{Desk, path_fault},
    rating, text, value,
    walk::Steps,
};

#[derive(Default)]
pub(crate) struct Semgrep {
    version: Option<String>,
    scanned: usize,
}

/// What Semgrep writes in place of what it keeps for users with an account.
const WITHHELD: &str = "requires login";

impl Reader for Semgrep {
    fn contexts(&self) -> &'static [&'static str] {
        &["version", "errors[]", "paths.scanned[]", "paths.skipped[]"]
    }

    fn entries(&self) -> &'static [&'static str] {
        &["results[]"]
    }

    fn context(&mut self, pattern: usize, _steps: &Steps, value: &Value, desk: &mut Desk<'_>) {
        match pattern {
            0 => self.version = value.as_str().map(str::to_owned),
            1 => error(value, desk),
            2 => {
                if let Some(path) = value.as_str() {
                    if self.scanned == 0 {
                        desk.about.whole = true;
                    }
                    self.scanned += 1;
                    let placed = desk.place(path);
                    desk.scanned(placed);
                }
            }
            _ => skipped(value, desk),
        }
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        desk.tool("semgrep", self.version.as_deref());
        Ok(())
    }

    fn entry(
        &mut self,
        _pattern: usize,
        _steps: &Steps,
        result: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        let rule = value::text(result, &["check_id"])
            .and_then(text::name)
            .ok_or("it has no `check_id`")?;
        let raw = value::text(result, &["path"]).ok_or("it has no `path`")?;
        let placed = desk.place(raw).map_err(|fault| path_fault(raw, fault))?;
        if value::truth(result, &["extra", "is_ignored"]) == Some(true) {
            desk.tally.suppressed_at_source += 1;
            if desk.options.trust_suppressions {
                return Ok(());
            }
        }
        let extra = result.get("extra").unwrap_or(&Value::Null);
        let metadata = extra.get("metadata").unwrap_or(&Value::Null);
        let severity = rating::semgrep(
            value::text(extra, &["severity"]).unwrap_or_default(),
            value::text(metadata, &["impact"]),
            value::text(metadata, &["likelihood"]),
        );
        let message = value::text(extra, &["message"]).unwrap_or(&rule).to_owned();
        let given = value::text(extra, &["fingerprint"])
            .filter(|given| *given != WITHHELD)
            .map(str::to_owned);
        if let Some(mut draft) = supply_chain(extra, metadata, &rule, &message) {
            draft.advisory.label = Some(severity);
            draft.placed = Some(
                match value::text(
                    extra,
                    &[
                        "sca_info",
                        "dependency_match",
                        "found_dependency",
                        "manifest_path",
                    ],
                ) {
                    Some(manifest) => desk
                        .place(manifest)
                        .map_err(|fault| path_fault(manifest, fault))?,
                    None => placed,
                },
            );
            desk.dependency(draft);
            return Ok(());
        }
        let secret = value::text(metadata, &["category"]) == Some("secrets")
            || value::texts(metadata, &["technology"])
                .iter()
                .any(|it| it == "secrets")
            || rule.contains(".secrets.");
        let kind = if secret {
            FindingKind::Secret
        } else {
            FindingKind::CodeIssue
        };
        desk.code(CodeDraft {
            kind,
            tool: "semgrep".to_owned(),
            rule,
            message,
            severity,
            confidence: rating::confidence(value::text(metadata, &["confidence"])),
            placed,
            region: Region {
                line: value::line(result, &["start", "line"]),
                column: value::line(result, &["start", "col"]),
                end_line: value::line(result, &["end", "line"]),
                end_column: value::line(result, &["end", "col"]),
            },
            snippet: value::text(extra, &["lines"])
                .filter(|lines| *lines != WITHHELD)
                .map(str::to_owned),
            given,
            own: None,
        });
        Ok(())
    }
}

/// A finding of Semgrep's supply chain rules: about a package.
fn supply_chain(
    extra: &Value,
    metadata: &Value,
    rule: &str,
    message: &str,
) -> Option<DependencyDraft> {
    let found = value::at(extra, &["sca_info", "dependency_match", "found_dependency"])?;
    let name = value::text(found, &["package"]).and_then(text::name)?;
    let version = value::text(found, &["version"]).and_then(text::name);
    let ecosystem = match value::text(found, &["ecosystem"])? {
        "pypi" => Ecosystem::PyPI,
        "npm" => Ecosystem::Npm,
        "gem" => Ecosystem::RubyGems,
        "gomod" => Ecosystem::Go,
        "cargo" => Ecosystem::CratesIo,
        "maven" => Ecosystem::Maven,
        "composer" => Ecosystem::Packagist,
        "nuget" => Ecosystem::NuGet,
        "pub" => Ecosystem::Pub,
        "hex" | "mix" => Ecosystem::Hex,
        other => Ecosystem::Other(other.to_owned()),
    };
    let id = value::text(metadata, &["sca-vuln-database-identifier"]).unwrap_or(rule);
    let mut advisory = advisory(id, [])?;
    message.clone_into(&mut advisory.summary);
    advisory.cwes = value::texts(metadata, &["cwe"]);
    let mut draft =
        DependencyDraft::new(Package::new(ecosystem, &name, version.as_deref()), advisory);
    draft.direct = value::text(found, &["transitivity"]) != Some("transitive");
    draft.scope = Scope::Runtime;
    Some(draft)
}

/// Errors of rules and of files that did not parse: that part was not looked at.
fn error(value: &Value, desk: &mut Desk<'_>) {
    let what = value::text(value, &["message"])
        .or_else(|| value::text(value, &["long_msg"]))
        .or_else(|| value::text(value, &["short_msg"]))
        .or_else(|| value::text(value, &["type"]))
        .unwrap_or("an error without a message");
    let span = value::list(value, &["spans"]).first();
    let path = value::text(value, &["path"])
        .or_else(|| value::text(span?, &["file"]))
        .map(str::to_owned);
    let line = span.and_then(|span| value::line(span, &["start", "line"]));
    desk.tool_error(path.as_deref(), line, what);
}

/// Files left out, listed with `--verbose`. What the user excluded is no gap.
fn skipped(value: &Value, desk: &mut Desk<'_>) {
    let reason = value::text(value, &["reason"]).unwrap_or_default();
    let gap = [
        "too_big",
        "exceeded_size_limit",
        "analysis_failed_parser_or_internal_error",
        "insufficient_permissions",
        "dotfile",
    ];
    if gap.contains(&reason) {
        let path = value::text(value, &["path"]).map(str::to_owned);
        desk.tool_error(path.as_deref(), None, &format!("skipped: {reason}"));
    }
}
