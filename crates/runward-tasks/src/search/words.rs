//! Text as the words that search compares.
//!
//! Both databases get words that this module made, so that both find the same: compatibility
//! forms are one, letter case and the marks of Latin, Greek and Cyrillic letters make no
//! difference, and there is no stemming. Scripts that are written without spaces (Chinese,
//! Japanese, Thai, …) count each character as a word, so that a phrase finds any part of a text.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use crate::{LIMITS, text::is_han};

/// Longer words are cut, in what is stored and in what is asked for alike.
const LONGEST: usize = 100;

/// `PostgreSQL` keeps 255 places of one word in one text.
const PLACES: usize = 250;

/// Stands for a word that is not indexed, and between texts that no phrase may span. No word has
/// this form.
pub(crate) const GAP: &str = "_";

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut length = 0;
    let mut flush = |word: &mut String, length: &mut usize| {
        if word.chars().any(char::is_alphanumeric) {
            words.push(word.nfc().collect());
        }
        word.clear();
        *length = 0;
    };
    for character in text.nfkd().flat_map(char::to_lowercase) {
        if matches!(character, '\u{300}'..='\u{36f}') {
            continue;
        }
        if stands_alone(character) {
            flush(&mut word, &mut length);
            word.push(character);
            flush(&mut word, &mut length);
        } else if belongs(character) {
            if length < LONGEST {
                word.push(character);
            }
            length += 1;
        } else {
            flush(&mut word, &mut length);
        }
    }
    flush(&mut word, &mut length);
    words
}

fn belongs(character: char) -> bool {
    character.is_alphanumeric()
        || character.general_category_group() == GeneralCategoryGroup::Mark
        || matches!(character, '\u{200c}' | '\u{200d}')
}

fn stands_alone(character: char) -> bool {
    is_han(character)
        || matches!(
            character,
            // Kana, Thai, Lao, Tibetan, Myanmar, Khmer.
            '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{e00}'..='\u{eff}'
            | '\u{f40}'..='\u{fbc}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'
        ) && character.is_alphanumeric()
}

/// How often each word of a task was indexed so far.
pub(crate) type Places = HashMap<String, usize>;

/// The words of several texts as the index has them: a gap between two texts, and instead of
/// words beyond what the databases hold.
pub(crate) fn indexed<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    places: &mut Places,
) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        if !all.is_empty() {
            all.push(GAP.to_owned());
        }
        for word in words(text) {
            if all.len() >= LIMITS.indexed_words {
                return all;
            }
            let count = places.entry(word.clone()).or_default();
            *count += 1;
            all.push(if *count > PLACES {
                GAP.to_owned()
            } else {
                word
            });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_cut_where_words_end() {
        for (text, expected) in [
            (
                "Upgrade requests 2.19.0 → 2.32.0",
                "upgrade requests 2 19 0 2 32 0",
            ),
            ("CVE-2024-1234 in foo_bar", "cve 2024 1234 in foo bar"),
            ("Größe NAÏVE Ёлка", "große naive елка"),
            ("修复漏洞 now", "修 复 漏 洞 now"),
            ("हिन्दी भाषा", "हिन्दी भाषा"),
            ("한국어 검색", "한국어 검색"),
            ("ﬁle ① ½", "file 1 1 2"),
            ("_ -- '\" \\ : & | ! ( ) * <->", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn words_are_words_for_both_databases(text in any::<String>()) {
            for word in words(&text) {
                prop_assert!(!word.is_empty() && word.chars().count() <= LONGEST);
                prop_assert!(!word.contains(|it: char| it.is_ascii() && !it.is_ascii_alphanumeric()), "{word}");
                prop_assert!(!word.contains(char::is_whitespace));
            }
        }
    }
}
