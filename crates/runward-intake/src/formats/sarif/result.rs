//! One result of a run.

use runward_model::{FindingKind, Severity};
use serde_json::Value;

use super::run::{Artifact, Rule, Run};
use crate::{
    code::{CodeDraft, Region},
    dependency::{DependencyDraft, advisory},
    desk::{Desk, path_fault},
    identity,
    path::Placed,
    purl, rating, text, value,
};

/// Tools that look for credentials and nothing else.
const SECRET_TOOLS: [&str; 6] = [
    "gitleaks",
    "trufflehog",
    "detect-secrets",
    "ggshield",
    "whispers",
    "talisman",
];

pub(super) fn read(run: &Run, result: &Value, desk: &mut Desk<'_>) -> Result<(), String> {
    if !result.is_object() {
        return Err("it is no object".to_owned());
    }
    // §3.27.9: all but `fail` (the default), `open` and `review` say that nothing is wrong.
    if let Some("pass" | "notApplicable" | "informational") = value::text(result, &["kind"]) {
        desk.tally.passed += 1;
        return Ok(());
    }
    if is_suppressed(result) {
        desk.tally.suppressed_at_source += 1;
        if desk.options.trust_suppressions {
            return Ok(());
        }
    }
    if value::text(result, &["baselineState"]) == Some("absent") {
        desk.tally.passed += 1;
        return Ok(());
    }
    let (rule_id, rule) = run
        .rule(result)
        .ok_or("it names no rule (`ruleId` or `ruleIndex`)")?;
    let rule_id = text::name(&rule_id).ok_or("the name of its rule is no name")?;
    let unknown = Rule::default();
    let rule = rule.unwrap_or(&unknown);
    let place = value::list(result, &["locations"])
        .first()
        .and_then(|location| value::at(location, &["physicalLocation"]))
        .unwrap_or(&Value::Null);
    let artifact = place
        .get("artifactLocation")
        .or_else(|| result.get("analysisTarget"))
        .map(Artifact::of)
        .unwrap_or_default();
    let placed = run
        .place(&artifact, desk)
        .map_err(|(raw, fault)| path_fault(&raw, fault))?;
    let region = place.get("region").unwrap_or(&Value::Null);
    let region = Region {
        line: value::line(region, &["startLine"]),
        column: value::line(region, &["startColumn"]),
        end_line: value::line(region, &["endLine"]),
        end_column: value::line(region, &["endColumn"]),
    };
    let message = message(result, rule).unwrap_or_else(|| rule_id.clone());
    let severity = severity(result, rule);
    let tool = run.tool_name();
    let own = (tool == "runward")
        .then(|| value::text(result, &["partialFingerprints", "runward/v1"]))
        .flatten()
        .map(str::to_owned);
    if let Some(package) = value::text(result, &["properties", "purl"]).and_then(purl::package) {
        return dependency(
            desk, package, &rule_id, &message, severity, placed, region, own,
        );
    }
    desk.code(CodeDraft {
        kind: kind(&tool, &rule_id, rule, &placed),
        severity,
        confidence: value::text(result, &["properties", "issue_confidence"])
            .or_else(|| value::text(result, &["properties", "confidence"]))
            .map(|word| rating::confidence(Some(word)))
            .or(rule.confidence)
            .unwrap_or_else(|| rating::confidence(None)),
        tool,
        rule: rule_id,
        message,
        placed,
        region,
        snippet: value::text(place, &["region", "snippet", "text"])
            .filter(|snippet| *snippet != "requires login")
            .map(str::to_owned),
        given: fingerprint(result),
        own,
    });
    Ok(())
}

/// A result about a package, as Runward itself writes it.
#[allow(clippy::too_many_arguments)]
fn dependency(
    desk: &mut Desk<'_>,
    package: runward_model::Package,
    rule: &str,
    message: &str,
    severity: Severity,
    placed: Placed,
    region: Region,
    own: Option<String>,
) -> Result<(), String> {
    let mut advisory = advisory(rule, []).ok_or("its rule is no advisory")?;
    let label = package.version.as_ref().map_or_else(
        || format!("{}: ", package.name),
        |version| format!("{} {version}: ", package.name),
    );
    message
        .strip_prefix(&label)
        .unwrap_or(message)
        .clone_into(&mut advisory.summary);
    advisory.label = Some(severity).filter(|severity| *severity != Severity::Unknown);
    let mut draft = DependencyDraft::new(package, advisory);
    draft.placed = Some(placed);
    draft.line = region.line;
    draft.own = own;
    desk.dependency(draft);
    Ok(())
}

