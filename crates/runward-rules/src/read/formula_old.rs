//! Searches in the usual syntax: `pattern`, `patterns`, `pattern-either`, ….

use runward_syntax::Span;

use super::condition::{self, Part};
use super::keys::Keys;
use super::reader::{Bad, Read, Reader, list, spot};
use crate::suggest::nearest;
use crate::yaml::{Entry, Kind, Node};
use crate::{And, Formula, Term, Text};

/// The keys one of which a search has.
pub(crate) const ROOTS: [&str; 4] = ["pattern", "patterns", "pattern-either", "pattern-regex"];

/// The keys that stand below `patterns` only.
const TERMS: [&str; 5] = [
    "pattern-inside",
    "pattern-not",
    "pattern-not-inside",
    "pattern-not-regex",
    "semgrep-internal-pattern-anywhere",
];

/// What the new syntax calls them.
const NEW_NAMES: [(&str, &str); 6] = [
    ("all", "patterns"),
    ("any", "pattern-either"),
    ("inside", "pattern-inside"),
    ("not", "pattern-not"),
    ("regex", "pattern-regex"),
    ("focus", "focus-metavariable"),
];

/// Where a formula stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scope {
    /// In `metavariable-pattern`, all terms may be negative.
    pub(crate) negative: bool,
}

/// Whether a key is of a search, wherever it stands.
pub(crate) fn is_search_key(key: &str) -> bool {
    ROOTS.contains(&key) || TERMS.contains(&key) || condition::OLD.contains(&key)
}

/// Takes the one search of a rule, of a part of a taint rule or of `metavariable-pattern`.
pub(crate) fn take(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    what: &str,
    scope: Scope,
) -> Read<Formula> {
    let roots: Vec<&Entry<'_>> = ROOTS.iter().filter_map(|root| keys.take(root)).collect();
    let misplaced: Vec<&Entry<'_>> = TERMS
        .iter()
        .chain(&condition::OLD)
        .filter_map(|key| keys.take(key))
        .collect();
    let beside = beside(reader, what, &roots, &misplaced);
    let Some(root) = roots.first() else {
        beside?;
        let near = keys
            .left()
            .iter()
            .find(|entry| nearest(&entry.key, ROOTS).is_some());
        let (span, help) = match near {
            Some(entry) => {
                let near = nearest(&entry.key, ROOTS).unwrap_or_default();
                (
                    entry.key_span,
                    format!("did you mean `{near}` instead of `{}`?", entry.key),
                )
            }
            None => (keys.start(), format!("add one of {}", list(&ROOTS))),
        };
        let message = format!("{what} says nothing to search");
        return Err(reader.error("no-pattern", span, message, Some(help)));
    };
    let formula = term(reader, root, scope).map(into_formula);
    beside?;
    formula
}

