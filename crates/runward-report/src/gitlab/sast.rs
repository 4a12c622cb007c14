//! A finding in code as GitLab's SAST report has it.

use runward_model::{CodeMatch, Finding};
use serde_json::{Map, Value, json};

use super::{
    MAX_DESCRIPTION, MAX_NAME, MAX_SOLUTION, cwe_identifiers, details, identifier, non_empty,
    severity, uuid,
};
use crate::{
    clean::{clean, clean_lines, clip, shown},
    view::is_web_link,
};

/// Stations of a way that the details list.
const MAX_STEPS: usize = 100;

pub(super) fn vulnerability(finding: &Finding, code: &CodeMatch) -> Value {
    let place = &finding.location;
    let file = non_empty(&clean(&place.path));
    let start = place.start.line.max(1);
    // The end is exclusive: at the first column it is on the line before.
    let last = match place.end.column {
        0 | 1 => place.end.line.saturating_sub(1),
        _ => place.end.line,
    };
    let end = last.max(start);
    let mut location = json!({"file": file, "start_line": start, "end_line": end});
    if let (Some(symbol), Some(location)) = (&code.symbol, location.as_object_mut()) {
        location.insert("method".to_owned(), clean(symbol).into());
    }
    let mut details = details(finding);
    if let Some(details) = details.as_object_mut() {
        add_details(details, code);
    }
    json!({
        "id": uuid(finding.fingerprint.as_str()),
        "name": clip(&clean(&finding.title), MAX_NAME),
        "description": clip(&non_empty(&clean_lines(&code.message)), MAX_DESCRIPTION),
        "severity": severity(finding.severity),
        "solution": clip(&solution(code), MAX_SOLUTION),
        "identifiers": identifiers(finding, code),
        "links": code
            .references
            .iter()
            .filter(|link| is_web_link(link))
            .map(|link| json!({"url": link}))
            .collect::<Vec<_>>(),
        "location": location,
        "raw_source_code_extract": clean_lines(&code.frame.lines.join("\n")),
        // What GitLab recognises the finding by after its line has moved.
        "tracking": {
            "type": "source",
            "items": [{
                "file": file,
                "line_start": start,
                "line_end": end,
                "signatures": [{"algorithm": "hash", "value": finding.fingerprint.as_str()}],
            }],
        },
        "details": details,
    })
}

/// A secret as GitLab's report of secrets has it: its place is in a commit, and its text is masked.
pub(super) fn secret(finding: &Finding, code: &CodeMatch) -> Value {
    let mut value = vulnerability(finding, code);
    // GitLab's own analyzer writes zeros for a file that is looked at outside of any commit.
    let (sha, file) = match finding.location.path.split_once(':') {
        Some((commit, file)) if is_commit(commit) => (commit, file),
        _ => ("0000000", finding.location.path.as_str()),
    };
    if let Some(location) = value.get_mut("location").and_then(Value::as_object_mut) {
        location.insert("file".to_owned(), non_empty(&clean(file)).into());
        location.insert("commit".to_owned(), json!({"sha": sha}));
    }
    value
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn solution(code: &CodeMatch) -> String {
    match &code.fix {
        Some(fix) => format!("replace it with:\n{}", clean_lines(&fix.text)),
        None => "no automatic fix; the description says what to do".to_owned(),
    }
}

/// The rule first: GitLab takes the first for the identity of the vulnerability.
fn identifiers(finding: &Finding, code: &CodeMatch) -> Vec<Value> {
    let mut list = vec![identifier("runward_rule", &finding.rule, None)];
    list.extend(cwe_identifiers(&code.cwe));
    list.extend(
        code.owasp
            .iter()
            .map(|category| identifier("owasp", category, None)),
    );
    for alias in &code.aliases {
        let (kind, id) = match alias.split_once(':') {
            Some(("bandit", id)) => ("bandit_test_id", id),
            _ => ("alias", alias.as_str()),
        };
        list.push(identifier(kind, id, None));
    }
    list
}

fn add_details(details: &mut Map<String, Value>, code: &CodeMatch) {
    let text = |value: String| json!({"type": "text", "value": value});
    if !code.trace.is_empty() {
        let steps: Vec<Value> = code
            .trace
            .iter()
            .take(MAX_STEPS)
            .map(|step| {
                let place = &step.location;
                let (path, line) = (shown(&place.path), place.start.line);
                text(format!(
                    "{} {path}:{line} {}",
                    step.kind.as_str(),
                    shown(&step.code)
                ))
            })
            .collect();
        let list = json!({"type": "list", "name": "Trace", "items": steps});
        details.insert("trace".to_owned(), list);
    }
    if !code.metavars.is_empty() {
        let values: Vec<Value> = code
            .metavars
            .iter()
            .map(|(name, bound)| text(format!("{} = {}", shown(name), shown(&bound.value))))
            .collect();
        let list = json!({"type": "list", "name": "Values", "items": values});
        details.insert("values".to_owned(), list);
    }
}
