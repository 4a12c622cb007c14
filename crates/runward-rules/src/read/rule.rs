//! One rule.

use std::sync::Arc;

use super::formula_old::{self, Scope, is_search_key};
use super::keys::Keys;
use super::reader::{Bad, Read, Reader, list};
use super::{fields, formula, options, taint, version};
use crate::suggest::nearest;
use crate::yaml::{Node, Repeated};
use crate::{Mode, Options, Rule, RuleId, check};

pub(crate) const KNOWN: [&str; 34] = [
    "id",
    "message",
    "severity",
    "languages",
    "pattern",
    "patterns",
    "pattern-either",
    "pattern-regex",
    "match",
    "mode",
    "pattern-sources",
    "pattern-sinks",
    "pattern-sanitizers",
    "pattern-propagators",
    "taint",
    "fix",
    "fix-regex",
    "metadata",
    "options",
    "paths",
    "min-version",
    "max-version",
    "version",
    "equivalences",
    "validators",
    "join",
    "extract",
    "dest-language",
    "dest-rules",
    "transform",
    "reduce",
    "steps",
    "r2c-internal-project-depends-on",
    "product",
];

/// Modes that are known and not run.
const REFUSED: [(&str, &str, &str); 4] = [
    (
        "join",
        "join",
        "it joins the findings of several rules over files; a taint rule often says the same",
    ),
    (
        "extract",
        "extract",
        "it takes code out of other files; `metavariable-pattern` with `language` looks into texts",
    ),
    ("step", "steps", "only Semgrep's commercial engine runs it"),
    ("steps", "steps", "only Semgrep's commercial engine runs it"),
];

pub(crate) fn read_rule(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    repeated: &[Repeated],
) -> Option<Rule> {
    reader.leave_rule();
    let before = reader.errors();
    let rule = read(reader, node, repeated);
    match rule {
        Ok(rule) if reader.errors() == before => Some(rule),
        _ => {
            reader.leave_rule();
            None
        }
    }
}

fn read(reader: &mut Reader<'_>, node: &Node<'_>, repeated: &[Repeated]) -> Read<Rule> {
    let mut keys = reader.keys(node, "a rule")?;
    let (id, at) = id(reader, &mut keys)?;
    let first = repeated.partition_point(|key| key.span.start < node.span.start);
    let within = repeated
        .iter()
        .skip(first)
        .take_while(|key| key.span.end <= node.span.end);
    for key in within {
        let message = format!("`{}` stands here twice", key.key);
        let help = if matches!(
            key.key.as_str(),
            "pattern" | "metavariable" | "regex" | "pattern-not" | "pattern-inside"
        ) {
            "begin each with a hyphen, in a list of its own, or take one out"
        } else {
            "take one of them out"
        };
        reader.error("duplicate-key", key.span, message, Some(help.to_owned()));
    }
    let (min_version, max_version) = version::read(reader, &mut keys)?;
    refused_mode(reader, &mut keys)?;
    // Whatever is wrong here, the rest is looked at too.
    let languages = fields::languages(reader, &mut keys);
    reader.language = languages
        .as_ref()
        .ok()
        .and_then(|languages| languages.first().copied());
    let options = match keys.take("options") {
        Some(entry) => options::read(reader, entry),
        None => Ok(Options::default()),
    };
    let message = match keys.take("message") {
        Some(entry) => reader.text(entry),
        None => Err(reader.missing(&keys, "the rule", "message", &KNOWN)),
    };
    let severity = fields::severity(reader, &mut keys);
    let fix = fields::fix(reader, &mut keys);
    let paths = fields::paths(reader, &mut keys);
    let metadata = match keys.take("metadata") {
        Some(entry) if entry.node.entries().is_some() => Ok(entry.node.to_json()),
        Some(entry) if !entry.node.is_null() => {
            Err(reader.wrong(&entry.node, "`metadata`", "a mapping"))
        }
        _ => Ok(serde_json::Value::Object(serde_json::Map::new())),
    };
    let mode = mode(reader, &mut keys);
    left(reader, &mut keys);
    let message = message?;
    let rule = Rule {
        id: Arc::clone(&id),
        message: message.text.clone(),
        severity: severity?,
        languages: languages?,
        mode: mode?,
        fix: fix?,
        paths: paths?,
        options: options?,
        min_version,
        max_version,
        metadata: metadata?,
        at: reader.at(at, &id),
    };
    for warning in check::unbound(&rule, &message, reader.uses()) {
        reader.warning(
            "unbound-metavariable",
            warning.span,
            warning.message,
            Some(warning.help),
        );
    }
    Ok(rule)
}

