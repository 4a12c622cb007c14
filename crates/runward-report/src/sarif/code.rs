//! What a SARIF result says of code: the lines, the way of a value, the fix.

use runward_model::{CodeMatch, Edit, Finding, Location, TraceStep};
use serde_json::{Map, Value, json};

use super::artifact;
use crate::{
    clean::{clean, clean_lines, clip},
    view::{matched, replaces_match},
};

const MAX_MESSAGE: usize = 4_000;

/// The rule's message.
pub(super) fn message(code: &CodeMatch) -> String {
    clip(clean_lines(&code.message).trim(), MAX_MESSAGE)
}

/// The place of a stretch of code.
fn physical(place: &Location) -> Value {
    json!({"artifactLocation": artifact(&place.path), "region": region(place)})
}

fn region(place: &Location) -> Map<String, Value> {
    let (start, end) = (place.start, place.end);
    let start_line = start.line.max(1);
    let end_line = end.line.max(start_line);
    let start_column = start.column.max(1);
    // An end before its start would be no region.
    let end_column = if end_line == start_line {
        end.column.max(start_column)
    } else {
        end.column.max(1)
    };
    [
        ("startLine", start_line),
        ("startColumn", start_column),
        ("endLine", end_line),
        ("endColumn", end_column),
    ]
    .map(|(key, number)| (key.to_owned(), number.into()))
    .into_iter()
    .collect()
}

/// Where the finding is, with its lines and what encloses it.
pub(super) fn location(finding: &Finding, code: &CodeMatch) -> Value {
    let mut region = region(&finding.location);
    if let Some((_, matched, _)) = matched(code, &finding.location) {
        let text = clean_lines(&matched);
        region.insert("snippet".to_owned(), json!({"text": text}));
    }
    let mut place = Map::new();
    place.insert(
        "artifactLocation".to_owned(),
        artifact(&finding.location.path),
    );
    place.insert("region".to_owned(), Value::Object(region));
    if let Some(context) = context(finding, code) {
        place.insert("contextRegion".to_owned(), context);
    }
    let mut location = Map::new();
    location.insert("physicalLocation".to_owned(), Value::Object(place));
    if let Some(symbol) = &code.symbol {
        let symbol = clean(symbol);
        let name = symbol.rsplit('.').next().unwrap_or(&symbol);
        location.insert(
            "logicalLocations".to_owned(),
            json!([{"name": name, "fullyQualifiedName": symbol}]),
        );
    }
    Value::Object(location)
}

/// The whole lines of the match. They must hold all of the region, which a frame that was cut does
/// not.
fn context(finding: &Finding, code: &CodeMatch) -> Option<Value> {
    let frame = &code.frame;
    let lines = u32::try_from(frame.lines.len()).ok()?;
    let last = frame.first.checked_add(lines)?.checked_sub(1)?;
    let place = &finding.location;
    let holds = frame.first >= 1
        && frame.omitted == 0
        && frame.within.is_none()
        && frame.first <= place.start.line
        && last >= place.end.line;
    holds.then(|| {
        json!({
            "startLine": frame.first,
            "endLine": last,
            "snippet": {"text": clean_lines(&frame.lines.join("\n"))},
        })
    })
}

/// Adds what only code has to a result and to its properties.
pub(super) fn add(
    finding: &Finding,
    code: &CodeMatch,
    result: &mut Map<String, Value>,
    properties: &mut Map<String, Value>,
) {
    if !code.trace.is_empty() {
        let steps: Vec<Value> = (1..).zip(&code.trace).map(step).collect();
        result.insert(
            "codeFlows".to_owned(),
            json!([{"threadFlows": [{"locations": steps}]}]),
        );
    }
    if let Some(edit) = &code.fix {
        result.insert("fixes".to_owned(), json!([fix(finding, code, edit)]));
    }
    if !code.metavars.is_empty() {
        let values: Map<String, Value> = code
            .metavars
            .iter()
            .map(|(name, bound)| (clean(name).into_owned(), clean(&bound.value).into()))
            .collect();
        properties.insert("metavars".to_owned(), Value::Object(values));
    }
}

fn step((order, step): (usize, &TraceStep)) -> Value {
    let text = format!("{}: {}", step.kind.as_str(), clean(&step.code));
    json!({
        "executionOrder": order,
        "importance": "essential",
        "kinds": [step.kind.as_str()],
        "location": {
            "physicalLocation": physical(&step.location),
            "message": {"text": text},
        },
    })
}

/// The bytes are the file's. Lines and columns are there too where they are the match's.
fn fix(finding: &Finding, code: &CodeMatch, edit: &Edit) -> Value {
    let mut deleted = Map::new();
    deleted.insert("byteOffset".to_owned(), edit.start.into());
    let length = edit.end.saturating_sub(edit.start);
    deleted.insert("byteLength".to_owned(), length.into());
    if replaces_match(code, &finding.location, edit) != Some(false) {
        deleted.extend(region(&finding.location));
    }
    json!({
        "description": {"text": format!("what {} proposes", clean(&finding.rule))},
        "artifactChanges": [{
            "artifactLocation": artifact(&finding.location.path),
            "replacements": [{
                "deletedRegion": deleted,
                // As it is to be written: a replacement with other characters is another.
                "insertedContent": {"text": edit.text},
            }],
        }],
    })
}
