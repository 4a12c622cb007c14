//! Which names are in scope.

use runward_syntax::Symbol;
use rustc_hash::FxHashMap;

/// The scopes around one place. Imports have one of their own, behind all others and never left:
/// a function that imports makes the name known to the rest of the file.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    global: FxHashMap<Symbol, u32>,
    imported: FxHashMap<Symbol, u32>,
    /// The newest entry of each name in the open scopes.
    heads: FxHashMap<Symbol, u32>,
    entries: Vec<Entry>,
    /// Where each open scope begins in `entries`.
    open: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    name: Symbol,
    slot: u32,
    /// The entry that this one hides, plus one.
    hides: u32,
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Scopes {
    pub(crate) fn open(&mut self) {
        self.open.push(count(self.entries.len()));
    }

    pub(crate) fn close(&mut self) {
        let start = self.open.pop().unwrap_or_default() as usize;
        while self.entries.len() > start {
            let Some(entry) = self.entries.pop() else {
                return;
            };
            if entry.hides == 0 {
                self.heads.remove(&entry.name);
            } else {
                self.heads.insert(entry.name, entry.hides - 1);
            }
        }
    }

    /// Adds a name to the innermost scope.
    pub(crate) fn add(&mut self, name: Symbol, slot: u32) {
        if self.open.is_empty() {
            self.add_global(name, slot);
            return;
        }
        let hides = self.heads.get(&name).map_or(0, |head| head + 1);
        self.heads.insert(name, count(self.entries.len()));
        self.entries.push(Entry { name, slot, hides });
    }

    pub(crate) fn add_global(&mut self, name: Symbol, slot: u32) {
        self.global.insert(name, slot);
    }

    pub(crate) fn add_imported(&mut self, name: Symbol, slot: u32) {
        self.imported.insert(name, slot);
    }

    fn newest(&self, name: Symbol) -> Option<(u32, Entry)> {
        let at = *self.heads.get(&name)?;
        self.entries.get(at as usize).map(|entry| (at, *entry))
    }

    pub(crate) fn find(&self, name: Symbol) -> Option<u32> {
        self.newest(name)
            .map(|(_, entry)| entry.slot)
            .or_else(|| self.find_global(name))
            .or_else(|| self.find_imported(name))
    }

    /// Looks in the innermost scope and among the imports only.
    pub(crate) fn find_innermost(&self, name: Symbol) -> Option<u32> {
        let Some(start) = self.open.last() else {
            return self.find(name);
        };
        self.newest(name)
            .filter(|(at, _)| at >= start)
            .map(|(_, entry)| entry.slot)
            .or_else(|| self.find_imported(name))
    }

    /// Looks in the scopes around the innermost one.
    pub(crate) fn find_outside(&self, name: Symbol) -> Option<u32> {
        let start = *self.open.last()?;
        let (mut at, mut entry) = self.newest(name)?;
        while at >= start {
            at = entry.hides.checked_sub(1)?;
            entry = *self.entries.get(at as usize)?;
        }
        Some(entry.slot)
    }

    pub(crate) fn find_global(&self, name: Symbol) -> Option<u32> {
        self.global.get(&name).copied()
    }

    fn find_imported(&self, name: Symbol) -> Option<u32> {
        self.imported.get(&name).copied()
    }

    /// The slots of a name from the innermost scope outwards, without global ones.
    pub(crate) fn all(&self, name: Symbol) -> impl Iterator<Item = u32> + '_ {
        let mut next = self.newest(name).map(|(_, entry)| entry);
        std::iter::from_fn(move || {
            let entry = next?;
            next = entry
                .hides
                .checked_sub(1)
                .and_then(|at| self.entries.get(at as usize).copied());
            Some(entry.slot)
        })
        .chain(self.find_imported(name))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use runward_syntax::{Symbols, Vocabulary};

    use super::*;

    #[test]
    fn an_inner_name_hides_an_outer_one_until_its_scope_is_left() {
        let mut symbols = Symbols::new(Arc::new(Vocabulary::new()));
        let (x, y) = (symbols.intern("x"), symbols.intern("y"));
        let mut scopes = Scopes::default();
        scopes.add(x, 0);
        scopes.open();
        scopes.add(x, 1);
        scopes.open();
        assert_eq!(scopes.find(x), Some(1));
        assert_eq!(scopes.find_innermost(x), None);
        scopes.add(x, 2);
        scopes.add_imported(y, 9);
        assert_eq!(scopes.find_innermost(x), Some(2));
        assert_eq!(scopes.find_outside(x), Some(1));
        assert_eq!(scopes.all(x).collect::<Vec<_>>(), [2, 1]);
        scopes.close();
        assert_eq!(scopes.find(x), Some(1));
        scopes.close();
        assert_eq!(scopes.find(x), Some(0));
        assert_eq!(scopes.find_global(x), Some(0));
        assert_eq!(scopes.find(y), Some(9));
    }
}
