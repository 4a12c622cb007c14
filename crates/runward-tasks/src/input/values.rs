//! One value of one field.

use jiff::{Timestamp, civil};
use runward_model::{Fingerprint, Priority, Role, Severity, TaskStatus};
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization as _;

use super::{Clean, Field, Kind, NameRule, Problem, Sort};
use crate::{
    LIMITS,
    search::SearchQuery,
    text::{self, Layout},
};

/// A problem without its field.
struct Wrong(&'static str, String, String);

impl Wrong {
    fn new(code: &'static str, problem: impl Into<String>, next: impl Into<String>) -> Self {
        Self(code, problem.into(), next.into())
    }
}

type Read<T> = Result<T, Wrong>;

pub(super) fn read(
    field: &Field,
    value: &Value,
    now: Timestamp,
    problems: &mut Vec<Problem>,
) -> Option<Clean> {
    match value_of(&field.kind, value, now) {
        Ok(value) => Some(value),
        Err(Wrong(code, problem, next)) => {
            problems.push(Problem {
                field: field.name.to_owned(),
                code,
                problem,
                next,
            });
            None
        }
    }
}

fn value_of(kind: &Kind, value: &Value, now: Timestamp) -> Read<Clean> {
    Ok(match kind {
        Kind::Text { layout, max, empty } => {
            Clean::Text(prose(string(value)?, *layout, *max, *empty)?)
        }
        Kind::Name(rule) => Clean::Text(name(*rule, string(value)?)?),
        Kind::Names(rule) => Clean::Texts(many(value, LIMITS.filter_values, |it| {
            name(*rule, string(it)?)
        })?),
        Kind::Gates => Clean::Texts(many(value, LIMITS.gates, |it| {
            name(NameRule::Gate, string(it)?)
        })?),
        Kind::Priority => Clean::Priority(word(value, &PRIORITIES, priority_name)?),
        Kind::Priorities => Clean::Priorities(many(value, LIMITS.filter_values, |it| {
            word(it, &PRIORITIES, priority_name)
        })?),
        Kind::Severity => Clean::Severity(word(value, &SEVERITIES, Severity::as_str)?),
        Kind::Approver => Clean::Role(word(value, &APPROVERS, Role::as_str)?),
        Kind::Statuses => Clean::Statuses(many(value, LIMITS.filter_values, |it| {
            word(it, TaskStatus::ALL, TaskStatus::as_str)
        })?),
        Kind::Sort => Clean::Sort(word(value, &Sort::ALL, Sort::as_str)?),
        Kind::Time { future } => Clean::Time(time(string(value)?, future.then_some(now))?),
        Kind::Tags => Clean::Texts(many(value, LIMITS.tags, |it| tag(string(it)?))?),
        Kind::Tag => Clean::Text(tag(string(value)?)?),
        Kind::Metadata => Clean::Object(metadata(value)?),
        Kind::Fingerprints => {
            Clean::Fingerprints(many(value, LIMITS.findings, |it| fingerprint(string(it)?))?)
        }
        Kind::Flag => Clean::Flag(value.as_bool().ok_or_else(|| {
            Wrong::new("wrong_type", "is not true or false", "write true or false")
        })?),
        Kind::Number { min, max } => Clean::Number(
            value
                .as_i64()
                .filter(|it| (min..=max).contains(&it))
                .ok_or_else(|| {
                    Wrong::new(
                        "out_of_range",
                        "is no number in range",
                        format!("give a whole number from {min} to {max}"),
                    )
                })?,
        ),
        Kind::Cursor => Clean::Text(cursor(string(value)?)?),
        Kind::Query => {
            let text = prose(string(value)?, Layout::Line, LIMITS.query, true)?;
            Clean::Query(SearchQuery::parse(&text))
        }
    })
}

fn string(value: &Value) -> Read<&str> {
    value
        .as_str()
        .ok_or_else(|| Wrong::new("wrong_type", "is no text", "give it as a JSON string"))
}

fn many<T: Ord>(value: &Value, max: usize, mut one: impl FnMut(&Value) -> Read<T>) -> Read<Vec<T>> {
    let Value::Array(items) = value else {
        return Err(Wrong::new(
            "wrong_type",
            "is no list",
            "give a JSON array, even for one value",
        ));
    };
    if items.len() > max {
        return Err(too_long(items.len(), max, "entries"));
    }
    let mut list = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        list.push(one(item).map_err(|Wrong(code, problem, next)| {
            Wrong(code, format!("(entry {}) {problem}", index + 1), next)
        })?);
    }
    list.sort();
    list.dedup();
    Ok(list)
}

