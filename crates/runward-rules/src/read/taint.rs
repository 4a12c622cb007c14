//! `mode: taint`, in both syntaxes.

use runward_syntax::Span;

use super::condition::metavar;
use super::formula;
use super::formula_old::{self, Scope};
use super::keys::Keys;
use super::labels;
use super::reader::{Read, Reader};
use crate::yaml::{Entry, Node};
use crate::{
    Formula, Labels, Metavar, Propagator, Sanitizer, SideEffect, Sink, TaintPart, TaintSource,
    TaintSpec,
};

/// The four keys of a rule in the usual syntax.
pub(crate) const KEYS: [&str; 4] = [
    "pattern-sources",
    "pattern-sinks",
    "pattern-sanitizers",
    "pattern-propagators",
];
const NEW_KEYS: [&str; 4] = ["sources", "sinks", "sanitizers", "propagators"];

/// Keys of other parts, which Semgrep passes over.
const NOT_OF_SOURCES: [&str; 6] = [
    "not_conflicting",
    "not-conflicting",
    "at-exit",
    "from",
    "to",
    "replace-labels",
];
const NOT_OF_SINKS: [&str; 8] = [
    "label",
    "control",
    "by-side-effect",
    "not_conflicting",
    "not-conflicting",
    "from",
    "to",
    "replace-labels",
];
const NOT_OF_SANITIZERS: [&str; 7] = [
    "label",
    "requires",
    "control",
    "at-exit",
    "from",
    "to",
    "replace-labels",
];
const NOT_OF_PROPAGATORS: [&str; 5] = [
    "exact",
    "control",
    "at-exit",
    "not_conflicting",
    "not-conflicting",
];

const DEFAULT_LABEL: &str = "__SOURCE__";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Old,
    New,
}