fn id(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<(RuleId, runward_syntax::Span)> {
    let Some(entry) = keys.take("id") else {
        return Err(reader.missing(keys, "the rule", "id", &KNOWN));
    };
    let text = reader.text(entry)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.text.is_empty() || !text.text.chars().all(fits) {
        let message = format!("`{}` is no id", text.text);
        let help = "write letters, digits, `.`, `_` and `-`".to_owned();
        return Err(reader.error("invalid-id", text.span, message, Some(help)));
    }
    Ok((reader.enter_rule(&text.text), text.span))
}

fn refused_mode(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<()> {
    let mode = keys.peek("mode").and_then(|entry| entry.node.text());
    for (name, key, why) in REFUSED {
        let entry = match mode {
            Some(mode) if mode == name => keys.peek("mode"),
            Some(_) => None,
            None => keys.peek(key),
        };
        if let Some(entry) = entry {
            let span = entry.key_span;
            reader.refused(
                "mode",
                span,
                format!("the mode `{name}` is not run"),
                Some(why.to_owned()),
            );
            return Err(Bad);
        }
    }
    let Some(entry) = keys.take("r2c-internal-project-depends-on") else {
        return Ok(());
    };
    let message = "a supply-chain rule, which depends on what a lockfile has".to_owned();
    let help = "`runward scan --only deps` looks for packages with advisories".to_owned();
    reader.refused("supply-chain", entry.key_span, message, Some(help));
    Err(Bad)
}

fn mode(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<Mode> {
    let taint = match keys.take("mode") {
        None => false,
        Some(entry) => {
            let text = reader.text(entry)?;
            match text.text.as_str() {
                "search" => false,
                "taint" => true,
                other => {
                    let help = match nearest(other, ["search", "taint"]) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "write `search` or `taint`".to_owned(),
                    };
                    let message = format!("`{other}` is no mode");
                    return Err(reader.error("unknown-mode", text.span, message, Some(help)));
                }
            }
        }
    };
    if let Some(entry) = keys.take("taint") {
        let spec = taint::read_new(reader, entry);
        no_search(reader, keys, "taint")?;
        return spec.map(Mode::Taint);
    }
    if taint {
        let spec = taint::take_old(reader, keys);
        no_search(reader, keys, "mode: taint")?;
        return spec.map(Mode::Taint);
    }
    if let Some(entry) = keys
        .left()
        .iter()
        .find(|entry| taint::KEYS.contains(&entry.key.as_ref()))
    {
        let message = format!("`{}` in a rule that is no taint rule", entry.key);
        let span = entry.key_span;
        return Err(reader.error(
            "misplaced-taint",
            span,
            message,
            Some("add `mode: taint`".to_owned()),
        ));
    }
    if let Some(entry) = keys.take("match") {
        let formula = formula::read(reader, &entry.node, "`match`", Scope::default());
        no_search(reader, keys, "match")?;
        let formula = formula?;
        if matches!(formula, crate::Formula::Not(_)) {
            return Err(formula_old::only_negative(reader, entry));
        }
        return Ok(Mode::Search(formula));
    }
    formula_old::take(reader, keys, "a rule", Scope::default()).map(Mode::Search)
}

/// Nothing that searches stands beside `taint` or `match`.
fn no_search(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, beside: &str) -> Read<()> {
    let found = keys.left().iter().copied().find(|entry| {
        is_search_key(&entry.key)
            || entry.key == "match"
            || taint::KEYS.contains(&entry.key.as_ref())
    });
    let Some(entry) = found else {
        return Ok(());
    };
    let message = format!(
        "`{}` stands beside `{beside}`, where it has no effect",
        entry.key
    );
    let help = "take it out, or write a rule of its own for it".to_owned();
    Err(reader.error("beside-patterns", entry.key_span, message, Some(help)))
}

fn left(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) {
    keys.take("version");
    keys.take("product");
    if let Some(entry) = keys.take("validators") {
        let message =
            "`validators` ask a server whether a secret works; they are not run".to_owned();
        reader.warning("ignored-key", entry.key_span, message, None);
    }
    if let Some(entry) = keys.take("equivalences") {
        let message = "`equivalences` are not used any more".to_owned();
        let help = "write the alternatives as `pattern-either`".to_owned();
        reader.warning("ignored-key", entry.key_span, message, Some(help));
    }
    for entry in keys.left() {
        if reader.is_full() {
            break;
        }
        if is_search_key(&entry.key)
            || taint::KEYS.contains(&entry.key.as_ref())
            || entry.key == "match"
        {
            // Only where reading the mode has failed before, which is told.
            continue;
        }
        // As in Semgrep, rules may have keys of a newer version.
        let message = format!("`{}` is no key of a rule, and has no effect", entry.key);
        let looks_like_search =
            entry.key.starts_with("pattern") || entry.key.starts_with("metavariable");
        let help = match nearest(&entry.key, KNOWN) {
            Some(near) => format!("did you mean `{near}`?"),
            None if looks_like_search => {
                format!("the keys of a search are {}", list(&formula_old::ROOTS))
            }
            None => "put notes of your own below `metadata`".to_owned(),
        };
        if looks_like_search {
            reader.error("unknown-key", entry.key_span, message, Some(help));
        } else {
            reader.warning("unknown-key", entry.key_span, message, Some(help));
        }
    }
}
