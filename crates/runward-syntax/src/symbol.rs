//! Symbols: small numbers for texts.
//!
//! Rules are read first; every text in a pattern goes into one [`Vocabulary`], which is then shared
//! by all files. A file keeps the texts that no rule names in its own [`Symbols`]. So a symbol of a
//! pattern and one of a file are equal exactly if their texts are, files need no lock, and "does
//! this file name anything that this pattern needs" is a look at a table.

use std::{hash::BuildHasher as _, sync::Arc};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// A text of a vocabulary or of one file. Symbols of two files cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

const OWN: u32 = 1 << 31;

impl Symbol {
    /// The empty text, in every vocabulary.
    pub const EMPTY: Self = Self(0);

    /// The place in the vocabulary, or `None` for a text that only a file has.
    #[must_use]
    pub fn in_vocabulary(self) -> Option<usize> {
        (self.0 & OWN == 0).then_some(self.0 as usize)
    }
}

/// Texts in one string, each once, and found by their hash.
#[derive(Debug, Clone, Default)]
struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<u32>,
    places: HashTable<u32>,
}

impl Texts {
    fn text(&self, place: u32) -> &str {
        let end = |place: u32| self.ends.get(place as usize).copied().unwrap_or_default();
        let start = place.checked_sub(1).map_or(0, end);
        self.all
            .get(start as usize..end(place) as usize)
            .unwrap_or_default()
    }

    fn get(&self, hash: u64, text: &str) -> Option<u32> {
        self.places
            .find(hash, |place| self.text(*place) == text)
            .copied()
    }

    /// Adds a text that is not there.
    fn add(&mut self, hash: u64, text: &str) -> u32 {
        let place = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.all.push_str(text);
        self.ends
            .push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let Self { all, ends, places } = self;
        let end = |place: u32| ends.get(place as usize).copied().unwrap_or_default();
        places.insert_unique(hash, place, |place| {
            let start = place.checked_sub(1).map_or(0, end);
            hashed(
                all.get(start as usize..end(*place) as usize)
                    .unwrap_or_default(),
            )
        });
        place
    }
}

fn hashed(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// The texts of all rules.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    texts: Texts,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let mut vocabulary = Self {
            texts: Texts::default(),
        };
        vocabulary.intern("");
        vocabulary
    }
}

impl Vocabulary {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn intern(&mut self, text: &str) -> Symbol {
        let hash = hashed(text);
        let place = self.texts.get(hash, text);
        Symbol(place.unwrap_or_else(|| self.texts.add(hash, text)) & !OWN)
    }

    #[must_use]
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.texts.get(hashed(text), text).map(Symbol)
    }

    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.text(symbol.0)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.ends.len()
    }

    /// Never true: the empty text is always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.ends.is_empty()
    }
}

/// The texts of one file, on top of a vocabulary.
#[derive(Debug, Clone)]
pub struct Symbols {
    vocabulary: Arc<Vocabulary>,
    own: Texts,
}

impl Symbols {
    #[must_use]
    pub fn new(vocabulary: Arc<Vocabulary>) -> Self {
        Self {
            vocabulary,
            own: Texts::default(),
        }
    }

    pub fn intern(&mut self, text: &str) -> Symbol {
        let hash = hashed(text);
        match self.find(hash, text) {
            Some(symbol) => symbol,
            None => Symbol(self.own.add(hash, text) | OWN),
        }
    }

    #[must_use]
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.find(hashed(text), text)
    }

    fn find(&self, hash: u64, text: &str) -> Option<Symbol> {
        let known = self.vocabulary.texts.get(hash, text).map(Symbol);
        known.or_else(|| self.own.get(hash, text).map(|place| Symbol(place | OWN)))
    }

    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        if symbol.0 & OWN == 0 {
            self.vocabulary.text(symbol)
        } else {
            self.own.text(symbol.0 & !OWN)
        }
    }

    #[must_use]
    pub fn vocabulary(&self) -> &Arc<Vocabulary> {
        &self.vocabulary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_a_rule_has_one_symbol_in_all_files() {
        let mut vocabulary = Vocabulary::new();
        let eval = vocabulary.intern("eval");
        let shared = Arc::new(vocabulary);
        let (mut one, mut two) = (Symbols::new(shared.clone()), Symbols::new(shared));
        assert_eq!(one.intern("eval"), eval);
        assert_eq!(two.intern("eval"), eval);
        let own = one.intern("other");
        assert_eq!(own.in_vocabulary(), None);
        assert_eq!(one.text(own), "other");
        assert_eq!(one.intern("other"), own);
        assert_eq!(two.get("other"), None);
        assert_eq!(one.text(Symbol::EMPTY), "");
    }
}
