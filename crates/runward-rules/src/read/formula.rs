//! Searches in the newer syntax: `match` with `pattern`, `all`, `any`, `inside`, `not`, `regex`,
//! `anywhere`, and `where`, `as` and `fix` beside them.

use super::condition::{self, Part};
use super::formula_old::{Scope, has_positive, only_negative, pattern_of, regex};
use super::keys::Keys;
use super::reader::{Read, Reader, list};
use crate::yaml::{Entry, Node};
use crate::{And, Formula, Term};

/// One of them says what is searched.
const ROOTS: [&str; 7] = [
    "pattern", "all", "any", "regex", "not", "inside", "anywhere",
];
const KNOWN: [&str; 10] = [
    "pattern", "all", "any", "regex", "not", "inside", "anywhere", "where", "as", "fix",
];

/// What the usual syntax calls them.
const OLD_NAMES: [(&str, &str); 9] = [
    ("patterns", "all"),
    ("pattern-either", "any"),
    ("pattern-inside", "inside"),
    ("pattern-not", "not"),
    (
        "pattern-not-inside",
        "not` with `inside` below it, or `- not: {inside: …}",
    ),
    ("pattern-regex", "regex"),
    (
        "pattern-not-regex",
        "not` with `regex` below it, or `- not: {regex: …}",
    ),
    ("focus-metavariable", "where` with `- focus: …"),
    (
        "metavariable-regex",
        "where` with `- metavariable: …` and `regex: …",
    ),
];

/// A text is a pattern; otherwise it has keys.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    what: &str,
    scope: Scope,
) -> Read<Formula> {
    if node.text().is_some() {
        let text = reader.text_of(node, what)?;
        return pattern_of(reader, text);
    }
    let mut keys = match node.entries() {
        Some(entries) => Keys::new(node.span, entries),
        None => return Err(reader.wrong(node, what, "a text (a pattern) or a mapping")),
    };
    take(reader, &mut keys, what, scope)
}

/// Takes all keys that are left.
pub(crate) fn take(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    what: &str,
    scope: Scope,
) -> Read<Formula> {
    let conditions = keys.take("where");
    let bind = keys
        .take("as")
        .map(|entry| condition::metavar(reader, entry))
        .transpose();
    let fix = keys.take("fix").map(|entry| reader.text(entry)).transpose();
    let roots: Vec<&Entry<'_>> = ROOTS.iter().filter_map(|root| keys.take(root)).collect();
    let old = keys.left().iter().find_map(|entry| {
        let (_, new) = OLD_NAMES.iter().find(|(old, _)| *old == entry.key)?;
        Some((
            entry.key_span,
            format!("`{}` is not known below `match`", entry.key),
            *new,
        ))
    });
    if let Some((span, message, new)) = old {
        let help = format!("here it is `{new}`");
        return Err(reader.error("unknown-key", span, message, Some(help)));
    }
    reader.no_more(keys, what, &KNOWN)?;
    let root = match roots.as_slice() {
        [root] => *root,
        [] => {
            let message = format!("{what} says nothing to search");
            let help = format!("add one of {}", list(&ROOTS));
            return Err(reader.error("no-pattern", keys.start(), message, Some(help)));
        }
        [first, second, ..] => {
            let message = format!("`{}` and `{}` stand side by side", first.key, second.key);
            let help = "put both into the list of `all` (all must hold) or `any`".to_owned();
            let span = first.key_span.max(second.key_span);
            return Err(reader.error("beside-patterns", span, message, Some(help)));
        }
    };
    let formula = read_root(reader, root, scope);
    let mut and = And::default();
    let mut read = Ok(());
    if let Some(entry) = conditions {
        for item in reader.items(entry)? {
            match condition::read_new(reader, item) {
                Ok(Part::Condition(condition)) => and.conditions.push(condition),
                Ok(Part::Focus(metavars)) => and.focus.push(metavars),
                Ok(Part::Term(_)) => {}
                Err(bad) => read = Err(bad),
            }
        }
    }
    read?;
    (and.bind, and.fix) = (bind?, fix?);
    Ok(constrained(formula?, and))
}

/// A formula with conditions is a conjunction. Those of `inside` and `not` are about what is inside
/// and what is not.
fn constrained(formula: Formula, mut and: And) -> Formula {
    if and == And::default() {
        return formula;
    }
    match formula {
        Formula::And(inner)
            if inner.conditions.is_empty()
                && inner.focus.is_empty()
                && inner.bind.is_none()
                && inner.fix.is_none() =>
        {
            and.terms = inner.terms;
        }
        Formula::Inside(inner) => return Formula::Inside(Box::new(constrained(*inner, and))),
        Formula::Not(inner) => return Formula::Not(Box::new(constrained(*inner, and))),
        Formula::Anywhere(inner) => return Formula::Anywhere(Box::new(constrained(*inner, and))),
        other => and.terms.push(Term::Positive(other)),
    }
    Formula::And(and)
}

fn read_root(reader: &mut Reader<'_>, entry: &Entry<'_>, scope: Scope) -> Read<Formula> {
    let what = format!("`{}`", entry.key);
    let nested = |reader: &mut Reader<'_>| read(reader, &entry.node, &what, scope).map(Box::new);
    Ok(match entry.key.as_ref() {
        "pattern" => {
            let text = reader.text(entry)?;
            pattern_of(reader, text)?
        }
        "regex" => Formula::Regex(regex(reader, entry)?),
        "not" => Formula::Not(nested(reader)?),
        "inside" => Formula::Inside(nested(reader)?),
        "anywhere" => Formula::Anywhere(nested(reader)?),
        "any" => Formula::Or(items(reader, entry, scope)?),
        _ => {
            let terms: Vec<Term> = items(reader, entry, scope)?
                .into_iter()
                .map(into_term)
                .collect();
            if !scope.negative && !has_positive(&terms) {
                return Err(only_negative(reader, entry));
            }
            Formula::And(And {
                terms,
                ..And::default()
            })
        }
    })
}

fn items(reader: &mut Reader<'_>, entry: &Entry<'_>, scope: Scope) -> Read<Vec<Formula>> {
    let items = reader.items(entry)?;
    if items.is_empty() {
        let help = "add a pattern to it".to_owned();
        let message = format!("`{}` is empty", entry.key);
        return Err(reader.error("empty-patterns", entry.key_span, message, Some(help)));
    }
    let what = format!("an item of `{}`", entry.key);
    let read: Vec<Read<Formula>> = items
        .iter()
        .map(|item| read(reader, item, &what, scope))
        .collect();
    read.into_iter().collect()
}

fn into_term(formula: Formula) -> Term {
    match formula {
        Formula::Inside(inner) => Term::Inside(*inner),
        Formula::Not(inner) => match *inner {
            Formula::Inside(inner) => Term::NotInside(*inner),
            other => Term::Not(other),
        },
        Formula::Anywhere(inner) => Term::Anywhere(*inner),
        other => Term::Positive(other),
    }
}