/// §3.35: suppressed where every suppression there is was accepted (a missing status is).
fn is_suppressed(result: &Value) -> bool {
    let suppressions = value::list(result, &["suppressions"]);
    !suppressions.is_empty()
        && suppressions.iter().all(|suppression| {
            matches!(
                value::text(suppression, &["status"]),
                None | Some("accepted")
            )
        })
}

fn message(result: &Value, rule: &Rule) -> Option<String> {
    let given = value::text(result, &["message", "text"])
        .or_else(|| value::text(result, &["message", "markdown"]))
        .map(|message| placeholders(message, result));
    given.or_else(|| rule.summary.clone())
}

/// §3.11.5: `{0}` stands for the first argument. One pass over the first line, so that arguments
/// that hold placeholders again cannot blow it up.
fn placeholders(message: &str, result: &Value) -> String {
    let arguments = value::list(result, &["message", "arguments"]);
    let message = text::title(message);
    if arguments.is_empty() {
        return message;
    }
    let mut parts = message.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let argument = part.split_once('}').and_then(|(number, rest)| {
            let argument = arguments.get(number.parse::<usize>().ok()?)?.as_str()?;
            Some((text::title(argument), rest))
        });
        if let Some((argument, rest)) = argument {
            filled.push_str(&argument);
            filled.push_str(rest);
        } else {
            filled.push('{');
            filled.push_str(part);
        }
    }
    filled
}

fn severity(result: &Value, rule: &Rule) -> Severity {
    value::number(result, &["properties", "security-severity"])
        .and_then(rating::score)
        .or(rule.score)
        .or_else(|| value::text(result, &["properties", "issue_severity"]).map(rating::word))
        .or_else(|| value::text(result, &["level"]).and_then(rating::sarif_level))
        .or(rule.level)
        .unwrap_or(Severity::Medium)
}

fn kind(tool: &str, rule_id: &str, rule: &Rule, placed: &Placed) -> FindingKind {
    let tagged = |words: &[&str]| rule.tags.iter().any(|tag| words.contains(&tag.as_str()));
    if matches!(placed, Placed::Web(_)) {
        FindingKind::WebIssue
    } else if SECRET_TOOLS.iter().any(|name| tool.starts_with(name))
        || tagged(&["secret", "secrets", "credentials"])
        || rule_id.contains(".secrets.")
    {
        FindingKind::Secret
    } else if ["CVE-", "GHSA-", "PYSEC-", "RUSTSEC-", "OSV-"]
        .iter()
        .any(|prefix| rule_id.starts_with(prefix))
    {
        // About a package that SARIF has no field for.
        FindingKind::Other
    } else {
        FindingKind::CodeIssue
    }
}

/// The tool's own fingerprint: a full one before a partial one, a known name before others, and
/// none that holds a column, which moves with indentation.
fn fingerprint(result: &Value) -> Option<String> {
    for (group, preferred) in [
        ("fingerprints", "matchBasedId/v1"),
        ("partialFingerprints", "primaryLocationLineHash"),
    ] {
        let Some(prints) = result.get(group).and_then(Value::as_object) else {
            continue;
        };
        let telling = |value: &Value| {
            value
                .as_str()
                .filter(|text| identity::is_telling(text))
                .map(str::to_owned)
        };
        if let Some(print) = prints.get(preferred).and_then(telling) {
            return Some(print);
        }
        let mut rest: Vec<String> = prints
            .iter()
            .filter(|(name, _)| !name.to_ascii_lowercase().contains("column"))
            .filter_map(|(_, value)| telling(value))
            .take(16)
            .collect();
        rest.sort();
        let joined = rest.join("|");
        if identity::is_telling(&joined) {
            return Some(joined);
        }
    }
    None
}
