//! Names in their order, found by hashes of their forms.

use std::sync::OnceLock;

use crate::fold::{look, words};
use crate::hash::{Hasher, Tag};

/// The lower bits of a key say which name, the upper ones are of its hash.
const ID_BITS: u32 = 20;
const ID_MASK: u64 = (1 << ID_BITS) - 1;

/// At most so many names are compared for one form; the most used come first.
const MAX_CANDIDATES: usize = 64;

#[derive(Debug)]
pub(crate) struct Table {
    text: String,
    /// Where each name is in `text`.
    spans: Vec<(u32, u32)>,
    exact: Vec<u64>,
    near: OnceLock<Vec<u64>>,
}

impl Table {
    /// The first of equal names counts. Names past the room of an id are not kept; callers bound
    /// their lists below it.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut table = Self {
            text: String::new(),
            spans: Vec::new(),
            exact: Vec::new(),
            near: OnceLock::new(),
        };
        for name in names {
            let Some((id, span)) = table.place(name) else {
                break;
            };
            table.text.push_str(name);
            table.spans.push(span);
            table.exact.push(key(exact(name.as_bytes()), id));
        }
        table.exact.sort_unstable();
        table
    }

    fn place(&self, name: &str) -> Option<(u32, (u32, u32))> {
        let id = u32::try_from(self.spans.len()).ok()?;
        let start = u32::try_from(self.text.len()).ok()?;
        let end = u32::try_from(self.text.len() + name.len()).ok()?;
        (u64::from(id) < ID_MASK).then_some((id, (start, end)))
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(crate) fn get(&self, id: u32) -> Option<&str> {
        let &(start, end) = self.spans.get(usize::try_from(id).ok()?)?;
        self.text
            .get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        (0u32..).map_while(|id| self.get(id))
    }

    pub(crate) fn id(&self, name: &str) -> Option<u32> {
        ids(&self.exact, exact(name.as_bytes())).find(|&id| self.get(id) == Some(name))
    }

    /// The names that share a form with `name`, to be compared with it.
    pub(crate) fn candidates(&self, name: &str) -> Vec<u32> {
        let near = self.near.get_or_init(|| self.near_keys());
        let mut found = Vec::new();
        each_form(name, |hash| {
            found.extend(ids(near, hash).take(MAX_CANDIDATES));
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The scoped names whose part after the scope is `name`; two at most are looked for.
    pub(crate) fn scoped(&self, name: &str) -> Vec<u32> {
        let near = self.near.get_or_init(|| self.near_keys());
        ids(
            near,
            Hasher::new(Tag::Unscoped).extend(name.as_bytes()).finish(),
        )
        .filter(|&id| self.get(id).and_then(unscoped) == Some(name))
        .take(2)
        .collect()
    }

    fn near_keys(&self) -> Vec<u64> {
        let mut keys = Vec::with_capacity(self.text.len() + 3 * self.spans.len());
        for (id, name) in (0u32..).zip(self.names()) {
            each_form(name, |hash| keys.push(key(hash, id)));
            if let Some(rest) = unscoped(name) {
                let hash = Hasher::new(Tag::Unscoped).extend(rest.as_bytes()).finish();
                keys.push(key(hash, id));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// The part of a scoped name after its scope.
pub(crate) fn unscoped(name: &str) -> Option<&str> {
    name.strip_prefix('@')?
        .split_once('/')
        .map(|(_, rest)| rest)
}

fn exact(name: &[u8]) -> u64 {
    Hasher::new(Tag::Exact).extend(name).finish()
}

fn key(hash: u64, id: u32) -> u64 {
    (hash & !ID_MASK) | u64::from(id)
}

fn ids(keys: &[u64], hash: u64) -> impl Iterator<Item = u32> + '_ {
    let hash = hash & !ID_MASK;
    let start = keys.partition_point(|&key| key < hash);
    keys.iter()
        .skip(start)
        .take_while(move |&&key| key & !ID_MASK == hash)
        .filter_map(|&key| u32::try_from(key & ID_MASK).ok())
}

/// Two names that are one edit or one swap apart share a deletion, or one is a deletion of the other.
fn each_form(name: &str, mut each: impl FnMut(u64)) {
    let bytes = name.as_bytes();
    each(Hasher::new(Tag::Deletion).extend(bytes).finish());
    let mut before = Hasher::new(Tag::Deletion);
    for (at, &byte) in bytes.iter().enumerate() {
        // Deleting either of two equal neighbours gives the same.
        if bytes.get(at + 1) != Some(&byte) {
            each(
                before
                    .extend(bytes.get(at + 1..).unwrap_or_default())
                    .finish(),
            );
        }
        before.push(byte);
    }
    each(Hasher::new(Tag::Skeleton).extend(&look(name)).finish());
    if let Some(words) = words(name) {
        each(Hasher::new(Tag::Words).extend(&words).finish());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_names_is_found() {
        let table = Table::new(["a", "b", "a"].into_iter());
        assert_eq!(
            (table.id("a"), table.id("b"), table.id("c")),
            (Some(0), Some(1), None)
        );
        assert_eq!(table.len(), 3);
    }

    #[test]
    fn every_edit_shares_a_form() {
        let table = Table::new(["requests", "@types/node"].into_iter());
        for name in [
            "requests",
            "requess",
            "requestsx",
            "reqeusts",
            "rexuests",
            "types-node",
        ] {
            assert!(!table.candidates(name).is_empty(), "{name}");
        }
        assert!(table.candidates("flask").is_empty());
        assert!(table.candidates("").is_empty());
        assert_eq!(table.scoped("node"), [1]);
    }
}