/// Terms that stand side by side instead of below `patterns`, which Semgrep refuses or ignores.
fn beside(
    reader: &mut Reader<'_>,
    what: &str,
    roots: &[&Entry<'_>],
    misplaced: &[&Entry<'_>],
) -> Read<()> {
    let mut all: Vec<&Entry<'_>> = roots.iter().chain(misplaced).copied().collect();
    all.sort_by_key(|entry| entry.key_span.start);
    let several = roots.get(1).is_some();
    if !several && misplaced.is_empty() {
        return Ok(());
    }
    let mut names: Vec<&str> = all.iter().map(|entry| entry.key.as_ref()).collect();
    let list_of = "patterns";
    let inner = |entry: &&Entry<'_>| -> Vec<String> {
        if entry.key == list_of {
            vec!["    - … (what stands below `patterns` now)".to_owned()]
        } else {
            vec![format!("    - {}: …", entry.key)]
        }
    };
    let lines: Vec<String> = all.iter().flat_map(inner).collect();
    let has_positive = !roots.is_empty() || names.contains(&"pattern-inside");
    let mut help = format!(
        "put them into one list, of which everything must hold:\n  patterns:\n{}",
        lines.join("\n")
    );
    if !has_positive {
        help.push_str("\nand add what to search, such as `- pattern: …`");
    }
    let (span, message) = match (several, misplaced.first(), roots.first()) {
        (true, ..) => {
            let second = roots
                .iter()
                .map(|entry| entry.key_span)
                .max_by_key(|span| span.start);
            names.retain(|name| ROOTS.contains(name));
            let message = format!(
                "{} stand side by side, and {what} has one of them",
                list(&names)
            );
            (second.unwrap_or_default(), message)
        }
        (_, Some(entry), Some(root)) => {
            let message = format!(
                "`{}` stands beside `{}`, where it has no effect",
                entry.key, root.key
            );
            (entry.key_span, message)
        }
        (_, Some(entry), None) => {
            let message = format!("`{}` stands alone; it belongs below `patterns`", entry.key);
            (entry.key_span, message)
        }
        (_, None, _) => return Ok(()),
    };
    Err(reader.error("beside-patterns", span, message, Some(help)))
}

/// One key with its value, as a term of a conjunction.
fn term(reader: &mut Reader<'_>, entry: &Entry<'_>, scope: Scope) -> Read<Term> {
    Ok(match entry.key.as_ref() {
        "pattern" => Term::Positive(pattern(reader, entry)?),
        "pattern-regex" => Term::Positive(Formula::Regex(regex(reader, entry)?)),
        "pattern-not-regex" => Term::Not(Formula::Regex(regex(reader, entry)?)),
        "patterns" => Term::Positive(patterns(reader, entry, scope)?),
        "pattern-either" => Term::Positive(either(reader, entry, scope)?),
        "pattern-inside" => Term::Inside(nested(reader, entry, scope)?),
        "pattern-not" => Term::Not(nested(reader, entry, scope)?),
        "pattern-not-inside" => Term::NotInside(nested(reader, entry, scope)?),
        "semgrep-internal-pattern-anywhere" => Term::Anywhere(nested(reader, entry, scope)?),
        other => return Err(no_term(reader, other, entry.key_span)),
    })
}

fn no_term(reader: &mut Reader<'_>, key: &str, span: Span) -> Bad {
    if condition::OLD.contains(&key) {
        let message = format!("`{key}` stands directly below `patterns` only");
        let help = format!("write\n  patterns:\n    - pattern: …\n    - {key}: …");
        return reader.error("misplaced-condition", span, message, Some(help));
    }
    if key == "pattern-where-python" {
        let message = "`pattern-where-python` runs code, and was taken out of Semgrep".to_owned();
        let help =
            "write the condition as `metavariable-comparison` or `metavariable-regex`".to_owned();
        return reader.error("deprecated", span, message, Some(help));
    }
    let known = ROOTS.iter().chain(&TERMS).chain(&condition::OLD).copied();
    let help = match (
        NEW_NAMES.iter().find(|(new, _)| *new == key),
        nearest(key, known),
    ) {
        (Some((_, old)), _) => format!("that is the syntax of `match`; here it is called `{old}`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!(
            "there are {}",
            list(&[&ROOTS[..], &TERMS[..4], &condition::OLD[..6]].concat())
        ),
    };
    reader.error(
        "unknown-key",
        span,
        format!("`{key}` is no key of a search"),
        Some(help),
    )
}

fn pattern(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<Formula> {
    if let Some(help) = list_in_place_of_text(&entry.key, &entry.node) {
        let message = format!(
            "`{}` must be a text, not {}",
            entry.key,
            entry.node.describe()
        );
        let span = spot(&entry.node, entry.key_span);
        return Err(reader.error("wrong-type", span, message, Some(help)));
    }
    let text = reader.text(entry)?;
    pattern_of(reader, text)
}

/// A pattern in the rule's language; in the language `regex` it is a regular expression.
pub(crate) fn pattern_of(reader: &mut Reader<'_>, text: Text) -> Read<Formula> {
    if text.text.trim().is_empty() {
        let help = "leave the key out, or write `...` for any statements".to_owned();
        return Err(reader.error(
            "empty-pattern",
            text.span,
            "an empty pattern".to_owned(),
            Some(help),
        ));
    }
    match reader.language {
        Some(runward_syntax::Language::Regex) => Ok(Formula::Regex(text)),
        _ => Ok(Formula::Pattern(text)),
    }
}

pub(crate) fn regex(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<Text> {
    let text = reader.text(entry)?;
    if text.text.is_empty() {
        return Err(reader.error(
            "empty-pattern",
            text.span,
            format!("`{}` is empty", entry.key),
            None,
        ));
    }
    Ok(text)
}

/// Below `pattern-not`, `pattern-inside` and `pattern-not-inside`: a pattern, or one key.
fn nested(reader: &mut Reader<'_>, entry: &Entry<'_>, scope: Scope) -> Read<Formula> {
    match &entry.node.kind {
        Kind::Map(entries) => match single(reader, entries, entry.node.span) {
            Ok(inner) => term(reader, inner, scope).map(into_formula),
            Err(bad) => Err(bad),
        },
        _ => pattern(reader, entry),
    }
}

/// `pattern-not-inside: [{pattern: …}]` and the like.
fn list_in_place_of_text(key: &str, node: &Node<'_>) -> Option<String> {
    let items = node.items()?;
    Some(if items.len() <= 1 {
        format!("write the pattern itself: `{key}: |` and the code below it, without `- pattern:`")
    } else {
        format!(
            "write one `- {key}: …` for each, or put `pattern-either` between (any of them) or `patterns` (all of them)"
        )
    })
}

fn either(reader: &mut Reader<'_>, entry: &Entry<'_>, scope: Scope) -> Read<Formula> {
    let items = reader.items(entry)?;
    if items.is_empty() {
        return Err(empty(reader, entry));
    }
    let mut formulas = Ok(Vec::new());
    for item in items {
        match item_entry(reader, item).and_then(|inner| term(reader, inner, scope)) {
            Ok(Term::Not(_) | Term::NotInside(_)) if !scope.negative => {
                let message =
                    "a negative pattern is no alternative: nothing says what to search".to_owned();
                let help =
                    "put it below `patterns`, beside the pattern that it restricts".to_owned();
                formulas = Err(reader.error("only-negative", item.span, message, Some(help)));
            }
            Ok(term) => {
                formulas = formulas.map(|mut formulas: Vec<Formula>| {
                    formulas.push(into_formula(term));
                    formulas
                });
            }
            Err(bad) => formulas = Err(bad),
        }
    }
    formulas.map(Formula::Or)
}

fn empty(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Bad {
    let help = "add an item, such as `- pattern: …`".to_owned();
    reader.error(
        "empty-patterns",
        entry.key_span,
        format!("`{}` is empty", entry.key),
        Some(help),
    )
}

fn patterns(reader: &mut Reader<'_>, entry: &Entry<'_>, scope: Scope) -> Read<Formula> {
    let items = reader.items(entry)?;
    if items.is_empty() {
        return Err(empty(reader, entry));
    }
    let mut and = And::default();
    let mut read = Ok(());
    for item in items {
        let part = item_entry(reader, item).and_then(|inner| {
            if condition::OLD.contains(&inner.key.as_ref()) {
                condition::read_old(reader, inner)
            } else {
                term(reader, inner, scope).map(Part::Term)
            }
        });
        match part {
            Ok(Part::Term(term)) => and.terms.push(term),
            Ok(Part::Condition(condition)) => and.conditions.push(condition),
            Ok(Part::Focus(metavars)) => and.focus.push(metavars),
            Err(bad) => read = Err(bad),
        }
    }
    read?;
    if !scope.negative && !has_positive(&and.terms) {
        return Err(only_negative(reader, entry));
    }
    Ok(Formula::And(and))
}

pub(crate) fn has_positive(terms: &[Term]) -> bool {
    terms
        .iter()
        .any(|term| !matches!(term, Term::Not(_) | Term::NotInside(_)))
}

pub(crate) fn only_negative(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Bad {
    let message = format!(
        "`{}` has no positive term: nothing says what to search",
        entry.key
    );
    let help = if entry.key == "all" {
        "add a pattern, `any`, `regex` or `inside` to it"
    } else {
        "add `pattern`, `pattern-either`, `pattern-regex` or `pattern-inside` to it"
    };
    reader.error(
        "only-negative",
        entry.key_span,
        message,
        Some(help.to_owned()),
    )
}

/// The one key of an item of `patterns` or `pattern-either`.
fn item_entry<'n, 'a>(reader: &mut Reader<'_>, item: &'n Node<'a>) -> Read<&'n Entry<'a>> {
    if let Some(entries) = item.entries() {
        return single(reader, entries, item.span);
    }
    let message = format!(
        "{} stands where a key such as `pattern` must stand",
        item.describe()
    );
    let help = item.text().map(|text| match text.lines().next() {
        Some(first) if text.lines().count() == 1 => format!("write `- pattern: {first}`"),
        _ => "write `- pattern: |` and the code below it".to_owned(),
    });
    Err(reader.error("wrong-type", item.span, message, help))
}

fn single<'n, 'a>(
    reader: &mut Reader<'_>,
    entries: &'n [Entry<'a>],
    span: Span,
) -> Read<&'n Entry<'a>> {
    match entries {
        [entry] => Ok(entry),
        [] => Err(reader.error("wrong-type", span, "an empty item".to_owned(), None)),
        [first, second, ..] => {
            // metavariable-regex:
            // metavariable: $X
            let outdented = first.node.is_null();
            let (message, help) = if outdented {
                let message = format!(
                    "`{}` stands beside `{}` and belongs below it",
                    second.key, first.key
                );
                (
                    message,
                    format!("indent `{}` further than `{}`", second.key, first.key),
                )
            } else {
                let message = format!(
                    "`{}` and `{}` stand in one item of the list",
                    first.key, second.key
                );
                (
                    message,
                    format!("did you forget a hyphen before `{}`?", second.key),
                )
            };
            Err(reader.error("several-keys", second.key_span, message, Some(help)))
        }
    }
}

pub(crate) fn into_formula(term: Term) -> Formula {
    match term {
        Term::Positive(formula) => formula,
        Term::Inside(formula) => Formula::Inside(Box::new(formula)),
        Term::Not(formula) => Formula::Not(Box::new(formula)),
        Term::NotInside(formula) => Formula::Not(Box::new(Formula::Inside(Box::new(formula)))),
        Term::Anywhere(formula) => Formula::Anywhere(Box::new(formula)),
    }
}
