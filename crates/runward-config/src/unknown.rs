//! Keys that nobody knows: which one was meant.

use toml::{
    Spanned,
    de::{DeString, DeValue},
};

use crate::{
    error::quote,
    nearest::nearest,
    reader::{Place, Reader, join},
    shape::{ENVIRONMENTS, Field, OUTSIDE_SECTIONS, Shape, leaves, root},
};

/// Notes an unknown key. For an unknown table, the first key in it is named: `[polcy]` with
/// `fail_on` says `polcy.fail_on`, and so finds `policy.fail_on`.
pub(crate) fn report(
    reader: &mut Reader<'_>,
    siblings: &[Field],
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
    place: &Place,
) {
    if reader.is_full() {
        reader.dropped += 1;
        return;
    }
    let (inner, at) = first_leaf(value).unwrap_or((String::new(), key.span().start));
    let whole = Place {
        written: join_nonempty(&place.written, &inner),
        key: join_nonempty(&place.key, &inner),
    };
    let message = format!("unknown key {}", quote(&whole.written));
    let help = help(siblings, key.get_ref(), place, &whole);
    reader.error(at, &whole.written, message, Some(help));
}

fn join_nonempty(prefix: &str, rest: &str) -> String {
    if rest.is_empty() {
        prefix.to_owned()
    } else {
        join(prefix, rest)
    }
}

/// The path and place of the first value below a table, three tables deep at most.
fn first_leaf(value: &Spanned<DeValue<'_>>) -> Option<(String, usize)> {
    let mut path = String::new();
    let mut at = None;
    let mut value = value;
    for _ in 0..3 {
        let Some(table) = value.get_ref().as_table() else {
            break;
        };
        let (key, inner) = table.iter().min_by_key(|(key, _)| key.span().start)?;
        path = join_nonempty(&path, key.get_ref());
        if path.len() > 200 {
            return None;
        }
        at = Some(key.span().start);
        value = inner;
    }
    Some((path, at?))
}

fn help(siblings: &[Field], name: &str, place: &Place, whole: &Place) -> String {
    // In a section, `environments.<name>.` stays in front of what is suggested.
    let prefix = place.written.strip_suffix(&place.key).unwrap_or_default();
    if let Some(outside) = OUTSIDE_SECTIONS.iter().find(|known| **known == place.key) {
        return format!("`{outside}` cannot be set in an environment section; set it outside");
    }
    if place.written == place.key && name == ENVIRONMENTS {
        return "environment sections stand in a configuration file".to_owned();
    }
    let sibling = nearest(name, siblings.iter().map(|field| field.name.as_str()));
    if let Some(sibling) = sibling {
        let tail = whole.key.strip_prefix(&place.key).unwrap_or_default();
        let parent = place.written.strip_suffix(name).unwrap_or_default();
        let key = format!("{parent}{sibling}{tail}");
        // Only what exists is suggested; else the nearest table alone.
        let known = |key: &str| {
            let stripped = key.strip_prefix(prefix).unwrap_or(key);
            crate::shape::field_at(root(), stripped).is_some()
        };
        return if tail.is_empty() || known(&key) {
            format!("did you mean `{key}`?")
        } else {
            match anywhere(&whole.key) {
                Some(known) => format!("did you mean `{prefix}{known}`?"),
                None => format!("did you mean `{parent}{sibling}`?"),
            }
        };
    }
    if let Some(known) = anywhere(&whole.key) {
        return format!("did you mean `{prefix}{known}`?");
    }
    let mut names: Vec<String> = siblings.iter().map(|f| format!("`{}`", f.name)).collect();
    if prefix.is_empty() && place.written == name {
        names.push(format!("`{ENVIRONMENTS}`"));
    }
    format!("known here: {}", names.join(", "))
}

/// The known key with a similar full path, else the only one that ends in the same word.
pub(crate) fn anywhere(key: &str) -> Option<String> {
    let mut known: Vec<String> = leaves(root()).into_iter().map(|(key, _)| key).collect();
    known.extend(tables(root(), ""));
    if let Some(near) = nearest(key, known.iter().map(String::as_str)) {
        return Some(near.to_owned());
    }
    let last = key.rsplit('.').next()?.replace('-', "_").to_lowercase();
    let mut ends = known
        .iter()
        .filter(|known| known.rsplit('.').next() == Some(last.as_str()));
    match (ends.next(), ends.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

fn tables(fields: &[Field], prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields {
        if let Shape::Table(inner) = &field.shape {
            let path = join(prefix, &field.name);
            found.extend(tables(inner, &path));
            found.push(path);
        }
    }
    found
}
