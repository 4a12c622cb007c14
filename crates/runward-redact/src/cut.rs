//! Making an event fit: the largest parts are replaced by marks until it does.

use std::collections::BTreeMap;

use runward_model::{Change, Event};
use serde_json::{Map, Value};

use crate::{
    canonical,
    pointer::{long_texts, push},
    walk::{CUT, Walk},
};

/// A mark is about as long as this; what is shorter is not worth one.
const MARK: usize = 160;

/// Shortens an event that is `excess` bytes too long, by texts first, then by whole entries, then
/// by all there is. The fixed parts are bounded by themselves and fit.
pub(crate) fn shorten(event: &mut Event, walk: &mut Walk<'_>, excess: usize) {
    let Some(excess) = texts(event, walk, excess) else {
        return;
    };
    let Some(excess) = entries(event, walk, excess) else {
        return;
    };
    all(event, walk, excess);
}

/// The parts of an event that can be cut, with their places.
fn parts(event: &mut Event) -> impl Iterator<Item = (String, &mut Value)> {
    let place = |root: &str, steps: &[&str]| {
        let mut path = root.to_owned();
        for step in steps {
            push(&mut path, step);
        }
        path
    };
    let details = event
        .details
        .iter_mut()
        .map(move |(key, value)| (place("/details", &[key]), value));
    let changes = event.changes.iter_mut().flat_map(move |(field, change)| {
        [
            (place("/changes", &[field, "old"]), &mut change.old),
            (place("/changes", &[field, "new"]), &mut change.new),
        ]
    });
    details.chain(changes)
}

/// Cuts the longest texts. Returns what is still too much.
fn texts(event: &mut Event, walk: &mut Walk<'_>, mut excess: usize) -> Option<usize> {
    let mut found = Vec::new();
    for (mut path, value) in parts(event) {
        long_texts(value, &mut path, 2 * MARK, &mut found);
    }
    found.sort_by(|a, b| b.cmp(a));
    let mut chosen = Vec::new();
    for (length, path) in found {
        if excess == 0 {
            break;
        }
        excess = excess.saturating_sub(length.saturating_sub(2 * MARK));
        chosen.push(path);
    }
    chosen.sort();
    for (root, value) in parts(event) {
        let from = chosen.partition_point(|path| path.as_str() < root.as_str());
        // Paths below `root` are together, but `root#2` may sort among them.
        for path in chosen
            .iter()
            .skip(from)
            .take_while(|path| path.starts_with(&root))
        {
            let Some(rest) = path.strip_prefix(&root) else {
                continue;
            };
            if let Some(text) = value.pointer_mut(rest) {
                *text = walk.cut_at(path, "size", text);
            }
        }
    }
    (excess > 0).then_some(excess)
}

/// Cuts the largest entries.
fn entries(event: &mut Event, walk: &mut Walk<'_>, mut excess: usize) -> Option<usize> {
    let mut sizes: Vec<(usize, String)> = parts(event)
        .map(|(path, value)| (canonical::length(value), path))
        .filter(|(length, _)| *length > 2 * MARK)
        .collect();
    sizes.sort_by(|a, b| b.cmp(a));
    let mut chosen = std::collections::BTreeSet::new();
    for (length, path) in sizes {
        if excess == 0 {
            break;
        }
        excess = excess.saturating_sub(length.saturating_sub(MARK));
        chosen.insert(path);
    }
    for (path, value) in parts(event) {
        if chosen.contains(&path) {
            *value = walk.cut_at(&path, "size", value);
        }
    }
    (excess > 0).then_some(excess)
}

/// Cuts what cannot be shortened piece by piece: the whole of `details`, and of `changes` if that
/// is not enough.
fn all(event: &mut Event, walk: &mut Walk<'_>, excess: usize) {
    let details = Value::Object(std::mem::take(&mut event.details));
    let length = canonical::length(&details);
    let changes: Map<String, Value> = event
        .changes
        .iter()
        .map(|(field, change)| (field.clone(), serde_json::json!([change.old, change.new])))
        .collect();
    let changes = Value::Object(changes);
    if length > 4 * MARK {
        let mark = walk.cut_at("/details/(cut)", "size", &details);
        event.details.insert(CUT.to_owned(), mark);
        if length - 2 * MARK > excess {
            return;
        }
    } else if let Value::Object(map) = details {
        event.details = map;
    }
    if canonical::length(&changes) > 4 * MARK {
        let change = Change {
            old: Value::Null,
            new: walk.cut_at("/changes/(cut)/new", "size", &changes),
        };
        event.changes = BTreeMap::from([(CUT.to_owned(), change)]);
    }
}