/// Takes the four keys from a rule.
pub(crate) fn take_old(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<TaintSpec> {
    take(reader, keys, Syntax::Old, KEYS, "a taint rule")
}

/// `taint`.
pub(crate) fn read_new(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<TaintSpec> {
    let mut keys = reader.keys(&entry.node, "`taint`")?;
    let spec = take(reader, &mut keys, Syntax::New, NEW_KEYS, "`taint`");
    reader.no_more(&keys, "`taint`", &NEW_KEYS)?;
    spec
}

fn take(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    syntax: Syntax,
    names: [&str; 4],
    what: &str,
) -> Read<TaintSpec> {
    let [sources, sinks, sanitizers, propagators] = names;
    let entries = [sources, sinks, sanitizers, propagators].map(|name| keys.take(name));
    for (entry, name) in entries.iter().zip([sources, sinks]) {
        if entry.is_none() {
            return Err(reader.missing(keys, what, name, &[]));
        }
    }
    let [sources, sinks, sanitizers, propagators] = entries;
    // All four are read, so that all their problems are told.
    let sources = parts(reader, sources, syntax, &NOT_OF_SOURCES, source);
    let sinks = parts(reader, sinks, syntax, &NOT_OF_SINKS, sink);
    let sanitizers = parts(reader, sanitizers, syntax, &NOT_OF_SANITIZERS, sanitizer);
    let propagators = parts(reader, propagators, syntax, &NOT_OF_PROPAGATORS, propagator);
    let spec = TaintSpec {
        sources: sources?,
        sinks: sinks?,
        sanitizers: sanitizers?,
        propagators: propagators?,
    };
    unknown_labels(reader, &spec);
    Ok(spec)
}

fn parts<T>(
    reader: &mut Reader<'_>,
    entry: Option<&Entry<'_>>,
    syntax: Syntax,
    foreign: &[&str],
    read: impl Fn(&mut Reader<'_>, &mut Keys<'_, '_>, Place<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    let Some(entry) = entry else {
        return Ok(Vec::new());
    };
    let items = reader.items(entry)?;
    if items.is_empty() {
        let message = format!("`{}` is empty", entry.key);
        let help = "add an item, such as `- pattern: …`".to_owned();
        return Err(reader.error("empty-patterns", entry.key_span, message, Some(help)));
    }
    let what = format!("an item of `{}`", entry.key);
    let all: Vec<Read<T>> = items
        .iter()
        .map(|item| part(reader, item, &what, syntax, foreign, &read))
        .collect();
    all.into_iter().collect()
}

fn part<T>(
    reader: &mut Reader<'_>,
    item: &Node<'_>,
    what: &str,
    syntax: Syntax,
    foreign: &[&str],
    read: impl Fn(&mut Reader<'_>, &mut Keys<'_, '_>, Place<'_>) -> Read<T>,
) -> Read<T> {
    let place = Place {
        what,
        syntax,
        span: item.span,
        item,
    };
    let mut keys = match item.entries() {
        Some(entries) => Keys::new(item.span, entries),
        // A pattern alone.
        None if syntax == Syntax::New && item.text().is_some() => Keys::new(item.span, &[]),
        None => {
            let wanted = if syntax == Syntax::New {
                "a text (a pattern) or a mapping"
            } else {
                "a mapping such as `pattern: …`"
            };
            return Err(reader.wrong(item, what, wanted));
        }
    };
    for key in foreign {
        if let Some(entry) = keys.take(key) {
            let message = format!("`{key}` has no effect on {what}");
            reader.warning(
                "ignored-key",
                entry.key_span,
                message,
                Some("take it out".to_owned()),
            );
        }
    }
    let read = read(reader, &mut keys, place);
    if syntax == Syntax::Old && read.is_ok() {
        reader.no_more(&keys, what, &KNOWN)?;
    }
    read
}

const KNOWN: [&str; 14] = [
    "pattern",
    "patterns",
    "pattern-either",
    "pattern-regex",
    "label",
    "requires",
    "exact",
    "by-side-effect",
    "control",
    "at-exit",
    "not_conflicting",
    "from",
    "to",
    "replace-labels",
];

#[derive(Clone, Copy)]
struct Place<'p> {
    what: &'p str,
    syntax: Syntax,
    span: Span,
    item: &'p Node<'p>,
}

/// What all parts have; the keys of the particular part are taken before.
fn common(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    place: Place<'_>,
    exact: bool,
    effect: SideEffect,
) -> Read<TaintPart> {
    let exact = keys
        .take("exact")
        .map(|entry| reader.boolean(entry))
        .transpose()?
        .unwrap_or(exact);
    let by_side_effect = match keys.take("by-side-effect") {
        Some(entry) if entry.node.text() == Some("only") => SideEffect::Only,
        Some(entry) if reader.boolean(entry)? => SideEffect::Yes,
        Some(_) => SideEffect::No,
        None => effect,
    };
    let requires = match keys.peek("requires") {
        Some(entry) if entry.node.items().is_none() => {
            keys.take("requires");
            let text = reader.text(entry)?;
            Some(labels::read(reader, &text)?)
        }
        _ => None,
    };
    let formula = search(reader, keys, place)?;
    let at = reader.at(place.span, "");
    Ok(TaintPart {
        formula,
        exact,
        by_side_effect,
        requires,
        at,
    })
}

fn search(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, place: Place<'_>) -> Read<Formula> {
    let scope = Scope::default();
    if place.item.text().is_some() {
        return formula::read(reader, place.item, place.what, scope);
    }
    match place.syntax {
        Syntax::New => formula::take(reader, keys, place.what, scope),
        Syntax::Old => formula_old::take(reader, keys, place.what, scope),
    }
}

fn source(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, place: Place<'_>) -> Read<TaintSource> {
    let label = keys
        .take("label")
        .map(|entry| reader.text(entry))
        .transpose()?;
    let control = keys
        .take("control")
        .map(|entry| reader.boolean(entry))
        .transpose()?;
    let part = common(reader, keys, place, false, SideEffect::No)?;
    Ok(TaintSource {
        part,
        label: label.map_or_else(|| DEFAULT_LABEL.to_owned(), |label| label.text),
        control: control.unwrap_or(false),
    })
}

fn sink(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, place: Place<'_>) -> Read<Sink> {
    let at_exit = keys
        .take("at-exit")
        .map(|entry| reader.boolean(entry))
        .transpose()?;
    let mut per_metavar = Vec::new();
    if let Some(entry) = keys
        .peek("requires")
        .filter(|entry| entry.node.items().is_some())
    {
        keys.take("requires");
        for item in reader.items(entry)? {
            per_metavar.extend(metavar_requires(reader, item)?);
        }
    }
    let part = common(reader, keys, place, true, SideEffect::No)?;
    Ok(Sink {
        part,
        per_metavar,
        at_exit: at_exit.unwrap_or(false),
    })
}

/// `- $X: LABEL`, or `- metavariable: $X` with `requires: LABEL`.
fn metavar_requires(reader: &mut Reader<'_>, item: &Node<'_>) -> Read<Vec<(Metavar, Labels)>> {
    let what = "an item of `requires`";
    let mut keys = reader.keys(item, what)?;
    if let Some(entry) = keys.take("metavariable") {
        let metavar = metavar(reader, entry)?;
        let Some(entry) = keys.take("requires") else {
            return Err(reader.missing(&keys, what, "requires", &["metavariable"]));
        };
        let text = reader.text(entry)?;
        reader.no_more(&keys, what, &["metavariable", "requires"])?;
        return Ok(vec![(metavar, labels::read(reader, &text)?)]);
    }
    let mut all = Vec::new();
    for entry in item.entries().unwrap_or_default() {
        if !super::condition::is_metavar(&entry.key) {
            let message = format!("`{}` is no metavariable", entry.key);
            let help = "write `- $X: LABEL`".to_owned();
            return Err(reader.error("no-metavariable", entry.key_span, message, Some(help)));
        }
        let text = reader.text(entry)?;
        all.push((entry.key.to_string(), labels::read(reader, &text)?));
    }
    Ok(all)
}

fn sanitizer(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    place: Place<'_>,
) -> Read<Sanitizer> {
    let mut not_conflicting = false;
    for key in ["not_conflicting", "not-conflicting"] {
        if let Some(entry) = keys.take(key) {
            not_conflicting |= reader.boolean(entry)?;
        }
    }
    let part = common(reader, keys, place, false, SideEffect::No)?;
    Ok(Sanitizer {
        part,
        not_conflicting,
    })
}

fn propagator(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    place: Place<'_>,
) -> Read<Propagator> {
    let mut ends = ["from", "to"].into_iter().map(|key| match keys.take(key) {
        Some(entry) => metavar(reader, entry),
        None => Err(reader.missing(keys, place.what, key, &["pattern", "patterns"])),
    });
    let (from, to) = (ends.next(), ends.next());
    let (Some(from), Some(to)) = (from, to) else {
        return Err(super::reader::Bad);
    };
    let (from, to) = (from?, to?);
    let label = keys
        .take("label")
        .map(|entry| reader.text(entry))
        .transpose()?
        .map(|label| label.text);
    let replaced = keys
        .take("replace-labels")
        .map(|entry| reader.texts(entry))
        .transpose()?;
    let replace_labels = replaced.map(|texts| texts.into_iter().map(|text| text.text).collect());
    let part = common(reader, keys, place, false, SideEffect::Yes)?;
    Ok(Propagator {
        part,
        from,
        to,
        label,
        replace_labels,
    })
}

/// A label that nothing gives makes a sink that is never reached.
fn unknown_labels(reader: &mut Reader<'_>, spec: &TaintSpec) {
    let mut known: Vec<&str> = spec
        .sources
        .iter()
        .map(|source| source.label.as_str())
        .collect();
    known.extend(
        spec.propagators
            .iter()
            .filter_map(|propagator| propagator.label.as_deref()),
    );
    let parts = spec
        .sources
        .iter()
        .map(|source| &source.part)
        .chain(spec.sinks.iter().map(|sink| &sink.part))
        .chain(spec.propagators.iter().map(|propagator| &propagator.part));
    let required = parts.filter_map(|part| Some((part.requires.as_ref()?, part.at.span)));
    let per_metavar = spec.sinks.iter().flat_map(|sink| {
        sink.per_metavar
            .iter()
            .map(move |(_, labels)| (labels, sink.part.at.span))
    });
    let mut told: Vec<(String, Span)> = Vec::new();
    for (labels, span) in required.chain(per_metavar) {
        for name in labels::names(labels) {
            if !known.contains(&name) && !told.iter().any(|(told, _)| told == name) {
                told.push((name.to_owned(), span));
            }
        }
    }
    for (name, span) in told {
        let message = format!("no source has the label `{name}` that is required here");
        let help = match crate::suggest::nearest(&name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `label: {name}` to a source"),
        };
        reader.warning("unknown-label", span, message, Some(help));
    }
}