fn too_long(found: usize, max: usize, unit: &str) -> Wrong {
    Wrong::new(
        "too_long",
        format!("is too long: {found} {unit}"),
        format!("keep it to {max} {unit}"),
    )
}

fn prose(text: &str, layout: Layout, max: usize, empty: bool) -> Read<String> {
    // Normalization makes text at most three times as long; this keeps it from being done for
    // nothing.
    let raw = text.chars().count();
    if raw > max.saturating_mul(4) {
        return Err(too_long(raw, max, "characters"));
    }
    let cleaned = text::clean(text, layout).map_err(|refused| {
        Wrong::new(
            if refused.character == '\0' {
                "null_byte"
            } else {
                "refused_character"
            },
            format!(
                "has {} (U+{:04X}) as character {}",
                refused.why,
                u32::from(refused.character),
                refused.position
            ),
            "take it out",
        )
    })?;
    let found = cleaned.chars().count();
    if found > max {
        return Err(too_long(found, max, "characters"));
    }
    if !empty && text::is_blank(&cleaned) {
        return Err(Wrong::new("blank", "is blank", "say something"));
    }
    Ok(cleaned)
}

fn tag(text: &str) -> Read<String> {
    let tag = prose(text, Layout::Line, LIMITS.tag, false)?;
    if tag.trim() != tag || tag.contains(',') {
        return Err(Wrong::new(
            "bad_tag",
            "has a comma, or a space at an end",
            "write each tag as one entry of the list",
        ));
    }
    Ok(tag)
}

fn name(rule: NameRule, text: &str) -> Read<String> {
    let (valid, next) = match rule {
        NameRule::Repository => (
            is_repository(text),
            "write it as `name` or `owner/name`: letters, digits, `.`, `_`, `-`, each part \
             starting with a letter or digit, no `..`",
        ),
        NameRule::Person => (
            is_person(text),
            "use letters, digits, `.`, `_`, `@`, `+`, `-`, starting with a letter or digit, at \
             most 64",
        ),
        NameRule::Gate => (
            is_gate(text),
            "use lower-case letters, digits and `-`, starting with a letter, at most 40: `tests`, \
             `scan`, `review`, `license-check`",
        ),
    };
    if valid {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new("bad_name", "is no valid name", next))
    }
}

/// `[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/…){0,3}`, the whole text, no `..`.
fn is_repository(text: &str) -> bool {
    let segment = |part: &str| {
        part.len() <= 100
            && part.starts_with(|it: char| it.is_ascii_alphanumeric())
            && part
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'_' | b'-'))
    };
    text.len() <= LIMITS.repository
        && !text.contains("..")
        && text.split('/').count() <= 4
        && text.split('/').all(segment)
}

fn is_person(text: &str) -> bool {
    text.len() <= LIMITS.person
        && text.starts_with(|it: char| it.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'_' | b'@' | b'+' | b'-'))
}

fn is_gate(text: &str) -> bool {
    text.len() <= LIMITS.gate_name
        && text.starts_with(|it: char| it.is_ascii_lowercase())
        && text
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

const PRIORITIES: [Priority; 5] = [
    Priority::P0,
    Priority::P1,
    Priority::P2,
    Priority::P3,
    Priority::P4,
];

/// The roles that approve changes, the strictest last.
pub(crate) const APPROVERS: [Role; 3] = [Role::Developer, Role::TeamLead, Role::SecurityLead];

const SEVERITIES: [Severity; 6] = [
    Severity::Critical,
    Severity::High,
    Severity::Medium,
    Severity::Low,
    Severity::None,
    Severity::Unknown,
];

pub(crate) const fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::P0 => "P0",
        Priority::P1 => "P1",
        Priority::P2 => "P2",
        Priority::P3 => "P3",
        Priority::P4 => "P4",
    }
}

/// One of a list of words; case, and `-` for `_`, make no difference.
fn word<T: Copy>(value: &Value, all: &[T], name: fn(T) -> &'static str) -> Read<T> {
    let text = string(value)?;
    let plain = |text: &str| text.replace('-', "_");
    let wanted = plain(text);
    if let Some(found) = all
        .iter()
        .find(|it| plain(name(**it)).eq_ignore_ascii_case(&wanted))
    {
        return Ok(*found);
    }
    let names = all.iter().map(|it| name(*it));
    Err(Wrong::new(
        "unknown_word",
        "is none of the words that it can be",
        match nearest(text, names.clone()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("use one of {}", listed(names)),
        },
    ))
}

