//! Which of many words a text has, each between characters that are no part of a word.

use rustc_hash::FxHashMap;

/// A list of words.
#[derive(Debug)]
pub(crate) struct Words {
    places: FxHashMap<Box<[u8]>, u32>,
    /// By a few bits of the first and the last byte and the length: whether a listed word has them.
    /// Most words of a text end here.
    sieve: Vec<u64>,
}

const BITS: usize = 1 << 13;

impl Default for Words {
    fn default() -> Self {
        Self {
            places: FxHashMap::default(),
            sieve: vec![0; BITS / 64],
        }
    }
}

/// A place in the sieve.
fn bit(word: &[u8]) -> Option<(usize, u64)> {
    let (first, last) = (word.first()?, word.last()?);
    let bits = usize::from(first & 0x3F) | (usize::from(last & 0x1F) << 6);
    let bits = bits ^ ((word.len() & 0x1F) << 8);
    Some((bits / 64 % (BITS / 64), 1 << (bits % 64)))
}

/// Letters of other alphabets count as parts of words.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl Words {
    /// The place of a word in the list, to which it is added.
    pub(crate) fn add(&mut self, word: &str) -> u32 {
        let word = word.as_bytes();
        if let Some((at, bit)) = bit(word)
            && let Some(bits) = self.sieve.get_mut(at)
        {
            *bits |= bit;
        }
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        *self.places.entry(word.into()).or_insert(next)
    }

    /// By place: whether a text has the word.
    pub(crate) fn of(&self, source: &[u8]) -> Vec<bool> {
        let mut present = vec![false; self.places.len()];
        if present.is_empty() {
            return present;
        }
        for word in source.split(|byte| !is_part(*byte)) {
            let Some((at, bit)) = bit(word) else { continue };
            if self.sieve.get(at).is_none_or(|bits| bits & bit == 0) {
                continue;
            }
            if let Some(place) = self.places.get(word)
                && let Some(flag) = present.get_mut(*place as usize)
            {
                *flag = true;
            }
        }
        present
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_whole_only() {
        let mut words = Words::default();
        let listed = ["os", "a_1", "exec", "x"];
        let places = listed.map(|word| words.add(word));
        assert_eq!(places, [0, 1, 2, 3]);
        assert_eq!(words.add("exec"), 2);
        assert_eq!(words.of(b"os.exec2(a_1)"), [true, true, false, false]);
        assert_eq!(
            words.of("\u{e9}x cost;exec".as_bytes()),
            [false, false, true, false]
        );
        assert_eq!(words.of(b"x"), [false, false, false, true]);
        assert_eq!(words.of(b""), [false; 4]);
    }

    proptest::proptest! {
        #[test]
        fn words_are_those_of_comparing(source in "[ab_0 .\u{e9}]{0,40}", listed in "[ab_0]{1,3}") {
            let mut words = Words::default();
            words.add(&listed);
            let wanted = source
                .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                .any(|word| word == listed);
            proptest::prop_assert_eq!(words.of(source.as_bytes()), [wanted]);
        }
    }
}