/// RFC 3339 with a zone. Kept to the microsecond, which is what the database keeps.
fn time(text: &str, not_before: Option<Timestamp>) -> Read<Timestamp> {
    let help = "write it as `2026-03-01T12:00:00Z` or `2026-03-01T12:00:00+02:00`";
    let plain = text.len() <= 40
        && text.bytes().all(|it| {
            it.is_ascii_digit()
                || matches!(it, b'-' | b':' | b'T' | b't' | b'Z' | b'z' | b'+' | b'.')
        });
    if !plain {
        return Err(Wrong::new("bad_time", "is no ISO 8601 time", help));
    }
    let found: Timestamp = text.parse().map_err(|_| {
        if text.parse::<civil::DateTime>().is_ok() {
            Wrong::new("no_zone", "is a time without a zone", help)
        } else {
            Wrong::new("bad_time", "is no ISO 8601 time", help)
        }
    })?;
    let found = Timestamp::from_microsecond(found.as_microsecond()).unwrap_or(found);
    if not_before.is_some_and(|now| found < now) {
        return Err(Wrong::new(
            "in_the_past",
            "lies in the past",
            "give a time that is still to come",
        ));
    }
    Ok(found)
}

fn fingerprint(text: &str) -> Read<Fingerprint> {
    let valid = text.len() == 32
        && text
            .bytes()
            .all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    if !valid {
        return Err(Wrong::new(
            "bad_fingerprint",
            "is no fingerprint of a finding",
            "give the 32 hexadecimal digits that `runward findings` shows",
        ));
    }
    Ok(Fingerprint::from_stored(text))
}

fn cursor(text: &str) -> Read<String> {
    let valid = text.len() <= 120
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b':'));
    if !valid {
        return Err(Wrong::new(
            "bad_cursor",
            "is not where a page ended",
            "give back what the page before said, or leave it out",
        ));
    }
    Ok(text.to_owned())
}

fn metadata(value: &Value) -> Read<Map<String, Value>> {
    let Value::Object(given) = value else {
        return Err(Wrong::new(
            "wrong_type",
            "is no JSON object",
            "give an object of names and values",
        ));
    };
    let cleaned = object(given, 1)?;
    let bytes = serde_json::to_vec(&cleaned).map_or(usize::MAX, |bytes| bytes.len());
    if bytes > LIMITS.metadata_bytes {
        return Err(too_long(bytes, LIMITS.metadata_bytes, "bytes"));
    }
    Ok(cleaned)
}

fn object(given: &Map<String, Value>, depth: usize) -> Read<Map<String, Value>> {
    let mut cleaned = Map::new();
    for (key, value) in given {
        let key = prose(key, Layout::Line, LIMITS.metadata_key, false).map_err(
            |Wrong(code, problem, next)| Wrong(code, format!("(a key) {problem}"), next),
        )?;
        if cleaned.insert(key, member(value, depth)?).is_some() {
            return Err(Wrong::new(
                "duplicate_key",
                "has two keys that are the same in Unicode normal form",
                "name one of them otherwise",
            ));
        }
    }
    Ok(cleaned)
}

/// Recursion ends at the depth that is allowed.
fn member(value: &Value, depth: usize) -> Read<Value> {
    if depth > LIMITS.metadata_depth {
        return Err(Wrong::new(
            "too_deep",
            "is nested too deeply",
            format!("keep it to {} levels", LIMITS.metadata_depth),
        ));
    }
    Ok(match value {
        Value::String(text) => {
            Value::String(prose(text, Layout::Lines, LIMITS.metadata_bytes, true)?)
        }
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| member(item, depth + 1))
                .collect::<Read<_>>()?,
        ),
        Value::Object(given) => Value::Object(object(given, depth + 1)?),
        other => other.clone(),
    })
}

/// How much was in a field: characters of text, entries of lists and objects.
pub(super) fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 1,
    }
}

/// The closest of some names, where one is close.
pub(super) fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer ones resemble nothing, and the distance takes the product of the lengths.
    if given.len() > 64 {
        return None;
    }
    let given: String = given.nfc().collect::<String>().to_lowercase();
    names
        .map(|name| {
            (
                strsim::damerau_levenshtein(&given, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
